"""How often feeds are polled, and what their hosts' answers do to it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.analysis import Analyst
from monitor.pipeline import poll
from monitor.pipeline.opening import sync_feeds
from monitor.settings import FeedConfig
from monitor.store.times import to_time
from tests.desk import RSS, START, STEP, WALL, Desk, Item, desk, feed_config, rss

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def every(at: Desk, gap: timedelta, count: int = 10) -> list[Item]:
    """Entries with a steady gap, the newest just published."""
    now = at.clock.now()
    return [Item(f"/{gap.seconds}-{n}", published=now - n * gap) for n in range(count)]


def state(at: Desk) -> dict[str, Any]:
    (row,) = at.service.store.all("SELECT * FROM feeds WHERE name = 'gazette'")
    return dict(row) | {"due": to_time(row["next_poll_at"]) - at.clock.now()}


def repoll(at: Desk) -> dict[str, Any]:
    """Poll when it is due next, and what came of it."""
    at.clock.advance(state(at)["due"])
    assert len(poll(at.service)) == 1
    return state(at)


def test_the_interval_follows_the_entries(at: Desk) -> None:
    at.feed("gazette", *every(at, 4 * HOUR))
    poll(at.service)
    first = state(at)
    assert first["wait_reason"] == "every 30m: a new entry about every 4h"
    assert 27 * MINUTE <= first["due"] <= 30 * MINUTE
    at.feed("gazette")
    repoll(at)
    at.configure(feeds=())
    at.configure(feeds=(feed_config(at.news, "gazette"),))
    at.feed("gazette", *every(at, 7 * MINUTE))
    poll(at.service)
    busy = state(at)
    assert busy["wait_reason"] == "every 7m: a new entry about every 7m"
    assert busy["due"] < 8 * MINUTE
    # nothing new any more: 304s, ever less often
    quiet = [repoll(at) for _ in range(9)]
    assert quiet[-1]["wait_reason"].startswith("every 30m: quiet for ")
    assert all(row["due"] <= 30 * MINUTE for row in quiet)


def test_news_that_rolls_through_is_polled_at_the_shortest_interval(at: Desk) -> None:
    at.feed("gazette", *(Item(f"/a{n}") for n in range(10)))
    poll(at.service)
    # all is new in the first poll, which says nothing
    assert state(at)["wait_reason"] == "every 15m"
    at.feed("gazette", *(Item(f"/b{n}") for n in range(10)))
    assert "some may be missed" in repoll(at)["wait_reason"]
    assert state(at)["due"] < 6 * MINUTE


def test_the_host_and_the_feed_may_ask_for_more_time(at: Desk) -> None:
    body = rss(at.news, Item("/1"))
    asks = {"Cache-Control": "public, max-age=1200"}
    at.news.put("/gazette.xml", body, content_type=RSS, headers=asks)
    poll(at.service)
    assert state(at)["wait_reason"] == "every 20m: it asks for 20m between polls"
    ttl = body.replace("<channel>", "<channel><ttl>25</ttl>")
    at.news.put("/gazette.xml", ttl, content_type=RSS)
    assert repoll(at)["wait_reason"] == "every 25m: it asks for 25m between polls"
    # what the feed asked for holds for its 304s too
    assert repoll(at)["wait_reason"] == "every 25m: it asks for 25m between polls"


def test_bounds_of_the_configuration_hold(tmp_path: Path, analyst: Analyst) -> None:
    bounds = {"interval_min": 15 * MINUTE, "interval_max": 15 * MINUTE}
    with desk(tmp_path / "x.db", analyst, feed=bounds) as at:
        for gap in (MINUTE, 9 * HOUR):
            at.feed("gazette", *every(at, gap))
            at.clock.advance(HOUR)
            poll(at.service)
            assert state(at)["wait_reason"] == "every 15m"
            assert state(at)["due"] <= 15 * MINUTE


def test_an_etag_that_lies_is_found_out_within_a_day(at: Desk) -> None:
    def lie(exchange: Any) -> None:
        if "if-none-match" in exchange.headers:
            exchange.send(status=304, headers={"ETag": '"forever"'})
        else:
            body = rss(at.news, Item(f"/{len(at.news.paths())}"))
            exchange.send(body, content_type=RSS, headers={"ETag": '"forever"'})

    at.news.handle("/gazette.xml", lie)
    poll(at.service)
    before = at.clock.now()
    while at.one("SELECT count(*) FROM entries") == 1:
        repoll(at)
    assert DAY <= at.clock.now() - before < DAY + HOUR


def test_failures_are_weighted_and_end_after_a_month(at: Desk) -> None:
    waits: dict[int, list[timedelta]] = {}
    for status in (500, 404):
        at.feed("gazette", Item("/1"))
        at.clock.advance(31 * DAY)
        poll(at.service)
        at.news.put("/gazette.xml", "", status=status)
        waits[status] = [repoll(at)["due"] for _ in range(4)]
    assert all(a < b for a, b in zip(waits[500][1:], waits[404][1:], strict=True))
    began = to_time(state(at)["failing_since"])
    polls = 0
    while state(at)["state"] == "failing":
        polls += 1
        assert repoll(at)["due"] <= 27 * HOUR or state(at)["state"] == "gone"
    assert 30 * DAY <= at.clock.now() - began < 32 * DAY
    assert 20 < polls < 80
    assert state(at)["due"] >= 30 * DAY
    # and it may still come back
    at.feed("gazette", Item("/1"))
    assert repoll(at)["state"] == "ok"
    assert state(at)["failing_since"] is None


def test_a_bot_wall_is_a_state_of_its_own(at: Desk) -> None:
    at.news.put("/gazette.xml", WALL, status=403)
    poll(at.service)
    assert state(at)["state"] == "blocked"
    assert "bot challenge" in state(at)["error"]


@pytest.mark.parametrize(
    ("asked", "least", "most"),
    [("7200", 2 * HOUR, 2.2 * HOUR), ("99999999", DAY, 1.1 * DAY), ("soon", 0, 0.3)],
)
def test_retry_after_is_respected_and_clamped(
    at: Desk, asked: str, least: Any, most: Any
) -> None:
    at.news.put("/gazette.xml", "", status=429, headers={"Retry-After": asked})
    poll(at.service)
    least, most = (x if isinstance(x, timedelta) else x * HOUR for x in (least, most))
    assert least <= state(at)["due"] <= most
    assert state(at)["due"] >= 15 * MINUTE


def test_410_stops_and_tells(at: Desk) -> None:
    at.feed("gazette", Item("/1"))
    poll(at.service)
    at.news.put("/gazette.xml", "", status=410)
    assert repoll(at)["state"] == "gone"
    assert state(at)["due"] >= 30 * DAY
    assert "for good (410)" in state(at)["error"]


def test_a_redirect_is_adopted_by_304s_and_equal_bodies_too(at: Desk) -> None:
    at.feed("new", Item("/1"))
    moved = {"Location": "/new.xml"}
    at.news.handle("/gazette.xml", lambda e: e.send(status=308, headers=moved))
    for _ in range(4):
        at.clock.advance(HOUR)
        poll(at.service)
    assert state(at)["fetch_url"] == at.news.url("/new.xml")
    assert at.news.paths().count("/gazette.xml") == 3
    # the new address fails: back to the one that the user gave
    at.news.put("/new.xml", "", status=404)
    for _ in range(3):
        at.clock.advance(DAY)
        poll(at.service)
    assert state(at)["fetch_url"] == at.news.url("/gazette.xml")


def test_a_private_feed_never_moves_to_another_host(
    tmp_path: Path, analyst: Analyst
) -> None:
    def lookup(host: str, port: int, **how: Any) -> Any:
        import socket

        return socket.getaddrinfo("127.0.0.1", port, **how)

    with desk(tmp_path / "x.db", analyst, lookup=lookup) as at:
        at.feed("new", Item("/1"))
        inside = {"Location": at.news.url("/new.xml", host="intranet.example")}
        at.news.handle("/gazette.xml", lambda e: e.send(status=301, headers=inside))
        for _ in range(5):
            at.clock.advance(7 * HOUR)
            poll(at.service)
        assert state(at)["fetch_url"] == at.news.url("/gazette.xml")
        assert "not a public address" in state(at)["error"]
        assert "/new.xml" not in at.news.paths()


def test_a_list_of_thousands_is_polled_bit_by_bit(at: Desk) -> None:
    many = [
        FeedConfig(f"f{n}", f"https://{'a' if n % 5 == 0 else n}.example/{n}.xml")
        for n in range(5000)
    ]
    at.configure(feeds=(feed_config(at.news, "gazette"), *many))
    due = "SELECT count(*) FROM feeds WHERE next_poll_at <= ?"
    now = START.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert at.one(due, now) <= 6
    minute = (START + MINUTE).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert at.one(due, minute) <= 2 * 5 * 61
    at_once = at.one(
        "SELECT max(n) FROM (SELECT count(*) AS n FROM feeds "
        "WHERE url LIKE 'https://a.example/%' GROUP BY next_poll_at)"
    )
    assert at_once == 1
    # once spread, a reload leaves them where they are
    before = at.rows("SELECT name, next_poll_at FROM feeds ORDER BY name")
    at.clock.advance(STEP)
    sync_feeds(at.service.store, at.service.config, at.clock)
    assert at.rows("SELECT name, next_poll_at FROM feeds ORDER BY name") == before
