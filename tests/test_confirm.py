"""What users confirm: ack, pin and note, from the command to the next change."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from monitor.store import confirmations
from tests import newsroom
from tests.cli_calls import good, objects, refused
from tests.newsroom import BODY, FIRE, OLD, WEATHER


def test_later_changes_compare_with_the_pin(tmp_path: Path) -> None:
    weather, fire = (OLD, "Weather stays mild"), (FIRE, "Fire kills 12 in Port Arlen")
    with newsroom.newsroom(tmp_path / "x.db") as room:
        store = room.service.store

        def say(count: int) -> None:
            room.publish(*fire, [BODY[0].replace("12", str(count)), *BODY[1:]])
            room.list_in("/g.xml", fire, weather)
            room.step()

        def last() -> tuple[float, float, str]:
            row = store.one(
                "SELECT json_extract(before, '$.value_min') AS old, "
                "json_extract(after, '$.value_min') AS new, reason FROM changes "
                "WHERE kind = 'figure' ORDER BY change_id DESC LIMIT 1"
            )
            assert row is not None
            return row["old"], row["new"], row["reason"]

        room.publish(*weather, WEATHER)
        room.list_in("/g.xml", weather)
        room.list_in("/h.xml", weather)
        room.step()
        say(12)
        row = store.one("SELECT assertion_id FROM assertions WHERE value_min = 12")
        assert row is not None
        now = room.clock.now()
        confirmations.pin(store, [row[0]], author="ana", now=now)
        say(19)
        say(25)
        old, new, reason = last()
        assert (old, new) == (12, 25)
        assert reason.endswith(f"pinned by ana on {now:%Y-%m-%d}")
        assert "compared with" in reason
        say(12)
        assert last()[:2] == (25, 12)
        assert "now again as pinned by ana" in last()[2]
        confirmations.unpin(store, [row[0]])
        say(30)
        assert last()[:2] == (12, 30)
        assert "pinned" not in last()[2]
        room.clock.advance(timedelta(hours=1))


def test_an_alert_is_acknowledged_once(played: Path) -> None:
    key = next(row["alert_id"] for row in objects("changes") if row["alert_id"])
    [done] = objects("ack", key, "--author", "ana", "--note", "called the fire service")
    assert done == {"alert": key, "author": "ana", "was_acknowledged": False}
    assert good("ack", key) == f"{key} acknowledged before\n"
    [change, *_] = [row for row in objects("changes") if row["alert_id"] == key]
    shown = good("show", change["claim_id"])
    assert "called the fire service" in shown
    assert "Note by ana" in shown
    assert "is no alert: give an alert (A-17f3c0de)" in refused(2, "ack", "12")


def test_a_claim_or_one_voice_is_pinned(played: Path) -> None:
    claim = objects("claims", "injured")[0]["id"]
    [done] = objects("pin", claim, "--author", "ana", "--note", "checked by phone")
    assert done["pinned"]
    assert done["assertions"]
    assert "(pinned)" in good("show", claim)
    assert "checked by phone" in good("show", claim)
    one = done["assertions"][0]
    assert f"a{one} " in good("show", claim)
    assert "no longer pinned" in good("pin", f"a{one}", "--off")
    assert "no assertion a9999" in refused(2, "pin", "a9999")
    assert "no claim 9999" in refused(2, "pin", 9999)


def test_notes_are_kept(played: Path) -> None:
    assert good("note", 1, "ask the harbour master", "--author", "ana") == (
        "noted with claim 1\n"
    )
    assert "ask the harbour master" in good("show", 1)
    assert "there is no text" in refused(2, "note", 1, " ")
    assert "is no claim" in refused(2, "note", "c1", "x")
