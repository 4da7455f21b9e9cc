"""Feeds and their entries: what is due, and what a poll brought."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from monitor import schedule, urls
from monitor.model import ParsedEntry
from monitor.settings import FeedConfig
from monitor.store import leases, listings, sqlite
from monitor.store.database import Store
from monitor.store.times import maybe_time, to_text


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed's stored state."""

    feed_id: int
    name: str
    url: str
    fetch_url: str
    outlet: str
    language: str | None
    moved_to: str | None
    moved_count: int
    baselined_at: datetime | None
    etag: str | None
    last_modified: str | None
    body_sha256: str | None
    unconditional_at: datetime | None
    last_ok_at: datetime | None
    next_poll_at: str
    state: str
    failures: int
    error: str | None
    failing_since: datetime | None
    last_new_at: datetime | None
    gap: timedelta | None
    ttl: timedelta | None
    wait: timedelta | None
    wait_reason: str | None


@dataclass(frozen=True, slots=True)
class PollRecord:
    """What a poll found out about the feed itself; entries come apart.

    `ok` with `is_changed` False is a 304 or an identical body.
    """

    ok: bool
    state: str
    next_poll_at: datetime
    wait: timedelta | None = None
    wait_reason: str | None = None
    error: str | None = None
    is_changed: bool = False
    was_unconditional: bool = False
    title: str | None = None
    language: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_sha256: str | None = None
    gap: timedelta | None = None
    ttl: timedelta | None = None
    moved_to: str | None = None
    adopt_url: str | None = None


@dataclass(frozen=True, slots=True)
class PollCounts:
    """What a poll stored, and the record as it was stored in the end."""

    record: PollRecord
    entries_new: int = 0
    articles_new: int = 0
    is_baseline: bool = False


# Completes the record when it is known how many entries were new.
Finish = Callable[[PollRecord, int], PollRecord]


# In the order of Feed: to look 24 names up in a row costs as much as its UPDATE.
_COLUMNS = """
    feed_id, name, url, fetch_url, outlet, language, moved_to, moved_count,
    baselined_at, etag, last_modified, body_sha256, unconditional_at, last_ok_at,
    next_poll_at, state, failures, error, failing_since, last_new_at,
    gap_s, ttl_s, wait_s, wait_reason
"""


def _feed(row: tuple[Any, ...]) -> Feed:
    # fmt: off
    (feed_id, name, url, fetch_url, outlet, language, moved_to, moved_count,
     baselined, etag, modified, digest, unconditional, ok,
     due, state, failures, error, failing, new,
     gap, ttl, wait, reason) = row
    # fmt: on
    return Feed(
        feed_id,
        name,
        url,
        fetch_url,
        outlet,
        language,
        moved_to,
        moved_count,
        maybe_time(baselined),
        etag,
        modified,
        digest,
        maybe_time(unconditional),
        maybe_time(ok),
        due,
        state,
        failures,
        error,
        maybe_time(failing),
        maybe_time(new),
        _span(gap),
        _span(ttl),
        _span(wait),
        reason,
    )


def _span(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


def _seconds(span: timedelta | None) -> int | None:
    return None if span is None else round(span.total_seconds())


def sync(
    store: Store, feeds: Sequence[tuple[FeedConfig, str]], *, now: datetime
) -> None:
    """Make the table agree with the configuration: (feed, outlet) pairs.

    A feed that is no longer configured keeps its history but is forgotten as a
    baseline: when it returns, its first good poll is silent again.
    """
    with store.writing() as db:
        before = _active(db)
        first = _first_polls(db, [feed for feed, _ in feeds], now)
        for feed, outlet in feeds:
            db.execute(
                """
                INSERT INTO feeds (name, url, fetch_url, outlet, language, next_poll_at)
                VALUES (:name, :url, :url, :outlet, :language, :due)
                ON CONFLICT (name) DO UPDATE SET
                  outlet = :outlet,
                  language = coalesce(:language, language),
                  fetch_url = CASE WHEN url = :url THEN fetch_url ELSE :url END,
                  etag = CASE WHEN url = :url THEN etag END,
                  last_modified = CASE WHEN url = :url THEN last_modified END,
                  body_sha256 = CASE WHEN url = :url THEN body_sha256 END,
                  baselined_at =
                    CASE WHEN url = :url AND is_active THEN baselined_at END,
                  next_poll_at =
                    CASE WHEN url = :url AND is_active THEN next_poll_at ELSE :due END,
                  url = :url, is_active = 1
                """,
                {
                    "name": feed.name,
                    "url": feed.url,
                    "outlet": outlet,
                    "language": feed.language,
                    "due": to_text(first.get(feed.name, now)),
                },
            )
        db.execute(
            """
            UPDATE feeds SET is_active = 0, baselined_at = NULL, state = 'new',
              error = NULL, failures = 0
            WHERE is_active = 1 AND name NOT IN (SELECT value FROM json_each(?))
            """,
            [json.dumps([feed.name for feed, _ in feeds])],
        )
        if _active(db) != before:
            _pause_and_resume(db)


def _first_polls(
    db: sqlite.Connection, feeds: Sequence[FeedConfig], now: datetime
) -> dict[str, datetime]:
    """When feeds that were not polled until now are polled first."""
    known = {
        (row["name"], row["url"])
        for row in db.execute("SELECT name, url FROM feeds WHERE is_active = 1")
    }
    new = [feed for feed in feeds if (feed.name, feed.url) not in known]
    due = schedule.first_polls([urls.host(feed.url) for feed in new], now)
    return {feed.name: at for feed, at in zip(new, due, strict=True)}


def _active(db: sqlite.Connection) -> set[int]:
    rows = db.execute("SELECT feed_id FROM feeds WHERE is_active = 1")
    return {row[0] for row in rows}


def _pause_and_resume(db: sqlite.Connection) -> None:
    """Leave alone what no configured feed carries; take up again what one does."""
    carried = (
        "EXISTS (SELECT 1 FROM entries e JOIN feeds f USING (feed_id) "
        "WHERE e.article_id = articles.article_id AND f.is_active = 1)"
    )
    db.execute(f"UPDATE articles SET watch = 'paused' WHERE NOT {carried}")
    db.execute(
        f"UPDATE articles SET watch = 'resumed' WHERE watch = 'paused' AND {carried}"
    )


def due(
    store: Store,
    *,
    now: datetime,
    limit: int,
    force: bool = False,
    but: Collection[int] = (),
) -> list[Feed]:
    """Feeds whose poll is due, oldest first, leased to this process.

    `but` are the ids of those that this pass has had already.
    """
    moment = to_text(now)
    with store.writing() as db:
        rows = db.execute(
            f"""
            UPDATE feeds SET leased_by = :holder, leased_until = :until
            WHERE feed_id IN (
              SELECT feed_id FROM feeds
              WHERE is_active = 1 AND (:force OR next_poll_at <= :now)
                AND feed_id NOT IN (SELECT value FROM json_each(:but))
                AND (leased_until IS NULL OR leased_until <= :now)
              ORDER BY next_poll_at LIMIT :limit)
            RETURNING {_COLUMNS}
            """,
            {
                "holder": leases.holder(),
                "until": leases.until(now),
                "now": moment,
                "force": force,
                "but": json.dumps(list(but)),
                "limit": limit,
            },
        ).fetchall()
    return sorted((_feed(tuple(row)) for row in rows), key=lambda f: f.next_poll_at)


def listed(store: Store) -> list[Feed]:
    """The configured feeds by name."""
    rows = store.all(f"SELECT {_COLUMNS} FROM feeds WHERE is_active = 1 ORDER BY name")
    return [_feed(tuple(row)) for row in rows]


def last_polled_at(store: Store) -> datetime | None:
    """When any feed was polled last."""
    row = store.one("SELECT max(last_polled_at) FROM feeds")
    return None if row is None else maybe_time(row[0])


def record_poll(
    store: Store,
    feed: Feed,
    record: PollRecord,
    entries: Iterable[ParsedEntry],
    *,
    outlets: dict[str, str],
    now: datetime,
    finish: Finish | None = None,
) -> PollCounts:
    """Store a poll: the feed's state, its entries, and articles not seen before.

    `outlets` maps an entry's URL to the outlet that publishes it. `finish` is told
    how many entries are new, before the feed's state is stored.
    """
    moment = to_text(now)
    with store.writing() as db:
        is_baseline = feed.baselined_at is None
        entries_new = articles_new = 0
        for entry in entries:
            article_id, is_new = listings.article(
                db,
                entry,
                outlet=outlets.get(entry.url or "", feed.outlet),
                language=feed.language,
                moment=moment,
                is_silent=is_baseline,
            )
            articles_new += is_new
            entries_new += listings.entry(db, feed.feed_id, entry, article_id, moment)
        if finish is not None:
            record = finish(record, entries_new)
        _state(db, feed, record, moment, has_news=entries_new > 0)
    return PollCounts(record, entries_new, articles_new, is_baseline and record.ok)


def record_states(
    store: Store, records: Iterable[tuple[Feed, PollRecord]], *, now: datetime
) -> None:
    """Store polls that brought no entries, in one transaction."""
    moment = to_text(now)
    with store.writing() as db:
        for feed, record in records:
            _state(db, feed, record, moment, has_news=False)


def _state(
    db: sqlite.Connection,
    feed: Feed,
    record: PollRecord,
    moment: str,
    *,
    has_news: bool,
) -> None:
    """Set what the poll found out, and only that.

    Most polls find nothing: each further column and each condition in SQL would cost
    them more than the rest of the record.
    """
    found: dict[str, object] = {
        "last_polled_at": moment,
        "next_poll_at": to_text(record.next_poll_at),
        "state": record.state,
        "error": record.error,
        "leased_by": None,
        "leased_until": None,
    }
    if record.ok:
        found |= _found_well(feed, record, moment)
    elif feed.failing_since is None:
        found["failing_since"] = moment
    if has_news:
        found["last_new_at"] = moment
    if (record.wait, record.wait_reason) != (feed.wait, feed.wait_reason):
        found["wait_s"] = _seconds(record.wait)
        found["wait_reason"] = record.wait_reason
    if record.title is not None:
        found["title"] = record.title
    if record.language is not None and feed.language is None:
        found["language"] = record.language
    if record.adopt_url is not None:
        found["fetch_url"] = record.adopt_url
    columns = ", ".join(f"{name} = ?" for name in found)
    failures = "0" if record.ok else "failures + 1"
    db.execute(
        f"UPDATE feeds SET {columns}, failures = {failures} WHERE feed_id = ?",
        (*found.values(), feed.feed_id),
    )


def _found_well(feed: Feed, record: PollRecord, moment: str) -> dict[str, object]:
    """What only a good poll says."""
    found: dict[str, object] = {"last_ok_at": moment}
    if feed.baselined_at is None:
        found["baselined_at"] = moment
    if feed.failing_since is not None:
        found["failing_since"] = None
    if record.is_changed:
        found["gap_s"] = _seconds(record.gap)
        found["ttl_s"] = _seconds(record.ttl)
        found["etag"] = record.etag
        found["last_modified"] = record.last_modified
        found["body_sha256"] = record.body_sha256
    if record.was_unconditional:
        found["unconditional_at"] = moment
    if record.moved_to is not None or feed.moved_to is not None:
        again = record.moved_to is not None and record.moved_to == feed.moved_to
        found["moved_to"] = record.moved_to
        found["moved_count"] = (
            feed.moved_count + 1 if again else int(record.moved_to is not None)
        )
    return found


def postpone(store: Store, feed_id: int, *, until: datetime, error: str) -> None:
    """Move a poisoned feed's due time and say why (the loop goes on)."""
    with store.writing() as db:
        db.execute(
            "UPDATE feeds SET next_poll_at = ?, error = ?, failures = failures + 1, "
            "state = 'failing', leased_by = NULL, leased_until = NULL "
            "WHERE feed_id = ?",
            (to_text(until), error, feed_id),
        )
