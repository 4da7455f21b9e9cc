"""`mutations`: an article and an edit of it, or another outlet's text → the kind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from monitor.claims import compare, find, match
from monitor.evaluation.articles import document, read
from monitor.model import PRECEDENCE, Transition

_FIRST = datetime(2026, 1, 1, tzinfo=UTC)
_LATER = _FIRST + timedelta(days=1)


def predict(items: list[dict[str, Any]], articles: Path) -> Iterator[dict[str, Any]]:
    """The transition of highest precedence; none = a rewording."""
    for item in items:
        edited = item["channel"] == "revision_of_same_article"
        found = (_revised if edited else _elsewhere)(item, articles)
        first = min(found, key=lambda t: PRECEDENCE.index(t.kind), default=None)
        kind, material = (first.kind, first.material) if first else ("reworded", False)
        reason = first.reason if first else ""
        yield {"id": item["id"], "kind": kind, "material": material, "reason": reason}


def _revised(item: dict[str, Any], articles: Path) -> list[Transition]:
    old = read(articles, item["article"])
    new = document(old.text.replace(item["before"], item["after"] or ""))
    texts = old.text, new.text
    return compare.compare_revisions(find.find(old), find.find(new), texts=texts)


def _elsewhere(item: dict[str, Any], articles: Path) -> list[Transition]:
    mentions = find.find(read(articles, item["article"]))
    known = match.baseline(mentions, as_of=_FIRST, outlet="a", story_id=1)
    new = find.find_in_text(item["after"])
    judged = match.judge_all(new, known, story_id=1, as_of=_LATER, outlet="b")
    return [j.transition for _, j in judged if j.transition is not None]
