"""Feeds: every entry of real ones, sense out of odd ones, a reason for the rest."""

from __future__ import annotations

import gzip
import io
import json
import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor import feeds, urls
from monitor.errors import ParseError
from monitor.model import ParsedFeed

URL = "https://example.org/feeds/world.xml"


def parse(
    body: bytes | str, *, charset: str | None = None, **options: Any
) -> ParsedFeed:
    data = body.encode() if isinstance(body, str) else body
    return feeds.parse(data, url=URL, charset=charset, **options)


def rss(*items: str, head: str = "<title>World</title>") -> str:
    inside = "".join(f"<item>{item}</item>" for item in items)
    return f"<?xml version='1.0'?><rss version='2.0'><channel>{head}{inside}</channel></rss>"


def atom(*entries: str, head: str = "") -> str:
    inside = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return f"<feed xmlns='http://www.w3.org/2005/Atom'>{head}{inside}</feed>"


def cause(body: bytes | str, **options: Any) -> str:
    with pytest.raises(ParseError) as caught:
        parse(body, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


# ------------------------------------------------------------------ real feeds


def test_real_feeds_lose_nothing(shared: Path) -> None:
    import feedparser

    paths = sorted((shared / "corpus" / "feeds").glob("*.gz"))
    assert len(paths) >= 50
    for path in paths:
        body = gzip.decompress(path.read_bytes())
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = feedparser.parse(io.BytesIO(body), sanitize_html=False)
        expected: dict[str, Any] = {}
        for entry in theirs.entries:
            raw = [dict.get(entry, name) for name in ("id", "link", "title")]
            expected.setdefault(raw[0] or raw[1] or raw[2], entry)
        ours = feeds.parse(body, url=URL, charset=None)
        assert len(ours.entries) == len(expected), path.name
        for ours_entry, (key, entry) in zip(
            ours.entries, expected.items(), strict=True
        ):
            if dict.get(entry, "id") or dict.get(entry, "link"):
                assert ours_entry.guid == key.strip()
            link = dict.get(entry, "link")
            assert ours_entry.url == (urls.canonical(link, URL) if link else None)
            published = dict.get(entry, "published_parsed")
            if published and published[0] >= feeds.EARLIEST.year:
                assert ours_entry.published_at == datetime(*published[:6], tzinfo=UTC)
        assert ours.trustworthy, f"{path.name}: {ours.note}"


# ------------------------------------------------------------------ entries


def test_an_rss_entry() -> None:
    feed = parse(
        rss(
            "<title>Toll rises to 40</title><guid isPermaLink='false'>w-1</guid>"
            "<link>https://example.org/a?utm_source=rss&amp;id=7</link>"
            "<pubDate>Sun, 01 Mar 2026 12:00:00 +0100</pubDate>"
            "<description>&lt;p&gt;Forty people died.&lt;/p&gt;</description>",
            head="<title>World</title><language>en-GB</language><ttl>15</ttl>",
        )
    )
    (entry,) = feed.entries
    assert (feed.title, feed.language, feed.ttl_minutes) == ("World", "en-gb", 15)
    assert (entry.guid, entry.title) == ("w-1", "Toll rises to 40")
    assert entry.url == "https://example.org/a?id=7"
    assert entry.content_html == "<p>Forty people died.</p>"
    assert entry.published_at == datetime(2026, 3, 1, 11, tzinfo=UTC)
    assert entry.updated_at is None
    assert feed.trustworthy


def test_an_atom_entry() -> None:
    feed = parse(
        atom(
            "<id>tag:example.org,2026:1</id><title type='html'>A &amp;amp; B</title>"
            "<link rel='enclosure' href='x.mp3'/><link href='../a'/>"
            "<updated>2026-03-01T12:00:00Z</updated>"
            "<summary>short</summary><content type='text'>1 &lt; 2, at length</content>",
            head="<link rel='hub' href='https://hub.example/'/>",
        )
    )
    (entry,) = feed.entries
    assert entry.title == "A & B"
    assert entry.url == "https://example.org/a"
    assert entry.content_html == "1 &lt; 2, at length"
    assert (
        entry.published_at == entry.updated_at == datetime(2026, 3, 1, 12, tzinfo=UTC)
    )
    assert feed.hub == "https://hub.example/"


def test_a_json_entry() -> None:
    feed = parse(
        json.dumps(
            {
                "version": "https://jsonfeed.org/version/1.1",
                "title": "World",
                "language": "de",
                "hubs": [{"type": "WebSub", "url": "https://hub.example/"}],
                "items": [
                    {
                        "id": 7,
                        "url": "/a#top",
                        "title": "T",
                        "content_text": "a < b",
                        "date_published": "2026-03-01T12:00:00+01:00",
                    },
                    {"id": 7, "title": "again"},
                    "nonsense",
                ],
            }
        )
    )
    (entry,) = feed.entries
    assert (entry.guid, entry.url) == ("7", "https://example.org/a")
    assert entry.content_html == "a &lt; b"
    assert entry.published_at == datetime(2026, 3, 1, 11, tzinfo=UTC)
    assert (feed.language, feed.hub) == ("de", "https://hub.example/")


@pytest.mark.parametrize(
    ("items", "guids"),
    [
        (
            ["<guid>a</guid>", "<guid>b</guid>", "<guid>a</guid><title>x</title>"],
            ["a", "b"],
        ),
        (["<link>https://e.org/1</link>"] * 2, ["https://e.org/1"]),
        (["<guid>  a </guid>", "<guid>a</guid>"], ["a"]),
    ],
)
def test_each_entry_once(items: list[str], guids: list[str]) -> None:
    assert [entry.guid for entry in parse(rss(*items)).entries] == guids


def test_an_entry_with_nothing_but_a_title_keeps_its_guid() -> None:
    first = parse(rss("<title>A</title>", "<title>B</title>")).entries
    dated = "<title>A</title><pubDate>Sun, 01 Mar 2026 12:00:00 GMT</pubDate>"
    assert len({entry.guid for entry in first}) == 2
    assert parse(rss(dated)).entries[0].guid == first[0].guid


def test_an_endless_guid_is_cut_to_a_hash() -> None:
    one, other = (f"<guid isPermaLink='false'>{'g' * 5000}{n}</guid>" for n in (1, 2))
    guids = [entry.guid for entry in parse(rss(one, other)).entries]
    assert len(set(guids)) == 2
    assert all(len(guid) < 50 for guid in guids)


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "file:///etc/passwd", "mailto:a@e.org", "http://[::1", ""],
)
def test_only_web_links(link: str) -> None:
    (entry,) = parse(rss(f"<title>x</title><link>{link}</link>")).entries
    assert entry.url is None


def test_the_link_behind_a_counter_is_preferred() -> None:
    (entry,) = parse(
        "<rss version='2.0' xmlns:feedburner='http://rssnamespace.org/feedburner/ext/1.0'>"
        "<channel><item><link>https://counter.example/1</link>"
        "<feedburner:origLink>https://example.org/a</feedburner:origLink></item>"
        "</channel></rss>"
    ).entries
    assert (entry.guid, entry.url) == (
        "https://counter.example/1",
        "https://example.org/a",
    )


@pytest.mark.parametrize(
    "date",
    [
        "yesterday",
        "99999-01-01",
        "0000-00-00T00:00:00Z",
        "1970-01-01T00:00:00Z",
        "-1",
        "9" * 99,
    ],
)
def test_impossible_dates_are_none(date: str) -> None:
    (entry,) = parse(rss(f"<guid>a</guid><pubDate>{date}</pubDate>")).entries
    assert entry.published_at is None


@pytest.mark.parametrize(
    ("raw", "title"),
    [
        ("&lt;b&gt;Toll&lt;/b&gt; rises", "Toll rises"),
        ("Trump&amp;#8217;s\n  plan", "Trump’s plan"),
        ("1 &lt; 2 &amp;amp; 3 &gt; 2", "1 < 2 & 3 > 2"),
        ("&lt;script&gt;x", "<script>x"),
        ("", ""),
    ],
)
def test_titles_are_text(raw: str, title: str) -> None:
    (entry,) = parse(rss(f"<guid>a</guid><title>{raw}</title>")).entries
    assert entry.title == title


# ------------------------------------------------------------------ charsets


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        (rss("<guid>Köln</guid>").encode(), None),
        (rss("<guid>Köln</guid>").encode(), "iso-8859-1"),
        (rss("<guid>Köln</guid>").encode(), "klingon"),
        (b"\xef\xbb\xbf" + rss("<guid>Köln</guid>").encode(), None),
        (rss("<guid>Köln</guid>").encode("utf-16"), None),
        (rss("<guid>Köln</guid>").encode("cp1252"), "windows-1252"),
        (rss("<guid>Köln</guid>").encode("cp1252"), None),
        (
            rss("<guid>Köln</guid>")
            .replace("'1.0'", "'1.0' encoding='iso-8859-1'")
            .encode("iso-8859-1"),
            "utf-8",
        ),
    ],
    ids=["utf8", "lying", "unknown", "bom", "utf16", "told", "guessed", "declared"],
)
def test_charsets(body: bytes, charset: str | None) -> None:
    assert parse(body, charset=charset).entries[0].guid == "Köln"


# ------------------------------------------------------------------ wishes

DAILY = "<sy:updatePeriod>daily</sy:updatePeriod>"


@pytest.mark.parametrize(
    ("head", "minutes"),
    [
        ("<ttl>60</ttl>", 60),
        ("<ttl>0</ttl>", None),
        ("<ttl>-5</ttl>", None),
        ("<ttl>soon</ttl>", None),
        ("<ttl>1e300</ttl>", None),
        ("<ttl>999999</ttl>", 7 * 24 * 60),
        ("<sy:updatePeriod>hourly</sy:updatePeriod>", 60),
        (DAILY + "<sy:updateFrequency>4</sy:updateFrequency>", 360),
        ("<sy:updatePeriod>never</sy:updatePeriod>", None),
    ],
)
def test_the_wished_interval(head: str, minutes: int | None) -> None:
    body = rss("<guid>a</guid>", head=head).replace(
        "<rss ", "<rss xmlns:sy='http://purl.org/rss/1.0/modules/syndication/' "
    )
    assert parse(body).ttl_minutes == minutes


# ------------------------------------------------------------------ trust and reasons


def test_an_empty_feed_is_a_feed() -> None:
    feed = parse(rss())
    assert (feed.entries, feed.trustworthy) == ((), True)


def test_a_cut_feed_is_read_but_not_trusted() -> None:
    whole = rss(*(f"<guid>{n}</guid><title>t</title>" for n in range(9)))
    feed = parse(whole[: len(whole) * 2 // 3])
    assert 1 < len(feed.entries) < 9
    assert not feed.trustworthy
    assert "malformed" in str(feed.note)


def test_a_capped_feed_is_not_trusted() -> None:
    feed = parse(rss(*(f"<guid>{n}</guid>" for n in range(9))), limit=5)
    assert [entry.guid for entry in feed.entries] == list("01234")
    assert not feed.trustworthy
    assert feed.note == "holds 9 entries, of which 5 were read"


def test_one_impossible_reference_does_not_cost_the_feed() -> None:
    for reference in ("&#99999999999;", "&#x110000;", "&#xD800;", "&#0;"):
        feed = parse(
            rss(f"<guid>a</guid><title>x {reference}</title>", "<guid>b</guid>")
        )
        assert [entry.guid for entry in feed.entries] == ["a", "b"]
        assert not feed.trustworthy


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "is empty"),
        (b" \n\t ", "is empty"),
        (
            b"<!DOCTYPE html><html><body>Sorry</body></html>",
            "is an HTML page, not a feed",
        ),
        (b"<!-- x --> <HTML lang=en>", "is an HTML page, not a feed"),
        (b"<div><body>x</body></div>", "is an HTML page, not a feed"),
        (b"{}", "is JSON, but not a JSON Feed"),
        (b"[1, 2]", "is JSON, but not a JSON Feed"),
        (b'{"version": ', "is JSON, but malformed"),
        (b'{"a":' * 100_000, "is JSON, but malformed"),
        (b"%PDF-1.7 ...", "is a PDF file, not a feed"),
        (b"\x89PNG\r\n", "is an image, not a feed"),
        (b"\x1f\x8b\x08", "is a compressed file, not a feed"),
        (
            b"<?xml version='1.0'?><opml version='2.0'/>",
            "is an OPML list of feeds, not a feed",
        ),
        (b"<urlset><url/></urlset>", "is a sitemap without news, not a feed"),
        (
            b"<?xml version='1.0'?>\n<!-- x --><sitemapindex></sitemapindex>",
            "is a list of sitemaps, not a feed: name one of them",
        ),
        (b"<svg/>", "is markup of some other kind, not a feed"),
        (b"Service unavailable", "is text, not a feed"),
        (b"/etc/passwd", "is text, not a feed"),
        (b"file:///etc/passwd", "is text, not a feed"),
        (b"http://127.0.0.1:1/feed.xml", "is text, not a feed"),
        (bytes(range(256)), "is text, not a feed"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_the_reason_is_human(body: bytes, reason: str) -> None:
    assert cause(body) == reason
