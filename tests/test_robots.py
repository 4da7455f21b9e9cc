"""robots.txt: what it says (RFC 9309), and that pages are fetched by its leave."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from monitor import robots
from monitor.analysis import Analyst
from monitor.cli import cli
from monitor.fetch import Fetcher
from monitor.pipeline import check, poll
from monitor.robots import RobotsFile
from monitor.settings import FetchConfig
from monitor.store import robots as stored
from tests.desk import FIRE, Desk, Item, baseline, desk
from tests.servers import NewsServer

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
URL = "https://gazette.example/news/fire?page=2"
FORBIDS = "User-agent: *\nDisallow: /"


def known(text: str | None, failing: timedelta | None = None) -> RobotsFile:
    return RobotsFile(text, NOW + HOUR, None if failing is None else NOW - failing)


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("", True),
        (FORBIDS, False),
        ("User-agent: *\nDisallow: /news/\nAllow: /news/fire", True),
        ("User-agent: *\nDisallow:", True),
        ("User-agent: Claimwatch\nDisallow: /\n\nUser-agent: *\nAllow: /", False),
        ("User-agent: claimwatch\nAllow: /\n\nUser-agent: *\nDisallow: /", True),
        ("User-agent: OtherBot\nDisallow: /", True),
        ("User-agent: *\nDisallow: /*?page=", False),
        ("User-agent: *\nDisallow: /news/fire$", True),
        ("\ufeffUser-agent: *\r\nDisallow: /news", False),
        ("<html><body>Not found</body></html>", True),
        ("\0\0\xff", True),
    ],
)
def test_rules(text: str, allowed: bool) -> None:
    found = robots.read(None, 200, text.encode(), now=NOW)
    assert robots.leave(found, URL, now=NOW).allowed == allowed


@pytest.mark.parametrize(
    ("status", "text"),
    [(200, FORBIDS), (404, ""), (410, ""), (401, ""), (403, "")],
)
def test_an_answer_holds_for_a_day(status: int, text: str) -> None:
    found = robots.read(None, status, FORBIDS.encode(), now=NOW)
    assert (found.text, found.failing_since) == (text, None)
    assert found.expires_at == NOW + DAY


@pytest.mark.parametrize("status", [500, 503, 429, None])
def test_what_can_not_be_read_forbids_for_a_day(status: int | None) -> None:
    found = robots.read(None, status, b"", now=NOW)
    assert (found.text, found.failing_since) == (None, NOW)
    assert found.expires_at == NOW + 15 * MINUTE
    later = robots.read(found, status, b"", now=NOW + 23 * HOUR)
    assert later.failing_since == NOW
    soon = robots.leave(later, URL, now=NOW + 23 * HOUR)
    assert (soon.allowed, soon.passing) == (False, True)
    assert "can't be read" in soon.reason
    assert robots.leave(later, URL, now=NOW + 24 * HOUR).allowed


def test_a_copy_holds_while_a_new_one_can_not_be_had() -> None:
    before = robots.read(None, 200, FORBIDS.encode(), now=NOW)
    failing = robots.read(before, 503, b"", now=NOW + DAY)
    assert not robots.leave(failing, URL, now=NOW + 30 * DAY).allowed
    assert robots.leave(failing, URL, now=NOW + 31 * DAY).allowed
    again = robots.read(failing, 200, b"", now=NOW + 32 * DAY)
    assert (again.text, again.failing_since) == ("", None)


@pytest.mark.parametrize(
    ("wish", "delay"),
    [
        ("5", 5),
        ("0.5", 0.5),
        ("0", 0),
        ("-3", 0),
        ("1e99", 30),
        ("nan", 0),
        ("inf", 0),
        ("soon", 0),
    ],
)
def test_the_delay_is_clamped(wish: str, delay: float) -> None:
    text = f"User-agent: *\nCrawl-delay: {wish}\nDisallow: /private"
    found = robots.leave(known(text), URL, now=NOW)
    assert found.allowed
    assert found.delay == timedelta(seconds=delay)


def test_a_huge_file_is_cut_and_costs_little() -> None:
    body = b"User-agent: *\n" + b"Disallow: /a*b*c*d$\n" * 200_000
    started = time.process_time()
    found = robots.read(None, 200, body, now=NOW)
    assert len(found.text or "") == robots.SIZE_LIMIT
    assert robots.leave(found, URL, now=NOW).allowed
    assert time.process_time() - started < 5


@given(st.text(), st.sampled_from([URL, "http://[::1]:8/", "https://é.example/ü?%"]))
def test_any_text_gives_an_answer(text: str, url: str) -> None:
    assert robots.leave(known(text), url, now=NOW).delay <= robots.LONGEST_DELAY


# ------------------------------------------------------------------ in service


def test_forbidden_pages_are_never_fetched(at: Desk) -> None:
    at.news.put(
        "/robots.txt", "User-agent: *\nDisallow: /fire", content_type="text/plain"
    )
    at.publish("/fire")
    at.publish("/flood", ("The river Arl rose by two metres on Friday.", *FIRE[1:]))
    content = "".join(f"<p>{line}</p>" for line in FIRE)
    baseline(at, Item("/fire", content=content), Item("/flood"))
    assert "/fire" not in at.news.paths()
    assert "/flood" in at.news.paths()
    assert at.news.paths().count("/robots.txt") == 1
    rows = at.rows(
        "SELECT is_from_feed, error FROM revisions JOIN articles USING (article_id) ORDER BY url"
    )
    reason = "robots.txt of 127.0.0.1 does not allow this page"
    assert rows == [(1, reason), (0, None)]
    shown = CliRunner().invoke(
        cli, ["status", "--database", str(at.service.config.database)]
    )
    assert "1 pages may not be fetched" in shown.output


def test_a_forbidden_page_without_content_is_asked_for_again_in_a_day(at: Desk) -> None:
    at.news.put("/robots.txt", FORBIDS, content_type="text/plain")
    at.publish("/fire")
    baseline(at, Item("/fire"))
    assert at.rows("SELECT count(*) FROM revisions") == [(0,)]
    at.news.put("/robots.txt", "", content_type="text/plain")
    for _ in range(8):
        at.pass_(after=4 * HOUR)
    assert at.news.paths().count("/robots.txt") == 2
    assert at.one("SELECT count(*) FROM revisions") == 1


def test_it_is_asked_for_once_a_day_and_remembered(
    tmp_path: Path, analyst: Analyst
) -> None:
    with NewsServer() as news:
        for hour in (0, 20, 26):
            with desk(tmp_path / "x.db", analyst, news=news) as at:
                at.clock.advance(hour * HOUR)
                at.publish("/fire")
                at.feed("gazette", Item("/fire"), Item(f"/{hour}"))
                poll(at.service)
                check(at.service)
        assert news.paths().count("/robots.txt") == 2


def test_a_file_that_can_not_be_read_forbids_for_a_while(at: Desk) -> None:
    at.news.put("/robots.txt", "", status=500)
    at.publish("/fire")
    baseline(at, Item("/fire"))
    assert "/fire" not in at.news.paths()
    assert "can't be read" in at.one("SELECT error FROM articles")
    for _ in range(16):
        at.pass_(after=2 * HOUR)
    assert "/fire" in at.news.paths()
    assert at.one("SELECT count(*) FROM revisions") == 1


def test_it_can_be_switched_off_for_all_or_for_a_feed(
    tmp_path: Path, analyst: Analyst
) -> None:
    for number, (whole, own) in enumerate([(False, None), (True, False)]):
        fetch = FetchConfig(robots=whole, per_host=32, per_host_pause=timedelta(0))
        with desk(
            tmp_path / f"{number}.db", analyst, fetch=fetch, feed={"robots": own}
        ) as at:
            at.news.put("/robots.txt", FORBIDS, content_type="text/plain")
            at.publish("/fire")
            baseline(at, Item("/fire"))
            assert "/fire" in at.news.paths()
            assert "/robots.txt" not in at.news.paths()


def test_requests_keep_the_distance_that_a_host_wants(at: Desk) -> None:
    text = "User-agent: *\nCrawl-delay: 0.3"
    at.news.put("/robots.txt", text, content_type="text/plain")
    pages = [f"/{n}" for n in range(4)]
    for path in pages:
        at.news.put(path, "<p>Nothing.</p>")
    at.feed("gazette", *map(Item, pages))
    poll(at.service)
    began = time.monotonic()
    check(at.service)
    assert sorted(at.news.paths()[-4:]) == pages
    assert at.news.are_spaced(0.3, *pages, since=began)


def test_a_host_that_wants_long_pauses_gets_a_few_pages_at_once(at: Desk) -> None:
    text = "User-agent: *\nCrawl-delay: 99"
    wish = robots.read(None, 200, text.encode(), now=at.clock.now())
    stored.put(at.service.store, at.news.url(""), wish)
    at.feed("gazette", *(Item(f"/{n}") for n in range(30)))
    poll(at.service)
    at.service.fetcher.space = lambda host, pause: None  # type: ignore[method-assign]
    check(at.service)
    assert len([path for path in at.news.paths() if path[1:].isdigit()]) == 10
    later = f"{at.clock.now() + 5 * MINUTE:%Y-%m-%dT%H:%M:%SZ}"
    waiting = at.one(
        "SELECT count(*) FROM articles WHERE next_check_at = ? AND failures = 0", later
    )
    assert waiting == 20


def test_what_is_cut_is_no_error() -> None:
    with (
        NewsServer() as news,
        Fetcher(FetchConfig(), contact="", version="test") as fetcher,
    ):
        from monitor.model import Request

        url = news.put("/robots.txt", "#" * 900_000, content_type="text/plain")
        asked = Request(url=url, allow_private=True, body_limit=robots.SIZE_LIMIT)
        cut = fetcher.get(replace(asked, may_be_cut=True))
        assert len(cut.body) == robots.SIZE_LIMIT
