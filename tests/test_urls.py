"""Canonical URLs, outlets, and renderings of one page."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor import urls

BASE = "https://base.example/news/today"


@pytest.mark.parametrize(
    ("url", "spelled"),
    [
        ("HTTP://WWW.Example.ORG:80/A?b=1#top", "http://www.example.org/A?b=1"),
        ("https://example.org:443", "https://example.org/"),
        ("https://example.org:8443/x", "https://example.org:8443/x"),
        ("https://user:secret@example.org/x", "https://example.org/x"),
        ("https://example.org./x", "https://example.org/x"),
        ("https://bücher.example/ä b", "https://xn--bcher-kva.example/%C3%A4%20b"),
        ("https://example.org/%c3%a4", "https://example.org/%C3%A4"),
        ("https://example.org/#!/story/7", "https://example.org/#!/story/7"),
        ("https://example.org/a/./b/../c", "https://example.org/a/c"),
        ("https://example.org/../..", "https://example.org/"),
        ("https://example.org/a//b", "https://example.org/a//b"),
        ("  https://example.org/x\n", "https://example.org/x"),
        ("https://exa\nmple.org/x", "https://example.org/x"),
        ("http://[2001:DB8::1]:80/", "http://[2001:db8::1]/"),
        ("/story", "https://base.example/story"),
        ("story?id=1", "https://base.example/news/story?id=1"),
        ("//cdn.example/x", "https://cdn.example/x"),
        # the order of parameters stays, and so does what isn't tracking
        ("https://e.org/?z=1&a=2&&b=", "https://e.org/?z=1&a=2&b="),
        ("https://e.org/?cid=9&source=politics&ref=12", "https://e.org/?cid=9&source=politics&ref=12"),
    ],
)  # fmt: skip
def test_the_one_spelling(url: str, spelled: str) -> None:
    assert urls.canonical(url, BASE) == spelled


@pytest.mark.parametrize(
    "parameter",
    [
        "utm_source=rss",
        "UTM_Campaign=x",
        "at_medium=RSS",
        "ns_mchannel=social",
        "mc_cid=1",
        "fbclid=abc",
        "gclid=abc",
        "CMP=Share",
        "cmpid=x",
        "ocid=msn",
        "traffic_source=rss",
        "xtor=RSS-1",
        "ref=rss",
        "source=rss_home",
        "partner=rss&emc=rss",
        "mod=rss_world",
        "from=twitter",
        "smid=tw-share",
    ],
)
def test_tracking_goes(parameter: str) -> None:
    spelled = urls.canonical(f"https://e.org/a?id=1&{parameter}&p=2")
    assert spelled == "https://e.org/a?id=1&p=2"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "   ",
        "mailto:desk@example.org",
        "javascript:alert(1)",
        "ftp://example.org/x",
        "file:///etc/passwd",
        "data:text/html,x",
        "http://",
        "http://[::1",
        "http://example.org:99999/",
        "http://example.org:abc/",
        "http://two words/",
        "http://" + "a" * 300 + ".example/",
        "http://example.org/" + "a" * 9000,
    ],
)
def test_what_we_would_not_fetch_has_none(url: str) -> None:
    assert urls.canonical(url) is None
    assert urls.canonical(url, "mailto:x") is None


PIECES = [
    *".:/?#@[]%&=!-_0x1é\u2100\u0130ß\u00a8\n \\;,'\"<>{}|^`~+*$()",
    "..",
    "http://",
    "%2f",
]
awkward = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


@given(st.text(max_size=100) | awkward)
@example("http://[::ffff:1.2.3.4%25]/")
@example("http://\ud800.example/\udfff")
@example("http://a\u2100b.example/")
def test_nothing_raises_and_once_is_enough(text: str) -> None:
    for candidate in (text, f"http://{text}", f"https://e.org/{text}?{text}"):
        spelled = urls.canonical(candidate, BASE)
        if spelled is not None:
            assert spelled.startswith(("http://", "https://"))
            assert spelled.isascii()
            assert urls.canonical(spelled) == spelled
        urls.outlet(candidate)
        urls.same_article(candidate, text)


@pytest.mark.parametrize(
    ("url", "outlet"),
    [
        ("https://www.bbc.co.uk/news", "bbc.co.uk"),
        ("https://feeds.bbci.co.uk/x", "bbci.co.uk"),
        ("https://bbc.co.uk", "bbc.co.uk"),
        ("https://edition.cnn.com/", "cnn.com"),
        ("https://www.abc.net.au/", "abc.net.au"),
        ("https://news.yahoo.co.jp/", "yahoo.co.jp"),
        ("https://www1.folha.uol.com.br/", "uol.com.br"),
        ("https://www.lemonde.fr/", "lemonde.fr"),
        ("https://www.t.me/x", "t.me"),
        ("https://desk.substack.com/p/1", "desk.substack.com"),
        ("https://a.b.github.io/", "b.github.io"),
        ("http://127.0.0.1:8080/", "127.0.0.1"),
        ("http://[::1]:8080/", "[::1]"),
        ("http://localhost/", "localhost"),
        ("not a url", ""),
    ],
)
def test_the_outlet(url: str, outlet: str) -> None:
    assert urls.outlet(url) == outlet


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://www.e.org/a", "http://e.org/a/", True),
        ("https://e.org/a/amp/", "https://e.org/a", True),
        ("https://amp.e.org/a", "https://e.org/a.amp", True),
        ("https://m.e.org/a?amp=1&x=2", "https://e.org/a?x=2", True),
        ("https://e.org/a?utm_source=x", "https://e.org/a", True),
        ("https://e.org/index.html", "https://e.org/", True),
        ("https://e.org/a", "https://e.org/b", False),
        ("https://e.org/a?id=1", "https://e.org/a?id=2", False),
        ("https://e.org/camp", "https://e.org/c", False),
        ("https://e.org/a", "https://e.net/a", False),
    ],
)
def test_renderings_of_one_page(one: str, other: str, same: bool) -> None:
    assert urls.same_article(one, other) is same
    assert urls.same_article(other, one) is same
