"""Workers that are killed, hang or eat memory, and the end of their processes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.analysis import Analyst, FeedJob, PageAnalysis, PageJob, pool
from monitor.errors import AnalysisError
from monitor.model import ParsedFeed, Verdict
from tests.analysis_jobs import (
    GOOD_FEED,
    HOSTILE_FEED,
    HOSTILE_PAGES,
    PATIENCE,
    analysis,
    page,
)
from tests.clock import FakeClock
from tests.processes import descendants, wait_for_end

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="reads /proc to watch the worker processes"
)


# ------------------------------------------------------------------ harm


@pytest.fixture(scope="module")
def brisk() -> Iterator[Analyst]:
    """Workers with little patience, warm so that only the job counts."""
    limit = timedelta(seconds=3)
    with Analyst(workers=1, aliases={}, wall_limit=limit) as started:
        yield started


def timed(found: Iterator[tuple[str, Any]]) -> tuple[dict[str, Any], dict[str, float]]:
    """The results by key, and after how long (s) each came."""
    start, results, took = time.monotonic(), {}, {}
    for key, result in found:
        results[key], took[key] = result, time.monotonic() - start
    return results, took


def started_since(others: set[int]) -> list[int]:
    """The processes below this one that were not among those, parents first."""
    return [pid for pid in descendants(os.getpid()) if pid not in others]


@pytest.mark.parametrize("name", HOSTILE_PAGES)
def test_hostile_page_costs_at_most_the_wall_limit(brisk: Analyst, name: str) -> None:
    list(brisk.analyse([("warm", page())]))
    jobs = [("hostile", page(body=HOSTILE_PAGES[name])), ("next", page())]
    results, took = timed(brisk.analyse(jobs))
    assert took["hostile"] < 3 * 3 + 4
    hostile = results["hostile"]
    assert isinstance(hostile, (PageAnalysis, AnalysisError))
    if isinstance(hostile, PageAnalysis):
        assert hostile.verdict is Verdict.EMPTY
    assert isinstance(results["next"], PageAnalysis)


def test_page_that_hangs_is_cut_off(brisk: Analyst) -> None:
    ((_, result),) = brisk.analyse([("x", page(body=HOSTILE_PAGES["cells"]))])
    assert isinstance(result, AnalysisError)
    assert "3 s" in str(result)


def test_hostile_feed_costs_at_most_the_wall_limit() -> None:
    limit = timedelta(seconds=1)
    with Analyst(workers=1, aliases={}, wall_limit=limit) as analyst:
        list(analyst.parse_feeds([("warm", GOOD_FEED)]))
        jobs = [("hostile", HOSTILE_FEED), ("next", GOOD_FEED)]
        results, took = timed(analyst.parse_feeds(jobs))
        assert took["hostile"] < 3 * 1 + 4
        assert isinstance(results["hostile"], (ParsedFeed, AnalysisError))
        assert isinstance(results["next"], ParsedFeed)


def test_stopped_worker_is_replaced() -> None:
    limit = timedelta(seconds=1)
    with Analyst(workers=1, aliases={}, wall_limit=limit) as analyst:
        others = set(descendants(os.getpid()))
        list(analyst.parse_feeds([("warm", GOOD_FEED)]))
        _, worker = started_since(others)
        os.kill(worker, signal.SIGSTOP)
        results = dict(analyst.parse_feeds([("held", GOOD_FEED), ("next", GOOD_FEED)]))
    assert isinstance(results["held"], AnalysisError)
    assert isinstance(results["next"], ParsedFeed)
    assert list(results) == ["next", "held"], "it holds up no other"


def test_what_the_start_takes_is_not_the_first_jobs_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock, genuine = FakeClock(), pool.Pool._start

    def slowly(self: pool.Pool) -> socket.socket:
        clock.advance(timedelta(hours=1))
        return genuine(self)

    monkeypatch.setattr(pool, "time", clock)
    monkeypatch.setattr(pool.Pool, "_start", slowly)
    with Analyst(workers=1, aliases={}, wall_limit=timedelta(seconds=9)) as analyst:
        ((_, result),) = analyst.parse_feeds([("first", GOOD_FEED)])
    assert isinstance(result, ParsedFeed), result


def test_a_worker_that_hangs_does_not_stop_the_caller() -> None:
    limit = timedelta(seconds=2)
    others = set(descendants(os.getpid()))
    with Analyst(workers=1, aliases={}, wall_limit=limit) as analyst:
        list(analyst.parse_feeds([("warm", GOOD_FEED)]))
        _, worker = started_since(others)
        looked: list[str] = []

        def jobs() -> Iterator[tuple[str, FeedJob] | None]:
            os.kill(worker, signal.SIGSTOP)
            yield "held", GOOD_FEED
            for _ in range(3):
                looked.append("on")
                yield None

        results = analyst.parse_feeds(jobs())
        assert next(results)[0] == "held"
        assert looked == ["on"] * 3


def test_killed_worker_loses_its_job_only() -> None:
    others = set(descendants(os.getpid()))
    with Analyst(workers=2, aliases={}, wall_limit=PATIENCE) as analyst:

        def jobs() -> Iterator[tuple[str, PageJob]]:
            yield "victim", page(body=HOSTILE_PAGES["cells"])
            _, worker = started_since(others)
            os.kill(worker, signal.SIGKILL)
            yield "other", page()
            yield "next", page()

        results = dict(analyst.analyse(jobs()))
    assert isinstance(results["victim"], AnalysisError)
    assert isinstance(results["other"], PageAnalysis)
    assert isinstance(results["next"], PageAnalysis)


def test_parent_of_the_workers_is_replaced_too() -> None:
    others = set(descendants(os.getpid()))
    with Analyst(workers=1, aliases={}, wall_limit=PATIENCE) as analyst:
        list(analyst.parse_feeds([("warm", GOOD_FEED)]))
        started = started_since(others)
        os.kill(started[0], signal.SIGKILL)
        assert len(started) == 2
        assert all(wait_for_end(pid) for pid in started)
        ((_, result),) = analyst.parse_feeds([("next", GOOD_FEED)])
    assert isinstance(result, ParsedFeed)


def test_exception_in_a_job_is_its_result(pair: Analyst) -> None:
    broken = replace(page(), previous_text=3)  # type: ignore[arg-type]
    results = dict(pair.analyse([("broken", broken), ("next", page())]))
    assert isinstance(results["broken"], AnalysisError)
    assert isinstance(results["next"], PageAnalysis)


def test_memory_is_limited() -> None:
    paragraphs = b"<p>Words about the bridge, and more words.</p>" * 60_000
    with Analyst(
        workers=1, aliases={}, wall_limit=PATIENCE, memory_limit=40_000_000
    ) as analyst:
        jobs = [("big", page(body=paragraphs)), ("next", page())]
        results = dict(analyst.analyse(jobs))
    assert isinstance(results["big"], AnalysisError)
    assert isinstance(results["next"], PageAnalysis)


def test_signals_to_the_group_do_not_end_workers(pair: Analyst) -> None:
    assert analysis(pair, page()).verdict is Verdict.OK
    zygote = pair._pages._zygote
    assert zygote is not None
    workers = descendants(zygote.pid)
    assert workers
    for pid in (zygote.pid, *workers):
        os.kill(pid, signal.SIGINT)
        os.kill(pid, signal.SIGTERM)
    assert analysis(pair, page()).verdict is Verdict.OK
    assert zygote.poll() is None
    assert descendants(zygote.pid) == workers


# ------------------------------------------------------------------ processes


def test_nothing_is_started_before_the_first_job() -> None:
    others = set(descendants(os.getpid()))
    with Analyst(workers=2, aliases={}):
        assert started_since(others) == []


def test_closing_ends_all_processes() -> None:
    before = set(descendants(os.getpid()))
    with Analyst(workers=2, aliases={}, wall_limit=PATIENCE) as analyst:
        list(analyst.analyse((n, page(n)) for n in range(4)))
        list(analyst.parse_feeds([("x", GOOD_FEED)]))
        started = set(descendants(os.getpid())) - before
        assert len(started) >= 4
    assert all(wait_for_end(pid) for pid in started)
    ((_, late),) = analyst.analyse([("late", page())])
    assert isinstance(late, AnalysisError)


STARTER = """
import os, signal
from monitor.analysis import Analyst
from tests.analysis_jobs import HOSTILE_PAGES, page
from tests.processes import descendants

print("started", flush=True)
analyst = Analyst(workers=2, aliases={})

# no main guard on purpose: starting workers must not run this file again
for key, result in analyst.analyse([("ok", page())]):
    print("verdict", result.verdict, flush=True)

def jobs():
    yield "busy", page(body=HOSTILE_PAGES["cells"])
    print("pids", *descendants(os.getpid()), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

list(analyst.analyse(jobs()))
"""


def test_killed_starter_takes_its_workers_along(tmp_path: Path) -> None:
    script = tmp_path / "starter.py"
    script.write_text(STARTER)
    # A module of the current folder must not be taken for the standard library's.
    (tmp_path / "json.py").write_text("raise SystemExit('imported from the folder')")
    root = str(Path(__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-P", str(script)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": root},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    lines = done.stdout.splitlines()
    assert lines[:2] == ["started", "verdict ok"]
    pids = [int(pid) for pid in lines[2].split()[1:]]
    assert len(pids) == 2
    assert all(wait_for_end(pid) for pid in pids)
