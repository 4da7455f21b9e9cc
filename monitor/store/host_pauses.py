"""Hosts that asked for a pause, so that a restart keeps it too."""

from __future__ import annotations

from datetime import datetime

from monitor.store.database import Store
from monitor.store.times import to_text, to_time


def put(store: Store, host: str, *, until: datetime) -> None:
    """Keep what a host asked for last."""
    with store.writing() as db:
        db.execute(
            "INSERT OR REPLACE INTO host_pauses (host, paused_until) VALUES (?, ?)",
            (host, to_text(until)),
        )


def listed(store: Store, *, now: datetime) -> dict[str, datetime]:
    """Until when each paused host is left alone, the soonest first."""
    rows = store.all(
        "SELECT host, paused_until FROM host_pauses WHERE paused_until > ? "
        "ORDER BY paused_until, host",
        (to_text(now),),
    )
    return {row["host"]: to_time(row["paused_until"]) for row in rows}


def forget(store: Store, *, before: datetime) -> None:
    """Drop the pauses that are over."""
    with store.writing() as db:
        db.execute("DELETE FROM host_pauses WHERE paused_until < ?", (to_text(before),))
