"""changes and claims, on known rows and on a played story."""

from __future__ import annotations

import json
import signal
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.model import Severity
from monitor.store import Store, open_store
from monitor.store.times import to_text
from tests import newsroom
from tests.cli_calls import call, good, objects, refused, start
from tests.known_rows import HOUR, NOW
from tests.store_rows import (
    QUOTE,
    TEXT,
    URL,
    add_article,
    add_change,
    add_claim,
    change,
    mention,
    placement,
)

CHANGE_KEYS = (
    "id kind sub_kinds severity claim_id claim before after reason source measure "
    "certainty article_url outlets detected_at alert_id"
)
SIDE_KEYS = "text value_min value_max comparator unit source certainty polarity status"
ASSERTION_KEYS = (
    "source source_chain value_min value_max comparator unit certainty polarity "
    "status quote article_url revision start end"
)


pytestmark = pytest.mark.usefixtures("place")


# ------------------------------------------------------------------ changes


def test_changes_in_json_have_exactly_the_promised_keys(known: Store) -> None:
    [figure] = objects("changes")
    assert list(figure) == CHANGE_KEYS.split()
    assert list(figure["before"]) == list(figure["after"]) == SIDE_KEYS.split()
    assert (figure["before"]["value_min"], figure["after"]["value_min"]) == (12, 19)
    assert figure["kind"] == "figure"
    assert figure["alert_id"].startswith("A-")
    assert figure["detected_at"] == to_text(NOW - 2 * HOUR)


def test_changes_for_people(known: Store) -> None:
    text = good("changes")
    assert "Figure up: 12 → 19 people" in text
    assert "before  12 people" in text
    assert "after   19 people" in text
    assert "why     fire service: 12 → 19" in text
    assert URL in text
    assert "Reworded" not in text


def test_all_changes_come_with_the_reason_why_they_are_quiet(known: Store) -> None:
    assert "recorded only: because it is a test" in good("changes", "--all")
    assert [row["kind"] for row in objects("changes", "--all")] == [
        "figure",
        "reworded",
    ]


@pytest.mark.parametrize(
    ("arguments", "ids"),
    [
        (["--kind", "figure"], [1]),
        (["--kind", "denied"], []),
        (["--kind", "denied", "--kind", "figure"], [1]),
        (["--kind", "detail", "--all"], [2]),
        (["--topic", "fire", "--all"], [1]),
        (["--topic", "flood"], []),
        (["--since", "90m", "--all"], [2]),
        (["--since", "3h"], [1]),
        (["--since", "2001-01-01"], [1]),
        (["--since", "2001-01-01T12:30:00+02:00"], [1]),
        (["--since", "2999-01-01"], []),
        (["--limit", "1", "--all"], [2]),
        (["--limit", "0", "--all"], []),
        (["--alert", "A-"], [1]),
    ],
)
def test_changes_can_be_chosen(
    known: Store, arguments: list[str], ids: list[int]
) -> None:
    assert [row["id"] for row in objects("changes", *arguments)] == ids


def test_times_without_zone_are_the_users(known: Store, place: Path) -> None:
    config = place / "claimwatch.toml"
    zone = 'timezone = "Pacific/Kiritimati"\n\n[[feeds]]'
    config.write_text(config.read_text().replace("\n[[feeds]]", zone, 1))
    local = NOW - 2 * HOUR + timedelta(hours=14)
    assert f"{local:%Y-%m-%d %H:%M}" in good("changes")
    since = f"{local - timedelta(minutes=5):%Y-%m-%dT%H:%M}"
    assert len(objects("changes", "--since", since)) == 1


def test_wrong_filters_are_refused_in_one_line(known: Store) -> None:
    assert "neither a span" in refused(2, "changes", "--since", "yesterday-ish")
    assert "no alert A-zz" in refused(2, "changes", "--alert", "A-zz")
    assert "no alert" in refused(2, "changes", "--alert", "\udcff")
    assert call("changes", "--kind", "rumour").exit_code == 2
    assert good("changes", "--topic", "\udcff") == ""


def test_a_long_list_is_read_in_steps(
    known: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.store.reading.STEP", 2)
    for toll in range(20, 25):
        add_change(known, change(1, toll=toll), placement())
    assert [row["id"] for row in objects("changes")] == [1, 3, 4, 5, 6, 7]
    assert [row["id"] for row in objects("changes", "--limit", 3)] == [5, 6, 7]


def test_what_a_terminal_would_obey_is_not_printed(known: Store) -> None:
    add_change(
        known,
        change(1, claim="x", reason="\x1b[31mred\u202e", severity=Severity.CRITICAL),
        placement(),
    )
    for arguments in (["changes"], ["show", "1"], ["explain", "c3"]):
        text = good(*arguments)
        assert "\x1b" not in text
        assert "\u202e" not in text


def test_follow_prints_what_comes_and_ends_quietly(known: Store) -> None:
    child = start("changes", "--follow", "--json")
    try:
        assert child.stdout is not None
        # the first line says that it has begun
        seen = [json.loads(child.stdout.readline())["id"]]
        for toll in (31, 32, 33):
            add_change(known, change(1, toll=toll), placement())
            add_change(known, change(1, toll=toll), disposition="record")
            seen.append(json.loads(child.stdout.readline())["id"])
    finally:
        child.send_signal(signal.SIGINT)
        rest, errors = child.communicate(timeout=60)
    assert seen == [1, 3, 5, 7]
    assert (child.returncode, rest, errors) == (130, "", "")


# ------------------------------------------------------------------ claims


def test_claims_in_json_have_exactly_the_promised_keys(known: Store) -> None:
    [claim] = objects("claims")
    assert list(claim) == ["id", "claim", "measure", "story", "assertions"]
    [assertion] = claim["assertions"]
    assert list(assertion) == ASSERTION_KEYS.split()
    assert assertion["source"] == "fire service"
    assert assertion["source_chain"] == ["fire service"]
    assert (assertion["value_min"], assertion["value_max"]) == (12, None)
    assert TEXT[assertion["start"] : assertion["end"]] == assertion["quote"] == QUOTE
    assert (assertion["article_url"], assertion["revision"]) == (URL, 1)


def test_an_outlets_own_voice_has_no_source_but_a_name(known: Store) -> None:
    own = mention("A crane fell", count=None, chain=())
    add_claim(known, own, article=None)
    article = add_article(known, "https://gazette.example/crane")
    add_claim(known, own, article=article)
    [claim] = objects("claims", "crane")
    assert claim["assertions"][0]["source"] is None
    assert "Gazette (own voice)" in good("claims", "crane")


@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        (["harbour", "fire"], 1),
        (["harbour fire"], 1),
        (["volcano"], 0),
        (['"fire'], 1),
        (["--measure", "people killed"], 1),
        (["--measure", "killed/person"], 1),
        (["--measure", "%"], 0),
        (["--source", "FIRE SERV"], 1),
        (["--source", "police"], 0),
        (["--since", "1h"], 0),
        (["--since", "4h"], 1),
        (["--limit", "0"], 0),
    ],
)
def test_claims_can_be_chosen(known: Store, arguments: list[str], count: int) -> None:
    assert len(objects("claims", *arguments)) == count


def test_earlier_values_are_listed_on_request_only(known: Store) -> None:
    with known.writing() as db:
        db.execute("UPDATE assertions SET is_historic = 1")
    assert objects("claims") == []
    assert len(objects("claims", "--all")) == 1
    assert "(earlier value)" in good("claims", "--all")


def test_a_removed_assertion_is_marked(known: Store) -> None:
    with known.writing() as db:
        db.execute("UPDATE sightings SET gone_since = 'x', removed_at = 'x'")
    assert "(removed)" in good("claims")


# ------------------------------------------------------------------ a played story


def figure(rows: list[dict[str, Any]]) -> dict[str, Any]:
    [found] = [
        row
        for row in rows
        if row["kind"] == "figure" and row["source"] == "fire service"
    ]
    return found


def test_the_toll_of_the_story_is_found_everywhere(played: Path) -> None:
    row = figure(objects("changes"))
    assert (row["before"]["value_min"], row["after"]["value_min"]) == (12, 19)
    assert row["article_url"].endswith(newsroom.FIRE)
    [claim] = [c for c in objects("claims", "killed") if c["id"] == row["claim_id"]]
    [said] = [a for a in claim["assertions"] if a["source"] == "fire service"]
    assert said["value_min"] == 19
    shown = good("show", row["claim_id"])
    assert newsroom.BODY[0].split(",")[0] in shown
    assert newsroom.LATER[0].split(",")[0] in shown
    assert row["alert_id"] in good("explain", f"c{row['id']}")


def test_every_quote_stands_where_its_offsets_say(played: Path) -> None:
    with open_store(played, read_only=True) as store:
        revisions = store.all(
            "SELECT * FROM revisions JOIN articles USING (article_id)"
        )
    texts = {(r["url"], r["number"]): r["text"] for r in revisions}
    claims = objects("claims")
    assert len(claims) >= 6
    for claim in claims:
        for said in claim["assertions"]:
            text = texts[said["article_url"], said["revision"]]
            assert text[said["start"] : said["end"]] == said["quote"]
        [trail] = objects("show", claim["id"])
        for seen in trail["sightings"]:
            text = texts[seen["article_url"], seen["revision"]]
            whole = seen["context_before"] + seen["quote"] + seen["context_after"]
            assert whole in text


def test_the_removal_in_the_story_is_explained(played: Path) -> None:
    row = figure(objects("changes"))
    [found] = objects("explain", row["article_url"])
    removed = [c for c in found["changes"] if c["kind"] == "removed"]
    assert [r["number"] for r in found["revisions"]] == [1, 2]
    assert "Norrin Lines" in removed[0]["before"]["text"]
    weather = row["article_url"].replace(newsroom.FIRE, newsroom.OLD)
    assert "in the first poll of its feed, which is silent" in good("explain", weather)


# ------------------------------------------------------------------ the database


READERS = (
    ["status"],
    ["changes"],
    ["claims"],
    ["show", "1"],
    ["explain", "c1"],
    ["deliver", "list"],
    ["deliver", "retry", "all"],
    ["deliver", "drop", "1"],
    ["db", "prune"],
)


@pytest.mark.parametrize("arguments", READERS, ids=" ".join)
def test_without_a_database_a_command_says_so_and_makes_none(
    place: Path, arguments: list[str]
) -> None:
    assert "there is no database yet" in refused(4, *arguments)
    assert not (place / "claimwatch.db").exists()


@pytest.mark.parametrize("arguments", READERS, ids=" ".join)
def test_another_file_is_refused_and_left_alone(
    place: Path, arguments: list[str]
) -> None:
    letter = "Dear reader,\n" * 100
    (place / "claimwatch.db").write_text(letter)
    assert "not a SQLite database" in refused(4, *arguments)
    assert (place / "claimwatch.db").read_text() == letter


@pytest.mark.parametrize("arguments", [["status"], ["changes"], ["claims"]])
def test_reading_goes_on_while_somebody_writes(
    known: Store, arguments: list[str]
) -> None:
    with known.writing() as db:
        db.execute("DELETE FROM changes")
        assert good(*arguments)
