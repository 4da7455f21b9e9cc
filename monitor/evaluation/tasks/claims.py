"""`claims`: article text → its claims with source, quantities, certainty, measure."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from monitor.claims import find
from monitor.evaluation.articles import read
from monitor.model import Mention


def predict(items: list[dict[str, Any]], articles: Path) -> Iterator[dict[str, Any]]:
    """The mentions of every article that gold annotates."""
    for name in dict.fromkeys(item["article"] for item in items):
        for number, mention in enumerate(find.find(read(articles, name))):
            yield {"id": f"{name}#{number}", "article": name, **_words(mention)}


def _measure(mention: Mention) -> str | None:
    """What a figure counts and where: only in one scope are two of them compared."""
    return mention.measure and " · ".join((mention.measure, *mention.scope))


def _words(mention: Mention) -> dict[str, Any]:
    return {
        "quote": mention.quote,
        "claim": mention.text,
        "source": mention.source.name if mention.source else None,
        "quantities": [
            {"min": q.minimum, "max": q.maximum, "comparator": q.comparator}
            for q in mention.quantities
        ],
        "certainty": mention.certainty,
        "measure": _measure(mention),
    }
