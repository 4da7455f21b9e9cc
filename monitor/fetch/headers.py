"""What the headers of an answer say, however badly they say it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime

from monitor.errors import FetchError

# Whatever a host asks for, a day later we look again.
LONGEST_RETRY_AFTER = 24 * 3600.0
# Longer validators are somebody's joke at our database's expense.
LONGEST_VALIDATOR = 1024
_NO_CACHE = re.compile(r"\bno-(?:cache|store)\b", re.IGNORECASE)
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})\b", re.IGNORECASE)
_NOT_FOR_BYTES = ("idna", "punycode", "undefined", "unicode_escape")


def retry_after(value: str | None, date: str | None) -> float | None:
    """Retry-After in seconds, at most a day; None when absent or garbage.

    A date is taken relative to the answer's own Date, so that no clock but the
    server's matters.
    """
    if not value:
        return None
    value = value.strip()
    if value.isascii() and value.isdigit():
        # Python refuses to convert thousands of digits, and no need to
        return LONGEST_RETRY_AFTER if len(value) > 9 else _clamped(float(value))
    until, since = _date(value), _date(date or "")
    if until is None or since is None:
        return None
    return _clamped((until - since).total_seconds())


def fresh_for(answer: Mapping[str, str]) -> float | None:
    """How long the answer may be used again, in seconds, at most a day.

    From Cache-Control (less Age), else Expires; None when it may not, or not said.
    """
    control = answer.get("Cache-Control")
    if control:
        if _NO_CACHE.search(control):
            return None
        found = _MAX_AGE.search(control)
        if found:
            age = answer.get("Age", "")
            spent = float(age) if age.isascii() and age.isdigit() else 0.0
            return _clamped(float(found[1]) - spent) or None
    return retry_after(answer.get("Expires"), answer.get("Date")) or None


def _clamped(seconds: float) -> float:
    return min(max(seconds, 0.0), LONGEST_RETRY_AFTER)


def _date(value: str) -> datetime | None:
    try:
        when = parsedate_to_datetime(value)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return when if when.tzinfo else None


def charset(content_type: str) -> str | None:
    """The charset parameter, if it names an encoding of text that we know."""
    for part in content_type.split(";")[1:]:
        name, _, value = part.partition("=")
        if name.strip().lower() == "charset":
            value = value.strip().strip("\"'").lower()
            try:
                b"a".decode(value)
            except (LookupError, ValueError):
                return None
            return None if value.replace("-", "_") in _NOT_FOR_BYTES else value
    return None


def validator(value: str | None) -> str | None:
    """An ETag or Last-Modified that can be sent back."""
    if not value or len(value) > LONGEST_VALIDATOR or not value.isprintable():
        return None
    return value


def encoding(values: list[str], shown: str) -> str:
    """The one Content-Encoding: "gzip", "deflate" or "". Raises on any other."""
    named = [part.strip().lower() for value in values for part in value.split(",")]
    named = [name for name in named if name not in ("", "identity")]
    if not named:
        return ""
    if len(named) > 1:
        raise FetchError("encoding", f"{shown}: {len(named)} stacked encodings")
    name = named[0].removeprefix("x-")
    if name not in ("gzip", "deflate"):
        raise FetchError("encoding", f"{shown}: unknown encoding {name[:40]!r}")
    return name
