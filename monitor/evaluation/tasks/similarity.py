"""`similarity`: headline pair → 0 (unrelated) to 5 (equivalent)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from monitor.claims import similarity


def predict(items: list[dict[str, Any]], _articles: Path) -> Iterator[dict[str, Any]]:
    """The likeness; the items' own texts tell which words are rare."""
    rarity = similarity.Rarity(item[side] for item in items for side in ("a", "b"))
    for item in items:
        score = 5 * similarity.alike(item["a"], item["b"], rarity)
        yield {"id": item["id"], "score": round(score, 3)}
