"""`edit-intent`: before and after → did the meaning change?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from monitor.claims import compare, find


def predict(items: list[dict[str, Any]], _articles: Path) -> Iterator[dict[str, Any]]:
    """1 where any transition of the pair is material."""
    for item in items:
        before, after = (
            find.find_in_text(item["before"]),
            find.find_in_text(item["after"]),
        )
        texts = item["before"], item["after"]
        found = compare.compare_revisions(before, after, texts=texts)
        yield {"id": item["id"], "label": int(any(t.material for t in found))}
