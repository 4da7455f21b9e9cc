"""The line before the workers: who is asked when."""

from __future__ import annotations

import time
from collections.abc import Iterator
from math import inf

import pytest

from monitor.analysis import FeedJob
from monitor.analysis.line import Line

JOB = FeedJob(b"<rss/>", "https://gazette.example/rss")


def quiet() -> Iterator[None]:
    """A caller with nothing to do, who waits before saying so."""
    while True:
        time.sleep(0.03)
        yield None


def test_workers_come_before_a_caller_that_has_nothing() -> None:
    line: Line[int] = Line(2)
    assert line.is_open()
    line.take(iter([(1, JOB)]))
    assert line.is_open(), "he may have more at once"
    assert line.patience() == 0
    line.take(quiet())
    assert not line.is_open()
    assert 0 < line.patience() <= 0.2
    assert line.leave() == (1, JOB)
    assert line.is_open(), "nobody waits: ask"


def test_a_full_line_waits_for_workers_alone() -> None:
    line: Line[int] = Line(2)
    jobs = iter([(1, JOB), (2, JOB)])
    line.take(jobs)
    line.take(jobs)
    assert not line.is_open()
    assert line.patience() == inf
    line.leave()
    with pytest.raises(StopIteration):
        line.take(jobs)
