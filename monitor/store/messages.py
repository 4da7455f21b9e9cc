"""Messages as they were sent, and what a later one follows."""

from __future__ import annotations

import json
from datetime import datetime

from monitor.model import Message
from monitor.store.database import Store
from monitor.store.outbox import Delivery
from monitor.store.times import to_text

# A group may have thousands of alerts, and its channel no name for any of them.
_FAR = 50


def thread_of(store: Store, delivery: Delivery, *, since: datetime) -> str:
    """What the first message of the delivery's thread is called; empty without one.

    A thread is what was sent to one channel for one group, with no gap that reaches
    back beyond `since`; a reminder follows the delivery's own first message.
    """
    row = store.one(
        """
        SELECT coalesce(d.thread, d.reference)
        FROM deliveries d WHERE d.alert_id IN (
          SELECT a.alert_id FROM alerts mine JOIN alerts a ON a.route = mine.route
            AND a.group_key = mine.group_key AND a.alert_id <= mine.alert_id
          WHERE mine.alert_id = :alert AND mine.is_digest = 0 AND mine.notice IS NULL
          ORDER BY a.alert_id DESC LIMIT :far)
        AND d.channel = :channel AND d.reference IS NOT NULL AND d.sent_at >= :since
        ORDER BY d.alert_id DESC LIMIT 1
        """,
        {
            "alert": delivery.alert_id,
            "channel": delivery.channel,
            "since": to_text(since),
            "far": _FAR,
        },
    )
    return "" if row is None else str(row[0])


def note_sent(
    store: Store, delivery: Delivery, message: Message, form: str, reference: str
) -> None:
    """Keep what was sent and what the service calls it.

    The first reference stays: later messages follow that one.
    """
    kept = {
        "title": message.title,
        "body": message.body,
        "form": form,
        "note": message.note,
    }
    with store.writing() as db:
        db.execute(
            "UPDATE deliveries SET message = ?, thread = coalesce(thread, ?), "
            "reference = coalesce(reference, ?) WHERE delivery_id = ?",
            (
                json.dumps(kept, ensure_ascii=False),
                message.thread or None,
                reference or None,
                delivery.delivery_id,
            ),
        )
