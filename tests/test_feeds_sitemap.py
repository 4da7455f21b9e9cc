"""News sitemaps as feeds."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from monitor import feeds
from monitor.analysis import Analyst
from monitor.errors import ParseError
from monitor.pipeline import poll
from tests.desk import desk

URL = "https://gazette.example/news-sitemap.xml"
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<?xml-stylesheet href="x.xsl"?>\n'
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">'
)


def page(number: int, *, base: str = "https://gazette.example", title: str = "") -> str:
    return (
        f"<url><loc>{base}/news/{number}?utm_source=x&amp;id={number}</loc>"
        "<lastmod>2026-03-01T11:30:00+01:00</lastmod>"
        "<news:news><news:publication><news:name>The Gazette</news:name>"
        "<news:language>en</news:language></news:publication>"
        "<news:publication_date>2026-03-01T09:00:00Z</news:publication_date>"
        f"<news:title>{title or f'Fire &amp; flood {number}'}</news:title></news:news>"
        "<image:image><image:loc>https://gazette.example/1.jpg</image:loc>"
        "<image:title>A picture</image:title></image:image></url>"
    )


def parse(text: str | bytes) -> feeds.ParsedFeed:
    body = text.encode() if isinstance(text, str) else text
    return feeds.parse(body, url=URL, charset=None)


def test_a_news_sitemap_is_a_feed() -> None:
    found = parse(HEAD + page(1) + page(2) + "</urlset>")
    assert (found.title, found.language, found.trustworthy) == (
        "The Gazette",
        "en",
        True,
    )
    first, second = found.entries
    assert first.url == "https://gazette.example/news/1?id=1"
    assert first.guid.startswith("https://gazette.example/news/1")
    assert first.title == "Fire & flood 1"
    assert first.published_at == datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
    assert first.updated_at == datetime(2026, 3, 1, 10, 30, tzinfo=UTC)
    assert second.title == "Fire & flood 2"


def test_pages_without_news_are_no_entries() -> None:
    old = "<url><loc>https://gazette.example/about</loc></url>"
    assert len(parse(HEAD + old + page(1) + old + "</urlset>").entries) == 1


def test_a_cut_sitemap_is_read_but_not_trusted() -> None:
    found = parse(HEAD + page(1) + page(2)[:200])
    assert len(found.entries) == 1
    assert not found.trustworthy
    assert (found.note or "").startswith("is malformed")


def test_a_long_sitemap_is_capped() -> None:
    text = HEAD + "".join(page(n) for n in range(feeds.MOST_ENTRIES + 5)) + "</urlset>"
    found = parse(text)
    assert len(found.entries) == feeds.MOST_ENTRIES
    assert not found.trustworthy


def test_files_and_entities_are_left_alone(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("TOP SECRET")
    text = (
        f'<!DOCTYPE urlset [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
        + HEAD.split("?>\n")[-1]
        + page(1, title="&x;")
        + "</urlset>"
    )
    try:
        found = str(parse(text))
    except ParseError as error:
        found = str(error)
    assert "TOP SECRET" not in found


@given(st.binary(max_size=300))
def test_any_bytes_after_the_root_end_as_a_feed_or_a_reason(tail: bytes) -> None:
    for head in (HEAD.encode(), HEAD.encode() + page(1).encode()):
        with contextlib.suppress(ParseError):
            assert parse(head + tail).entries


def test_it_is_polled_like_any_feed(tmp_path: Path, analyst: Analyst) -> None:
    with desk(tmp_path / "x.db", analyst) as at:
        text = HEAD + page(1, base=at.news.url("")) + "</urlset>"
        at.news.put("/gazette.xml", text, content_type="application/xml")
        assert [done.entries_new for done in poll(at.service)] == [1]
        due = at.one("SELECT url FROM articles WHERE next_check_at IS NOT NULL")
        assert due == at.news.url("/news/1?id=1")
        assert at.one("SELECT title FROM feeds") == "The Gazette"
