"""What the stages work with: the open parts of one running program."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor import urls
from monitor.analysis import Analyst
from monitor.clock import Clock
from monitor.fetch import Fetcher
from monitor.model import Alert
from monitor.notify import Notifier
from monitor.pipeline.hosts import Hosts
from monitor.pipeline.outlets import Outlets
from monitor.settings import Config, FeedConfig
from monitor.store import Store

log = logging.getLogger("monitor.pipeline")


@dataclass
class Service:
    """The parts, opened by `daemon` or a command and shared by the stages.

    `stop` ends long work early: what is under way is abandoned and stays due. `pause`
    lets a stage take nothing more and finish what it has. `is_daemon` says that a
    stage which still waits for a slow host may take what becomes due meanwhile.
    `progress` counts finished units of work: the watchdog feeds on it.
    `on_poll`, `on_check`, `on_alert` and `on_offline` let a terminal show what happens.
    """

    config: Config
    store: Store
    fetcher: Fetcher
    analyst: Analyst
    notifier: Notifier
    clock: Clock
    stop: threading.Event = field(default_factory=threading.Event)
    pause: threading.Event = field(default_factory=threading.Event)
    is_daemon: bool = False
    progress: int = 0
    coverage_looked_at: datetime | None = None
    hosts: Hosts = field(default_factory=Hosts)
    # wall and monotonic, when somebody last compared them
    clocks: tuple[datetime, timedelta] | None = None
    doubtful_until: timedelta | None = None
    outlets: Outlets = field(default_factory=Outlets)
    on_poll: Callable[[PollDone], None] | None = None
    on_check: Callable[[CheckDone], None] | None = None
    on_alert: Callable[[Alert, str, bool], None] | None = None
    on_offline: Callable[[bool], None] | None = None
    _by_name: dict[str, FeedConfig] = field(default_factory=dict, repr=False)
    _indexed: Config | None = field(default=None, repr=False)

    def feed_config(self, name: str) -> FeedConfig | None:
        """The configuration of a feed by name; None when it was removed."""
        if self._indexed is not self.config:
            # asked several times a poll: a search through 10,000 feeds costs 0.5 ms
            self._by_name = {feed.name: feed for feed in self.config.feeds}
            self._indexed = self.config
        return self._by_name.get(name)

    @property
    def has_several_hosts(self) -> bool:
        """Whether the configured feeds are of more than one host."""
        first = {urls.host(feed.url) for feed in self.config.feeds[:1]}
        return any(urls.host(feed.url) not in first for feed in self.config.feeds)

    def tell_offline(self, offline: bool) -> None:
        """Say once that nothing answers any more, and once that somebody does."""
        if self.on_offline is not None:
            self.on_offline(offline)
        elif offline:
            log.warning("nothing answers: this machine seems to be offline; waiting")
        else:
            log.warning("online again")


@dataclass(frozen=True, slots=True)
class PollDone:
    """One finished poll. `error` is None when it went well."""

    feed: str
    entries_new: int
    articles_new: int
    is_baseline: bool
    error: str | None
    next_poll_at: datetime


@dataclass(frozen=True, slots=True)
class CheckDone:
    """One finished check. `changes` counts what is alerted or in the digest."""

    url: str
    verdict: str
    revision: int | None
    claims: int
    changes: int
    is_baseline: bool
    error: str | None
