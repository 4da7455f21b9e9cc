"""What the pages of sources, outlets and feeds read."""

from __future__ import annotations

from datetime import datetime

from monitor.store.database import Store
from monitor.store.overview import OVERDUE
from monitor.store.review import NEWEST
from monitor.store.times import to_text
from monitor.store.trail import Row

# The newest assertions of one source or outlet.
SAID = 40


def counts(
    store: Store, label: str, *, before: tuple[int, str] | None, size: int
) -> list[Row]:
    """Sources, outlets or topics with their changes by kind, the most first."""
    most, name = before or (NEWEST, "")
    rows = store.all(
        "SELECT value AS name, changes FROM change_counts WHERE label = ? "
        "AND kind = '' AND changes > 0 AND (changes < ? OR (changes = ? AND value > ?)) "
        "ORDER BY changes DESC, value LIMIT ?",
        (label, most, most, name, size),
    )
    return [dict(row) | {"kinds": kinds(store, label, row["name"])} for row in rows]


def names(store: Store, label: str, *, most: int) -> list[str]:
    """The names with the most changes, in the order of the alphabet."""
    rows = store.all(
        "SELECT value FROM change_counts WHERE label = ? AND kind = '' "
        "AND changes > 0 ORDER BY changes DESC LIMIT ?",
        (label, most),
    )
    return sorted((row[0] for row in rows), key=str.casefold)


def kinds(store: Store, label: str, name: str) -> dict[str, int]:
    """How many changes of each kind a source, outlet or topic has had."""
    rows = store.all(
        "SELECT kind, changes FROM change_counts WHERE label = ? AND value = ? "
        "AND kind <> '' AND changes > 0 ORDER BY changes DESC",
        (label, name),
    )
    return {row[0]: int(row[1]) for row in rows}


def source(store: Store, name: str) -> Row | None:
    """The source of that name, or None."""
    row = store.one("SELECT source_id, name, kind FROM sources WHERE name = ?", (name,))
    return None if row is None else dict(row)


def said(store: Store, source_id: int) -> list[Row]:
    """The newest assertions of a source."""
    rows = store.all(
        "SELECT a.assertion_id, a.claim_id, c.text AS claim, a.outlet, a.value_min, "
        "a.value_max, a.comparator, a.unit, a.certainty, a.quote, a.as_of, "
        "a.last_seen_at, a.article_id FROM assertions a JOIN claims c USING (claim_id) "
        "WHERE a.source_id = ? ORDER BY a.assertion_id DESC LIMIT ?",
        (source_id, SAID),
    )
    return [dict(row) for row in rows]


def feeds(store: Store, *, now: datetime) -> list[Row]:
    """Every feed in use and whether its news reaches us."""
    overdue = to_text(now - OVERDUE)
    rows = store.all(
        "SELECT feed_id, name, outlet, title, url, state, error, failures, "
        "last_polled_at, last_ok_at, next_poll_at, baselined_at, "
        "(error IS NOT NULL OR next_poll_at < ? OR EXISTS (SELECT 1 FROM facts "
        "WHERE name = 'offline' AND value <> '')) AS is_blind "
        "FROM feeds WHERE is_active = 1 ORDER BY is_blind DESC, name",
        (overdue,),
    )
    return [dict(row) for row in rows]


def entries(store: Store) -> dict[int, int]:
    """How many entries each feed has had."""
    rows = store.all("SELECT feed_id, count(*) FROM entries GROUP BY feed_id")
    return {row[0]: int(row[1]) for row in rows}


def episodes(store: Store, *, most: int) -> list[Row]:
    """Lasting trouble, the newest first."""
    rows = store.all(
        "SELECT subject, reason, started_at, told_at, ended_at FROM episodes "
        "ORDER BY episode_id DESC LIMIT ?",
        (most,),
    )
    return [dict(row) for row in rows]
