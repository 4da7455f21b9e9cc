"""What users confirm: acknowledged alerts, pinned assertions, notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.model import Side
from monitor.store import changes, claims, escalations, sqlite
from monitor.store.database import Store
from monitor.store.times import to_text, to_time


@dataclass(frozen=True, slots=True)
class Pin:
    """What a user confirmed of an assertion; later changes compare with it."""

    side: Side
    author: str
    pinned_at: datetime


def acknowledge(
    store: Store, alert_id: int, *, author: str, note: str | None, now: datetime
) -> bool:
    """Mark an alert as seen; False if it was. The note goes to each of its claims."""
    with store.writing() as db:
        cursor = db.execute(
            "UPDATE alerts SET acknowledged_at = ?, acknowledged_by = ? "
            "WHERE alert_id = ? AND acknowledged_at IS NULL",
            (to_text(now), author, alert_id),
        )
        escalations.stop(db, alert_id, author)
        if note:
            rows = db.execute(
                "SELECT claim_id, max(change_id) FROM alert_changes "
                "JOIN changes USING (change_id) WHERE alert_id = ? GROUP BY claim_id",
                (alert_id,),
            ).fetchall()
            for claim_id, change_id in rows:
                add_note(db, claim_id, note, author=author, change=change_id, now=now)
    return cursor.rowcount > 0


def add_note(
    db: sqlite.Connection,
    claim_id: int,
    text: str,
    *,
    author: str,
    change: int | None = None,
    now: datetime,
) -> None:
    """Keep what a user says of a claim."""
    db.execute(
        "INSERT INTO notes (claim_id, change_id, author, text, created_at) "
        "VALUES (?, ?, ?, ?, ?)",
        (claim_id, change, author, text, to_text(now)),
    )


def current(store: Store, claim_id: int) -> list[int]:
    """The assertions that are the baseline of a claim."""
    rows = store.all(
        "SELECT assertion_id FROM assertions WHERE claim_id = ? AND is_historic = 0 "
        "ORDER BY assertion_id",
        (claim_id,),
    )
    return [row[0] for row in rows]


def claim_of(store: Store, assertion_id: int) -> int | None:
    """The claim of an assertion, or None if there is no such assertion."""
    row = store.one(
        "SELECT claim_id FROM assertions WHERE assertion_id = ?", (assertion_id,)
    )
    return None if row is None else int(row[0])


def pin(
    store: Store, assertion_ids: Sequence[int], *, author: str, now: datetime
) -> None:
    """Confirm what these assertions say now; pinning again confirms it anew."""
    with store.writing() as db:
        for assertion_id in assertion_ids:
            stored = claims.assertion(db, assertion_id)
            db.execute(
                "UPDATE assertions SET pinned_at = ?, pinned_by = ?, pinned_side = ? "
                "WHERE assertion_id = ?",
                (to_text(now), author, changes.side_text(stored.side), assertion_id),
            )


def unpin(store: Store, assertion_ids: Sequence[int]) -> int:
    """Compare with what was last said again; returns how many were pinned."""
    freed = 0
    with store.writing() as db:
        for assertion_id in assertion_ids:
            cursor = db.execute(
                "UPDATE assertions SET pinned_at = NULL, pinned_by = NULL, "
                "pinned_side = NULL WHERE assertion_id = ? AND pinned_at IS NOT NULL",
                (assertion_id,),
            )
            freed += cursor.rowcount
    return freed


def pinned(db: sqlite.Connection, assertion_id: int) -> Pin | None:
    """What a user confirmed of this assertion, if one did."""
    row = db.execute(
        "SELECT pinned_at, pinned_by, pinned_side FROM assertions "
        "WHERE assertion_id = ? AND pinned_at IS NOT NULL",
        (assertion_id,),
    ).fetchone()
    side = None if row is None else changes.side_of(row["pinned_side"])
    if row is None or side is None:
        return None
    return Pin(side, row["pinned_by"] or "", to_time(row["pinned_at"]))
