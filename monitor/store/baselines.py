"""How far the first baseline of a feed is: entries, articles read, claims found."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.store.database import Store


@dataclass(frozen=True, slots=True)
class Baseline:
    """`unread` are articles not visited yet; `unreadable` gave no text so far."""

    entries: int
    articles: int
    unread: int
    unreadable: int
    claims: int
    next_poll_at: str


def of_feed(store: Store, name: str) -> Baseline:
    """The counts of one feed; zeros for a feed that is not stored."""
    row = store.one(
        """
        WITH mine AS (
          SELECT DISTINCT e.article_id FROM entries e JOIN feeds f USING (feed_id)
          WHERE f.name = :name AND e.article_id IS NOT NULL)
        SELECT
          (SELECT count(*) FROM entries e JOIN feeds f USING (feed_id)
            WHERE f.name = :name) AS entries,
          (SELECT count(*) FROM mine) AS articles,
          (SELECT count(*) FROM mine JOIN articles a USING (article_id)
            WHERE a.last_checked_at IS NULL) AS unread,
          (SELECT count(*) FROM mine JOIN articles a USING (article_id)
            WHERE a.last_checked_at IS NOT NULL AND a.revision_count = 0)
            AS unreadable,
          (SELECT count(DISTINCT s.assertion_id) FROM mine
            JOIN sightings s USING (article_id)) AS claims,
          (SELECT next_poll_at FROM feeds WHERE name = :name) AS next_poll_at
        """,
        {"name": name},
    )
    if row is None or row["next_poll_at"] is None:
        return Baseline(0, 0, 0, 0, 0, "")
    return Baseline(*row)
