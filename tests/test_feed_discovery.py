"""`feeds add` with the address of a site: its feed is found, read, and added."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import config
from monitor.cli.feed_find import Found, chosen
from monitor.errors import UsageError
from monitor.feeds import discovery
from monitor.feeds.discovery import Candidate
from tests.cli_calls import call
from tests.desk import RSS, Item, rss
from tests.servers import NewsServer

URL = "https://gazette.example/world/"


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (
            (
                '<link rel="alternate" type="application/rss+xml" title="News &amp; more"'
                ' href="/rss.xml">'
            ),
            [Candidate("https://gazette.example/rss.xml", "News & more")],
        ),
        (
            "<LINK HREF=feed.json TYPE='application/feed+json' REL='home alternate'/>",
            [Candidate("https://gazette.example/world/feed.json")],
        ),
        (
            (
                '<base href="https://cdn.example/x/"><link rel=alternate '
                'type="application/atom+xml" href="atom">'
            ),
            [Candidate("https://cdn.example/x/atom")],
        ),
        # comments come last, doubles once
        (
            '<link rel="alternate" type="application/rss+xml" href="/comments/feed">'
            + '<link rel="alternate" type="application/rss+xml" href="/feed">' * 2,
            [
                Candidate("https://gazette.example/feed"),
                Candidate("https://gazette.example/comments/feed"),
            ],
        ),
        ('<link rel="stylesheet" type="text/css" href="/x.css">', []),
        ('<link rel="alternate" hreflang="de" href="/de/">', []),
        ('<link rel="alternate" type="application/rss+xml" href="javascript:x">', []),
        ('<link rel="alternate" type="application/rss+xml">', []),
        ("", []),
    ],
)
def test_links_of_a_page(head: str, found: list[Candidate]) -> None:
    assert list(discovery.linked(f"<html><head>{head}</head></html>", URL)) == found


def test_no_more_than_a_few() -> None:
    links = (
        f'<link rel="alternate" type="application/rss+xml" href="/{n}">'
        for n in range(500)
    )
    assert len(discovery.linked("".join(links), URL)) == discovery.MOST


@given(st.text())
def test_any_page_gives_an_answer(html: str) -> None:
    discovery.linked(f"<link {html}><base {html}>", URL)


@pytest.mark.parametrize("piece", ["<link ", '<link rel="', "a=", "<", '="'])
def test_hostile_pages_cost_little(piece: str) -> None:
    started = time.process_time()
    discovery.linked(piece * 100_000, URL)
    assert time.process_time() - started < 2


def test_one_of_many_must_be_named() -> None:
    found = [
        Found("https://a.example/1", "One", 5),
        Found("https://a.example/2", "", 3),
    ]
    with pytest.raises(UsageError, match=r"2 feeds; say which(.|\n)*1 .*One \(5 ent"):
        chosen(found, None)
    assert chosen(found, 2) is found[1]
    with pytest.raises(UsageError, match="there are 2 feeds"):
        chosen(found, 3)
    # the comments are not what is meant
    both = [*found[:1], Found("https://a.example/comments/feed", "Comments", 9)]
    assert chosen(both, None) is found[0]


@pytest.fixture
def news() -> Iterator[NewsServer]:
    with NewsServer() as news:
        body = rss(news, Item("/1"), Item("/2"), title="Gazette")
        news.put("/all.xml", body, content_type=RSS)
        yield news


def add(path: Path, url: str, *more: str) -> tuple[int, str, list[str]]:
    """Exit code, what was said, and the addresses in the file."""
    done = call("feeds", "add", url, "--allow-private", "--config", path, *more)
    loaded = config.load(path, environ={}).feeds if path.exists() else ()
    return done.exit_code, done.output, [feed.url for feed in loaded]


def page(*links: str) -> str:
    inner = "".join(
        f'<link rel="alternate" type="application/rss+xml" href="{link}">'
        for link in links
    )
    return f"<!doctype html><html><head>{inner}</head><body>Welcome</body></html>"


def test_the_feed_that_a_site_links_to_is_added(
    tmp_path: Path, news: NewsServer
) -> None:
    news.put("/", page("/gone.xml", "/all.xml", "/"))
    code, said, urls = add(tmp_path / "a.toml", news.url("/"))
    assert (code, urls) == (0, [news.url("/all.xml")])
    assert "Gazette, 2 entries" in said
    # and not a second time
    code, said, urls = add(tmp_path / "a.toml", news.url("/"))
    assert (code, len(urls)) == (2, 1)
    assert "configured already" in said


def test_a_feed_at_a_usual_place_is_found(tmp_path: Path, news: NewsServer) -> None:
    news.put("/", page())
    news.put("/feed", rss(news, Item("/1")), content_type=RSS)
    code, _, urls = add(tmp_path / "a.toml", news.url("/"))
    assert (code, urls) == (0, [news.url("/feed")])


def test_a_news_sitemap_in_robots_txt_is_found(
    tmp_path: Path, news: NewsServer
) -> None:
    news.put("/", page())
    sitemaps = (
        f"Sitemap: {news.url('/all.xml?x=1')}\nSitemap: {news.url('/news/s.xml')}"
    )
    news.put("/robots.txt", sitemaps, content_type="text/plain")
    news.put(
        "/news/s.xml",
        (
            "<urlset xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'><url>"
            "<loc>https://gazette.example/1</loc><news:news><news:title>One</news:title>"
            "</news:news></url></urlset>"
        ),
        content_type="application/xml",
    )
    code, _, urls = add(tmp_path / "a.toml", news.url("/"))
    assert (code, urls) == (0, [news.url("/news/s.xml")])


def test_several_feeds_are_listed_and_one_is_picked(
    tmp_path: Path, news: NewsServer
) -> None:
    news.put("/sport.xml", rss(news, Item("/3"), title="Sport"), content_type=RSS)
    news.put("/", page("/all.xml", "/sport.xml"))
    path = tmp_path / "a.toml"
    code, said, urls = add(path, news.url("/"))
    assert (code, urls) == (2, [])
    assert "2 feeds" in said
    assert "sport.xml  Sport (1 entry)" in said
    assert add(path, news.url("/"), "--pick", "2")[2] == [news.url("/sport.xml")]


def test_what_is_wrong_is_told_and_nothing_added(
    tmp_path: Path, news: NewsServer
) -> None:
    path = tmp_path / "a.toml"
    news.put("/", page())
    news.put("/data", "{}", content_type="application/json")
    for where, told in (
        ("/", "no feed was found"),
        ("/none", "answers 404; --unchecked"),
        ("/data", "is JSON, but not a JSON Feed"),
    ):
        code, said, urls = add(path, news.url(where))
        assert (code, urls) == (2, [])
        assert told in said
    assert add(path, news.url("/none"), "--unchecked")[2] == [news.url("/none")]


def test_what_does_not_answer_now_is_added_with_a_word(
    tmp_path: Path, news: NewsServer
) -> None:
    news.put("/busy", "", status=503)
    code, said, urls = add(tmp_path / "a.toml", news.url("/busy"))
    assert (code, urls) == (0, [news.url("/busy")])
    assert "could not be read now: answers 503; added as it is" in said
    done = call("feeds", "add", news.url("/all.xml"), "--config", tmp_path / "a.toml")
    assert done.exit_code == 2
    assert "--allow-private allows it" in done.stderr
