"""Named spans of local time: when a route is silent, and when it speaks again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from monitor.settings import Config, IntervalConfig, RouteConfig

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)
_DAY_MINUTES = 24 * 60
# Every interval has begun and ended once within a year, leap days aside.
_HORIZON_DAYS = 400


def minutes(text: str) -> tuple[int, int]:
    """Read "22:00-07:00" as minutes of the day; ValueError if it is none."""
    found = re.fullmatch(r"(\d\d):(\d\d)-(\d\d):(\d\d)", text)
    if found is None:
        raise ValueError('is not a span of time such as "22:00-07:00"')
    hours, past, end_hours, end_past = (int(part) for part in found.groups())
    start, end = hours * 60 + past, end_hours * 60 + end_past
    if past > 59 or end_past > 59 or start >= _DAY_MINUTES or end > _DAY_MINUTES:
        raise ValueError('is not a span of time such as "22:00-07:00"')
    if start == end:
        raise ValueError("is empty: it begins when it ends")
    return start, end


def weekdays(text: str) -> frozenset[int]:
    """Read "saturday" or "mon-fri" as days of the week, Monday 0."""
    return _words(text, WEEKDAYS, 'a day of the week such as "sat" or "mon-fri"')


def months(text: str) -> frozenset[int]:
    """Read "december" or "jun-aug" as months, January 0."""
    return _words(text, MONTHS, 'a month such as "dec" or "jun-aug"')


def days(text: str) -> tuple[int, int]:
    """Read "1", "1-7" or "-3--1" (the last three) as days of a month."""
    found = re.fullmatch(r"(-?\d{1,2})(?:-(-?\d{1,2}))?", text)
    first = int(found[1]) if found else 0
    last = int(found[2]) if found and found[2] else first
    ordered = first <= last or (first > 0 > last)
    if not (first and last and abs(first) <= 31 and abs(last) <= 31 and ordered):
        raise ValueError('is not a day of the month such as "1", "1-7" or "-1"')
    return first, last


def _words(text: str, known: tuple[str, ...], wanted: str) -> frozenset[int]:
    parts = [part.strip().lower() for part in text.split("-")]
    found = [
        next((i for i, w in enumerate(known) if len(p) >= 3 and _is_word(p, w)), None)
        for p in parts
    ]
    if len(found) > 2 or None in found:
        raise ValueError(f"is not {wanted}")
    first, last = found[0] or 0, found[-1] or 0
    count = (last - first) % len(known) + 1
    return frozenset((first + step) % len(known) for step in range(count))


_FULL = (
    *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)


def _is_word(text: str, short: str) -> bool:
    return any(f.startswith(text) and f.startswith(short) for f in _FULL)


def contains(interval: IntervalConfig, moment: datetime, timezone: str) -> bool:
    """Whether the moment lies in the interval; `timezone` is for one without its own."""
    local = moment.astimezone(ZoneInfo(interval.timezone or timezone))
    today, minute = local.date(), local.hour * 60 + local.minute
    if not interval.times:
        return _has_day(interval, today)
    for text in interval.times:
        start, end = minutes(text)
        if start < end:
            if start <= minute < end and _has_day(interval, today):
                return True
        elif (minute >= start and _has_day(interval, today)) or (
            minute < end and _has_day(interval, today - timedelta(days=1))
        ):
            return True
    return False


def _has_day(interval: IntervalConfig, day: date) -> bool:
    if interval.weekdays and not any(
        day.weekday() in weekdays(text) for text in interval.weekdays
    ):
        return False
    if interval.months and not any(
        day.month - 1 in months(text) for text in interval.months
    ):
        return False
    return not interval.days or any(_in_month(day, *days(t)) for t in interval.days)


def _in_month(day: date, first: int, last: int) -> bool:
    next_month = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    length = (next_month - timedelta(days=1)).day
    begin, end = (n if n > 0 else length + 1 + n for n in (first, last))
    return begin <= day.day <= end


def silent(route: RouteConfig, config: Config, moment: datetime) -> str | None:
    """Why the route is silent at that moment, or None."""
    known = {interval.name: interval for interval in config.intervals}
    for name in route.mute:
        if contains(known[name], moment, config.timezone):
            return f"muted by {name}"
    active = [known[name] for name in route.active]
    if active and not any(contains(one, moment, config.timezone) for one in active):
        return f"active only in {' or '.join(route.active)}"
    return None


def next_open(route: RouteConfig, config: Config, moment: datetime) -> datetime:
    """The first moment from then on at which the route is not silent."""
    if silent(route, config, moment) is None:
        return moment
    known = {interval.name: interval for interval in config.intervals}
    for edge in _edges(route, known, config.timezone, moment):
        if silent(route, config, edge) is None:
            return edge
    # silent for good: a mistake; the message is late but not lost
    return moment + timedelta(days=_HORIZON_DAYS)


def _edges(
    route: RouteConfig,
    known: Mapping[str, IntervalConfig],
    timezone: str,
    after: datetime,
) -> Iterator[datetime]:
    """The moments at which one of the route's intervals may begin or end, in order."""
    used = [known[name] for name in (*route.mute, *route.active)]
    for ahead in range(-1, _HORIZON_DAYS):
        edges = set()
        for interval in used:
            zone = ZoneInfo(interval.timezone or timezone)
            day = after.astimezone(zone).date() + timedelta(days=ahead)
            marks = {0, *(m for text in interval.times for m in minutes(text))}
            for mark in marks:
                at = time(mark // 60 % 24, mark % 60)
                local = datetime.combine(day, at, tzinfo=zone)
                edges.add(local.astimezone(UTC))
        yield from sorted(edge for edge in edges if edge > after)
