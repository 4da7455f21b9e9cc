"""How things stand, for `status`: feeds, articles, claims, changes, the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.store import facts, host_pauses, pauses, poison, sqlite
from monitor.store.database import Store
from monitor.store.pauses import Pause
from monitor.store.times import maybe_time, to_text, to_time

# A poll this much overdue did not happen: nobody watches. Longer than any tick.
OVERDUE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """How one configured feed is doing. `is_blind` = its news does not reach us.

    `wait` is the interval in use, without jitter, and `wait_reason` why it is that.
    """

    name: str
    outlet: str
    state: str
    error: str | None
    failures: int
    last_ok_at: datetime | None
    next_poll_at: datetime
    wait: timedelta | None
    wait_reason: str | None
    entries: int
    articles: int
    is_blind: bool


@dataclass(frozen=True, slots=True)
class Poisoned:
    """A row that broke a stage by an unforeseen error and stepped aside."""

    table: str
    row_id: int
    name: str
    failures: int
    error: str


@dataclass(frozen=True, slots=True)
class Outbox:
    """What waits to be sent.

    `due` = now, or tried before; the oldest of it since `due_since`. `later` waits for
    its group or the digest.
    """

    due: int
    due_since: datetime | None
    later: int
    dead: int
    refusing: tuple[Refusing, ...]


@dataclass(frozen=True, slots=True)
class Refusing:
    """A channel whose last attempt failed, and how much waits for it."""

    pause: Pause
    due: int


@dataclass(frozen=True, slots=True)
class Overview:
    """The whole state in figures.

    `articles` maps watched, failing, gone, forbidden (by robots.txt), and total;
    `failing` maps what is wrong with pages to their number, the commonest first;
    `paused_hosts` until when each host that asked for a pause is left alone.
    """

    feeds: tuple[FeedHealth, ...]
    articles: dict[str, int]
    failing: dict[str, int]
    claims: int
    assertions: int
    changes: dict[str, int]
    outbox: Outbox
    poisoned: tuple[Poisoned, ...]
    made_by: str | None
    offline_since: datetime | None
    paused_hosts: dict[str, datetime]

    @property
    def blind(self) -> tuple[FeedHealth, ...]:
        """Feeds whose news does not reach us now."""
        return tuple(feed for feed in self.feeds if feed.is_blind)

    @property
    def blind_since(self) -> datetime | None:
        """When the first of them was last read; None if none of them ever was."""
        seen = [feed.last_ok_at for feed in self.blind if feed.last_ok_at]
        return min(seen, default=None)


def overview(store: Store, *, now: datetime, changes_since: datetime) -> Overview:
    """Read it all in one consistent snapshot."""
    store.all("BEGIN")
    try:
        noted = facts.read(store, facts.VERSION)
        offline_since = _offline_since(store)
        return Overview(
            feeds=_feeds(store, now, is_offline=offline_since is not None),
            articles=_articles(store),
            failing=_failing(store),
            claims=_count(store, "SELECT count(*) FROM claims"),
            assertions=_count(store, "SELECT count(*) FROM assertions"),
            changes=_changes(store, changes_since),
            outbox=_outbox(store, now),
            poisoned=_poisoned(store),
            made_by=None if noted is None else noted[0],
            offline_since=offline_since,
            paused_hosts=host_pauses.listed(store, now=now),
        )
    finally:
        store.all("ROLLBACK")


def _offline_since(store: Store) -> datetime | None:
    noted = facts.read(store, facts.OFFLINE)
    return None if noted is None or not noted[0] else to_time(noted[0])


def _count(store: Store, sql: str) -> int:
    row = store.one(sql)
    return int(row[0]) if row else 0


def _feeds(store: Store, now: datetime, *, is_offline: bool) -> tuple[FeedHealth, ...]:
    entries = _by_feed(store, "entries")
    # of 200,000 entries in 0.1 s by the index alone; a plain count(DISTINCT) reads
    # every row with its content
    articles = _by_feed(
        store,
        "(SELECT DISTINCT article_id, feed_id FROM entries "
        "WHERE article_id IS NOT NULL)",
    )
    rows = store.all("SELECT * FROM feeds WHERE is_active = 1 ORDER BY name")
    return tuple(
        _feed(
            row,
            entries.get(row["feed_id"], 0),
            articles.get(row["feed_id"], 0),
            now,
            is_offline=is_offline,
        )
        for row in rows
    )


def _by_feed(store: Store, rows: str) -> dict[int, int]:
    found = store.all(f"SELECT feed_id, count(*) FROM {rows} GROUP BY feed_id")
    return {row[0]: int(row[1]) for row in found}


def _feed(
    row: sqlite.Row, entries: int, articles: int, now: datetime, *, is_offline: bool
) -> FeedHealth:
    due = to_time(row["next_poll_at"])
    return FeedHealth(
        name=row["name"],
        outlet=row["outlet"],
        state=row["state"],
        error=row["error"],
        failures=row["failures"],
        last_ok_at=maybe_time(row["last_ok_at"]),
        next_poll_at=due,
        wait=None if row["wait_s"] is None else timedelta(seconds=row["wait_s"]),
        wait_reason=row["wait_reason"],
        entries=entries,
        articles=articles,
        is_blind=is_offline or row["error"] is not None or due < now - OVERDUE,
    )


def _articles(store: Store) -> dict[str, int]:
    row = store.one(
        """
        SELECT count(*) AS total,
          count(*) FILTER (WHERE next_check_at IS NOT NULL) AS watched,
          count(*) FILTER (WHERE next_check_at IS NOT NULL AND failures > 0) AS failing,
          count(*) FILTER (WHERE gone_at IS NOT NULL) AS gone,
          count(*) FILTER (WHERE next_check_at IS NOT NULL
            AND error LIKE 'robots.txt %') AS forbidden
        FROM articles WHERE same_as_article_id IS NULL
        """
    )
    return {} if row is None else {key: int(row[key]) for key in row.keys()}  # noqa: SIM118


def _failing(store: Store) -> dict[str, int]:
    """Why watched articles have no page: the verdict, or what stands before the URL."""
    rows = store.all(
        """
        SELECT CASE
            WHEN coalesce(verdict, 'error') <> 'error' THEN verdict
            WHEN error GLOB 'HTTP [0-9]*' THEN substr(error, 1, 8)
            WHEN error LIKE 'the host answered %' THEN substr(error, 5)
            WHEN instr(error, ': ') BETWEEN 1 AND 24
              THEN substr(error, 1, instr(error, ': ') - 1)
            ELSE 'error' END AS cause, count(*) AS pages
        FROM articles WHERE next_check_at IS NOT NULL AND failures > 0
          AND same_as_article_id IS NULL
        GROUP BY cause ORDER BY pages DESC, cause
        """
    )
    return {row["cause"]: int(row["pages"]) for row in rows}


def _changes(store: Store, since: datetime) -> dict[str, int]:
    """Changes that were sent or wait for the digest, by kind."""
    rows = store.all(
        "SELECT kind, count(*) FROM changes WHERE detected_at >= ? "
        "AND disposition <> 'record' GROUP BY kind ORDER BY count(*) DESC, kind",
        (to_text(since),),
    )
    return {row[0]: int(row[1]) for row in rows}


def _outbox(store: Store, now: datetime) -> Outbox:
    rows = store.all(
        """
        SELECT d.channel, d.attempts > 0 OR d.next_attempt_at <= ? AS is_due,
          count(*) AS waiting, min(a.flush_at) AS since
        FROM deliveries d JOIN alerts a USING (alert_id)
        WHERE d.status = 'pending' GROUP BY d.channel, is_due
        """,
        (to_text(now),),
    )
    due = {row["channel"]: row["waiting"] for row in rows if row["is_due"]}
    since = min((row["since"] for row in rows if row["is_due"]), default=None)
    return Outbox(
        due=sum(due.values()),
        due_since=maybe_time(since),
        later=sum(row["waiting"] for row in rows if not row["is_due"]),
        dead=_count(store, "SELECT count(*) FROM deliveries WHERE status = 'dead'"),
        refusing=tuple(
            Refusing(pause, due.get(pause.channel, 0)) for pause in pauses.listed(store)
        ),
    )


def _poisoned(store: Store) -> tuple[Poisoned, ...]:
    rows = store.all(
        """
        SELECT 'feeds', feed_id, name, failures, error FROM feeds
          WHERE is_active = 1 AND failures > 0 AND error LIKE :mark
        UNION ALL
        SELECT 'articles', article_id, url, failures, error FROM articles
          WHERE next_check_at IS NOT NULL AND failures > 0 AND error LIKE :mark
        """,
        {"mark": poison.MARKED},
    )
    return tuple(Poisoned(*row) for row in rows)
