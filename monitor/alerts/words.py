"""The words of a change: values, and the transition in one phrase."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from monitor.alerts.escape import clipped, inert, isolated
from monitor.alerts.marking import swapped
from monitor.alerts.severity import size
from monitor.model import Change, ChangeKind, Comparator, Side
from monitor.plurals import plural

_BEFORE_VALUE: Mapping[Comparator | None, str] = {
    Comparator.ABOUT: "about ",
    Comparator.AT_LEAST: "at least ",
    Comparator.MORE: "more than ",
    Comparator.AT_MOST: "at most ",
    Comparator.LESS: "less than ",
}
_SYMBOLS = {"percent": "%", "degree": "°"}
_SCALES = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
# beyond this a float no longer holds every integer, and no news figure is that large
_EXACT = 1e15
# six decimals would show nothing of it
_TINY = 1e-4
_UNIT_LENGTH = 24
_NAME_LENGTH = 40
# "+1,100 %" says less than "12 times"
_TIMES = 10


def number(value: float) -> str:
    """The number as a newspaper prints it, to six decimals."""
    if not abs(value) < _EXACT:
        return f"{value:g}"
    for scale, name in _SCALES:
        hundredths = value / scale * 100
        if abs(value) >= scale and hundredths.is_integer():
            return f"{value / scale:,.2f}".rstrip("0").rstrip(".") + f" {name}"
    if float(value).is_integer():
        return f"{int(value):,}"
    if abs(value) < _TINY:
        return f"{value:g}"
    return f"{value:,.6f}".rstrip("0").rstrip(".")


def value(side: Side | None, *, with_unit: bool = True) -> str | None:
    """The value of a side with its bound and unit, or None if it has none."""
    if side is None:
        return None
    low, high = side.value_min, side.value_max
    if low is None and high is None:
        return None
    unit = unit_of(side) if with_unit else ""
    if low is not None and high is not None and low != high:
        about = "about " if side.comparator is Comparator.ABOUT else ""
        return _with_unit(f"{about}{number(low)}–{number(high)}", unit)
    one = low if low is not None else high
    bound = _BEFORE_VALUE.get(side.comparator, "")
    if not bound and (low is None or high is None):
        bound = "at least " if high is None else "at most "
    return bound + _with_unit(number(one or 0.0), unit)


def unit_of(side: Side) -> str:
    """The unit in the words of a message, plural: "people", "%", "years of age"."""
    unit = clipped(inert(side.unit or ""), _UNIT_LENGTH)
    if unit in _SYMBOLS:
        return _SYMBOLS[unit]
    one = side.value_min == 1 and side.value_max == 1
    return unit if one else plural(unit)


def _with_unit(figure: str, unit: str) -> str:
    if not unit:
        return figure
    money = len(unit) == len("USD") and unit.isupper()
    return f"{unit} {figure}" if money else f"{figure} {unit}"


def difference(before: Side | None, after: Side | None) -> str | None:
    """How far the figure moved: "+8.5 %", "12 times"; None if nothing to compare."""
    one, other = size(before), size(after)
    if not one or other is None or one == other:
        return None
    if other / one >= _TIMES:
        return f"{other / one:.3g} times"
    percent = (other - one) / abs(one) * 100
    digits = 0 if abs(percent) >= _TIMES else 1
    return f"{percent:+.{digits}f} %".replace("-", "−")


@dataclass(frozen=True, slots=True)
class Headline:
    """The change in one phrase. `figure` must be kept whole, `about` may be cut."""

    label: str
    figure: str
    who: str
    about: str

    @property
    def lead(self) -> str:
        """The transition alone, which is never cut."""
        return f"{self.label}: {self.figure}" if self.figure else self.label

    def text(self, limit: int) -> str:
        """The phrase within `limit` characters, cut only in what it is about."""
        who = isolated(self.who)
        named = f"{self.lead} · {who}" if who else self.lead
        line = named if len(named) <= limit else self.lead
        room = limit - len(line) - len(" · ")
        about = clipped(
            self.about, max(0, room - len(isolated(self.about)) + len(self.about))
        )
        if room < _LEAST_SUBJECT or not self.about:
            return clipped(line, limit)
        return f"{line} · {isolated(about)}"


# less than this many characters of a claim say nothing
_LEAST_SUBJECT = 12


def headline(change: Change) -> Headline:
    """What the change is, figures first."""
    label, figure = _PHRASES.get(change.kind, _plain)(change)
    side = change.after or change.before
    who = change.source or (side.source if side else None)
    if change.kind in _NAMED:
        who = None
    return Headline(
        label=label,
        figure=figure,
        who=clipped(inert(who), _NAME_LENGTH) if who else "",
        about=inert(change.claim or (side.text if side else "")),
    )


def transition(before: Side | None, after: Side | None) -> str:
    """The two values as "4,519 → 4,902 people (+8.5 %)"; empty without values."""
    one, other = value(before), value(after)
    if one is None or other is None:
        return other or one or ""
    if before and after and before.unit == after.unit:
        money = one.startswith(f"{before.unit} ")
        one = one if money else value(before, with_unit=False) or one
    moved = difference(before, after)
    return f"{one} → {other}" + (f" ({moved})" if moved else "")


def _figure(change: Change) -> tuple[str, str]:
    one, other = size(change.before), size(change.after)
    way = "changed"
    if one is not None and other is not None and one != other:
        way = "up" if other > one else "down"
    return f"Figure {way}", transition(change.before, change.after)


def _certainty(change: Change) -> tuple[str, str]:
    if change.before is None or change.after is None:
        return "Certainty changed", ""
    one, other = change.before.certainty, change.after.certainty
    label = "Less sure" if other.rank < one.rank else "More sure"
    held = value(change.after)
    return label, f"{one} → {other}" + (f", {held}" if held else "")


def _attribution(change: Change) -> tuple[str, str]:
    one = _who(change.before)
    other = _who(change.after)
    if one is None:
        return "Source added", other or ""
    if other is None:
        return "Source dropped", f"{one} → own voice"
    return "Source changed", f"{one} → {other}"


def _status(change: Change) -> tuple[str, str]:
    one = change.before.status if change.before else None
    other = change.after.status if change.after else None
    return "Status changed", f"{one or 'unknown'} → {other or 'unknown'}"


def _conflict(change: Change) -> tuple[str, str]:
    """Who says what: two sources side by side, not a move from one to the other."""
    said = [
        f"{_who(side) or 'own voice'} {worth}"
        for side in (change.before, change.after)
        if side is not None and (worth := value(side) or side.polarity.value)
    ]
    return "Conflict", " ↔ ".join(said)


def _corrected(change: Change) -> tuple[str, str]:
    one, other = value(change.before), value(change.after)
    differs = one is not None and other is not None and one != other
    label = "Retracted" if change.kind is ChangeKind.RETRACTED else "Corrected"
    if differs:
        return label, transition(change.before, change.after)
    return label, swapped(change.before, change.after)


def _corroborated(change: Change) -> tuple[str, str]:
    held = value(change.after) or value(change.before)
    count = f"{change.independent_sources} independent sources"
    return "Corroborated", f"{held}, {count}" if held else count


_LABELS = {
    ChangeKind.NEW: "New claim",
    ChangeKind.DENIED: "Denied",
    ChangeKind.REMOVED: "Removed",
    ChangeKind.RESTORED: "Restored",
    ChangeKind.REWORDED: "Reworded",
}


def _plain(change: Change) -> tuple[str, str]:
    gone = change.kind in (ChangeKind.REMOVED, ChangeKind.DENIED)
    side = (change.before or change.after) if gone else change.after
    return _LABELS[change.kind], value(side or change.before) or ""


def _detail(change: Change) -> tuple[str, str]:
    """By length: a modifier that was added makes the text longer."""
    if change.before is None or change.after is None:
        return "Detail changed", ""
    longer = len(change.after.text) - len(change.before.text)
    way = "added" if longer > 0 else "dropped" if longer < 0 else "changed"
    return f"Detail {way}", swapped(change.before, change.after)


# Their figure already says who.
_NAMED = frozenset({ChangeKind.CONFLICT, ChangeKind.ATTRIBUTION})

_PHRASES: Mapping[ChangeKind, Callable[[Change], tuple[str, str]]] = {
    ChangeKind.FIGURE: _figure,
    ChangeKind.CERTAINTY: _certainty,
    ChangeKind.ATTRIBUTION: _attribution,
    ChangeKind.STATUS: _status,
    ChangeKind.CONFLICT: _conflict,
    ChangeKind.CORRECTED: _corrected,
    ChangeKind.RETRACTED: _corrected,
    ChangeKind.CORROBORATED: _corroborated,
    ChangeKind.DETAIL: _detail,
}


def _who(side: Side | None) -> str | None:
    if side is None or not side.source:
        return None
    return clipped(inert(side.source), _NAME_LENGTH)
