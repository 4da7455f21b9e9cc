"""Durations as people write them: "30s", "15m", "1h30m", "7d", "0s".

Pure. No I/O, no clock.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

_SECONDS: Final = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_FORM: Final = re.compile(
    r"(?:(\d{1,4})w)?(?:(\d{1,5})d)?(?:(\d{1,6})h)?(?:(\d{1,8})m)?(?:(\d{1,9})s)?",
    re.ASCII,
)
PATTERN: Final = r"^(?=\d)(\d{1,4}w)?(\d{1,5}d)?(\d{1,6}h)?(\d{1,8}m)?(\d{1,9}s)?$"
EXAMPLES: Final = '"30s", "15m", "1h30m", "7d"'


def parse_duration(text: str) -> timedelta:
    """Read "1h30m"; units w d h m s, largest first. ValueError says what is wrong."""
    match = _FORM.fullmatch(text)
    if not text or match is None:
        if re.fullmatch(r"\d+", text):
            raise ValueError(f"needs a unit and quotes, as in {EXAMPLES}")
        raise ValueError(f"is not a duration such as {EXAMPLES}")
    amounts = (int(number or 0) for number in match.groups())
    units = _SECONDS.values()
    return timedelta(
        seconds=sum(amount * unit for amount, unit in zip(amounts, units, strict=True))
    )


def format_duration(span: timedelta) -> str:
    """Write a span the way `parse_duration` reads it: 5400 s is "1h30m"."""
    rest = int(span.total_seconds())
    parts = []
    for unit, seconds in _SECONDS.items():
        # people write "14d" and "365d", not "2w" and "52w1d"
        if unit == "w":
            continue
        amount, rest = divmod(rest, seconds)
        if amount:
            parts.append(f"{amount}{unit}")
    return "".join(parts) or "0s"
