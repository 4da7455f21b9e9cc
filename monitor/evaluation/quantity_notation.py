"""The notation of the quantity task's gold: values, units and change words."""

from __future__ import annotations

import re
from typing import Any

from monitor.claims import quantities, units
from monitor.model import Comparator, Quantity

_CHANGES = {
    Comparator.EQUAL: "=",
    Comparator.ABOUT: "~",
    Comparator.VAGUE: "=",
    Comparator.AT_LEAST: ">",
    Comparator.MORE: ">",
    Comparator.AT_MOST: "<",
    Comparator.LESS: "<",
}
# Gold leaves "several", "multiple" and "a handful" out.
_SMALLEST_VAGUE = 20


def is_noted(quantity: Quantity) -> bool:
    """Whether the gold notes this sort of quantity at all."""
    vague = quantity.comparator is Comparator.VAGUE
    small = vague and (quantity.minimum or 0) < _SMALLEST_VAGUE
    return quantity.unit != "rank" and not small


def is_range(text: str, first: Quantity, second: Quantity) -> bool:
    """Gold holds "from 20 in 2008 to 29" for one range; we hold two levels."""
    between = text[first.end : second.start + len("to ")]
    near = len(between) < 20 and re.search(r"\bto\b", between) is not None
    same = first.unit in {second.unit, ""}
    return near and same and quantities.trend(text, first) == "from"


def noted(text: str, quantity: Quantity) -> dict[str, Any]:
    """One quantity as the gold writes it."""
    trend = quantities.trend(text, quantity)
    plain = quantity.comparator in {Comparator.EQUAL, Comparator.ABOUT}
    moved = plain and trend in {"up", "down"}
    return {
        "value": _value(quantity),
        "unit": _unit(quantity),
        "change": trend if moved else _CHANGES[quantity.comparator],
    }


def _value(quantity: Quantity) -> float | str | None:
    low, high = quantity.minimum, quantity.maximum
    if quantity.comparator is Comparator.VAGUE and low is not None:
        power = 10 ** (len(str(int(low))) - 1)  # "millions" is 1000000-10000000 in gold
        return f"{power}-{power * 10}"
    if low is None or high is None or low == high:
        return high if low is None else low
    return f"{low}-{high}"


def _unit(quantity: Quantity) -> str:
    """As written, since gold keeps the surface form; else the unit's plain name."""
    named = units.named(quantity.unit.split(" per ")[0])
    if named is None or quantity.unit == "fraction":
        return quantity.counted or quantity.unit
    written = re.search(r"\d[\s-]*([^\d\s,)(][^\d]*)$", quantity.text)
    scale = re.compile(r"(?:hundred|thousand|million|billion|trillion|bn|mn|[kmKM]\b)")
    spelt = written is not None and not scale.match(written[1])
    fixed = quantity.unit.startswith(("percent", "square", "cubic"))
    if not spelt or fixed or units.is_currency(quantity.unit):
        return units.surface(quantity.unit)
    return written[1].strip() if written else ""
