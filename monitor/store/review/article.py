"""What the page of one article reads: its revisions, and the claims in each."""

from __future__ import annotations

from monitor.store import trail
from monitor.store.database import Store
from monitor.store.trail import Row

# Changes of one article that are looked through for the marks of a revision.
CHANGES = 500


def read(store: Store, article_id: int) -> Row | None:
    """The article, or None; another URL of a page gives the one that is kept."""
    rows = store.all("SELECT * FROM articles WHERE article_id = ?", (article_id,))
    if not rows:
        return None
    kept = rows[0]["same_as_article_id"]
    if kept is not None and kept != article_id:
        return read(store, kept)
    return dict(rows[0])


def revisions(store: Store, article_id: int) -> list[Row]:
    """Its revisions, first first, without their texts."""
    return trail.revisions(store, article_id)


def revision(store: Store, article_id: int, number: int) -> Row | None:
    """One revision with its text, or None."""
    row = store.one(
        "SELECT * FROM revisions WHERE article_id = ? AND number = ?",
        (article_id, number),
    )
    return None if row is None else dict(row)


def sightings(store: Store, revision_id: int) -> list[Row]:
    """The claims that a revision states, with their offsets, in text order."""
    rows = store.all(
        """
        SELECT s.start_offset AS start, s.end_offset AS end, s.gone_since, s.removed_at,
          a.claim_id, a.assertion_id, a.certainty, c.text AS claim,
          coalesce(src.name, a.outlet) AS source
        FROM sightings s JOIN assertions a USING (assertion_id)
        JOIN claims c USING (claim_id)
        LEFT JOIN sources src ON src.source_id = a.source_id
        WHERE s.revision_id = ? ORDER BY s.start_offset, s.end_offset DESC
        """,
        (revision_id,),
    )
    return [dict(row) for row in rows]


def kinds(store: Store, article_id: int) -> dict[int, dict[int, str]]:
    """By revision, what happened in it to which claim: the newest of several."""
    rows = store.all(
        "SELECT revision_id, claim_id, kind FROM (SELECT * FROM changes "
        "WHERE article_id = ? AND revision_id IS NOT NULL "
        "ORDER BY change_id DESC LIMIT ?) ORDER BY change_id",
        (article_id, CHANGES),
    )
    found: dict[int, dict[int, str]] = {}
    for row in rows:
        found.setdefault(row[0], {})[row[1]] = row[2]
    return found
