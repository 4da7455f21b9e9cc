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

from monitor.alerts import intervals, matchers
from monitor.model import Change, ChangeKind, Placement, Severity
from monitor.settings import CONSOLE, Config, DigestConfig, RouteConfig

IMPLICIT_ROUTE = "default"
DIGEST_ROUTE = "digest"
HOURLY = "hourly"


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
    steps: list[Step] = []
    taken = _walk(effective(config), labels(change), steps)
    reasons = {step.route: step.reason for step in steps}
    return [
        _placement(change, route, config, now, reasons[route.name]) for route in taken
    ]


def trace(change: Change, config: Config) -> list[Step]:
    """Each route that was asked, in order, up to the one that ended the search."""
    return trace_labels(labels(change), config)


def trace_labels(had: dict[str, tuple[str, ...]], config: Config) -> list[Step]:
    """The same for labels alone, as `routes test` gives them."""
    steps: list[Step] = []
    _walk(effective(config), had, steps)
    return steps


def _walk(
    routes: Sequence[RouteConfig], had: dict[str, tuple[str, ...]], steps: list[Step]
) -> list[RouteConfig]:
    """The routes that take it: the deepest that match, as in Alertmanager."""
    taken: list[RouteConfig] = []
    for route in routes:
        step = _ask(route, had)
        at = len(steps)
        steps.append(step)
        if not step.taken:
            continue
        below = _walk(route.routes, had, steps)
        if below:
            reason = f"{step.reason}; left to a route under it"
            steps[at] = Step(route.name, taken=False, reason=reason)
        taken += below or [route]
        if not route.continue_:
            break
    return taken


def named(config: Config, name: str) -> RouteConfig | None:
    """The route of that name, wherever it is; None if it is no longer configured."""
    found = (route for top in effective(config) for route in top.walk())
    return next((route for route in found if route.name == name), None)


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
    wanted = (*matchers.equal(route.match), *route.matchers)
    wrong = matchers.unmet(wanted, had)
    if wrong is not None:
        got = ", ".join(had.get(wrong.label, ())) or "none"
        values = " or ".join(wrong.values)
        if wrong.op != "=":
            values = f"{wrong.op} {values}"
        reason = f"{wrong.label} {got} is not {values}"
        return Step(route.name, taken=False, reason=reason)
    if not wanted:
        return Step(route.name, taken=True, reason=f"route {route.name} takes all")
    matched = ", ".join(matchers.shown(matcher) for matcher in wanted)
    return Step(route.name, taken=True, reason=f"route {route.name}: {matched}")


def _placement(
    change: Change, route: RouteConfig, config: Config, now: datetime, reason: str
) -> Placement:
    if change.digest or route.digest:
        due, told = digest_at(route, config, now)
        return Placement(
            route=route.name,
            group_key="digest",
            channels=route.channels,
            flush_at=due,
            digest=True,
            reason=f"{reason}; {told}",
        )
    key = group_key(change, route.group_by)
    flush_at, held = speaks_at(route, config, change.severity, now + route.group_wait)
    return Placement(
        route=route.name,
        group_key=key,
        channels=route.channels,
        flush_at=flush_at,
        digest=False,
        reason=f"{reason}; grouped by {key}" + (f"; {held}" if held else ""),
    )


def speaks_at(
    route: RouteConfig, config: Config, severity: Severity, moment: datetime
) -> tuple[datetime, str | None]:
    """When the route may send what would be sent at that moment, and why later."""
    why = intervals.silent(route, config, moment)
    if why is None:
        return moment, None
    if breaks_through(route, severity):
        return moment, f"{why}, but {severity} breaks through"
    due = intervals.next_open(route, config, moment)
    return due, f"{why} until {due:%Y-%m-%d %H:%M} UTC"


def breaks_through(route: RouteConfig, severity: Severity) -> bool:
    """Whether so loud a change waits for no interval and no flood."""
    least = route.break_through
    return least is not None and severity.rank >= least.rank


def digest_at(
    route: RouteConfig, config: Config, now: datetime
) -> tuple[datetime, str]:
    """When the digest of a route is due, and how that is said."""
    if route.digest == HOURLY:
        zone = ZoneInfo(config.timezone)
        past = now.astimezone(zone)
        since = timedelta(
            minutes=past.minute, seconds=past.second, microseconds=past.microsecond
        )
        return now - since + timedelta(hours=1), "digest each hour"
    at = DigestConfig(at=route.digest) if route.digest else config.digest
    due = next_digest(at, config.timezone, now=now)
    return due, f"digest at {at.at} {config.timezone}"


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
