"""Comparing quantities: equal to displayed precision, compatible, or changed."""

from __future__ import annotations

from monitor.claims import units
from monitor.model import Comparator, Quantity

# Approximate and economic figures change from 5 % on (docs/design.md, section 5).
MATERIAL_SHARE = 0.05
# Unit conversions are printed rounded: 7 miles (11 km).
CONVERSION_SHARE = 0.03
# Two lower bounds this far apart are discrepant (docs/design.md, section 5).
DISCREPANT_RATIO = 2.0

Interval = tuple[float, float]
_INFINITE = float("inf")


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


def same_value(a: Quantity, b: Quantity) -> bool:
    """Whether both say one value to displayed precision; symmetric.

    "about 4,500" = 4,519, "more than 5,000" = 5,002, "nearly 6,000" = 5,848.
    """
    if not same_dimension(a, b):
        return False
    if _plain(a) and _plain(b):
        return _equal(a, b)
    if a.comparator == b.comparator and interval(a) == interval(b):
        return True
    return _rounds_to(a, b) or _rounds_to(b, a)


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
    slack = CONVERSION_SHARE if a.unit != b.unit and units.named(a.unit) else 1e-9
    return _close(low, other_low, slack) and _close(high, other_high, slack)


def _close(a: float, b: float, share: float) -> bool:
    return a == b or abs(a - b) <= share * max(abs(a), abs(b))


def _rounds_to(rough: Quantity, exact: Quantity) -> bool:
    """Whether `rough` is how one writes `exact` with fewer digits."""
    if rough.comparator in {Comparator.EQUAL, Comparator.VAGUE}:
        return False
    if exact.comparator is Comparator.VAGUE:
        return False
    said, value = _point(rough), _point(exact)
    if said is None or value is None:
        return False
    if rough.comparator is Comparator.ABOUT:
        if exact.comparator in {
            Comparator.EQUAL,
            Comparator.ABOUT,
            Comparator.AT_LEAST,
        }:
            near = max(step(said) / 2, MATERIAL_SHARE * abs(said) / 2)
            return abs(said - value) <= max(near, _first_digit(said) if "near" in rough.text.lower() or "almost" in rough.text.lower() else 0)  # fmt: skip
        return False
    if exact.comparator not in {Comparator.EQUAL, rough.comparator}:
        return False
    gap = value - said
    if rough.comparator in {Comparator.MORE, Comparator.AT_LEAST}:
        return 0 <= gap < step(said) and gap <= MATERIAL_SHARE * abs(said)
    return 0 <= -gap < step(said) and -gap <= MATERIAL_SHARE * abs(said)


def _first_digit(value: float) -> float:
    """ "Nearly 6,000" may hide up to half the last non-zero digit."""
    return step(value) / 2


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
    if quantity.comparator is not Comparator.ABOUT or low != high:
        return low, high
    room = max(step(low) / 2, MATERIAL_SHARE * abs(low) / 2)
    return low - room, high + room


def discrepant(a: Quantity, b: Quantity) -> bool:
    """Two lower bounds that no one would call the same (ratio ≥ 2)."""
    bounds = {Comparator.AT_LEAST, Comparator.MORE}
    if not {a.comparator, b.comparator} <= bounds or not same_dimension(a, b):
        return False
    one, two = sorted((abs(interval(a)[0]), abs(interval(b)[0])))
    return one > 0 and two / one >= DISCREPANT_RATIO


def material(a: Quantity, b: Quantity) -> bool:
    """Whether the difference is worth a message (docs/design.md, section 5)."""
    if same_value(a, b):
        return False
    if not same_dimension(a, b) or a.comparator != b.comparator:
        return True
    one, two = _point(a), _point(b)
    if one is None or two is None:
        return True
    economic = units.is_currency(a.unit) or units.named(a.unit) is not None
    if a.comparator is Comparator.EQUAL and not economic:
        return True
    return (
        abs(one - two) >= MATERIAL_SHARE * max(abs(one), abs(two))
        or a.unit == "percent"
    )


def describe(quantity: Quantity) -> str:
    """The value as a reader writes it: "at least 5,811", "200–999", "40 %"."""
    low, high = quantity.minimum, quantity.maximum
    words = {
        Comparator.AT_LEAST: "at least ", Comparator.MORE: "more than ",
        Comparator.AT_MOST: "up to ", Comparator.LESS: "fewer than ",
        Comparator.ABOUT: "about ",
    }  # fmt: skip
    word = words.get(quantity.comparator, "")
    if low is not None and high is not None and low != high:
        return f"{word}{_written(low)}–{_written(high)}{_unit_of(quantity)}"
    value = low if low is not None else high
    if value is None:
        return quantity.text
    if quantity.comparator is Comparator.VAGUE:
        return quantity.text
    return f"{word}{_written(value)}{_unit_of(quantity)}"


def _unit_of(quantity: Quantity) -> str:
    if quantity.unit == "percent":
        return " %"
    return f" {quantity.unit}" if units.named(quantity.unit.split(" per ")[0]) else ""


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
