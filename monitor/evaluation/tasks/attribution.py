"""`attribution`: article → source, cue and content of each attribution."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from monitor.claims import find
from monitor.model import Mention


def predict(items: list[dict[str, Any]], _articles: Path) -> Iterator[dict[str, Any]]:
    """The attributed mentions; clauses of one saying are one content."""
    for item in items:
        found = [m for m in find.find_in_text(item["text"]) if m.cue]
        together = groupby(found, key=lambda m: (m.sentence, m.cue, m.source))
        yield {
            "id": item["id"],
            "attributions": [_attribution(list(group)) for _, group in together],
        }


def _attribution(mentions: list[Mention]) -> dict[str, Any]:
    first = mentions[0]
    return {
        "source": first.source.name if first.source else None,
        "cue": first.cue,
        "content": first.quote,
        "start": min(m.start for m in mentions),
        "end": max(m.end for m in mentions),
    }
