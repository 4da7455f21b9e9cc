"""What comes of feeds and pages in the worker processes, and in which order."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from importlib import metadata

import pytest

from monitor.analysis import Analyst, FeedJob, PageJob, stamp
from monitor.analysis.analyst import PAGES_AHEAD
from monitor.errors import ParseError
from monitor.model import ChangeKind, ParsedFeed, Verdict
from tests.analysis_jobs import (
    GOOD_FEED,
    SENTENCES,
    URL,
    analysis,
    page,
)

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="reads /proc to watch the worker processes"
)


# ------------------------------------------------------------------ results


def test_page_becomes_document_and_mentions(pair: Analyst) -> None:
    result = analysis(pair, page())
    assert result.verdict is Verdict.OK
    assert result.document is not None
    assert result.document.text.startswith("Footbridge collapses\nAt least 3 people")
    for mention in result.mentions:
        assert result.document.text[mention.start : mention.end] == mention.quote
    assert any("3" in q.text for m in result.mentions for q in m.quantities)
    assert result.stamp == stamp()
    assert result.previous_mentions == result.transitions == ()
    assert result.alignment is None


def test_new_text_is_compared_with_the_previous(pair: Analyst) -> None:
    before = analysis(pair, page(3))
    assert before.document is not None
    after = analysis(
        pair,
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


def test_unchanged_text_is_not_searched(pair: Analyst) -> None:
    before = analysis(pair, page())
    assert before.document is not None
    job = replace(
        page(),
        previous_text=before.document.text,
        previous_headline_end=before.document.headline_end,
    )
    again = analysis(pair, job)
    assert again.same_text
    assert again.mentions == ()
    anew = analysis(pair, replace(job, reanalyse=True))
    assert anew.same_text
    assert anew.mentions == anew.previous_mentions == before.mentions
    assert anew.transitions == ()


def test_only_ok_pages_are_searched(pair: Analyst) -> None:
    gone = analysis(pair, page(status=404))
    assert (gone.verdict, gone.document, gone.mentions) == (Verdict.GONE, None, ())
    wall = page(body=b"<html><title>Just a moment...</title><p>Ray ID: 7</p></html>")
    assert analysis(pair, wall).verdict is Verdict.CAPTCHA
    long_ago = replace(page(), last_good_length=5_000)
    collapsed = analysis(pair, long_ago)
    assert (collapsed.verdict, collapsed.mentions) == (Verdict.COLLAPSED, ())


def test_entry_stands_in_for_a_page_that_can_t_be_had(pair: Analyst) -> None:
    html = "".join(f"<p>{s.format(toll=3)}</p>" for s in SENTENCES)
    result = analysis(pair, replace(page(), body=None, feed_html=html, status=403))
    assert result.verdict is Verdict.OK
    assert result.document is not None
    assert result.document.from_feed
    assert result.mentions


def test_old_correction_retracts_nothing_anew(pair: Analyst) -> None:
    notice = "Correction: An earlier version of this article gave a wrong number."
    job = page(5)
    assert job.body is not None
    body = job.body.replace(b"</article>", f"<p>{notice}</p></article>".encode())
    before = analysis(pair, page(3)).document
    assert before is not None
    job = replace(job, body=body, previous_text=before.text)
    kinds = [t.kind for _, _, t in analysis(pair, job).transitions]
    assert ChangeKind.RETRACTED in kinds
    job = replace(job, previous_correction=notice)
    kinds = [t.kind for _, _, t in analysis(pair, job).transitions]
    assert ChangeKind.RETRACTED not in kinds


def test_copies_share_their_wire_key(pair: Analyst) -> None:
    job = page()
    assert job.body is not None
    copy = replace(job, body=job.body.replace(b"<h1>", b"<h1>Wire: "))
    one, other = analysis(pair, job), analysis(pair, copy)
    assert one.wire_key == other.wire_key


def test_feed_is_parsed_or_said_to_be_none(pair: Analyst) -> None:
    bad = FeedJob(b"<!doctype html><html></html>", "https://courier.example/")
    results = dict(pair.parse_feeds([("good", GOOD_FEED), ("bad", bad)]))
    good = results["good"]
    assert isinstance(good, ParsedFeed)
    assert [entry.url for entry in good.entries] == [URL]
    assert isinstance(results["bad"], ParseError)


def test_stamp_names_the_extractor_and_the_engine() -> None:
    from monitor.claims.find import ENGINE

    assert metadata.version("trafilatura") in stamp()
    assert stamp().endswith(ENGINE)


# ------------------------------------------------------------------ flow


def test_every_job_has_one_result(pair: Analyst) -> None:
    jobs = [(n, page(n + 2)) for n in range(12)]
    assert sorted(key for key, _ in pair.analyse(jobs)) == list(range(12))


def test_pages_are_taken_a_little_ahead_of_free_workers(pair: Analyst) -> None:
    taken: list[int] = []

    def jobs() -> Iterator[tuple[int, PageJob]]:
        for n in range(20):
            taken.append(n)
            yield n, page(n + 2)

    finished = 0
    for _ in pair.analyse(jobs()):
        # two at work, one just handed out, and those in line
        assert len(taken) <= finished + 3 + PAGES_AHEAD
        finished += 1
    assert finished == 20


def test_error_of_the_source_of_jobs_comes_through(pair: Analyst) -> None:
    def jobs() -> Iterator[tuple[str, PageJob]]:
        yield "one", page()
        raise OSError("the source failed")

    with pytest.raises(OSError, match="the source failed"):
        list(pair.analyse(jobs()))
    assert analysis(pair, page()).verdict is Verdict.OK


def test_dropped_iterator_leaves_the_workers_usable(pair: Analyst) -> None:
    iterator = pair.analyse((n, page(n + 2)) for n in range(10))
    next(iterator)
    iterator.close()  # type: ignore[attr-defined]
    assert analysis(pair, page()).verdict is Verdict.OK


def test_threads_may_share_the_workers(pair: Analyst) -> None:
    counts: list[int] = []

    def work() -> None:
        counts.append(sum(1 for _ in pair.analyse((n, page(n)) for n in range(5))))

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [5, 5, 5]
