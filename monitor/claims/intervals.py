"""Comparing quantities: equal to displayed precision, compatible, or changed."""

from __future__ import annotations

from monitor.claims import units
from monitor.model import THRESHOLDS, Comparator, Quantity, Thresholds
from monitor.plurals import plural

# What rounding may hide; a larger step is another value.
ROUNDED_SHARE = 0.05
# Approximate and economic figures change from some percent on (`Thresholds`),
# and a percentage at the latest when it moves by a whole point.
MATERIAL_POINTS = 1.0
# How far an "about" may lie from an exact value without contradicting it.
ABOUT_SHARE = 0.10
# Unit conversions are printed rounded: 7 miles (11 km).
CONVERSION_SHARE = 0.03

Interval = tuple[float, float]
_INFINITE = float("inf")
_LOWER = frozenset((Comparator.AT_LEAST, Comparator.MORE))
_BOUNDS = _LOWER | {Comparator.AT_MOST, Comparator.LESS}


def interval(quantity: Quantity) -> Interval:
    """The closed interval in the canonical unit; open ends are infinite."""
    low, high = quantity.minimum, quantity.maximum
    ends = [
        -_INFINITE if low is None else units.canonical(low, quantity.unit)[0],
        _INFINITE if high is None else units.canonical(high, quantity.unit)[0],
    ]
    return ends[0], ends[1]


def step(value: float) -> float:
    """The displayed precision of a round value: 4,500 → 100, 5,002 → 1.

    >>> step(4500.0)
    100.0
    """
    if not value or value != value or value in (_INFINITE, -_INFINITE):
        return 0.0
    digits = f"{abs(value):.10g}"
    if "e" in digits or "." in digits:
        mantissa, _, exponent = f"{abs(value):.9e}".partition("e")
        places = len(mantissa.rstrip("0").rstrip(".").partition(".")[2])
        return float(10.0 ** (int(exponent) - places))
    zeros = len(digits) - len(digits.rstrip("0"))
    return float(10**zeros)


def same_value(
    a: Quantity, b: Quantity, *, thresholds: Thresholds = THRESHOLDS
) -> bool:
    """Whether both say one value to displayed precision; symmetric.

    "about 4,500" = 4,519, "more than 5,000" = 5,002, "nearly 6,000" = 5,848.
    """
    if not same_dimension(a, b):
        return False
    if _plain(a) and _plain(b):
        return _equal(a, b)
    if a.comparator == b.comparator and interval(a) == interval(b):
        return True
    share = thresholds.material_percent / 100
    return _rounds_to(a, b, share) or _rounds_to(b, a, share)


def same_dimension(a: Quantity, b: Quantity) -> bool:
    """Whether the units can be compared at all (nouns are left to the measure)."""
    one, two = units.canonical(1.0, a.unit)[1], units.canonical(1.0, b.unit)[1]
    measured = units.named(one.split(" per ")[0]), units.named(two.split(" per ")[0])
    if not any(measured):
        return True
    return one == two or not (one and two)


def _plain(quantity: Quantity) -> bool:
    return quantity.comparator is Comparator.EQUAL


def _equal(a: Quantity, b: Quantity) -> bool:
    (low, high), (other_low, other_high) = interval(a), interval(b)
    converted = a.unit != b.unit and units.named(a.unit) and units.named(b.unit)
    slack = CONVERSION_SHARE if converted else 1e-9
    return _close(low, other_low, slack) and _close(high, other_high, slack)


def _close(a: float, b: float, share: float) -> bool:
    return a == b or abs(a - b) <= share * max(abs(a), abs(b))


def _rounds_to(rough: Quantity, exact: Quantity, share: float) -> bool:
    """Whether `rough` is how one writes `exact` with fewer digits."""
    said, value = _point(rough), _point(exact)
    if said is None or value is None or exact.comparator is Comparator.VAGUE:
        return False
    if rough.comparator is Comparator.ABOUT:
        if exact.comparator is Comparator.ABOUT:
            gap = abs(said - value)
            return gap < share * min(abs(said), abs(value)) or gap == 0
        return _approximates(said, value, rough, exact)
    if exact.comparator is not Comparator.EQUAL or rough.comparator not in _BOUNDS:
        return False
    gap = value - said if rough.comparator in _LOWER else said - value
    # "At least 5,811" for 5,811 is another claim; "more than 5,000" for 5,002 is not.
    return 0 < gap < min(step(said), ROUNDED_SHARE * abs(said))


def _approximates(said: float, value: float, rough: Quantity, exact: Quantity) -> bool:
    gap = abs(said - value)
    if exact.comparator not in {Comparator.EQUAL, Comparator.AT_LEAST}:
        return False
    if gap <= 1 and not units.named(rough.unit):  # "around a dozen" people were 11
        return True
    return gap <= step(said) / 2 and (gap == 0 or gap < ROUNDED_SHARE * abs(said))


def _point(quantity: Quantity) -> float | None:
    value = quantity.minimum if quantity.minimum is not None else quantity.maximum
    return None if value is None else units.canonical(value, quantity.unit)[0]


def compatible(a: Quantity, b: Quantity) -> bool:
    """Whether both can be true at once: the intervals overlap or round alike."""
    if not same_dimension(a, b):
        return False
    if same_value(a, b):
        return True
    (low, high), (other_low, other_high) = _slack(a), _slack(b)
    return low <= other_high and other_low <= high


def _slack(quantity: Quantity) -> Interval:
    low, high = interval(quantity)
    if quantity.comparator is not Comparator.ABOUT:
        return low, high
    return low - ABOUT_SHARE * abs(low), high + ABOUT_SHARE * abs(high)


def discrepant(
    a: Quantity, b: Quantity, *, thresholds: Thresholds = THRESHOLDS
) -> bool:
    """Two lower bounds that no one would call the same."""
    if not {a.comparator, b.comparator} <= _LOWER or not same_dimension(a, b):
        return False
    one, two = sorted((abs(interval(a)[0]), abs(interval(b)[0])))
    return one > 0 and two / one >= thresholds.discrepant_ratio


def material(a: Quantity, b: Quantity, *, thresholds: Thresholds = THRESHOLDS) -> bool:
    """Whether the difference is worth a message (docs/design.md, section 5)."""
    if same_value(a, b, thresholds=thresholds):
        return False
    one, two = _point(a), _point(b)
    if not same_dimension(a, b) or a.comparator != b.comparator:
        return True
    if one is None or two is None or Comparator.VAGUE in {a.comparator, b.comparator}:
        return True
    gap = abs(one - two)
    if interval(a)[1] != interval(b)[1] and gap == 0:  # the upper end of a range
        return True
    percent = "percent" in {a.unit, b.unit}
    economic = percent or units.is_currency(a.unit) or units.is_currency(b.unit)
    if a.comparator is not Comparator.ABOUT and not economic:
        return gap > 0
    if percent and gap >= MATERIAL_POINTS:
        return True
    return gap >= thresholds.material_percent / 100 * min(abs(one), abs(two))


def describe(quantity: Quantity) -> str:
    """The value as a reader writes it: "at least 5,811", "200–999", "40 %"."""
    low, high = quantity.minimum, quantity.maximum
    words = {
        Comparator.AT_LEAST: "at least ", Comparator.MORE: "more than ",
        Comparator.AT_MOST: "up to ", Comparator.LESS: "fewer than ",
        Comparator.ABOUT: "about ",
    }  # fmt: skip
    if quantity.comparator is Comparator.VAGUE and quantity.text:
        return quantity.text.strip("“”\"'‘’")
    word = words.get(quantity.comparator, "")
    if low is not None and high is not None and low != high:
        return f"{word}{_written(low)}–{_written(high)}{_unit_of(quantity)}"
    value = low if low is not None else high
    if value is None:
        return quantity.text
    return f"{word}{_written(value)}{_unit_of(quantity)}"


def _unit_of(quantity: Quantity) -> str:
    if quantity.unit == "percent":
        return " %"
    if not units.named(quantity.unit.split(" per ")[0]):
        return ""
    one = quantity.minimum == quantity.maximum == 1
    return f" {quantity.unit if one else plural(quantity.unit)}"


def _written(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.10g}"


def describe_change(a: Quantity, b: Quantity, label: str = "") -> str:
    """One line for a message: "killed 4,519 → 5,002, +11 %".

    `label` names the measure; without it what `b` counts is used.
    """
    name = label or b.counted or a.counted
    line = f"{name} {describe(a)} → {describe(b)}".strip()
    before, after = _point(a), _point(b)
    if not before or after is None or not same_dimension(a, b) or before < 0:
        return line
    if Comparator.VAGUE in {a.comparator, b.comparator} or before == after:
        return line
    share = (after - before) / before * 100
    sign = "+" if share > 0 else "−"
    return f"{line}, {sign}{abs(share):.0f} %" if abs(share) >= 1 else line
