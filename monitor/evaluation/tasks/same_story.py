"""`same-story`: pair of texts → the same story?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from monitor.claims import similarity


def predict(items: list[dict[str, Any]], _articles: Path) -> Iterator[dict[str, Any]]:
    """The verdict and score; the items' own texts tell which words are rare."""
    rarity = similarity.Rarity(item[side] for item in items for side in ("a", "b"))
    for item in items:
        found = similarity.same_story(item["a"], item["b"], rarity)
        yield {"id": item["id"], "label": int(found.same), "score": found.score}
