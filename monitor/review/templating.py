"""What templates need beyond Jinja2's own: times, addresses, plurals. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from monitor.alerts.escape import clean, clipped
from monitor.clock import Clock
from monitor.plurals import counted

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def FILTERS(  # noqa: N802
    timezone: str, clock: Clock
) -> Mapping[str, Callable[..., Any]]:
    """The filters of the review's templates, with times in this zone."""
    zone = ZoneInfo(timezone)
    return {
        "when": lambda moment: when(moment, zone, now=clock.now()),
        "measure": measure,
        "stamp": stamp,
        "ago": ago,
        "web": web,
        "segment": segment,
        "counted": counted,
        "clean": clean,
        "clip": clipped,
    }


def _time(moment: datetime | str) -> datetime:
    return datetime.fromisoformat(moment) if isinstance(moment, str) else moment


def when(moment: datetime | str | None, zone: ZoneInfo, *, now: datetime) -> str:
    """25 Nov, 15:58 in the zone, with the year if it is not this one; "" for none."""
    if moment is None:
        return ""
    local = _time(moment).astimezone(zone)
    year = "" if local.year == now.astimezone(zone).year else f" {local.year}"
    # no-break spaces: a time in a narrow column stays on one line
    return f"{local.day}\u00a0{local:%b}{year},\u00a0{local:%H:%M}"


def measure(label: str | None) -> str:
    """What is counted, without the story that it is counted in."""
    return (label or "").partition(" · ")[0]


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
