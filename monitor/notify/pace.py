"""Which service a channel's URL means, and how often it may be written to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.settings import ChannelConfig

# At most so many messages within so many seconds; all of a service's limits hold.
# Slack: 1/s for a webhook. Telegram: 1/s in a chat, 20/min in a group. Discord: 5 in
# 2 s. Mail servers dislike bursts, and say how much only by refusing: `pace` of the
# channel. One's own webhook takes what comes.
_LIMITS: Mapping[str, tuple[tuple[int, float], ...]] = {
    "slack": ((1, 1.0),),
    "tgram": ((1, 1.0), (20, 60.0)),
    "discord": ((5, 2.0),),
    "mailto": ((1, 1.0),),
    "mailtos": ((1, 1.0),),
    "json": (),
    "jsons": (),
    "xml": (),
    "xmls": (),
    "form": (),
    "forms": (),
}
_OTHERS = ((1, 0.5),)

# Webhook addresses as the services show them, which apprise takes as they are.
_NATIVE: Mapping[str, str] = {
    "hooks.slack.com": "slack",
    "discord.com": "discord",
    "discordapp.com": "discord",
}


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a channel may be written to: (messages, seconds) that all hold."""

    limits: tuple[tuple[int, float], ...]

    @property
    def memory(self) -> int:
        """How many of the last messages must be remembered."""
        return max((count for count, _ in self.limits), default=0)

    def free_at(self, sent: Sequence[float]) -> float:
        """When the next message may go, given the moments of the last ones."""
        return max(
            (
                sent[-count] + seconds
                for count, seconds in self.limits
                if len(sent) >= count
            ),
            default=0.0,
        )

    def within(self, seconds: float) -> int | None:
        """How many messages go in that time; None = as many as there are."""
        counts = [
            count if span > seconds else int(count * seconds / span)
            for count, span in self.limits
        ]
        return max(1, min(counts)) if counts else None


def service_of(url: str) -> str:
    """The apprise name of the service: "slack" for its https address, too."""
    schema, _, rest = url.partition("://")
    schema = schema.lower()
    host = rest.partition("/")[0].lower()
    return _NATIVE.get(host, schema) if schema == "https" else schema


def pace_of(channel: ChannelConfig) -> Pace:
    """The channel's own pace, else that of its service."""
    if channel.pace is not None:
        count, span = channel.pace
        return Pace(((count, span.total_seconds()),))
    return Pace(_LIMITS.get(service_of(channel.url), _OTHERS))
