"""`certainty`: sentence → hedged?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from monitor.claims import find
from monitor.model import Certainty


def predict(items: list[dict[str, Any]], _articles: Path) -> Iterator[dict[str, Any]]:
    """1 where any mention of the sentence is weaker than reported."""
    for item in items:
        found = find.find_in_text(item["text"])
        hedged = any(m.certainty.rank < Certainty.REPORTED.rank for m in found)
        yield {"id": item["id"], "label": int(hedged)}
