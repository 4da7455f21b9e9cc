"""Filters of a list of changes: from the query and back, and for people. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.model import ChangeKind, Severity
from monitor.review.site import Ask
from monitor.store.review import NEWEST
from monitor.store.review.changed import STATES, Place, Wanted

# A span back from now, as it stands in a query: "6h", "2d".
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_LONGEST = 4
KEYS = ("topic", "kind", "source", "outlet", "severity", "state", "since", "until")


@dataclass(frozen=True, slots=True)
class Filter:
    """What was asked for, and what of it made no sense."""

    wanted: Wanted
    place: Place
    problems: tuple[str, ...]

    @property
    def is_unread(self) -> bool:
        """Only what the reader has not seen."""
        return self.wanted.after_id > 0


def read(ask: Ask, zone: str, *, unread_first: bool = False) -> Filter:
    """The filter of a request. Nonsense is named and left out, never an error."""
    problems: list[str] = []
    kind = _one_of(ask, "kind", [kind.value for kind in ChangeKind], problems)
    severity = _one_of(ask, "severity", [s.value for s in Severity], problems)
    state = _one_of(ask, "state", ["unread", "all", *STATES], problems)
    order = _one_of(ask, "order", ["newest", "importance"], problems)
    is_unread = state == "unread" or (unread_first and not state)
    is_unread = is_unread and ask.reader.marker > 0
    wanted = Wanted(
        topic=ask.params.get("topic", "").strip(),
        kind=kind,
        source=ask.params.get("source", "").strip(),
        outlet=ask.params.get("outlet", "").strip(),
        severity=severity,
        state=state if state in STATES else "",
        since=_moment(ask, "since", zone, problems),
        until=_moment(ask, "until", zone, problems),
        after_id=ask.reader.marker if is_unread else 0,
        with_recorded=ask.params.get("recorded", "") == "1",
        by_importance=order == "importance" or (is_unread and not order),
    )
    return Filter(wanted, place(ask.params.get("from", "")), tuple(problems))


def place(text: str) -> Place:
    """Where a page begins: "1234" or "high-1234"; nonsense is the beginning."""
    severity, _, number = text.rpartition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 20):
        return Place()
    known = severity if severity in set(Severity) else ""
    return Place(min(int(number), NEWEST), known)


def written(where: Place) -> str:
    """The place as it stands in a query."""
    return (
        f"{where.severity}-{where.before_id}"
        if where.severity
        else str(where.before_id)
    )


def _one_of(ask: Ask, name: str, known: list[str], problems: list[str]) -> str:
    text = ask.params.get(name, "").strip()
    if not text or text in known:
        return text
    problems.append(f'there is no {name} "{text}"')
    return ""


def _moment(ask: Ask, name: str, zone: str, problems: list[str]) -> datetime | None:
    text = ask.params.get(name, "").strip()
    if not text:
        return None
    number, unit = text[:-1], text[-1]
    if (
        number.isascii()
        and number.isdigit()
        and len(number) <= _LONGEST
        and unit in _UNITS
    ):
        return ask.now - int(number) * _UNITS[unit]
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        problems.append(f'{name} "{text}" is no time such as 6h, 2d or 2026-03-01')
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(zone))
    if name == "until" and len(text) == len("2026-03-01"):
        # the whole day
        moment += timedelta(days=1) - timedelta(seconds=1)
    return moment.astimezone(UTC)
