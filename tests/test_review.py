"""The review pages: each page and each form, without a browser."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

pytest.importorskip("datasette", reason="needs the extra `review` (Datasette)")

from monitor.store import open_store
from tests.review_desk import Review, review, told_four, toll

ATOM = "{http://www.w3.org/2005/Atom}"
LISTS = ("/", "/stories", "/sources", "/outlets", "/feeds", "/alerts", "/search")


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Review]:
    """Read only: tests that write take `desk`."""
    with review(told_four(tmp_path_factory.mktemp("played"))) as pages:
        yield pages


# ------------------------------------------------------------------ pages


def test_now_shows_before_and_after(played: Review) -> None:
    page = played.text("/")
    assert "<del>12</del>" in page
    assert "<ins>19</ins>" in page
    assert "+58 %" in page
    assert "<del>reportedly</del>" in page
    assert "unread" in page
    # what was only recorded is left out until asked for
    assert "recorded only" not in page
    assert "recorded only" in played.text("/?recorded=1")


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ("kind=figure", ["figure"]),
        ("kind=removed&topic=fire", ["removed"]),
        ("source=fire+service", ["figure", "new"]),
        ("outlet=Herald", []),
        ("outlet=Herald&recorded=1", ["new"]),
        ("severity=critical", []),
        ("topic=nothing", []),
        ("since=1m", []),
        ("until=2020-01-01", []),
        ("state=acknowledged", []),
        ("state=silenced", []),
        ("state=open&kind=certainty", ["certainty"]),
        (
            "kind=nonsense&severity=normal&kind=",
            ["removed", "certainty", "figure", "new"],
        ),
        ("order=importance&kind=figure", ["figure"]),
    ],
)
def test_changes_are_filtered(played: Review, query: str, kinds: list[str]) -> None:
    found = json.loads(played.text(f"/changes.json?{query}"))
    assert [change["kind"] for change in found] == kinds


def test_nonsense_in_a_filter_is_named(played: Review) -> None:
    page = played.text("/?kind=louder&since=whenever&from=zzz-9")
    assert "there is no kind &#34;louder&#34;" in page
    assert "is no time such as" in page


def test_a_claim_shows_all_that_is_known_of_it(played: Review) -> None:
    page = played.text(f"/claim/{toll(played)}")
    assert "fire service" in page
    assert '<svg viewBox="0 0' in page
    assert "fire service: at least 12 people → at least 19 people" in page
    assert "Figure up" in page
    assert "Fire kills 12 in Port Arlen" in page
    assert "1 independent source" in page


def test_a_claim_that_many_state_is_cut_and_counted(
    desk: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    from monitor.review.pages import claim as claim_page
    from monitor.store.review import claim as claim_store

    number = toll(desk)
    others = desk.rows("SELECT claim_id FROM assertions WHERE outlet = 'Herald'")
    desk.sign_in()
    desk.do("merge", claim=number, other=others[0][0])
    whole = desk.text(f"/claim/{number}")
    assert "in 2 articles" in whole
    assert "more assertion" not in whole
    monkeypatch.setattr(claim_page, "VOICES", 1)
    monkeypatch.setattr(claim_store, "CARRIERS", 1)
    page = desk.text(f"/claim/{number}")
    assert "in 2 articles" in page
    assert "and 1 more article" in page
    assert "more assertion" in page
    assert f"/claimwatch/assertions?claim_id={number}" in page
    # the other forms hold all
    assert len(desk.get(f"/claim/{number}.json").json()["assertions"]) > 1


def test_an_article_compares_its_revisions(played: Review) -> None:
    [(number,)] = played.rows("SELECT article_id FROM articles WHERE url LIKE '%fire%'")
    page = played.text(f"/article/{number}")
    assert "Revision 1 → 2" in page
    assert "3 sentences changed" in page
    assert (
        "<del>The warehouse belonged to the shipping company Norrin Lines.</del>"
        in page
    )
    assert 'class="claim k-figure"' in page
    assert "https://web.archive.org/web/*/http://127.0.0.1" in page
    assert 'class="sides"' in played.text(f"/article/{number}?old=1&new=2&side=1")
    # a revision alone, and numbers that are none
    assert "Revision 1 →" not in played.text(f"/article/{number}?new=1&old=1")
    assert "Text of revision 2" in played.text(f"/article/{number}?new=99&old=98")


def test_a_story_puts_figures_side_by_side(played: Review) -> None:
    [(number,)] = played.rows(
        "SELECT story_id FROM claims WHERE claim_id = ?", toll(played)
    )
    page = played.text(f"/story/{number}")
    assert "Figures side by side" in page
    assert "at least 19 people" in page
    assert "Chronology" in page


def test_alerts_show_what_was_sent_and_why(played: Review) -> None:
    [(key,)] = played.rows(
        "SELECT alert_key FROM alerts a JOIN alert_changes USING (alert_id) "
        "JOIN changes USING (change_id) WHERE kind = 'figure'"
    )
    page = played.text(f"/alert/{key}")
    assert "As it reads" in page
    assert "hook: sent" in page
    assert "Taken because" in page
    assert key in played.text("/alerts?status=sent")
    assert key not in played.text("/alerts?status=dead")


def test_a_change_says_why_it_was_or_was_not_sent(played: Review) -> None:
    rows = dict(
        played.rows("SELECT disposition, max(change_id) FROM changes GROUP BY 1")
    )
    assert "Why it was sent" in played.text(f"/change/{rows['alert']}")
    page = played.text(f"/change/{rows['record']}")
    assert "Why it was not sent" in page
    assert "not check-worthy" in page


def test_sources_outlets_and_feeds(played: Review) -> None:
    assert "fire service" in played.text("/sources")
    assert "Gazette" in played.text("/outlets")
    page = played.text("/source/fire%20service")
    assert "What it said last" in page
    assert "at least 19 people" in page
    assert "Feeds" in played.text("/outlet/Gazette")
    assert "2 of 2 feeds blind" in played.text("/feeds")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=leak", "<mark>leak</mark>"),
        ("q=kill*&in=claims", "<mark>killed</mark>"),
        ("q=%22gas+leak%22", "<mark>gas leak</mark>"),
        ("q=warehouse&in=articles", "<mark>warehouse</mark>"),
        ("q=unheard-of", "Nothing holds"),
        ("q=%22+OR+NEAR%28+%2A+%3A", "Nothing holds"),
        ("q=", "All words must occur"),
    ],
)
def test_words_are_found_and_marked(played: Review, query: str, found: str) -> None:
    assert found in played.text(f"/search?{query}")


def test_topic_lists_its_stories(played: Review) -> None:
    page = played.text("/topic/fire")
    assert "Fire kills 12 in Port Arlen" in page
    assert played.get("/topic/unknown").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/claim/999",
        "/article/999",
        "/story/999",
        "/change/999",
        "/alert/A-00000000",
        "/source/nobody",
        "/claim/999.json",
        "/feeds.atom",
        f"/claim/{10**17}",
    ],
)
def test_what_is_not_there_is_404(played: Review, path: str) -> None:
    assert played.get(path).status_code == 404


def test_an_empty_database_says_what_will_come(tmp_path: Path) -> None:
    open_store(tmp_path / "claimwatch.db").close()
    with review(tmp_path / "claimwatch.db") as pages:
        for path in LISTS:
            assert "<h1>" in pages.text(path)
        page = pages.text("/")
        assert "No change so far" in page
        assert "claimwatch feeds add" in page
        assert pages.text("/changes.csv") == ""
        feed = ET.fromstring(pages.text("/changes.atom"))  # noqa: S314
        assert feed.tag == f"{ATOM}feed"


def test_tables_remain_datasettes(played: Review) -> None:
    assert "change_history" in played.text("/claimwatch")
    assert "Gazette" in played.text("/claimwatch/feeds")
    answer = played.get("/claimwatch/claim_timeline.json?_shape=array")
    assert answer.json()[0]["claim"]


# ------------------------------------------------------------------ other forms


@pytest.mark.parametrize("path", ["/changes", "/topic/fire", "/outlet/Gazette"])
def test_lists_are_csv_json_and_atom(played: Review, path: str) -> None:
    rows = list(csv.DictReader(io.StringIO(played.text(f"{path}.csv"))))
    assert {"kind", "before_value", "after_value", "article_url"} <= set(rows[0])
    found = json.loads(played.text(f"{path}.json"))
    found = found["changes"] if isinstance(found, dict) else found
    assert [row["change_id"] for row in rows] == [str(change["id"]) for change in found]
    feed = ET.fromstring(played.text(f"{path}.atom"))  # noqa: S314
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == len(rows)
    for entry in entries:
        for part in ("id", "title", "updated", "summary"):
            element = entry.find(ATOM + part)
            assert element is not None
            assert element.text
        link = entry.find(f"{ATOM}link")
        assert link is not None
        assert link.get("href", "").startswith("http://localhost/change/")


@pytest.mark.parametrize(
    "path", ["/stories", "/sources", "/outlets", "/feeds", "/alerts", "/search"]
)
def test_other_lists_are_csv_and_json(played: Review, path: str) -> None:
    query = "?q=fire" if path == "/search" else ""
    rows = list(csv.DictReader(io.StringIO(played.text(f"{path}.csv{query}"))))
    found = json.loads(played.text(f"{path}.json{query}"))
    assert len(rows) == len(found) > 0


def test_a_claim_has_the_shape_of_a_claim_review(played: Review) -> None:
    answer = played.get(f"/claim/{toll(played)}.jsonld")
    assert answer.headers["content-type"].startswith("application/ld+json")
    found = answer.json()
    assert found["@context"] == "https://schema.org"
    assert found["@type"] == "ClaimReview"
    assert "killed" in found["claimReviewed"]
    assert found["itemReviewed"]["@type"] == "Claim"
    assert found["itemReviewed"]["author"] == [
        {"@type": "Organization", "name": "fire service"}
    ]
    assert found["itemReviewed"]["firstAppearance"]["publisher"]["name"] == "Gazette"
    assert "at least 19 people" in found["reviewBody"]
    # we report who says what; a verdict is not ours
    assert "reviewRating" not in found


# The properties that schema.org gives these types, as far as we use them.
_TEXT = (str,)
SCHEMA: dict[str, dict[str, tuple[Any, ...]]] = {
    "ClaimReview": {
        "url": _TEXT,
        "claimReviewed": _TEXT,
        "datePublished": _TEXT,
        "dateModified": _TEXT,
        "author": ("Organization", "Person"),
        "reviewBody": _TEXT,
        "itemReviewed": ("Claim",),
    },
    "Claim": {
        "text": _TEXT,
        "author": ("Organization", "Person"),
        "citation": ("CreativeWork",),
        "appearance": ("NewsArticle",),
        "firstAppearance": ("NewsArticle",),
    },
    "NewsArticle": {
        "url": _TEXT,
        "headline": _TEXT,
        "publisher": ("Organization",),
        "dateCreated": _TEXT,
    },
    "Organization": {"name": _TEXT, "url": _TEXT},
    "CreativeWork": {"name": _TEXT},
}


def wrong(node: dict[str, Any], where: str = "") -> list[str]:
    """What of a JSON-LD node schema.org does not know."""
    known = SCHEMA[node["@type"]]
    found = []
    for key, value in node.items():
        if key.startswith("@"):
            continue
        at = f"{where}/{node['@type']}.{key}"
        if key not in known:
            found.append(f"{at}: unknown")
            continue
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                if one["@type"] not in known[key]:
                    found.append(f"{at}: no {one['@type']}")
                found += wrong(one, at)
            elif str not in known[key]:
                found.append(f"{at}: no text")
            elif key.startswith("date"):
                datetime.fromisoformat(one)
            elif key == "url" and "://" not in one:
                found.append(f"{at}: {one}")
    return found


def test_every_claim_review_uses_schema_orgs_words(desk: Review) -> None:
    with desk.store.writing() as db:
        db.execute("UPDATE sources SET kind = 'document' WHERE name = 'fire service'")
    for (claim,) in desk.rows("SELECT claim_id FROM claims"):
        assert wrong(desk.get(f"/claim/{claim}.jsonld").json()) == [], claim
    found = desk.get(f"/claim/{toll(desk)}.jsonld").json()
    assert found["itemReviewed"]["citation"][0]["name"] == "fire service"
    # and the check can fail
    found["itemReviewed"]["author"] = [{"@type": "CreativeWork", "title": "x"}]
    assert len(wrong(found)) == 2


def test_a_cell_is_never_a_formula(tmp_path: Path) -> None:
    from monitor.review.exports import as_csv

    [_, row] = list(
        csv.reader(io.StringIO(as_csv([{"a": "=1+1", "b": "@x", "c": -2}])))
    )
    assert row == ["'=1+1", "'@x", "-2"]
