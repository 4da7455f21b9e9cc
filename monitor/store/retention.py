"""Tidy: drop what nobody refers to any more, and keep the file in good shape."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.store.database import Store
from monitor.store.times import to_text

# Rows a transaction: short enough that readers and the stages never wait.
STEP = 200


@dataclass(frozen=True, slots=True)
class Tidied:
    """How much was removed."""

    articles: int
    deliveries: int


def prune(
    store: Store, *, articles_before: datetime, deliveries_before: datetime
) -> Tidied:
    """Remove old articles (leaving tombstones) and old settled deliveries.

    An article goes when it is no longer watched nor in any feed, and nothing new was
    seen in it since; its claims stay while another article states them.
    """
    articles = deliveries = 0
    while step := _prune_articles(store, articles_before):
        articles += step
    while step := _prune_alerts(store, deliveries_before):
        deliveries += step
    return Tidied(articles, deliveries)


def _prune_articles(store: Store, before: datetime) -> int:
    moment = to_text(before)
    with store.writing() as db:
        rows = db.execute(
            """
            SELECT article_id, url FROM articles a
            WHERE next_check_at IS NULL
              AND coalesce(last_changed_at, first_seen_at) < :before
              AND coalesce(last_checked_at, first_seen_at) < :before
              AND NOT EXISTS (SELECT 1 FROM entries e
                WHERE e.article_id = a.article_id AND e.last_seen_at >= :before)
            LIMIT :step
            """,
            {"before": moment, "step": STEP},
        ).fetchall()
        for row in rows:
            db.execute(
                "INSERT OR REPLACE INTO tombstones (url, purged_at) VALUES (?, ?)",
                (row["url"], moment),
            )
            db.execute("DELETE FROM entries WHERE article_id = ?", (row["article_id"],))
            db.execute(
                "DELETE FROM articles WHERE article_id = ?", (row["article_id"],)
            )
        if rows:
            db.execute(
                "DELETE FROM assertions WHERE pinned_at IS NULL AND NOT EXISTS "
                "(SELECT 1 FROM sightings s "
                "WHERE s.assertion_id = assertions.assertion_id)"
            )
            db.execute(
                "DELETE FROM claims WHERE NOT EXISTS (SELECT 1 FROM assertions a "
                "WHERE a.claim_id = claims.claim_id) AND NOT EXISTS "
                "(SELECT 1 FROM changes c WHERE c.claim_id = claims.claim_id) "
                # the id of a merged claim finds the one that was kept
                "AND merged_into IS NULL"
            )
    return len(rows)


def _prune_alerts(store: Store, before: datetime) -> int:
    with store.writing() as db:
        rows = db.execute(
            "SELECT alert_id FROM alerts a WHERE created_at < ? AND NOT EXISTS "
            "(SELECT 1 FROM deliveries d WHERE d.alert_id = a.alert_id "
            "AND d.status = 'pending') LIMIT ?",
            (to_text(before), STEP),
        ).fetchall()
        db.executemany(
            "DELETE FROM alerts WHERE alert_id = ?", [(row[0],) for row in rows]
        )
    return len(rows)


def keep_in_shape(store: Store) -> None:
    """Let SQLite refresh its statistics and fold the write-ahead log back."""
    store.db.execute("PRAGMA optimize")
    store.db.execute("PRAGMA wal_checkpoint(PASSIVE)")
