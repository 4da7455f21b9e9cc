"""The pace of channels, the console, and the check of URLs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from monitor.model import Message
from monitor.notify import Notifier, check_all
from monitor.notify.pace import pace_of
from monitor.settings import ChannelConfig, DeliveryConfig
from tests.servers import HookServer

MESSAGE = Message("Figure up: 312 → 358 people", "Alert A-17f3")
SECRET = "s3cret-Path-91x"
CALM = DeliveryConfig(timeout=timedelta(seconds=30))


class FakeTime:
    """Stands still unless somebody waits."""

    def __init__(self) -> None:
        self.now = 100.0
        self.waits: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def wait(self, seconds: float) -> bool:
        self.waits.append(round(seconds, 3))
        self.now += seconds
        return False


@pytest.fixture
def hook() -> Iterator[HookServer]:
    with HookServer() as server:
        yield server


def slow(hook: HookServer) -> ChannelConfig:
    url = f"json://127.0.0.1:{hook.port}/"
    return ChannelConfig("slow", url, True, pace=(1, timedelta(seconds=1)))


def test_messages_keep_the_pace_of_their_channel(hook: HookServer) -> None:
    fake = FakeTime()
    channels = [slow(hook), ChannelConfig("h", f"json://127.0.0.1:{hook.port}/", True)]
    with Notifier(channels, CALM, monotonic=fake.monotonic, wait=fake.wait) as notifier:
        for _ in range(3):
            notifier.send("slow", MESSAGE)
            notifier.send("h", MESSAGE)
    assert fake.waits == [1.0, 1.0]
    assert len(hook.bodies) == 6


def pace(url: str, **more: Any) -> tuple[tuple[int, float], ...]:
    return pace_of(ChannelConfig("it", url, **more)).limits


def test_a_pasted_webhook_has_the_pace_of_its_service() -> None:
    assert pace("https://hooks.slack.com/services/T/B/x") == ((1, 1.0),)
    assert pace("SLACK://T/B/x") == ((1, 1.0),)
    assert pace("https://discord.com/api/webhooks/1/x") == ((5, 2.0),)
    assert pace("https://elsewhere.example/x")
    assert pace("json://127.0.0.1/x") == ()


def test_a_channel_may_have_a_pace_of_its_own() -> None:
    slow = (20, timedelta(minutes=1))
    assert pace("mailto://127.0.0.1/", pace=slow) == ((20, 60.0),)
    assert pace("json://127.0.0.1/", pace=slow) == ((20, 60.0),)


@pytest.mark.parametrize(
    ("url", "count", "seconds"),
    [
        ("slack://T/B/x", 4, 3.0),
        ("discord://1/x", 5, 0.0),
        ("discord://1/x", 6, 2.0),
        ("discord://1/x", 11, 4.0),
        ("tgram://b/c", 20, 19.0),
        # twenty a minute, however they are spread
        ("tgram://b/c", 21, 60.0),
        ("tgram://b/c", 40, 79.0),
        ("tgram://b/c", 41, 120.0),
    ],
)
def test_a_burst_takes_as_long_as_its_service_asks(
    url: str, count: int, seconds: float
) -> None:
    of = pace_of(ChannelConfig("it", url))
    now, sent = 0.0, []
    for _ in range(count):
        now = max(now, of.free_at(sent))
        sent.append(now)
    assert now == seconds


def test_how_many_go_in_a_while() -> None:
    def within(url: str) -> int | None:
        return pace_of(ChannelConfig("it", url)).within(15)

    assert within("slack://T/B/x") == 15
    assert within("tgram://b/c") == 15
    assert within("discord://1/x") == 37
    assert within("json://127.0.0.1/x") is None


def test_what_patience_does_not_allow_is_left_untried(hook: HookServer) -> None:
    fake = FakeTime()
    with Notifier(
        [slow(hook)], CALM, monotonic=fake.monotonic, wait=fake.wait
    ) as notifier:
        jobs = [(n, "slow", MESSAGE) for n in range(6)]
        told = list(notifier.send_many(jobs, patience=timedelta(seconds=2.5)))
    assert [key for key, _ in told] == [0, 1, 2]
    assert fake.waits == [1.0, 1.0]


def test_the_console_is_a_channel_without_a_child() -> None:
    printed: list[Message] = []
    with Notifier([], CALM, console=printed.append) as notifier:
        assert notifier.send("console", MESSAGE).ok
        assert notifier.pids() == []
        unknown = notifier.send("gone", MESSAGE)
    assert printed == [MESSAGE]
    assert unknown.permanent


def test_a_closed_console_is_a_failed_delivery() -> None:
    def broken(message: Message) -> None:
        raise BrokenPipeError(message.title)

    with Notifier([], CALM, console=broken) as notifier:
        outcome = notifier.send("console", MESSAGE)
    assert not outcome.ok
    assert not outcome.permanent


def test_nothing_overtakes_a_message_that_failed() -> None:
    def picky(message: Message) -> None:
        if message.title == "bad":
            raise ValueError

    with Notifier([], CALM, console=picky) as notifier:
        jobs = [(t, "console", Message(t, "")) for t in ("good", "bad", "fine")]
        outcomes = dict(notifier.send_many(jobs))
    # what comes behind is left untried, not failed
    assert {key: o.ok for key, o in outcomes.items()} == {"good": True, "bad": False}


# ------------------------------------------------------------------ check


def test_check_names_the_problems_of_urls() -> None:
    expected = {
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ": "",
        "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrI": "",
        "https://discord.com/api/webhooks/1234567890/abcdefghijklmnopqrstuvwxyz": "",
        f"https://hooks.example.com/{SECRET}": "jsons://",
        "json://hooks.example.com/x?overflow=split": "",
        "mailto://watch:pw@example.com?to=desk@example.com": "",
        "": "not an apprise URL",
        "hooks.example.com/x": "not an apprise URL",
        f"nosuch://{SECRET}": "knows no service 'nosuch'",
        f"slack://bad/{SECRET}": "incomplete or wrong",
        "json://a.example, json://b.example": "2 URLs",
        "mailto://a:b@example.com?to=x@example.com,y@example.com": "2 targets",
        "json://a.example/?optional=yes": "optional=yes",
        "json://a.example/?redirect=yes": "redirect=yes",
        "json://a.example/?format=markdown": "format=",
        "json://a.example/?overflow=truncate": "overflow=truncate",
    }
    for (url, problem), found in zip(
        expected.items(), check_all(list(expected)), strict=True
    ):
        assert bool(found) == bool(problem), url
        assert problem in "".join(found)
        assert SECRET not in "".join(found)
