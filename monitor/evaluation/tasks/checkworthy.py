"""`checkworthy`: sentence → worth checking?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from monitor.claims import checkworthy

_THRESHOLD = 0.5


def predict(items: list[dict[str, Any]], _articles: Path) -> Iterator[dict[str, Any]]:
    """The score and whether it passes."""
    for item in items:
        score = checkworthy.score(item["text"])
        yield {"id": item["id"], "label": int(score >= _THRESHOLD), "score": score}
