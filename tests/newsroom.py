"""A small fictional newsroom, polled and checked for real, and the database it made.

Two outlets write about a warehouse fire: the toll rises from 12 to 19, a hedge is
dropped, a sentence disappears, and the second outlet reports the fire too.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from textwrap import dedent

from monitor.pipeline import Service, check, deliver, poll
from monitor.pipeline.opening import open_service
from monitor.settings import (
    ChannelConfig,
    Config,
    FeedConfig,
    FetchConfig,
    RouteConfig,
    TopicConfig,
)
from tests.clock import FakeClock
from tests.servers import HookServer, NewsServer

OLD = "/weather.html"
FIRE = "/fire.html"
SECOND = "/blaze.html"
WEATHER = [
    "The weather office said on Friday that mild air will stay over Velmora.",
    "Temperatures reached 14 degrees in Port Arlen on Thursday.",
]
BODY = [
    (
        "At least 12 people were killed in a warehouse fire in Port Arlen on Friday, "
        "the fire service said."
    ),
    "Another 30 people were injured, according to the Velmora health ministry.",
    "The fire was reportedly caused by a gas leak.",
    "Mayor Ilse Brandt said the city would open a shelter on Saturday.",
    "Rescue teams searched the building through the night.",
    "The warehouse belonged to the shipping company Norrin Lines.",
]
LATER = [
    BODY[0].replace("12", "19"),
    BODY[1],
    "The fire was caused by a gas leak.",
    *BODY[3:5],
]
OTHER = [
    "A fire in a warehouse in Port Arlen on Friday left dozens of people injured.",
    "At least 25 people were injured, the Velmora hospital board said.",
    "Firefighters brought the blaze under control before dawn.",
]


@dataclass
class Newsroom:
    """What runs: the servers, the clock and the service."""

    news: NewsServer
    hook: HookServer
    clock: FakeClock
    service: Service

    def publish(self, path: str, title: str, paragraphs: list[str]) -> str:
        """Serve an article; returns its URL."""
        text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
        return self.news.put(
            path,
            f"<html><head><title>{title}</title></head><body><nav>Home</nav>"
            f"<article><h1>{title}</h1>{text}</article></body></html>",
        )

    def list_in(self, feed: str, *articles: tuple[str, str]) -> None:
        """Serve a feed of these (path, title)."""
        when = format_datetime(self.clock.now() - timedelta(minutes=5))
        items = "".join(
            f"<item><guid>{path}</guid><title>{title}</title>"
            f"<link>{self.news.url(path)}</link><pubDate>{when}</pubDate></item>"
            for path, title in articles
        )
        self.news.put(
            feed,
            f'<rss version="2.0"><channel><title>{feed}</title>{items}</channel></rss>',
            content_type="application/rss+xml",
        )

    def step(self, *, by: timedelta = timedelta(hours=1)) -> None:
        """One full pass, then let time pass."""
        poll(self.service, force=True)
        check(self.service, force=True)
        deliver(self.service, force=True)
        self.clock.advance(by)


def configured(database: Path, news: NewsServer, hook: HookServer) -> Config:
    """Two feeds, a topic, a channel and a route."""
    return Config(
        database=database,
        feeds=(
            FeedConfig(
                "gazette", news.url("/g.xml"), allow_private=True, outlet="Gazette"
            ),
            FeedConfig(
                "herald", news.url("/h.xml"), allow_private=True, outlet="Herald"
            ),
        ),
        topics=(TopicConfig("fire", any=("Port Arlen", "fire", "people injured")),),
        channels=(
            ChannelConfig(
                "hook",
                hook.url("/token-5e3cret").replace("http://", "json://"),
                allow_private=True,
            ),
        ),
        routes=(RouteConfig("all", ("hook",), group_wait=timedelta(0)),),
        # our own servers need no manners
        fetch=FetchConfig(per_host_pause=timedelta(0)),
    )


@contextmanager
def newsroom(database: Path) -> Iterator[Newsroom]:
    """An open newsroom whose clock starts six hours ago."""
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=6)
    clock = FakeClock(start)
    with NewsServer() as news, HookServer() as hook:
        config = configured(database, news, hook)
        with open_service(config, clock=clock, workers=1) as service:
            yield Newsroom(news, hook, clock, service)


def play(room: Newsroom) -> None:
    """The whole story."""
    weather = (OLD, "Weather stays mild")
    fire = (FIRE, "Fire kills 12 in Port Arlen")
    room.publish(*weather, WEATHER)
    room.list_in("/g.xml", weather)
    room.list_in("/h.xml", weather)
    room.step()
    room.publish(*fire, BODY)
    room.list_in("/g.xml", fire, weather)
    room.step()
    room.publish(*fire, LATER)
    blaze = (SECOND, "Dozens hurt in Port Arlen blaze")
    room.publish(*blaze, OTHER)
    room.list_in("/h.xml", blaze, weather)
    room.step()
    room.step()


@cache
def _played() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="newsroom-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    database = folder / "claimwatch.db"
    with newsroom(database) as room:
        play(room)
    return database


def filled(folder: Path) -> Path:
    """A copy, in this folder, of the database that the story made."""
    target = folder / "claimwatch.db"
    shutil.copy2(_played(), target)
    return target


def write_config(folder: Path, *, channel: str = "json://127.0.0.1:9/nowhere") -> Path:
    """A configuration file whose database is `claimwatch.db` beside it."""
    path = folder / "claimwatch.toml"
    path.write_text(
        dedent(
            f"""\
            [claimwatch]
            database = "claimwatch.db"

            [[feeds]]
            name = "gazette"
            url = "https://gazette.example/feed"
            outlet = "Gazette"

            [[topics]]
            name = "fire"
            any = ["Port Arlen", "fire", "people injured"]

            [[channels]]
            name = "hook"
            url = "{channel}"
            allow_private = true

            [[routes]]
            name = "all"
            channels = ["hook"]
            group_wait = "0s"
            """
        )
    )
    return path
