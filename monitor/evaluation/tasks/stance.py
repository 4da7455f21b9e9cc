"""`stance`: claim and headline → for, against, observing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from monitor.claims import stance


def predict(items: list[dict[str, Any]], _articles: Path) -> Iterator[dict[str, Any]]:
    """The stance of each headline; the words are the scorer's already."""
    for item in items:
        yield {"id": item["id"], "label": stance.of(item["claim"], item["headline"])}
