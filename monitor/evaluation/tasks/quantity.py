"""`quantity`: sentence → value, unit, comparator."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from monitor.claims import quantities
from monitor.evaluation import quantity_notation
from monitor.model import Quantity


def predict(items: list[dict[str, Any]], _articles: Path) -> Iterator[dict[str, Any]]:
    """The quantities of each sentence in the scorer's words."""
    for item in items:
        text = item["text"]
        rows: list[dict[str, Any]] = []
        earlier: Quantity | None = None
        for quantity in quantities.find(text):
            if not quantity_notation.is_noted(quantity):
                continue
            row = quantity_notation.noted(text, quantity)
            if earlier and quantity_notation.is_range(text, earlier, quantity):
                row["value"] = f"{rows.pop()['value']}-{row['value']}"
                row["change"] = "="
            rows.append(row)
            earlier = quantity
        yield {"id": item["id"], "quantities": rows}
