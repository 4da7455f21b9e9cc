"""How long a service asks to wait, and why it refused. apprise hands on neither.

In a sender, which does nothing but send, every answer that requests gets is looked at
on its way: the `Retry-After` header, or where a service writes it into its JSON
(Telegram: `parameters.retry_after`; Discord: `retry_after`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from requests import Response
from requests.adapters import HTTPAdapter

# With these a service says that it is not the message that is wrong.
_BUSY = frozenset({429, 503})
# A refusal is a few words; more is some proxy's page.
_LONGEST_BODY = 10_000
_LONGEST_REASON = 80
# What is beyond a day is a mistake; `schedule` caps it lower anyway.
_LONGEST = 86_400.0


class Watch:
    """Sees every answer in this process.

    `retry_after` is what the last one asked, `reason` its own words for a refusal.
    """

    def __init__(self) -> None:
        self.retry_after: float | None = None
        self.reason = ""
        genuine: Callable[..., Response] = HTTPAdapter.send

        def send(adapter: HTTPAdapter, *args: Any, **given: Any) -> Response:
            response = genuine(adapter, *args, **given)
            if response.status_code in _BUSY:
                self.retry_after = asked(response.headers, response.text)
            self.reason = refused(response.text)
            return response

        HTTPAdapter.send = send  # type: ignore[method-assign,assignment]

    def forget(self) -> None:
        """Before a send."""
        self.retry_after = None
        self.reason = ""


def refused(body: str) -> str:
    """The service's word for why it refused; empty where it gives none.

    Slack: `error`, or a bare word from a webhook; Telegram: `description`; Discord:
    `message`.
    """
    if len(body) > _LONGEST_BODY:
        return ""
    if re.fullmatch(r"[a-z]+(?:_[a-z]+)+", body):
        return body
    try:
        said = json.loads(body)
    except ValueError:
        return ""
    if not isinstance(said, dict) or said.get("ok") is True:
        return ""
    words = (said.get(name) for name in ("error", "description", "message"))
    found = next((word for word in words if isinstance(word, str)), "")
    return re.sub(r"[^\w .:,'-]+", " ", found)[:_LONGEST_REASON].strip()


def asked(headers: Mapping[str, str], body: str) -> float | None:
    """The seconds that an answer asks to wait; None if it does not say."""
    said = headers.get("Retry-After") or headers.get("X-RateLimit-Reset-After")
    found = _number(said) if said else None
    if said and found is None:
        found = _until(said, headers.get("Date", ""))
    if found is None:
        found = _in_body(body)
    return None if found is None else min(max(found, 0.0), _LONGEST)


def _number(value: object) -> float | None:
    try:
        number = float(str(value))
    except ValueError:
        return None
    # NaN and infinity are numbers to Python
    return number if abs(number) < float("inf") else None


def _until(date: str, now: str) -> float | None:
    """From the service's own date to the one it names: our clock may be wrong."""
    try:
        wait = parsedate_to_datetime(date) - parsedate_to_datetime(now)
    except (ValueError, TypeError):
        return None
    return wait.total_seconds()


def _in_body(body: str) -> float | None:
    if len(body) > _LONGEST_BODY:
        return None
    try:
        said = json.loads(body)
    except ValueError:
        return None
    if not isinstance(said, dict):
        return None
    within = said.get("parameters")
    for table in (said, within if isinstance(within, dict) else {}):
        if "retry_after" in table:
            return _number(table["retry_after"])
    return None
