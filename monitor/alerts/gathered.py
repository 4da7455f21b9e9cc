"""Alerts that wait for a slow channel, told together: a line for each. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.alerts.escape import web_address
from monitor.alerts.render import MESSAGE_LIMIT, TITLE_LIMIT
from monitor.model import Alert, Message, Severity

# Longer addresses than this cost the room of another alert.
_SHORT_URL = 120


def packed(told: Sequence[tuple[Alert, Message]]) -> list[tuple[Message, int]]:
    """All of them in order, in as few messages as hold them; with how many each has.

    `told` are alerts with the messages that they would be alone. One that stays alone
    keeps its own.
    """
    pages: list[list[tuple[Alert, Message]]] = []
    room = 0
    for alert, message in told:
        cost = len(_line(alert, message)) + 1
        if cost > room or not pages:
            pages.append([])
            room = MESSAGE_LIMIT - TITLE_LIMIT - len(_FOOTER)
        pages[-1].append((alert, message))
        room -= cost
    return [
        (page[0][1] if len(page) == 1 else _message(page), len(page)) for page in pages
    ]


_FOOTER = "\n\nThey waited for this channel · each in full: claimwatch show A-…"


def _message(page: Sequence[tuple[Alert, Message]]) -> Message:
    loud = sum(_is_loud(alert) for alert, _ in page)
    title = f"{len(page)} alerts" + (f", {loud} of high severity" if loud else "")
    lines = [_line(alert, message) for alert, message in page]
    return Message(title=title, body="\n".join(lines) + _FOOTER)


def _is_loud(alert: Alert) -> bool:
    return any(c.severity.rank >= Severity.HIGH.rank for c in alert.changes)


def _line(alert: Alert, message: Message) -> str:
    """What its own message is titled, where to read on, and its id."""
    line = f"• {message.title} · {alert.key}"
    url = (
        web_address(alert.changes[0].article_url, _SHORT_URL) if alert.changes else None
    )
    return f"{line}\n  {url}" if url else line
