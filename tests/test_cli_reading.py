"""status, changes, claims, show and explain, on known rows and on a played story."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.model import ChangeKind, Outcome, Severity
from monitor.store import Store, feeds, instance, open_store, outbox, sqlite
from monitor.store.times import to_text
from tests import newsroom
from tests.cli_calls import call, good, objects, own_place, refused, start
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

NOW = datetime.now(UTC).replace(microsecond=0)
HOUR = timedelta(hours=1)
CHANGE_KEYS = (
    "id kind sub_kinds severity claim_id claim before after reason source measure "
    "certainty article_url outlets detected_at alert_id"
)
SIDE_KEYS = "text value_min value_max comparator unit source certainty polarity status"
ASSERTION_KEYS = (
    "source source_chain value_min value_max comparator unit certainty polarity "
    "status quote article_url revision start end"
)


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    own_place(tmp_path, monkeypatch)
    newsroom.write_config(tmp_path)
    return tmp_path


@pytest.fixture
def store(place: Path) -> Iterator[Store]:
    """An empty database."""
    with open_store(place / "claimwatch.db") as opened:
        yield opened


@pytest.fixture
def known(store: Store) -> Store:
    """One article, one claim; a figure that was sent, a rewording only recorded."""
    article = add_article(store, now=NOW - 3 * HOUR)
    claim_id = add_claim(store, article=article, now=NOW - 3 * HOUR)
    add_change(
        store,
        change(claim_id, detected_at=NOW - 2 * HOUR),
        placement("hook", now=NOW - 2 * HOUR),
        article=article,
        now=NOW - 2 * HOUR,
    )
    [delivery] = outbox.due(store, now=NOW - HOUR, limit=9)
    outbox.record_delivery(
        store,
        delivery,
        Outcome(ok=True, detail="sent"),
        next_attempt_at=None,
        now=NOW - HOUR,
    )
    add_change(
        store,
        change(
            claim_id,
            kind=ChangeKind.REWORDED,
            sub_kinds=(ChangeKind.DETAIL,),
            detected_at=NOW - HOUR,
            topics=(),
        ),
        disposition="record",
        article=article,
    )
    with store.writing() as db:
        db.execute("UPDATE feeds SET next_poll_at = ?", (to_text(NOW + HOUR),))
    return store


@pytest.fixture
def played(place: Path) -> Store:
    """What the real stages made of the newsroom's story."""
    return open_store(newsroom.filled(place), read_only=True)


# ------------------------------------------------------------------ status


def test_status_says_what_there_is(known: Store) -> None:
    text = good("status")
    assert "not running" in text
    assert "1 watched (0 failing), 0 gone, 1 in all" in text
    assert "1 figure" in text
    assert "0 to send" in text
    assert "the feed is read" in text
    assert "gazette" in text


def test_status_in_json(known: Store, place: Path) -> None:
    [found] = objects("status")
    assert found["running"] is False
    assert found["database"] == str(place / "claimwatch.db")
    assert found["bytes"] > 0
    assert found["claims"] == found["assertions"] == 1
    assert found["changes_24h"] == {"figure": 1}
    assert found["outbox"] == {
        "due": 0,
        "due_since": None,
        "later": 0,
        "dead": 0,
        "refusing": [],
    }
    [feed] = found["feeds"]
    assert (feed["name"], feed["entries"], feed["articles"]) == ("gazette", 1, 1)


def test_status_names_the_daemon_that_runs(known: Store, place: Path) -> None:
    with instance.only_instance(place / "claimwatch.db"):
        [found] = objects("status")
    assert found["running"] is True
    assert found["pid"] > 1


def fail(store: Store, name: str, *, error: str, last_ok: datetime | None) -> None:
    with store.writing() as db:
        db.execute(
            "INSERT INTO feeds (name, url, fetch_url, outlet, next_poll_at, state, "
            "failures, error, last_ok_at) VALUES (?, ?, ?, ?, ?, 'failing', 3, ?, ?)",
            (
                name,
                f"https://{name}.example/",
                f"https://{name}.example/",
                name,
                to_text(NOW + HOUR),
                error,
                None if last_ok is None else to_text(last_ok),
            ),
        )


def test_status_says_since_when_it_is_blind(known: Store) -> None:
    fail(known, "herald", error="the host answered 500", last_ok=NOW - 5 * HOUR)
    fail(known, "tribune", error="no such host", last_ok=NOW - 4 * HOUR)
    text = good("status")
    assert f"2 of 3 feeds blind since {NOW - 5 * HOUR:%H:%M}" in text
    assert "the host answered 500" in text
    [found] = objects("status")
    assert found["blind"] == 2
    assert [f["blind"] for f in found["feeds"]] == [False, True, True]


def test_status_says_what_was_never_read(known: Store) -> None:
    fail(known, "herald", error="no such host", last_ok=None)
    assert "1 of 2 feeds blind; never read yet" in good("status")


def test_a_feed_that_nobody_polls_is_blind(known: Store) -> None:
    with known.writing() as db:
        db.execute("UPDATE feeds SET next_poll_at = ?", (to_text(NOW - HOUR),))
    assert "1 of 1 feeds blind" in good("status")


def test_status_shows_what_waits_and_what_is_stuck(known: Store) -> None:
    claim_id = add_claim(known)
    when = NOW - 2 * HOUR
    add_change(known, change(claim_id), placement("a", "b", now=when), now=when)
    feeds.postpone(known, 1, until=NOW + HOUR, error="unforeseen: KeyError: 'x'\x1b[2J")
    outbox.drop(known, [2])
    with known.writing() as db:
        db.execute("UPDATE deliveries SET status = 'dead' WHERE channel = 'a'")
    text = good("status")
    due = when + timedelta(seconds=30)
    assert f"1 to send now, the oldest due since {due:%Y-%m-%d %H:%M}" in text
    assert "1 could not be delivered" in text
    assert "stuck: feeds 1 gazette: unforeseen: KeyError: 'x'[2J (1 times)" in text
    [found] = objects("status")
    assert found["poisoned"][0]["name"] == "gazette"


def test_status_says_why_pages_can_not_be_had(known: Store) -> None:
    causes = (
        ("error", "timeout: https://g.example/1: no complete answer within 20 s"),
        ("error", "timeout: https://g.example/2: no complete answer within 20 s"),
        ("error", "the host answered 503"),
        ("home", "a list of other pages: 90% of the text is links and teasers"),
        ("error", "HTTP 500"),
    )
    with known.writing() as db:
        for number, (verdict, error) in enumerate(causes):
            db.execute(
                "INSERT INTO articles (url, outlet, first_seen_at, next_check_at, "
                "verdict, error, failures) VALUES (?, 'g', ?, ?, ?, ?, 1)",
                (f"https://g.example/{number}", *[to_text(NOW)] * 2, verdict, error),
            )
    told = "5 failing: 2 timeout, 1 HTTP 500, 1 home, 1 host answered 503"
    assert told in good("status")
    [found] = objects("status")
    assert found["failing"]["timeout"] == 2


def test_status_warns_of_an_unsafe_sqlite(
    known: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "has_wal_reset_bug", lambda: True)
    assert "WAL-reset bug" in good("status")
    assert objects("status")[0]["wal_reset_bug"] is True


def test_status_of_an_empty_database(store: Store) -> None:
    assert "nothing is watched" in good("status")


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


@pytest.mark.timeout(60)
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


def test_a_change_is_explained_from_the_entry_on(played: Store) -> None:
    row = played.one(
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


# ------------------------------------------------------------------ a played story


def figure(rows: list[dict[str, Any]]) -> dict[str, Any]:
    [found] = [
        row
        for row in rows
        if row["kind"] == "figure" and row["source"] == "fire service"
    ]
    return found


def test_the_toll_of_the_story_is_found_everywhere(played: Store) -> None:
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


def test_every_quote_stands_where_its_offsets_say(played: Store) -> None:
    texts = {
        (r["url"], r["number"]): r["text"]
        for r in played.all("SELECT * FROM revisions JOIN articles USING (article_id)")
    }
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


def test_the_removal_in_the_story_is_explained(played: Store) -> None:
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
