"""Feeds of any shape, tame and wild, for the comparison of two readers."""

from __future__ import annotations

from html import escape

from hypothesis import strategies as st

from monitor import feeds

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
