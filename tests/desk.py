"""A desk for pipeline tests: a local news server, a fake clock and the real stages."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path
from typing import Any

from monitor.analysis import Analyst
from monitor.fetch import Fetcher
from monitor.model import Message
from monitor.notify import Notifier
from monitor.pipeline import CheckDone, PollDone, Service, check, deliver, poll
from monitor.pipeline.opening import sync_feeds
from monitor.settings import (
    ChannelConfig,
    ChecksConfig,
    Config,
    DeliveryConfig,
    FeedConfig,
    FetchConfig,
    RouteConfig,
    TaperStep,
)
from monitor.store import open_store
from tests.clock import FakeClock
from tests.servers import LONGEST_WAIT, NewsServer

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
# longer than the interval of 15 minutes with its jitter
STEP = timedelta(minutes=17)
RSS = "application/rss+xml"
# how a host answers what it takes for a robot
WALL = (
    "<html><head><title>Just a moment...</title></head>"
    "<body><script>window._cf_chl_opt={}</script></body></html>"
)

FIRE = (
    "At least 12 people were killed in a warehouse fire in Port Arlen, police said.",
    "Mayor Ilse Brandt said the city would open a shelter on Saturday.",
    "The warehouse belonged to the shipping company Norrin Lines.",
    "Rescue teams searched the building through the night.",
)


def page(title: str, paragraphs: Sequence[str], *, head: str = "") -> str:
    text = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)
    return (
        f"<html lang='en'><head><title>{escape(title)}</title>{head}</head><body>"
        f"<nav>News Sport</nav><article><h1>{escape(title)}</h1>{text}</article>"
        "<footer>About us</footer></body></html>"
    )


@dataclass(frozen=True)
class Item:
    """An entry of a feed."""

    path: str
    title: str = "Warehouse fire in Port Arlen"
    guid: str | None = None
    content: str = ""
    published: datetime = START - timedelta(hours=1)
    updated: datetime | None = None

    def rss(self, news: NewsServer) -> str:
        link = self.path if "://" in self.path else news.url(self.path)
        content = (
            f"<content:encoded>{escape(self.content)}</content:encoded>"
            if self.content
            else ""
        )
        stamp = (
            f"<atom:updated>{self.updated.isoformat()}</atom:updated>"
            if self.updated
            else ""
        )
        return (
            f"<item><guid isPermaLink='false'>{self.guid or self.path}</guid>"
            f"<title>{escape(self.title)}</title><link>{escape(link)}</link>"
            f"<pubDate>{format_datetime(self.published)}</pubDate>{stamp}{content}</item>"
        )


def rss(news: NewsServer, *items: Item, title: str = "Gazette") -> str:
    return (
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:atom="http://www.w3.org/2005/Atom">'
        f"<channel><title>{title}</title>"
        + "".join(item.rss(news) for item in items)
        + "</channel></rss>"
    )


@dataclass
class Desk:
    """What a test holds in its hands."""

    news: NewsServer
    clock: FakeClock
    service: Service
    messages: list[Message] = field(default_factory=list)

    def feed(self, name: str, *items: Item, etag: bool = True) -> None:
        """Serve these entries as the feed of that name."""
        body = rss(self.news, *items, title=name)
        self.news.put(f"/{name}.xml", body, content_type=RSS, etag=etag)

    def publish(
        self,
        path: str,
        paragraphs: Sequence[str] = FIRE,
        *,
        title: str = "Warehouse fire in Port Arlen",
        head: str = "",
    ) -> None:
        self.news.put(path, page(title, paragraphs, head=head))

    def pass_(
        self, *, after: timedelta = STEP
    ) -> tuple[list[PollDone], list[CheckDone]]:
        """Let time pass, then poll, check and deliver what is due."""
        self.clock.advance(after)
        polls, checks = poll(self.service), check(self.service)
        deliver(self.service)
        return polls, checks

    def configure(self, **changed: Any) -> None:
        """Go on with another configuration, as after a reload or a restart."""
        self.service.config = replace(self.service.config, **changed)
        sync_feeds(self.service.store, self.service.config, self.clock)

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self.service.store.all(sql, values)]

    def one(self, sql: str, *values: Any) -> Any:
        return self.rows(sql, *values)[0][0]

    def told(self) -> list[str]:
        """Kinds of the changes that are alerted, in order."""
        return [
            kind
            for (kind,) in self.rows(
                "SELECT kind FROM changes WHERE disposition = 'alert' ORDER BY change_id"
            )
        ]

    def recorded(self) -> list[tuple[str, str]]:
        """(kind, why) of the changes that are only recorded."""
        return [
            (kind, why)
            for kind, why in self.rows(
                "SELECT kind, disposition_reason FROM changes "
                "WHERE disposition = 'record' ORDER BY change_id"
            )
        ]


def feed_config(news: NewsServer, name: str, **extra: Any) -> FeedConfig:
    settings: dict[str, Any] = {
        "outlet": name.title(),
        "allow_private": True,
        "language": "en",
    }
    return FeedConfig(name, news.url(f"/{name}.xml"), **settings | extra)


def desk_config(database: Path, *feeds: FeedConfig, **extra: Any) -> Config:
    settings: dict[str, Any] = {
        "routes": (RouteConfig("all", ("console",), group_wait=timedelta(0)),),
        "checks": ChecksConfig(
            schedule=(TaperStep(timedelta(days=30), timedelta(minutes=10)),)
        ),
        "fetch": FetchConfig(
            # no test waits for its end, however busy the machine is
            per_host=32,
            per_host_pause=timedelta(0),
            timeout=timedelta(seconds=LONGEST_WAIT),
        ),
        "delivery": DeliveryConfig(),
    }
    return Config(database=database, feeds=feeds, **settings | extra)


@contextmanager
def desk(
    database: Path,
    analyst: Analyst,
    *names: str,
    news: NewsServer | None = None,
    clock: FakeClock | None = None,
    channels: tuple[ChannelConfig, ...] = (),
    feed: dict[str, Any] | None = None,
    lookup: Any = socket.getaddrinfo,
    **extra: Any,
) -> Iterator[Desk]:
    """An open desk with these feeds; `extra` are parts of the configuration."""
    clock = clock or FakeClock(START)
    messages: list[Message] = []
    with ExitStack() as stack:
        if news is None:
            news = stack.enter_context(NewsServer())
        config = desk_config(
            database,
            *(
                feed_config(news, name, **(feed or {}))
                for name in names or ("gazette",)
            ),
            channels=channels,
            **extra,
        )
        store = stack.enter_context(open_store(database))
        sync_feeds(store, config, clock)
        fetcher = Fetcher(
            config.fetch, contact="https://example.org", version="test", lookup=lookup
        )
        notifier = Notifier(channels, config.delivery, console=messages.append)
        service = Service(
            config,
            store,
            stack.enter_context(fetcher),
            analyst,
            stack.enter_context(notifier),
            clock,
        )
        yield Desk(news, clock, service, messages)


def baseline(desk: Desk, *items: Item) -> None:
    """Empty feeds first, then these articles appear and are read."""
    for config in desk.service.config.feeds:
        desk.feed(config.name)
    desk.pass_(after=timedelta(0))
    for config in desk.service.config.feeds:
        desk.feed(config.name, *items)
    desk.pass_()
