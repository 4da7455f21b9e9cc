"""`revision`: sentence before and after → which kinds of change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from monitor.claims import compare, details, find, finding
from monitor.model import ChangeKind, Transition

_WORDS = {
    ChangeKind.FIGURE: "quantity",
    ChangeKind.STATUS: "corrected",
    ChangeKind.DENIED: "polarity",
    ChangeKind.NEW: "detail_added",
    ChangeKind.REMOVED: "detail_removed",
}
_ALIKE = {ChangeKind.CERTAINTY, ChangeKind.ATTRIBUTION, ChangeKind.CORRECTED}


def predict(items: list[dict[str, Any]], _articles: Path) -> Iterator[dict[str, Any]]:
    """What `compare_revisions` says of each pair, in the scorer's words."""
    for item in items:
        texts = item["before"], item["after"]
        before, after = (find.find_in_text(text) for text in texts)
        found = compare.compare_revisions(before, after, texts=texts)
        changes = sorted(set().union(*(_changes(t) for t in found)))
        yield {"id": item["id"], "factual": int(bool(changes)), "changes": changes}


def _changes(transition: Transition) -> set[str]:
    changes = {_WORDS[kind] for kind in transition.kinds if kind in _WORDS}
    changes |= {str(kind) for kind in transition.kinds if kind in _ALIKE}
    if finding.reverses(transition) and changes:
        changes = changes - {"corrected"} | {"polarity"}
    return changes | {f"detail_{way}" for way in details.ways(transition)}
