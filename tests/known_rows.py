"""One article, one claim, and what was told of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from monitor.model import ChangeKind, Outcome
from monitor.store import Store, outbox
from monitor.store.times import to_text
from tests.store_rows import (
    add_article,
    add_change,
    add_claim,
    change,
    placement,
)

NOW = datetime.now(UTC).replace(microsecond=0)
HOUR = timedelta(hours=1)


def add_known(store: Store) -> Store:
    """One article, one claim; a figure that was sent, a rewording only recorded."""
    article = add_article(store, now=NOW - 3 * HOUR)
    claim_id = add_claim(store, article=article, now=NOW - 3 * HOUR)
    add_change(
        store,
        change(claim_id, detected_at=NOW - 2 * HOUR),
        placement("hook", now=NOW - 2 * HOUR),
        article=article,
        now=NOW - 2 * HOUR,
    )
    [delivery] = outbox.due(store, now=NOW - HOUR, limit=9)
    outbox.record_delivery(
        store,
        delivery,
        Outcome(ok=True, detail="sent"),
        next_attempt_at=None,
        now=NOW - HOUR,
    )
    add_change(
        store,
        change(
            claim_id,
            kind=ChangeKind.REWORDED,
            sub_kinds=(ChangeKind.DETAIL,),
            detected_at=NOW - HOUR,
            topics=(),
        ),
        disposition="record",
        article=article,
    )
    with store.writing() as db:
        db.execute("UPDATE feeds SET next_poll_at = ?", (to_text(NOW + HOUR),))
    return store
