"""Due times: tables of situations and what follows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.schedule import (
    JITTER,
    LONGEST_RETRY_AFTER,
    next_attempt,
    next_check,
    next_poll,
)
from monitor.settings import DEFAULT_TAPER, DeliveryConfig, TaperStep

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
S, M, H, D = (
    timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days")
)
CONFIRM = 10 * M


def poll(
    interval: timedelta = 15 * M,
    *,
    ttl: timedelta | None = None,
    failures: int = 0,
    retry_after: timedelta | None = None,
    key: str = "",
) -> tuple[timedelta, str]:
    due, reason = next_poll(
        interval=interval,
        ttl=ttl,
        failures=failures,
        retry_after=retry_after,
        now=NOW,
        jitter_key=key,
    )
    return due - NOW, reason


@pytest.mark.parametrize(
    ("interval", "ttl", "failures", "retry_after", "wait", "reason"),
    [
        (15 * M, None, 0, None, 15 * M, "every 15m"),
        (0 * S, None, 0, None, 0 * S, "every 0s"),
        (15 * M, 5 * M, 0, None, 15 * M, "every 15m"),
        (15 * M, 20 * M, 0, None, 20 * M, "asks for 20m"),
        (15 * M, 1 * D, 0, None, 30 * M, "asks for 1d"),
        (15 * M, None, 1, None, 15 * M, "1 failure in a row"),
        (15 * M, None, 2, None, 30 * M, "2 failures in a row"),
        (15 * M, None, 5, None, 4 * H, "again in 4h"),
        (15 * M, None, 6, None, 6 * H, "again in 6h"),
        (15 * M, None, 10_000, None, 6 * H, "again in 6h"),
        (1 * S, None, 10_000, None, 64 * S, "again in 64s"),
        (12 * H, None, 3, None, 12 * H, "again in 12h"),
        (15 * M, None, 0, 10 * S, 15 * M, "every 15m"),
        (15 * M, None, 0, 1 * H, 1 * H, "asks to wait 1h"),
        (15 * M, None, 0, 400 * D, 1 * D, "asks to wait 1d"),
        (48 * H, None, 0, 400 * D, 48 * H, "every 2d"),
    ],
)
def test_next_poll(
    interval: timedelta,
    ttl: timedelta | None,
    failures: int,
    retry_after: timedelta | None,
    wait: timedelta,
    reason: str,
) -> None:
    got, why = poll(interval, ttl=ttl, failures=failures, retry_after=retry_after)
    assert got == wait
    assert reason in why


def test_jitter_spreads_and_repeats() -> None:
    waits = [poll(key=f"feed-{n}")[0] for n in range(200)]
    assert waits == [poll(key=f"feed-{n}")[0] for n in range(200)]
    assert len(set(waits)) == 200
    assert all(15 * M <= wait < 15 * M * (1 + JITTER) for wait in waits)
    assert max(waits) - min(waits) > 80 * S


def check(
    *,
    seen: timedelta = 0 * S,
    published: timedelta | None = None,
    failures: int = 0,
    changed: bool = False,
    pending: timedelta | None = None,
    retry_after: timedelta | None = None,
    taper: tuple[TaperStep, ...] = DEFAULT_TAPER,
) -> tuple[timedelta | None, str]:
    due, reason = next_check(
        first_seen_at=NOW - seen,
        published_at=None if published is None else NOW - published,
        taper=taper,
        failures=failures,
        changed=changed,
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


def test_a_changed_article_is_watched_more_closely() -> None:
    assert check(seen=5 * H, changed=True)[0] == 15 * M
    assert check(seen=2 * D, changed=True)[0] == 1 * H
    assert check(seen=0 * S, changed=True)[0] == 15 * M


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
    interval=spans,
    ttl=st.none() | spans,
    failures=st.integers(0, 10**9),
    retry_after=st.none() | spans,
    key=st.text(),
)
def test_a_poll_is_never_early_and_never_lost(
    interval: timedelta,
    ttl: timedelta | None,
    failures: int,
    retry_after: timedelta | None,
    key: str,
) -> None:
    wait, reason = poll(
        interval, ttl=ttl, failures=failures, retry_after=retry_after, key=key
    )
    longest = max(interval * 2, LONGEST_RETRY_AFTER) * (1 + JITTER)
    assert interval <= wait <= longest
    assert reason
