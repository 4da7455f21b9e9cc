"""The quick parser says what feedparser says, or leaves the feed to it."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given

from monitor import feeds
from monitor.model import ParsedFeed
from tests.feed_documents import (
    ENTRY,
    ITEM,
    tame_documents,
    wild_documents,
)
from tests.test_feeds import URL, atom, rss

LIMIT = feeds.MOST_ENTRIES


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


@given(tame_documents())
def test_a_nearly_ordinary_feed_reads_alike_or_is_left(body: bytes) -> None:
    assert_same(body)


@given(wild_documents())
def test_any_feed_reads_alike_or_is_left(body: bytes) -> None:
    assert_same(body)
