"""`attribution`: article → source, cue and content of each attribution."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from monitor.claims import attribution


def predict(items: list[dict[str, Any]], _articles: Path) -> Iterator[dict[str, Any]]:
    """The attributions of each text with the span of their content."""
    for item in items:
        text = item["text"]
        yield {
            "id": item["id"],
            "attributions": [
                {
                    "source": found.source,
                    "cue": found.cue,
                    "content": text[found.start : found.end],
                    "start": found.start,
                    "end": found.end,
                }
                for found in attribution.attributions(text)
            ],
        }
