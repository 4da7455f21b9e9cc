"""Sightings: an assertion in one revision, with quote and offsets.

Writers take the connection of an open `store.writing()` block.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from monitor.model import Mention
from monitor.store import sqlite
from monitor.store.times import to_text, to_time


@dataclass(frozen=True, slots=True)
class Sighting:
    """An assertion seen in one revision."""

    sighting_id: int
    assertion_id: int
    claim_id: int
    revision_id: int
    quote: str
    start: int
    end: int
    sentence: int
    measure: str | None
    first_seen_at: str
    gone_since: datetime | None
    removed_at: datetime | None


_SIGHTINGS = """
SELECT s.*, a.claim_id, m.key AS measure_key FROM sightings s
JOIN assertions a USING (assertion_id)
JOIN claims c ON c.claim_id = coalesce(a.origin_claim_id, a.claim_id)
LEFT JOIN measures m ON m.measure_id = c.measure_id
"""


def _sighting(row: sqlite.Row) -> Sighting:
    return Sighting(
        sighting_id=row["sighting_id"],
        assertion_id=row["assertion_id"],
        claim_id=row["claim_id"],
        revision_id=row["revision_id"],
        quote=row["quote"],
        start=row["start_offset"],
        end=row["end_offset"],
        sentence=row["sentence"],
        measure=row["measure_key"],
        first_seen_at=row["first_seen_at"],
        gone_since=to_time(row["gone_since"]) if row["gone_since"] else None,
        removed_at=to_time(row["removed_at"]) if row["removed_at"] else None,
    )


def seen_in(db: sqlite.Connection, revision_id: int) -> list[Sighting]:
    """What was seen in a revision, in text order."""
    rows = db.execute(
        f"{_SIGHTINGS} WHERE s.revision_id = ? ORDER BY s.start_offset, s.sighting_id",
        (revision_id,),
    )
    return [_sighting(row) for row in rows]


def gone_from(db: sqlite.Connection, article_id: int) -> list[Sighting]:
    """What is missing from the article: removals not yet or already confirmed."""
    rows = db.execute(
        f"{_SIGHTINGS} WHERE s.article_id = ? AND s.gone_since IS NOT NULL "
        "ORDER BY s.sighting_id",
        (article_id,),
    )
    return [_sighting(row) for row in rows]


def add(
    db: sqlite.Connection,
    assertion_id: int,
    mention: Mention,
    *,
    article_id: int,
    revision_id: int,
    now: datetime,
    first_seen_at: str | None = None,
) -> int:
    """The assertion stands in this revision, at these offsets."""
    moment = to_text(now)
    cursor = db.execute(
        "INSERT INTO sightings (assertion_id, article_id, revision_id, quote, "
        "start_offset, end_offset, sentence, weight, first_seen_at, last_seen_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            assertion_id,
            article_id,
            revision_id,
            mention.quote,
            mention.start,
            mention.end,
            mention.sentence,
            mention.weight,
            first_seen_at or moment,
            moment,
        ),
    )
    return int(cursor.lastrowid or 0)


def forget_present(db: sqlite.Connection, revision_id: int) -> None:
    """Drop what stands in a revision: the same text is read by another engine."""
    db.execute(
        "DELETE FROM sightings WHERE revision_id = ? AND gone_since IS NULL",
        (revision_id,),
    )


def mark_gone(
    db: sqlite.Connection, sighting_ids: Iterable[int], *, now: datetime
) -> None:
    """Missing from the newest text: a removal, if a second check confirms it."""
    db.executemany(
        "UPDATE sightings SET gone_since = ? WHERE sighting_id = ?",
        [(to_text(now), sighting_id) for sighting_id in sighting_ids],
    )


def mark_removed(
    db: sqlite.Connection, sighting_ids: Iterable[int], *, now: datetime
) -> None:
    """A second check confirmed the removal."""
    db.executemany(
        "UPDATE sightings SET removed_at = ? WHERE sighting_id = ?",
        [(to_text(now), sighting_id) for sighting_id in sighting_ids],
    )


def mark_back(db: sqlite.Connection, sighting_ids: Iterable[int]) -> None:
    """It stands in the text again: neither pending nor removed."""
    db.executemany(
        "UPDATE sightings SET gone_since = NULL, removed_at = NULL "
        "WHERE sighting_id = ?",
        [(sighting_id,) for sighting_id in sighting_ids],
    )
