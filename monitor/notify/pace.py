"""Which service a channel's URL means, and how often it may be written to."""

from __future__ import annotations

from collections.abc import Mapping

# Seconds between two messages: Slack allows 1/s per webhook, Telegram 20/min per group,
# Discord 5 in 2 s; mail servers dislike bursts; one's own webhook takes what comes.
_SECONDS: Mapping[str, float] = {
    "slack": 1.0,
    "tgram": 3.0,
    "discord": 0.4,
    "mailto": 1.0,
    "mailtos": 1.0,
    "json": 0.0,
    "jsons": 0.0,
    "xml": 0.0,
    "xmls": 0.0,
    "form": 0.0,
    "forms": 0.0,
}
_OTHERS = 0.5

# Webhook addresses as the services show them, which apprise takes as they are.
_NATIVE: Mapping[str, str] = {
    "hooks.slack.com": "slack",
    "discord.com": "discord",
    "discordapp.com": "discord",
}


def service_of(url: str) -> str:
    """The apprise name of the service: "slack" for its https address, too."""
    schema, _, rest = url.partition("://")
    schema = schema.lower()
    host = rest.partition("/")[0].lower()
    return _NATIVE.get(host, schema) if schema == "https" else schema


def seconds_between(url: str) -> float:
    """The least time between two messages to this URL."""
    return _SECONDS.get(service_of(url), _OTHERS)
