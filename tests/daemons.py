"""Daemons that run in a thread of the test, and what they poll."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from monitor.clock import SystemClock
from monitor.daemon import Daemon
from monitor.pipeline.opening import open_service
from monitor.settings import Config, FetchConfig
from tests.desk import RSS, Item, desk_config, feed_config, rss
from tests.servers import LONGEST_WAIT, Exchange, NewsServer

SECOND = timedelta(seconds=1)


def serve(news: NewsServer, name: str, *items: Item) -> None:
    news.put(f"/{name}.xml", rss(news, *items, title=name), content_type=RSS)


def hang(news: NewsServer, path: str) -> threading.Event:
    """Leave what asks there without an answer; the event says that it has asked."""
    asked = threading.Event()

    def hang(exchange: Exchange) -> None:
        asked.set()
        exchange.wait()
        exchange.hang_up()

    news.handle(path, hang)
    return asked


def config_of(database: Path, news: NewsServer, *names: str) -> Config:
    feeds = (feed_config(news, name, interval=SECOND) for name in names)
    return replace(
        desk_config(database, *feeds),
        tick=SECOND,
        fetch=FetchConfig(
            per_host=16,
            per_host_pause=timedelta(0),
            timeout=timedelta(seconds=LONGEST_WAIT),
        ),
    )


def ended(thread: threading.Thread) -> bool:
    """Whether it ends long before a host that hangs is given up."""
    thread.join(LONGEST_WAIT / 2)
    return not thread.is_alive()


@contextmanager
def running(
    config: Config,
    *,
    clock: SystemClock | None = None,
    reload: Callable[[], Config] | None = None,
) -> Iterator[tuple[Daemon, threading.Thread]]:
    with open_service(config, clock=clock, workers=1) as service:
        daemon = Daemon(service, reload=reload)
        thread = threading.Thread(target=daemon.run)
        thread.start()
        try:
            yield daemon, thread
        finally:
            daemon.stop()
            assert ended(thread)


@contextmanager
def heard(words: str) -> Iterator[threading.Semaphore]:
    """Released each time that the daemon logs something with these words."""
    told = threading.Semaphore(0)

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if words in record.getMessage():
                told.release()

    listener, log = Listener(logging.WARNING), logging.getLogger("monitor.daemon")
    log.addHandler(listener)
    try:
        yield told
    finally:
        log.removeHandler(listener)
