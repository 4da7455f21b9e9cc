"""When alerts are sent: every rule of routing on a timeline."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.alerts import intervals, severity
from monitor.model import ChangeKind, Severity
from monitor.settings import Config, IntervalConfig, Matcher, SeverityRule
from monitor.store import confirmations
from tests.alert_samples import change, people
from tests.timeline import configured, timeline

DESK = '[[routes]]\nname = "desk"\nchannels = ["desk"]\n'
NIGHT = '[[intervals]]\nname = "nights"\ntimes = ["22:00-07:00"]\n'
# ------------------------------------------------------------------ groups


def test_group_wait_gathers_what_comes_meanwhile(tmp_path: Path) -> None:
    with timeline(tmp_path, DESK + 'group_wait = "2m"\n') as line:
        line.push("1s", toll=19)
        line.push("1m", toll=25)
        assert line.between("0s", "2m") == []
        [sent] = line.between("2m", "2m20s")
        assert "19" in sent.message.body
        assert "25" in sent.message.body


def test_group_interval_spaces_the_alerts_of_a_group(tmp_path: Path) -> None:
    config = DESK + 'group_wait = "10s"\ngroup_interval = "10m"\n'
    with timeline(tmp_path, config) as line:
        line.push("1s", toll=19)
        assert len(line.between("0s", "1m")) == 1
        line.push("2m", toll=25)
        line.push("5m", toll=31)
        # another group does not wait
        line.push("6m", claim="flood", toll=77)
        [flood] = line.between("1m", "10m")
        assert "77" in flood.message.title
        [sent] = line.between("10m", "11m")
        assert "2 changes" in sent.message.title
        line.push("40m", toll=40)
        assert len(line.between("40m", "41m")) == 1


def test_an_unacknowledged_alert_is_repeated(tmp_path: Path) -> None:
    with timeline(tmp_path, DESK + 'repeat_interval = "1h"\n') as line:
        line.push("1s")
        [first] = line.between("0s", "2m")
        [again] = line.between("2m", "1h5m")
        assert again.message.title == f"Again: {first.message.title}"
        assert again.message.body == first.message.body
        [(alert_id,)] = line.rows("SELECT alert_id FROM alerts")
        now = line.clock.now()
        confirmations.acknowledge(line.store, alert_id, author="a", note=None, now=now)
        assert line.between("1h5m", "5h") == []
        assert line.rows("SELECT status FROM deliveries") == [("sent",)]


def test_a_reminder_that_fails_is_tried_again_and_never_dead(tmp_path: Path) -> None:
    with timeline(tmp_path, DESK + 'repeat_interval = "1h"\n') as line:
        line.push("1s")
        assert len(line.between("0s", "30m")) == 1
        line.channels.broken.add("desk")
        line.to("2h")
        assert line.rows("SELECT status FROM deliveries") == [("sent",)]
        line.channels.broken.clear()
        assert line.between("2h", "4h")


# ------------------------------------------------------------------ intervals


def test_mute_holds_back_and_the_morning_tells_it_all(tmp_path: Path) -> None:
    config = DESK + 'mute = ["nights"]\n' + NIGHT
    start = datetime(2031, 3, 4, 21, 50, tzinfo=UTC)
    with timeline(tmp_path, config, start=start) as line:
        line.push("1m", toll=19)
        assert len(line.between("0s", "5m")) == 1
        line.push("1h", toll=25)
        line.push("3h", toll=31)
        assert line.between("5m", "9h9m50s") == []
        [sent] = line.between("9h9m50s", "9h10m20s")
        assert "2 changes" in sent.message.title


def test_what_would_flush_into_the_night_is_held(tmp_path: Path) -> None:
    config = DESK + 'group_wait = "5m"\nmute = ["nights"]\n' + NIGHT
    start = datetime(2031, 3, 4, 21, 50, tzinfo=UTC)
    with timeline(tmp_path, config, start=start) as line:
        line.push("8m")
        assert line.between("0s", "9h9m50s") == []
        assert len(line.between("9h9m50s", "9h11m")) == 1


def test_the_loudest_breaks_through(tmp_path: Path) -> None:
    config = DESK + 'mute = ["nights"]\nbreak_through = "high"\n' + NIGHT
    start = datetime(2031, 3, 4, 23, 0, tzinfo=UTC)
    with timeline(tmp_path, config, start=start) as line:
        line.push("1m", toll=19)
        assert line.between("0s", "10m") == []
        line.push("11m", toll=90, severity=Severity.HIGH)
        [sent] = line.between("10m", "12m")
        # what waited goes with it
        assert "2 changes" in sent.message.title
        assert line.between("12m", "9h") == []


def test_active_is_the_other_way_round(tmp_path: Path) -> None:
    config = (
        DESK + 'active = ["office"]\n[[intervals]]\nname = "office"\n'
        'times = ["09:00-17:00"]\nweekdays = ["mon-fri"]\ntimezone = "Europe/Berlin"\n'
    )
    # a Friday, 16:30 in Berlin
    start = datetime(2031, 3, 7, 15, 30, tzinfo=UTC)
    with timeline(tmp_path, config, start=start) as line:
        line.push("1m", toll=19)
        assert len(line.between("0s", "5m")) == 1
        line.push("1h", toll=25)
        assert line.between("5m", "64h29m50s") == []
        # Monday, 9:00 in Berlin
        assert len(line.between("64h29m50s", "64h31m")) == 1


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        # the clocks go forward at 2:00: the night is an hour shorter
        (datetime(2026, 3, 28, 23, 0, tzinfo=UTC), datetime(2026, 3, 29, 5, 0, tzinfo=UTC)),
        # and back at 3:00: an hour longer
        (datetime(2026, 10, 24, 22, 0, tzinfo=UTC), datetime(2026, 10, 25, 6, 0, tzinfo=UTC)),
        (datetime(2026, 7, 1, 22, 0, tzinfo=UTC), datetime(2026, 7, 2, 5, 0, tzinfo=UTC)),
        (datetime(2026, 7, 1, 12, 0, tzinfo=UTC), datetime(2026, 7, 1, 12, 0, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_nights_end_by_the_clock_on_the_wall(
    tmp_path: Path, now: datetime, opens: datetime
) -> None:
    config = configured(
        tmp_path, DESK + 'mute = ["nights"]\n' + NIGHT + 'timezone = "Europe/Berlin"\n'
    )
    assert intervals.next_open(config.routes[0], config, now) == opens


@pytest.mark.parametrize(
    ("interval", "day", "inside"),
    [
        (IntervalConfig("x", weekdays=("sat-mon",)), 8, True),  # a Saturday
        (IntervalConfig("x", weekdays=("sat-mon",)), 11, False),
        (IntervalConfig("x", weekdays=("tuesday",)), 11, True),
        (IntervalConfig("x", days=("-1",)), 31, True),
        (IntervalConfig("x", days=("-3--2",)), 31, False),
        (IntervalConfig("x", days=("1-7",)), 7, True),
        (IntervalConfig("x", months=("dec-mar",)), 7, True),
        (IntervalConfig("x", months=("april",)), 7, False),
        (IntervalConfig("x"), 7, True),
        # belongs to the Friday it begins on, although it is Saturday
        (IntervalConfig("x", times=("13:00-12:30",), weekdays=("fri",)), 8, True),
        (IntervalConfig("x", times=("13:00-12:30",), weekdays=("fri",)), 9, False),
    ],
)
def test_intervals_hold(interval: IntervalConfig, day: int, inside: bool) -> None:
    noon = datetime(2031, 3, day, 12, 0, tzinfo=UTC)
    assert intervals.contains(interval, noon, "UTC") is inside


# ------------------------------------------------------------------ floods, digests


def test_a_flood_is_summarised_not_dropped(tmp_path: Path) -> None:
    with timeline(tmp_path, DESK + "flood_cap = 3\n") as line:
        for n in range(20):
            line.push(f"{n + 1}m", claim=f"c{n}", toll=100 + n)
        early = line.between("0s", "30m")
        assert len(early) == 3
        [summary] = line.between("30m", "1h5m")
        assert "17 changes" in summary.message.title
        assert all(str(100 + n) in summary.message.body for n in range(3, 20))
        # the flood is over
        line.push("3h", claim="late", toll=500)
        assert len(line.between("1h5m", "3h5m")) == 1


def test_who_says_nothing_gets_few_alerts_a_day_and_the_rest_gathered(
    tmp_path: Path,
) -> None:
    # no topic, no route
    with timeline(tmp_path, "") as line:
        for n in range(100):
            line.push(f"{n * 14 + 1}m", claim=f"c{n}", toll=100 + n)
        line.to("25h")
        told = [sent.message for sent in line.channels.sent if sent.channel == "desk"]
        gathered = [message for message in told if message.title.startswith("Digest")]
        assert len(told) - len(gathered) == 14
        assert len(told) <= 40
        assert all(str(100 + n) in " ".join(m.body for m in told) for n in range(100))
        # the next day begins anew
        line.push("40h", claim="late", toll=500)
        assert len(line.between("39h", "40h1m")) == len(line.service.config.channels)


def test_who_follows_a_topic_is_told_at_once(tmp_path: Path) -> None:
    with timeline(tmp_path, '[[topics]]\nname = "tolls"\nany = ["people"]\n') as line:
        for n in range(30):
            line.push(f"{n * 20 + 1}m", claim=f"c{n}", toll=100 + n)
        assert sum(s.channel == "desk" for s in line.between("0s", "11h")) == 30


def test_the_loudest_passes_a_flood(tmp_path: Path) -> None:
    with timeline(tmp_path, DESK + "flood_cap = 1\n") as line:
        line.push("1m", claim="a")
        line.push("2m", claim="b")
        line.push("3m", claim="c", severity=Severity.CRITICAL)
        titles = [sent.message.title for sent in line.between("0s", "10m")]
        assert len(titles) == 2
        assert titles[1].startswith("[critical]")


def test_an_hourly_digest(tmp_path: Path) -> None:
    start = datetime(2031, 3, 4, 12, 20, tzinfo=UTC)
    with timeline(tmp_path, DESK + 'digest = "hourly"\n', start=start) as line:
        line.push("1m", toll=19)
        line.push("30m", claim="flood", toll=77)
        assert line.between("0s", "39m50s") == []
        [sent] = line.between("39m50s", "41m")
        assert sent.message.title.startswith("Digest: 2 changes")
        # nothing happened: nothing is sent
        assert line.between("41m", "4h") == []


def test_a_daily_digest_of_a_route_in_local_time(tmp_path: Path) -> None:
    config = '[claimwatch]\ndatabase = "x.db"\ntimezone = "Asia/Kolkata"\n' + (
        DESK + 'digest = "18:00"\n'
    )
    with timeline(tmp_path, config) as line:
        line.push("5m", toll=19)
        # 18:00 in Kolkata is 12:30 UTC
        assert line.between("0s", "29m50s") == []
        assert len(line.between("29m50s", "31m")) == 1


# ------------------------------------------------------------------ inhibition


def test_a_retraction_inhibits_the_details_of_its_article(tmp_path: Path) -> None:
    rule = '[[inhibitions]]\nsource = ["kind=retracted"]\ntarget = ["kind=figure"]\n'
    with timeline(tmp_path, DESK + 'group_wait = "1m"\n' + rule) as line:
        elsewhere = "https://gazette.example/other"
        quiet = line.push("1s", claim="a", toll=19)
        line.push("2s", claim="b", toll=77, article_url=elsewhere)
        # it comes later than what it inhibits, but before that is sent
        line.push("30s", claim="c", kind=ChangeKind.RETRACTED, toll=50)
        titles = [sent.message.title for sent in line.between("0s", "5m")]
        assert len(titles) == 2
        assert not any("19" in title for title in titles)
        [(why,)] = line.rows(
            "SELECT withheld FROM alert_changes WHERE change_id = ?", quiet
        )
        assert why == "inhibited by change c3 (retracted)"
        # long after it inhibits nothing
        line.push("3h", claim="a", toll=25)
        assert len(line.between("5m", "4h")) == 1


def test_what_is_both_source_and_target_inhibits_not_its_like(tmp_path: Path) -> None:
    rule = '[[inhibitions]]\nsource = ["kind=figure"]\ntarget = ["kind=figure"]\n'
    with timeline(tmp_path, DESK + rule) as line:
        line.push("1s", claim="a")
        line.push("2s", claim="b")
        assert len(line.between("0s", "5m")) == 2


# ------------------------------------------------------------------ severity rules


def test_severity_rules_are_data() -> None:
    rules = (
        SeverityRule(Severity.LOW, (Matcher("source", "=", ("nobody",)),)),
        SeverityRule(Severity.CRITICAL, (Matcher("kind", "=", ("figure",)),), 10.0),
        SeverityRule(Severity.HIGH, (Matcher("severity", "=", ("normal",)),)),
    )
    config = Config(Path("x.db"), severity_rules=rules)
    tenfold = change(after=people(3120, "3,120 people"))
    found = severity.ruled(tenfold, config)
    assert found is not None
    assert found[0] is Severity.CRITICAL
    assert found[1] == "severity rule 2: kind=figure, values 10 times apart"
    found = severity.ruled(change(), config)
    assert found == (Severity.HIGH, "severity rule 3: severity=normal")
    assert severity.ruled(change(severity=Severity.LOW), config) is None


def test_what_a_heavy_source_says_is_louder(tmp_path: Path) -> None:
    config = configured(
        tmp_path,
        '[[severity_rules]]\nseverity = "critical"\nweight = 2.0\n'
        'matchers = ["kind = figure"]\n[source_weights]\n"Delta Relief Watch" = 3.0\n',
    )
    heavy = severity.ruled(change(source="delta relief watch"), config)
    assert heavy == (
        Severity.CRITICAL,
        "severity rule 1: kind=figure, its source weighs 3",
    )
    assert severity.ruled(change(source="a passer-by"), config) is None


# ------------------------------------------------------------------ routing trees

# The shape of the tree in Alertmanager's documentation, in our labels: a default
# receiver, nested matchers, `continue`.
TREE = """
[[routes]]
name = "root"
channels = ["desk"]

[[routes.routes]]
name = "wires"
matchers = ["outlet =~ .+Wire"]
channels = ["night"]
continue = true

[[routes.routes]]
name = "floods"
matchers = ["source = [water board, coast guard]"]

[[routes.routes.routes]]
name = "floods-loud"
matchers = ["severity = high"]
channels = ["boss"]
group_wait = "0s"

[[routes.routes]]
name = "odd"
matchers = ["kind != figure", "language !~ en|de"]
channels = ["boss"]
"""


@pytest.mark.parametrize(
    ("more", "routes", "channels"),
    [
        ({}, ["root"], ["desk"]),
        ({"source": "Water Board"}, ["floods"], ["desk"]),
        (
            {"source": "coast guard", "severity": Severity.HIGH},
            ["floods-loud"],
            ["boss"],
        ),
        ({"outlets": ("North Wire",)}, ["wires"], ["night"]),
        # `continue` goes on to the next siblings
        (
            {"outlets": ("North Wire",), "source": "water board"},
            ["wires", "floods"],
            ["night", "desk"],
        ),
        ({"kind": ChangeKind.REMOVED, "language": "fr"}, ["odd"], ["boss"]),
        ({"kind": ChangeKind.REMOVED, "language": "de"}, ["root"], ["desk"]),
        # an absent label is an empty text, which is neither
        ({"kind": ChangeKind.REMOVED, "language": None}, ["odd"], ["boss"]),
    ],
)
def test_a_tree_gives_the_receivers_of_alertmanager(
    tmp_path: Path, more: dict[str, object], routes: list[str], channels: list[str]
) -> None:
    from monitor.alerts import route

    config = configured(tmp_path, TREE)
    placed = route.place(change(**more), config, now=datetime(2031, 1, 1, tzinfo=UTC))
    assert [p.route for p in placed] == routes
    assert [name for p in placed for name in p.channels] == channels


def test_routes_inherit_what_they_do_not_say(tmp_path: Path) -> None:
    config = configured(
        tmp_path,
        DESK + 'group_wait = "5m"\nmute = ["nights"]\nflood_cap = 7\n'
        '[[routes.routes]]\nmatch = { kind = "new" }\n'
        '[[routes.routes.routes]]\ngroup_by = []\nchannels = ["boss"]\n' + NIGHT,
    )
    [top] = config.routes
    [middle] = top.routes
    [leaf] = middle.routes
    assert (middle.channels, middle.group_wait) == (("desk",), top.group_wait)
    assert (leaf.channels, leaf.flood_cap, leaf.group_by) == (("boss",), 7, ())
    # intervals are not inherited, as in Alertmanager
    assert (top.mute, middle.mute) == (("nights",), ())
    assert len({route.name for route in top.walk()}) == 3
