"""Timelines in Alertmanager's manner: push at t, expect between t1 and t2.

A real database and the real stages of alerting on a fake clock; only the channels are
lists. Times are offsets from the start, written "1h30m".
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from monitor.config import parse
from monitor.config.durations import parse_duration
from monitor.model import Change, Message, Outcome
from monitor.pipeline import Service, deliver, rhythm
from monitor.settings import Config
from monitor.store import Store, changes, open_store, outbox
from monitor.store.changes import Trail
from tests.clock import FakeClock
from tests.store_rows import add_article, add_claim, change

START = datetime(2031, 3, 4, 12, 0, tzinfo=UTC)
TICK = timedelta(seconds=10)


@dataclass
class Sent:
    """One message that a channel took."""

    at: timedelta
    channel: str
    message: Message


@dataclass
class Channels:
    """In the place of the notifier: takes everything, or refuses by name."""

    clock: FakeClock
    start: datetime
    sent: list[Sent] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    # what a broken channel answers, and when each was tried
    refusal: Outcome = field(
        default_factory=lambda: Outcome(ok=False, detail="refused")
    )
    tried: list[tuple[timedelta, str]] = field(default_factory=list)

    def send_many(
        self, jobs: Iterable[tuple[int, str, Message]], *, patience: timedelta
    ) -> Iterator[tuple[int, Outcome]]:
        for key, channel, message in jobs:
            at = self.clock.now() - self.start
            self.tried.append((at, channel))
            if channel in self.broken:
                yield key, self.refusal
                return
            self.sent.append(Sent(at, channel, message))
            number = sum(sent.channel == channel for sent in self.sent)
            called = f"{channel} {number}"
            yield key, Outcome(ok=True, detail="sent", reference=called)


@dataclass
class Timeline:
    """What a test pushes into and reads from."""

    store: Store
    clock: FakeClock
    service: Service
    channels: Channels
    claims: dict[str, int] = field(default_factory=dict)

    def to(self, at: str) -> None:
        """Let time pass up to this offset, delivering what is due on the way."""
        end = self.channels.start + parse_duration(at)
        while self.clock.now() < end:
            self.clock.advance(min(self._next(), end) - self.clock.now())
            deliver(self.service)

    def _next(self) -> datetime:
        """The tick at which something is due; nothing happens before."""
        now = self.clock.now()
        row = self.store.one("SELECT min(next_attempt_at) FROM deliveries")
        if row is None or row[0] is None:
            return datetime.max.replace(tzinfo=UTC)
        ticks = max(1, math.ceil((datetime.fromisoformat(row[0]) - now) / TICK))
        return now + ticks * TICK

    def push(self, at: str, claim: str = "fire", **more: Any) -> int:
        """At this offset the claim changes; returns the change's id."""
        self.to(at)
        if claim not in self.claims:
            self.claims[claim] = add_claim(self.store, now=self.clock.now())
        claim_id = self.claims[claim]
        values: dict[str, Any] = {
            "detected_at": self.clock.now(),
            "story_id": claim_id,
            "digest": False,
        } | more
        told = change(claim_id, **values)
        return self.record(told)

    def record(self, told: Change) -> int:
        """Store the change with its alerts, as the pipeline does."""
        now = self.clock.now()
        disposition = "digest" if told.digest else "alert"
        with self.store.writing() as db:
            why = Trail(None, None, None, disposition, "because it is a test")
            told = replace(told, change_id=changes.add(db, told, why))
            placements = rhythm.placed(db, told, self.service.config, now=now)
            outbox.place(db, told, placements, revision=2, now=now)
        return told.change_id

    def between(self, begin: str, end: str) -> list[Sent]:
        """What is sent from `begin` (exclusive) to `end`, letting time pass."""
        self.to(end)
        first, last = parse_duration(begin), parse_duration(end)
        return [sent for sent in self.channels.sent if first < sent.at <= last]

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self.store.all(sql, values)]


@contextmanager
def timeline(
    folder: Path, config: str, *, start: datetime = START
) -> Iterator[Timeline]:
    """A timeline under this configuration, which begins with a feed of its own."""
    with opened(folder, configured(folder, config), start=start) as line:
        yield line


@contextmanager
def opened(
    folder: Path, config: Config, *, start: datetime = START
) -> Iterator[Timeline]:
    """A timeline under this configuration."""
    clock = FakeClock(start)
    channels = Channels(clock, start)
    with open_store(config.database) as store:
        add_article(store, now=start)
        service = Service(
            config,
            store,
            cast("Any", None),
            cast("Any", None),
            cast("Any", channels),
            clock,
        )
        yield Timeline(store, clock, service, channels)


def configured(folder: Path, text: str) -> Config:
    """The configuration with the channels desk, night and boss."""
    return parse(configured_text(text), path=folder / "claimwatch.toml", environ={})


def configured_text(text: str) -> str:
    """The same as it would stand in the file."""
    names = ("desk", "night", "boss")
    channels = "".join(
        f'[[channels]]\nname = "{name}"\nurl = "json://{name}.example/"\n'
        for name in names
    )
    feed = (
        '[claimwatch]\ndatabase = "x.db"\n' if "[claimwatch]" not in text else ""
    ) + '[[feeds]]\nname = "gazette"\nurl = "https://gazette.example/feed"\n'
    return f"{feed}\n{channels}\n{text}"
