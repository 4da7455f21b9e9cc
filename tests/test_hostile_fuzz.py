"""Mutated feeds and pages through the real workers: a result, never a dead worker."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.analysis import Analyst, FeedJob, PageAnalysis, PageJob
from monitor.errors import AnalysisError, ParseError
from monitor.model import ParsedFeed, Verdict
from tests.desk import FIRE, page
from tests.test_feeds_hostile import NASTY, SEEDS

URL = "https://gazette.example/fire"
PAGE = page("Warehouse fire in Port Arlen", FIRE).encode()
# What damages a page where it hurts: in tags, attributes, references, scripts.
DAMAGE = (
    *NASTY,
    b"<div " * 50,
    b"<p>" * 200,
    b'="',
    b"</article>",
    b"<script type='application/ld+json'>{",
    b"<time datetime='9999-99-99T99:99:99'>",
    b"<meta charset='utf-16'>",
    b"<!DOCTYPE x [<!ENTITY a '&a;'>]>",
    "\u202e\u0000\ufffe\U0010ffff".encode(),
    b"9" * 400,
)
CUTS = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 200), st.sampled_from(DAMAGE)),
    max_size=8,
)
CHARSETS = st.sampled_from([None, "utf-8", "utf-16", "cp1252", "big5", "punycode", "x"])
QUIET = settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


def damaged(body: bytes, cuts: list[tuple[float, int, bytes]]) -> bytes:
    for where, drop, insert in cuts:
        at = int(where * len(body))
        body = body[:at] + insert + body[at + drop :]
    return body


@given(seed=st.sampled_from(SEEDS), cuts=CUTS, charset=CHARSETS)
@QUIET
def test_damaged_feeds(
    analyst: Analyst,
    seed: bytes,
    cuts: list[tuple[float, int, bytes]],
    charset: str | None,
) -> None:
    job = FeedJob(damaged(seed, cuts), URL, charset)
    ((_, result),) = analyst.parse_feeds([("one", job)])
    assert isinstance(result, ParsedFeed | ParseError), result


@given(
    seed=st.sampled_from([PAGE, b"", b"\xff\xfe" + PAGE, PAGE.replace(b"<", b"<<")]),
    cuts=CUTS,
    charset=CHARSETS,
    status=st.sampled_from([200, 203, 404, 500]),
)
@QUIET
def test_damaged_pages(
    analyst: Analyst,
    seed: bytes,
    cuts: list[tuple[float, int, bytes]],
    charset: str | None,
    status: int,
) -> None:
    job = PageJob(
        body=damaged(seed, cuts),
        feed_html=None,
        url=URL,
        final_url=URL,
        status=status,
        charset=charset,
        title="Warehouse fire",
        published_at=None,
        language="en",
    )
    ((_, result),) = analyst.analyse([("one", job)])
    assert not isinstance(result, AnalysisError), result
    assert isinstance(result, PageAnalysis)
    if result.verdict is Verdict.OK:
        assert result.document is not None
        for mention in result.mentions:
            assert result.document.text[mention.start : mention.end] == mention.quote
