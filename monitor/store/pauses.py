"""Channels that refuse: failures in a row, and until when nothing is sent to one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.store import poison
from monitor.store.database import Store
from monitor.store.times import maybe_text, maybe_time, to_text


@dataclass(frozen=True, slots=True)
class Pause:
    """A channel whose last attempts failed; `until` is None while it is tried on."""

    channel: str
    failures: int
    until: datetime | None
    reason: str


def failures(store: Store, channel: str) -> int:
    """How many attempts in a row have failed."""
    row = store.one("SELECT failures FROM pauses WHERE channel = ?", (channel,))
    return 0 if row is None else int(row[0])


def note(
    store: Store,
    channel: str,
    *,
    failures: int,
    until: datetime | None,
    reason: str,
) -> None:
    """Another attempt failed; nothing is sent before `until`."""
    with store.writing() as db:
        db.execute(
            "INSERT INTO pauses (channel, failures, paused_until, reason) "
            "VALUES (?, ?, ?, ?) ON CONFLICT (channel) DO UPDATE SET "
            "failures = excluded.failures, paused_until = excluded.paused_until, "
            "reason = excluded.reason",
            (channel, failures, maybe_text(until), reason),
        )


def end(store: Store, channel: str, *, now: datetime) -> None:
    """An attempt went well: what failed before is tried again at once, in its order."""
    with store.writing() as db:
        ended = db.execute("DELETE FROM pauses WHERE channel = ?", (channel,))
        if ended.rowcount:
            db.execute(
                "UPDATE deliveries SET next_attempt_at = min(next_attempt_at, ?) "
                "WHERE channel = ? AND status = 'pending' AND attempts > 0 "
                "AND error NOT LIKE ?",
                (to_text(now), channel, poison.MARKED),
            )


def listed(store: Store) -> list[Pause]:
    """The channels whose last attempt failed, by name."""
    rows = store.all(
        "SELECT channel, failures, paused_until, reason FROM pauses ORDER BY channel"
    )
    return [Pause(row[0], int(row[1]), maybe_time(row[2]), row[3]) for row in rows]
