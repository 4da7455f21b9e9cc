"""Notices of feeds and channels in trouble, on a timeline."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.alerts import coverage
from monitor.config.durations import parse_duration
from monitor.settings import CoverageConfig, FeedConfig
from monitor.store import episodes, feeds
from tests.cli_calls import good, own_place
from tests.newsroom import write_config
from tests.timeline import START, Timeline, timeline

# the feeds are polled every 15 minutes: four intervals are an hour
ROUTE = '[[routes]]\nname = "desk"\nchannels = ["desk"]\n'
ONE = '[coverage]\nchannels = ["desk"]\n'
AT_ONCE = ONE + "at_once = true\n"
QUARTER = timedelta(minutes=15)


def with_feeds(line: Timeline, *names: str) -> None:
    """Further configured feeds; the timeline has `gazette`."""
    more = tuple(FeedConfig(name, f"https://{name}.example/feed") for name in names)
    config = line.service.config
    line.service.config = replace(config, feeds=(*config.feeds, *more))
    pairs = [(feed, feed.name.title()) for feed in line.service.config.feeds]
    feeds.sync(line.store, pairs, now=line.clock.now())


def polled(line: Timeline, at: str, *, broken: tuple[str, ...]) -> None:
    """Let time pass up to the offset with a poll of every feed each 15 minutes."""
    line.to("0s")
    end = line.channels.start + parse_duration(at)
    while line.clock.now() < end:
        now = line.clock.now()
        for feed in feeds.listed(line.store):
            bad = feed.name in broken
            record = feeds.PollRecord(
                ok=not bad,
                state="failing" if bad else "ok",
                next_poll_at=now + QUARTER,
                error="HTTP 503 <!channel> https://evil.example" if bad else None,
            )
            feeds.record_poll(line.store, feed, record, [], outlets={}, now=now)
        offset = int((now + QUARTER - line.channels.start).total_seconds())
        line.to(f"{offset}s")


def titles(line: Timeline, begin: str, end: str) -> list[str]:
    return [sent.message.title for sent in line.between(begin, end)]


def test_a_failing_feed_is_told_once_and_its_recovery_too(tmp_path: Path) -> None:
    with timeline(tmp_path, ROUTE + AT_ONCE) as line:
        with_feeds(line, "herald")
        polled(line, "30m", broken=())
        polled(line, "1h", broken=("herald",))
        assert line.channels.sent == []
        polled(line, "6h", broken=("herald",))
        [sent] = line.channels.sent
        assert sent.message.title == "Coverage: in trouble: feed herald"
        assert timedelta(hours=1) <= sent.at - QUARTER <= timedelta(hours=1, minutes=1)
        assert "HTTP 503" in sent.message.body
        assert "<!channel>" not in sent.message.body
        assert sent.channel == "desk"
        polled(line, "7h", broken=())
        assert titles(line, "6h", "7h") == ["Coverage: 1 well again"]
        polled(line, "9h", broken=())
        assert titles(line, "7h", "9h") == []


def test_a_short_failure_is_the_weather_of_the_web(tmp_path: Path) -> None:
    with timeline(tmp_path, ROUTE + AT_ONCE) as line:
        with_feeds(line, "herald")
        polled(line, "30m", broken=())
        polled(line, "1h", broken=("herald",))
        polled(line, "3h", broken=())
        assert line.channels.sent == []


def test_by_default_it_waits_for_the_digest(tmp_path: Path) -> None:
    # noon; the digest is at 7:00
    with timeline(tmp_path, ROUTE + ONE) as line:
        with_feeds(line, "herald", "star")
        polled(line, "30m", broken=())
        polled(line, "4h", broken=("herald", "star"))
        # one is well again before anybody heard of it
        polled(line, "18h45m", broken=("herald",))
        assert line.channels.sent == []
        polled(line, "19h30m", broken=("herald",))
        [sent] = line.channels.sent
        assert sent.message.title == "Coverage: in trouble: feed herald; 1 well again"
        assert "feed star: well again" in sent.message.body


def test_all_feeds_blind_is_one_trouble_told_at_once(tmp_path: Path) -> None:
    with timeline(tmp_path, ROUTE + ONE) as line:
        with_feeds(line, "herald", "star")
        every = ("gazette", "herald", "star")
        polled(line, "30m", broken=())
        polled(line, "5h", broken=every)
        [sent] = line.channels.sent
        assert sent.message.title == "Coverage: in trouble: all feeds"
        assert "none of 3 feeds can be read" in sent.message.body
        polled(line, "6h", broken=())
        assert titles(line, "5h", "6h") == ["Coverage: 1 well again"]


def test_a_feed_that_fell_silent_is_told_with_the_digest(tmp_path: Path) -> None:
    with timeline(tmp_path, ROUTE + ONE) as line:
        with_feeds(line, "herald")
        polled(line, "30m", broken=())
        with line.store.writing() as db:
            # an entry about every two hours, until three days ago
            db.execute(
                "UPDATE feeds SET gap_s = 7200, last_new_at = ? WHERE name = 'herald'",
                (f"{line.clock.now() - timedelta(days=3):%Y-%m-%dT%H:%M:%SZ}",),
            )
        polled(line, "2h", broken=())
        assert line.channels.sent == []
        polled(line, "19h30m", broken=())
        [sent] = line.channels.sent
        assert sent.message.title == "Coverage: in trouble: feed herald"
        assert (
            "nothing new since 2031-03-01; its entries came every 2 h"
            in sent.message.body
        )


@pytest.mark.parametrize(
    ("gap", "silent", "is_told"),
    [
        (timedelta(minutes=5), timedelta(days=2), False),
        (timedelta(minutes=5), timedelta(days=3), True),
        # a weekly feed is given its time
        (timedelta(days=7), timedelta(days=80), False),
        (timedelta(days=7), timedelta(days=84), True),
        (None, timedelta(days=900), False),
    ],
)
def test_how_long_a_feed_may_be_silent(
    gap: timedelta | None, silent: timedelta, is_told: bool
) -> None:
    feed = coverage.FeedState("f", None, START, QUARTER, START - silent, gap)
    found = coverage.troubles([feed], [], CoverageConfig(), now=START)
    assert bool(found) is is_told


def test_a_feed_that_never_worked_is_told(tmp_path: Path) -> None:
    with timeline(tmp_path, ROUTE + AT_ONCE) as line:
        with_feeds(line, "herald")
        polled(line, "2h", broken=("herald",))
        assert titles(line, "0s", "2h") == ["Coverage: in trouble: feed herald"]


def test_a_failing_channel_is_told_through_another_and_never_in_a_loop(
    tmp_path: Path,
) -> None:
    with timeline(tmp_path, ROUTE) as line:
        line.channels.broken.add("desk")
        line.push("1s")
        sent = line.between("0s", "30m")
        assert sent == []
        sent = line.between("30m", "3h")
        assert sorted(one.channel for one in sent) == ["boss", "night"]
        assert sent[0].message.title == "Coverage: in trouble: channel desk"
        # the others fail as well: nothing is left to tell it through
        line.channels.broken.update({"boss", "night"})
        before = line.rows("SELECT count(*) FROM alerts")
        line.to("9h")
        assert line.rows("SELECT count(*) FROM alerts") == before
        line.channels.broken.clear()
        told = line.between("9h", "12h")
        assert "19 people" in told[0].message.body
        recovery = [one for one in told if "well again" in one.message.title]
        assert {one.channel for one in recovery} == {"desk", "night", "boss"}
        assert episodes.open_subjects(line.store) == set()


def test_it_can_be_switched_off(tmp_path: Path) -> None:
    with timeline(tmp_path, ROUTE + "[coverage]\nenabled = false\n") as line:
        with_feeds(line, "herald")
        polled(line, "30m", broken=())
        polled(line, "24h", broken=("herald",))
        assert line.channels.sent == []


def test_a_notice_of_many_stays_short() -> None:
    many = [
        coverage.Episode(n, f"feed {'x' * 300}{n}", "y" * 900, START, None, None)
        for n in range(500)
    ]
    told = coverage.message(many, key="A-1", timezone="UTC")
    assert len(told.title) + len(told.body) <= 3000
    assert "488 more" in told.body


def test_a_notice_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own_place(tmp_path, monkeypatch)
    write_config(tmp_path)
    text = '[claimwatch]\ndatabase = "claimwatch.db"\n' + ROUTE + AT_ONCE
    with timeline(tmp_path, text) as line:
        with_feeds(line, "herald")
        polled(line, "2h", broken=("herald",))
        [(key,)] = line.rows("SELECT alert_key FROM alerts")
    shown = good("show", key)
    assert "in trouble: feed herald" in shown
    assert key in good("deliver", "list")
