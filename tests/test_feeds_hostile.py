"""Feeds that mean harm: they end as a feed or as a reason, and reach nothing."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import feeds
from monitor.errors import ParseError
from tests.test_feeds import URL, atom, cause, parse, rss


def test_a_body_that_is_a_path_is_not_opened(tmp_path: Path) -> None:
    secret = tmp_path / "feed.xml"
    secret.write_text(rss("<guid>secret</guid>"))
    assert cause(str(secret)) == "is text, not a feed"
    assert cause(secret.as_uri()) == "is text, not a feed"


def test_entities_are_not_expanded_and_files_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("INTERNAL")
    doctype = f"<!DOCTYPE rss [<!ENTITY x SYSTEM '{secret.as_uri()}'>]>"
    body = rss("<guid>a</guid><title>x&x;y</title>").replace(
        "<rss", f"{doctype}<rss", 1
    )
    assert "INTERNAL" not in str(parse(body))


@pytest.mark.parametrize(
    "body",
    [
        rss("<guid>a</guid>").replace("'1.0'", "'1.0' encoding='punycode'", 1),
        rss("<guid>a</guid>").replace("'1.0'", "'1.0' encoding='undefined'", 1),
        rss("<guid>a</guid>").replace(
            "<rss", "<!DOCTYPE \\q [ <!ENTITY \\z '\\1'> ]><rss", 1
        ),
        "<rss>" + "<item>" * 3000,
        "<!---->" * 250 + "<rss>",
        "<!DOCTYPE[" * 100_000 + "&#xD800;",
        rss("<guid>a</guid><title>" + "&lt;a " * 200_000 + "</title>"),
        rss("<guid>a</guid><link>http://" + "a.." * 300_000 + "</link>"),
        rss("<guid>a</guid><title>" + "<b>" * 3000 + "</title>"),
        rss(
            "<guid>a</guid><description><![CDATA[" + "<!--" * 3000 + "]]></description>"
        ),
        rss("<guid>a</guid><link " + " ".join(f"a{n}='1'" for n in range(3000)) + "/>"),
    ],
    ids=[
        "punycode",
        "undefined",
        "doctype",
        "items",
        "remarks",
        "types",
        "titles",
        "links",
        "nested",
        "comments",
        "attributes",
    ],
)
def test_hostile_feeds_end_as_a_feed_or_a_reason(body: str) -> None:
    started = time.process_time()
    outcome: object
    try:
        outcome = parse(body)
    except ParseError as error:
        outcome = str(error)
    assert outcome
    assert time.process_time() - started < 20


SEEDS = (
    rss(
        "<guid>a</guid><title>T &amp; t</title><link>https://e.org/a</link>"
        "<pubDate>Sun, 01 Mar 2026 12:00:00 GMT</pubDate>"
        "<description><![CDATA[<p>x</p>]]></description>",
        head="<title>W</title><ttl>5</ttl>",
    ).encode(),
    atom(
        "<id>1</id><title>t</title><link href='/a'/><updated>2026-03-01</updated>"
    ).encode(),
    b'{"version": "https://jsonfeed.org/version/1", "items": [{"id": "1", "url": "/a"}]}',
)
NASTY = (
    b"&#xD800;",
    b"&#99999999999;",
    b"<![CDATA[",
    b"<!--",
    b"]]>",
    b"\x00",
    b"\xff\xfe",
    b"</",
)


@given(
    seed=st.sampled_from(SEEDS),
    cuts=st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 9), st.sampled_from(NASTY))
    ),
    charset=st.sampled_from([None, "utf-8", "utf-16", "cp1252", "punycode", "x"]),
)
def test_mutants_give_a_feed_or_a_reason(
    seed: bytes, cuts: list[tuple[float, int, bytes]], charset: str | None
) -> None:
    body = seed
    for where, drop, insert in cuts:
        at = int(where * len(body))
        body = body[:at] + insert + body[at + drop :]
    try:
        feed = feeds.parse(body, url=URL, charset=charset)
    except ParseError:
        return
    assert len({entry.guid for entry in feed.entries}) == len(feed.entries)
    for entry in feed.entries:
        assert entry.url is None or entry.url.startswith(("http://", "https://"))
