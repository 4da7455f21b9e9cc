"""In which form a channel shows a message, told from its URL."""

from __future__ import annotations

from urllib.parse import parse_qsl

from monitor.model import Form
from monitor.notify.pace import service_of

_FORMS = {"slack": Form.SLACK, "mailto": Form.MAIL, "mailtos": Form.MAIL}


def form_of(url: str) -> Form:
    """The richest form that the channel takes; `format=text` asks for plain text."""
    given = {name.lower(): value.lower() for name, value in parse_qsl(_query(url))}
    if given.get("format") == "text":
        return Form.TEXT
    return _FORMS.get(service_of(url), Form.TEXT)


def _query(url: str) -> str:
    return url.partition("?")[2]
