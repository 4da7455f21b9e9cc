"""Comparing quantities: displayed precision, units, material changes, wording."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.claims import intervals, quantities, units
from monitor.model import Comparator, Quantity

VALUES = st.integers(1, 10**7) | st.floats(0.1, 1e6).map(lambda v: round(v, 2))


def quantity(low: float | None, high: float | None, sign: str, unit: str) -> Quantity:
    return Quantity(low, high, Comparator(sign), unit, "", str(low), 0, 1)


@st.composite
def any_quantity(draw: st.DrawFn) -> Quantity:
    value = draw(VALUES)
    sign = draw(st.sampled_from(list(Comparator)))
    unit = draw(st.sampled_from(["person", "percent", "USD", "kilometre", "mile", ""]))
    low = None if sign in (Comparator.AT_MOST, Comparator.LESS) else value
    high = None if sign in (Comparator.AT_LEAST, Comparator.MORE) else value
    return Quantity(low, high, sign, unit, "", "", 0, 0)


def one(text: str) -> Quantity:
    (found,) = quantities.find(text)
    return found


@given(any_quantity(), any_quantity())
def test_comparisons_are_symmetric(a: Quantity, b: Quantity) -> None:
    assert quantities.same_value(a, b) == quantities.same_value(b, a)
    assert quantities.compatible(a, b) == quantities.compatible(b, a)
    assert intervals.material(a, b) == intervals.material(b, a)
    assert intervals.discrepant(a, b) == intervals.discrepant(b, a)


@given(any_quantity(), any_quantity())
def test_same_values_are_compatible_and_not_material(a: Quantity, b: Quantity) -> None:
    assert quantities.same_value(a, a)
    assert quantities.compatible(a, a)
    if quantities.same_value(a, b):
        assert quantities.compatible(a, b)
        assert not intervals.material(a, b)


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("about 4,500 people", "4,519 people", True),
        ("more than 5,000 people", "5,002 people", True),
        ("nearly 6,000 people", "at least 5,848 people", True),
        ("6175 people", "6,175 people", True),
        ("about a dozen people", "11 people", True),
        ("near 40 percent", "about 40%", True),
        ("7 miles", "11 km", True),
        ("$1.2 billion", "$1,200 million", True),
        ("two-thirds of seats", "66.7 percent of seats", True),
        ("4,519 people", "4,902 people", False),
        ("5,811 people", "at least 5,811 people", False),
        ("about 100 people", "140 people", False),
        ("near 40 percent", "near 42 percent", False),
        ("hundreds of people", "thousands of people", False),
        ("5 km", "5 kg", False),
        ("10-20 people", "10-25 people", False),
    ],
)
def test_same_value(a: str, b: str, same: bool) -> None:
    assert quantities.same_value(one(a), one(b)) is same


@pytest.mark.parametrize(
    ("a", "b", "compatible"),
    [
        ("at least 5,811 people", "330,000 people", True),
        ("hundreds of people", "350 people", True),
        ("up to 400 people", "at least 500 people", False),
        ("3,117 people", "4,519 people", False),
        ("about 4,500 people", "4,700 people", True),
    ],
)
def test_compatible(a: str, b: str, compatible: bool) -> None:
    assert quantities.compatible(one(a), one(b)) is compatible


@pytest.mark.parametrize(
    ("a", "b", "material"),
    [
        ("4,519 people", "4,520 people", True),
        ("at least 5,811 people", "at least 5,848 people", True),
        ("about 4,000 people", "about 4,100 people", False),
        ("about 4,000 people", "about 4,300 people", True),
        ("$3.4bn", "$3.5bn", False),
        ("$3.4bn", "$3.6bn", True),
        ("48 percent", "47 percent", True),
        ("4.1 percent", "4.2 percent", False),
        ("12 people", "at least 12 people", True),
        ("magnitude 6.8", "magnitude 6.9", True),
    ],
)
def test_material(a: str, b: str, material: bool) -> None:
    assert intervals.material(one(a), one(b)) is material


def test_two_far_lower_bounds_are_discrepant() -> None:
    low, high = one("at least 5,811 people"), one("at least 330,000 people")
    assert intervals.discrepant(low, high)
    assert quantities.compatible(low, high)
    assert not intervals.discrepant(low, one("at least 6,000 people"))


@pytest.mark.parametrize(
    ("a", "b", "label", "line"),
    [
        ("4,519 people", "5,002 people", "killed", "killed 4,519 → 5,002, +11 %"),
        ("40 percent", "30 percent", "inflation", "inflation 40 % → 30 %, −25 %"),
        ("hundreds of men", "at least 2,000 men", "held", "held hundreds → at least 2,000"),
        ("$5 million", "$8 million", "fine", "fine 5,000,000 USD → 8,000,000 USD, +60 %"),
    ],
)  # fmt: skip
def test_a_change_reads_as_one_line(a: str, b: str, label: str, line: str) -> None:
    assert quantities.describe_change(one(a), one(b), label) == line


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (5, "kilometre", (5000, "metre")),
        (50, "fahrenheit", (10, "celsius")),
        (2, "week", (1_209_600, "second")),
        (50, "basis point", (0.5, "percentage point")),
        (3, "person", (3, "person")),
        (10, "USD per barrel", (10, "USD per barrel")),
        (2, "kilometre per day", (2000, "metre per day")),
    ],
)
def test_canonical_units(value: float, unit: str, expected: tuple[float, str]) -> None:
    number, name = units.canonical(value, unit)
    assert (number, name) == (pytest.approx(expected[0]), expected[1])


def test_every_base_unit_is_known_and_canonical() -> None:
    for unit in units.lexicon().units.values():
        base = units.named(unit.base)
        assert base is not None, unit
        assert base.base == base.name, unit


def test_surface_names_money_and_rates() -> None:
    assert units.surface("USD per barrel") == "dollar per barrel"
    assert units.surface("person") == "person"
    assert units.is_currency("USD per barrel")
    assert not units.is_currency("kilometre")
