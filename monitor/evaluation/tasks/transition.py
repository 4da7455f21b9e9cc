"""`transition`: claim, text before and after → what the edit does to the claim."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from monitor.claims import support


def predict(items: list[dict[str, Any]], _articles: Path) -> Iterator[dict[str, Any]]:
    """The label of each item, in the scorer's words already."""
    for item in items:
        label = support.judge(item["claim"], item["before"], item["after"])
        yield {"id": item["id"], "label": label}
