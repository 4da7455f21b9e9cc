"""One change, one alert, across feeds and outlets; who comes later is added to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from monitor.analysis import Analyst
from monitor.pipeline.tidy import tidy
from monitor.settings import FeedConfig, RouteConfig, TopicConfig
from tests.desk import FIRE, Desk, Item, baseline, desk

FOLLOWED = (TopicConfig("fire", any=("Port Arlen", "killed", "getötet", "19")),)
GERMAN = (
    "Mindestens 19 Menschen wurden bei einem Brand in Port Arlen getötet, sagte Ilse Brandt.",
    "Der Brand in dem Lagerhaus in Port Arlen dauerte die ganze Nacht.",
)


def toll(number: int) -> tuple[str, ...]:
    return (FIRE[0].replace("12", str(number)), *FIRE[1:])


def show(at: Desk, feed: str, path: str, paragraphs: tuple[str, ...] = FIRE) -> None:
    """The article stands in this feed."""
    at.publish(path, paragraphs)
    at.feed(feed, Item(path))


def carriers(at: Desk) -> list[tuple[str, str]]:
    return [
        (kind, outlet)
        for kind, outlet in at.rows(
            "SELECT c.kind, k.outlet FROM carriers k JOIN changes c USING (change_id) "
            "ORDER BY k.change_id, k.seen_at, k.outlet"
        )
    ]


def test_an_outlet_that_catches_up_is_added_not_alerted(
    tmp_path: Path, analyst: Analyst
) -> None:
    names = ("gazette", "herald", "star")
    with desk(tmp_path / "x.db", analyst, *names, topics=FOLLOWED) as at:
        baseline(at)
        show(at, "gazette", "/fire")
        show(at, "herald", "/blaze")
        at.pass_()
        before = at.told()
        show(at, "gazette", "/fire", toll(19))
        at.pass_()
        assert at.told() == [*before, "figure"]
        # one by an edit, one by an article of its own
        show(at, "herald", "/blaze", toll(19))
        at.pass_()
        show(at, "star", "/late", toll(19))
        at.pass_()
        assert at.told() == [*before, "figure"]
        assert [pair for pair in carriers(at) if pair[0] == "figure"] == [
            ("figure", "Herald"),
            ("figure", "Star"),
        ]


def test_who_came_while_the_alert_waited_stands_in_it(
    tmp_path: Path, analyst: Analyst
) -> None:
    late = RouteConfig("all", ("console",), group_wait=timedelta(hours=2))
    with desk(
        tmp_path / "x.db", analyst, "gazette", "herald", topics=FOLLOWED, routes=(late,)
    ) as at:
        baseline(at)
        show(at, "gazette", "/fire")
        at.pass_()
        at.pass_(after=timedelta(hours=3))
        at.messages.clear()
        show(at, "gazette", "/fire", toll(19))
        at.pass_()
        show(at, "herald", "/blaze", toll(19))
        at.pass_()
        assert at.messages == []
        at.pass_(after=timedelta(hours=2))
        [message] = [m for m in at.messages if "19" in m.title]
        assert "Gazette, Herald" in message.body


def test_across_languages_the_same_figure_of_one_event_is_one_alert(
    tmp_path: Path, analyst: Analyst
) -> None:
    english = (
        "At least 19 people were killed in a fire in Port Arlen, Ilse Brandt said.",
        "The fire in the warehouse in Port Arlen burned through the night.",
    )
    with desk(tmp_path / "x.db", analyst, "gazette", "zeitung", topics=FOLLOWED) as at:
        at.configure(feeds=_german(at, "zeitung"))
        baseline(at)
        at.publish("/fire", english, title="Fire in Port Arlen")
        at.feed("gazette", Item("/fire", title="Fire in Port Arlen"))
        at.pass_()
        told = at.one("SELECT count(*) FROM changes WHERE disposition <> 'record'")
        page = "".join(f"<p>{line}</p>" for line in GERMAN)
        at.news.put(
            "/brand",
            f"<html lang='de'><title>Brand in Port Arlen</title><article>"
            f"<h1>Brand in Port Arlen</h1>{page}</article></html>",
        )
        at.feed("zeitung", Item("/brand", title="Brand in Port Arlen"))
        at.pass_()
        rows = at.rows(
            "SELECT c.kind, c.disposition, c.outlet, cl.story_id FROM changes c "
            "JOIN claims cl USING (claim_id) WHERE c.after LIKE '%19%'"
        )
        alerted = [row for row in rows if row[1] == "alert"]
        # the toll is told once, with the second outlet among its carriers …
        assert [row[2] for row in alerted if row[0] == "new"].count("Zeitung") == 0
        assert ("new", "Zeitung") in carriers(at), (rows, told)
        # … and all of it is one story
        assert at.one("SELECT count(DISTINCT story_id) FROM articles") == 1


def _german(at: Desk, name: str) -> tuple[FeedConfig, ...]:
    return tuple(
        replace(feed, language="de") if feed.name == name else feed
        for feed in at.service.config.feeds
    )


def test_what_is_older_than_retention_never_becomes_new_again(
    tmp_path: Path, analyst: Analyst
) -> None:
    with desk(tmp_path / "x.db", analyst, "gazette", topics=FOLLOWED) as at:
        baseline(at)
        show(at, "gazette", "/fire")
        at.pass_()
        told = at.one("SELECT count(*) FROM changes")
        assert told
        at.feed("gazette")
        # too old to be watched, and then to be kept
        at.pass_(after=timedelta(days=40))
        at.clock.advance(timedelta(days=400))
        tidy(at.service)
        assert at.one("SELECT count(*) FROM articles WHERE url LIKE '%/fire'") == 0
        left = at.one("SELECT count(*) FROM changes WHERE disposition <> 'record'")
        at.feed("gazette", Item("/fire"))
        at.pass_()
        at.pass_()
        after = at.one("SELECT count(*) FROM changes WHERE disposition <> 'record'")
        assert after == left


def test_flapping_is_recorded_and_told_once(tmp_path: Path, analyst: Analyst) -> None:
    with desk(tmp_path / "x.db", analyst, "gazette", topics=FOLLOWED) as at:
        baseline(at)
        show(at, "gazette", "/fire")
        at.pass_()
        before = len(at.told())
        for number in (19, 12, 19, 12, 19):
            show(at, "gazette", "/fire", toll(number))
            at.pass_()
        assert at.told()[before:] == ["figure"]
        assert len(at.recorded()) >= 4
