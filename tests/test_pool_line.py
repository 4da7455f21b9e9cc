"""The line before the workers: who is asked when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from math import inf

import pytest

from monitor.analysis import FeedJob, line
from monitor.analysis.line import Line
from tests.clock import FakeClock

JOB = FeedJob(b"<rss/>", "https://gazette.example/rss")


def quiet(clock: FakeClock) -> Iterator[None]:
    """A caller with nothing to do, who waits before saying so."""
    while True:
        clock.advance(timedelta(seconds=0.03))
        yield None


def test_workers_come_before_a_caller_that_has_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = FakeClock()
    monkeypatch.setattr(line, "time", clock)
    queue: Line[int] = Line(2)
    assert queue.is_open()
    queue.take(iter([(1, JOB)]))
    assert queue.is_open(), "he may have more at once"
    assert queue.patience() == 0
    queue.take(quiet(clock))
    assert not queue.is_open()
    assert queue.patience() == pytest.approx(0.2)
    assert queue.leave() == (1, JOB)
    assert queue.is_open(), "nobody waits: ask"


def test_a_full_line_waits_for_workers_alone() -> None:
    queue: Line[int] = Line(2)
    jobs = iter([(1, JOB), (2, JOB)])
    queue.take(jobs)
    queue.take(jobs)
    assert not queue.is_open()
    assert queue.patience() == inf
    queue.leave()
    with pytest.raises(StopIteration):
        queue.take(jobs)
