"""The review pages: what was read, each action, who may ask, the command."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

pytest.importorskip("datasette", reason="needs the extra `review` (Datasette)")

from monitor.review import server
from monitor.store import confirmations, open_store, silences
from tests import newsroom, store_rows
from tests.cli_calls import call, own_place
from tests.review_desk import Review, review, told_four, toll

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


def test_every_answer_carries_the_policy(desk: Review) -> None:
    for path in (
        "/",
        "/claim/1",
        "/changes.csv",
        "/claimwatch",
        "/nothing",
        "/claim/999",
    ):
        headers = desk.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


def test_another_name_for_this_machine_is_refused(desk: Review) -> None:
    assert desk.get("/", host="evil.example").status_code == 421
    assert desk.get("/", host="127.0.0.1:8765").status_code == 200
    assert desk.get("/", host="[::1]:8765").status_code == 200


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
