"""Where a change is put, given what its routes have sent before."""

from __future__ import annotations

from datetime import datetime

from monitor.alerts import pacing, route
from monitor.model import Change, Placement
from monitor.settings import Config
from monitor.store import outbox, sqlite
from monitor.store.times import to_time


def placed(
    db: sqlite.Connection, change: Change, config: Config, *, now: datetime
) -> list[Placement]:
    """The alerts that the change belongs to, each with its time."""
    found = []
    for placement in route.place(change, config, now=now):
        taken = route.named(config, placement.route)
        if placement.digest or taken is None:
            found.append(placement)
            continue
        past = _past(db, placement, now)
        found.append(pacing.paced(change, placement, taken, config, past, now=now))
    return found


def _past(db: sqlite.Connection, placement: Placement, now: datetime) -> pacing.Past:
    joined = outbox.open_alert(db, placement, now=now)
    return pacing.Past(
        joins=None if joined is None else to_time(joined["flush_at"]),
        opened=outbox.opened_since(db, placement.route, now - pacing.DAY),
        closed_at=outbox.last_closed(db, placement.route, placement.group_key),
    )
