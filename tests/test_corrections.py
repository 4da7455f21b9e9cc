"""What users merge and split: stored, found again, and kept by the matcher."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.claims import match, near
from monitor.errors import UsageError
from monitor.store import Store, claims, corrections, open_store, reading, retention
from tests import newsroom
from tests.claim_mentions import killed, stored
from tests.cli_calls import good, objects, own_place, refused
from tests.newsroom import OLD, WEATHER, Newsroom
from tests.store_rows import NOON, add_article, add_claim, mention

HOUR = timedelta(hours=1)
CRASH = ("/crash.html", "Ferry accident off Port Arlen")
WEATHER_ENTRY = (OLD, "Weather stays mild")
BODY = "At least {} people were killed in the accident in Port Arlen, {} said."


def two(store: Store) -> tuple[int, int]:
    """Two claims of two stories: a toll, and a count in other words."""
    article = add_article(store)
    one = add_claim(store, article=article, keys=("e:port arlen", "m:killed/person"))
    other = mention(
        "12 bodies were found in the Norrin warehouse",
        measure="found/body",
        entities=("Norrin",),
    )
    return one, add_claim(store, other, article=article, keys=("e:norrin",))


def merged(store: Store, kept: int, gone: int) -> int:
    with store.writing() as db:
        return corrections.merge(db, kept, gone, by="ana", note="one count", now=NOON)


def parted(store: Store, claim_id: int, *assertions: int) -> int:
    with store.writing() as db:
        return corrections.split(
            db, claim_id, assertions, by="ana", note="two fires", now=NOON
        )


# ------------------------------------------------------------------ the store


def test_a_merged_claim_is_found_by_either_id(store: Store) -> None:
    one, other = two(store)
    assert merged(store, one, other) == one
    found = reading.claim(store, other)
    assert found is not None
    assert found.claim_id == one
    assert [a.quote for a in found.assertions] == [
        mention().quote,
        "12 bodies were found in the Norrin warehouse",
    ]
    assert [c.claim_id for c in reading.list_claims(store, reading.ClaimFilter())] == [
        one
    ]
    [done] = corrections.of_claim(store.db, other)
    assert (done.kind, done.author, done.note) == ("merge", "ana", "one count")
    with pytest.raises(UsageError, match="one already"):
        merged(store, other, one)
    with pytest.raises(UsageError, match="no claim 99"):
        merged(store, one, 99)


def test_a_merged_claim_keeps_the_measure_that_finds_it(store: Store) -> None:
    one, other = two(store)
    merged(store, one, other)
    known = claims.assertions_of(store.db, [other])
    assert [(a.claim_id, a.measure) for a in known] == [
        (one, "killed/person"),
        (one, "found/body"),
    ]
    bodies = mention(
        "15 bodies were found in the Norrin warehouse",
        count=15,
        measure="found/body",
        entities=("Norrin",),
    )
    found = match.match(bodies, known, story_id=None)
    assert found.claim_id == one
    # the user said that both count one thing, so they are compared
    assert {a.measure for a in near.as_one(bodies, known)} == {"found/body"}
    assert {a.measure for a in near.as_one(bodies, known[:1])} == {"killed/person"}


def test_what_a_merge_brought_goes_back_to_its_id(store: Store) -> None:
    one, other = two(store)
    before = store.all("SELECT * FROM assertions ORDER BY assertion_id")
    merged(store, one, other)
    assert parted(store, one, 2) == other
    assert [tuple(row) for row in before] == [
        tuple(row) for row in store.all("SELECT * FROM assertions ORDER BY 1")
    ]
    found = reading.claim(store, other)
    assert found is not None
    assert found.claim_id == other
    assert corrections.apart(store.db) == {frozenset((one, other))}
    # the last word counts
    merged(store, one, other)
    assert corrections.apart(store.db) == frozenset()


def test_merges_of_merges_end_in_one_claim(store: Store) -> None:
    one, other = two(store)
    third = add_claim(store, mention("3 firefighters died", count=3), keys=())
    merged(store, other, third)
    merged(store, one, other)
    assert corrections.resolve(store.db, third) == one
    assert parted(store, one, 2) == other
    assert corrections.resolve(store.db, third) == one


def test_a_split_takes_some_of_the_assertions(store: Store) -> None:
    one, other = two(store)
    merged(store, one, other)
    with pytest.raises(UsageError, match="no assertion a7"):
        parted(store, one, 7)
    with pytest.raises(UsageError, match="not all"):
        parted(store, one, 1, 2)
    with pytest.raises(UsageError, match="not none"):
        parted(store, one)
    assert corrections.of_claim(store.db, one)[-1].kind == "merge"


def test_retention_keeps_the_id_of_a_merged_claim(store: Store) -> None:
    one, other = two(store)
    merged(store, one, other)
    gone = add_article(store, "https://gazette.example/old", now=NOON - 99 * HOUR)
    store.db.execute(
        "UPDATE articles SET next_check_at = NULL WHERE article_id = ?",
        (gone.article_id,),
    )
    store.db.execute("DELETE FROM entries WHERE article_id = ?", (gone.article_id,))
    done = retention.prune(store, articles_before=NOON, deliveries_before=NOON)
    assert done.articles == 1
    assert corrections.resolve(store.db, other) == one


# ------------------------------------------------------------------ the matcher


def test_what_a_user_told_apart_is_decided_by_what_tells_it_apart() -> None:
    ferry = stored(killed(12, "coast guard"), 1, claim_id=1)
    fire = stored(killed(30, "fire service"), 2, claim_id=2)
    apart = frozenset({frozenset((1, 2))})
    known = [ferry, fire]

    def taken(said: match.Mention) -> int | None:
        return match.match(said, known, story_id=1, apart=apart).claim_id

    assert taken(killed(31, "fire service")) == 2
    assert taken(killed(31, "police")) == 2
    assert taken(killed(12, "police")) == 1
    assert taken(killed(13, "coast guard")) == 1
    # words weigh more than who says it or how many
    worded = replace(
        ferry, text="12 people were killed on the ferry in the fire in Orland"
    )
    said = replace(
        killed(31, "fire service"),
        text="31 people were killed on the ferry, in the fire in Orland",
    )
    found = match.match(said, [fire, worded], story_id=1, apart=apart)
    assert found.claim_id == 1
    # without the user's word both are equally good, and the first is taken
    assert match.match(killed(31), known, story_id=1).claim_id == 1
    lost = next(
        c
        for c in match.match(
            killed(31, "police"), known, story_id=1, apart=apart
        ).considered
        if c.claim_id == 1
    )
    assert lost.lost is not None
    assert "told them apart" in lost.lost


def _count(room: Newsroom, count: int, source: str) -> None:
    room.publish(
        *CRASH,
        [
            "A ferry hit the pier of Port Arlen on Friday.",
            BODY.format(12, "the fire service"),
            BODY.format(count, source),
        ],
    )
    room.list_in("/g.xml", CRASH, WEATHER_ENTRY)
    room.step()


def _lead(room: Newsroom) -> None:
    room.publish(*WEATHER_ENTRY, WEATHER)
    for feed in ("/g.xml", "/h.xml"):
        room.list_in(feed, WEATHER_ENTRY)
    room.step()


def test_a_split_holds_in_the_next_article(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two counts of one story that the engine takes for one are kept apart.

    `explain` says so, with the scores of both.
    """
    with newsroom.newsroom(tmp_path / "claimwatch.db") as room:
        _lead(room)
        _count(room, 40, "the coast guard")
        store = room.service.store
        said = store.all(
            "SELECT a.assertion_id, a.claim_id, s.name FROM assertions a "
            "JOIN sources s USING (source_id) WHERE a.value_min IN (12, 40) "
            "ORDER BY a.assertion_id"
        )
        [(first, claim, _), (second, same, _)] = [tuple(row) for row in said]
        assert claim == same
        made = parted(store, claim, second)
        third = ("/third.html", "Coast guard raises ferry toll")
        room.publish(
            *third,
            [
                BODY.format(43, "the coast guard"),
            ],
        )
        room.list_in("/h.xml", third, WEATHER_ENTRY)
        room.step()
        row = store.one("SELECT claim_id FROM assertions WHERE value_min = 43")
        assert row is not None
        assert row[0] == made
        told = store.all("SELECT kind, claim_id FROM changes WHERE kind = 'figure'")
        assert [tuple(row) for row in told] == [("figure", made)]
        assert first != second
        [change] = store.all("SELECT change_id FROM changes WHERE kind = 'figure'")
        taken, lost, *_ = corrections.near_change(store.db, change[0])
        assert (taken.claim_id, taken.lost) == (made, None)
        assert lost.claim_id == claim
        assert "a user told them apart" in (lost.lost or "")
    own_place(tmp_path, monkeypatch)
    newsroom.write_config(tmp_path)
    shown = good("explain", f"c{change[0]}")
    assert f"claim {made}  {taken.score:.2f}  taken" in shown
    assert f"claim {claim}  {lost.score:.2f}  not merged: a user told them" in shown
    [found] = objects("explain", f"c{change[0]}")
    assert [n["claim_id"] for n in found["compared_with"][:2]] == [made, claim]


# ------------------------------------------------------------------ the commands


def test_merge_and_split_by_command(played: Path) -> None:
    one, other = (objects("claims", word)[0]["id"] for word in ("killed", "shelter"))
    [done] = objects("merge", one, other, "--author", "ana", "--note", "one thing")
    assert done == {"claim": one, "merged": other, "note": "one thing"}
    shown = good("show", other)
    assert f"Claim {one}" in shown
    assert f"claim {other} merged into claim {one}: one thing" in shown
    assert "shelter" in shown
    assert "one already" in refused(2, "merge", one, other)
    [row] = [
        a
        for a in objects("show", one)[0]["sightings"]
        if "shelter" in a["quote"] and a["revision"] == 1
    ]
    moved = f"a{row['assertion_id']}"
    assert f"are now claim {other}" in good("split", one, moved, "--author", "ana")
    assert f"Claim {other}" in good("show", other)
    assert "is no assertion" in refused(2, "split", one, "31")
    assert "has no assertion" in refused(2, "split", one, "a99999")


def test_near_misses_are_named_with_the_deciding_field(played: Path) -> None:
    """From either side: the dead are not the injured, whatever the words share."""
    dead, injured = (objects("claims", word)[0]["id"] for word in ("killed", "injured"))
    why = "not merged: counts killed/person, not injured/person"
    [line] = [row for row in good("show", dead).splitlines() if why in row]
    assert line.split()[:2] == ["claim", str(injured)]
    [line] = [row for row in good("show", injured).splitlines() if why in row]
    assert line.split()[:2] == ["claim", str(dead)]
    [near] = objects("show", dead)[0]["near"]
    assert near["claim_id"] == dead
    assert near["seen_as"] == injured
    # what a user made one is no near miss
    good("merge", dead, injured)
    assert why not in good("show", dead)


def test_conflicts_show_what_each_source_says_now(played: Path) -> None:
    with open_store(played) as store:
        row = store.one("SELECT * FROM conflicts")
        assert row is None
        rows = store.all("SELECT source, value_min FROM current_values ORDER BY 1")
        assert ("fire service", 19) in [tuple(row) for row in rows]
        # the ministry's 30 injured against more than 40: of one measure
        store.db.execute(
            "UPDATE assertions SET value_min = 41, value_max = NULL, "
            "comparator = '≥' WHERE source_id = (SELECT source_id FROM sources "
            "WHERE name LIKE '%hospital board')"
        )
        found = store.one("SELECT * FROM conflicts")
        assert found is not None
        assert (found["sources"], found["how"]) == (3, "disjoint")
        assert (found["highest_minimum"], found["lowest_maximum"]) == (41, 30)
