"""When an alert goes, given what its route has sent before. Pure.

One reading for the outbox and for `replay`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.alerts import route
from monitor.model import Change, Placement
from monitor.settings import Config, RouteConfig

# The time over which `flood_cap` counts.
FLOOD_WINDOW = timedelta(hours=1)
FLOOD = "flood"
# Without topics and routes nobody said what matters: so many alerts a day, the rest is
# gathered hourly. With the hours of a day that stays below forty: what a person reads.
UNASKED_A_DAY = 14
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Past:
    """What a route has done.

    `joins` is when the group's open alert goes; `opened` are the moments of the last
    day at which alerts were opened, oldest first, digests aside; `closed_at` is when
    the group's last alert was closed.
    """

    joins: datetime | None
    opened: Sequence[datetime]
    closed_at: datetime | None


def paced(
    change: Change,
    placement: Placement,
    taken: RouteConfig,
    config: Config,
    past: Past,
    *,
    now: datetime,
) -> Placement:
    """Not sooner after the group's last alert than allowed, and no flood."""
    if route.breaks_through(taken, change.severity):
        return placement
    if past.joins is not None:
        # it goes with the others, not before
        return replace(placement, flush_at=past.joins)
    flood = _flood(taken, config, past.opened, now)
    if flood is not None:
        due, why = flood
        return replace(
            placement,
            group_key=FLOOD,
            digest=True,
            flush_at=due,
            reason=f"{placement.reason}; gathered: {why}",
        )
    last = past.closed_at
    if last is None or last + taken.group_interval <= placement.flush_at:
        return placement
    due, _ = route.speaks_at(
        taken, config, change.severity, last + taken.group_interval
    )
    return replace(
        placement,
        flush_at=due,
        reason=f"{placement.reason}; not before {due:%H:%M} UTC (group_interval)",
    )


def _flood(
    taken: RouteConfig, config: Config, opened: Sequence[datetime], now: datetime
) -> tuple[datetime, str] | None:
    """When what is too much goes, and why it is; None if it is not."""
    recent = [moment for moment in opened if moment > now - FLOOD_WINDOW]
    if len(recent) >= taken.flood_cap:
        due = max(recent[0] + FLOOD_WINDOW, now + taken.group_wait)
        return due, f"{len(recent)} alerts within the hour"
    today = sum(moment > now - DAY for moment in opened)
    is_asked = config.topics or config.routes
    if not is_asked and today >= UNASKED_A_DAY:
        why = f"{today} alerts within a day, and no topic or route says what matters"
        return now + FLOOD_WINDOW, why
    return None
