"""Plays the script step by step, each when the daemon has seen the one before."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from datetime import timedelta

from typing_extensions import override

from monitor.clock import Clock
from monitor.demo.newsroom import Newsroom
from monitor.demo.script import Step
from monitor.settings import (
    ChecksConfig,
    Config,
    DeliveryConfig,
    FeedConfig,
    FetchConfig,
    RouteConfig,
    TaperStep,
)
from monitor.store import Store

# Everything that takes minutes in service takes seconds here.
SECOND = timedelta(seconds=1)
CONFIRM_REMOVAL = timedelta(seconds=2)
# A step that is not seen by then is reported and passed over.
# A busy machine may need many times the second that it takes on an idle one.
STEP_LIMIT = 60.0
LOOK_EVERY = 0.1


def demo_config(newsroom: Newsroom, config: Config) -> Config:
    """The configuration of the demo: as in service, but every span a second."""
    return Config(
        database=config.database,
        timezone=config.timezone,
        tick=SECOND,
        feeds=tuple(
            FeedConfig(
                name=key,
                url=newsroom.feed_url(key),
                interval=SECOND,
                interval_max=SECOND,
                outlet=name,
                language="en",
                allow_private=True,
            )
            for key, name in newsroom.script.outlets.items()
        ),
        channels=config.channels,
        routes=config.routes
        or (RouteConfig("demo", ("console",), group_wait=timedelta(0)),),
        checks=ChecksConfig(
            schedule=(TaperStep(timedelta(days=1), SECOND),),
            confirm_removal_after=CONFIRM_REMOVAL,
        ),
        fetch=FetchConfig(per_host=8, per_host_pause=timedelta(0)),
        delivery=DeliveryConfig(first_retry=SECOND),
    )


class Director(threading.Thread):
    """Plays all steps after the first, then calls `done`."""

    def __init__(
        self,
        newsroom: Newsroom,
        store: Store,
        clock: Clock,
        *,
        say: Callable[[int, Step], None],
        done: Callable[[list[str]], None],
    ) -> None:
        super().__init__(name="director", daemon=True)
        self._newsroom, self._store, self._clock = newsroom, store, clock
        self._say, self._done = say, done
        self._ending = threading.Event()

    def end(self) -> None:
        """Stop playing."""
        self._ending.set()

    @override
    def run(self) -> None:
        """Play; the first step was published before the daemon started."""
        late: list[str] = []
        steps = self._newsroom.script.steps
        for number, step in enumerate(steps):
            if self._ending.is_set():
                return
            self._say(number, step)
            pages = [self._newsroom.url(page.outlet, page.path) for page in step.pages]
            if number:
                pages = self._newsroom.play(step, now=self._clock.now())
            if not self._wait(pages):
                late.append(step.say)
        self._done(late)

    def _wait(self, pages: list[str]) -> bool:
        """Whether the daemon saw the pages, and sent what there was to send."""
        limit = self._clock.monotonic() + STEP_LIMIT
        while self._clock.monotonic() < limit:
            if self._ending.wait(LOOK_EVERY):
                return False
            if is_settled(self._store, self._newsroom, pages):
                return True
        return False


def is_settled(store: Store, newsroom: Newsroom, pages: Iterable[str]) -> bool:
    """Whether all of the pages were read as they are now, and nothing is left to send.

    The time of the last check is no proof: it may have begun before the page changed.
    """
    for url in pages:
        row = store.one("SELECT body_sha256, error FROM articles WHERE url = ?", (url,))
        body = newsroom.serves(url)
        if row is None or (row["error"] is None) != (body is not None):
            return False
        if body is not None and row["body_sha256"] != body:
            return False
    waiting = store.one(
        "SELECT (SELECT count(*) FROM deliveries d JOIN alerts a USING (alert_id) "
        "WHERE d.next_attempt_at IS NOT NULL AND NOT a.is_digest) "
        "+ (SELECT count(*) FROM sightings WHERE gone_since IS NOT NULL "
        "AND removed_at IS NULL)"
    )
    return waiting is not None and waiting[0] == 0
