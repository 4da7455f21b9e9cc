"""Articles and their revisions: what is due, which texts it had."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from monitor.model import Document, Response
from monitor.store import leases, sqlite
from monitor.store.database import Store
from monitor.store.times import maybe_text, maybe_time, to_text, to_time

# Due articles among which outlets take turns; sorting a long backlog would cost more.
COMPARED = 2_000


@dataclass(frozen=True, slots=True)
class Revision:
    """A stored state of an article's text."""

    revision_id: int
    number: int
    text: str
    headline_end: int
    text_sha256: str
    correction: str | None
    is_from_feed: bool
    analysis: str


@dataclass(frozen=True, slots=True)
class Article:
    """An article's stored state with its latest revision.

    `feeds` are the feeds that carried it, first seen first; `feed_html` is the
    richest content that any of their entries holds.
    """

    article_id: int
    url: str
    outlet: str
    title: str
    language: str | None
    published_at: datetime | None
    modified_at: datetime | None
    first_seen_at: datetime
    last_checked_at: datetime | None
    last_changed_at: datetime | None
    is_silent: bool
    is_resumed: bool
    story_id: int | None
    wire_key: str | None
    revision_count: int
    next_check_at: str
    failures: int
    gone_since: datetime | None
    gone_at: datetime | None
    etag: str | None
    last_modified: str | None
    body_sha256: str | None
    feeds: tuple[str, ...]
    feed_html: str
    revision: Revision | None


@dataclass(frozen=True, slots=True)
class Known:
    """An article by its address."""

    article_id: int
    url: str


def _revision(row: sqlite.Row) -> Revision:
    return Revision(
        revision_id=row["revision_id"],
        number=row["number"],
        text=row["text"],
        headline_end=row["headline_end"],
        text_sha256=row["text_sha256"],
        correction=row["correction"],
        is_from_feed=bool(row["is_from_feed"]),
        analysis=row["analysis"],
    )


def latest(db: sqlite.Connection, article_id: int) -> Revision | None:
    """The article's newest revision."""
    row = db.execute(
        "SELECT * FROM revisions WHERE article_id = ? ORDER BY number DESC LIMIT 1",
        (article_id,),
    ).fetchone()
    return None if row is None else _revision(row)


def carriers(db: sqlite.Connection, article_id: int) -> tuple[tuple[str, ...], str]:
    """Names of the feeds that carried the article, and their richest entry content."""
    rows = db.execute(
        "SELECT f.name, e.content_html FROM entries e JOIN feeds f USING (feed_id) "
        "WHERE e.article_id = ? ORDER BY e.first_seen_at, e.entry_id",
        (article_id,),
    ).fetchall()
    names = tuple(dict.fromkeys(row["name"] for row in rows))
    return names, max((row["content_html"] for row in rows), key=len, default="")


def _article(db: sqlite.Connection, row: sqlite.Row) -> Article:
    names, html = carriers(db, row["article_id"])
    return Article(
        article_id=row["article_id"],
        url=row["url"],
        outlet=row["outlet"],
        title=row["title"],
        language=row["language"],
        published_at=maybe_time(row["published_at"]),
        modified_at=maybe_time(row["modified_at"]),
        first_seen_at=to_time(row["first_seen_at"]),
        last_checked_at=maybe_time(row["last_checked_at"]),
        last_changed_at=maybe_time(row["last_changed_at"]),
        is_silent=bool(row["is_silent"]),
        is_resumed=row["watch"] == "resumed",
        story_id=row["story_id"],
        wire_key=row["wire_key"],
        revision_count=row["revision_count"],
        next_check_at=row["next_check_at"] or "",
        failures=row["failures"],
        gone_since=maybe_time(row["gone_since"]),
        gone_at=maybe_time(row["gone_at"]),
        etag=row["etag"],
        last_modified=row["last_modified"],
        body_sha256=row["body_sha256"],
        feeds=names,
        feed_html=html,
        revision=latest(db, row["article_id"]),
    )


def due(
    store: Store,
    *,
    now: datetime,
    limit: int,
    force: bool = False,
    but: Collection[int] = (),
) -> list[Article]:
    """Articles whose check is due, leased to this process.

    The outlets take turns, each with its oldest first. `force` takes all that are still
    watched, whatever their due time; `but` are those that this pass has had already.
    """
    moment = to_text(now)
    with store.writing() as db:
        rows = db.execute(
            """
            UPDATE articles SET leased_by = :holder, leased_until = :until
            WHERE article_id IN (
              SELECT article_id FROM (
                SELECT article_id, outlet, next_check_at FROM articles
                WHERE next_check_at IS NOT NULL AND watch <> 'paused'
                  AND (next_check_at <= :now
                    OR (:force AND coalesce(last_checked_at, '') < :now))
                  AND article_id NOT IN (SELECT value FROM json_each(:but))
                  AND (leased_until IS NULL OR leased_until <= :now)
                ORDER BY next_check_at LIMIT :compared)
              ORDER BY
                row_number() OVER (PARTITION BY outlet ORDER BY next_check_at),
                next_check_at
              LIMIT :limit)
            RETURNING *
            """,
            {
                "holder": leases.holder(),
                "until": leases.until(now),
                "now": moment,
                "force": force,
                "but": json.dumps(list(but)),
                "compared": COMPARED,
                "limit": limit,
            },
        ).fetchall()
    found = [_article(store.db, row) for row in rows]
    return sorted(found, key=lambda a: (a.next_check_at, a.article_id))


def add_revision(
    db: sqlite.Connection,
    article: Article,
    document: Document,
    *,
    analysis: str,
    now: datetime,
    is_silent_edit: bool = False,
) -> Revision:
    """Store the next revision and bring the article row up to date with it."""
    digest = sha256(document.text)
    number = article.revision_count + 1
    cursor = db.execute(
        """
        INSERT INTO revisions (article_id, number, text, headline_end, text_sha256,
          language, correction, is_from_feed, analysis, fetched_at, is_silent_edit)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (
            article.article_id,
            number,
            document.text,
            document.headline_end,
            digest,
            document.language,
            document.correction,
            int(document.from_feed),
            analysis,
            to_text(now),
            int(is_silent_edit),
        ),
    )
    _follow(db, article.article_id, document, number, now=now)
    return Revision(
        revision_id=int(cursor.lastrowid or 0),
        number=number,
        text=document.text,
        headline_end=document.headline_end,
        text_sha256=digest,
        correction=document.correction,
        is_from_feed=document.from_feed,
        analysis=analysis,
    )


def _follow(
    db: sqlite.Connection,
    article_id: int,
    document: Document,
    number: int,
    *,
    now: datetime,
) -> None:
    """The article row says what its newest revision says."""
    headline = document.text[: document.headline_end].strip()
    db.execute(
        """
        UPDATE articles SET revision_count = ?, last_changed_at = ?,
          title = CASE WHEN ? = '' THEN title ELSE ? END,
          language = coalesce(?, language),
          published_at = coalesce(published_at, ?), modified_at = coalesce(?, modified_at)
        WHERE article_id = ?
        """,
        (
            number,
            to_text(now),
            headline,
            headline,
            document.language,
            maybe_text(document.published_at),
            maybe_text(document.modified_at),
            article_id,
        ),
    )


def add_evidence(
    db: sqlite.Connection,
    revision: Revision,
    response: Response,
    *,
    now: datetime,
) -> None:
    """Keep the page as fetched: gzip HTML, response headers, time, SHA-256."""
    db.execute(
        "INSERT OR REPLACE INTO evidence VALUES (?, ?, ?, ?, ?, ?)",
        (
            revision.revision_id,
            to_text(now),
            response.url,
            json.dumps([h for h in response.headers if h[0].lower() != "set-cookie"]),
            hashlib.sha256(response.body).hexdigest(),
            gzip.compress(response.body, mtime=0),
        ),
    )


def restamp(db: sqlite.Connection, revision: Revision, *, analysis: str) -> None:
    """Note that the same text was analysed anew by other tools."""
    db.execute(
        "UPDATE revisions SET analysis = ? WHERE revision_id = ?",
        (analysis, revision.revision_id),
    )


def was_seen(db: sqlite.Connection, article_id: int, digest: str) -> bool:
    """Whether some earlier revision of the article had this very text."""
    sql = "SELECT 1 FROM revisions WHERE article_id = ? AND text_sha256 = ?"
    return db.execute(sql, (article_id, digest)).fetchone() is not None


def at_url(db: sqlite.Connection, url: str, *, but: int) -> Known | None:
    """Another article that is known by this address."""
    row = db.execute(
        "SELECT article_id, url FROM articles WHERE url = ? AND article_id <> ? "
        "AND same_as_article_id IS NULL",
        (url, but),
    ).fetchone()
    return None if row is None else Known(row["article_id"], row["url"])


def note_canonical(db: sqlite.Connection, article_id: int, url: str) -> None:
    """Keep the address that the page itself calls the right one."""
    db.execute(
        "UPDATE articles SET canonical_url = ? WHERE article_id = ?", (url, article_id)
    )


def was_silent_edit(db: sqlite.Connection, article_id: int, at: datetime) -> bool:
    """Whether the revision that was fetched at this moment was a silent edit."""
    row = db.execute(
        "SELECT is_silent_edit FROM revisions WHERE article_id = ? AND fetched_at = ? "
        "ORDER BY number DESC LIMIT 1",
        (article_id, to_text(at)),
    ).fetchone()
    return row is not None and bool(row[0])


def note_modified(db: sqlite.Connection, article_id: int, when: datetime) -> None:
    """Keep the date that the page gives its last edit, also when its text is as it was."""
    db.execute(
        "UPDATE articles SET modified_at = ? WHERE article_id = ?",
        (to_text(when), article_id),
    )


def merge_into(db: sqlite.Connection, article_id: int, kept_id: int) -> None:
    """Let an article that is a known one under another address point there."""
    db.execute(
        "UPDATE articles SET same_as_article_id = ?, next_check_at = NULL, "
        "leased_by = NULL, leased_until = NULL WHERE article_id = ?",
        (kept_id, article_id),
    )
    db.execute(
        "UPDATE entries SET article_id = ? WHERE article_id = ?", (kept_id, article_id)
    )


def set_story(db: sqlite.Connection, article_id: int, story_id: int) -> None:
    """Note the story that the article belongs to."""
    db.execute(
        "UPDATE articles SET story_id = ? WHERE article_id = ?", (story_id, article_id)
    )


def sha256(text: str) -> str:
    """The fingerprint by which texts of an article are told apart."""
    return hashlib.sha256(text.encode()).hexdigest()
