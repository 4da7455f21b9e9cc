"""The poll stage: what is stored, what is silent, and that nobody waits for others."""

from __future__ import annotations

import ssl
import threading
from datetime import timedelta
from pathlib import Path

import pytest
import trustme

from monitor.analysis import Analyst
from monitor.pipeline import check, poll
from monitor.settings import FeedConfig
from tests.desk import RSS, START, STEP, WALL, Item, desk, feed_config, rss
from tests.servers import LONGEST_WAIT, Exchange, NewsServer


def test_a_hanging_host_delays_no_other_feed(tmp_path: Path, analyst: Analyst) -> None:
    names = [f"feed{n:02}" for n in range(20)]
    with desk(tmp_path / "x.db", analyst, *names) as at:
        for name in names[1:]:
            at.feed(name, Item(f"/{name}/1"))
        released = threading.Event()

        def hang(exchange: Exchange) -> None:
            released.wait(LONGEST_WAIT)
            exchange.hang_up()

        at.news.handle(f"/{names[0]}.xml", hang)
        heard: list[str] = []

        def listen(done: object) -> None:
            heard.append(getattr(done, "feed", ""))
            if len(heard) == 19:
                # only when all others are recorded does the host give up
                released.set()

        at.service.on_poll = listen
        done = poll(at.service)
        assert {p.feed for p in done if p.error is None} == set(names[1:])
        assert heard[-1] == names[0]
        assert at.one("SELECT count(*) FROM entries") == 19


def test_the_daemon_takes_what_becomes_due_while_a_host_hangs(
    tmp_path: Path, analyst: Analyst
) -> None:
    with desk(tmp_path / "x.db", analyst, "slow", "quick", tick=timedelta(0)) as at:
        released = threading.Event()

        def hang(exchange: Exchange) -> None:
            released.wait(LONGEST_WAIT)
            exchange.hang_up()

        at.feed("quick", Item("/1"))
        at.news.handle("/slow.xml", hang)
        polled: list[str] = []

        def listen(done: object) -> None:
            polled.append(getattr(done, "feed", ""))
            if polled == ["quick"]:
                at.clock.advance(timedelta(hours=1))
            elif polled == ["quick", "quick"]:
                at.service.pause.set()
                released.set()

        at.service.on_poll = listen
        at.service.is_daemon = True
        assert poll(at.service) == [], "a pass without an end keeps no list"
        assert polled[:2] == ["quick", "quick"]


def test_causes_are_named(tmp_path: Path, analyst: Analyst) -> None:
    with desk(
        tmp_path / "x.db", analyst, "wall", "quiet", "gone", "page", "ok", "cut", "soft"
    ) as at:
        at.feed("ok", Item("/1"))
        at.news.put("/wall.xml", WALL, status=403)
        at.news.put("/soft.xml", WALL)
        at.news.put("/quiet.xml", "", status=500)
        at.news.put("/gone.xml", "", status=410)
        at.news.put("/page.xml", "<html><body>Welcome</body></html>")
        at.news.handle(
            "/cut.xml",
            lambda e: (
                e.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n<rss>"),
                e.hang_up(),
            )[0],
        )
        poll(at.service)
        states = {
            name: (state, error or "")
            for name, state, error in at.rows("SELECT name, state, error FROM feeds")
        }
        assert states["ok"] == ("ok", "")
        assert states["wall"][0] == "blocked"
        assert "403 with a bot challenge" in states["wall"][1]
        assert states["soft"][0] == "blocked"
        assert states["quiet"] == ("failing", "the host answered 500")
        assert states["gone"][0] == "gone"
        assert states["page"][0] == "failing"
        assert "not a feed" in states["page"][1]
        assert states["cut"][1].startswith(("truncated: ", "protocol: ", "connect: "))
        # the other feeds go on whatever happens to one
        assert at.one("SELECT count(*) FROM articles") == 1


def test_a_certificate_that_nobody_vouches_for_is_named(
    tmp_path: Path, analyst: Analyst
) -> None:
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(serving)
    with NewsServer(tls=serving) as secure, desk(tmp_path / "x.db", analyst) as at:
        url = secure.url("/feed.xml")
        at.configure(feeds=(FeedConfig("secure", url, allow_private=True),))
        poll(at.service)
        [(state, error)] = at.rows("SELECT state, error FROM feeds WHERE is_active = 1")
        assert state == "failing"
        assert error.startswith("tls: ")
        assert "certificate" in error
        assert not secure.requests


def test_the_first_good_poll_is_silent_even_after_failed_ones(
    tmp_path: Path, analyst: Analyst
) -> None:
    with desk(tmp_path / "x.db", analyst) as at:
        at.news.put("/gazette.xml", "", status=503)
        at.pass_()
        at.feed("gazette", Item("/fire"))
        at.publish("/fire")
        polls, checks = at.pass_(after=timedelta(hours=3))
        assert [p.is_baseline for p in polls] == [True]
        assert [c.is_baseline for c in checks] == [True]
        assert at.one("SELECT count(*) FROM claims") > 0
        assert at.one("SELECT count(*) FROM changes") == 0


def test_one_article_whatever_its_guids_and_feeds(
    tmp_path: Path, analyst: Analyst
) -> None:
    with desk(tmp_path / "x.db", analyst, "gazette", "herald") as at:
        at.feed("gazette", Item("/fire", guid="a"))
        at.feed("herald", Item("/fire?utm_source=herald", guid="z"))
        poll(at.service)
        at.feed("gazette", Item("/fire", guid="b"))
        at.clock.advance(STEP)
        poll(at.service)
        assert at.one("SELECT count(*) FROM articles") == 1
        assert at.one("SELECT count(*) FROM entries") == 3
        # a re-used guid with another link is another entry and another article
        at.feed("gazette", Item("/flood", guid="b"))
        at.clock.advance(STEP)
        done = poll(at.service)
        assert sum(p.articles_new for p in done) == 1
        assert at.one("SELECT count(*) FROM articles") == 2


def test_a_feed_that_returns_or_moves_is_silent_again(
    tmp_path: Path, analyst: Analyst
) -> None:
    with desk(tmp_path / "x.db", analyst) as at:
        at.feed("gazette", Item("/one"))
        poll(at.service)
        configured = at.service.config.feeds
        at.configure(feeds=())
        at.clock.advance(STEP)
        assert poll(at.service) == []
        at.configure(feeds=configured)
        at.feed("gazette", Item("/two"), Item("/one"))
        (done,) = poll(at.service)
        assert (done.is_baseline, done.articles_new) == (True, 1)
        # another address under the same name: a new baseline, too
        moved = feed_config(at.news, "gazette", interval=timedelta(minutes=15))
        at.news.put("/moved.xml", rss(at.news, Item("/three")), content_type=RSS)
        at.configure(
            feeds=(
                type(moved)("gazette", at.news.url("/moved.xml"), allow_private=True),
            )
        )
        (done,) = poll(at.service)
        assert (done.is_baseline, done.articles_new) == (True, 1)
        silent = at.rows("SELECT is_silent FROM articles")
        assert silent == [(1,), (1,), (1,)]


def test_what_retention_removed_does_not_come_back(
    tmp_path: Path, analyst: Analyst
) -> None:
    with desk(tmp_path / "x.db", analyst) as at:
        at.feed("gazette", Item("/old"))
        poll(at.service)
        with at.service.store.writing() as db:
            db.execute("INSERT INTO tombstones SELECT url, '2026-01-01' FROM articles")
            db.execute("DELETE FROM entries")
            db.execute("DELETE FROM articles")
        at.feed("gazette", Item("/old", title="Once more"))
        at.clock.advance(STEP)
        poll(at.service)
        assert at.one("SELECT count(*) FROM articles") == 0


def test_an_entry_edited_in_the_feed_is_checked_at_once(
    tmp_path: Path, analyst: Analyst
) -> None:
    with desk(tmp_path / "x.db", analyst) as at:
        at.feed("gazette", Item("/fire"))
        at.publish("/fire")
        at.pass_(after=timedelta(0))
        due = at.one("SELECT next_check_at FROM articles")
        at.feed("gazette", Item("/fire", title="Warehouse fire: what we know"))
        at.clock.advance(timedelta(minutes=17))
        with at.service.store.writing() as db:
            db.execute("UPDATE articles SET next_check_at = '2026-11-21T09:00:00Z'")
        poll(at.service)
        assert at.one("SELECT next_check_at FROM articles") < "2026-11-21"
        assert due < "2026-11-21"
        assert len(check(at.service)) == 1


def test_a_permanent_redirect_is_adopted_after_repeated_sightings(
    tmp_path: Path, analyst: Analyst
) -> None:
    with desk(tmp_path / "x.db", analyst) as at:
        at.news.handle(
            "/gazette.xml",
            lambda e: e.send(status=301, headers={"Location": "/new.xml"}),
        )
        for round_ in range(4):
            at.news.put("/new.xml", rss(at.news, Item(f"/{round_}")), content_type=RSS)
            poll(at.service)
            at.clock.advance(timedelta(hours=1))
        assert at.one("SELECT fetch_url FROM feeds") == at.news.url("/new.xml")
        assert at.news.paths().count("/gazette.xml") == 3
        assert at.one("SELECT url FROM feeds") == at.news.url("/gazette.xml")


def test_an_unforeseen_error_moves_one_feed_aside(
    tmp_path: Path, analyst: Analyst, monkeypatch: pytest.MonkeyPatch
) -> None:
    from monitor.store import feeds as stored

    genuine = stored.record_poll

    def record(store, feed, *args, **kwargs):  # type: ignore[no-untyped-def]
        if feed.name == "bad":
            raise RuntimeError("a defect")
        return genuine(store, feed, *args, **kwargs)

    monkeypatch.setattr(stored, "record_poll", record)
    with desk(tmp_path / "x.db", analyst, "bad", "good") as at:
        at.feed("bad", Item("/1"))
        at.feed("good", Item("/2"))
        done = {p.feed: p.error for p in poll(at.service)}
        assert done["good"] is None
        assert done["bad"] == "unforeseen: RuntimeError: a defect"
        due, error, lease = at.rows(
            "SELECT next_poll_at, error, leased_by FROM feeds WHERE name = 'bad'"
        )[0]
        assert due == f"{START + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
        assert error.startswith("unforeseen")
        assert lease is None
        monkeypatch.undo()
        at.clock.advance(timedelta(hours=1))
        assert {p.feed: p.error for p in poll(at.service)}["bad"] is None
