"""Where a change is put, given what its routes have sent before."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from monitor.alerts import route
from monitor.model import Change, Placement
from monitor.settings import Config, RouteConfig
from monitor.store import outbox, sqlite
from monitor.store.times import to_time

# The time over which `flood_cap` counts.
FLOOD_WINDOW = timedelta(hours=1)
FLOOD = "flood"


def placed(
    db: sqlite.Connection, change: Change, config: Config, *, now: datetime
) -> list[Placement]:
    """The alerts that the change belongs to, each with its time."""
    found = []
    for placement in route.place(change, config, now=now):
        taken = route.named(config, placement.route)
        if placement.digest or taken is None:
            found.append(placement)
        else:
            found.append(_paced(db, change, placement, taken, config, now))
    return found


def _paced(
    db: sqlite.Connection,
    change: Change,
    placement: Placement,
    taken: RouteConfig,
    config: Config,
    now: datetime,
) -> Placement:
    """Not sooner after the group's last alert than allowed, and no flood."""
    if route.breaks_through(taken, change.severity):
        return placement
    joined = outbox.open_alert(db, placement, now=now)
    if joined is not None:
        # it goes with the others, not before
        return replace(placement, flush_at=to_time(joined["flush_at"]))
    recent = outbox.opened_since(db, placement.route, now - FLOOD_WINDOW)
    if len(recent) >= taken.flood_cap:
        return replace(
            placement,
            group_key=FLOOD,
            digest=True,
            flush_at=max(recent[0] + FLOOD_WINDOW, now + taken.group_wait),
            reason=(
                f"{placement.reason}; gathered: {len(recent)} alerts within the hour"
            ),
        )
    last = outbox.last_closed(db, placement.route, placement.group_key)
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
