"""show and explain, on known rows and on a played story."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.store import Store, open_store, outbox
from tests.cli_calls import good, objects, refused
from tests.store_rows import (
    QUOTE,
    URL,
    add_change,
    add_claim,
    change,
    placement,
)

pytestmark = pytest.mark.usefixtures("place")


# ------------------------------------------------------------------ show


@pytest.mark.parametrize("words", [["1"], ["claim", "1"], ["claim:1"], ["#1"]])
def test_a_claims_trail(known: Store, words: list[str]) -> None:
    text = good("show", *words)
    assert f"«{QUOTE}», the fire service said." in text
    assert "revision 1 [13:63]" in text
    assert "Figure up: 12 → 19 people" in text
    assert "recorded only" in text
    assert "#1 hook: sent" in text
    [found] = objects("show", *words)
    assert found["is"] == "claim"
    assert [c["kind"] for c in found["changes"]] == ["figure", "reworded"]
    assert found["changes"][0]["alerts"][0]["deliveries"][0]["status"] == "sent"
    assert found["sightings"][0]["quote"] == QUOTE


@pytest.mark.parametrize("words", [["c1"], ["change", "1"], ["change:1"], ["C1"]])
def test_a_changes_trail(known: Store, words: list[str]) -> None:
    text = good("show", *words)
    assert "Change c1 of claim 1" in text
    assert "#1 hook: sent" in text
    [found] = objects("show", *words)
    assert (found["is"], found["id"], found["of"]["id"]) == ("change", 1, 1)


def test_an_alerts_trail_by_any_beginning_of_its_key(known: Store) -> None:
    [row] = objects("changes")
    key = row["alert_id"]
    for words in ([key], [key[:5]], [key.lower()], ["alert", key]):
        text = good("show", *words)
        assert key in text
        assert "hook: sent" in text
    [found] = objects("show", key)
    assert [c["id"] for c in found["changes"]] == [1]
    assert found["deliveries"][0]["tries"][0]["detail"] == "sent"


def test_unknown_ids_are_named_in_one_line(known: Store) -> None:
    assert "no claim 99" in refused(2, "show", "99")
    assert "no change c99" in refused(2, "show", "c99")
    assert "no alert A-0000" in refused(2, "show", "A-0000")
    assert "is not an id" in refused(2, "show", "the", "fire")
    assert "is not an id" in refused(2, "show", "9" * 40)
    assert "is not an id" in refused(2, "show", "\udcff")


def test_a_beginning_of_several_keys_lists_them(known: Store) -> None:
    with known.writing() as db:
        for key in ("A-ff00", "A-ff01"):
            db.execute(
                "INSERT INTO alerts (alert_key, route, group_key, created_at, flush_at)"
                " VALUES (?, 'all', '', '2031', '2031')",
                (key,),
            )
    assert "A-ff00, A-ff01" in refused(2, "show", "A-ff")


# ------------------------------------------------------------------ explain


def test_an_article_is_explained_from_entry_to_delivery(known: Store) -> None:
    text = good("explain", URL)
    for part in (
        "Listed by",
        "gazette",
        "next check",
        "Revisions",
        "fire service, reported",
        "Figure up",
        "recorded only: because it is a test",
        "#1 hook: sent",
    ):
        assert part in text
    [found] = objects("explain", URL)
    assert found["entries"][0]["feed"] == "gazette"
    assert [c["why_not_sent"] for c in found["changes"]] == [
        None,
        "because it is a test",
    ]
    assert found["next_check_why"] == "at this age every 15m"


@pytest.mark.parametrize(
    "spelling",
    [
        "gazette.example/fire",
        "http://gazette.example/fire",
        "https://GAZETTE.example/fire?utm_source=feed#top",
    ],
)
def test_an_article_is_found_by_any_spelling(known: Store, spelling: str) -> None:
    assert objects("explain", spelling)[0]["url"] == URL


def test_what_is_not_known_is_said(known: Store) -> None:
    assert "no feed has listed" in refused(1, "explain", "https://gazette.example/no")
    assert "is the feed" in refused(1, "explain", "https://gazette.example/feed")
    with known.writing() as db:
        db.execute("INSERT INTO tombstones VALUES ('https://o.example/', '2031-02-03')")
    assert "removed by retention on 2031-02-03" in refused(
        1, "explain", "https://o.example/"
    )
    assert "give an article's URL" in refused(2, "explain")
    assert "give an article's URL" in refused(2, "explain", "c1", "--text", "x")
    assert "is not an id" in refused(2, "explain", "nonsense")


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("UPDATE articles SET gone_at = '2031'", "never: the page is gone"),
        ("UPDATE articles SET next_check_at = NULL", "never: it is too old"),
        ("UPDATE articles SET last_checked_at = NULL", "not checked yet"),
        ("UPDATE articles SET failures = 2", "2 failures in a row"),
    ],
)
def test_why_the_next_check_is_when_it_is(known: Store, sql: str, why: str) -> None:
    with known.writing() as db:
        db.execute(sql)
    assert why in objects("explain", URL)[0]["next_check_why"]


def test_a_change_is_explained_from_the_entry_on(played: Path) -> None:
    with open_store(played, read_only=True) as store:
        row = store.one(
            "SELECT c.change_id, f.name, r.number FROM changes c "
            "JOIN revisions r USING (revision_id) "
            "JOIN entries e ON e.article_id = c.article_id JOIN feeds f USING (feed_id) "
            "WHERE c.kind = 'figure' LIMIT 1"
        )
    assert row is not None
    change_id, feed, number = row
    assert number > 1
    text = good("explain", f"c{change_id}")
    assert f"listed  {feed}, " in text
    assert text.count(f"read    revision {number}, fetched ") == 1
    [found] = objects("explain", f"c{change_id}")
    assert found["origin"][0]["feed"] == feed
    assert found["origin"][0]["revision"] == number


def test_what_was_not_sent_is_explained(known: Store) -> None:
    claim_id = add_claim(known)
    add_change(known, change(claim_id), placement("a", group="one"))
    add_change(known, change(claim_id), disposition="alert")
    add_change(
        known, change(claim_id), placement("b", group="two"), disposition="digest"
    )
    outbox.drop(known, [3])
    cases = {
        "c2": "because it is a test",
        "c3": "waits for its group",
        "c4": "no route took it",
        "c5": "not delivered: b dropped",
    }
    for words, why in cases.items():
        assert why in good("explain", words)
        assert why in objects("explain", words)[0]["why_not_sent"]
    assert objects("explain", "c1")[0]["why_not_sent"] is None
    assert [row["id"] for row in objects("explain", "claim", "1")] == [1, 2]


def test_a_sentence_is_explained(place: Path) -> None:
    text = "At least 12 people were killed in the fire, the fire service said."
    shown = good("explain", "--text", text)
    assert "at least 12 people" in shown
    assert "fire service" in shown
    [found] = objects("explain", "--text", "-", stdin=text)
    assert found["quantities"][0]["minimum"] == 12
    assert found["certainty"] == "reported"
    assert text[found["start"] : found["end"]] == found["quote"]
    assert "there is no text" in refused(2, "explain", "--text", " ")
    assert not (place / "claimwatch.db").exists()
