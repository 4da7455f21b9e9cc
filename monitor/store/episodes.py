"""Episodes of trouble, the notices about them, and what they are made from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.alerts.coverage import ChannelState, Episode, Trouble
from monitor.model import DeliveryStatus, Message
from monitor.store import sqlite
from monitor.store.database import Store
from monitor.store.times import maybe_time, to_text, to_time

ROUTE = "coverage"


@dataclass(frozen=True, slots=True)
class PolledFeed:
    """What the last polls of a feed brought."""

    name: str
    error: str | None
    last_ok_at: datetime | None
    failing_since: datetime | None
    last_new_at: datetime | None
    gap: timedelta | None


def feeds(store: Store) -> list[PolledFeed]:
    """The configured feeds that were polled at least once."""
    rows = store.all(
        "SELECT name, error, last_ok_at, failing_since, last_new_at, gap_s FROM feeds "
        "WHERE is_active = 1 AND last_polled_at IS NOT NULL ORDER BY name"
    )
    return [
        PolledFeed(
            name=row[0],
            error=row[1],
            last_ok_at=maybe_time(row[2]),
            failing_since=maybe_time(row[3]),
            last_new_at=maybe_time(row[4]),
            gap=None if row[5] is None else timedelta(seconds=row[5]),
        )
        for row in rows
    ]


def failing_channels(store: Store) -> list[ChannelState]:
    """Channels whose newest attempt failed, since the first failure in that row.

    Attempts at notices don't count: a notice must not lead to a notice.
    """
    rows = store.all(
        """
        WITH tried AS (
          SELECT d.channel, t.attempted_at, t.is_ok, t.detail, t.attempt_id
          FROM attempts t JOIN deliveries d USING (delivery_id)
          JOIN alerts a USING (alert_id)
          WHERE a.notice IS NULL AND d.status <> 'dropped'),
        good AS (SELECT channel, max(attempt_id) AS last FROM tried
          WHERE is_ok = 1 GROUP BY channel)
        SELECT channel, min(attempted_at),
          (SELECT x.detail FROM tried x WHERE x.channel = tried.channel
            ORDER BY x.attempt_id DESC LIMIT 1)
        FROM tried LEFT JOIN good USING (channel)
        WHERE attempt_id > coalesce(good.last, 0) GROUP BY channel ORDER BY channel
        """
    )
    return [ChannelState(row[0], row[2], to_time(row[1])) for row in rows]


def update(store: Store, troubles: Sequence[Trouble], *, now: datetime) -> None:
    """Begin an episode for each new trouble, and end those that are over."""
    current = {trouble.subject: trouble for trouble in troubles}
    with store.writing() as db:
        rows = db.execute(
            "SELECT episode_id, subject FROM episodes WHERE ended_at IS NULL"
        ).fetchall()
        known = {row["subject"] for row in rows}
        db.executemany(
            "UPDATE episodes SET ended_at = ? WHERE episode_id = ?",
            [
                (to_text(now), row["episode_id"])
                for row in rows
                if row["subject"] not in current
            ],
        )
        db.executemany(
            "INSERT INTO episodes (subject, reason, started_at) VALUES (?, ?, ?)",
            [
                (subject, trouble.reason, to_text(trouble.since))
                for subject, trouble in current.items()
                if subject not in known
            ],
        )


def open_subjects(store: Store) -> set[str]:
    """What is in trouble, as far as noted."""
    rows = store.all("SELECT subject FROM episodes WHERE ended_at IS NULL")
    return {row[0] for row in rows}


def untold(store: Store) -> list[Episode]:
    """Episodes whose beginning, or whose end, no notice has told."""
    rows = store.all(
        "SELECT * FROM episodes WHERE told_at IS NULL "
        "OR (ended_at IS NOT NULL AND told_at < ended_at) ORDER BY episode_id"
    )
    return [_episode(row) for row in rows]


def tell(
    store: Store,
    episodes: Sequence[Episode],
    notice: Message,
    *,
    key: str,
    channels: Sequence[str],
    now: datetime,
) -> None:
    """Put a notice into the outbox, and note that these episodes are told."""
    moment = to_text(now)
    with store.writing() as db:
        db.executemany(
            "UPDATE episodes SET told_at = ? WHERE episode_id = ?",
            [(moment, one.episode_id) for one in episodes],
        )
        if not channels:
            return
        cursor = db.execute(
            "INSERT INTO alerts (alert_key, route, group_key, is_digest, created_at, "
            "flush_at, settled_at, notice) VALUES (?, ?, '', 1, ?, ?, ?, ?)",
            (key, ROUTE, moment, moment, moment, _written(notice)),
        )
        db.executemany(
            "INSERT INTO deliveries (alert_id, channel, status, next_attempt_at) "
            "VALUES (?, ?, ?, ?)",
            [
                (cursor.lastrowid, channel, DeliveryStatus.PENDING, moment)
                for channel in channels
            ],
        )


def key_of(episodes: Sequence[Episode], now: datetime) -> str:
    """The key of a notice: made from what it tells, as an alert's is."""
    parts = [f"{one.episode_id} {one.ended_at}" for one in episodes]
    text = "\x00".join(["coverage", to_text(now), *parts])
    return "A-" + hashlib.sha256(text.encode()).hexdigest()[:8]


def notice(store: Store, alert_id: int) -> Message | None:
    """What a notice says; None for an alert of changes."""
    row = store.one("SELECT notice FROM alerts WHERE alert_id = ?", (alert_id,))
    if row is None or row[0] is None:
        return None
    raw = json.loads(row[0])
    return Message(title=raw["title"], body=raw["body"])


def _written(message: Message) -> str:
    return json.dumps({"title": message.title, "body": message.body})


def _episode(row: sqlite.Row) -> Episode:
    return Episode(
        episode_id=row["episode_id"],
        subject=row["subject"],
        reason=row["reason"],
        started_at=to_time(row["started_at"]),
        told_at=maybe_time(row["told_at"]),
        ended_at=maybe_time(row["ended_at"]),
    )
