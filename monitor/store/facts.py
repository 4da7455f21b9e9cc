"""Facts about the database and the service: one row each, the newest value."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from monitor.store.database import Store
from monitor.store.times import to_text, to_time

# Since when nothing answers; empty while something does.
OFFLINE: Final = "offline"
# The program that opened the database last.
VERSION: Final = "version"


def note(store: Store, values: dict[str, str], *, now: datetime) -> None:
    """Store these facts as of now."""
    with store.writing() as db:
        db.executemany(
            "INSERT INTO facts (name, value, noted_at) VALUES (?, ?, ?) "
            "ON CONFLICT (name) DO UPDATE SET value = excluded.value, "
            "noted_at = excluded.noted_at",
            [(name, value, to_text(now)) for name, value in values.items()],
        )


def read(store: Store, name: str) -> tuple[str, datetime] | None:
    """A fact and when it was noted, or None."""
    row = store.one("SELECT value, noted_at FROM facts WHERE name = ?", (name,))
    return None if row is None else (row["value"], to_time(row["noted_at"]))
