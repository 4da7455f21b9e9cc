"""Our own outage blames nobody, and a host that asks for peace gets it everywhere."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from monitor.analysis import Analyst
from monitor.cli import cli
from monitor.fetch import Fetcher
from monitor.pipeline import check, coverage, poll
from monitor.pipeline.opening import sync_feeds
from monitor.settings import CoverageConfig, FeedConfig, FetchConfig
from monitor.store.overview import overview
from tests.desk import START, STEP, WALL, Desk, Item, desk
from tests.servers import Crowd

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@dataclass
class Net:
    """A network with names of its own: all are the local server, unless they are down."""

    desk: Desk | None = None
    down: set[str] = field(default_factory=set)
    unplugged: bool = False
    asked: list[str] = field(default_factory=list)
    told: list[bool] = field(default_factory=list)
    _open: ExitStack = field(default_factory=ExitStack)

    def set(self, *down: str, unplugged: bool = False) -> None:
        """From now on; connections that are open and names that are known end."""
        assert self.desk is not None
        self.down, self.unplugged = set(down), unplugged
        self.desk.service.fetcher = self._open.enter_context(
            Fetcher(
                self.desk.service.config.fetch,
                contact="",
                version="test",
                lookup=self.lookup,
            )
        )

    def lookup(self, host: str, port: int, **how: Any) -> Any:
        self.asked.append(host)
        if self.unplugged or host in self.down:
            raise OSError("no such name")
        return socket.getaddrinfo("127.0.0.1", port, **how)


@contextmanager
def world(path: Path, analyst: Analyst, *names: str) -> Iterator[tuple[Desk, Net]]:
    """A feed at a host of its own for each name, all read once."""
    net = Net()
    with desk(path / "x.db", analyst, lookup=net.lookup) as at:
        at.configure(
            feeds=tuple(
                FeedConfig(
                    name,
                    at.news.url(f"/{name}.xml", host=f"{name}.example"),
                    allow_private=True,
                )
                for name in names
            )
        )
        for name in names:
            at.feed(name, Item(at.news.url("/fire", host=f"{name}.example")))
        poll(at.service)
        assert states(at) == dict.fromkeys(names, ("ok", 0))
        net.desk = at
        at.service.on_offline = net.told.append
        with net._open:
            yield at, net


def states(at: Desk) -> dict[str, tuple[str, int]]:
    rows = at.rows("SELECT name, state, failures FROM feeds WHERE is_active = 1")
    return {name: (state, failures) for name, state, failures in rows}


def failing_articles(at: Desk) -> int:
    return int(at.one("SELECT count(*) FROM articles WHERE failures > 0"))


def test_our_own_outage_makes_no_feed_and_no_article_failing(
    tmp_path: Path, analyst: Analyst
) -> None:
    with world(tmp_path, analyst, "a", "b", "c", "d") as (at, net):
        at.publish("/fire")
        check(at.service)
        at.service.is_daemon = True
        net.set(unplugged=True)
        for _ in range(15):
            at.pass_(after=10 * MINUTE)
        assert set(states(at).values()) == {("ok", 0)}
        assert failing_articles(at) == 0
        assert net.told == [True]
        seen = overview(at.service.store, now=at.clock.now(), changes_since=START)
        assert seen.offline_since is not None
        assert seen.offline_since - START <= 20 * MINUTE
        # silence is not calm: what nobody reads is told as blind
        assert len(seen.blind) == 4
        database = str(at.service.config.database)
        shown = CliRunner().invoke(cli, ["status", "--database", database]).output
        assert "4 of 4 feeds blind since" in shown
        assert "nothing answers since" in shown
        net.set()
        at.pass_(after=2 * MINUTE)
        at.pass_(after=2 * MINUTE)
        assert net.told == [True, False]
        seen = overview(at.service.store, now=at.clock.now(), changes_since=START)
        assert (seen.offline_since, seen.blind) == (None, ())


def test_while_offline_hardly_anything_is_asked(
    tmp_path: Path, analyst: Analyst
) -> None:
    names = [f"n{n:02}" for n in range(30)]
    with world(tmp_path, analyst, *names) as (at, net):
        at.service.is_daemon = True
        net.set(unplugged=True)
        at.clock.advance(HOUR)
        poll(at.service)
        net.asked.clear()
        for _ in range(10):
            at.clock.advance(MINUTE)
            poll(at.service)
        assert 0 < len(net.asked) <= 33


def test_one_dead_host_is_its_own_fault(tmp_path: Path, analyst: Analyst) -> None:
    with world(tmp_path, analyst, "a", "b", "c", "d") as (at, net):
        net.set("b.example")
        at.clock.advance(STEP)
        poll(at.service)
        assert states(at)["b"] == ("failing", 1)
        assert {states(at)[name] for name in "acd"} == {("ok", 0)}
        assert at.service.hosts.offline_since is None


def test_a_dead_host_that_is_due_alone_is_found_out_by_asking_others(
    tmp_path: Path, analyst: Analyst
) -> None:
    with world(tmp_path, analyst, "a", "b") as (at, net):
        net.set("b.example")
        with at.service.store.writing() as db:
            later = "2027-01-01T00:00:00Z"
            db.execute("UPDATE feeds SET next_poll_at = ? WHERE name = 'a'", (later,))
        before = at.news.paths().count("/a.xml")
        at.clock.advance(STEP)
        poll(at.service)
        assert states(at)["b"] == ("failing", 1)
        assert at.news.paths().count("/a.xml") == before + 1


def test_with_a_single_host_nobody_else_can_be_asked(
    tmp_path: Path, analyst: Analyst
) -> None:
    with world(tmp_path, analyst, "a") as (at, net):
        net.set(unplugged=True)
        at.clock.advance(STEP)
        poll(at.service)
        assert states(at)["a"] == ("failing", 1)


def test_single_passes_know_it_too(tmp_path: Path, analyst: Analyst) -> None:
    with world(tmp_path, analyst, "a", "b", "c") as (at, net):
        net.set(unplugged=True)
        at.clock.advance(STEP)
        polls = poll(at.service)
        assert all(done.error for done in polls)
        assert set(states(at).values()) == {("ok", 0)}
        net.set()
        at.clock.advance(STEP)
        poll(at.service)
        assert net.told == [True, False]


def test_our_outage_is_one_trouble(tmp_path: Path, analyst: Analyst) -> None:
    with world(tmp_path, analyst, "a", "b", "c") as (at, net):
        at.service.is_daemon = True
        net.set(unplugged=True)
        for _ in range(15):
            at.clock.advance(10 * MINUTE)
            poll(at.service)
            coverage.watch(at.service)
        rows = at.rows("SELECT subject, reason FROM episodes")
        assert rows == [
            ("all feeds", "nothing answers: this machine seems to be offline")
        ]


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (403, WALL, "the host answered 403 with a bot challenge"),
        (200, WALL, "the host answered 200 with a bot challenge"),
        (401, "", "the host answered 401"),
    ],
)
def test_a_feed_that_is_refused_is_told_with_the_reason(
    tmp_path: Path, analyst: Analyst, status: int, body: str, why: str
) -> None:
    """A host that refuses us is asked ever less often, and that is not kept quiet."""
    names, at_once = ("gazette", "herald"), CoverageConfig(at_once=True)
    with desk(tmp_path / "x.db", analyst, *names, coverage=at_once) as at:
        for name in names:
            at.feed(name, Item(f"/{name}"))
        at.pass_()
        at.news.put("/gazette.xml", body, status=status)
        for _ in range(12):
            at.pass_()
        assert states(at)["gazette"][0] == "blocked"
        [told] = at.messages
        assert told.title == "Coverage: in trouble: feed gazette"
        assert f"feed gazette: {why}" in told.body
        at.feed("gazette", Item("/gazette"))
        for _ in range(60):
            at.pass_()
        assert states(at)["gazette"] == ("ok", 0)
        assert at.messages[-1].title == "Coverage: 1 well again"


def test_a_pause_holds_for_all_that_the_host_serves(
    tmp_path: Path, analyst: Analyst
) -> None:
    with desk(tmp_path / "x.db", analyst, "gazette", "herald") as at:
        at.publish("/fire")
        at.feed("gazette", Item("/fire"))
        at.feed("herald", Item("/flood"))
        at.publish("/flood")
        poll(at.service)
        check(at.service)
        at.news.put("/gazette.xml", "", status=503, headers={"Retry-After": "7200"})
        # the first asks; the second comes due a moment later
        with at.service.store.writing() as db:
            db.execute("UPDATE feeds SET next_poll_at = '2026-11-20T09:20:00Z'")
            db.execute(
                "UPDATE feeds SET next_poll_at = '2026-11-20T09:10:00Z' "
                "WHERE name = 'gazette'"
            )
        at.clock.advance(15 * MINUTE)
        poll(at.service)
        asked = len(at.news.requests)
        for _ in range(7):
            at.clock.advance(14 * MINUTE)
            poll(at.service)
            check(at.service)
        assert len(at.news.requests) == asked
        assert states(at) == {"gazette": ("failing", 1), "herald": ("ok", 0)}
        assert failing_articles(at) == 0
        # when it is over, all go on
        at.feed("gazette", Item("/fire"))
        at.clock.advance(HOUR)
        poll(at.service)
        check(at.service)
        assert len(at.news.requests) > asked + 2
        sync_feeds(at.service.store, at.service.config, at.clock)


def test_feeds_and_pages_of_a_host_share_its_two_places(
    tmp_path: Path, analyst: Analyst
) -> None:
    manners = FetchConfig(per_host=2, per_host_pause=timedelta(0))
    names = [f"n{n}" for n in range(6)]
    with desk(tmp_path / "x.db", analyst, *names, fetch=manners) as at:
        for name in names:
            at.feed(name, *(Item(f"/{name}-{n}") for n in range(3)))
        poll(at.service)
        crowd = Crowd()

        def watch(exchange: Any) -> None:
            crowd.gather(2, then=0.05)
            exchange.send("<p>Nothing.</p>", status=503)

        for path in {f"/{name}.xml" for name in names}:
            at.news.handle(path, watch)
        for name in names:
            for n in range(3):
                at.news.handle(f"/{name}-{n}", watch)
        at.clock.advance(HOUR)
        side = threading.Thread(target=check, args=(at.service,))
        side.start()
        poll(at.service)
        side.join()
        assert len(at.news.requests) >= 6 + 18
        assert crowd.most == 2


def test_dead_hosts_do_not_end_a_pass_for_the_others(
    tmp_path: Path, analyst: Analyst, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"n{n}" for n in range(9)]
    with world(tmp_path, analyst, *names) as (at, net):
        net.set(*(f"n{n}.example" for n in range(4)))
        with at.service.store.writing() as db:
            db.execute("UPDATE feeds SET next_poll_at = '2026-11-20T09:0' || feed_id")
        at.clock.advance(HOUR)
        stage = sys.modules["monitor.pipeline.poll"]
        monkeypatch.setattr(stage, "MOST", 4)
        monkeypatch.setattr(stage, "MOST_TOGETHER", 1)
        polls = poll(at.service)
        assert {done.feed for done in polls} == set(names)
        assert {name for name in names if states(at)[name][1]} == set(names[:4])
