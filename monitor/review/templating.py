"""What templates need beyond Jinja2's own: times, addresses, plurals. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from monitor.alerts.escape import clean, clipped

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def FILTERS(timezone: str) -> Mapping[str, Callable[..., Any]]:  # noqa: N802
    """The filters of the review's templates, with times in this zone."""
    zone = ZoneInfo(timezone)
    return {
        "when": lambda moment: when(moment, zone),
        "stamp": stamp,
        "ago": ago,
        "web": web,
        "segment": segment,
        "plural": plural,
        "clean": clean,
        "clip": clipped,
    }


def _time(moment: datetime | str) -> datetime:
    return datetime.fromisoformat(moment) if isinstance(moment, str) else moment


def when(moment: datetime | str | None, zone: ZoneInfo) -> str:
    """ "25 Nov 2026, 15:58" in the zone; "" for none."""
    if moment is None:
        return ""
    local = _time(moment).astimezone(zone)
    return f"{local.day} {local:%b %Y, %H:%M}"


def stamp(moment: datetime | str | None) -> str:
    """For <time datetime>: 2026-11-25T15:58:00Z."""
    return f"{_time(moment).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if moment else ""


def ago(moment: datetime | str | None, now: datetime) -> str:
    """How long ago in one word: 40s, 5m, 3h, 12d."""
    if moment is None:
        return ""
    seconds = int((now - _time(moment)).total_seconds())
    for limit, size, unit in (
        (_MINUTE, 1, "s"),
        (_HOUR, _MINUTE, "m"),
        (2 * _DAY, _HOUR, "h"),
    ):
        if seconds < limit:
            return f"{max(seconds, 0) // size}{unit}"
    return f"{seconds // _DAY}d"


def web(url: str | None) -> str:
    """The URL if a browser may follow it: http(s) only, else ""."""
    return url if url and url.lower().startswith(("http://", "https://")) else ""


def segment(name: str) -> str:
    """A name as one part of a path."""
    return quote(name, safe="")


def plural(count: int, one: str, many: str | None = None) -> str:
    """ "1 feed", "2 feeds"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
