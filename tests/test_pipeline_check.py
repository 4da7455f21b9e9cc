"""The check stage: pages that can't be had, gone pages, and nobody waits for others."""

from __future__ import annotations

import sys
import threading
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from monitor.analysis import Analyst
from monitor.model import Verdict
from monitor.pipeline import check, pages, poll
from monitor.store import articles
from monitor.store.times import to_time
from tests.clock import FakeClock
from tests.desk import FIRE, START, STEP, Desk, Item, baseline, desk
from tests.servers import LONGEST_WAIT, Exchange, NewsServer, reserved_port

OWN = "".join(f"<p>{text}</p>" for text in FIRE)
PAGES = Path(__file__).parent / "pages"
WALLS = {
    "forbidden": (403, "<h1>Forbidden</h1>"),
    "captcha": (
        200,
        (
            "<html><head><title>Just a moment...</title></head>"
            "<body><script>window._cf_chl_opt={}</script></body></html>"
        ),
    ),
    "login": (
        200,
        (
            "<html><head><title>Log in</title></head><body><article><h1>Log in</h1>"
            "<p>Please log in to read on.</p><form><input type='password'></form>"
            "</article></body></html>"
        ),
    ),
    "paywall": (
        200,
        (
            "<html><head><title>Warehouse fire</title></head><body><article>"
            "<h1>Warehouse fire</h1><p>At least 12 people were killed on Friday in a "
            "warehouse. Subscribe to continue reading this article.</p></article></body>"
            "</html>"
        ),
    ),
    "list": (200, (PAGES / "home.section-cards.html").read_text(encoding="utf-8")),
    "empty": (200, "<html><body><div id='app'></div></body></html>"),
}


@pytest.mark.parametrize("wall", WALLS)
def test_the_entry_stands_in_for_a_page_that_is_withheld(at: Desk, wall: str) -> None:
    status, body = WALLS[wall]
    at.news.put("/fire", body, status=status)
    baseline(at, Item("/fire", content=OWN))
    ((number, own, text),) = at.rows("SELECT number, is_from_feed, text FROM revisions")
    assert (number, own) == (1, 1)
    assert FIRE[0] in text
    error, verdict = at.rows("SELECT error, verdict FROM articles")[0]
    assert verdict == "ok"
    assert error
    # an edit of the entry is a change of the article
    at.feed(
        "gazette", Item("/fire", content=OWN.replace("12", "19"), title="Fire: 19 dead")
    )
    at.pass_()
    at.pass_()
    assert at.told() == ["figure"]
    # the page at last: never compared with the entry
    at.publish("/fire", ("A fire broke out in Port Arlen.", *FIRE[2:], FIRE[0]))
    at.pass_()
    assert at.rows("SELECT number, is_from_feed FROM revisions") == [
        (1, 1),
        (2, 1),
        (3, 0),
    ]
    at.pass_()
    at.pass_()
    assert at.told() == ["figure"]
    # and from then on the entry never replaces the page
    at.news.put("/fire", body, status=status)
    at.pass_()
    assert at.one("SELECT count(*) FROM revisions") == 3
    at.publish("/fire", ("A fire broke out in Port Arlen.", *FIRE[2:], "At least 25 people were killed in a warehouse fire in Port Arlen, police said."))  # fmt: skip
    at.pass_(after=timedelta(hours=2))
    assert at.told() == ["figure", "figure"]


def test_an_unreachable_page_without_content_waits(at: Desk) -> None:
    at.news.put("/fire", "", status=500)
    baseline(at, Item("/fire"))
    assert at.one("SELECT error FROM articles") == "HTTP 500"
    assert at.one("SELECT count(*) FROM revisions") == 0
    at.publish("/fire")
    at.pass_(after=timedelta(hours=3))
    assert at.one("SELECT count(*) FROM revisions") == 1


def test_a_feed_may_be_read_without_its_pages(tmp_path: Path, analyst: Analyst) -> None:
    with desk(tmp_path / "x.db", analyst, feed={"from_feed": True}) as at:
        baseline(at, *(Item(f"/{n}", content=OWN) for n in range(5)))
        assert at.one("SELECT count(*) FROM revisions WHERE is_from_feed") == 5
        assert set(at.news.paths()) == {"/gazette.xml"}


def test_private_addresses_are_open_at_the_feeds_own_host_only(at: Desk) -> None:
    with NewsServer() as other:
        intranet = f"http://localhost:{other.port}/secret"
        other.put("/secret", "<p>secret</p>")
        at.publish("/fire")
        baseline(at, Item("/fire"), Item(intranet))
        assert other.paths() == []
        errors = dict(at.rows("SELECT url, error FROM articles"))
        assert errors[at.news.url("/fire")] is None
        assert errors[intranet].startswith("refused-address")


def test_a_hanging_host_delays_no_other_page(at: Desk) -> None:
    released = threading.Event()
    held = threading.Event()

    def hang(exchange: Exchange) -> None:
        held.set()
        released.wait(LONGEST_WAIT)
        exchange.hang_up()

    items = [Item(f"/{n}") for n in range(6)]
    for item in items[1:]:
        at.publish(item.path, (*FIRE, f"It is case {item.path[1:]}."))
    at.news.handle("/0", hang)
    at.feed("gazette", *items)
    poll(at.service)
    seen: list[str] = []

    def listen(done: Any) -> None:
        seen.append(done.url)
        if len(seen) == 5:
            # only when all others are stored does the host give up
            released.set()

    at.service.on_check = listen
    done = check(at.service)
    assert held.is_set()
    assert len(done) == 6
    assert seen[-1] == at.news.url("/0")
    assert at.one("SELECT count(*) FROM revisions") == 5


def test_a_host_that_answers_nothing_is_asked_a_few_times_only(
    at: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["monitor.pipeline.check"], "MOST", 4)
    with reserved_port() as dead:
        at.feed("gazette", *(Item(f"http://127.0.0.1:{dead}/{n}") for n in range(30)))
        poll(at.service)
        done = check(at.service)
    assert len(done) == 30
    untried = at.one("SELECT count(*) FROM articles WHERE error LIKE '%not tried%'")
    assert untried > 20
    # each of them is due again soon, none is lost
    assert at.one("SELECT count(*) FROM articles WHERE next_check_at IS NULL") == 0
    assert at.one("SELECT count(*) FROM articles WHERE leased_by IS NOT NULL") == 0


def test_outlets_take_turns(at: Desk) -> None:
    at.feed("gazette", *(Item(f"/{n}") for n in range(20)))
    poll(at.service)
    with at.service.store.writing() as db:
        db.execute("UPDATE articles SET outlet = 'Other' WHERE article_id > 15")
        db.execute("UPDATE articles SET next_check_at = '2026-11-20T00:00:00Z' "
                   "WHERE article_id <= 15")  # fmt: skip
    rows = articles.due(at.service.store, now=at.clock.now(), limit=10)
    outlets = [row.outlet for row in rows]
    assert outlets.count("Other") == 5
    assert outlets.count("Gazette") == 5


def test_articles_are_watched_after_they_left_the_feed_ever_less_often(
    at: Desk,
) -> None:
    from monitor.settings import ChecksConfig

    at.configure(checks=ChecksConfig())
    at.publish("/fire")
    baseline(at, Item("/fire", published=START))
    at.feed("gazette", Item("/other"))
    visits = []
    due = "SELECT next_check_at FROM articles WHERE url LIKE '%/fire'"
    at.pass_()
    while (when := at.one(due)) is not None:
        before = at.news.paths().count("/fire")
        at.clock.advance(max(to_time(when) - at.clock.now(), timedelta(0)))
        check(at.service)
        assert at.news.paths().count("/fire") == before + 1
        visits.append(at.clock.now())
    gaps = [b - a for a, b in pairwise(visits)]
    assert gaps[0] <= timedelta(hours=2)
    assert gaps[-1] >= timedelta(hours=24)
    assert gaps == sorted(gaps) or max(gaps) <= timedelta(hours=27)
    # the last one that is planned before the month is over may come after it
    last = visits[-1] - START
    assert timedelta(days=28) < last <= timedelta(days=30) + max(gaps)


def test_another_address_of_a_known_article_is_no_second_one(at: Desk) -> None:
    at.publish("/fire")
    baseline(at, Item("/fire"))
    head = f'<link rel="canonical" href="{at.news.url("/fire")}">'
    at.publish("/amp/fire", head=head)
    at.feed("gazette", Item("/amp/fire"), Item("/fire"))
    at.pass_()
    same = at.one("SELECT same_as_article_id FROM articles WHERE url LIKE '%/amp/%'")
    assert same == at.one(
        "SELECT article_id FROM articles WHERE url NOT LIKE '%/amp/%'"
    )
    claims = at.one("SELECT count(*) FROM claims")
    at.pass_()
    assert at.one("SELECT count(*) FROM claims") == claims
    assert at.one("SELECT count(*) FROM revisions") == 1
    assert at.told() == []


def test_an_unforeseen_error_moves_one_article_aside(
    at: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from monitor.pipeline import baseline as recorder

    genuine = recorder.record

    def record(given: Any) -> Any:
        if given.article.url.endswith("/bad"):
            raise RuntimeError("a defect")
        return genuine(given)

    monkeypatch.setattr(recorder, "record", record)
    at.publish("/bad")
    at.publish("/good", (*FIRE, "This is another text."))
    baseline(at, Item("/bad"), Item("/good"))
    assert at.rows("SELECT url FROM revisions JOIN articles USING (article_id)") == [
        (at.news.url("/good"),)
    ]
    due, error = at.rows(
        "SELECT next_check_at, error FROM articles WHERE url LIKE '%/bad'"
    )[0]
    expected = at.clock.now() + timedelta(hours=1)
    assert due == f"{expected:%Y-%m-%dT%H:%M:%SZ}"
    assert error == "unforeseen: RuntimeError: a defect"
    monkeypatch.undo()
    at.pass_(after=timedelta(hours=1))
    assert at.one("SELECT count(*) FROM revisions") == 2


def test_an_error_page_is_never_a_revision(at: Desk) -> None:
    at.publish("/fire")
    baseline(at, Item("/fire"))
    for status, body in [(503, "down"), (429, "slow down"), *WALLS.values()]:
        at.news.put("/fire", body, status=status)
        at.pass_(after=timedelta(days=1))
        assert at.one("SELECT verdict FROM articles") != "ok", body
    at.news.put("/", "<html><body><article><p>Today's news: " + "x " * 300)
    at.news.handle("/fire", lambda e: e.send(status=302, headers={"Location": "/"}))
    at.pass_(after=timedelta(days=1))
    assert at.one("SELECT verdict FROM articles") == Verdict.HOME
    at.publish("/fire")
    at.pass_(after=timedelta(days=1))
    at.pass_()
    assert at.one("SELECT count(*) FROM revisions") == 1
    assert at.told() == []


@pytest.mark.parametrize("status", [404, 410])
def test_an_article_that_is_gone_twice_is_one_change_and_may_come_back(
    at: Desk, status: int
) -> None:
    at.publish("/fire")
    baseline(at, Item("/fire"))
    at.news.put("/fire", "", status=status)
    at.pass_()
    assert at.told() == []
    at.pass_(after=timedelta(minutes=2))
    assert at.told() == []
    at.pass_()
    assert at.told() == ["removed"]
    ((reason,),) = at.rows("SELECT reason FROM changes WHERE kind = 'removed'")
    assert f"{status} twice" in reason
    for _ in range(3):
        at.pass_(after=timedelta(days=1))
    assert at.told() == ["removed"]
    at.publish("/fire", (*FIRE, "The page is back."))
    at.pass_(after=timedelta(days=2))
    at.pass_()
    assert at.told() == ["removed", "restored"]
    at.publish("/fire", (FIRE[0].replace("12", "19"), *FIRE[1:], "The page is back."))
    at.pass_(after=timedelta(days=1))
    assert at.told() == ["removed", "restored", "figure"]


def test_an_article_that_is_gone_once_is_nothing(at: Desk) -> None:
    at.publish("/fire")
    baseline(at, Item("/fire"))
    at.news.put("/fire", "", status=404)
    at.pass_()
    at.publish("/fire")
    for _ in range(3):
        at.pass_()
    assert at.rows("SELECT gone_since, gone_at FROM articles") == [(None, None)]
    assert at.told() == []


def test_errors_in_between_prove_and_disprove_nothing(at: Desk) -> None:
    at.publish("/fire")
    baseline(at, Item("/fire"))
    for status in (404, 503, 500):
        at.news.put("/fire", "", status=status)
        at.pass_(after=timedelta(hours=2))
        assert at.told() == []
    at.news.put("/fire", "", status=404)
    at.pass_(after=timedelta(hours=4))
    assert at.told() == ["removed"]


def test_two_programs_never_check_one_article_twice(at: Desk, analyst: Analyst) -> None:
    at.publish("/fire")
    baseline(at, Item("/fire"))
    at.clock.advance(STEP)
    held = articles.due(at.service.store, now=at.clock.now(), limit=10)
    assert len(held) == 1
    assert check(at.service) == []
    # a lease ends by itself: the other program may have been killed
    at.clock.advance(timedelta(minutes=11))
    assert len(check(at.service)) == 1


def test_only_the_feeds_own_site_gets_its_secrets(at: Desk) -> None:
    at.configure(
        feeds=(
            type(at.service.config.feeds[0])(
                "gazette",
                at.news.url("/gazette.xml"),
                allow_private=True,
                auth="me:pass",
                headers={"X-Token": "t0ken"},
            ),
        )
    )
    at.feed("gazette", Item("/fire"), Item("https://elsewhere.example/1"))
    poll(at.service)
    rows = articles.due(at.service.store, now=at.clock.now(), limit=10)
    asked = {row.url: pages.request(at.service, row) for row in rows}
    own = asked[at.news.url("/fire")]
    assert ("X-Token", "t0ken") in own.headers
    assert any(name == "Authorization" for name, _ in own.headers)
    other = asked["https://elsewhere.example/1"]
    assert other.headers == ()
    assert not other.allow_private


def test_a_clock_that_is_fake_stays_fake(at: Desk) -> None:
    """The stages take the time from the service alone (I8)."""
    assert isinstance(at.clock, FakeClock)
    at.publish("/fire")
    baseline(at, Item("/fire"))
    stamps = at.rows("SELECT first_seen_at, last_checked_at FROM articles")
    assert all(stamp.startswith("2026-11-20T09") for row in stamps for stamp in row)
