"""Articles under several addresses, pages that are not the article, and their facts."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor import articles
from monitor.analysis import Analyst
from monitor.model import Verdict
from tests.corpus import gold_pages
from tests.desk import FIRE, Desk, Item, baseline, desk, page

LONG = (
    *FIRE,
    "The fire began in a store of paint shortly after midnight and spread to two halls.",
    "Neighbours had complained about the smell of solvents for several months.",
    "An inquiry led by the retired judge Omar Selwin will begin on Monday morning.",
)
OTHER = (
    "The river Arl rose by two metres on Friday and flooded the lower market square.",
    "Volunteers filled six thousand bags of sand, the fire brigade said in the evening.",
    "Schools in the eastern districts stay closed until Wednesday at the earliest.",
    "The weather service expects another forty millimetres of rain before Sunday.",
    "Governor Petra Lindqvist asked the neighbouring provinces for pumps and boats.",
)


def canonical(at: Desk, path: str) -> str:
    return f'<link rel="canonical" href="{at.news.url(path)}">'


def kept(at: Desk) -> list[str]:
    """Paths of the articles that stand for themselves."""
    rows = at.rows("SELECT url FROM articles WHERE same_as_article_id IS NULL")
    return sorted(url.removeprefix(at.news.url("")) for (url,) in rows)


@pytest.mark.parametrize(
    ("first", "second", "heads"),
    [
        # the page that names the canonical address is read before that is known
        ("/amp/fire", "/fire", ("/fire", "/fire")),
        ("/amp/fire", "/fire", ("/fire", "")),
        # both name a third
        ("/world/fire", "/europe/fire", ("/fire", "/fire")),
        # renderings that name nothing
        ("/fire", "/fire/print", ("", "")),
        ("/fire/amp", "/fire", ("", "")),
    ],
)
def test_one_page_under_two_addresses_is_one_article(
    at: Desk, first: str, second: str, heads: tuple[str, str]
) -> None:
    for path, named in zip((first, second), heads, strict=True):
        at.publish(path, LONG, head=canonical(at, named) if named else "")
    baseline(at, Item(first))
    at.feed("gazette", Item(first), Item(second))
    at.pass_()
    assert kept(at) == [first]
    assert at.one("SELECT count(*) FROM revisions") == 1
    assert at.told() == []


@pytest.mark.parametrize(
    ("paths", "heads"),
    [
        # all pages of the site name its front page
        (("/1", "/2"), ("/news", "/news")),
        # print pages of two articles
        (("/1", "/2/print"), ("", "")),
        (("/1", "/2"), ("", "")),
    ],
)
def test_different_articles_stay_apart(
    at: Desk, paths: tuple[str, str], heads: tuple[str, str]
) -> None:
    for path, named, text in zip(paths, heads, (LONG, OTHER), strict=True):
        at.publish(path, text, head=canonical(at, named) if named else "")
    baseline(at, *(Item(path, title=path) for path in paths))
    assert kept(at) == sorted(paths)
    assert at.one("SELECT count(*) FROM revisions") == 2


def test_one_text_at_two_places_of_a_site_is_two_articles(at: Desk) -> None:
    # nothing says that they are one page: the story and the wire key join them
    at.publish("/fire", LONG)
    at.publish("/fire-again", LONG)
    baseline(at, Item("/fire"), Item("/fire-again"))
    assert kept(at) == ["/fire", "/fire-again"]
    assert at.one("SELECT count(DISTINCT wire_key) FROM articles") == 1


def test_a_redirect_to_the_home_page_is_no_revision(at: Desk) -> None:
    at.publish("/fire", LONG)
    baseline(at, Item("/fire"))
    told = at.told()
    at.news.put("/", page("Gazette", OTHER))
    at.news.handle("/fire", lambda e: e.send(status=302, headers={"Location": "/"}))
    for _ in range(3):
        at.pass_(after=timedelta(hours=1))
    assert at.one("SELECT count(*) FROM revisions") == 1
    verdict, error, gone = at.rows("SELECT verdict, error, gone_at FROM articles")[0]
    assert (verdict, gone) == ("home", None)
    assert "home page" in error
    assert at.told() == told


def test_what_a_page_says_of_itself_is_stored(at: Desk) -> None:
    def head(modified: str) -> str:
        return (
            '<meta property="article:published_time" content="2026-11-20T08:00:00Z">'
            f'<meta property="article:modified_time" content="{modified}">'
        )

    notice = "Correction: an earlier version of this article misspelt the mayor's name."
    at.publish("/fire", (*LONG, notice), head=head("2026-11-20T08:30:00Z"))
    baseline(at, Item("/fire"))

    def facts() -> Any:
        return at.rows(
            "SELECT a.language, a.modified_at, a.outlet, r.language, r.correction "
            "FROM revisions r JOIN articles a USING (article_id)"
        )

    assert facts() == [("en", "2026-11-20T08:30:00Z", "Gazette", "en", notice)]
    # a new date without a new text is no revision, and is kept
    at.publish("/fire", (*LONG, notice), head=head("2026-11-20T09:40:00Z"))
    at.pass_()
    assert facts() == [("en", "2026-11-20T09:40:00Z", "Gazette", "en", notice)]


def test_the_language_is_that_of_the_text_and_not_of_the_feed(at: Desk) -> None:
    german = (
        (
            "Bei einem Brand in einem Lagerhaus im Hafen von Arlen sind nach Angaben der "
            "Polizei mindestens zwölf Menschen ums Leben gekommen."
        ),
        (
            "Die Feuerwehr suchte die ganze Nacht hindurch nach Vermissten, und die "
            "Bürgermeisterin kündigte an, am Samstag eine Notunterkunft zu öffnen."
        ),
    )
    at.publish("/brand", german, title="Brand in Port Arlen")
    baseline(at, Item("/brand"))
    assert at.rows("SELECT language FROM revisions") == [("de",)]


def test_an_edited_article_is_checked_more_often(
    tmp_path: Path, analyst: Analyst
) -> None:
    from monitor.settings import DEFAULT_TAPER, ChecksConfig

    with desk(tmp_path / "x.db", analyst, checks=ChecksConfig(DEFAULT_TAPER)) as at:
        at.publish("/fire", LONG)
        baseline(at, Item("/fire"))
        at.pass_(after=timedelta(hours=5))
        before = len([p for p in at.news.paths() if p == "/fire"])
        for _ in range(8):
            at.pass_(after=timedelta(minutes=17))
        calm = at.news.paths().count("/fire") - before
        at.publish("/fire", (*LONG, "Firefighters found two more people on Friday."))
        at.pass_(after=timedelta(hours=1, minutes=10))
        before = at.news.paths().count("/fire")
        for _ in range(8):
            at.pass_(after=timedelta(minutes=17))
        assert at.news.paths().count("/fire") - before == 8
        assert calm <= 3


# ------------------------------------------------------------------ real pages


@pytest.mark.long
def test_a_real_page_that_lost_most_of_its_text_is_collapsed(shared: Path) -> None:
    wrong = []
    pages = list(gold_pages(shared))
    assert len(pages) >= 60
    for real in pages[::3]:
        document = extract(real.html, real.url)
        body = document.text[document.headline_end :].strip().split("\n")
        if len(document.text) < 2_500:
            continue
        # a teaser: its first lines, up to a quarter of the text
        kept_lines: list[str] = []
        for line in body:
            if sum(map(len, kept_lines)) + len(line) > len(document.text) / 4:
                break
            kept_lines.append(line)
        html = page("A page", kept_lines).encode()
        short = extract(html, real.url)
        verdict, reason = articles.judge(
            short,
            status=200,
            requested_url=real.url,
            final_url=real.url,
            html=html,
            last_good_length=len(document.text),
        )
        expected = (
            (Verdict.COLLAPSED, Verdict.EMPTY) if kept_lines else (Verdict.EMPTY,)
        )
        if verdict not in expected:
            wrong.append((real.name, verdict, reason))
    assert not wrong


@pytest.mark.long
def test_dates_and_languages_of_real_pages(shared: Path) -> None:
    right, known, languages = 0, 0, 0
    paths = sorted((shared / "corpus" / "publisher_pages").rglob("*.html.gz"))
    assert len(paths) >= 60
    for path in paths:
        document = extract(gzip.decompress(path.read_bytes()), "https://x.example/1")
        languages += document.language is not None
        told = path.with_name(f"{path.name.split('_')[0]}.json")
        dates = list(published(json.loads(told.read_text(encoding="utf-8"))))
        known += bool(dates)
        right += document.published_at is not None and any(
            abs(document.published_at - date) <= timedelta(hours=14) for date in dates
        )
    assert languages == len(paths)
    assert right / known >= 0.9


def extract(html: bytes, url: str) -> articles.Document:
    return articles.extract(
        html, url=url, charset=None, title=None, published_at=None, language=None
    )


def published(node: Any) -> Iterator[datetime]:
    """The publisher's dates of a page, one for each version of its parser."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "publishing_date" and isinstance(value, str):
                date = datetime.fromisoformat(value)
                yield date if date.tzinfo else date.replace(tzinfo=UTC)
            yield from published(value)
