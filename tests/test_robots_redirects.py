"""A page that redirects to another site is fetched by that site's leave as well.

Other sites are names behind a proxy: the local server answers for all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from monitor.analysis import Analyst
from monitor.settings import FetchConfig
from tests.desk import FIRE, Desk, Item, baseline, desk, page
from tests.hostile import to
from tests.servers import Exchange, NewsServer
from tests.test_robots import FORBIDS

OTHER = "http://other.example"
CONTENT = "".join(f"<p>{line}</p>" for line in FIRE)


@pytest.fixture
def at(tmp_path: Path, analyst: Analyst) -> Iterator[Desk]:
    with (
        NewsServer() as news,
        desk(tmp_path / "x.db", analyst, news=news, feed={"proxy": news.url("")}) as at,
    ):
        yield at


def rules(at: Desk, text: str, **answer: Any) -> None:
    at.news.put(f"{OTHER}/robots.txt", text, content_type="text/plain", **answer)


def fetched(at: Desk) -> list[str]:
    """What was asked of the other site, without its name."""
    return [path.removeprefix(OTHER) for path in at.news.paths() if OTHER in path]


def error(at: Desk) -> Any:
    return at.one("SELECT error FROM articles")


def test_a_page_that_the_other_site_allows_is_read_there(at: Desk) -> None:
    rules(at, "User-agent: *\nDisallow: /private")
    for name in ("fire", "flood"):
        at.news.handle(f"/{name}", to(f"{OTHER}/{name}", 301))
        at.news.put(f"{OTHER}/{name}", page(f"The {name}", (name, *FIRE)))
    baseline(at, Item("/fire"), Item("/flood"))
    assert sorted(fetched(at)) == ["/fire", "/flood", "/robots.txt"]
    assert at.rows("SELECT is_from_feed FROM revisions") == [(0,), (0,)]
    assert at.one("SELECT count(*) FROM articles WHERE error IS NOT NULL") == 0
    at.pass_()
    # the second visit knows the file
    assert fetched(at).count("/robots.txt") == 1
    assert fetched(at).count("/fire") == 2


def test_a_page_that_the_other_site_forbids_is_never_fetched(at: Desk) -> None:
    rules(at, FORBIDS)
    at.news.handle("/fire", to(f"{OTHER}/fire"))
    at.news.put(f"{OTHER}/fire", page("Fire", FIRE))
    baseline(at, Item("/fire", content=CONTENT))
    assert fetched(at) == ["/robots.txt"]
    assert at.rows("SELECT is_from_feed FROM revisions") == [(1,)]
    assert error(at) == "robots.txt of other.example does not allow this page"


def test_a_file_that_can_not_be_read_there_forbids_for_a_while(at: Desk) -> None:
    rules(at, "", status=503)
    at.news.handle("/fire", to(f"{OTHER}/fire"))
    baseline(at, Item("/fire"))
    assert fetched(at) == ["/robots.txt"]
    assert "robots.txt of other.example can't be read" in error(at)
    assert at.one("SELECT count(*) FROM revisions") == 0


def test_where_robots_are_off_nobody_is_asked(tmp_path: Path, analyst: Analyst) -> None:
    with (
        NewsServer() as news,
        desk(
            tmp_path / "x.db",
            analyst,
            news=news,
            feed={"proxy": news.url("")},
            fetch=FetchConfig(robots=False, per_host=32),
        ) as at,
    ):
        rules(at, FORBIDS)
        at.news.handle("/fire", to(f"{OTHER}/fire"))
        at.news.put(f"{OTHER}/fire", page("Fire", FIRE))
        baseline(at, Item("/fire"))
        assert fetched(at) == ["/fire"]


def test_a_wall_that_sends_us_away_and_back_finds_its_cookie(at: Desk) -> None:
    def wall(exchange: Exchange) -> None:
        if "passed=yes" in exchange.headers.get("cookie", ""):
            exchange.send(page("Fire", FIRE))
        else:
            headers = {"Location": f"{OTHER}/consent", "Set-Cookie": "passed=yes"}
            exchange.send(status=302, headers=headers)

    at.news.handle("/fire", wall)
    at.news.handle(f"{OTHER}/consent", to(at.news.url("/fire")))
    baseline(at, Item("/fire"))
    assert fetched(at) == ["/robots.txt", "/consent"]
    assert at.one("SELECT count(*) FROM revisions") == 1


def test_two_sites_that_send_us_to_each_other_end(at: Desk) -> None:
    at.news.handle("/fire", to(f"{OTHER}/fire"))
    at.news.handle(f"{OTHER}/fire", to(at.news.url("/fire")))
    baseline(at, Item("/fire"))
    assert "more than 5 redirects" in error(at)
    assert len([path for path in at.news.paths() if path.endswith("/fire")]) == 6


def test_a_pause_of_the_other_site_holds(at: Desk) -> None:
    at.news.handle("/fire", to(f"{OTHER}/fire"))
    at.news.handle("/flood", to(f"{OTHER}/flood"))
    busy = {"Retry-After": "7200"}
    at.news.put(f"{OTHER}/fire", "", status=429, headers=busy)
    baseline(at, Item("/fire"))
    assert "429" in error(at)
    at.feed("gazette", Item("/fire"), Item("/flood"))
    at.pass_()
    assert fetched(at) == ["/robots.txt", "/fire"]
    assert at.one("SELECT count(*) FROM articles WHERE failures > 0") == 1


def test_a_redirect_inside_is_refused_and_leaves_no_trace(
    tmp_path: Path, analyst: Analyst
) -> None:
    with NewsServer() as inside, desk(tmp_path / "x.db", analyst) as at:
        at.news.handle("/fire", to(inside.url("/secret")))
        baseline(at, Item("/fire"))
        assert error(at).startswith("refused-address")
        assert not inside.requests
        assert at.rows("SELECT origin FROM robots") == [(at.news.url(""),)]
