"""Silences: kept for the record after they end."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from monitor.alerts.silences import Silence
from monitor.settings import Matcher
from monitor.store import sqlite
from monitor.store.database import Store
from monitor.store.times import to_text, to_time


def add(
    store: Store,
    matchers: Sequence[Matcher],
    *,
    starts_at: datetime,
    ends_at: datetime,
    author: str,
    reason: str,
    now: datetime,
) -> int:
    """Store a silence; returns its id."""
    stored = [[m.label, m.op, list(m.values)] for m in matchers]
    with store.writing() as db:
        cursor = db.execute(
            "INSERT INTO silences (matchers, starts_at, ends_at, author, reason, "
            "created_at) VALUES (?, ?, ?, ?, ?, ?)",
            (
                json.dumps(stored, ensure_ascii=False),
                to_text(starts_at),
                to_text(ends_at),
                author,
                reason,
                to_text(now),
            ),
        )
    return int(cursor.lastrowid or 0)


def expire(store: Store, silence_id: int, *, now: datetime) -> bool:
    """End a silence now; False if there is none that is still to end."""
    with store.writing() as db:
        cursor = db.execute(
            "UPDATE silences SET ends_at = :now, starts_at = min(starts_at, :now) "
            "WHERE silence_id = :id AND ends_at > :now",
            {"now": to_text(now), "id": silence_id},
        )
    return cursor.rowcount > 0


def listed(store: Store, *, ending_after: datetime | None = None) -> list[Silence]:
    """All silences, or those that end after the moment, first made first."""
    after = "" if ending_after is None else to_text(ending_after)
    rows = store.all(
        "SELECT * FROM silences WHERE ends_at > ? ORDER BY silence_id", (after,)
    )
    return [_silence(row) for row in rows]


def withheld_by(store: Store, silence_id: int) -> int:
    """How many changes the silence has kept from an alert."""
    row = store.one(
        "SELECT count(*) FROM alert_changes WHERE withheld LIKE ?",
        (f"silence {silence_id} by %",),
    )
    return int(row[0]) if row else 0


def _silence(row: sqlite.Row) -> Silence:
    return Silence(
        silence_id=row["silence_id"],
        matchers=tuple(
            Matcher(label, op, tuple(values))
            for label, op, values in json.loads(row["matchers"])
        ),
        starts_at=to_time(row["starts_at"]),
        ends_at=to_time(row["ends_at"]),
        author=row["author"],
        reason=row["reason"],
    )
