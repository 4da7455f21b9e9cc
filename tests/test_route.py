"""Where changes go, when, and how they are grouped."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.alerts import route
from monitor.model import Certainty, Change, ChangeKind, Severity, SourceKind
from monitor.settings import ChannelConfig, Config, DigestConfig, RouteConfig
from tests.alert_samples import NOON, URL, change


def config(*routes: RouteConfig, **more: Any) -> Config:
    channels = tuple(ChannelConfig(name, "json://x") for name in ("desk", "night"))
    values: dict[str, Any] = {"channels": channels, "routes": routes}
    return Config(database=Path("x.db"), **(values | more))


def to(name: str, *, continue_: bool = False, **match: tuple[str, ...]) -> RouteConfig:
    return RouteConfig(name, (f"{name}-channel",), match=match, continue_=continue_)


def taken(given: Change, *routes: RouteConfig) -> list[str]:
    return [p.route for p in route.place(given, config(*routes), now=NOON)]


def test_without_routes_every_channel_gets_everything() -> None:
    (placement,) = route.place(change(), config(), now=NOON)
    assert placement.route == "default"
    assert placement.channels == ("desk", "night")
    assert placement.flush_at == NOON + timedelta(seconds=30)
    assert not placement.digest


def test_without_channels_the_console_gets_everything() -> None:
    (placement,) = route.place(change(), config(channels=()), now=NOON)
    assert placement.channels == ("console",)


def test_the_first_match_ends_the_search() -> None:
    kinds = to("kinds", kind=("figure", "denied"))
    assert taken(change(), kinds, to("rest")) == ["kinds"]
    assert taken(change(ChangeKind.REMOVED), kinds, to("rest")) == ["rest"]


def test_continue_goes_on() -> None:
    first = to("first", continue_=True, kind=("figure",))
    assert taken(change(), first, to("second"), to("third")) == ["first", "second"]


def test_no_match_places_nothing() -> None:
    assert taken(change(), to("other", topic=("storms",))) == []


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("topic", "floods"),
        ("kind", "figure"),
        ("kind", "certainty"),
        ("severity", "high"),
        ("feed", "harbour-world"),
        ("outlet", "Northern Gazette"),
        ("source", "delta relief watch"),
        ("source_kind", "named"),
        ("measure", "killed/person"),
        ("certainty", "reported"),
        ("language", "en"),
        ("region", "delta"),
    ],
)
def test_every_label_can_be_matched(label: str, value: str) -> None:
    given = change(severity=Severity.HIGH, sub_kinds=(ChangeKind.CERTAINTY,))
    assert taken(given, to("it", **{label: ("nothing", value)})) == ["it"]
    assert taken(given, to("it", **{label: ("nothing",)})) == []


def test_all_matchers_must_hold() -> None:
    both = to("both", kind=("figure",), topic=("storms",))
    assert taken(change(), both) == []
    assert taken(change(topics=("floods", "storms")), both) == ["both"]


def test_an_absent_label_matches_no_value() -> None:
    silent = change(source=None, source_kind=None, measure=None, language=None)
    for label in ("source", "source_kind", "measure", "language", "unknown"):
        assert taken(silent, to("it", **{label: ("None", "")})) == []


def test_feed_labels_do_not_replace_ours() -> None:
    given = change(labels=(("kind", "denied"), ("region", "a"), ("region", "b")))
    assert taken(given, to("it", kind=("denied",))) == []
    assert taken(given, to("it", region=("b",))) == ["it"]


def test_the_trace_tells_why() -> None:
    routes = config(to("night", severity=("high",)), to("rest"))
    asked = route.trace(change(), routes)
    assert [(s.route, s.taken) for s in asked] == [("night", False), ("rest", True)]
    assert asked[0].reason == "severity normal is not high"
    assert asked[1].reason == "route rest takes all"
    (placement,) = route.place(change(), routes, now=NOON)
    assert placement.reason == "route rest takes all; grouped by story=3"


# ------------------------------------------------------------------ groups


@pytest.mark.parametrize(
    ("group_by", "key"),
    [
        (("story",), "story=3"),
        (("claim",), "claim=7"),
        (("topic", "kind"), "topic=floods kind=figure"),
        (("feed",), "feed=harbour-world"),
        (("article",), f"article={URL}"),
        (("measure",), "measure=killed/person"),
        (("region",), "region=delta"),
        ((), "all"),
    ],
)
def test_group_keys(group_by: tuple[str, ...], key: str) -> None:
    assert route.group_key(change(), group_by) == key


def test_what_lacks_a_label_is_not_lumped_together() -> None:
    one = change(story_id=None, claim_id=1, topics=())
    other = change(story_id=None, claim_id=2, topics=())
    for label in ("story", "topic"):
        assert route.group_key(one, (label,)) != route.group_key(other, (label,))


def test_new_claims_of_an_article_are_one_alert() -> None:
    keys = {
        route.group_key(change(ChangeKind.NEW, claim_id=n, story_id=n), ("claim",))
        for n in range(5)
    }
    assert keys == {f"new article={URL}"}


# ------------------------------------------------------------------ digest


def test_what_is_for_the_digest_waits_for_it() -> None:
    given = change(ChangeKind.DETAIL, digest=True)
    (placement,) = route.place(given, config(to("rest")), now=NOON)
    assert placement.digest
    assert placement.group_key == "digest"
    assert placement.channels == ("rest-channel",)
    assert placement.flush_at == datetime(2031, 3, 5, 7, 0, tzinfo=UTC)
    assert "digest at 07:00 UTC" in placement.reason


def test_a_digest_with_channels_of_its_own_is_one() -> None:
    own = config(
        to("a", continue_=True),
        to("b", kind=("denied",)),
        digest=DigestConfig(channels=("night",)),
    )
    given = change(ChangeKind.DETAIL, digest=True)
    (placement,) = route.place(given, own, now=NOON)
    assert (placement.route, placement.channels) == ("digest", ("night",))
    assert [p.route for p in route.place(change(), own, now=NOON)] == ["a"]


def due(at: str, zone: str, now: datetime) -> datetime:
    return route.next_digest(DigestConfig(at=at), zone, now=now)


@pytest.mark.parametrize(
    ("at", "zone", "now", "expected"),
    [
        ("07:00", "UTC", "2031-03-04T06:59", "2031-03-04T07:00"),
        ("07:00", "UTC", "2031-03-04T07:00", "2031-03-05T07:00"),
        ("07:00", "Asia/Tokyo", "2031-03-04T12:00", "2031-03-04T22:00"),
        ("23:30", "America/New_York", "2031-03-05T04:00", "2031-03-05T04:30"),
        # the clocks skip 02:30 on 30 March 2031: sent at 03:30, once
        ("02:30", "Europe/Berlin", "2031-03-29T12:00", "2031-03-30T01:30"),
        ("02:30", "Europe/Berlin", "2031-03-30T01:30", "2031-03-31T00:30"),
        # and have it twice on 26 October: sent the first time only
        ("02:30", "Europe/Berlin", "2031-10-25T12:00", "2031-10-26T00:30"),
        ("02:30", "Europe/Berlin", "2031-10-26T00:30", "2031-10-27T01:30"),
        ("02:30", "Europe/Berlin", "2031-10-26T01:10", "2031-10-27T01:30"),
        # a whole day that an island skipped
        ("07:00", "Pacific/Apia", "2011-12-29T17:00", "2011-12-30T17:00"),
    ],
)
def test_the_digest_comes_once_a_day_in_local_time(
    at: str, zone: str, now: str, expected: str
) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert due(at, zone, moment) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize("at", ["00:00", "02:00", "02:30", "03:00", "23:59"])
@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Tehran"])
def test_a_year_of_digests_has_one_for_each_day(at: str, zone: str) -> None:
    now = datetime(2031, 1, 1, tzinfo=UTC)
    last = now
    for _ in range(365):
        last = due(at, zone, now)
        assert timedelta(0) < last - now <= timedelta(hours=25)
        now = last
    assert timedelta(days=364) < last - datetime(2031, 1, 1, tzinfo=UTC)


def test_labels_of_a_bare_change() -> None:
    bare = change(
        source=None,
        source_kind=SourceKind.OUTLET,
        outlets=(),
        certainty=Certainty.ASSERTED,
    )
    labels = route.labels(bare)
    assert labels["source"] == ()
    assert labels["source_kind"] == ("outlet",)
    assert labels["outlet"] == ("Harbour Post",)
