"""What is counted reads as English says it."""

from __future__ import annotations

import pytest

from monitor.plurals import counted, plural


@pytest.mark.parametrize(
    ("unit", "many"),
    [
        ("person", "people"),
        ("year of age", "years of age"),
        ("barrel per day", "barrels per day"),
        ("square foot", "square feet"),
        ("safety inspection", "safety inspections"),
        ("city", "cities"),
        ("day", "days"),
        ("time", "times"),
        ("inch", "inches"),
        ("box", "boxes"),
        ("dead", "dead"),
        ("celsius", "°C"),
        # nothing to add to
        ("km", "km"),
        ("kWh", "kWh"),
        ("km/h", "km/h"),
        ("USD", "USD"),
        ("نفر", "نفر"),
        ("", ""),
    ],
)
def test_plurals(unit: str, many: str) -> None:
    assert plural(unit) == many


def test_a_count_reads_as_english_says_it() -> None:
    assert [counted(n, "delivery") for n in (0, 1, 1_200)] == [
        "0 deliveries",
        "1 delivery",
        "1,200 deliveries",
    ]
    assert counted(2, "independent source") == "2 independent sources"
