"""From pages and feed entries to documents."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime

import pytest

from monitor import articles
from monitor.model import Document
from tests.article_pages import BODY, HEADLINE, body, extract, headline, page

# ------------------------------------------------------------------ text


def test_text_is_headline_then_one_paragraph_a_line() -> None:
    document = extract(page())
    assert document.text == "\n".join((HEADLINE, *BODY))
    assert document.headline_end == len(HEADLINE)


def test_headline_is_not_repeated_in_the_body() -> None:
    document = extract(page(f"<p><b>{HEADLINE.upper()}</b></p>", *BODY))
    assert body(document) == "\n".join(BODY)


def test_white_space_and_invisible_characters_are_normalised() -> None:
    lines = list(BODY)
    lines[0] = (
        "Three\u00a0people\u200b were\ufeff  killed\u00ad when\n a bridge gave way."
    )
    assert body(extract(page(*lines))).startswith(
        "Three people were killed when a bridge gave way.\n"
    )


def test_zero_width_non_joiner_is_spelling_and_stays() -> None:
    persian = "آتش\u200cنشانی روز سه\u200cشنبه گفت که سه نفر در ریزش پل جان باختند."
    assert persian in extract(page(persian, *BODY)).text


@pytest.mark.parametrize(
    "line",
    [
        "Updated 3 minutes ago",
        "Last updated: 12 November 2026, 14:02 GMT",
        "Published 9 Nov 2026 · Updated 2 hours ago",
        "Updated on Tue, Nov 10, 2026 at 4:15 p.m. EST",
        "5 min read",
        "Reading time: 4 minutes",
        "Lesezeit: 3 Minuten",
        "Aktualisiert vor 5 Minuten",
        "il y a 12 minutes",
        "Share this article",
        "Share on Facebook",
        "Facebook | Twitter | WhatsApp | Email",
        "1,204 views",
        "37 comments",
        "Sign up for our morning newsletter and never miss a story",
        "Subscribe to the Courier's newsletter",
        "Get the news delivered to your inbox",
        "Read more: Eleven bridges in the valley to be surveyed",
        "READ MORE",
        "Also read: Council rated rust as not urgent",
        "Lire aussi : Le pont était fermé depuis le printemps",
        "Advertisement",
        "Story continues below advertisement",
        "Follow us on Telegram",
        "<p><a href='/other'>Mayor resigns over bridge in neighbouring town</a></p>",
    ],
)
def test_lines_that_change_by_themselves_are_left_out(line: str) -> None:
    assert extract(page(BODY[0], line, *BODY[1:])).text == extract(page()).text


@pytest.mark.parametrize(
    "line",
    [
        "Updated figures put the death toll at 12.",
        "Updated: the toll rose to 12 on Wednesday morning.",
        "Share prices fell by 3 percent after the announcement.",
        "Published figures show that 12 of the hangers were rusty.",
        "Watch officers saw the bridge fall, the coastguard said.",
        "Comments by the mayor were withdrawn on Tuesday.",
        "Two hours ago the river was still rising, a witness said.",
        "Related deaths rose to 14, the ministry said.",
        "The newsletter of the parish reported 12 deaths.",
        "Seven minutes later the second span fell.",
        "“Read more about rust,” the engineer told the council.",
        "Killed: 12. Injured: 30. Missing: 4.",
    ],
)
def test_lines_that_state_something_stay(line: str) -> None:
    assert line in extract(page(BODY[0], line, *BODY[1:])).text.split("\n")


# ------------------------------------------------------------------ headline


def test_headline_is_what_readers_see() -> None:
    head = '<meta property="og:title" content="Footbridge collapse: three dead">'
    assert headline(extract(page(head=head))) == HEADLINE


def test_heading_that_no_title_vouches_for_is_not_the_headline() -> None:
    html = page(h1="Our summer sale", title="Three dead as footbridge collapses")
    assert headline(extract(html)) == HEADLINE


@pytest.mark.parametrize(
    "title",
    [
        "Three dead as footbridge collapses | The Courier",
        "Three dead as footbridge collapses - The Courier",
        "Three dead as footbridge collapses — The Courier",
        "Three dead as footbridge collapses | World | The Courier",
        "Three dead as footbridge collapses - courier.example",
    ],
)
def test_outlet_is_cut_from_the_title(title: str) -> None:
    head = '<meta property="og:site_name" content="The Courier">'
    assert headline(extract(page(title=title, h1=None, head=head))) == HEADLINE


def test_dash_inside_a_headline_stays() -> None:
    title = "Bridge collapse - three dead, nine hurt"
    assert headline(extract(page(title=title, h1=None))) == title


def test_title_of_the_feed_is_the_fallback() -> None:
    html = page(title="", h1=None)
    assert (
        headline(extract(html, title="Three dead in Calder")) == "Three dead in Calder"
    )


# ------------------------------------------------------------------ facts of the page


def test_dates_come_from_meta_and_json_ld_in_utc() -> None:
    head = (
        '<meta property="article:published_time" content="2026-11-10T08:30:00+01:00">'
        '<script type="application/ld+json">{"@graph": [{"@type": "NewsArticle",'
        ' "datePublished": "2026-11-10", "dateModified": "2026-11-10T09:15:00Z"}]}'
        "</script>"
    )
    document = extract(page(head=head))
    assert document.published_at == datetime(2026, 11, 10, 7, 30, tzinfo=UTC)
    assert document.modified_at == datetime(2026, 11, 10, 9, 15, tzinfo=UTC)


def test_date_of_the_feed_wins() -> None:
    head = '<meta property="article:published_time" content="2026-11-10T08:30:00Z">'
    feed = datetime(2026, 11, 10, 6, 0, tzinfo=UTC)
    assert extract(page(head=head), published_at=feed).published_at == feed


@pytest.mark.parametrize(
    "date", ["yesterday", "0001-01-01T00:00:00Z", "99999-01-01", ""]
)
def test_impossible_dates_are_no_dates(date: str) -> None:
    head = f'<meta property="article:published_time" content="{date}">'
    assert extract(page(head=head)).published_at is None


@pytest.mark.parametrize(
    ("href", "canonical"),
    [
        (
            "https://courier.example/news/bridge",
            "https://courier.example/news/bridge",
        ),
        ("/news/bridge", "https://www.courier.example/news/bridge"),
        ("https://elsewhere.example/news/bridge", None),
        ("https://www.courier.example/", None),
        ("javascript:alert(1)", None),
        ("https://[broken", None),
    ],
)
def test_canonical_url_stays_within_the_outlet(
    href: str, canonical: str | None
) -> None:
    document = extract(page(head=f'<link rel="canonical" href="{href}">'))
    assert document.canonical_url == canonical


def test_language_is_that_of_the_text() -> None:
    german = (
        "Drei Menschen sind beim Einsturz einer Fußgängerbrücke über die Kalder gestorben.",
        "Die Brücke war seit dem Frühjahr für Fahrzeuge gesperrt, teilte der Rat mit.",
        "Taucher suchten den Fluss bis zur Dämmerung ab und bargen zwei Fahrräder.",
    )
    assert extract(page(*german), language="en").language == "de"


def test_language_of_a_short_text_is_the_feed_s() -> None:
    assert extract(page("Bridge down. More soon."), language="nl").language == "nl"


# ------------------------------------------------------------------ corrections


@pytest.mark.parametrize(
    "notice",
    [
        "Correction: An earlier version of this article gave the wrong year.",
        "This article was amended on 11 November 2026 to correct the bridge's age.",
        "An earlier version of this story misstated the number of hangers.",
        "Editor’s note: The council disputes the engineer's account.",
        "Retraction: The Courier withdraws this report and apologises.",
        "Berichtigung: In einer früheren Fassung stand eine falsche Jahreszahl.",
    ],
)
def test_correction_notice_is_found(notice: str) -> None:
    assert extract(page(*BODY, notice)).correction == notice


def test_correction_in_a_box_outside_the_text_is_found() -> None:
    box = (
        "<aside class='note'><p><strong>Correction</strong></p>"
        "<p>The bridge was built in 1911, not in 1921.</p></aside>"
    )
    label = (
        "<p><em><strong>Correction, Nov. 11:</strong> The bridge was built in 1911,"
        " not in 1921.</em></p>"
    )
    assert extract(page(*BODY, label)).correction == (
        "Correction, Nov. 11: The bridge was built in 1911, not in 1921."
    )
    assert extract(page(*BODY, box)).correction == (
        "Correction: The bridge was built in 1911, not in 1921."
    )


def test_link_to_the_corrections_page_is_no_correction() -> None:
    assert extract(page()).correction is None


def test_speech_of_corrections_is_no_correction() -> None:
    line = "The ministry said that an earlier version of the plan had been withdrawn."
    assert extract(page(*BODY, line)).correction is None


# ------------------------------------------------------------------ encodings


@pytest.mark.parametrize(
    ("encoding", "charset", "head"),
    [
        ("utf-8", None, ""),
        ("utf-8", "iso-8859-1", ""),
        ("cp1252", "iso-8859-1", ""),
        ("cp1252", None, '<meta charset="windows-1252">'),
        ("cp1252", None, ""),
        ("utf-16", None, ""),
        ("utf-8-sig", None, ""),
        ("cp1252", "no-such-charset", ""),
    ],
)
def test_text_is_decoded(encoding: str, charset: str | None, head: str) -> None:
    line = "“Überall war Wasser”, sagte die Bäckerin – und 4 € fehlten in der Kasse."
    html = page(*BODY, line, head=head).decode().encode(encoding)
    assert line in extract(html, charset=charset).text


def test_japanese_seven_bit_encoding_is_believed() -> None:
    line = "カルダー川の歩道橋が火曜日の朝に崩落し、三人が死亡したと消防が発表した。"
    html = page(line, line, line, *BODY).decode().encode("iso2022_jp", "ignore")
    assert line in extract(html, charset="iso-2022-jp").text


@pytest.mark.parametrize(
    "html",
    [
        b"",
        b"   ",
        b"\x00\x01\x02\xff\xfe",
        b"<",
        b"<html>",
        b"<!-- -->",
        b"plain words",
    ],
)
def test_no_page_gives_a_document_without_body(html: bytes) -> None:
    document = extract(html, title="A title")
    assert isinstance(document, Document)
    assert len(body(document)) < 20


def test_nul_characters_are_dropped() -> None:
    html = page().replace(b"footbridge", b"foot\0bridge")
    assert extract(html).text == extract(page()).text


# ------------------------------------------------------------------ feeds


def test_entry_s_own_content_is_its_document() -> None:
    html = (
        "<p>Three people were killed, <b>police</b> said.</p><script>x()</script>"
        "<ul><li>Bridge closed</li><li>Trains stopped &amp; buses late</li></ul>"
    )
    document = articles.from_feed(html, "Three dead &amp; nine hurt", language="en")
    assert document.text == (
        "Three dead & nine hurt\nThree people were killed, police said.\n"
        "Bridge closed\nTrains stopped & buses late"
    )
    assert document.headline_end == len("Three dead & nine hurt")
    assert document.from_feed
    assert document.language == "en"


@pytest.mark.parametrize(
    "content", ["", "plain words only", "<", "<!---->", "&#0;", "<?x?>"]
)
def test_any_content_of_an_entry_gives_a_document(content: str) -> None:
    document = articles.from_feed(content, "T")
    assert document.text.startswith("T")


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = (
        "import sys, monitor.articles, monitor.analysis; monitor.analysis.stamp();"
        "print(sorted({'trafilatura', 'spacy', 'lxml', 'py3langid', 'feedparser'}"
        " & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
