"""Where a change goes: the routes in order, grouping, and when the group is sent.

Routes are tried in order; the first that matches ends the search unless it says
`continue`. Without routes, every change goes to every channel; without channels, to
the console.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.model import Change, ChangeKind, Placement
from monitor.settings import Config, DigestConfig, RouteConfig

CONSOLE = "console"
IMPLICIT_ROUTE = "default"
DIGEST_ROUTE = "digest"


@dataclass(frozen=True, slots=True)
class Step:
    """One route asked, for `explain`: whether it took the change, and why."""

    route: str
    taken: bool
    reason: str


def place(change: Change, config: Config, *, now: datetime) -> list[Placement]:
    """The alerts that the change belongs to; empty when no route takes it.

    A digest with channels of its own is one for all: its changes skip the routes.
    """
    if change.digest and config.digest.channels:
        own = RouteConfig(name=DIGEST_ROUTE, channels=config.digest.channels)
        return [_placement(change, own, config, now, "the digest has its own channels")]
    routes = {route.name: route for route in effective(config)}
    return [
        _placement(change, routes[step.route], config, now, step.reason)
        for step in trace(change, config)
        if step.taken
    ]


def trace(change: Change, config: Config) -> list[Step]:
    """Each route that was asked, in order, up to the one that ended the search."""
    had = labels(change)
    steps: list[Step] = []
    for route in effective(config):
        step = _ask(route, had)
        steps.append(step)
        if step.taken and not route.continue_:
            break
    return steps


def effective(config: Config) -> tuple[RouteConfig, ...]:
    """The configured routes, or the implicit one."""
    if config.routes:
        return config.routes
    channels = tuple(channel.name for channel in config.channels) or (CONSOLE,)
    return (RouteConfig(name=IMPLICIT_ROUTE, channels=channels),)


def labels(change: Change) -> dict[str, tuple[str, ...]]:
    """What matchers and `group_by` see of a change; a label may have many values.

    `kind` holds the sub-kinds too: a figure that is also less certain is both. The
    labels of its feeds never replace ours.
    """
    custom: dict[str, tuple[str, ...]] = {}
    for name, value in change.labels:
        custom[name] = (*custom.get(name, ()), value)
    outlets = change.outlets or ((change.outlet,) if change.outlet else ())
    return custom | {
        "topic": change.topics,
        "kind": (change.kind.value, *(kind.value for kind in change.sub_kinds)),
        "severity": (change.severity.value,),
        "feed": change.feeds,
        "outlet": outlets,
        "source": _maybe(change.source),
        "source_kind": _maybe(change.source_kind),
        "measure": _maybe(change.measure),
        "certainty": (change.certainty.value,),
        "language": _maybe(change.language),
        "claim": (str(change.claim_id),),
        "article": (change.article_url,),
        "story": () if change.story_id is None else (str(change.story_id),),
    }


def next_digest(digest: DigestConfig, timezone: str, *, now: datetime) -> datetime:
    """The next time after `now` that the digest is due, in UTC.

    On the night that skips the hour it is sent when the clocks have moved on; on the
    night that has it twice, at the first.
    """
    hour, minute = (int(part) for part in digest.at.split(":"))
    zone = ZoneInfo(timezone)
    today = now.astimezone(zone).date()
    days = (today + timedelta(days=ahead) for ahead in (-1, 0, 1, 2))
    due = (
        datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone).astimezone(
            UTC
        )
        for day in days
    )
    return min(moment for moment in due if moment > now)


def _maybe(value: str | None) -> tuple[str, ...]:
    return (str(value),) if value else ()


def _ask(route: RouteConfig, had: dict[str, tuple[str, ...]]) -> Step:
    """Whether a route takes a change with these labels."""
    for label, accepted in route.match.items():
        values = had.get(label, ())
        if not _meet(values, accepted):
            got = ", ".join(values) or "none"
            wanted = " or ".join(accepted)
            return Step(
                route.name, taken=False, reason=f"{label} {got} is not {wanted}"
            )
    if not route.match:
        return Step(route.name, taken=True, reason=f"route {route.name} takes all")
    matched = ", ".join(
        f"{label}={'|'.join(accepted)}" for label, accepted in route.match.items()
    )
    return Step(route.name, taken=True, reason=f"route {route.name}: {matched}")


def _meet(values: Sequence[str], accepted: Sequence[str]) -> bool:
    wanted = {value.casefold() for value in accepted}
    return any(value.casefold() in wanted for value in values)


def _placement(
    change: Change, route: RouteConfig, config: Config, now: datetime, reason: str
) -> Placement:
    if change.digest:
        due = next_digest(config.digest, config.timezone, now=now)
        return Placement(
            route=route.name,
            group_key="digest",
            channels=route.channels,
            flush_at=due,
            digest=True,
            reason=f"{reason}; digest at {config.digest.at} {config.timezone}",
        )
    key = group_key(change, route.group_by)
    return Placement(
        route=route.name,
        group_key=key,
        channels=route.channels,
        flush_at=now + route.group_wait,
        digest=False,
        reason=f"{reason}; grouped by {key}",
    )


def group_key(change: Change, group_by: Sequence[str]) -> str:
    """What a change shares with the others of its alert.

    New claims are grouped by article whatever the route says: a fresh article with
    twenty of them is one alert. An absent label falls back to the claim, so that
    unrelated changes are not lumped together.
    """
    if change.kind is ChangeKind.NEW:
        return f"new article={change.article_url}"
    return " ".join(_part(change, label) for label in group_by) or "all"


def _part(change: Change, label: str) -> str:
    if label == "claim":
        return f"claim={change.claim_id}"
    if label == "article":
        return f"article={change.article_url}"
    if label == "story":
        if change.story_id is None:
            return f"claim={change.claim_id}"
        return f"story={change.story_id}"
    if label == "kind":
        return f"kind={change.kind}"
    values = labels(change).get(label, ())
    if not values:
        return f"claim={change.claim_id}"
    return f"{label}={'|'.join(sorted(values))}"
