"""The two ways in which ordinary feeds write a date."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from monitor.feeds.roles import Unusual

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec"
# Hours from UTC, as RFC 822 has them.
_ZONES = {
    "gmt": 0,
    "ut": 0,
    "utc": 0,
    "z": 0,
    "edt": -4,
    "est": -5,
    "cdt": -5,
    "cst": -6,
    "mdt": -6,
    "mst": -7,
    "pdt": -7,
    "pst": -8,
}
_RFC822 = re.compile(
    r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,\s+)?(\d{1,2})\s+([a-z]{3})\s+"
    r"(\d{4})\s+(\d\d):(\d\d)(?::(\d\d))?\s+"
    r"(?:(gmt|utc?|z|[ecmp][ds]t)|([+-])([01]\d):?([0-5]\d))",
    re.ASCII,
)
_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:t(\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?"
    r"(?:(z)|([+-])([01]\d):([0-5]\d)))?",
    re.ASCII,
)


def moment(text: str) -> datetime | None:
    """The time in UTC, None of an empty text; raises Unusual for other spellings."""
    if not text:
        return None
    spelled = text.lower()
    if match := _RFC822.fullmatch(spelled):
        day, name, year, *time = match.groups()
        month = _MONTHS.index(name) // 4 + 1 if name in _MONTHS else 0
    elif match := _ISO.fullmatch(spelled):
        year, digits, day, *time = match.groups()
        month = int(digits)
    else:
        raise Unusual(text)
    hour, minute, second, zone, sign, hours, minutes = time
    try:
        local = datetime(int(year), month, int(day), tzinfo=UTC).replace(
            hour=int(hour or 0), minute=int(minute or 0), second=int(second or 0)
        )
        if sign is None:
            return local - timedelta(hours=_ZONES.get(zone, 0))
        offset = timedelta(hours=int(hours), minutes=int(minutes))
        return local + offset if sign == "-" else local - offset
    except (ValueError, OverflowError) as error:
        raise Unusual(text) from error
