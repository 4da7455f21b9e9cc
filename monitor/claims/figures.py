"""Whether two stated values differ, agree or exclude each other. Pure.

Works on intervals with a comparator, so that mentions and stored assertions are
judged by one rule (docs/design.md, section 5, materiality).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from monitor.model import Assertion, Comparator, Quantity

# Approximate and economic figures: below this relative change nothing happened.
MATERIAL_SHARE = 0.05
# Two open lower bounds this far apart are discrepant though they overlap.
DISCREPANT_RATIO = 2.0
_UP = frozenset({Comparator.AT_LEAST, Comparator.MORE})
_DOWN = frozenset({Comparator.AT_MOST, Comparator.LESS})
_RATES = frozenset({"percent", "percentage", "%"})


@dataclass(frozen=True, slots=True)
class Value:
    """An interval as displayed; `unit` decides how exact it is meant."""

    minimum: float | None
    maximum: float | None
    comparator: Comparator
    unit: str = ""

    @property
    def shown(self) -> float | None:
        """The number a reader sees: the closed bound, or the middle of a range."""
        if self.minimum is None or self.maximum is None:
            return self.maximum if self.minimum is None else self.minimum
        return (self.minimum + self.maximum) / 2

    @property
    def direction(self) -> int:
        """1 for a lower bound, -1 for an upper bound, else 0."""
        return (self.comparator in _UP) - (self.comparator in _DOWN)

    @property
    def is_range(self) -> bool:
        """A stated or vague range."""
        return (
            self.minimum is not None
            and self.maximum is not None
            and self.minimum != self.maximum
        )

    def show(self) -> str:
        """As a reader writes it: \"≥ 5,811\"."""
        if self.is_range:
            return f"{_plain(self.minimum)}–{_plain(self.maximum)}"
        sign = "" if self.comparator is Comparator.EQUAL else str(self.comparator)
        return f"{sign} {_plain(self.shown)}".strip()


def value_of(quantity: Quantity) -> Value:
    """The value of a quantity in a text."""
    return Value(quantity.minimum, quantity.maximum, quantity.comparator, quantity.unit)


def value_in(assertion: Assertion) -> Value | None:
    """The value of a stored assertion, None if it has none."""
    if assertion.comparator is None:
        return None
    return Value(
        assertion.minimum,
        assertion.maximum,
        assertion.comparator,
        assertion.unit or "",
    )


def _plain(number: float | None) -> str:
    if number is None:
        return "?"
    if number == int(number) and abs(number) < 1e15:
        return f"{int(number):,}"
    return f"{number:,.2f}".rstrip("0").rstrip(".")


def granularity(number: float) -> float:
    """The precision a number is displayed with: 4,500 → 100, 40 → 10, 4,519 → 1."""
    if number == 0 or number != int(number):
        return 0.0
    step = 1
    while number % (step * 10) == 0:
        step *= 10
    return float(step)


def differ(a: Value, b: Value) -> bool:
    """Whether going from one value to the other is a material change of figure."""
    if a.is_range or b.is_range:
        return _ranges_differ(a, b)
    x, y = a.shown, b.shown
    if x is None or y is None:
        return x is not y
    if math.isclose(x, y, rel_tol=1e-9):
        return a.direction * b.direction < 0
    if a.direction * b.direction < 0:
        return True
    if _rounds(a, b) or _rounds(b, a):
        return False
    if _is_exact(a) and _is_exact(b):
        return True
    return not _close(x, y)


def _is_exact(value: Value) -> bool:
    """A count, not an estimate or a rate or money."""
    economic = value.unit in _RATES or (len(value.unit) == 3 and value.unit.isupper())
    return not economic and value.comparator is not Comparator.ABOUT


def _close(x: float, y: float) -> bool:
    larger = max(abs(x), abs(y))
    return larger == 0 or abs(x - y) < MATERIAL_SHARE * min(abs(x), abs(y)) - 1e-9


def _rounds(rough: Value, exact: Value) -> bool:
    """Whether `exact` shows as `rough` at the precision of `rough`."""
    if rough.comparator is Comparator.EQUAL or exact.direction:
        return False
    x, y = rough.shown, exact.shown
    if x is None or y is None:
        return False
    step = granularity(x)
    if rough.direction > 0:
        return x <= y < x + min(step, MATERIAL_SHARE * x)
    if rough.direction < 0:
        return x - min(step, MATERIAL_SHARE * x) < y <= x
    return abs(x - y) <= step / 2 and abs(x - y) < MATERIAL_SHARE * abs(x)


def _ranges_differ(a: Value, b: Value) -> bool:
    if (a.minimum, a.maximum) == (b.minimum, b.maximum):
        return False
    if a.is_range and b.is_range:
        return True
    narrow, wide = (b, a) if a.is_range else (a, b)
    vague = wide.comparator is Comparator.VAGUE
    shown = narrow.shown
    inside = shown is not None and _contains(wide, shown)
    return not (vague and inside and narrow.direction >= 0)


def _contains(value: Value, number: float) -> bool:
    low = -math.inf if value.minimum is None else value.minimum
    high = math.inf if value.maximum is None else value.maximum
    return low <= number <= high


def disjoint(a: Value, b: Value) -> bool:
    """Whether no number satisfies both, rounding of estimates allowed."""
    if not differ(a, b):
        return False
    low = max(_low(a), _low(b))
    high = min(_high(a), _high(b))
    return low > high


def _low(value: Value) -> float:
    if value.minimum is None:
        return -math.inf
    if value.comparator is Comparator.ABOUT:
        return value.minimum * (1 - MATERIAL_SHARE)
    return value.minimum


def _high(value: Value) -> float:
    if value.maximum is None:
        return math.inf
    if value.comparator is Comparator.ABOUT:
        return value.maximum * (1 + MATERIAL_SHARE)
    return value.maximum


def discrepant(a: Value, b: Value) -> bool:
    """Two lower bounds so far apart that one source must be wrong or late."""
    if a.direction <= 0 or b.direction <= 0:
        return False
    x, y = a.shown, b.shown
    if x is None or y is None or min(x, y) <= 0:
        return False
    return max(x, y) / min(x, y) >= DISCREPANT_RATIO


def describe(a: Value, b: Value) -> str:
    """ "4,519 → 5,002, +11 %"."""
    x, y = a.shown, b.shown
    text = f"{a.show()} → {b.show()}"
    if x is None or y is None or x == 0 or x == y:
        return text
    share = 100 * (y - x) / abs(x)
    sign = "+" if share > 0 else "−"
    amount = f"{abs(share):.0f}" if abs(share) >= 1 else f"{abs(share):.1f}"
    return f"{text}, {sign}{amount} %"
