"""`mutations`: an article and an edit of it, or another outlet's text → the kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from monitor.claims import compare, find, match
from monitor.evaluation.articles import read
from monitor.model import PRECEDENCE, Assertion, Transition

_STORY = 1
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


def _revised(item: dict[str, Any], articles: Path) -> Sequence[Transition]:
    document = read(articles, item["article"])
    text = document.text.replace(item["before"], item["after"] or "")
    after = replace(document, text=text, headline_end=text.find("\n"))
    texts = document.text, text
    return compare.compare_revisions(find.find(document), find.find(after), texts=texts)


def _elsewhere(item: dict[str, Any], articles: Path) -> Sequence[Transition]:
    known: list[Assertion] = []
    for n, mention in enumerate(find.find(read(articles, item["article"])), 1):
        claim = match.match(mention, known, story_id=_STORY).claim_id or n
        ids = {"assertion_id": n, "claim_id": claim, "story_id": _STORY}
        known.append(match.assertion_of(mention, as_of=_FIRST, outlet="first", **ids))
    mentions = find.find_in_text(item["after"])
    judged = match.judge_all(mentions, known, story_id=_STORY, as_of=_LATER, outlet="b")
    return [j.transition for _, j in judged if j.transition is not None]
