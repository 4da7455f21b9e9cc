"""A clock that is wrong by months for a while costs nothing that can't be had back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.pipeline import check
from monitor.pipeline.opening import open_service
from monitor.pipeline.tidy import tidy
from monitor.store import leases
from tests.clock import FakeClock
from tests.desk import START, Desk, Item, baseline

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ARTICLES = "SELECT count(*) FROM articles"


@pytest.fixture
def at(at: Desk) -> Desk:
    """It has read one article, and tidied up once."""
    at.publish("/fire")
    baseline(at, Item("/fire"))
    tidy(at.service)
    return at


def end_the_watch(at: Desk) -> None:
    """What is left is an article that only retention keeps."""
    with at.service.store.writing() as db:
        db.execute("UPDATE articles SET next_check_at = NULL")


def test_nothing_is_removed_by_a_clock_that_leapt(
    at: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    end_the_watch(at)
    at.clock.jump(START + 900 * DAY)
    tidy(at.service)
    assert at.one(ARTICLES) == 1
    assert "the clock leapt 899 days ahead" in caplog.text
    at.clock.jump(START + HOUR)
    tidy(at.service)
    assert at.one(ARTICLES) == 1


def test_a_clock_that_stays_there_is_believed_after_a_day(at: Desk) -> None:
    end_the_watch(at)
    at.clock.jump(START + 900 * DAY)
    for _ in range(23):
        tidy(at.service)
        at.clock.advance(HOUR)
    assert at.one(ARTICLES) == 1
    at.clock.advance(2 * HOUR)
    tidy(at.service)
    assert at.one(ARTICLES) == 0


def test_a_year_that_passes_is_no_leap(at: Desk) -> None:
    end_the_watch(at)
    at.clock.advance(900 * DAY)
    tidy(at.service)
    assert at.one(ARTICLES) == 0


def test_a_start_with_a_wrong_clock_removes_nothing(at: Desk) -> None:
    end_the_watch(at)
    clock = FakeClock(START + 900 * DAY)
    with open_service(at.service.config, clock=clock, workers=1) as service:
        tidy(service)
        assert at.one(ARTICLES) == 1


def test_a_watch_that_ended_in_the_future_goes_on(at: Desk) -> None:
    before = at.clock.now()
    at.clock.jump(before + 60 * DAY)
    check(at.service)
    assert at.one("SELECT next_check_at FROM articles") is None
    at.clock.jump(before)
    leases.shift(at.service.store, -60 * DAY, now=before)
    assert [done.verdict for done in check(at.service)] == ["ok"]
    assert at.one("SELECT next_check_at FROM articles") is not None
