"""Calendar arithmetic for stated dates: spans of days and the Iranian calendar."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

Span = tuple[date, date, str]
# A month and day without year is news of the past ten months or the next two.
PAST_DAYS = 305
AHEAD_DAYS = 60


def nearest(published: date, month: int, day: int) -> date:
    """The month and day within the window around `published`."""
    for year in (published.year, published.year - 1, published.year + 1):
        try:
            found = date(year, month, day)
        except ValueError:  # 29 February
            continue
        if -PAST_DAYS <= (found - published).days <= AHEAD_DAYS:
            return found
    msg = f"no {month}-{day} near {published}"
    raise ValueError(msg)


def month_span(year: int, month: int) -> Span:
    """A whole month."""
    last = monthrange(year, month)[1]
    return date(year, month, 1), date(year, month, last), "month"


def quarter_span(year: int, number: int) -> Span:
    """A whole quarter, 1..4."""
    first = date(year, 3 * number - 2, 1)
    return first, month_span(year, 3 * number)[1], "quarter"


def year_span(year: int) -> Span:
    """A whole year."""
    return date(year, 1, 1), date(year, 12, 31), "year"


def week_span(day: date) -> Span:
    """The week (Monday to Sunday) that holds `day`."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6), "week"


def shifted(published: date, unit: str, step: int) -> Span:
    """This, last (-1) or next (+1) week, weekend, month, quarter or year."""
    if unit == "week":
        return week_span(published + timedelta(days=7 * step))
    if unit == "weekend":
        monday = week_span(published + timedelta(days=7 * step))[0]
        return monday + timedelta(days=5), monday + timedelta(days=6), "weekend"
    if unit == "month":
        year, month = divmod(published.year * 12 + published.month - 1 + step, 12)
        return month_span(year, month + 1)
    if unit == "quarter":
        year, index = divmod(published.year * 4 + (published.month - 1) // 3 + step, 4)
        return quarter_span(year, index + 1)
    return year_span(published.year + step)


def jalali(year: int, month: int, day: int) -> date:
    """The Gregorian day of an Iranian (solar Hijri) one, by the 33-year cycle.

    >>> jalali(1404, 10, 28)
    datetime.date(2026, 1, 18)
    """
    if not (1 <= month <= 12 and 1 <= day <= (31 if month < 7 else 30)):
        msg = f"no such day: {year}-{month}-{day}"
        raise ValueError(msg)
    since = year + 1595
    days = 365 * since + since // 33 * 8 + (since % 33 + 3) // 4 + day
    days += (month - 1) * 31 if month < 7 else (month - 7) * 30 + 186
    return date.fromordinal(days - _EPOCH)


# Days between the cycle's origin and the day before 1 January of the year 1.
_EPOCH = 356033
