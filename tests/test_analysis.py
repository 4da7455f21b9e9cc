"""The analysis workers: right results, and nothing that a job does harms another."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from importlib import metadata
from pathlib import Path

import pytest

from monitor.analysis import Analyst, FeedJob, PageAnalysis, PageJob, stamp
from monitor.analysis.analyst import PAGES_AHEAD
from monitor.errors import AnalysisError, ParseError
from monitor.model import ChangeKind, ParsedFeed, Verdict

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="reads /proc to watch the worker processes"
)

URL = "https://courier.example/news/bridge"
# Far above what a small page takes, even on a busy machine.
PATIENCE = timedelta(seconds=60)
SENTENCES = (
    "At least {toll} people were killed when a footbridge gave way, police said.",
    "The bridge had been closed to vehicles since the spring, the council said.",
    "Divers searched the river until dusk and brought two bicycles ashore.",
    "A public meeting has been called for Thursday evening in the assembly rooms.",
)
GOOD_FEED = FeedJob(
    b"<rss version='2.0'><channel><title>Courier</title><item><title>Bridge</title>"
    b"<link>https://courier.example/news/bridge</link></item></channel></rss>",
    "https://courier.example/rss",
)


def page(toll: int = 3, *, body: bytes | None = None, status: int = 200) -> PageJob:
    paragraphs = "".join(f"<p>{s.format(toll=toll)}</p>" for s in SENTENCES)
    html = (
        "<html><head><title>Footbridge collapses</title></head><body><article>"
        f"<h1>Footbridge collapses</h1>{paragraphs}</article></body></html>"
    )
    return PageJob(
        body=html.encode() if body is None else body,
        feed_html=None,
        url=URL,
        final_url=URL,
        status=status,
        charset=None,
        title="Footbridge collapses",
        published_at=None,
        language="en",
    )


HOSTILE_PAGES = {
    "cells": b"<html><body><table><tr>" + b"<td>x" * 50_000 + b"</table></body></html>",
    "attributes": b"<html><body><p "
    + b" ".join(b"a%d=1" % i for i in range(60_000))
    + b">x</p></body></html>",
    "nesting": b"<html><body>" + b"<div>" * 200_000 + b"x" + b"</div>" * 200_000,
    "nul": b"<html><body>" + b"\0" * 1_000_000 + b"<p>x</p></body></html>",
    "ampersands": b"<html><body><p>" + b"&" * 3_000_000 + b"</p></body></html>",
    "angles": b"<" * 2_000_000,
}
# feedparser's pattern for e-mail addresses is quadratic on this.
HOSTILE_FEED = FeedJob(
    b"<rss version='2.0'><channel><title>x</title><item><title>t</title><author>a@"
    + b"a." * 15_500
    + b"!</author></item></channel></rss>",
    "https://courier.example/rss",
)


@pytest.fixture(scope="module")
def analyst() -> Iterator[Analyst]:
    with Analyst(workers=2, aliases={}, wall_limit=PATIENCE) as started:
        yield started


def analysis(analyst: Analyst, job: PageJob) -> PageAnalysis:
    ((_, result),) = analyst.analyse([("one", job)])
    assert isinstance(result, PageAnalysis), result
    return result


def descendants(root: int) -> list[int]:
    """Ids of the running processes below one, nearest first."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue  # ended meanwhile
        if state != "Z":
            parents[int(folder.name)] = int(parent)
    found: list[int] = []
    below = [root]
    while below:
        below = [pid for pid, parent in parents.items() if parent in below]
        found += below
    return found


def wait_for_end(pid: int, patience: float = 20) -> bool:
    """Whether the process ends in that time."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], patience)[0])
    finally:
        os.close(handle)


# ------------------------------------------------------------------ results


def test_page_becomes_document_and_mentions(analyst: Analyst) -> None:
    result = analysis(analyst, page())
    assert result.verdict is Verdict.OK
    assert result.document is not None
    assert result.document.text.startswith("Footbridge collapses\nAt least 3 people")
    for mention in result.mentions:
        assert result.document.text[mention.start : mention.end] == mention.quote
    assert any("3" in q.text for m in result.mentions for q in m.quantities)
    assert result.stamp == stamp()
    assert result.previous_mentions == result.transitions == ()
    assert result.alignment is None


def test_new_text_is_compared_with_the_previous(analyst: Analyst) -> None:
    before = analysis(analyst, page(3))
    assert before.document is not None
    after = analysis(
        analyst,
        replace(
            page(5),
            previous_text=before.document.text,
            previous_headline_end=before.document.headline_end,
        ),
    )
    assert after.previous_mentions == before.mentions
    assert after.alignment is not None
    figures = [t for t in after.transitions if t[2].kind is ChangeKind.FIGURE]
    assert figures
    for left, right, transition in figures:
        assert left is not None
        assert right is not None
        assert after.previous_mentions[left] == transition.before
        assert after.mentions[right] == transition.after


def test_unchanged_text_is_not_searched(analyst: Analyst) -> None:
    before = analysis(analyst, page())
    assert before.document is not None
    job = replace(
        page(),
        previous_text=before.document.text,
        previous_headline_end=before.document.headline_end,
    )
    again = analysis(analyst, job)
    assert again.same_text
    assert again.mentions == ()
    anew = analysis(analyst, replace(job, reanalyse=True))
    assert anew.same_text
    assert anew.mentions == anew.previous_mentions == before.mentions
    assert anew.transitions == ()


def test_only_ok_pages_are_searched(analyst: Analyst) -> None:
    gone = analysis(analyst, page(status=404))
    assert (gone.verdict, gone.document, gone.mentions) == (Verdict.GONE, None, ())
    wall = page(body=b"<html><title>Just a moment...</title><p>Ray ID: 7</p></html>")
    assert analysis(analyst, wall).verdict is Verdict.CAPTCHA
    long_ago = replace(page(), last_good_length=5_000)
    collapsed = analysis(analyst, long_ago)
    assert (collapsed.verdict, collapsed.mentions) == (Verdict.COLLAPSED, ())


def test_entry_stands_in_for_a_page_that_can_t_be_had(analyst: Analyst) -> None:
    html = "".join(f"<p>{s.format(toll=3)}</p>" for s in SENTENCES)
    result = analysis(analyst, replace(page(), body=None, feed_html=html, status=403))
    assert result.verdict is Verdict.OK
    assert result.document is not None
    assert result.document.from_feed
    assert result.mentions


def test_old_correction_retracts_nothing_anew(analyst: Analyst) -> None:
    notice = "Correction: An earlier version of this article gave a wrong number."
    job = page(5)
    assert job.body is not None
    body = job.body.replace(b"</article>", f"<p>{notice}</p></article>".encode())
    before = analysis(analyst, page(3)).document
    assert before is not None
    job = replace(job, body=body, previous_text=before.text)
    kinds = [t.kind for _, _, t in analysis(analyst, job).transitions]
    assert ChangeKind.RETRACTED in kinds
    job = replace(job, previous_correction=notice)
    kinds = [t.kind for _, _, t in analysis(analyst, job).transitions]
    assert ChangeKind.RETRACTED not in kinds


def test_copies_share_their_wire_key(analyst: Analyst) -> None:
    job = page()
    assert job.body is not None
    copy = replace(job, body=job.body.replace(b"<h1>", b"<h1>Wire: "))
    one, other = analysis(analyst, job), analysis(analyst, copy)
    assert one.wire_key == other.wire_key


def test_feed_is_parsed_or_said_to_be_none(analyst: Analyst) -> None:
    bad = FeedJob(b"<!doctype html><html></html>", "https://courier.example/")
    results = dict(analyst.parse_feeds([("good", GOOD_FEED), ("bad", bad)]))
    good = results["good"]
    assert isinstance(good, ParsedFeed)
    assert [entry.url for entry in good.entries] == [URL]
    assert isinstance(results["bad"], ParseError)


def test_stamp_names_the_extractor_and_the_engine() -> None:
    from monitor.claims.find import ENGINE

    assert metadata.version("trafilatura") in stamp()
    assert stamp().endswith(ENGINE)


# ------------------------------------------------------------------ flow


def test_every_job_has_one_result(analyst: Analyst) -> None:
    jobs = [(n, page(n + 2)) for n in range(12)]
    assert sorted(key for key, _ in analyst.analyse(jobs)) == list(range(12))


def test_pages_are_taken_a_little_ahead_of_free_workers(analyst: Analyst) -> None:
    taken: list[int] = []

    def jobs() -> Iterator[tuple[int, PageJob]]:
        for n in range(20):
            taken.append(n)
            yield n, page(n + 2)

    finished = 0
    for _ in analyst.analyse(jobs()):
        # two at work, one just handed out, and those in line
        assert len(taken) <= finished + 3 + PAGES_AHEAD
        finished += 1
    assert finished == 20


def test_error_of_the_source_of_jobs_comes_through(analyst: Analyst) -> None:
    def jobs() -> Iterator[tuple[str, PageJob]]:
        yield "one", page()
        raise OSError("the source failed")

    with pytest.raises(OSError, match="the source failed"):
        list(analyst.analyse(jobs()))
    assert analysis(analyst, page()).verdict is Verdict.OK


def test_dropped_iterator_leaves_the_workers_usable(analyst: Analyst) -> None:
    iterator = analyst.analyse((n, page(n + 2)) for n in range(10))
    next(iterator)
    iterator.close()  # type: ignore[attr-defined]
    assert analysis(analyst, page()).verdict is Verdict.OK


def test_threads_may_share_the_workers(analyst: Analyst) -> None:
    counts: list[int] = []

    def work() -> None:
        counts.append(sum(1 for _ in analyst.analyse((n, page(n)) for n in range(5))))

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [5, 5, 5]


# ------------------------------------------------------------------ harm


@pytest.fixture(scope="module")
def brisk() -> Iterator[Analyst]:
    """Workers with little patience, warm so that only the job counts."""
    limit = timedelta(seconds=3)
    with Analyst(workers=1, aliases={}, wall_limit=limit) as started:
        yield started


@pytest.mark.parametrize("name", HOSTILE_PAGES)
def test_hostile_page_costs_at_most_the_wall_limit(brisk: Analyst, name: str) -> None:
    list(brisk.analyse([("warm", page())]))
    start = time.monotonic()
    jobs = [("hostile", page(body=HOSTILE_PAGES[name])), ("next", page())]
    results = dict(brisk.analyse(jobs))
    assert time.monotonic() - start < 3 * 3 + 4
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
        start = time.monotonic()
        jobs = [("hostile", HOSTILE_FEED), ("next", GOOD_FEED)]
        results = dict(analyst.parse_feeds(jobs))
        assert time.monotonic() - start < 3 * 1 + 4
        assert isinstance(results["hostile"], (ParsedFeed, AnalysisError))
        assert isinstance(results["next"], ParsedFeed)


def test_stopped_worker_is_replaced() -> None:
    limit = timedelta(seconds=1)
    with Analyst(workers=1, aliases={}, wall_limit=limit) as analyst:
        others = set(descendants(os.getpid()))
        list(analyst.parse_feeds([("warm", GOOD_FEED)]))
        _, worker = (p for p in descendants(os.getpid()) if p not in others)
        os.kill(worker, signal.SIGSTOP)
        results = dict(analyst.parse_feeds([("held", GOOD_FEED), ("next", GOOD_FEED)]))
    assert isinstance(results["held"], AnalysisError)
    assert isinstance(results["next"], ParsedFeed)
    assert list(results) == ["next", "held"], "it holds up no other"


def test_a_worker_that_hangs_does_not_stop_the_caller() -> None:
    limit = timedelta(seconds=2)
    with Analyst(workers=1, aliases={}, wall_limit=limit) as analyst:
        list(analyst.parse_feeds([("warm", GOOD_FEED)]))
        worker = descendants(os.getpid())[-1]
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
            _, *workers = (p for p in descendants(os.getpid()) if p not in others)
            assert len(workers) == 1
            os.kill(workers[0], signal.SIGKILL)
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
        started = [p for p in descendants(os.getpid()) if p not in others]
        os.kill(started[0], signal.SIGKILL)
        assert len(started) == 2
        assert all(wait_for_end(pid) for pid in started)
        ((_, result),) = analyst.parse_feeds([("next", GOOD_FEED)])
    assert isinstance(result, ParsedFeed)


def test_exception_in_a_job_is_its_result(analyst: Analyst) -> None:
    broken = replace(page(), previous_text=3)  # type: ignore[arg-type]
    results = dict(analyst.analyse([("broken", broken), ("next", page())]))
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


def test_signals_to_the_group_do_not_end_workers(analyst: Analyst) -> None:
    assert analysis(analyst, page()).verdict is Verdict.OK
    before = descendants(os.getpid())
    for pid in before:
        os.kill(pid, signal.SIGINT)
        os.kill(pid, signal.SIGTERM)
    assert analysis(analyst, page()).verdict is Verdict.OK
    assert set(before) <= set(descendants(os.getpid()))


# ------------------------------------------------------------------ processes


def test_nothing_is_started_before_the_first_job() -> None:
    before = descendants(os.getpid())
    with Analyst(workers=2, aliases={}):
        assert descendants(os.getpid()) == before


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
from tests.test_analysis import HOSTILE_PAGES, Analyst, descendants, page

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
