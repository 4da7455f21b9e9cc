"""Times as the store writes them: `YYYY-MM-DDTHH:MM:SSZ`, always UTC.

Text of one width sorts as time does, and people can read it.
"""

from __future__ import annotations

from datetime import UTC, datetime


def to_text(moment: datetime) -> str:
    """Stored form; fractions of a second are dropped. `moment` must be aware."""
    # strftime costs half as much again, and a poll writes several
    return moment.astimezone(UTC).isoformat()[:19] + "Z"


def maybe_text(moment: datetime | None) -> str | None:
    """The same for a time that may be missing."""
    return None if moment is None else to_text(moment)


def to_time(text: str) -> datetime:
    """Aware UTC from the stored form; as candidates are read by the hundred, fast."""
    return datetime.fromisoformat(text)


def maybe_time(text: str | None) -> datetime | None:
    """The same for a time that may be missing."""
    return None if text is None else to_time(text)
