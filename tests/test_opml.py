"""OPML in and out: what readers really write, and what attackers would."""

from __future__ import annotations

import contextlib
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import opml
from monitor.errors import ParseError
from monitor.opml import OpmlFeed

ROOT = Path(__file__).parents[1]


def body(inner: str, head: str = "") -> bytes:
    return f'{head}<opml version="2.0"><body>{inner}</body></opml>'.encode()


def test_folders_become_paths() -> None:
    data = body(
        '<outline text="World"><outline text="Asia">'
        '<outline type="rss" text="A" xmlUrl="https://a.example/feed"/>'
        '</outline><outline text="B" xmlUrl="https://b.example/feed"/></outline>'
        '<outline text="C" xmlUrl="https://c.example/feed"/>'
    )
    assert opml.parse(data) == (
        OpmlFeed("A", "https://a.example/feed", "World/Asia"),
        OpmlFeed("B", "https://b.example/feed", "World"),
        OpmlFeed("C", "https://c.example/feed"),
    )


@pytest.mark.parametrize(
    ("outline", "title", "url"),
    [
        ('text="T" xmlUrl="https://a.example/"', "T", "https://a.example/"),
        ('text="t" title="T" XMLURL="https://a.example/"', "T", "https://a.example/"),
        ('title="T" xmlurl=" https://a.example/ "', "T", "https://a.example/"),
        ('xmlUrl="https://a.example/feed"', "a.example", "https://a.example/feed"),
        ('text="T" xmlUrl="feed://a.example/x"', "T", "https://a.example/x"),
        ('text="T" xmlUrl="feed:https://a.example/x"', "T", "https://a.example/x"),
        (
            'text="T" xmlUrl="https://a.example/?a=1&b=2"',
            "T",
            "https://a.example/?a=1&b=2",
        ),
        (
            'text="T" xmlUrl="https://a.example/?a=1&amp;b=2"',
            "T",
            "https://a.example/?a=1&b=2",
        ),
        ('text="Q &amp; A" xmlUrl="https://a.example/"', "Q & A", "https://a.example/"),
        (
            'text="caf&eacute;&nbsp;noir" xmlUrl="https://a.example/"',
            "café noir",
            "https://a.example/",
        ),
        (
            'text="R&D &unknown; &lt;b&gt;" xmlUrl="https://a.example/"',
            "R&D &unknown; <b>",
            "https://a.example/",
        ),
        (
            'text="a&#10;b&#x41;" xmlUrl="https://a.example/"',
            "a bA",
            "https://a.example/",
        ),
    ],
)
def test_what_readers_write(outline: str, title: str, url: str) -> None:
    [feed] = opml.parse(body(f"<outline {outline}/>"))
    assert (feed.title, feed.url) == (title, url)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "windows-1252"]
)
def test_encodings(encoding: str) -> None:
    declared = "utf-8" if encoding == "utf-8-sig" else encoding
    text = body(
        '<outline text="Zürich" xmlUrl="https://a.example/"/>',
        f'<?xml version="1.0" encoding="{declared}"?>\n',
    ).decode()
    [feed] = opml.parse(text.encode(encoding))
    assert feed.title == "Zürich"


@pytest.mark.parametrize("encoding", ["hex", "rot13", "no-such-code", "utf-7", "zip"])
def test_odd_encodings_do_no_harm(encoding: str) -> None:
    data = body(
        '<outline text="A" xmlUrl="https://a.example/"/>',
        f'<?xml version="1.0" encoding="{encoding}"?>',
    )
    [feed] = opml.parse(data)
    assert feed.url == "https://a.example/"


BOMB = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "head",
    [
        f'<!DOCTYPE opml [<!ENTITY e0 "boom">{BOMB}]>',
        '<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE opml SYSTEM "http://127.0.0.1:1/evil.dtd">',
        '<!DOCTYPE opml [<!ENTITY % x SYSTEM "http://127.0.0.1:1/"> %x;]>',
        "<!DOCTYPE opml>",
    ],
)
def test_document_types_are_refused(head: str) -> None:
    data = body('<outline text="&e9;&x;" xmlUrl="https://a.example/"/>', head)
    with pytest.raises(ParseError, match="document type"):
        opml.parse(data)


def test_undeclared_entities_stay_text() -> None:
    [feed] = opml.parse(body('<outline text="&e9;" xmlUrl="https://a.example/"/>'))
    assert feed.title == "&e9;"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", r"is not OPML: no element found \(line 1, column 1\)"),
        (b"plain text", "is not OPML: syntax error"),
        (b"<opml><body><outline></body></opml>", "mismatched tag"),
        (b"<html><body/></html>", "the document is <html>"),
        (b"<rss><channel/></rss>", "the document is <rss>"),
        (b"\x00\x01\x02", "is not OPML"),
        (b"<opml>" + b"<outline>" * 100, "nested deeper than 50"),
        (b"x" * (opml.SIZE_LIMIT + 1), "larger than"),
    ],
)
def test_what_is_not_opml_is_told(data: bytes, told: str) -> None:
    with pytest.raises(ParseError, match=told) as caught:
        opml.parse(data)
    assert "\n" not in str(caught.value)


def test_too_many_feeds_are_refused() -> None:
    many = '<outline xmlUrl="https://a.example/"/>' * (opml.FEED_LIMIT + 1)
    with pytest.raises(ParseError, match="more than 20,000 feeds"):
        opml.parse(body(many))


def test_terminal_escapes_do_not_survive() -> None:
    data = body('<outline text="a\u202eb\u2028c" xmlUrl="https://a.example/"/>')
    [feed] = opml.parse(data)
    assert feed.title.isprintable()


lines = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "S"]),
    min_size=1,
    max_size=40,
)


@given(
    st.lists(
        st.builds(
            OpmlFeed,
            title=lines,
            url=lines.map(lambda text: "https://example.org/" + text),
            folder=st.lists(lines.map(lambda t: t.replace("/", "_")), max_size=3).map(
                "/".join
            ),
            language=st.sampled_from([None, "en", "pt-BR"]),
        ),
        max_size=6,
    )
)
def test_what_is_written_reads_the_same(feeds: list[OpmlFeed]) -> None:
    read = opml.parse(opml.write(feeds, title="<&>").encode())
    assert sorted(read, key=repr) == sorted(feeds, key=repr)


@given(st.binary(max_size=400))
def test_any_bytes_are_feeds_or_a_parse_error(data: bytes) -> None:
    told = ""
    try:
        opml.parse(data)
    except ParseError as error:
        told = str(error)
    assert "\n" not in told


@given(st.text(max_size=200))
def test_any_attribute_text_is_safe(text: str) -> None:
    data = body(f'<outline text="{text}" xmlUrl="https://a.example/"/>')
    found: tuple[OpmlFeed, ...] = ()
    with contextlib.suppress(ParseError):
        found = opml.parse(data)
    # whatever the text closes or opens, the folder around it stays
    assert all(feed.url for feed in found)


def test_the_shipped_list_is_the_quick_start() -> None:
    listed = opml.parse((ROOT / "config/feeds.opml").read_bytes())
    started = tomllib.loads((ROOT / "config/quickstart.toml").read_text("utf-8"))
    assert [feed.url for feed in listed] == [feed["url"] for feed in started["feeds"]]
    assert [feed.title for feed in listed] == [f["name"] for f in started["feeds"]]
