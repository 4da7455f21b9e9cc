"""The baseline: what is silent, what flaps, what is old, what was removed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor import settings
from monitor.analysis import Analyst
from monitor.pipeline import check, deliver, poll
from monitor.settings import RouteConfig, TopicConfig
from tests.clock import FakeClock
from tests.desk import FIRE, START, Desk, Item, baseline, desk
from tests.servers import NewsServer

MORE = (*FIRE, "Another 30 people were injured, according to the health ministry.")
WORSE = (FIRE[0].replace("12", "19"), *FIRE[1:])


def without(text: str, *, of: tuple[str, ...] = FIRE) -> tuple[str, ...]:
    return tuple(paragraph for paragraph in of if text not in paragraph)


# ------------------------------------------------------------------ other tools


@pytest.mark.parametrize("part", ["engine", "extractor"])
def test_other_tools_re_anchor_silently(at: Desk, part: str) -> None:
    at.publish("/fire")
    baseline(at, Item("/fire"))
    stamp = at.one("SELECT analysis FROM revisions")
    extractor, _, engine = stamp.partition(" · ")
    older = (
        f"trafilatura 1.0+0 · {engine}" if part == "extractor" else f"{extractor} · 0"
    )
    with at.service.store.writing() as db:
        db.execute("UPDATE revisions SET analysis = ?", (older,))
        # what those tools had read: another figure, a claim that is none, a gap
        db.execute("UPDATE assertions SET value_min = 11, value_max = NULL "
                   "WHERE value_min = 12")  # fmt: skip
        if part == "extractor":
            db.execute("UPDATE revisions SET text = text || char(10) || 'Read also: "
                       "At least 7 people died in a blaze in Tronvik in May.'")  # fmt: skip
    for _ in range(3):
        at.pass_()
    assert at.told() == []
    assert at.messages == []
    assert (
        at.one("SELECT analysis FROM revisions ORDER BY number DESC LIMIT 1") == stamp
    )
    assert at.one("SELECT count(*) FROM sightings WHERE gone_since IS NOT NULL") == 0
    values = at.rows(
        "SELECT DISTINCT a.value_min FROM assertions a JOIN sightings USING "
        "(assertion_id) JOIN revisions r USING (revision_id) WHERE r.analysis = ? "
        "AND a.value_min IS NOT NULL",
        stamp,
    )
    assert values == [(12.0,)]
    # and real changes alert again
    at.publish("/fire", WORSE)
    at.pass_()
    assert at.told() == ["figure"]


# ------------------------------------------------------------------ flapping


def test_a_page_with_two_faces_flaps_silently(at: Desk) -> None:
    at.publish("/fire")
    baseline(at, Item("/fire"))
    at.publish("/fire", WORSE)
    at.pass_()
    assert at.told() == ["figure"]
    for round_ in range(4):
        at.publish("/fire", FIRE if round_ % 2 == 0 else WORSE)
        at.pass_()
    assert at.told() == ["figure"]
    assert any("flapping" in why for _, why in at.recorded())


def test_a_flapping_sentence_is_no_removal(at: Desk) -> None:
    at.publish("/fire")
    baseline(at, Item("/fire"))
    for round_ in range(6):
        at.publish("/fire", without("shelter") if round_ % 2 == 0 else FIRE)
        at.pass_(after=timedelta(minutes=12))
    assert set(at.told()) <= {"removed", "restored"}
    before = at.told()
    for round_ in range(6):
        at.publish("/fire", without("shelter") if round_ % 2 == 0 else FIRE)
        at.pass_(after=timedelta(minutes=12))
    assert at.told() == before


# ------------------------------------------------------------------ removals


def test_two_removals_wait_each_for_their_own_second_visit(at: Desk) -> None:
    at.publish("/fire", MORE)
    baseline(at, Item("/fire"))
    at.publish("/fire", without("shelter", of=MORE))
    at.pass_()
    at.publish("/fire", without("30 people", of=without("shelter", of=MORE)))
    at.pass_()
    assert at.told() == ["removed"]
    at.pass_()
    assert at.told() == ["removed", "removed"]
    texts = at.rows("SELECT json_extract(before, '$.text') FROM changes "
                    "WHERE kind = 'removed'")  # fmt: skip
    assert "shelter" in texts[0][0]
    assert "30 people" in texts[1][0]


def test_a_sentence_that_is_back_in_time_was_never_removed(at: Desk) -> None:
    at.publish("/fire")
    baseline(at, Item("/fire"))
    at.publish("/fire", without("shelter"))
    at.pass_()
    at.publish("/fire", (*FIRE, "The mayor spoke in the town hall."))
    at.pass_()
    at.pass_()
    assert [kind for kind in at.told() if kind != "new"] == []
    assert at.one("SELECT count(*) FROM sightings WHERE gone_since IS NOT NULL") == 0


def test_an_error_between_two_visits_delays_a_removal_only(at: Desk) -> None:
    at.publish("/fire")
    baseline(at, Item("/fire"))
    at.publish("/fire", without("shelter"))
    at.pass_()
    at.news.put("/fire", "", status=503)
    at.pass_()
    assert at.told() == []
    at.publish("/fire", without("shelter"))
    at.pass_(after=timedelta(hours=1))
    assert at.told() == ["removed"]


def test_a_sentence_of_several_claims_is_one_removal(at: Desk) -> None:
    both = (
        "At least 30 people were injured and 200 homes were evacuated, the health "
        "ministry said."
    )
    at.publish("/fire", (*FIRE, both))
    baseline(at, Item("/fire"))
    assert at.one("SELECT count(*) FROM assertions WHERE value_min IN (30, 200)") == 2
    at.publish("/fire")
    at.pass_()
    at.pass_()
    assert at.told() == ["removed"]


def test_time_rules_hold_between_processes(tmp_path: Path, analyst: Analyst) -> None:
    clock = FakeClock(START)
    with NewsServer() as news:

        def once(paragraphs: tuple[str, ...], after: timedelta) -> list[str]:
            with desk(tmp_path / "x.db", analyst, news=news, clock=clock) as at:
                at.feed("gazette", Item("/fire"))
                at.publish("/fire", paragraphs)
                clock.advance(after)
                poll(at.service, force=True)
                check(at.service, force=True)
                deliver(at.service, force=True)
                return at.told()

        minutes = [timedelta(minutes=m) for m in (0, 20, 3, 3, 20)]
        gone = without("shelter")
        assert once(FIRE, minutes[0]) == []
        assert once(gone, minutes[1]) == []
        assert once(gone, minutes[2]) == []
        assert once(gone, minutes[3]) == []
        assert once(gone, minutes[4]) == ["removed"]
        assert once(gone, minutes[4]) == ["removed"]


# ------------------------------------------------------------------ old news


def test_old_news_is_history(tmp_path: Path, analyst: Analyst) -> None:
    with desk(tmp_path / "x.db", analyst, "gazette", "herald") as at:
        at.publish("/fire", WORSE)
        baseline(at, Item("/fire"))
        old = "The Herald's first report from Port Arlen."
        at.publish("/first", (old, *FIRE), title="Fire in Port Arlen")
        at.feed("herald", Item("/first", published=START - timedelta(hours=8)))
        at.pass_()
        assert [k for k in at.told() if k != "corroborated"] == []
        assert at.one("SELECT max(value_min) FROM assertions "
                      "WHERE is_historic = 0") == 19.0  # fmt: skip
        # a year-old archive piece is read and told to nobody
        at.publish("/archive", ("At least 44 people died in Tronvik, police said.",))
        at.feed("herald", Item("/archive", published=START - timedelta(days=365)))
        at.pass_()
        assert "new" not in at.told()


# ------------------------------------------------------------------ policy


def topics() -> tuple[TopicConfig, ...]:
    return (TopicConfig("arlen", any=("Port Arlen",)),)


def test_without_topics_new_claims_wait_for_the_digest(at: Desk) -> None:
    at.publish("/fire")
    baseline(at, Item("/fire"))
    at.publish("/flood", (("At least 50 people were displaced by a flood in Tronvik, "
                          "the fire service said."),))  # fmt: skip
    at.feed("gazette", Item("/flood", title="Flood"))
    at.pass_()
    assert at.told() == []
    assert at.messages == []
    due = at.rows("SELECT flush_at FROM alerts WHERE is_digest")
    assert due == [("2026-11-21T07:00:00Z",)]
    at.pass_(after=timedelta(hours=12))
    assert at.messages == []
    at.pass_(after=timedelta(hours=11))
    (message,) = at.messages
    assert "50" in message.body
    at.pass_(after=timedelta(days=2))
    assert len(at.messages) == 1


def test_with_topics_new_claims_of_an_article_are_one_alert(
    tmp_path: Path, analyst: Analyst
) -> None:
    with desk(tmp_path / "x.db", analyst, topics=topics()) as at:
        baseline(at)
        at.publish("/fire", MORE)
        at.publish("/flood", (("At least 50 people were displaced by a flood in "
                              "Tronvik, the fire service said."),), title="Flood")  # fmt: skip
        at.feed("gazette", Item("/fire"), Item("/flood", title="Flood"))
        at.pass_()
        assert len(at.messages) == 1
        assert set(at.told()) == {"new"}
        unmatched = [why for kind, why in at.recorded() if "matches no topic" in why]
        assert unmatched


def test_what_is_configured_later_never_alerts_on_the_past(at: Desk) -> None:
    at.publish("/fire")
    baseline(at, Item("/fire"))
    at.publish("/fire", WORSE)
    at.pass_()
    assert len(at.messages) == 1
    at.configure(
        topics=topics(),
        routes=(
            RouteConfig("later", ("console",), group_wait=timedelta(0)),
            *at.service.config.routes,
        ),
    )
    at.pass_()
    at.pass_()
    assert len(at.messages) == 1


def test_changes_of_one_story_are_gathered_for_group_wait(
    tmp_path: Path, analyst: Analyst
) -> None:
    routes = (RouteConfig("all", ("console",), group_wait=timedelta(minutes=30)),)
    with desk(tmp_path / "x.db", analyst, routes=routes) as at:
        at.publish("/fire", MORE)
        baseline(at, Item("/fire"))
        at.publish("/fire", (*WORSE, MORE[-1]))
        at.pass_()
        at.publish("/fire", (*WORSE, MORE[-1].replace("30", "41")))
        at.pass_(after=timedelta(minutes=12))
        assert at.told() == ["figure", "figure"]
        assert at.messages == []
        at.pass_(after=timedelta(minutes=19))
        (message,) = at.messages
        assert "19" in message.body
        assert "41" in message.body
        # closed: the next change is a new alert
        at.publish("/fire", (*WORSE, MORE[-1].replace("30", "55")))
        at.pass_()
        at.pass_(after=timedelta(minutes=31))
        assert len(at.messages) == 2


def test_the_same_feed_label_reaches_the_routes(
    tmp_path: Path, analyst: Analyst
) -> None:
    routes: tuple[RouteConfig, ...] = (
        RouteConfig("north", ("console",), match={"region": ("north",)},
                    group_wait=timedelta(0)),
    )  # fmt: skip
    with desk(tmp_path / "x.db", analyst, "gazette", "herald", routes=routes) as at:
        feeds = [
            replace(feed, labels={"region": "north"}) if feed.name == "herald" else feed
            for feed in at.service.config.feeds
        ]
        at.configure(feeds=tuple(feeds))
        at.publish("/a")
        at.publish("/b", ("At least 7 people were hurt in Tronvik, police said.",))
        for name, path in (("gazette", "/a"), ("herald", "/b")):
            at.feed(name, Item(path))
        at.pass_(after=timedelta(0))
        at.publish("/a", WORSE)
        at.publish("/b", ("At least 9 people were hurt in Tronvik, police said.",))
        at.pass_()
        assert at.told() == ["figure", "figure"]
        (message,) = at.messages
        assert "9" in message.title + message.body
        assert settings.CONSOLE == "console"


def test_a_silent_edit_is_marked(at: Desk) -> None:
    stamp = '<meta property="article:modified_time" content="2026-11-20T08:00:00Z">'
    at.publish("/fire", head=stamp)
    baseline(at, Item("/fire"))
    at.publish("/fire", WORSE, head=stamp)
    at.pass_()
    assert at.rows("SELECT is_silent_edit FROM changes WHERE kind = 'figure'") == [(1,)]
    # an edit that touches no claim is silent too; one with a notice is not
    notice = "Correction: An earlier version of this article gave a wrong toll."
    at.publish("/fire", (*WORSE, "Traffic was slow."), head=stamp)
    at.pass_()
    at.publish("/fire", (*WORSE, notice), head=stamp)
    at.pass_()
    silent = "SELECT number, is_silent_edit FROM revisions"
    assert at.rows(silent) == [(1, 0), (2, 1), (3, 1), (4, 0)]
    # the notice of an earlier edit does not speak for a later one
    at.publish("/fire", (*WORSE[:3], notice), head=stamp)
    at.pass_()
    assert at.rows(silent)[-1] == (5, 1)


def test_a_replaced_text_is_one_change(at: Desk) -> None:
    at.publish("/fire", MORE)
    baseline(at, Item("/fire"))
    other: tuple[Any, ...] = (
        "The central bank of Norvania left its key rate at 4.25 percent on Friday.",
        "Governor Petra Amsel said that inflation would fall to 2 percent next year.",
        "Analysts at Torvald Bank had expected a cut of a quarter of a point.",
        "The krone rose by 3 percent against the dollar after the decision.",
        "Some 4,000 people work at the bank, a spokesman said in Lunde.",
    )
    at.publish("/fire", other, title="Central bank keeps its rate")
    at.pass_()
    at.pass_()
    assert at.told() == ["corrected"]


# ------------------------------------------------------------------ paused articles


def test_articles_of_a_removed_feed_rest_and_come_back_silently(at: Desk) -> None:
    at.publish("/fire")
    baseline(at, Item("/fire"))
    told = at.told()
    configured = at.service.config.feeds
    at.configure(feeds=())
    at.publish("/fire", WORSE)
    _, checks = at.pass_()
    assert checks == []
    at.configure(feeds=configured)
    at.pass_()
    assert at.told() == told
    assert any("after a pause" in why for _, why in at.recorded())
    assert at.rows("SELECT DISTINCT watch FROM articles") == [("on",)]
    at.publish("/fire", (FIRE[0].replace("12", "23"), *FIRE[1:]))
    at.pass_()
    assert at.told() == [*told, "figure"]
