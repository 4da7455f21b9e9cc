"""What the store keeps: leases, the outbox, search, retention."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.model import DeliveryStatus, Outcome, ParsedEntry
from monitor.store import (
    Store,
    articles,
    claims,
    feeds,
    leases,
    maintenance,
    open_store,
    outbox,
    retention,
)
from monitor.store.times import to_text
from tests.store_rows import (
    NOON,
    QUOTE,
    URL,
    add_article,
    add_change,
    add_claim,
    add_feed,
    change,
    mention,
    placement,
)

HOUR = timedelta(hours=1)


# ------------------------------------------------------------------ leases


def test_what_one_works_on_another_does_not_get(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_feed(store)
    assert len(feeds.due(store, now=NOON, limit=9)) == 1
    monkeypatch.setattr(leases, "holder", lambda: "1@elsewhere")
    assert feeds.due(store, now=NOON, limit=9, force=True) == []
    assert (
        feeds.due(store, now=NOON + leases.LEASE - timedelta(seconds=1), limit=9) == []
    )
    assert len(feeds.due(store, now=NOON + leases.LEASE, limit=9)) == 1


def test_leases_of_the_dead_are_given_back_at_the_next_start(store: Store) -> None:
    child = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"],
        capture_output=True,
        text=True,
        check=True,
    )
    ours = leases.holder().partition("@")[2]
    for name in ("a", "b", "c", "d"):
        add_feed(store, name)
    holders = {
        "a": f"{int(child.stdout)}@{ours}",
        "b": f"{os.getppid()}@{ours}",
        "c": "1@elsewhere",
        "d": leases.holder(),
    }
    with store.writing() as db:
        for name, holder in holders.items():
            db.execute(
                "UPDATE feeds SET leased_by = ?, leased_until = ? WHERE name = ?",
                (holder, to_text(NOON + HOUR), name),
            )
    leases.release_dead(store)
    free = store.all("SELECT name FROM feeds WHERE leased_by IS NULL ORDER BY name")
    assert [row[0] for row in free] == ["a", "d"]


def test_a_clean_end_gives_back_only_its_own(store: Store) -> None:
    add_feed(store)
    feeds.due(store, now=NOON, limit=9)
    leases.release(store, "1@elsewhere")
    assert feeds.due(store, now=NOON, limit=9) == []
    leases.release(store, leases.holder())
    assert len(feeds.due(store, now=NOON, limit=9)) == 1


def test_due_times_move_with_the_wall_clock(store: Store) -> None:
    article = add_article(store)
    claim_id = add_claim(store, article=article)
    add_change(store, change(claim_id), placement())
    leases.shift(store, -2 * HOUR, now=NOON - 2 * HOUR)
    [row] = store.all("SELECT next_check_at FROM articles")
    assert row[0] == to_text(NOON - HOUR)
    [row] = store.all("SELECT flush_at FROM alerts")
    assert row[0] == to_text(NOON - 2 * HOUR + timedelta(seconds=30))
    [row] = store.all("SELECT next_attempt_at, first_seen_at FROM deliveries, claims")
    assert tuple(row) == (
        to_text(NOON - 2 * HOUR + timedelta(seconds=30)),
        to_text(NOON),
    )


# ------------------------------------------------------------------ outbox


def rows(store: Store, table: str) -> int:
    return int(store.all(f"SELECT count(*) FROM {table}")[0][0])


def test_changes_of_one_group_share_an_alert_until_it_is_sent(store: Store) -> None:
    claim_id = add_claim(store)
    _, first = add_change(store, change(claim_id), placement("desk", "mail"))
    _, second = add_change(store, change(claim_id, toll=20), placement("desk", "mail"))
    assert first == second
    assert (rows(store, "alerts"), rows(store, "deliveries")) == (1, 2)
    assert outbox.due(store, now=NOON, limit=9) == []
    later = NOON + timedelta(seconds=30)
    taken = outbox.due(store, now=later, limit=9)
    assert [d.channel for d in taken] == ["desk", "mail"]
    _, third = add_change(store, change(claim_id, toll=21), placement(), now=later)
    assert third != first
    alert = outbox.alert(store, taken[0].alert_id)
    assert [c.after.value_min for c in alert.changes if c.after] == [19, 20]


def test_what_a_route_opened_of_late_is_read_without_the_rest(store: Store) -> None:
    """It is asked at each new alert: with 100,000 old ones that took 140 ms."""
    old = NOON - timedelta(days=30)
    with store.writing() as db:
        db.executemany(
            "INSERT INTO alerts (alert_key, route, group_key, created_at, flush_at) "
            "VALUES (?, 'desk', 'g', ?, '')",
            [(f"A-{n}", to_text(old + n * timedelta(minutes=14))) for n in range(3000)],
        )
    steps: list[int] = []
    store.db.set_progress_handler(lambda: steps.append(1), 10)
    found = outbox.opened_since(store.db, "desk", NOON - timedelta(hours=24))
    store.db.set_progress_handler(None, 0)
    assert len(found) == 17
    assert len(steps) < len(found) * 2


def test_other_groups_have_alerts_of_their_own(store: Store) -> None:
    claim_id = add_claim(store)
    _, one = add_change(
        store, change(claim_id), placement(group="a"), placement(group="b")
    )
    assert len(set(one)) == 2


def test_the_same_event_gets_the_same_key_whenever_it_is_seen(tmp_path: Path) -> None:
    keys = []
    for name, now in (("one", NOON), ("two", NOON + 5 * HOUR)):
        with open_store(tmp_path / name) as store:
            claim_id = add_claim(store, now=now)
            _, [key] = add_change(
                store, change(claim_id, detected_at=now), placement(now=now), now=now
            )
            keys.append(key)
    assert keys[0] == keys[1]
    assert keys[0].startswith("A-")


def test_a_repeated_event_is_told_apart_and_follows_the_first(store: Store) -> None:
    claim_id = add_claim(store)
    _, [first] = add_change(store, change(claim_id), placement())
    later = NOON + HOUR
    outbox.due(store, now=later, limit=9)
    _, [second] = add_change(store, change(claim_id), placement(now=later), now=later)
    assert second == f"{first}-2"
    [(alert_id,)] = store.all("SELECT max(alert_id) FROM alerts")
    assert outbox.alert(store, alert_id).earlier_key == first


def taken(store: Store, *, now: timedelta = HOUR) -> outbox.Delivery:
    [delivery] = outbox.due(store, now=NOON + now, limit=9)
    return delivery


@pytest.mark.parametrize(
    ("outcome", "again", "status", "due"),
    [
        (Outcome(ok=True, detail="sent"), HOUR, "sent", False),
        (Outcome(ok=False, detail="503"), HOUR, "pending", True),
        (Outcome(ok=False, detail="503"), None, "dead", False),
        (Outcome(ok=False, detail="404", permanent=True), HOUR, "dead", False),
    ],
)
def test_how_an_attempt_is_recorded(
    store: Store, outcome: Outcome, again: timedelta | None, status: str, *, due: bool
) -> None:
    add_change(store, change(add_claim(store)), placement())
    delivery = taken(store)
    found = outbox.record_delivery(
        store,
        delivery,
        outcome,
        next_attempt_at=None if again is None else NOON + again,
        now=NOON,
    )
    assert found == status
    [row] = store.all("SELECT * FROM deliveries")
    assert (row["status"], row["attempts"]) == (status, 1)
    assert row["error"] == (None if outcome.ok else outcome.detail)
    assert (row["next_attempt_at"] is not None) is due
    assert row["leased_by"] is None
    assert (row["sent_at"] is not None) is outcome.ok
    assert [r["detail"] for r in store.all("SELECT * FROM attempts")] == [
        outcome.detail
    ]


def test_the_dead_can_be_tried_again_and_the_dropped_stay_down(store: Store) -> None:
    add_change(store, change(add_claim(store)), placement("a", "b"))
    for delivery in outbox.due(store, now=NOON + HOUR, limit=9):
        gone = Outcome(ok=False, detail="410", permanent=True)
        outbox.record_delivery(store, delivery, gone, next_attempt_at=None, now=NOON)
    assert outbox.due(store, now=NOON + 9 * HOUR, limit=9, force=True) == []
    assert outbox.retry(store, [1, 2, 99], now=NOON) == 2
    assert outbox.drop(store, [1]) == 1
    assert outbox.drop(store, [1]) == 0
    assert taken(store).delivery_id == 2


def test_dropping_while_it_is_being_sent_wins_over_a_failure(store: Store) -> None:
    add_change(store, change(add_claim(store)), placement())
    delivery = taken(store)
    assert outbox.drop(store, [delivery.delivery_id]) == 1
    failed = Outcome(ok=False, detail="503")
    status = outbox.record_delivery(
        store, delivery, failed, next_attempt_at=NOON + HOUR, now=NOON
    )
    assert status is DeliveryStatus.DROPPED
    assert outbox.due(store, now=NOON + 9 * HOUR, limit=9) == []


# ------------------------------------------------------------------ retention

LONG_AFTER = NOON + timedelta(days=400)


def prune(store: Store) -> retention.Tidied:
    return retention.prune(
        store,
        articles_before=LONG_AFTER - timedelta(days=365),
        deliveries_before=LONG_AFTER - timedelta(days=90),
    )


def unwatch(store: Store) -> None:
    with store.writing() as db:
        db.execute("UPDATE articles SET next_check_at = NULL")


def test_what_is_watched_is_kept_however_old(store: Store) -> None:
    add_claim(store, article=add_article(store))
    assert prune(store) == retention.Tidied(0, 0)


def test_what_nobody_refers_to_goes_and_leaves_a_tombstone(store: Store) -> None:
    add_claim(store, article=add_article(store))
    unwatch(store)
    assert prune(store).articles == 1
    for table in (
        "articles",
        "revisions",
        "sightings",
        "assertions",
        "claims",
        "entries",
    ):
        assert rows(store, table) == 0, table
    assert rows(store, "tombstones") == 1
    assert maintenance.check(store.path, thorough=True).problems == ()


def test_a_purged_article_does_not_come_back_as_new(store: Store) -> None:
    add_article(store)
    unwatch(store)
    prune(store)
    [feed] = feeds.listed(store)
    entry = ParsedEntry("again", URL, "Harbour fire", "", LONG_AFTER, None)
    record = feeds.PollRecord(ok=True, state="ok", next_poll_at=LONG_AFTER + HOUR)
    counts = feeds.record_poll(store, feed, record, [entry], outlets={}, now=LONG_AFTER)
    assert counts.articles_new == 0
    assert articles.due(store, now=LONG_AFTER, limit=9) == []


def test_an_article_still_in_a_feed_is_kept(store: Store) -> None:
    add_article(store)
    unwatch(store)
    with store.writing() as db:
        db.execute("UPDATE entries SET last_seen_at = ?", (to_text(LONG_AFTER),))
    assert prune(store).articles == 0


def test_a_pinned_assertion_and_a_changed_claim_are_kept(store: Store) -> None:
    article = add_article(store)
    add_claim(store, article=article)
    changed = add_claim(store, mention("A crane fell", count=None), article=article)
    plain = add_claim(store, mention("It rained", count=None), article=article)
    add_change(store, change(changed), placement())
    with store.writing() as db:
        db.execute("UPDATE assertions SET pinned_at = ? WHERE claim_id = 1", ("2031",))
    unwatch(store)
    prune(store)
    assert [row[0] for row in store.all("SELECT claim_id FROM claims")] == [1, changed]
    assert plain not in [row[0] for row in store.all("SELECT claim_id FROM assertions")]


def test_old_alerts_go_unless_something_waits(store: Store) -> None:
    claim_id = add_claim(store)
    add_change(store, change(claim_id), placement("a", group="one"))
    add_change(store, change(claim_id), placement("a", group="two"))
    [first, _] = outbox.due(store, now=NOON + HOUR, limit=9)
    done = Outcome(ok=True, detail="sent")
    outbox.record_delivery(store, first, done, next_attempt_at=None, now=NOON)
    assert prune(store).deliveries == 1
    assert [row[0] for row in store.all("SELECT group_key FROM alerts")] == ["two"]
    assert rows(store, "attempts") == 0
    # the record of what happened stays
    assert rows(store, "changes") == 2


def test_more_than_a_step_is_pruned(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "STEP", 2)
    for number in range(5):
        add_article(store, f"{URL}/{number}")
    unwatch(store)
    assert prune(store).articles == 5


# ------------------------------------------------------------------ claims


def test_sources_behind_a_claim_are_counted_once(store: Store) -> None:
    article = add_article(store)
    claim_id = add_claim(store, article=article)
    with store.writing() as db:
        for outlet, more in (
            ("Herald", {}),
            ("Herald", {"chain": ()}),
            ("Tribune", {"chain": ()}),
            ("Tribune", {"chain": (), "denies": True}),
        ):
            claims.add_assertion(
                db,
                claim_id,
                mention(QUOTE, **more),
                outlet=outlet,
                article_id=article.article_id,
                as_of=NOON,
                now=NOON,
            )
    assert claims.independent_sources(store.db, claim_id) == 3
