"""Alerts and deliveries: the durable outbox.

A change, its alert and the deliveries are written in one transaction. An alert is
open for more changes until its first attempt closes it; from then on what is sent
under its key never changes, so a repeated message is recognisable.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor import schedule
from monitor.model import Alert, Change, DeliveryStatus, Outcome, Placement
from monitor.store import changes, leases, sqlite
from monitor.store.database import Store
from monitor.store.times import maybe_text, to_text, to_time

# How long an alert waits for an earlier one of its claim while its channel takes others:
# by then that has failed six times, and late news is worse than news out of order.
ORDER_PATIENCE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One alert for one channel, due now."""

    delivery_id: int
    alert_id: int
    channel: str
    attempts: int


def alert_key(change: Change, placement: Placement, revision: int) -> str:
    """A key made from what happened, not from when we saw it.

    Two runs over the same input give the same key, so that a message repeated after
    a crash can be told from a new one.
    """
    after = change.after.text if change.after else ""
    before = change.before.text if change.before else ""
    parts = (
        placement.route,
        change.kind,
        change.claim,
        change.article_url,
        before,
        after,
        str(revision),
    )
    return "A-" + hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:8]


def place(
    db: sqlite.Connection,
    change: Change,
    placements: Sequence[Placement],
    *,
    revision: int,
    now: datetime,
) -> list[str]:
    """Put a recorded change into its alerts; returns their keys."""
    keys = []
    for placement in placements:
        row = open_alert(db, placement, now=now)
        if row is not None:
            _hasten(db, row["alert_id"], placement.flush_at)
        else:
            key = _open(db, change, placement, revision, now)
            row = db.execute(
                "SELECT alert_id, alert_key FROM alerts WHERE alert_key = ?", (key,)
            ).fetchone()
        db.execute(
            "INSERT OR IGNORE INTO alert_changes (alert_id, change_id, reason) "
            "VALUES (?, ?, ?)",
            (row["alert_id"], change.change_id, placement.reason),
        )
        keys.append(row["alert_key"])
    return keys


def open_alert(
    db: sqlite.Connection, placement: Placement, *, now: datetime
) -> sqlite.Row | None:
    """The alert of this group that still takes changes, if there is one."""
    row: sqlite.Row | None = db.execute(
        "SELECT alert_id, alert_key, flush_at FROM alerts WHERE route = ? "
        "AND group_key = ? AND is_digest = ? AND closed_at IS NULL "
        "AND (flush_at > ? OR created_at = ?)",
        (
            placement.route,
            placement.group_key,
            int(placement.digest),
            to_text(now),
            to_text(now),
        ),
    ).fetchone()
    return row


def _hasten(db: sqlite.Connection, alert_id: int, flush_at: datetime) -> None:
    """A change that must go sooner takes its whole alert with it."""
    moment = to_text(flush_at)
    db.execute(
        "UPDATE alerts SET flush_at = ? WHERE alert_id = ? AND flush_at > ?",
        (moment, alert_id, moment),
    )
    db.execute(
        "UPDATE deliveries SET next_attempt_at = ? WHERE alert_id = ? "
        "AND attempts = 0 AND next_attempt_at > ?",
        (moment, alert_id, moment),
    )


def opened_since(db: sqlite.Connection, route: str, since: datetime) -> list[datetime]:
    """When alerts of the route were opened since then, digests aside."""
    rows = db.execute(
        "SELECT created_at FROM alerts WHERE route = ? AND is_digest = 0 "
        "AND created_at > ? ORDER BY created_at",
        (route, to_text(since)),
    )
    return [to_time(row[0]) for row in rows]


def last_closed(db: sqlite.Connection, route: str, group_key: str) -> datetime | None:
    """When the group's last alert was closed to be sent."""
    row = db.execute(
        "SELECT max(closed_at) FROM alerts WHERE route = ? AND group_key = ? "
        "AND is_digest = 0",
        (route, group_key),
    ).fetchone()
    return to_time(row[0]) if row[0] else None


def _open(
    db: sqlite.Connection,
    change: Change,
    placement: Placement,
    revision: int,
    now: datetime,
) -> str:
    base = key = alert_key(change, placement, revision)
    repeat = 1
    while db.execute("SELECT 1 FROM alerts WHERE alert_key = ?", (key,)).fetchone():
        repeat += 1
        key = f"{base}-{repeat}"
    cursor = db.execute(
        "INSERT INTO alerts (alert_key, route, group_key, is_digest, created_at, "
        "flush_at) VALUES (?, ?, ?, ?, ?, ?)",
        (
            key,
            placement.route,
            placement.group_key,
            int(placement.digest),
            to_text(now),
            to_text(placement.flush_at),
        ),
    )
    for channel in placement.channels:
        db.execute(
            "INSERT INTO deliveries (alert_id, channel, status, next_attempt_at) "
            "VALUES (?, ?, ?, ?)",
            (
                cursor.lastrowid,
                channel,
                DeliveryStatus.PENDING,
                to_text(placement.flush_at),
            ),
        )
    return key


def due(
    store: Store,
    *,
    now: datetime,
    limit: int,
    force: bool = False,
    but: Collection[int] = (),
    without: Collection[str] = (),
) -> list[Delivery]:
    """Deliveries to be tried now, oldest first, leased; closes their alerts.

    `force` takes what waits for its group, its next try or its channel's pause as
    well; `but` are those that this pass has tried already, `without` the channels that
    are busy. What waits for nobody to acknowledge it is never forced. Of a channel that
    has failed so often that it must prove itself, one is taken.
    """
    moment = to_text(now)
    with store.writing() as db:
        rows = db.execute(
            _TAKE,
            {
                "holder": leases.holder(),
                "until": leases.until(now),
                "now": moment,
                "waited": to_text(now - ORDER_PATIENCE),
                "force": force,
                "trial_from": schedule.BREAK_AFTER,
                "but": json.dumps(list(but)),
                "without": json.dumps(list(without)),
                "limit": limit,
            },
        ).fetchall()
        db.executemany(
            "UPDATE alerts SET closed_at = coalesce(closed_at, ?) WHERE alert_id = ?",
            [(moment, row["alert_id"]) for row in rows],
        )
    return sorted((Delivery(*row) for row in rows), key=lambda d: d.delivery_id)


# What tells of one claim goes to a channel in order: an alert waits for an earlier one
# that was taken and is not through. CROSS JOIN keeps the order of the joins: from the
# few changes of the alert, not from all that is pending.
_TAKE = """
UPDATE deliveries SET leased_by = :holder, leased_until = :until
WHERE delivery_id IN (
  SELECT delivery_id FROM (
    SELECT d.delivery_id, d.next_attempt_at, coalesce(p.failures, 0) AS failures,
      row_number() OVER (
        PARTITION BY d.channel ORDER BY d.delivery_id) AS place
    FROM deliveries d LEFT JOIN pauses p USING (channel)
    WHERE d.next_attempt_at IS NOT NULL
      AND (d.next_attempt_at <= :now
        OR (:force AND d.sent_at IS NULL AND d.escalation = 0))
      AND (:force OR p.paused_until IS NULL OR p.paused_until <= :now)
      AND d.delivery_id NOT IN (SELECT value FROM json_each(:but))
      AND d.channel NOT IN (SELECT value FROM json_each(:without))
      AND (d.leased_until IS NULL OR d.leased_until <= :now)
      AND NOT EXISTS (
        SELECT 1 FROM alert_changes mine CROSS JOIN changes c USING (change_id)
        CROSS JOIN changes e ON e.claim_id = c.claim_id
        CROSS JOIN alert_changes theirs ON theirs.change_id = e.change_id
        CROSS JOIN alerts a ON a.alert_id = theirs.alert_id
        CROSS JOIN deliveries b ON b.alert_id = a.alert_id AND b.channel = d.channel
        WHERE mine.alert_id = d.alert_id AND b.delivery_id < d.delivery_id
          AND b.status = 'pending' AND (b.escalation = 0 OR b.attempts > 0)
          AND a.closed_at IS NOT NULL
          AND (a.closed_at > :waited OR p.failures > 0)))
  WHERE place = 1 OR :force OR failures < :trial_from
  ORDER BY delivery_id LIMIT :limit)
RETURNING delivery_id, alert_id, channel, attempts
"""


def give_back(store: Store, delivery_ids: Sequence[int]) -> None:
    """End the leases of deliveries that were not tried."""
    if not delivery_ids:
        return
    with store.writing() as db:
        db.executemany(
            "UPDATE deliveries SET leased_by = NULL, leased_until = NULL "
            "WHERE delivery_id = ?",
            [(delivery_id,) for delivery_id in delivery_ids],
        )


def alert(store: Store, alert_id: int) -> Alert:
    """An alert with its changes in the order they were seen."""
    row = store.one("SELECT * FROM alerts WHERE alert_id = ?", (alert_id,))
    if row is None:
        raise LookupError(alert_id)
    rows = store.all(
        f"{changes.SELECT} JOIN alert_changes ac ON ac.change_id = c.change_id "
        "WHERE ac.alert_id = ? AND ac.withheld IS NULL ORDER BY c.change_id",
        (alert_id,),
    )
    earlier = store.one(
        "SELECT alert_key FROM alerts WHERE route = ? AND group_key = ? "
        "AND alert_id < ? AND is_digest = 0 ORDER BY alert_id DESC LIMIT 1",
        (row["route"], row["group_key"], alert_id),
    )
    return Alert(
        alert_id=alert_id,
        key=row["alert_key"],
        route=row["route"],
        group_key=row["group_key"],
        # what is sent under its key never changes
        changes=tuple(changes.from_row(r, until=row["closed_at"]) for r in rows),
        digest=bool(row["is_digest"]),
        earlier_key=None if earlier is None else earlier["alert_key"],
    )


def record_delivery(
    store: Store,
    delivery: Delivery,
    outcome: Outcome,
    *,
    next_attempt_at: datetime | None,
    now: datetime,
    repeat_at: datetime | None = None,
) -> DeliveryStatus:
    """Store an attempt. Without a next one, a failure makes the delivery dead.

    What was dropped in the meantime stays dropped, unless it was sent after all.
    `repeat_at` is when a sent one is sent again; a reminder that fails is not dead.
    """
    if outcome.ok:
        status = DeliveryStatus.SENT
    elif next_attempt_at is None or outcome.permanent:
        status = DeliveryStatus.DEAD
    else:
        status = DeliveryStatus.PENDING
    with store.writing() as db:
        row = db.execute(
            "SELECT status, sent_at FROM deliveries WHERE delivery_id = ?",
            (delivery.delivery_id,),
        ).fetchone()
        if row["sent_at"] is not None:
            status = DeliveryStatus.SENT
        if status is not DeliveryStatus.SENT and row[0] == DeliveryStatus.DROPPED:
            # the user gave it up while it was under way
            status = DeliveryStatus.DROPPED
        again = next_attempt_at if status is DeliveryStatus.PENDING else None
        if status is DeliveryStatus.SENT:
            again = repeat_at if outcome.ok else next_attempt_at
        db.execute(
            "INSERT INTO attempts (delivery_id, attempted_at, is_ok, detail) "
            "VALUES (?, ?, ?, ?)",
            (delivery.delivery_id, to_text(now), int(outcome.ok), outcome.detail),
        )
        db.execute(
            "UPDATE deliveries SET status = ?, attempts = attempts + 1, "
            "next_attempt_at = ?, sent_at = ?, error = ?, leased_by = NULL, "
            "leased_until = NULL WHERE delivery_id = ?",
            (
                status,
                maybe_text(again),
                to_text(now) if outcome.ok else row["sent_at"],
                None if outcome.ok else outcome.detail,
                delivery.delivery_id,
            ),
        )
    return status


def retry(store: Store, delivery_ids: Sequence[int], *, now: datetime) -> int:
    """Make dead or dropped deliveries due again; returns how many there were.

    What was withheld from their alerts is sent after all: the user asks for it.
    """
    with store.writing() as db:
        db.executemany(
            "UPDATE alert_changes SET withheld = NULL WHERE alert_id IN (SELECT "
            "alert_id FROM deliveries WHERE delivery_id = ? AND status = 'dropped' "
            "AND error LIKE 'withheld: %')",
            [(delivery_id,) for delivery_id in delivery_ids],
        )
    return _set_status(
        store, delivery_ids, DeliveryStatus.PENDING, to_text(now), ("dead", "dropped")
    )


def drop(store: Store, delivery_ids: Sequence[int]) -> int:
    """Give up pending or dead deliveries; returns how many there were."""
    return _set_status(
        store, delivery_ids, DeliveryStatus.DROPPED, None, ("pending", "dead")
    )


def _set_status(
    store: Store,
    delivery_ids: Sequence[int],
    status: DeliveryStatus,
    due_at: str | None,
    only: tuple[str, str],
) -> int:
    changed = 0
    with store.writing() as db:
        for delivery_id in delivery_ids:
            cursor = db.execute(
                "UPDATE deliveries SET status = ?, next_attempt_at = ?, "
                "attempts = CASE WHEN ? IS NULL THEN attempts ELSE 0 END "
                "WHERE delivery_id = ? AND status IN (?, ?)",
                (status, due_at, due_at, delivery_id, *only),
            )
            changed += cursor.rowcount
    return changed
