"""The robots.txt files that are known."""

from __future__ import annotations

from datetime import datetime

from monitor.robots import RobotsFile
from monitor.store.database import Store
from monitor.store.times import maybe_text, maybe_time, to_text, to_time


def get(store: Store, origin: str) -> RobotsFile | None:
    """What is known of an origin's file, however old."""
    row = store.one("SELECT * FROM robots WHERE origin = ?", (origin,))
    if row is None:
        return None
    return RobotsFile(
        text=row["text"],
        expires_at=to_time(row["expires_at"]),
        failing_since=maybe_time(row["failing_since"]),
    )


def put(store: Store, origin: str, found: RobotsFile) -> None:
    """Keep what a visit found."""
    with store.writing() as db:
        db.execute(
            "INSERT OR REPLACE INTO robots (origin, text, expires_at, failing_since) "
            "VALUES (?, ?, ?, ?)",
            (
                origin,
                found.text,
                to_text(found.expires_at),
                maybe_text(found.failing_since),
            ),
        )


def forget(store: Store, *, before: datetime) -> int:
    """Drop the files of hosts that nobody asked for lately."""
    with store.writing() as db:
        cursor = db.execute(
            "DELETE FROM robots WHERE expires_at < ?", (to_text(before),)
        )
        return int(cursor.rowcount)
