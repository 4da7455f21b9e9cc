"""What is left out of an alert: decided once, before its first attempt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.model import Change, DeliveryStatus
from monitor.store import changes, escalations
from monitor.store.database import Store
from monitor.store.escalations import Escalation
from monitor.store.outbox import Delivery
from monitor.store.times import to_text


def unsettled(store: Store, alert_id: int) -> list[Change] | None:
    """All changes of an alert that is not settled yet; None if it is."""
    row = store.one("SELECT settled_at FROM alerts WHERE alert_id = ?", (alert_id,))
    if row is None or row["settled_at"] is not None:
        return None
    rows = store.all(
        f"{changes.SELECT} JOIN alert_changes ac ON ac.change_id = c.change_id "
        "WHERE ac.alert_id = ? ORDER BY c.change_id",
        (alert_id,),
    )
    return [changes.from_row(r) for r in rows]


def told_between(store: Store, since: datetime, until: datetime) -> list[Change]:
    """Changes of that time that are alerted or in a digest."""
    rows = store.all(
        f"{changes.SELECT} WHERE c.detected_at BETWEEN ? AND ? "
        "AND c.disposition <> 'record' ORDER BY c.change_id",
        (to_text(since), to_text(until)),
    )
    return [changes.from_row(r) for r in rows]


def settle(
    store: Store,
    alert_id: int,
    withheld: Mapping[int, str],
    *,
    steps: Sequence[Escalation] = (),
    now: datetime,
) -> None:
    """Leave these changes out of the alert, for these reasons, for good.

    `steps` are who is told if nobody acknowledges what is left of it.
    """
    with store.writing() as db:
        db.executemany(
            "UPDATE alert_changes SET withheld = ? WHERE alert_id = ? AND change_id = ?",
            [(reason, alert_id, change_id) for change_id, reason in withheld.items()],
        )
        db.execute(
            "UPDATE alerts SET settled_at = coalesce(settled_at, ?) WHERE alert_id = ?",
            (to_text(now), alert_id),
        )
        escalations.plan(db, alert_id, steps)


def why_withheld(store: Store, alert_id: int) -> list[str]:
    """The reasons why changes are left out of an alert, each once."""
    rows = store.all(
        "SELECT DISTINCT withheld FROM alert_changes WHERE alert_id = ? "
        "AND withheld IS NOT NULL ORDER BY withheld",
        (alert_id,),
    )
    return [row[0] for row in rows]


def withhold(store: Store, delivery: Delivery, reason: str) -> None:
    """End a delivery of which nothing is left to send; `deliver retry` revives it."""
    with store.writing() as db:
        db.execute(
            "UPDATE deliveries SET status = ?, next_attempt_at = NULL, error = ?, "
            "leased_by = NULL, leased_until = NULL WHERE delivery_id = ?",
            (DeliveryStatus.DROPPED, f"withheld: {reason}", delivery.delivery_id),
        )


@dataclass(frozen=True, slots=True)
class Standing:
    """Who acknowledged the alert of a delivery, and what the delivery is by now."""

    acknowledged_by: str | None
    # how often it was sent so far
    sent: int = 0
    # the step of escalation that it is; 0 = none
    escalation: int = 0

    @property
    def was_sent(self) -> bool:
        """Whether this time is a reminder."""
        return self.sent > 0


def standing(store: Store, delivery: Delivery) -> Standing:
    """How a delivery stands before an attempt."""
    row = store.one(
        "SELECT a.acknowledged_at, a.acknowledged_by, d.escalation, "
        "(SELECT count(*) FROM attempts t WHERE t.delivery_id = d.delivery_id "
        "AND t.is_ok = 1) AS sent FROM deliveries d "
        "JOIN alerts a USING (alert_id) WHERE d.delivery_id = ?",
        (delivery.delivery_id,),
    )
    if row is None:
        return Standing(acknowledged_by=None)
    who = (row["acknowledged_by"] or "somebody") if row["acknowledged_at"] else None
    return Standing(who, row["sent"], row["escalation"])


def finish(store: Store, delivery: Delivery) -> None:
    """Remind no more of a delivery that was sent."""
    with store.writing() as db:
        db.execute(
            "UPDATE deliveries SET next_attempt_at = NULL, leased_by = NULL, "
            "leased_until = NULL WHERE delivery_id = ?",
            (delivery.delivery_id,),
        )
