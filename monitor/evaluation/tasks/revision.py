"""`revision`: sentence before and after → which kinds of change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from monitor.claims import compare, details, find
from monitor.model import ChangeKind, Transition

_WORDS = {
    ChangeKind.FIGURE: "quantity",
    ChangeKind.CERTAINTY: "certainty",
    ChangeKind.ATTRIBUTION: "attribution",
    ChangeKind.CORRECTED: "corrected",
    ChangeKind.STATUS: "corrected",
    ChangeKind.DENIED: "polarity",
    ChangeKind.CONFLICT: "polarity",
    ChangeKind.NEW: "detail_added",
    ChangeKind.REMOVED: "detail_removed",
}


def predict(items: list[dict[str, Any]], _articles: Path) -> Iterator[dict[str, Any]]:
    """What `compare_revisions` says of each pair, in the scorer's words."""
    for item in items:
        before, after = (
            find.find_in_text(item["before"]),
            find.find_in_text(item["after"]),
        )
        changes: set[str] = set()
        texts = item["before"], item["after"]
        for transition in compare.compare_revisions(before, after, texts=texts):
            changes |= _changes(transition)
        yield {
            "id": item["id"],
            "factual": int(bool(changes)),
            "changes": sorted(changes),
        }


def _changes(transition: Transition) -> set[str]:
    changes = {_WORDS[kind] for kind in transition.kinds if kind in _WORDS}
    before, after = transition.before, transition.after
    if before and after and before.polarity is not after.polarity and changes:
        changes = changes - {"corrected"} | {"polarity"}
    if ChangeKind.DETAIL in transition.kinds:
        changes |= {f"detail_{way}" for way in details.ways(transition)}
    return changes
