"""Channels that refuse are left alone for a while; nothing is lost, nothing overtakes."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import pytest

from monitor import schedule
from monitor.model import Outcome
from monitor.notify import Notifier
from monitor.pipeline import deliver
from monitor.settings import ChannelConfig, Config, DeliveryConfig
from monitor.store import outbox, pauses
from tests.cli_calls import good, own_place
from tests.newsroom import write_config
from tests.servers import Exchange, HookServer
from tests.timeline import START, Timeline, timeline

DESK = '[[routes]]\nname = "desk"\nchannels = ["desk"]\nflood_cap = 1000\n'
QUIET = "[coverage]\nenabled = false\n"
NIGHT = '[[routes]]\nname = "night"\nchannels = ["night"]\n'


def tried(line: Timeline, channel: str = "desk") -> list[timedelta]:
    return [at for at, name in line.channels.tried if name == channel]


# the package gives the function that name
stage = import_module("monitor.pipeline.deliver")


# ------------------------------------------------------------------ the breaker


def test_a_broken_channel_is_left_alone_and_tried_with_one_message(
    tmp_path: Path,
) -> None:
    with timeline(tmp_path, DESK + QUIET) as line:
        line.channels.broken.add("desk")
        for n in range(20):
            line.push(f"{n + 1}s", claim=f"c{n}", toll=100 + n)
        line.to("40m")
        # five failures open it; from then on one try at a time, ever later
        at = tried(line)
        assert len(at) < 15
        [pause] = pauses.listed(line.store)
        assert pause.failures == len(at)
        assert pause.until is not None
        later = [b - a for a, b in pairwise(at[5:])]
        assert later == sorted(later)
        assert later[-1] > timedelta(minutes=5)
        # none used up its attempts while the channel was down
        assert line.rows("SELECT DISTINCT status FROM deliveries") == [("pending",)]
        line.channels.broken.clear()
        line.to("3h")
        assert len(line.channels.sent) == 20
        assert pauses.listed(line.store) == []


def test_a_pause_survives_a_restart_and_holds_no_other_channel(tmp_path: Path) -> None:
    with timeline(tmp_path, DESK + "continue = true\n" + NIGHT + QUIET) as line:
        line.channels.broken.add("desk")
        for n in range(6):
            line.push(f"{n + 1}s", claim=f"c{n}")
        line.to("5m")
        assert sum(sent.channel == "night" for sent in line.channels.sent) == 6
        [pause] = pauses.listed(line.store)
        # another process: what it knows is in the database
        due = outbox.due(line.store, now=line.clock.now(), limit=50)
        assert pause.until is not None
        assert due == []
        assert len(outbox.due(line.store, now=pause.until, limit=50)) == 1


def test_what_a_service_asks_for_holds_for_the_whole_channel(tmp_path: Path) -> None:
    with timeline(tmp_path, DESK + QUIET) as line:
        line.channels.broken.add("desk")
        line.channels.refusal = Outcome(ok=False, detail="HTTP 429", retry_after=600.0)
        line.push("1s", claim="a")
        line.push("2s", claim="b")
        line.to("1m")
        assert len(tried(line)) == 1
        line.channels.broken.clear()
        line.push("2m", claim="c")
        [first, *_] = line.between("1m", "20m")
        assert timedelta(minutes=10) <= first.at - tried(line)[0]
        assert len(line.channels.sent) == 3


def test_one_without_an_answer_is_left_alone_at_once(tmp_path: Path) -> None:
    with timeline(tmp_path, DESK + QUIET) as line:
        line.channels.broken.add("desk")
        line.channels.refusal = Outcome(ok=False, detail="no answer", slow=True)
        for n in range(5):
            line.push(f"{n + 1}s", claim=f"c{n}")
        line.to("1m")
        assert len(tried(line)) == 1


@pytest.mark.parametrize(
    ("failures", "slow", "asked", "least", "most"),
    [
        (1, False, None, None, None),
        (4, False, None, None, None),
        (5, False, None, 30, 35),
        (6, False, None, 60, 70),
        (40, False, None, 3600, 3962),
        (1, True, None, 30, 35),
        (1, False, 90, 90, 92),
        (7, False, 2, 120, 134),
        # nobody may ask for more than a day
        (1, False, 10**7, 86_400, 86_402),
    ],
)
def test_how_long_a_channel_is_left_alone(
    failures: int, slow: bool, asked: int | None, least: int | None, most: int | None
) -> None:
    until = schedule.next_pause(
        failures=failures,
        slow=slow,
        config=DeliveryConfig(),
        retry_after=None if asked is None else timedelta(seconds=asked),
        now=START,
        jitter_key="desk",
    )
    if least is None or most is None:
        assert until is None
        return
    assert until is not None
    assert timedelta(seconds=least) <= until - START <= timedelta(seconds=most)


# ------------------------------------------------------------------ order


def test_what_tells_of_one_claim_arrives_in_order(tmp_path: Path) -> None:
    with timeline(tmp_path, DESK + 'group_by = ["claim", "kind"]\n' + QUIET) as line:
        line.channels.broken.add("desk")
        line.push("1s", claim="a", toll=101)
        line.to("40s")
        assert len(tried(line)) == 1
        line.channels.broken.clear()
        # the first waits for its next try; the second must not pass it, a third may
        line.push("41s", claim="a", toll=102)
        line.push("42s", claim="b", toll=777)
        line.to("10m")
        tolls = [
            next(t for t in ("101", "102", "777") if t in sent.message.title)
            for sent in line.channels.sent
        ]
        assert tolls.index("101") < tolls.index("102")
        assert sorted(tolls) == ["101", "102", "777"]


def test_late_news_is_worse_than_news_out_of_order(tmp_path: Path) -> None:
    """A first message that never gets through holds back the next for an hour only."""
    with timeline(tmp_path, DESK + 'group_by = ["claim", "kind"]\n' + QUIET) as line:
        line.push("1s", claim="a", toll=101)
        line.push("2s", claim="b", toll=5)
        with line.store.writing() as db:
            # as a message that can't be rendered: it steps aside by the hour
            db.execute("UPDATE alerts SET closed_at = created_at WHERE alert_id = 1")
            db.execute(
                "UPDATE deliveries SET next_attempt_at = '2040-01-01T00:00:00Z' "
                "WHERE alert_id = 1"
            )
        line.push("41s", claim="a", toll=102)
        assert "102" not in "".join(s.message.title for s in line.between("0s", "59m"))
        assert "102" in "".join(s.message.title for s in line.between("59m", "70m"))


# ------------------------------------------------------------------ bursts

PACE = 0.04


class FakeSlack(HookServer):
    """One message a while; who writes faster is told to wait, as Slack does."""

    def __init__(self) -> None:
        super().__init__()
        self.at: list[float] = []
        self.refused = 0

    def respond(self, exchange: Exchange) -> None:
        now = time.monotonic()
        if self.at and now - self.at[-1] < PACE:
            self.refused += 1
            exchange.send("rate_limited", status=429, headers={"Retry-After": "1"})
            return
        self.at.append(now)
        super().respond(exchange)


def test_a_burst_of_500_keeps_the_pace_loses_none_and_is_gathered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Slack's 1/s, compressed: and what may wait with it
    monkeypatch.setattr(stage, "GATHER_AFTER", timedelta(seconds=15 * PACE))
    with FakeSlack() as slack, timeline(tmp_path, DESK + QUIET) as line:
        url = slack.url("/x").replace("http", "json", 1)
        channel = ChannelConfig("desk", url, True, (1, timedelta(seconds=PACE)))
        with Notifier([channel], DeliveryConfig()) as notifier:
            config = line.service.config
            line.service.config = _with(config, channel)
            line.service.notifier = cast("Any", notifier)
            for n in range(500):
                line.push("1s", claim=f"c{n}", toll=1000 + n)
            line.clock.advance(timedelta(minutes=2))
            done = deliver(line.service)
        keys = [
            row[0]
            for row in line.rows("SELECT alert_key FROM alerts ORDER BY alert_id")
        ]
        assert len(keys) == 500
        told = [f"{body['title']} {body['message']}" for body in slack.bodies]
    assert all(ok for _, ok in done)
    assert slack.refused == 0
    between = [b - a for a, b in pairwise(slack.at)]
    assert min(between) >= PACE
    # each is told exactly once, a line for each, in order
    assert sum(text.count(key) for key in keys for text in told) == 500
    assert 20 <= len(told) <= 60
    assert all(len(text) <= 3000 for text in told)
    assert [key for text in told for key in _in_order(text, keys)] == keys
    assert all(f"{1000 + n:,}" in "".join(told) for n in range(500))


def _in_order(text: str, keys: list[str]) -> list[str]:
    return sorted((key for key in keys if key in text), key=text.index)


def _with(config: Config, channel: ChannelConfig) -> Config:
    return replace(config, channels=(channel,))


def test_few_alerts_stay_single(tmp_path: Path) -> None:
    with timeline(tmp_path, DESK + QUIET) as line:
        line.service.config = _with(
            line.service.config, ChannelConfig("desk", "slack://T/B/x")
        )
        for n in range(15):
            line.push("1s", claim=f"c{n}")
        assert len(line.between("0s", "1m")) == 15
        for n in range(16):
            line.push("2m", claim=f"c{n}")
        assert [s.message.title for s in line.between("1m", "4m")] == ["16 alerts"]


def test_gathered_alerts_that_fail_stay_due(tmp_path: Path) -> None:
    with timeline(tmp_path, DESK + QUIET) as line:
        line.service.config = _with(
            line.service.config, ChannelConfig("desk", "slack://T/B/x")
        )
        line.channels.broken.add("desk")
        for n in range(30):
            line.push("1s", claim=f"c{n}", toll=100 + n)
        line.to("1m")
        line.channels.broken.clear()
        line.to("30m")
        keys = [row[0] for row in line.rows("SELECT alert_key FROM alerts")]
        texts = [f"{s.message.title} {s.message.body}" for s in line.channels.sent]
        assert all(sum(key in text for text in texts) == 1 for key in keys)
        assert line.rows("SELECT DISTINCT status FROM deliveries") == [("sent",)]


# ------------------------------------------------------------------ status


def test_status_says_what_waits_and_which_channel_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_place(tmp_path, monkeypatch)
    write_config(tmp_path)
    text = '[claimwatch]\ndatabase = "claimwatch.db"\n' + DESK + QUIET
    start = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
    with timeline(tmp_path, text, start=start) as line:
        line.channels.broken.add("desk")
        for n in range(7):
            line.push(f"{n + 1}s", claim=f"c{n}")
        line.push("8s", claim="d", digest=True)
        with line.store.writing() as db:
            db.execute(
                "UPDATE deliveries SET next_attempt_at = '2099-01-01T07:00:00Z' "
                "WHERE alert_id = (SELECT max(alert_id) FROM alerts)"
            )
        line.to("5m")
    shown = good("status")
    assert "7 to send now, the oldest due since 2026-03-04 12:00" in shown
    assert "1 wait for their time" in shown
    assert "desk refuses: 7 due, nothing before 2026-03-04 12:" in shown
    assert "refused" in shown
    explained = good("explain", "c1")
    assert "the last try failed: refused" in explained
    assert "desk is left alone until 2026-03-04T12:" in explained
