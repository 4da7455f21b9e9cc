"""What `status` says, on known rows."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from monitor.store import Store, feeds, instance, outbox, sqlite
from monitor.store.times import to_text
from tests.cli_calls import good, objects
from tests.known_rows import HOUR, NOW
from tests.store_rows import (
    add_change,
    add_claim,
    change,
    placement,
)

pytestmark = pytest.mark.usefixtures("place")


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
    assert "1 of 1 feed blind" in good("status")


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
