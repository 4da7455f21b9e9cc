"""channels, deliver, db and eval: sending, the outbox, the file, the measure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.evaluation import TASKS
from monitor.model import DeliveryStatus
from monitor.store import Store, database, instance, maintenance, open_store
from tests import newsroom
from tests.cli_calls import call, good, objects, own_place, refused
from tests.servers import HookServer
from tests.store_rows import add_article, add_change, add_claim, change, placement

NOW = datetime.now(UTC).replace(microsecond=0)
SECRET = "token-5e3cret"


@pytest.fixture
def hook() -> Iterator[HookServer]:
    with HookServer() as server:
        yield server


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hook: HookServer) -> Path:
    own_place(tmp_path, monkeypatch)
    url = hook.url(f"/{SECRET}").replace("http://", "json://")
    newsroom.write_config(tmp_path, channel=url)
    return tmp_path


@pytest.fixture
def waiting(store: Store) -> Store:
    """Two alerts to be sent: one is due, one waits for its group."""
    claim_id = add_claim(store)
    add_change(
        store,
        change(claim_id),
        placement("hook", group="due", now=NOW, wait=timedelta(minutes=-5)),
        now=NOW,
    )
    add_change(
        store,
        change(claim_id, toll=25),
        placement("hook", group="waits", now=NOW, wait=timedelta(hours=1)),
        now=NOW,
    )
    return store


def statuses(store: Store) -> list[str]:
    rows = store.all("SELECT status FROM deliveries ORDER BY delivery_id")
    return [row[0] for row in rows]


# ------------------------------------------------------------------ channels


def test_channels_are_listed_without_their_secret(waiting: Store) -> None:
    shown = good("channels", "list")
    assert "hook" in shown
    assert SECRET not in shown
    [row] = objects("channels", "list")
    assert (row["name"], row["service"], row["routes"]) == ("hook", "json", ["all"])
    assert (row["pending"], row["sent"]) == (2, 0)


def test_channels_are_listed_before_there_is_a_database(place: Path) -> None:
    assert objects("channels", "list")[0]["sent"] == 0
    assert not (place / "claimwatch.db").exists()


def test_a_test_message_says_that_it_is_one(hook: HookServer) -> None:
    assert "hook: " in good("channels", "test", "hook")
    [body] = hook.bodies
    assert body["title"] == "Test from Claimwatch"
    assert "Nothing has happened" in body["message"]


def test_a_failing_channel_ends_with_1_and_keeps_its_secret(hook: HookServer) -> None:
    hook.statuses = [500]
    done = call("channels", "test", "hook")
    assert done.exit_code == 1
    assert "500" in done.stdout
    assert SECRET not in done.output
    hook.statuses = [404]
    done = call("channels", "test", "hook", "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["ok"] is False


def test_an_unknown_channel_is_named() -> None:
    line = refused(2, "channels", "test", "pager")
    assert "pager" in line
    assert "hook" in line


def test_the_console_can_be_tested_too() -> None:
    assert "Nothing has happened" in good("channels", "test", "console")


def test_channels_test_shows_an_alert_of_a_kind() -> None:
    shown = good("channels", "test", "console", "--kind", "denied")
    assert "Test: [high] Denied" in shown
    assert "invented alert" in shown


def test_channels_test_previews_a_template(tmp_path: Path) -> None:
    file = tmp_path / "desk.txt.j2"
    file.write_text("Desk: {{ change.figure }}\n{{ change.claim }} {{ alert.id }}\n")
    shown = good("channels", "test", "console", "--template", str(file))
    assert "Test: Desk: 312 → 358 people (+15 %)" in shown
    assert "People killed in the flood at Port Varell A-17f3" in shown
    file.write_text("{{ change.figure }}\n{{ change.figre }}\n")
    line = refused(2, "channels", "test", "console", "--template", str(file))
    assert "desk.txt.j2, line 2: there is no 'figre'" in line


# ------------------------------------------------------------------ deliver


def test_what_is_due_is_sent(waiting: Store, hook: HookServer) -> None:
    assert good("deliver") == "1 sent, 0 failed\n"
    assert statuses(waiting) == ["sent", "pending"]
    assert good("deliver", "run", "--force") == "1 sent, 0 failed\n"
    assert statuses(waiting) == ["sent", "sent"]
    keys = [row["alert"] for row in objects("deliver", "list")]
    bodies = [body["message"] for body in hook.bodies]
    assert [key in body for key, body in zip(reversed(keys), bodies, strict=True)] == [
        True,
        True,
    ]


def test_a_failure_is_told_listed_and_retried(waiting: Store, hook: HookServer) -> None:
    hook.statuses = [503]
    done = call("deliver", "run", "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout) == {"channel": "hook", "ok": False}
    rows = objects("deliver", "list", "--pending")
    assert [(row["id"], row["attempts"]) for row in rows] == [(2, 0), (1, 1)]
    assert "503" in rows[1]["error"]
    assert "503" in good("deliver", "list")
    assert SECRET not in good("deliver", "list", "--json")
    assert "503" in good("explain", "c1")


def test_the_dead_are_listed_retried_and_sent(
    waiting: Store, hook: HookServer, place: Path
) -> None:
    with (place / "claimwatch.toml").open("a") as config:
        config.write("\n[delivery]\nattempts = 1\n")
    hook.statuses = [404]
    call("deliver", "run", "--force")
    [dead] = objects("deliver", "list", "--dead")
    assert statuses(waiting).count(DeliveryStatus.DEAD) == 1
    assert "1 could not be delivered" in good("status")
    assert good("deliver", "retry", "all") == "1 delivery due again\n"
    assert good("deliver") == "1 sent, 0 failed\n"
    assert dead["id"] in [row["id"] for row in objects("deliver", "list")]
    assert statuses(waiting) == ["sent", "sent"]


def test_deliveries_are_dropped_by_number_or_alert(waiting: Store) -> None:
    rows = {row["id"]: row["alert"] for row in objects("deliver", "list")}
    assert good("deliver", "drop", "#1") == "1 delivery dropped\n"
    assert good("deliver", "drop", rows[2]) == "1 delivery dropped\n"
    assert "left as they are" in good("deliver", "drop", "1")
    assert good("deliver", "run", "--force") == "0 sent, 0 failed\n"
    assert good("deliver", "retry", "1", "2") == "2 deliveries due again\n"


def test_unknown_deliveries_are_named_and_nothing_is_done(waiting: Store) -> None:
    assert "no delivery 77" in refused(2, "deliver", "drop", "1", "77")
    assert "no alert x" in refused(2, "deliver", "drop", "x")
    assert statuses(waiting) == ["pending", "pending"]
    assert call("deliver", "retry").exit_code == 2


@pytest.mark.parametrize(("limit", "ids"), [(0, []), (1, [2]), (9, [2, 1])])
def test_the_list_can_be_cut(waiting: Store, limit: int, ids: list[int]) -> None:
    rows = objects("deliver", "list", "--limit", limit)
    assert [row["id"] for row in rows] == ids


# ------------------------------------------------------------------ db


def test_migrate_makes_the_database_and_then_has_nothing_to_do(place: Path) -> None:
    assert "made" in good("db", "migrate")
    assert "up to date" in good("db", "migrate")
    assert objects("db", "migrate")[0]["applied"] == []
    assert good("changes") == ""


def test_check_says_ok_or_what_is_wrong(store: Store) -> None:
    add_claim(store, article=add_article(store))
    assert good("db", "check").endswith(": ok\n")
    assert objects("db", "check", "--full")[0]["ok"] is True
    store.db.execute("PRAGMA foreign_keys = OFF")
    store.db.execute("DELETE FROM articles")
    done = call("db", "check")
    assert done.exit_code == 4
    assert "refers to a missing row" in done.stdout
    done = call("db", "check", "--json")
    assert done.exit_code == 4
    assert json.loads(done.stdout)["ok"] is False


def test_backup_and_restore(store: Store, place: Path) -> None:
    add_claim(store)
    assert "bytes" in good("db", "backup", "copy.db")
    assert "--force" in refused(4, "db", "backup", "copy.db")
    good("db", "backup", "copy.db", "--force")
    with store.writing() as db:
        db.execute("DELETE FROM claims")
    assert "another program" in refused(4, "db", "restore", "copy.db")
    store.close()
    with instance.only_instance(place / "claimwatch.db"):
        assert "daemon already runs" in refused(4, "db", "restore", "copy.db")
    [found] = objects("db", "restore", "copy.db")
    assert Path(found["kept"]).exists()
    assert len(objects("claims", "--all")) == 1
    with open_store(place / "claimwatch.db") as restored:
        assert restored.all("SELECT count(*) FROM claims")[0][0] == 1
    assert "no such file" in refused(4, "db", "restore", "none.db")


def test_prune_uses_the_configured_retention(store: Store) -> None:
    long_ago = NOW - timedelta(days=400)
    add_article(store, now=long_ago)
    with store.writing() as db:
        db.execute("UPDATE articles SET next_check_at = NULL")
    assert good("db", "prune") == "1 article and 0 alerts removed\n"
    assert objects("db", "prune") == [{"articles": 0, "alerts": 0}]


@pytest.mark.parametrize(
    "arguments",
    [["deliver"], ["deliver", "drop", "1"], ["db", "prune"], ["db", "check"]],
    ids=" ".join,
)
def test_a_locked_database_is_one_clear_line(
    waiting: Store, arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    monkeypatch.setattr(maintenance, "BUSY_SECONDS", 0.05)
    with waiting.writing() as db:
        db.execute("DELETE FROM attempts")
        assert "locked by another program" in refused(4, *arguments)
    assert statuses(waiting) == ["pending", "pending"]


@pytest.mark.parametrize("name", ["migrate", "check", "prune"])
def test_a_newer_database_is_left_to_a_newer_program(store: Store, name: str) -> None:
    with store.writing() as db:
        db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
            "VALUES ('claimwatch', '9999_later', '2031')"
        )
    assert "newer Claimwatch" in refused(4, "db", name)


# ------------------------------------------------------------------ eval


@pytest.fixture
def gold(place: Path) -> Path:
    """Three sentences, one of them labelled so that no engine can be right."""
    rows = [
        {"id": "1", "text": "At least 12 people were killed on Friday.", "label": 1},
        {"id": "2", "text": "What a lovely morning it is!", "label": 0},
        {"id": "3", "text": "At least 30 people were injured on Friday.", "label": 0},
    ]
    path = place / "gold.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_eval_prints_figures_mistakes_and_predictions(gold: Path, place: Path) -> None:
    out = place / "out.jsonl"
    shown = good("eval", "checkworthy", gold, "--out", out, "--errors")
    assert "checkworthy: 3 items" in shown
    assert "f1 *" in shown
    assert "At least 30 people were injured" in shown
    assert [json.loads(x)["id"] for x in out.read_text().splitlines()] == list("123")
    [found] = objects("eval", "checkworthy", gold, "--errors")
    assert found["n"] == 3
    assert found["headline"] == TASKS["checkworthy"].figures[0]
    assert 0 < found["figures"]["f1"] < 100
    assert "3" in [error["id"] for error in found["errors"]]


def test_eval_refuses_what_it_can_not_measure(gold: Path, place: Path) -> None:
    assert call("eval", "astrology", gold).exit_code == 2
    absent = refused(1, "eval", "checkworthy", "none.jsonl")
    assert "none.jsonl: can't be read (No such file or directory); GOLD.jsonl" in absent
    gold.write_text("not json\n")
    assert "gold.jsonl:1: not JSON" in refused(1, "eval", "checkworthy", gold)
    gold.write_text('{"id": "1"}\n')
    assert "no text, label" in refused(1, "eval", "checkworthy", gold)
