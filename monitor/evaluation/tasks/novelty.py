"""`novelty`: known texts and new sentences → which are new."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from monitor.claims import novelty


def predict(items: list[dict[str, Any]], _articles: Path) -> Iterator[dict[str, Any]]:
    """The ids of the sentences that are new."""
    for item in items:
        known = novelty.Known(entry["text"] for entry in item["baseline"])
        new = [s["sid"] for s in item["sentences"] if known.judge(s["text"]).new]
        yield {"id": item["id"], "new": new}
