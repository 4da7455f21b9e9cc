"""Where a change is put, given what its routes have sent before."""

from __future__ import annotations

from datetime import datetime

from monitor.alerts import route
from monitor.model import Change, Placement
from monitor.settings import Config
from monitor.store import sqlite


def placed(
    db: sqlite.Connection, change: Change, config: Config, *, now: datetime
) -> list[Placement]:
    """The alerts that the change belongs to, each with its time."""
    return route.place(change, config, now=now)
