"""Due times: tables of situations and what follows."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.schedule import (
    FIRST_POLLS_A_SECOND,
    GONE_RETRY,
    JITTER,
    LONGEST_RETRY_AFTER,
    Bounds,
    Failure,
    Rhythm,
    first_polls,
    next_attempt,
    next_check,
    next_poll,
    publishing_gap,
)
from monitor.settings import DEFAULT_TAPER, DeliveryConfig, TaperStep

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
S, M, H, D = (
    timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days")
)
CONFIRM = 10 * M


QUARTER = Bounds(15 * M, 5 * M, 30 * M)


def poll(
    rhythm: Rhythm = Rhythm(),  # noqa: B008 - frozen
    *,
    bounds: Bounds = QUARTER,
    failure: Failure | None = None,
    retry_after: timedelta | None = None,
    key: str = "",
) -> tuple[timedelta, str]:
    due = next_poll(
        bounds,
        rhythm,
        failure=failure,
        retry_after=retry_after,
        now=NOW,
        jitter_key=key,
    )
    return due.at - NOW, due.reason


@pytest.mark.parametrize(
    ("rhythm", "wait", "reason"),
    [
        (Rhythm(), 15 * M, "every 15m"),
        (Rhythm(gap=8 * M), 8 * M, "every 8m: a new entry about every 8m"),
        (Rhythm(gap=20 * S), 5 * M, "every 5m: a new entry about every 20s"),
        (Rhythm(gap=2 * D), 30 * M, "every 30m: a new entry about every 2d"),
        (Rhythm(gap=20 * M), 20 * M, "every 20m: a new entry about every 20m"),
        # at night a busy feed is a quiet one
        (Rhythm(gap=5 * M, quiet=8 * H), 30 * M, "every 30m: quiet for 8h"),
        (Rhythm(gap=5 * M, quiet=8 * M), 5 * M, "every 5m: a new entry about every 5m"),
        # without dates how long it is quiet says nothing
        (Rhythm(quiet=9 * D), 15 * M, "every 15m"),
        (Rhythm(new=20, entries=20), 5 * M, "every 5m: all entries were new"),
        (Rhythm(gap=2 * D, new=20, entries=20), 5 * M, "some may be missed"),
        (Rhythm(new=10, entries=20), 450 * S, "every 8m: 10 of 20 entries were new"),
        (Rhythm(new=9, entries=20), 15 * M, "every 15m"),
        (Rhythm(new=2, entries=2), 15 * M, "every 15m"),
        (Rhythm(asked=5 * M), 15 * M, "every 15m"),
        (Rhythm(asked=20 * M), 20 * M, "every 20m: it asks for 20m between polls"),
        (Rhythm(asked=1 * D), 30 * M, "every 30m: it asks for 1d between polls"),
        (Rhythm(gap=1 * M, asked=10 * M), 10 * M, "every 10m: it asks for 10m"),
        (Rhythm(new=20, entries=20, asked=1 * H), 30 * M, "it asks for 1h"),
    ],
)
def test_the_interval_fits_the_feed(
    rhythm: Rhythm, wait: timedelta, reason: str
) -> None:
    got, why = poll(rhythm)
    assert got == wait
    assert why.startswith(reason) or reason in why


def test_equal_bounds_leave_nothing_to_adapt() -> None:
    fixed = Bounds(15 * M, 15 * M, 15 * M)
    for rhythm in (Rhythm(gap=1 * M), Rhythm(gap=9 * D), Rhythm(asked=1 * D)):
        assert poll(rhythm, bounds=fixed)[0] == 15 * M
    assert poll(Rhythm(asked=1 * D), bounds=fixed) == (15 * M, "every 15m")


def failed(
    count: int, *, lasting: timedelta = 0 * S, hard: bool = False, gone: bool = False
) -> Failure:
    return Failure(count, lasting, hard=hard, gone=gone)


@pytest.mark.parametrize(
    ("interval", "failure", "wait", "reason"),
    [
        (15 * M, failed(1), 15 * M, "1 failure in a row"),
        (15 * M, failed(2), 30 * M, "2 failures in a row"),
        (15 * M, failed(5), 4 * H, "again in 4h"),
        (15 * M, failed(6), 6 * H, "again in 6h"),
        (15 * M, failed(10_000), 6 * H, "again in 6h"),
        (1 * S, failed(10_000), 64 * S, "again in 64s"),
        (12 * H, failed(3), 12 * H, "again in 12h"),
        # what will not mend itself counts twice
        (15 * M, failed(1, hard=True), 15 * M, "1 failure in a row"),
        (15 * M, failed(2, hard=True), 1 * H, "again in 1h"),
        (15 * M, failed(4, hard=True), 6 * H, "again in 6h"),
        # after two days slowly, for a month
        (15 * M, failed(20, lasting=2 * D - S), 6 * H, "again in 6h"),
        (15 * M, failed(20, lasting=2 * D), 16 * H, "again in 16h"),
        (30 * M, failed(20, lasting=29 * D), 24 * H, "again in 1d"),
        (30 * M, failed(50, lasting=30 * D), 30 * D, "failing for 30d"),
        (15 * M, failed(1, gone=True), 30 * D, "gone for good"),
    ],
)
def test_failing_feeds_back_off(
    interval: timedelta, failure: Failure, wait: timedelta, reason: str
) -> None:
    got, why = poll(bounds=Bounds(interval, interval, interval), failure=failure)
    assert got == wait
    assert reason in why
    assert failure.is_over == (wait == 30 * D)


@pytest.mark.parametrize(
    ("interval", "asked", "wait", "reason"),
    [
        (15 * M, 10 * S, 15 * M, "failure"),
        (15 * M, 1 * H, 1 * H, "asks to wait 1h"),
        (15 * M, 400 * D, 1 * D, "asks to wait 1d"),
        (48 * H, 400 * D, 48 * H, "failure"),
    ],
)
def test_the_wish_of_a_host_is_clamped(
    interval: timedelta, asked: timedelta, wait: timedelta, reason: str
) -> None:
    bounds = Bounds(interval, interval, interval)
    got, why = poll(bounds=bounds, failure=failed(1), retry_after=asked)
    assert got == wait
    assert reason in why


def test_jitter_spreads_and_repeats() -> None:
    for rhythm in (Rhythm(), Rhythm(gap=9 * D)):
        waits = [poll(rhythm, key=f"feed-{n}")[0] for n in range(200)]
        assert waits == [poll(rhythm, key=f"feed-{n}")[0] for n in range(200)]
        assert len(set(waits)) == 200
        assert max(waits) - min(waits) > 80 * S
        assert max(waits) <= 30 * M


@pytest.mark.parametrize(
    ("minutes", "gap"),
    [
        ((0, 10, 20, 30, 40), 10 * M),
        ((0, 1, 2, 3, 4, 500), 1 * M),
        # the same date on all entries, too few of them, or dates to come
        ((5, 5, 5, 5, 5, 5), None),
        ((0, 10, 20, 30), None),
        ((0, 10, 20, 30, -100), None),
        ((), None),
    ],
)
def test_the_gap_between_entries(
    minutes: tuple[int, ...], gap: timedelta | None
) -> None:
    assert publishing_gap([NOW - n * M for n in minutes], NOW) == gap


def test_the_newest_entries_tell_the_gap() -> None:
    old = [NOW - 30 * D - n * D for n in range(50)]
    assert publishing_gap([*old, *(NOW - n * H for n in range(20))], NOW) == 1 * H


def test_first_polls_of_thousands_of_feeds_hammer_nobody() -> None:
    hosts = ["feeds.example" if n % 10 == 0 else f"{n}.example" for n in range(5000)]
    due = first_polls(hosts, NOW)
    a_second = Counter((at - NOW) // S for at in due)
    assert max(a_second.values()) <= 2 * FIRST_POLLS_A_SECOND
    shared = sorted(at for at, host in zip(due, hosts, strict=True) if "feeds" in host)
    assert min(b - a for a, b in pairwise(shared)) >= 10 * S
    assert due[0] == NOW
    assert max(due) - NOW < 2 * H
    # a handful is polled at once
    assert first_polls(["a.example"] * 3, NOW) == [NOW] * 3


def check(
    *,
    seen: timedelta = 0 * S,
    published: timedelta | None = None,
    failures: int = 0,
    edited: timedelta | None = None,
    pending: timedelta | None = None,
    retry_after: timedelta | None = None,
    taper: tuple[TaperStep, ...] = DEFAULT_TAPER,
) -> tuple[timedelta | None, str]:
    due, reason = next_check(
        first_seen_at=NOW - seen,
        published_at=None if published is None else NOW - published,
        taper=taper,
        failures=failures,
        edited_at=None if edited is None else NOW - edited,
        pending_removal_at=None if pending is None else NOW - pending,
        confirm_removal_after=CONFIRM,
        retry_after=retry_after,
        now=NOW,
    )
    return (None if due is None else due - NOW), reason


@pytest.mark.parametrize(
    ("seen", "published", "wait"),
    [
        (0 * S, None, 15 * M),
        (3 * H - S, None, 15 * M),
        (3 * H, None, 1 * H),
        (24 * H, None, 3 * H),
        (7 * D, None, 24 * H),
        (30 * D, None, None),
        (400 * D, None, None),
        # the age counts from publication
        (0 * S, 5 * H, 1 * H),
        (0 * S, 2 * D, 3 * H),
        # a publication in the future is a mistake
        (0 * S, -5 * H, 15 * M),
        # old, but new to us: at the slowest rate for as long as any other
        (0 * S, 900 * D, 24 * H),
        (29 * D, 900 * D, 24 * H),
        (30 * D, 900 * D, None),
    ],
)
def test_the_taper(
    seen: timedelta, published: timedelta | None, wait: timedelta | None
) -> None:
    assert check(seen=seen, published=published)[0] == wait


def test_an_edited_article_is_watched_more_closely_for_a_while() -> None:
    assert check(seen=5 * H, edited=0 * S) == (15 * M, "edited just now: every 15m")
    assert check(seen=5 * H, edited=3 * H) == (15 * M, "edited 3h ago: every 15m")
    assert check(seen=5 * H, edited=4 * H)[0] == 1 * H
    assert check(seen=2 * D, edited=11 * H)[0] == 1 * H
    assert check(seen=2 * D, edited=12 * H)[0] == 3 * H
    assert check(seen=20 * D, edited=3 * D)[0] == 3 * H
    # nothing is closer than the first step
    assert check(seen=0 * S, edited=0 * S)[0] == 15 * M


@pytest.mark.parametrize(
    ("failures", "wait"), [(1, 15 * M), (3, 1 * H), (7, 16 * H), (99, 16 * H)]
)
def test_failing_checks_back_off(failures: int, wait: timedelta) -> None:
    assert check(failures=failures)[0] == wait


def test_failures_on_the_last_step_stay_at_a_day() -> None:
    assert check(seen=20 * D, failures=9)[0] == 24 * H


def test_the_host_may_ask_for_a_pause() -> None:
    wait, reason = check(retry_after=2 * H)
    assert wait == 2 * H
    assert "asks to wait" in reason
    assert check(retry_after=900 * D)[0] == LONGEST_RETRY_AFTER


@pytest.mark.parametrize(
    ("pending", "wait"), [(0 * S, CONFIRM), (4 * M, 6 * M), (CONFIRM, CONFIRM)]
)
def test_a_removal_is_confirmed_no_earlier(pending: timedelta, wait: timedelta) -> None:
    got, reason = check(seen=5 * D, pending=pending)
    assert got == wait
    assert "gone" in reason


def test_a_removal_is_confirmed_even_after_the_last_step() -> None:
    assert check(seen=40 * D, pending=0 * S)[0] == CONFIRM
    assert check(seen=40 * D, pending=0 * S, failures=1)[0] == 24 * H
    assert check(seen=5 * D, pending=0 * S, retry_after=1 * H)[0] == 1 * H


def test_an_empty_taper_means_once() -> None:
    wait, reason = check(taper=())
    assert wait is None
    assert "not checked again" in reason


@pytest.mark.parametrize(
    ("attempts", "wait"),
    [(0, 0 * S), (1, 30 * S), (2, 1 * M), (7, 32 * M), (8, 1 * H), (15, 1 * H)],
)
def test_next_attempt(attempts: int, wait: timedelta) -> None:
    due = next_attempt(
        attempts=attempts,
        config=DeliveryConfig(),
        retry_after=None,
        now=NOW,
        jitter_key="",
    )
    assert due == NOW + wait


def test_attempts_come_to_an_end() -> None:
    config = DeliveryConfig()
    due = next_attempt(
        attempts=config.attempts,
        config=config,
        retry_after=1 * H,
        now=NOW,
        jitter_key="1",
    )
    assert due is None


def test_an_attempt_respects_the_channel() -> None:
    due = next_attempt(
        attempts=1,
        config=DeliveryConfig(),
        retry_after=5 * M,
        now=NOW,
        jitter_key="",
    )
    assert due == NOW + 5 * M


spans = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=3000))


@given(
    bounds=st.tuples(spans, spans, spans).map(sorted),
    gap=st.none() | spans,
    quiet=spans,
    entries=st.tuples(st.integers(0, 2000), st.integers(0, 2000)).map(sorted),
    asked=st.none() | spans,
    key=st.text(),
)
def test_a_poll_keeps_to_the_bounds(
    bounds: list[timedelta],
    gap: timedelta | None,
    quiet: timedelta,
    entries: list[int],
    asked: timedelta | None,
    key: str,
) -> None:
    shortest, interval, longest = bounds
    rhythm = Rhythm(gap, quiet, entries[0], entries[1], asked)
    wait, reason = poll(rhythm, bounds=Bounds(interval, shortest, longest), key=key)
    assert shortest * (1 - JITTER) - S <= wait <= longest
    assert reason


@given(
    interval=spans,
    count=st.integers(1, 10**9),
    lasting=spans,
    hard=st.booleans(),
    retry_after=st.none() | spans,
    key=st.text(),
)
def test_a_failed_poll_is_never_early_and_never_lost(
    interval: timedelta,
    count: int,
    lasting: timedelta,
    hard: bool,
    retry_after: timedelta | None,
    key: str,
) -> None:
    wait, reason = poll(
        bounds=Bounds(interval, interval, interval),
        failure=failed(count, lasting=lasting, hard=hard),
        retry_after=retry_after,
        key=key,
    )
    assert min(interval, GONE_RETRY) <= wait
    assert wait <= max(interval, GONE_RETRY) * (1 + JITTER)
    assert reason
