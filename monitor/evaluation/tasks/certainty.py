"""`certainty`: sentence → hedged?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from monitor.claims import certainty


def predict(items: list[dict[str, Any]], _articles: Path) -> Iterator[dict[str, Any]]:
    """1 where the sentence is hedged."""
    for item in items:
        yield {"id": item["id"], "label": int(certainty.is_hedged(item["text"]))}
