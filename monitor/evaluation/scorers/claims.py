"""Scorer of found claims against a hand-annotated article."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

from monitor.evaluation.scorers.arithmetic import Figures, Item, Predictions, tokens

_STOP = frozenset(
    [
        "the",
        "a",
        "an",
        "of",
        "in",
        "on",
        "at",
        "to",
        "and",
        "or",
        "for",
        "by",
        "with",
        "from",
        "as",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "has",
        "have",
        "had",
        "that",
        "this",
        "it",
        "its",
        "their",
        "his",
        "her",
        "they",
        "he",
        "she",
        "who",
        "which",
        "will",
        "would",
    ]
)
_CERTAINTIES = ("unverified", "alleged", "reported", "asserted")


class Claims:
    """One-to-one matches of predicted and annotated claims, best first."""

    IN_SENTENCE = 0.8
    SAME_CLAIM = 0.5

    def parts(self, gold: list[Item], pred: Predictions) -> list[Item]:
        """A part for each annotated claim and for each spurious prediction."""
        given = list(pred.values())
        pairs = self.match(gold, given)
        out: list[Item] = [
            judged(item, given[pairs[i]] if i in pairs else None)
            for i, item in enumerate(gold)
        ]
        spurious = len(given) - len(pairs)
        return out + [{"spurious": True}] * spurious

    def match(self, gold: list[Item], given: list[Item]) -> dict[int, int]:
        """The prediction of each annotated claim that has one, by their places."""
        ranked = []
        for i, want in enumerate(gold):
            sentence, claim = _content(want["sentence"]), _content(want["claim"])
            for j, have in enumerate(given):
                if have.get("article") not in (None, want["article"]):
                    continue
                quote = _content(have.get("quote"))
                if not quote or len(quote & sentence) < self.IN_SENTENCE * len(quote):
                    continue
                score = max(_f1(quote, claim), _f1(_content(have.get("claim")), claim))
                if score >= self.SAME_CLAIM:
                    ranked.append((score, i, j))
        pairs: dict[int, int] = {}
        for _, i, j in sorted(ranked, reverse=True):
            if i not in pairs and j not in pairs.values():
                pairs[i] = j
        return pairs

    def figures(self, parts: Sequence[Item]) -> Figures:
        """Recall, precision, and the accuracy of what the matches say."""
        wanted = [p for p in parts if "spurious" not in p]
        found = [p for p in wanted if p["found"]]
        n_pred = len(found) + sum("spurious" in p for p in parts)
        keyed = [p for p in found if p["key"]]
        same = [
            (a["key"] == b["key"])
            == (a["measure"] is not None and a["measure"] == b["measure"])
            for a, b in combinations(keyed, 2)
        ]
        return {
            "recall": round(100 * len(found) / max(1, len(wanted)), 1),
            "precision": round(100 * len(found) / max(1, n_pred), 1),
            "source_acc": _share([p["source"] for p in found]),
            "value_acc": _share([p["value"] for p in found if p["value"] is not None]),
            "certainty_acc": _share(
                [p["certainty"] for p in found if p["certainty"] is not None]
            ),
            "measure_pairs": _share(same),
            "n_gold": len(wanted),
            "n_pred": n_pred,
            "missed": [p["id"] for p in wanted if not p["found"]],
        }


def judged(want: Item, have: Item | None) -> Item:
    """What of an annotated claim came out right; True, False, or None = not asked."""
    part: Item = {"id": want["id"], "found": have is not None}
    if have is None:
        return part
    named = _content(want["source"][-1]) if want["source"] else set()
    said = _content(have.get("source"))
    values = {_interval(q) for q in have.get("quantities", [])}
    scored = want["modality"] in _CERTAINTIES
    return part | {
        "source": (not named and not said)
        or (
            bool(named)
            and bool(said)
            and len(named & said) >= 0.5 * min(len(named), len(said))
        ),
        "value": all(_interval(q) in values for q in want["quantities"])
        if want["quantities"]
        else None,
        "certainty": have.get("certainty") == want["modality"] if scored else None,
        "key": want.get("measure_key"),
        "measure": have.get("measure"),
    }


def _content(text: str | None) -> set[str]:
    return {t for t in tokens(text or "") if t not in _STOP}


def _f1(a: set[str], b: set[str]) -> float:
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


def _interval(q: Item) -> tuple[float | None, float | None, Any]:
    low, high = q.get("min", q.get("value")), q.get("max", q.get("value"))
    return (
        None if low is None else float(low),
        None if high is None else float(high),
        q.get("comparator"),
    )


def _share(flags: Sequence[bool]) -> float | None:
    return round(100 * sum(flags) / len(flags), 1) if flags else None
