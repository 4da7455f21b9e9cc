"""Deliveries that are sent only while nobody has acknowledged their alert."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.model import DeliveryStatus
from monitor.store import sqlite
from monitor.store.database import Store
from monitor.store.times import to_text, to_time


@dataclass(frozen=True, slots=True)
class Escalation:
    """One step: this channel, then, unless the alert is acknowledged."""

    step: int
    channel: str
    due_at: datetime


def plan(db: sqlite.Connection, alert_id: int, steps: Sequence[Escalation]) -> None:
    """Put the steps into the outbox; a channel that has the alert gets no second."""
    db.executemany(
        "INSERT OR IGNORE INTO deliveries "
        "(alert_id, channel, status, next_attempt_at, escalation) VALUES (?, ?, ?, ?, ?)",
        [
            (
                alert_id,
                step.channel,
                DeliveryStatus.PENDING,
                to_text(step.due_at),
                step.step,
            )
            for step in steps
        ],
    )


def stop(db: sqlite.Connection, alert_id: int, who: str) -> None:
    """Drop the steps that were not sent: somebody has the alert."""
    db.execute(
        "UPDATE deliveries SET status = ?, next_attempt_at = NULL, error = ?, "
        "leased_by = NULL, leased_until = NULL "
        "WHERE alert_id = ? AND escalation > 0 AND status = ?",
        (
            DeliveryStatus.DROPPED,
            f"not needed: acknowledged by {who}",
            alert_id,
            DeliveryStatus.PENDING,
        ),
    )


def route_of(store: Store, alert_id: int) -> str | None:
    """The route of an alert of changes; None for a digest and for a notice."""
    row = store.one(
        "SELECT route FROM alerts WHERE alert_id = ? AND is_digest = 0 "
        "AND notice IS NULL",
        (alert_id,),
    )
    return None if row is None else str(row[0])


def began(store: Store, alert_id: int) -> tuple[datetime, list[str]] | None:
    """When the alert was first tried, and who got it then."""
    row = store.one("SELECT closed_at FROM alerts WHERE alert_id = ?", (alert_id,))
    if row is None or row[0] is None:
        return None
    rows = store.all(
        "SELECT channel FROM deliveries WHERE alert_id = ? AND sent_at IS NOT NULL "
        "ORDER BY escalation, delivery_id",
        (alert_id,),
    )
    return to_time(row[0]), [str(found[0]) for found in rows]
