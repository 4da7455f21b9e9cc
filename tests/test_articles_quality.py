"""Page verdicts. Each file of tests/pages is named verdict.case.html; its first line
may say status, asked and final (URL before and after redirects) and last (length of the
last good text)."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest

from monitor import articles
from monitor.model import Document, Verdict
from tests import hostile
from tests.corpus import corpus_pages

PAGES = sorted((Path(__file__).parent / "pages").glob("*.html"))
URL = "https://courier.example/news/bridge"


def judge_page(html: bytes, **facts: str) -> tuple[Verdict, str]:
    document = articles.extract(
        html, url=URL, charset=None, title=None, published_at=None, language=None
    )
    return articles.judge(
        document,
        status=int(facts.get("status", "200")),
        requested_url=facts.get("asked", URL),
        final_url=facts.get("final", URL),
        html=html,
        last_good_length=int(facts["last"]) if "last" in facts else None,
    )


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.stem)
def test_page_gets_the_verdict_in_its_name(path: Path) -> None:
    html = path.read_bytes()
    first = html.decode().splitlines()[0]
    facts = dict(re.findall(r"(\w+)=(\S+)", first)) if first.startswith("<!-- ") else {}
    verdict, reason = judge_page(html, **facts)
    assert verdict == path.stem.split(".")[0], reason
    assert reason


def test_every_verdict_has_a_page() -> None:
    assert {p.stem.split(".")[0] for p in PAGES} == set(Verdict)


@pytest.mark.long
def test_all_real_pages_are_ok(shared: Path) -> None:
    wrong = {}
    linked = []
    for page in corpus_pages(shared):
        document = articles.extract(
            page.html,
            url=page.url,
            charset=None,
            title=None,
            published_at=None,
            language=None,
        )
        verdict, reason = articles.judge(
            document,
            status=200,
            requested_url=page.url,
            final_url=page.url,
            html=page.html,
            last_good_length=len(document.text),
        )
        linked.append(document.linked)
        if verdict is not Verdict.OK:
            wrong[page.name] = (verdict, reason)
    assert not wrong, json.dumps(wrong, indent=1)
    assert len(linked) >= 120
    assert max(linked) <= 0.3, "far from the half at which a page is a list of others"


def test_a_page_of_thousands_of_links_is_a_list_at_once() -> None:
    started = time.process_time()
    verdict, reason = judge_page(hostile.CONTENTS["links-without-end"])
    assert verdict is Verdict.HOME, reason
    # extracting it took four
    assert time.process_time() - started < 2


def verdict_at_length(length: int, last: int | None) -> Verdict:
    text = ("Words about the bridge. " * (length // 24 + 1))[:length]
    return articles.judge(
        Document(text),
        status=200,
        requested_url=URL,
        final_url=URL,
        html=b"",
        last_good_length=last,
    )[0]


def test_text_below_two_fifths_of_the_last_is_collapsed() -> None:
    assert verdict_at_length(1_200, 3_000) is Verdict.OK
    assert verdict_at_length(1_199, 3_000) is Verdict.COLLAPSED
    assert verdict_at_length(1_199, None) is Verdict.OK


def test_status_decides_before_everything_else() -> None:
    html = (Path(__file__).parent / "pages" / "ok.article.html").read_bytes()
    assert judge_page(html, status="404")[0] is Verdict.GONE
    assert judge_page(html, status="503")[0] is Verdict.ERROR
    assert judge_page(html, status="204")[0] is Verdict.ERROR


def test_query_only_address_is_no_home_page() -> None:
    html = (Path(__file__).parent / "pages" / "ok.article.html").read_bytes()
    document = articles.extract(
        html, url=URL, charset=None, title=None, published_at=None, language=None
    )
    verdict, _ = articles.judge(
        document,
        status=200,
        requested_url="https://courier.example/?p=112",
        final_url="https://courier.example/news/bridge",
        html=html,
        last_good_length=None,
    )
    assert verdict is Verdict.OK


def test_nothing_extracted_is_empty() -> None:
    verdict, _ = articles.judge(
        None,
        status=200,
        requested_url=URL,
        final_url=URL,
        html=b"",
        last_good_length=None,
    )
    assert verdict is Verdict.EMPTY
