"""Open the parts of a running program, and close them again in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from monitor import __version__, memory, urls
from monitor.analysis import Analyst
from monitor.clock import Clock, SystemClock
from monitor.fetch import Fetcher
from monitor.model import Message
from monitor.notify import Notifier
from monitor.pipeline import hosts
from monitor.pipeline.service import Service
from monitor.settings import Config, FeedConfig
from monitor.store import Store, facts, feeds, leases, open_store

# Two cores are the machine we plan for; more pages at once would only queue.
WORKERS = 2


@contextmanager
def open_service(
    config: Config,
    *,
    clock: Clock | None = None,
    console: Callable[[Message], None] | None = None,
    workers: int = WORKERS,
) -> Iterator[Service]:
    """Everything the stages need, for the length of the block.

    The database agrees with the configured feeds, and leases of processes that died
    are given back. Raises StoreError.
    """
    clock = clock or SystemClock()
    memory.be_frugal()
    with open_store(config.database) as store:
        leases.release_dead(store)
        sync_feeds(store, config, clock)
        facts.note(store, {facts.VERSION: __version__}, now=clock.now())
        with (
            Fetcher(
                config.fetch, contact=config.user_agent_contact, version=__version__
            ) as fetcher,
            Analyst(workers=workers, aliases=config.aliases) as analyst,
            Notifier(config.channels, config.delivery, console=console) as notifier,
        ):
            service = Service(config, store, fetcher, analyst, notifier, clock)
            hosts.recall(service)
            known = feeds.last_polled_at(store)
            if known is not None:
                service.clocks = known, timedelta(seconds=clock.monotonic())
            try:
                yield service
            finally:
                leases.release(store, leases.holder())


def sync_feeds(store: Store, config: Config, clock: Clock) -> None:
    """Let the feeds table agree with the configuration."""
    pairs = [(feed, outlet_of(feed)) for feed in config.feeds]
    feeds.sync(store, pairs, now=clock.now())


def outlet_of(feed: FeedConfig) -> str:
    """The feed's publisher: as configured, else the registrable domain."""
    return feed.outlet or urls.outlet(feed.url)
