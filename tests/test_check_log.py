"""The log of checks: each visit to an article's page, in the check's transaction."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.analysis import Analyst
from monitor.pipeline import check
from monitor.settings import RetentionConfig
from monitor.store import checks, open_store
from monitor.store.checks import CheckRecord
from tests import store_rows
from tests.cli_calls import good, objects, own_place
from tests.desk import FIRE, STEP, Desk, Item, baseline, desk

WORSE = (FIRE[0].replace("12", "19"), *FIRE[1:])
MINUTE = timedelta(minutes=1)


def logged(at: Desk, *columns: str) -> list[tuple[Any, ...]]:
    return at.rows(f"SELECT {', '.join(columns)} FROM check_history ORDER BY number")


def test_each_visit_is_logged_with_what_it_brought(at: Desk) -> None:
    at.publish("/fire")
    baseline(at, Item("/fire"))
    at.pass_()
    at.publish("/fire", WORSE)
    at.pass_()
    at.news.put("/fire", "", status=500)
    at.pass_()
    at.news.put("/fire", "", status=404)
    at.pass_(after=timedelta(hours=1))
    assert logged(at, "outcome", "status", "revision", "reason") == [
        ("revision 1", 200, 1, None),
        ("not modified", 304, None, None),
        ("revision 2", 200, 2, None),
        ("error", 500, None, "HTTP 500"),
        ("gone", 404, None, "the page answered 404"),
    ]
    # the sizes of the bodies, and that each took its time
    sizes = [size for (size,) in logged(at, "bytes")]
    assert sizes[0] > len(" ".join(FIRE))
    assert sizes[1] == 0
    assert all(took >= 0 for (took,) in logged(at, "duration_ms"))
    # the last line says what the article says
    assert (
        logged(at, "checked_at", "next_check_at")[-1]
        == at.rows("SELECT last_checked_at, next_check_at FROM articles")[0]
    )


def test_a_page_out_of_reach_is_logged_as_it_answered(at: Desk) -> None:
    """Also where the entry's own content stands in, and where nothing answered."""
    at.news.put("/fire", "<h1>Forbidden</h1>", status=403)
    at.news.handle("/storm", lambda exchange: exchange.hang_up())
    own = "".join(f"<p>{text}</p>" for text in FIRE)
    baseline(at, Item("/fire", content=own), Item("/storm"))
    found = at.rows("SELECT status, outcome, reason FROM check_history ORDER BY url")
    assert found[0][:2] == (403, "revision 1")
    assert "403" in found[0][2]
    assert found[1][:2] == (None, "error")
    assert found[1][2]


def test_an_article_keeps_its_newest_checks(at: Desk) -> None:
    at.configure(retention=RetentionConfig(checks_per_article=3))
    at.publish("/fire")
    at.publish("/other", title="Another matter")
    baseline(at, Item("/fire"), Item("/other", title="Another matter"))
    for _ in range(4):
        at.pass_()
    numbers = at.rows("SELECT article_id, number FROM checks")
    assert numbers == [(a, n) for a in (1, 2) for n in (3, 4, 5)]


def test_a_check_that_fails_to_be_recorded_is_not_logged(tmp_path: Path) -> None:
    """The log tells of what was stored, in one transaction with it."""
    with open_store(tmp_path / "x.db") as store:
        article = store_rows.add_article(store)
        before = len(checks.of_article(store, article.article_id))
        found = CheckRecord(next_check_at=None, etag="new")

        def fail() -> None:
            with store.writing() as db:
                checks.record(
                    db, article.article_id, found, now=store_rows.NOON, keep=9
                )
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail()
        assert len(checks.of_article(store, article.article_id)) == before
        assert store.all("SELECT etag FROM articles")[0][0] != "new"


def test_an_article_that_is_an_unforeseen_trouble_is_logged(
    at: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    at.publish("/fire")
    baseline(at, Item("/fire"))

    def burst(*_: Any, **__: Any) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("monitor.pipeline.findings._unchanged", burst)
    at.clock.advance(STEP)
    check(at.service)
    assert logged(at, "outcome", "reason")[-1] == (
        "error",
        "unforeseen: RuntimeError: a bug",
    )


def test_a_page_under_another_address_is_logged(at: Desk) -> None:
    at.publish("/fire")
    canonical = f'<link rel="canonical" href="{at.news.url("/fire")}">'
    at.publish("/amp/fire", head=canonical)
    baseline(at, Item("/fire"))
    at.feed("gazette", Item("/fire"), Item("/amp/fire"))
    at.pass_()
    reasons = [reason for (reason,) in logged(at, "reason") if reason]
    assert reasons == [f"is the same page as {at.news.url('/fire')}"]


def test_visits_that_brought_the_same_are_one_line() -> None:
    def one(minute: int, outcome: str, status: int | None = 304) -> dict[str, Any]:
        return {
            "number": minute,
            "checked_at": f"2031-03-04T12:{minute:02}:00Z",
            "outcome": outcome,
            "reason": None if status else "no answer",
            "status": status,
            "bytes": None,
            "duration_ms": 5,
            "revision": 2 if outcome == "revision 2" else None,
            "next_check_at": None,
        }

    kept = [
        one(9, "not modified"),
        one(8, "same text", 200),
        one(7, "revision 2", 200),
        one(6, "error", None),
        one(5, "error", 503),
        one(4, "error", 503),
    ]
    found = checks.runs(kept)
    assert [(run.checks, run.outcome, run.first_at[14:16]) for run in found] == [
        (2, "not modified", "08"),
        (1, "revision 2", "07"),
        (1, "error", "06"),
        (2, "error", "04"),
    ]
    assert found[0].is_unchanged
    assert not found[1].is_unchanged
    assert sum(run.checks for run in found) == len(kept)


def test_the_terminal_shows_the_visits(
    tmp_path: Path, analyst: Analyst, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_place(tmp_path, monkeypatch)
    database = tmp_path / "claimwatch.db"
    (tmp_path / "claimwatch.toml").write_text(
        f'[claimwatch]\ndatabase = "{database}"\n'
    )
    with desk(database, analyst) as at:
        at.publish("/fire")
        baseline(at, Item("/fire"))
        for _ in range(3):
            at.pass_()
        at.publish("/fire", WORSE)
        at.pass_()
        url = at.news.url("/fire")
        for command in ("show", "explain"):
            text = good(command, url)
            assert "3 visits since" in text
            assert "unchanged, status 304" in text
            assert "revision 2, status 200" in text
        assert "Figure up" in good("show", url)
        assert "figure" in good("show", url, "--csv")
        [found] = objects("show", url)
        assert [row["status"] for row in found["checks"]] == [200, 304, 304, 304, 200]


def test_the_log_costs_little(tmp_path: Path) -> None:
    """A full watch of an article: 104 checks with the default taper."""
    with open_store(tmp_path / "x.db") as store:
        article = store_rows.add_article(store)
        for number in range(104):
            moment = store_rows.NOON + number * MINUTE
            found = CheckRecord(
                next_check_at=moment + 15 * MINUTE,
                fetched=checks.Fetched(304, 0, timedelta(milliseconds=211)),
            )
            with store.writing() as db:
                checks.record(db, article.article_id, found, now=moment, keep=120)
        text = "".join(
            "".join(map(str, row)) for row in store.all("SELECT * FROM checks")
        )
        assert len(text) / 104 < 60
