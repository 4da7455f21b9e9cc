"""What the pages of stories and topics read."""

from __future__ import annotations

from monitor.store import sqlite
from monitor.store.database import Store
from monitor.store.trail import Row

# A story with more claims shows the most recently seen.
CLAIMS = 150
ASSERTIONS = 1_000
ARTICLES = 60


def listed(store: Store, *, before: tuple[str, int] | None, size: int) -> list[Row]:
    """Stories, the most recently seen first, below (last seen, id)."""
    seen, number = before or ("~", 0)
    rows = store.all(
        "SELECT story_id, title, first_seen_at, last_seen_at, size, "
        "(SELECT count(*) FROM claims c WHERE c.story_id = s.story_id) AS claims "
        "FROM stories s WHERE last_seen_at <= ? AND (last_seen_at, story_id) < (?, ?) "
        "ORDER BY last_seen_at DESC, story_id DESC LIMIT ?",
        (seen, seen, number, size),
    )
    return [dict(row) for row in rows]


def read(store: Store, story_id: int) -> Row | None:
    """One story, or None."""
    row = store.one("SELECT * FROM stories WHERE story_id = ?", (story_id,))
    return None if row is None else dict(row)


def claims(store: Store, story_id: int) -> list[Row]:
    """Its claims with their measures, the most recently seen first."""
    rows = store.all(
        "SELECT c.claim_id, c.text, c.first_seen_at, c.last_seen_at, m.label AS measure, "
        "m.key AS measure_key FROM claims c LEFT JOIN measures m USING (measure_id) "
        "WHERE c.story_id = ? ORDER BY c.last_seen_at DESC, c.claim_id LIMIT ?",
        (story_id, CLAIMS),
    )
    return [dict(row) for row in rows]


def assertions(store: Store, story_id: int) -> list[Row]:
    """What each source says now of its claims."""
    rows = store.all(
        """
        SELECT a.assertion_id, a.claim_id, coalesce(src.name, a.outlet) AS source,
          a.outlet, a.value_min, a.value_max, a.comparator, a.unit, a.certainty,
          a.polarity, a.status, a.quote, a.as_of, a.last_seen_at, a.article_id,
          a.pinned_at
        FROM claims c JOIN assertions a USING (claim_id)
        LEFT JOIN sources src ON src.source_id = a.source_id
        WHERE c.story_id = ? AND a.is_historic = 0
        ORDER BY a.claim_id, a.assertion_id LIMIT ?
        """,
        (story_id, ASSERTIONS),
    )
    return [dict(row) for row in rows]


def articles(store: Store, story_id: int) -> list[Row]:
    """Its articles, first seen first."""
    rows = store.all(
        "SELECT article_id, outlet, title, url, first_seen_at, revision_count, gone_at "
        "FROM articles WHERE story_id = ? ORDER BY first_seen_at, article_id LIMIT ?",
        (story_id, ARTICLES),
    )
    return [dict(row) for row in rows]


def of_changes(store: Store, change_ids: list[int]) -> list[Row]:
    """The stories of these changes with how many of them each has."""
    marks = sqlite.marks(change_ids)
    rows = store.all(
        "SELECT s.story_id, s.title, s.last_seen_at, count(*) AS changes "
        "FROM changes c JOIN claims cl USING (claim_id) JOIN stories s "
        f"ON s.story_id = cl.story_id WHERE c.change_id IN ({marks}) "
        "GROUP BY s.story_id ORDER BY changes DESC, s.story_id",
        change_ids,
    )
    return [dict(row) for row in rows]
