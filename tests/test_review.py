"""The review pages: each page, each form, each action, without a browser."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

pytest.importorskip("datasette", reason="needs the extra `review` (Datasette)")

from monitor.review import server
from monitor.store import confirmations, open_store, silences
from tests import newsroom, store_rows
from tests.cli_calls import call, own_place
from tests.review_desk import Review, review, told_four

ATOM = "{http://www.w3.org/2005/Atom}"
LISTS = ("/", "/stories", "/sources", "/outlets", "/feeds", "/alerts", "/search")


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Review]:
    """Read only: tests that write take `desk`."""
    with review(told_four(tmp_path_factory.mktemp("played"))) as pages:
        yield pages


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Review]:
    with review(told_four(tmp_path)) as pages:
        yield pages


def toll(pages: Review) -> int:
    """The claim whose figure rose."""
    [(number,)] = pages.rows("SELECT claim_id FROM changes WHERE kind = 'figure'")
    return int(number)


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


# ------------------------------------------------------------------ what was read


def test_unread_is_what_came_after_the_last_look(desk: Review) -> None:
    desk.sign_in()
    newest = desk.rows(
        "SELECT max(change_id) FROM changes WHERE disposition <> 'record'"
    )[0][0]
    assert desk.do("look", change=newest - 1).status_code == 303
    page = desk.text("/")
    assert "<strong>1</strong> unread" in page
    assert page.count('<article class="change') == 1
    assert page.count('<article class="change', page.index("All changes")) == 0
    desk.do("look", change=newest)
    assert "You have seen everything" in desk.text("/")
    assert desk.text("/?state=all").count('<article class="change') == 4
    # another reader has an own marker; a browser without a name keeps it itself
    desk.sign_out()
    assert "Everything that was worth telling" in desk.text("/")
    desk.do("look", change=newest)
    assert "You have seen everything" in desk.text("/")
    assert desk.rows("SELECT reader FROM looks") == [("ana",)]


def test_pages_go_on_where_the_last_ended(
    desk: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    from monitor.review import site

    monkeypatch.setattr(site, "EXPORTED", 3)
    for order in ("newest", "importance"):
        path: str | None = f"/changes.json?recorded=1&order={order}"
        seen: list[int] = []
        while path:
            answer = desk.get(path)
            seen += [change["id"] for change in answer.json()]
            link = answer.headers.get("link", "")
            path = link[1 : link.index(">")] if link else None
        assert sorted(seen) == list(range(1, 11)), order


# ------------------------------------------------------------------ actions


def test_acting_needs_a_name_and_the_hidden_field(desk: Review) -> None:
    claim = toll(desk)
    token = desk.token()
    assert desk.do("note", claim=claim, text="x", token=token).status_code == 403
    desk.sign_in()
    for wrong in ("", "nonsense"):
        answer = desk.do("note", claim=claim, text="x", token=wrong)
        assert answer.status_code == 403
    assert desk.get("/-/do/note").status_code == 405
    assert desk.do("explode").status_code == 405
    assert desk.rows("SELECT * FROM notes") == []
    assert "Acknowledge" in desk.text("/")
    desk.sign_out()
    assert "Acknowledge" not in desk.text("/")


def test_a_name_that_ended_or_was_made_up_reads_only(desk: Review) -> None:
    claim = toll(desk)
    for actor in (
        # as Datasette writes an end: seconds in base 62
        desk.datasette.sign({"a": {"id": "bo"}, "e": "1"}, "actor"),
        desk.datasette.sign({"a": {"id": "bo"}}, "csrf"),
        '{"a": {"id": "bo"}}',
        "",
    ):
        desk.sign_out()
        desk.cookies["ds_actor"] = actor
        assert "Acknowledge" not in desk.text("/")
        assert desk.do("note", claim=claim, text="x").status_code == 403
    desk.cookies["ds_actor"] = desk.datasette.sign({"a": {"id": "bo"}}, "actor")
    assert "Acknowledge" in desk.text("/")
    assert desk.do("note", claim=claim, text="x").status_code == 303
    assert desk.rows("SELECT author FROM notes") == [("bo",)]


def test_an_alert_is_acknowledged(desk: Review) -> None:
    desk.sign_in()
    key = desk.rows("SELECT alert_key FROM alerts ORDER BY alert_id")[0][0]
    answer = desk.do("ack", alert=key, note="called them", back="/alerts")
    assert answer.headers["location"] == "/alerts"
    assert f"{key} acknowledged" in desk.text("/alerts")
    [(who,)] = desk.rows("SELECT acknowledged_by FROM alerts WHERE alert_key = ?", key)
    assert who == "ana"
    assert desk.rows("SELECT author, text FROM notes") == [("ana", "called them")]
    assert "acknowledged by ana" in desk.text("/?state=acknowledged")
    desk.do("ack", alert="A-nothing")
    assert "there is no such alert" in desk.text("/")


def test_a_claim_is_pinned_and_noted(desk: Review) -> None:
    desk.sign_in(id="7", name="Bo")
    claim = toll(desk)
    assertion = confirmations.current(desk.store, claim)[0]
    desk.do("pin", assertion=assertion, note="by phone")
    assert desk.rows(
        "SELECT pinned_by FROM assertions WHERE assertion_id = ?", assertion
    ) == [("Bo",)]
    page = desk.text(f"/claim/{claim}")
    assert "Unpin" in page
    assert "by phone" in page
    desk.do("unpin", assertion=assertion)
    desk.do("pin", claim=claim)
    desk.do("note", claim=claim, text="ask the harbour master")
    assert "ask the harbour master" in desk.text(f"/claim/{claim}")
    for form in ({"claim": 999}, {"claim": "x"}, {"assertion": 999}):
        desk.do("pin", **form)
        assert "there is no" in desk.text("/")
    desk.do("note", claim=claim, text="  ")
    assert "there is no text" in desk.text("/")


def test_what_is_like_a_change_is_silenced(desk: Review) -> None:
    desk.sign_in()
    form = {"choice": f"claim={toll(desk)}", "for": "2h", "reason": "known"}
    desk.do("silence", **form)
    [one] = silences.listed(desk.store)
    assert (one.author, one.reason) == ("ana", "known")
    assert one.matchers[0].values == (str(toll(desk)),)
    for wrong, why in (
        ({"reason": ""}, "needs a reason"),
        ({"for": "99d"}, "a minute to a month"),
        ({"for": "soon"}, "soon"),
        ({"choice": "password=1"}, "say what is to be silenced"),
    ):
        desk.do("silence", **{**form, **wrong})
        assert why in desk.text("/")
    desk.do("expire", silence=one.silence_id)
    assert not silences.listed(desk.store, ending_after=datetime.now(UTC))


def test_what_a_silence_withheld_is_listed(desk: Review) -> None:
    claim = toll(desk)
    assert desk.text("/?state=silenced").count('<article class="change') == 0
    with desk.store.writing() as db:
        db.execute(
            "UPDATE alert_changes SET withheld = 'silence 1 by ana: known' "
            "WHERE change_id = (SELECT change_id FROM changes WHERE kind = 'figure')"
        )
    page = desk.text("/?state=silenced")
    assert page.count('<article class="change') == 1
    assert "withheld: silence 1 by ana: known" in page
    [found] = json.loads(desk.text("/changes.json?state=silenced"))
    assert found["claim_id"] == claim
    assert "/?state=silenced" in desk.text("/alerts")


def test_claims_are_merged_and_split(desk: Review) -> None:
    desk.sign_in()
    claim = toll(desk)
    [other] = [
        row[0]
        for row in desk.rows("SELECT claim_id FROM claims WHERE text LIKE '%injured'")
    ]
    page = desk.text(f"/claim/{claim}")
    assert "not merged because" in page
    before = confirmations.current(desk.store, other)
    desk.do("merge", claim=claim, other=other, note="one fire")
    page = desk.text(f"/claim/{other}")
    assert f"Claim {other} was merged into this one" in page
    assert f"Claim {other} was merged into claim {claim}: one fire" in page
    desk.do("split", claim=claim, note="no", **{f"a{a}": 1 for a in before})
    assert confirmations.current(desk.store, other) == before
    assert "merged into this one" not in desk.text(f"/claim/{other}")
    desk.do("split", claim=claim)
    assert "split off some of its" in desk.text("/")
    desk.do("merge", claim=claim, other=claim)
    assert "are one already" in desk.text("/")


def test_a_search_is_kept_and_dropped(desk: Review) -> None:
    desk.sign_in()
    desk.do("keep", name="tolls", address="/search?q=killed")
    assert 'href="/search?q=killed">tolls</a>' in desk.text("/")
    [(number,)] = desk.rows("SELECT search_id FROM searches")
    desk.do("drop", search=number)
    assert "tolls" not in desk.text("/search")


@pytest.mark.parametrize(
    "back",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "x",
        "",
        "/\r\nA: b",
    ],
)
def test_an_action_leads_back_to_our_pages_only(desk: Review, back: str) -> None:
    desk.sign_in()
    answer = desk.do("look", change=1, back=back)
    assert answer.headers["location"] == "/"


def test_a_locked_database_is_an_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.store.database.BUSY_SECONDS", 0.05)
    with review(told_four(tmp_path)) as pages:
        pages.sign_in()
        pages.do("note", claim=1, text="before")
        with pages.store.writing():
            # another program writes for long: reading goes on, acting says so
            assert pages.get("/").status_code == 200
            answer = pages.do("note", claim=1, text="x")
            assert answer.status_code == 503
            assert "the database is locked by another program" in answer.text
        assert pages.rows("SELECT text FROM notes") == [("before",)]


# ------------------------------------------------------------------ who may ask


def test_every_answer_carries_the_policy(played: Review) -> None:
    for path in (
        "/",
        "/claim/1",
        "/changes.csv",
        "/claimwatch",
        "/nothing",
        "/claim/999",
    ):
        headers = played.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


def test_another_name_for_this_machine_is_refused(played: Review) -> None:
    assert played.get("/", host="evil.example").status_code == 421
    assert played.get("/", host="127.0.0.1:8765").status_code == 200
    assert played.get("/", host="[::1]:8765").status_code == 200


def test_what_others_can_reach_needs_a_name(tmp_path: Path) -> None:
    options = server.Options(host="0.0.0.0", hosts=("desk.example",))
    with review(told_four(tmp_path), options=options) as pages:
        for path in (
            "/",
            "/claim/1",
            "/changes.atom",
            "/claimwatch",
            "/claimwatch/claims",
        ):
            assert pages.get(path, host="desk.example").status_code == 403, path
        pages.sign_in()
        assert pages.get("/", host="desk.example").status_code == 200
        assert pages.get("/", host="other.example").status_code == 421


def test_titles_are_text(tmp_path: Path) -> None:
    database = tmp_path / "claimwatch.db"
    hostile = '<script>alert(1)</script> "onload=x {{7*7}} \u202eevil'
    with open_store(database) as store:
        store_rows.add_article(store)
        with store.writing() as db:
            db.execute(
                "UPDATE articles SET url = 'javascript:alert(1)', title = ?", (hostile,)
            )
    with review(database) as pages:
        page = pages.text("/article/1")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "\u202e" not in page
    assert 'href="javascript:' not in page
    assert "49" not in page.split("<h1", 1)[1].split("</h1>")[0]


# ------------------------------------------------------------------ the command


def test_one_sqlite_library_in_the_process(tmp_path: Path) -> None:
    """Two copies of SQLite on one file cancel each other's locks."""
    pytest.importorskip("pysqlite3", reason="only the system's SQLite is there")
    database = told_four(tmp_path)
    program = f"""
import asyncio, sys
from pathlib import Path
from monitor.clock import SystemClock
from monitor.review import server
from monitor.settings import Config
built = server.build(Config(database=Path({str(database)!r})), server.Options(),
    clock=SystemClock(), owner="ana")
async def ask():
    await built.invoke_startup()
    for path in ("/", "/claimwatch", "/claimwatch/claims"):
        print((await built.client.get(path)).status_code)
asyncio.run(ask())
print("pysqlite3._sqlite3" in sys.modules, "_sqlite3" in sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[1],
    )
    assert done.stdout.split() == ["200", "200", "200", "True", "False"]


def test_without_the_extra_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_place(tmp_path, monkeypatch)
    newsroom.write_config(tmp_path)
    monkeypatch.setattr("monitor.cli.review.find_spec", lambda name: None)
    done = call("review")
    assert done.exit_code == 1
    assert 'pip install "claimwatch[review]"' in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_what_can_not_be_served_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    own_place(tmp_path, monkeypatch)
    newsroom.write_config(tmp_path)
    done = call("review")
    assert done.exit_code == 4
    assert "there is no database yet" in done.stderr
    told_four(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = call("review", "--port", taken.getsockname()[1])
    assert done.exit_code == 1
    assert "can't listen on 127.0.0.1" in done.stderr
    (tmp_path / "broken.yaml").write_text("a: [")
    done = call("review", "--metadata", tmp_path / "broken.yaml")
    assert done.exit_code == 3
