"""The value types of configuration keys: each reads one text or says what is wrong.

Pure, but for looking up time zones. Messages never repeat a value that may be secret.
"""

from __future__ import annotations

import difflib
import json
import re
import zoneinfo
from collections.abc import Callable, Iterable
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from monitor.alerts import intervals, matchers, topics
from monitor.config.durations import PATTERN, parse_duration
from monitor.model import Certainty, ChangeKind, Severity, SourceKind
from monitor.places import locate

# Long enough for a headline-like name, short enough for a table on a terminal.
NAME_LIMIT: Final = 100
QUOTED_LIMIT: Final = 60
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


def quoted(text: str) -> str:
    """The text in quotes on one line, cut where it is long."""
    shown = text if len(text) <= QUOTED_LIMIT else f"{text[:QUOTED_LIMIT]}…"
    return json.dumps(
        "".join(c if c.isprintable() else "?" for c in shown), ensure_ascii=False
    )


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The hint '; did you mean "figure"?', or the known words, or nothing."""
    choices = sorted(set(known))
    close = difflib.get_close_matches(word.lower(), [c.lower() for c in choices], n=1)
    if close:
        best = next(choice for choice in choices if choice.lower() == close[0])
        return f"; did you mean {quoted(best)}?"
    if choices and len(choices) <= 16:
        return f"; known: {', '.join(quoted(c)[1:-1] for c in choices)}"
    return ""


def _duration(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value
    # 900 without a unit gets the same answer as "900"
    bare = isinstance(value, int) and not isinstance(value, bool)
    return parse_duration(str(value)) if bare or isinstance(value, str) else value


def _pace(value: Any) -> Any:
    """Read "20/1m" as (20, one minute)."""
    if not isinstance(value, str):
        return value
    count, _, span = value.partition("/")
    if not re.fullmatch(r"[1-9]\d{0,3}", count) or not span:
        raise ValueError('is not a pace such as "1/1s" or "20/1m"')
    return int(count), _positive(parse_duration(span))


def _positive(value: timedelta) -> timedelta:
    if not value:
        raise ValueError("must be longer than 0s, or nothing could ever finish")
    return value


def _name(value: str) -> str:
    if not value.strip() or value != value.strip():
        raise ValueError("must not be empty or begin or end with a space")
    if len(value) > NAME_LIMIT or _CONTROL.search(value):
        raise ValueError(f"must be one line of at most {NAME_LIMIT} characters")
    return value


def _split(value: str, schemes: tuple[str, ...], example: str) -> None:
    """Accept an absolute URL of one of `schemes`; the message never shows the URL."""
    if _CONTROL.search(value) or " " in value:
        raise ValueError("is not a URL: it holds a space or a line break")
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError(f"is not a URL such as {example}") from None
    if parts.scheme not in schemes:
        allowed = " or ".join(f"{scheme}://" for scheme in schemes)
        raise ValueError(f"must begin with {allowed}, as in {example}")
    if not host:
        raise ValueError(f"names no host; a URL looks like {example}")


def _web_url(value: str) -> str:
    _split(value, ("http", "https"), "https://example.org/feed.xml")
    if "@" in urlsplit(value).netloc:
        raise ValueError('holds a user name; feeds take that as auth = "user:…"')
    return value


def _proxy_url(value: str) -> str:
    _split(value, ("http", "https"), "http://127.0.0.1:3128")
    return value


def _channel_url(value: str) -> str:
    if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*://\S", value) or _CONTROL.search(value):
        raise ValueError('is not an apprise URL such as "slack://…" or "mailto://…"')
    # apprise would then report a failed message as sent
    if re.search(r"[?&]optional=(?:y|t|1|on)", value, re.IGNORECASE):
        raise ValueError("must not say optional=yes: it would hide failed messages")
    return value


def _zone(value: str) -> str:
    try:
        zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        known = zoneinfo.available_timezones()
        hint = did_you_mean(value, known) or '; use a name such as "Europe/Berlin"'
        raise ValueError(f"is not a time zone{hint}") from None
    return value


def _clock_time(value: str) -> str:
    if not re.fullmatch(r"(?:[01]\d|2[0-3]):[0-5]\d", value):
        raise ValueError('is not a time of day such as "07:00" (24 hours)')
    return value


def _digest_time(value: str) -> str:
    return value if value == "hourly" else _clock_time(value)


def _read_by(read: Callable[[str], object]) -> Callable[[str], str]:
    """A check that the text is one that `read` takes; it raises ValueError."""

    def check(value: str) -> str:
        read(value)
        return value

    return check


def _language(value: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", value):
        raise ValueError('is not a language code such as "en" or "pt-BR"')
    return value


def _credentials(value: str) -> str:
    if ":" not in value or _CONTROL.search(value):
        raise ValueError('is not "user:password" (a token goes into headers)')
    return value


def _header_name(value: str) -> str:
    if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", value):
        raise ValueError("is not the name of an HTTP header")
    return value


def _header_value(value: str) -> str:
    if _CONTROL.search(value):
        raise ValueError("must be one line without control characters")
    return value


def _contact(value: str) -> str:
    if not value.isascii() or _CONTROL.search(value) or len(value) > 200:
        raise ValueError("must be a URL or an e-mail address on one line")
    return value


def _label_name(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", value):
        raise ValueError("a label is named with letters, digits, _ and -")
    return value


def _term(value: str) -> str:
    wrong = topics.problems(value)
    if wrong:
        raise ValueError(f"can't be used: {wrong[0]}")
    return value


def _path(value: str) -> str:
    locate(value, Path())
    return value


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _word(words: type[StrEnum], noun: str) -> Callable[[Any], Any]:
    """A reader of one word of an enumeration."""

    def read(value: Any) -> Any:
        if not isinstance(value, str) or value in list(words):
            return words(value) if isinstance(value, str) else value
        raise ValueError(f"{quoted(value)} is not a {noun}{did_you_mean(value, words)}")

    return read


def _words(words: type[StrEnum]) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "enum": [word.value for word in words]})


Duration = Annotated[
    timedelta,
    BeforeValidator(_duration),
    WithJsonSchema({"type": "string", "pattern": PATTERN, "examples": ["15m"]}),
]
Pace = Annotated[
    tuple[int, timedelta],
    BeforeValidator(_pace),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^[1-9]\d{0,3}/\S+$",
            "examples": ["20/1m"],
        }
    ),
]
# No scale is prescribed; who writes 10 and 1 means ten times as much.
SourceWeight = Annotated[float, Field(ge=0, le=1000)]
Percent = Annotated[float, Field(ge=0, le=100)]
Ratio = Annotated[float, Field(ge=1, le=1000)]
Share = Annotated[float, Field(ge=0, le=1)]
PositiveDuration = Annotated[Duration, AfterValidator(_positive)]
Name = Annotated[str, AfterValidator(_name)]
WebUrl = Annotated[str, AfterValidator(_web_url)]
ProxyUrl = Annotated[str, AfterValidator(_proxy_url)]
ChannelUrl = Annotated[str, AfterValidator(_channel_url)]
Zone = Annotated[str, AfterValidator(_zone)]
ClockTime = Annotated[str, AfterValidator(_clock_time)]
Language = Annotated[str, AfterValidator(_language)]
Credentials = Annotated[str, AfterValidator(_credentials)]
HeaderName = Annotated[str, AfterValidator(_header_name)]
HeaderValue = Annotated[str, AfterValidator(_header_value)]
Contact = Annotated[str, AfterValidator(_contact)]
LabelName = Annotated[str, AfterValidator(_label_name)]
DigestTime = Annotated[str, AfterValidator(_digest_time)]
MatcherText = Annotated[str, AfterValidator(_read_by(matchers.parse))]
TimeSpan = Annotated[str, AfterValidator(_read_by(intervals.minutes))]
WeekdayWord = Annotated[str, AfterValidator(_read_by(intervals.weekdays))]
MonthDays = Annotated[str, AfterValidator(_read_by(intervals.days))]
MonthWord = Annotated[str, AfterValidator(_read_by(intervals.months))]
PathText = Annotated[str, AfterValidator(_path)]
Term = Annotated[str, AfterValidator(_term)]
OneOrMore = Annotated[
    list[str],
    BeforeValidator(_as_list),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string"},
                {"type": "array", "items": {"type": "string"}},
            ]
        }
    ),
]
KindWord = Annotated[
    ChangeKind, BeforeValidator(_word(ChangeKind, "change kind")), _words(ChangeKind)
]
SeverityWord = Annotated[
    Severity, BeforeValidator(_word(Severity, "severity")), _words(Severity)
]

# Labels whose values are a fixed set of words, for checking what routes match.
LABEL_WORDS: Final[dict[str, type[StrEnum]]] = {
    "kind": ChangeKind,
    "severity": Severity,
    "certainty": Certainty,
    "source_kind": SourceKind,
}
