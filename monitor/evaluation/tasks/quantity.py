"""`quantity`: sentence → value, unit, comparator."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from monitor.claims import quantities
from monitor.model import Comparator, Quantity

_CHANGES = {
    Comparator.EQUAL: "=",
    Comparator.ABOUT: "~",
    Comparator.VAGUE: "~",
    Comparator.AT_LEAST: ">",
    Comparator.MORE: ">",
    Comparator.AT_MOST: "<",
    Comparator.LESS: "<",
}


def predict(items: list[dict[str, Any]], _articles: Path) -> Iterator[dict[str, Any]]:
    """The quantities of each sentence in the scorer's words."""
    for item in items:
        found = quantities.find(item["text"])
        yield {"id": item["id"], "quantities": [_words(q) for q in found]}


def _words(quantity: Quantity) -> dict[str, Any]:
    low, high = quantity.minimum, quantity.maximum
    ends = [end for end in (low, high) if end is not None]
    value: float | list[float] = ends[0] if len(set(ends)) == 1 else ends
    change = _CHANGES[quantity.comparator]
    return {"value": value, "unit": quantity.unit, "change": change}
