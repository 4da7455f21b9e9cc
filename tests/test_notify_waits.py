"""How long a service asks to wait: read from its answers, and heeded."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from monitor.model import Message
from monitor.notify import Notifier
from monitor.notify.waits import asked
from monitor.settings import ChannelConfig, DeliveryConfig
from tests.servers import HookServer

NOON = "Tue, 04 Mar 2031 12:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "body", "seconds"),
    [
        ({"Retry-After": "30"}, "", 30.0),
        ({"Retry-After": "0.65"}, "", 0.65),
        ({"Retry-After": "Tue, 04 Mar 2031 12:01:30 GMT", "Date": NOON}, "", 90.0),
        # already over
        ({"Retry-After": "Tue, 04 Mar 2031 11:00:00 GMT", "Date": NOON}, "", 0.0),
        # by whose clock?
        ({"Retry-After": "Tue, 04 Mar 2031 12:01:30 GMT"}, "", None),
        ({"X-RateLimit-Reset-After": "1.5"}, "", 1.5),
        # Telegram and Discord
        ({}, '{"ok": false, "parameters": {"retry_after": 35}}', 35.0),
        ({}, '{"message": "You are being rate limited.", "retry_after": 0.9}', 0.9),
        ({"Retry-After": "soon"}, '{"retry_after": 4}', 4.0),
        ({"Retry-After": "999999999"}, "", 86_400.0),
        ({"Retry-After": "-5"}, "", 0.0),
        ({"Retry-After": "nan"}, "", None),
        ({}, '{"retry_after": "inf"}', None),
        ({}, "[1, 2]", None),
        ({}, "<html>busy</html>", None),
        ({}, '{"retry_after": 4}' + " " * 20_000, None),
    ],
)
def test_what_an_answer_asks(
    headers: dict[str, str], body: str, seconds: float | None
) -> None:
    assert asked(headers, body) == seconds


@pytest.mark.parametrize(
    ("status", "said", "seconds"),
    [(429, "7", 7.0), (503, "20", 20.0), (500, "7", None)],
)
def test_it_comes_through_apprise(status: int, said: str, seconds: Any) -> None:
    with HookServer(statuses=[status, 500]) as hook:
        hook.retry_after = said
        channel = ChannelConfig("hook", hook.url().replace("http", "json", 1), True)
        with Notifier([channel], DeliveryConfig(timeout=timedelta(seconds=30))) as all_:
            outcome = all_.send("hook", Message("title", "body"))
            assert not outcome.ok
            assert outcome.retry_after == seconds
            # and is forgotten with the next message
            assert all_.send("hook", Message("title", "body")).retry_after is None
