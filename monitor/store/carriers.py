"""Outlets that come to say what a change told: added to it, not alerted again."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.model import Mention
from monitor.store import sqlite
from monitor.store.times import to_text

# As long as a story takes articles in: who writes later writes about the past.
WINDOW = timedelta(hours=72)


def note(
    db: sqlite.Connection,
    assertion_id: int,
    mention: Mention,
    *,
    outlet: str,
    article_url: str,
    now: datetime,
) -> None:
    """The outlet says what the assertion's claim was told to have come to."""
    value = mention.quantity if mention.measure else None
    db.execute(
        "INSERT OR IGNORE INTO carriers (change_id, outlet, article_url, seen_at) "
        "SELECT c.change_id, :outlet, :url, :now FROM assertions a "
        "JOIN changes c ON c.claim_id = a.claim_id "
        "WHERE a.assertion_id = :assertion AND c.disposition <> 'record' "
        "AND c.after IS NOT NULL AND c.detected_at >= :since "
        "AND json_extract(c.after, '$.value_min') IS :minimum "
        # "19" says what "at least 19" says
        "AND (json_extract(c.after, '$.value_max') IS :maximum "
        "OR :minimum IS NOT NULL) "
        "AND NOT EXISTS (SELECT 1 FROM json_each(c.outlets) WHERE value = :outlet)",
        {
            "outlet": outlet,
            "url": article_url,
            "now": to_text(now),
            "assertion": assertion_id,
            "since": to_text(now - WINDOW),
            "minimum": None if value is None else value.minimum,
            "maximum": None if value is None else value.maximum,
        },
    )
