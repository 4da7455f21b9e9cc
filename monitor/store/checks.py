"""Checks of articles: the state that each leaves behind, and the log of them all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from monitor.model import Verdict
from monitor.store import sqlite
from monitor.store.database import Store
from monitor.store.times import maybe_text, to_text

# A check that brought nothing, in the words of the view `check_history`.
UNCHANGED = ("not modified", "same text")


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of asking for a page; `status` None = no answer."""

    status: int | None
    size: int | None
    duration: timedelta | None


NOT_ASKED = Fetched(None, None, None)


@dataclass(frozen=True, slots=True)
class CheckRecord:
    """What a check found out about the page itself; the text comes apart.

    `revision` is the number of the revision that it brought.
    """

    next_check_at: datetime | None
    verdict: Verdict = Verdict.OK
    error: str | None = None
    ok: bool = True
    etag: str | None = None
    last_modified: str | None = None
    body_sha256: str | None = None
    gone_since: datetime | None = None
    gone_at: datetime | None = None
    fetched: Fetched = NOT_ASKED
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """Checks of an article one after another that brought the same.

    `checks` of them; what the newest found stands for all, `first_at` is the oldest.
    """

    first_at: str
    checked_at: str
    checks: int
    outcome: str
    reason: str | None
    status: int | None
    bytes: int | None
    duration_ms: int | None
    revision: int | None
    next_check_at: str | None

    @property
    def is_unchanged(self) -> bool:
        """The page was there and said what it said before."""
        return self.outcome in UNCHANGED


def record(
    db: sqlite.Connection,
    article_id: int,
    found: CheckRecord,
    *,
    now: datetime,
    keep: int,
) -> None:
    """Store the state of the page after a check, give the lease back, log the check."""
    db.execute(
        """
        UPDATE articles SET
          last_checked_at = :now, next_check_at = :next, verdict = :verdict,
          error = :error,
          failures = CASE WHEN :ok THEN 0 ELSE failures + 1 END,
          watch = CASE WHEN :ok THEN 'on' ELSE watch END,
          etag = CASE WHEN :ok THEN :etag ELSE etag END,
          last_modified = CASE WHEN :ok THEN :modified ELSE last_modified END,
          body_sha256 = CASE WHEN :ok THEN :body ELSE body_sha256 END,
          gone_since = :gone_since, gone_at = :gone_at,
          leased_by = NULL, leased_until = NULL
        WHERE article_id = :id
        """,
        {
            "now": to_text(now),
            "next": maybe_text(found.next_check_at),
            "verdict": found.verdict,
            "error": found.error,
            "ok": found.ok,
            "etag": found.etag,
            "modified": found.last_modified,
            "body": found.body_sha256,
            "gone_since": maybe_text(found.gone_since),
            "gone_at": maybe_text(found.gone_at),
            "id": article_id,
        },
    )
    log(db, article_id, found, now=now, keep=keep)


def log(
    db: sqlite.Connection,
    article_id: int,
    found: CheckRecord,
    *,
    now: datetime,
    keep: int,
) -> None:
    """Add a check to the log of its article, which holds the newest `keep`."""
    duration, due = found.fetched.duration, found.next_check_at
    [(number,)] = db.execute(
        "INSERT INTO checks SELECT ?1, 1 + coalesce((SELECT number FROM checks "
        "WHERE article_id = ?1 ORDER BY number DESC LIMIT 1), 0), "
        "?, ?, ?, ?, ?, ?, ?, ? RETURNING number",
        (
            article_id,
            to_text(now),
            found.fetched.status,
            found.fetched.size,
            None if duration is None else round(1_000 * duration.total_seconds()),
            found.verdict,
            found.error,
            found.revision,
            None if due is None else max(0, round((due - now).total_seconds())),
        ),
    ).fetchall()
    if number > keep:
        db.execute(
            "DELETE FROM checks WHERE article_id = ? AND number <= ?",
            (article_id, number - keep),
        )


def postpone(
    store: Store,
    article_id: int,
    *,
    until: datetime,
    error: str,
    now: datetime,
    keep: int,
) -> None:
    """Move a poisoned article's due time and say why (the loop goes on)."""
    found = CheckRecord(next_check_at=until, verdict=Verdict.ERROR, error=error)
    with store.writing() as db:
        db.execute(
            "UPDATE articles SET next_check_at = ?, error = ?, failures = failures + 1, "
            "leased_by = NULL, leased_until = NULL WHERE article_id = ?",
            (to_text(until), error, article_id),
        )
        log(db, article_id, found, now=now, keep=keep)


def of_article(store: Store, article_id: int) -> list[dict[str, Any]]:
    """The logged checks of an article, newest first."""
    rows = store.all(
        "SELECT number, checked_at, outcome, reason, status, bytes, duration_ms, "
        "revision, next_check_at FROM check_history WHERE article_id = ? "
        "ORDER BY number DESC",
        (article_id,),
    )
    return [dict(row) for row in rows]


def runs(checks: Iterable[dict[str, Any]]) -> list[Run]:
    """Logged checks, newest first, with those that brought the same taken together."""
    found = []
    for _, alike in groupby(checks, _alike):
        rows = list(alike)
        newest = {key: value for key, value in rows[0].items() if key != "number"}
        found.append(Run(first_at=rows[-1]["checked_at"], checks=len(rows), **newest))
    return found


def _alike(check: dict[str, Any]) -> tuple[Any, ...]:
    if check["outcome"] in UNCHANGED:
        return UNCHANGED, check["reason"]
    return check["outcome"], check["status"], check["reason"]
