"""Hosted services end to end: unpatched apprise, TLS and proxy included."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.alerts import render
from monitor.model import Message, Outcome
from monitor.notify import Notifier
from monitor.settings import ChannelConfig, DeliveryConfig
from tests.alert_samples import alert, change
from tests.hosted import DISCORD, SLACK, TELEGRAM, FakeService, hosted

CONFIG = DeliveryConfig(timeout=timedelta(seconds=30))


@pytest.fixture
def slack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeService]:
    with hosted(tmp_path, monkeypatch) as server:
        yield server


def _send(message: Message, url: str = SLACK) -> Outcome:
    with Notifier([ChannelConfig("it", url)], CONFIG) as notifier:
        return notifier.send("it", message)


def test_an_alert_reaches_slack(slack: FakeService) -> None:
    message = render.message(alert(change()), timezone="UTC")
    assert _send(message).ok
    assert slack.paths() == ["/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"]
    shown = json.dumps(slack.payloads[0], ensure_ascii=False)
    assert "312 → 358 people" in shown
    assert "A-17f3" in shown


def test_slack_gets_no_live_markup(slack: FakeService) -> None:
    hostile = "<!channel> <https://evil.example|bank> & <b>358</b>"
    assert _send(Message(hostile, hostile)).ok
    shown = json.dumps(slack.payloads[0])
    assert "<" not in shown
    assert "&lt;!channel&gt;" in shown


def test_an_untrusted_certificate_is_refused(
    slack: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    outcome = _send(Message("title", "body"))
    assert not outcome.ok
    assert not outcome.permanent
    assert slack.payloads == []


@pytest.mark.parametrize(
    ("status", "word", "permanent"),
    [
        (404, "no_service", True),
        (400, "invalid_payload", True),
        (403, "action_prohibited", False),
        (429, "rate_limited", False),
        (500, "rollup_error", False),
    ],
)
def test_only_what_slack_will_never_take_is_given_up(
    slack: FakeService, status: int, word: str, *, permanent: bool
) -> None:
    slack.refusal = (status, word)
    outcome = _send(Message("title", "body"))
    assert not outcome.ok
    assert outcome.permanent is permanent
    assert outcome.detail.startswith(f"HTTP {status}")
    for part in SLACK.removeprefix("slack://").split("/"):
        assert part not in outcome.detail


@pytest.mark.parametrize(
    ("url", "field", "limit"), [(DISCORD, "content", 2000), (TELEGRAM, "text", 4096)]
)
def test_a_long_alert_is_split_between_lines(
    slack: FakeService, url: str, field: str, limit: int
) -> None:
    many = [change(change_id=n) for n in range(30)]
    message = render.message(alert(*many), timezone="UTC")
    assert len(message.body) > 2500
    assert _send(message, url).ok
    texts = [str(payload[field]) for payload in slack.payloads]
    assert len(texts) == 2
    assert all(len(text) <= limit for text in texts)
    told = [line for text in texts for line in text.splitlines() if line]
    assert [line for line in message.body.splitlines() if line] == [
        line for line in told if message.title not in line
    ]


def test_discord_pings_nobody(slack: FakeService) -> None:
    """Discord takes Markdown and mentions in whatever is sent: ours must hold none."""
    hostile = "@everyone <@1> <b>358</b> [bank](https://evil.example) ||hidden||"
    told = alert(change(claim=hostile, outlet=hostile, reason=hostile, source=hostile))
    assert _send(render.message(told, timezone="UTC"), DISCORD).ok
    shown = slack.payloads[0]["content"]
    for live in ("@everyone", "<@", "<b>", "](", "https://evil", "||"):
        assert live not in shown
