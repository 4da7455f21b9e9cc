"""The pace of channels, the console, and the check of URLs."""

from __future__ import annotations

from datetime import timedelta

from monitor.model import Message
from monitor.notify import Notifier, check_all
from monitor.notify.pace import seconds_between
from monitor.settings import ChannelConfig, DeliveryConfig

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


# A Slack URL that apprise refuses: the pace is kept whatever becomes of a message.
SLACK = ChannelConfig("slack", "slack://bad/url")


def test_messages_to_slack_keep_their_pace() -> None:
    fake = FakeTime()
    channels = [SLACK, ChannelConfig("h", "json://x")]
    with Notifier(channels, CALM, monotonic=fake.monotonic, wait=fake.wait) as notifier:
        for _ in range(3):
            notifier.send("slack", MESSAGE)
            notifier.send("h", MESSAGE)
    assert fake.waits == [1.0, 1.0]


def test_a_pasted_webhook_has_the_pace_of_its_service() -> None:
    assert seconds_between("https://hooks.slack.com/services/T/B/x") == 1.0
    assert seconds_between("SLACK://T/B/x") == 1.0
    assert seconds_between("https://discord.com/api/webhooks/1/x") == 0.4
    assert seconds_between("https://elsewhere.example/x") > 0
    assert seconds_between("json://127.0.0.1/x") == 0


def test_what_patience_does_not_allow_is_left_untried() -> None:
    fake = FakeTime()
    with Notifier([SLACK], CALM, monotonic=fake.monotonic, wait=fake.wait) as notifier:
        jobs = [(n, "slack", MESSAGE) for n in range(6)]
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


def test_a_poisoned_message_does_not_stop_the_others() -> None:
    def picky(message: Message) -> None:
        if message.title == "bad":
            raise ValueError

    with Notifier([], CALM, console=picky) as notifier:
        jobs = [(t, "console", Message(t, "")) for t in ("good", "bad", "fine")]
        outcomes = dict(notifier.send_many(jobs))
    assert {key: o.ok for key, o in outcomes.items()} == {
        "good": True,
        "bad": False,
        "fine": True,
    }


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
