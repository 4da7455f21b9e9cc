"""Outlets that seldom edit are visited less often, and no edit is missed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.analysis import Analyst
from monitor.cli import cli
from monitor.habits import Habit, stretch
from monitor.pipeline import outlets
from monitor.settings import ChecksConfig
from monitor.store import habits
from tests.desk import FIRE, STEP, Desk, Item, baseline, desk
from tests.test_review_history import script

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("read", "edited", "factor"),
    [
        # nothing is known yet: as the taper says
        (0, 0, 1.0),
        (10, 0, 1.22),
        (60, 0, 2.0),
        (1_000, 0, 2.0),
        (100, 5, 1.58),
        # the usual outlet, and those that edit more
        (1_000, 180, 1.0),
        (50, 40, 1.0),
    ],
)
def test_the_fewer_edits_the_wider(read: int, edited: int, factor: float) -> None:
    assert stretch(Habit(read, edited), most=2.0) == pytest.approx(factor, abs=0.01)
    assert stretch(Habit(read, edited), most=1.0) == 1.0


def test_an_unknown_outlet_is_the_usual_one() -> None:
    assert stretch(None, most=2.0) == 1.0


def test_fewer_visits_for_edits_that_are_hardly_later() -> None:
    bench_taper = script("benchmarks/bench_taper.py")
    written, stretched = (
        bench_taper.outlet(0.01, 200, most=most) for most in (1.0, 2.0)
    )
    assert stretched.per_article < 0.65 * written.per_article
    usual, same = (bench_taper.outlet(0.18, 200, most=most) for most in (1.0, 2.0))
    assert same.per_article > 0.9 * usual.per_article
    for found in (written, stretched, usual, same):
        assert len(found.delays) == found.edits, "every edit is seen in the end"


# ------------------------------------------------------------------ in service


def add_articles(at: Desk, count: int, *, edited: int, silent: bool = False) -> None:
    """Articles of a week ago, already read."""
    seen = f"{at.clock.now() - 7 * DAY:%Y-%m-%dT%H:%M:%SZ}"
    with at.service.store.writing() as db:
        for number in range(count):
            db.execute(
                "INSERT INTO articles (url, outlet, first_seen_at, revision_count, "
                "is_silent) VALUES (?, 'Gazette', ?, ?, ?)",
                (
                    f"https://g.example/{silent}/{number}",
                    seen,
                    1 + (number < edited),
                    silent,
                ),
            )


def wait(at: Desk) -> timedelta:
    [(due,)] = at.rows(
        "SELECT (julianday(next_check_at) - julianday(last_checked_at)) * 86400 "
        "FROM articles WHERE next_check_at IS NOT NULL"
    )
    return timedelta(seconds=due)


@pytest.fixture
def at(tmp_path: Path, analyst: Analyst) -> Iterator[Desk]:
    with desk(tmp_path / "x.db", analyst, checks=ChecksConfig()) as at:
        at.publish("/fire")
        yield at


def test_an_outlet_that_never_edits_is_visited_half_as_often(at: Desk) -> None:
    add_articles(at, 60, edited=0)
    baseline(at, Item("/fire", published=at.clock.now()))
    assert 30 * MINUTE <= wait(at) < 34 * MINUTE
    shown = CliRunner().invoke(
        cli,
        [
            "explain",
            at.news.url("/fire"),
            "--database",
            str(at.service.config.database),
        ],
    )
    assert "2.0 times that: its outlet seldom edits" in shown.output, shown.output
    # its own edits bring the article back to the usual rhythm
    at.publish("/fire", (FIRE[0].replace("12", "19"), *FIRE[1:]))
    at.pass_(after=40 * MINUTE)
    assert at.one("SELECT max(revision_count) FROM articles") == 2
    assert wait(at) < 17 * MINUTE


def test_an_outlet_that_edits_is_visited_as_written(at: Desk) -> None:
    add_articles(at, 60, edited=12)
    baseline(at, Item("/fire", published=at.clock.now()))
    assert wait(at) < 17 * MINUTE


def test_what_was_old_when_it_was_first_seen_says_nothing(at: Desk) -> None:
    add_articles(at, 60, edited=0, silent=True)
    assert habits.by_outlet(at.service.store, now=at.clock.now()) == {}


def test_habits_are_counted_once_an_hour(at: Desk) -> None:
    outlets.count(at.service)
    add_articles(at, 60, edited=0)
    at.clock.advance(STEP)
    outlets.count(at.service)
    assert at.service.outlets.habits == {}
    at.clock.advance(HOUR)
    outlets.count(at.service)
    assert at.service.outlets.habits == {"Gazette": Habit(60, 0)}


def test_counting_reads_the_index_alone(at: Desk) -> None:
    plan = at.rows(f"EXPLAIN QUERY PLAN {habits.COUNT}", "2026", "2027")
    assert any("COVERING INDEX articles_habits" in row[-1] for row in plan), plan
