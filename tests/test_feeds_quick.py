"""The quick parser says what feedparser says, or leaves the feed to it."""

from __future__ import annotations

import gzip
from html import escape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import feeds
from monitor.model import ParsedFeed
from tests.test_feeds import URL, atom, rss

LIMIT = feeds.MOST_ENTRIES
EVERY_NAMESPACE = (
    " xmlns:atom='http://www.w3.org/2005/Atom'"
    " xmlns:dc='http://purl.org/dc/elements/1.1/'"
    " xmlns:dcterms='http://purl.org/dc/terms/'"
    " xmlns:content='http://purl.org/rss/1.0/modules/content/'"
    " xmlns:media='http://search.yahoo.com/mrss/'"
    " xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'"
    " xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'"
    " xmlns:feedburner='http://rssnamespace.org/feedburner/ext/1.0'"
    " xmlns:slash='http://purl.org/rss/1.0/modules/slash/'"
    " xmlns:georss='http://www.georss.org/georss'"
    " xmlns:own='urn:example:own'"
)


def quickly(body: bytes | str, limit: int = LIMIT) -> ParsedFeed | None:
    data = body.encode() if isinstance(body, str) else body
    return feeds.parse_quickly(data, url=URL, limit=limit)


def thoroughly(body: bytes | str, limit: int = LIMIT) -> ParsedFeed:
    data = body.encode() if isinstance(body, str) else body
    return feeds.parse_thoroughly(data, url=URL, charset=None, limit=limit)


def assert_same(body: bytes | str) -> bool:
    """Whether the quick parser took it; what it says must be what feedparser says."""
    quick = quickly(body)
    if quick is not None:
        assert quick == thoroughly(body)
    return quick is not None


# ------------------------------------------------------------------ real feeds


def test_real_feeds_read_alike(shared: Path) -> None:
    paths = sorted((shared / "corpus" / "feeds").glob("*.gz"))
    taken = [assert_same(gzip.decompress(path.read_bytes())) for path in paths]
    assert len(taken) >= 50
    assert sum(taken) >= 0.9 * len(taken)


# ------------------------------------------------------------------ what is ordinary

ITEM = (
    "<title>Toll rises to 40</title><link>https://example.org/a?b=1&amp;c=2</link>"
    "<guid isPermaLink='false'>w-1</guid>"
    "<pubDate>Sun, 01 Mar 2026 12:00:00 +0100</pubDate>"
    "<description>&lt;p&gt;Forty&amp;nbsp;people&lt;/p&gt;</description>"
)
ENTRY = (
    "<id>tag:example.org,2026:1</id><title type='html'>A &amp;amp; B</title>"
    "<link href='https://example.org/a'/><link rel='replies' href='https://example.org/r'/>"
    "<author><name>N</name></author>"
    "<published>2026-03-01T12:00:00.5-05:00</published>"
    "<updated>2026-03-01T12:00:00Z</updated><content type='text'>1 &lt; 2</content>"
)


@pytest.mark.parametrize(
    "body",
    [
        rss(ITEM),
        rss(ITEM.replace("Toll", "<![CDATA[Tö<b>ll</b>]]>")),
        rss(ITEM, ITEM.replace("w-1", "w-2"), head="<title>W</title><ttl>15</ttl>"),
        rss(ITEM).replace("<rss ", "<!-- remark --><?pi x?><rss ", 1),
        rss(ITEM.replace("Toll", "To<!-- remark -->ll")),
        rss(ITEM).encode("utf-8-sig"),
        rss(ITEM.replace("Toll", "Köln"))
        .replace("'1.0'", "'1.0' encoding='ISO-8859-1'", 1)
        .encode("iso-8859-1"),
        rss(ITEM.replace("Toll", "“Köln” – 5 €"))
        .replace("'1.0'", "'1.0' encoding='windows-1252'", 1)
        .encode("cp1252"),
        rss(ITEM.replace("Toll", "KÃ¶ln")),
        rss("<link>/a</link><title>relative</title>"),
        rss("<guid>https://example.org/1</guid><title>no link</title>"),
        rss("<title>nothing but this</title><description>x</description>"),
        atom(ENTRY),
        atom(ENTRY, head="<title>W</title><link rel='hub' href='https://h.example'/>"),
        atom(ENTRY).replace("<content ", "<content xml:base='https://b.example/' "),
        atom(ENTRY.replace("<link ", "<category term='x'/><link ", 1)),
    ],
)
def test_ordinary_feeds_are_read_quickly(body: bytes | str) -> None:
    assert assert_same(body)


def test_rdf_is_read_quickly() -> None:
    assert assert_same(
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'"
        " xmlns='http://purl.org/rss/1.0/' xmlns:dc='http://purl.org/dc/elements/1.1/'>"
        "<channel rdf:about='https://example.org/'><title>W</title>"
        "<link>https://example.org/</link><description>d</description>"
        "<items><rdf:Seq><rdf:li rdf:resource='https://example.org/1'/></rdf:Seq></items>"
        "</channel><item rdf:about='https://example.org/1'><title>T</title>"
        "<link>https://example.org/1</link><dc:date>2026-03-01T12:00:00+01:00</dc:date>"
        "<description>text</description></item></rdf:RDF>"
    )


def test_a_long_feed_is_capped_alike() -> None:
    body = rss(*(f"<guid>{n}</guid><title>t{n}</title>" for n in range(9)))
    quick = quickly(body, limit=5)
    assert quick is not None
    assert quick == thoroughly(body, limit=5)
    assert not quick.trustworthy


# ------------------------------------------------------------------ what is not


@pytest.mark.parametrize(
    "body",
    [
        rss(ITEM).replace("<rss ", "<!DOCTYPE rss><rss ", 1),
        rss(ITEM).replace(
            "<rss ", "<!-- <x --><!DOCTYPE rss [<!ENTITY e 'x'>]><rss ", 1
        ),
        rss(ITEM).replace("'1.0'", "'1.0' encoding='klingon'", 1),
        rss(ITEM).replace("'1.0'", "'1.0' encoding='utf-16'", 1),
        rss(ITEM).encode("utf-16"),
        rss(ITEM.replace("Toll", "Köln")).encode("cp1252"),
        rss(ITEM)[:-20],
        rss(ITEM.replace("Toll", "&nbsp;")),
        rss(ITEM.replace("Toll", "<b>Toll</b>")),
        rss(ITEM.replace("Sun, 01 Mar", "Sonntag, 1. März")),
        rss(ITEM.replace("12:00:00", "25:00:00")),
        rss(ITEM.replace("<link>", "<link>http:///")),
        rss(ITEM + "<title>again</title>"),
        rss(ITEM + "<guid>again</guid>"),
        rss(ITEM.replace("<title>", "<title mode='base64'>")),
        rss(ITEM + "<source url='u'>s</source><unheard>of</unheard>"),
        rss(ITEM.replace("Toll", "To\x92ll")),
        rss(ITEM).replace("<item>", "<item href='https://example.org/b'>"),
        rss("<category>nothing to go by</category>"),
        rss(),
        atom(ENTRY.replace("type='text'", "type='xhtml'")),
        atom(ENTRY.replace("https://example.org/a", "/a")).replace(
            "<feed ", "<feed xml:base='https://b.example/c/' "
        ),
        "<html><item/></html>",
        "<rss",
        "no markup",
    ],
)
def test_the_rest_is_left_to_feedparser(body: bytes | str) -> None:
    assert quickly(body) is None


@pytest.mark.parametrize(
    "declaration",
    [
        "xmlns:dc='urn:mine'",
        "xmlns:media='http://purl.org/dc/elements/1.1/'",
        "xmlns:wfw='http://purl.org/dc/elements/1.1/'",
        "xmlns='urn:mine'",
        "xmlns:x='https://purl.org/dc/elements/1.1/'",
    ],
)
def test_prefixes_that_mean_something_else(declaration: str) -> None:
    assert quickly(rss(ITEM).replace("<rss ", f"<rss {declaration} ")) is None


# ------------------------------------------------------------------ any feed

words = st.text(
    st.sampled_from("aZ 9\n\téß–“漢<>&'\"/:.;#-–Ã¶\x85\u2028\ufeff"), max_size=12
)
dates = st.sampled_from(
    (
        "Sun, 01 Mar 2026 12:00:00 GMT",
        "1 Mar 2026 7:05 EST",
        "Sun, 1 Mar 2026 12:00:00 +0530",
        "Mon, 02 Mar 26 12:00:00 PDT",
        "2026-03-01T12:00:00Z",
        "2026-03-01T23:30:00-08:00",
        "2026-03-01T12:00",
        "2026-03-01 12:00:00",
        "2026-03-01",
        "20260301",
        "0001-01-01T00:00:00+14:00",
        "Mon, 01 Jan 0001 00:00:00 +0100",
        "Fri, 31 Feb 2026 12:00:00 GMT",
        "2026-13-01T12:00:00Z",
        "yesterday",
        "",
    )
)
links = st.sampled_from(
    (
        "https://example.org/a?x=1&y=2",
        "https://example.org/a?x=1&amp;y=2&copy;=3",
        " https://example.org/b \n",
        "/relative",
        "../up?q#f",
        "http:///odd.example/",
        "https://example.org/?",
        "tag:example.org,2026:7",
        "javascript:alert(1)",
        "HTTPS://EXAMPLE.org/%7e/./x/../y",
        "",
    )
)


def _text(value: str, how: int) -> str:
    if how == 0:
        return f"<![CDATA[{value.replace(']]>', '')}]]>"
    if how == 1:
        return escape(value) + "&#8217;"
    if how == 2:
        return f"<!-- x -->{escape(value)}"
    return escape(escape(value)) if how == 3 else escape(value)


texts = st.builds(_text, words, st.integers(0, 8))
TEXT_NAMES = [
    "title",
    "title",
    "title",
    "description",
    "description",
    "summary",
    "content:encoded",
    "content",
    "media:title",
    "media:description",
    "dc:title",
    "dc:description",
    "itunes:summary",
    "itunes:subtitle",
    "category",
    "author",
    "dc:creator",
    "source",
    "image",
    "language",
    "comments",
    "ttl",
    "own:title",
    "own:note",
    "slash:comments",
    "subtitle",
    "rights",
    "sy:updatePeriod",
    "generator",
    "abstract",
]
DATE_NAMES = [
    "pubDate",
    "published",
    "updated",
    "dc:date",
    "dcterms:modified",
    "dcterms:created",
    "lastBuildDate",
    "issued",
    "atom:updated",
]
attributes = st.sampled_from(
    ("", "", "", "", " type='html'", " type='text'", " type='xhtml'", " xml:lang='de_AT'",
     " mode='escaped'", " isPermaLink='false'", " xml:base='https://b.example/'",
     " type='application/json'", " atom:type='x'")
)  # fmt: skip


def _tag(name: str, extra: str, inside: str) -> str:
    return f"<{name}{extra}>{inside}</{name}>"


leaves = st.one_of(
    st.builds(_tag, st.sampled_from(TEXT_NAMES), attributes, texts),
    st.builds(_tag, st.sampled_from(DATE_NAMES), st.just(""), dates),
    st.builds(_tag, st.sampled_from(("link", "guid", "id", "atom:id", "feedburner:origLink")),
              st.sampled_from(("", "", " isPermaLink='false'", " isPermaLink='TRUE'")),
              links.map(escape)),
    st.builds(
        lambda name, href, rel: f"<{name} href={escape(href, quote=True)!r} {rel}/>",
        st.sampled_from(("link", "atom:link")),
        links.map(lambda link: escape(link, quote=True)),
        st.sampled_from(("", "rel='alternate'", "rel='SELF'", "rel='hub'",
                         "type='text/html'", "type='image/png'", "rel='alternate' hreflang='x'")),
    ),
)  # fmt: skip
boxes = st.builds(
    lambda name, inside: _tag(name, "", "".join(inside)),
    st.sampled_from(("media:group", "media:content", "author", "own:box", "image")),
    st.lists(leaves, max_size=3),
)
parts = st.lists(st.one_of(leaves, leaves, leaves, leaves, boxes), max_size=7)
sound = st.sampled_from((ITEM, ENTRY, "<guid>g-1</guid><title>T</title>", ""))


tame_texts = st.builds(
    _text,
    st.text(st.sampled_from("aZ 9\n\té–“漢<>&'\"/:;#"), max_size=12),
    st.integers(0, 8),
)
tame_parts = st.lists(
    st.one_of(
        st.builds(
            _tag,
            st.sampled_from(
                [
                    "description",
                    "content:encoded",
                    "media:title",
                    "media:description",
                    "category",
                    "itunes:subtitle",
                    "dc:creator",
                    "source",
                    "comments",
                    "own:title",
                    "own:note",
                    "georss:point",
                ]
            ),
            st.just(""),
            tame_texts,
        ),
        st.builds(
            _tag,
            st.sampled_from(
                ["pubDate", "updated", "dc:date", "dcterms:created", "atom:updated"]
            ),
            st.just(""),
            st.sampled_from(
                (
                    "Sun, 01 Mar 2026 12:00:00 GMT",
                    "1 Mar 2026 07:05 EST",
                    "2026-03-01T23:30:00-08:00",
                    "2026-03-01",
                    "Mon, 01 Jan 0001 00:00:00 +0100",
                    "",
                )
            ),
        ),
        st.builds(
            _tag,
            st.sampled_from(("link", "link", "feedburner:origLink")),
            st.just(""),
            links.map(escape),
        ),
        st.builds(
            lambda inside: _tag("media:group", "", "".join(inside)),
            st.lists(
                st.builds(
                    _tag,
                    st.sampled_from(("media:title", "media:description", "own:x")),
                    st.just(""),
                    tame_texts,
                ),
                max_size=3,
            ),
        ),
    ),
    max_size=4,
)


@st.composite
def tame_documents(draw: st.DrawFn) -> bytes:
    """Nearly ordinary feeds: what the quick parser is meant to take."""
    kind = draw(st.sampled_from(("rss", "atom")))
    one = []
    for number in range(draw(st.integers(1, 3))):
        title, before, after = draw(tame_texts), draw(tame_parts), draw(tame_parts)
        middle = f"<title>T{title}</title>" + draw(
            st.sampled_from((f"<guid>g-{number}</guid>", f"<id>urn:{number}</id>"))
        )
        one.append("".join(before) + middle + "".join(after))
    head = f"<title>{draw(tame_texts)}</title><link>{escape(draw(links))}</link>"
    head += draw(st.sampled_from(("", "<ttl>60</ttl>", "<language>de</language>")))
    inside = head + "".join(
        _tag("item" if kind == "rss" else "entry", "", each) for each in one
    )
    if kind == "rss":
        body = f"<rss version='2.0'{EVERY_NAMESPACE}><channel>{inside}</channel></rss>"
    else:
        default = " xmlns='http://www.w3.org/2005/Atom'"
        body = f"<feed{default}{EVERY_NAMESPACE}>{inside}</feed>"
    encoding = draw(st.sampled_from(("", "utf-8", "iso-8859-1", "windows-1252")))
    if encoding:
        body = f"<?xml version='1.0' encoding='{encoding}'?>{body}"
    return body.encode(encoding or "utf-8", "xmlcharrefreplace")


@st.composite
def wild_documents(draw: st.DrawFn) -> bytes:
    kind = draw(st.sampled_from(("rss", "rss", "atom")))
    name = "item" if kind == "rss" else "entry"
    if draw(st.booleans()) and kind == "atom":
        name = draw(st.sampled_from(("entry", "item")))
    entries = [
        _tag(name, draw(attributes), draw(sound) + "".join(draw(parts)))
        for _ in range(draw(st.integers(1, 3)))
    ]
    head = "".join(draw(st.lists(leaves, max_size=4)))
    inside = head + "".join(entries) + "".join(draw(st.lists(leaves, max_size=1)))
    if kind == "rss":
        body = f"<rss version='2.0'{EVERY_NAMESPACE}><channel>{inside}</channel></rss>"
    else:
        default = draw(st.sampled_from((" xmlns='http://www.w3.org/2005/Atom'", "")))
        body = f"<feed{default}{EVERY_NAMESPACE}{draw(attributes)}>{inside}</feed>"
    encoding = draw(
        st.sampled_from(("", "utf-8", "iso-8859-1", "windows-1252", "utf-16"))
    )
    if encoding:
        body = f"<?xml version='1.0' encoding='{encoding}'?>{body}"
    return body.encode(encoding or "utf-8", "xmlcharrefreplace")


@given(tame_documents())
def test_a_nearly_ordinary_feed_reads_alike_or_is_left(body: bytes) -> None:
    assert_same(body)


@given(wild_documents())
def test_any_feed_reads_alike_or_is_left(body: bytes) -> None:
    assert_same(body)
