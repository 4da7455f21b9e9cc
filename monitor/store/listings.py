"""What a feed lists: its entries, and the articles that they point to."""

from __future__ import annotations

from monitor.model import ParsedEntry
from monitor.store import sqlite
from monitor.store.times import maybe_text

# An entry's own content is a fallback document, not an archive.
CONTENT_LIMIT = 200_000


def article(
    db: sqlite.Connection,
    entry: ParsedEntry,
    *,
    outlet: str,
    language: str | None,
    moment: str,
    is_silent: bool,
) -> tuple[int | None, bool]:
    """The article that an entry points to, and whether it is new."""
    if entry.url is None:
        return None, False
    known = db.execute(
        "SELECT article_id, same_as_article_id FROM articles WHERE url = ?",
        (entry.url,),
    ).fetchone()
    if known is not None:
        return known["same_as_article_id"] or known["article_id"], False
    purged = db.execute(
        "SELECT 1 FROM tombstones WHERE url = ?", (entry.url,)
    ).fetchone()
    if purged is not None:
        return None, False
    cursor = db.execute(
        """
        INSERT INTO articles (url, outlet, title, language, published_at,
          first_seen_at, is_silent, next_check_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (
            entry.url,
            outlet,
            entry.title,
            language,
            maybe_text(entry.published_at or entry.updated_at),
            moment,
            int(is_silent),
            moment,
        ),
    )
    return cursor.lastrowid, True


def entry(
    db: sqlite.Connection,
    feed_id: int,
    entry: ParsedEntry,
    article_id: int | None,
    moment: str,
) -> bool:
    """Insert or refresh; an edit seen in the feed makes the article due at once."""
    key = (feed_id, entry.guid, entry.url or "")
    known = db.execute(
        "SELECT entry_id, title, updated_at FROM entries "
        "WHERE feed_id = ? AND guid = ? AND url = ?",
        key,
    ).fetchone()
    updated = maybe_text(entry.updated_at)
    content = entry.content_html[:CONTENT_LIMIT]
    if known is None:
        db.execute(
            """
            INSERT INTO entries (feed_id, guid, url, title, article_id, content_html,
              published_at, updated_at, first_seen_at, last_seen_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            (
                *key,
                entry.title,
                article_id,
                content,
                maybe_text(entry.published_at),
                updated,
                moment,
                moment,
            ),
        )
        return True
    db.execute(
        "UPDATE entries SET title = ?, updated_at = ?, content_html = ?, "
        "last_seen_at = ? WHERE entry_id = ?",
        (entry.title, updated, content, moment, known["entry_id"]),
    )
    edited = known["title"] != entry.title or known["updated_at"] != updated
    if edited and article_id is not None:
        db.execute(
            "UPDATE articles SET next_check_at = ? WHERE article_id = ?",
            (moment, article_id),
        )
    return False
