"""Arithmetic that several scorers share: precision, recall, token overlap."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

Figures = dict[str, Any]
Item = dict[str, Any]
Predictions = dict[str, Item]

_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|\d[\d,.]*\d|\d")


def prf(hits: float, spurious: float, missed: float) -> Figures:
    """Precision, recall and F1 in percent."""
    p = hits / (hits + spurious) if hits + spurious else 0.0
    r = hits / (hits + missed) if hits + missed else 0.0
    f1 = round(200 * p * r / (p + r), 1) if p + r else 0.0
    return {"p": round(100 * p, 1), "r": round(100 * r, 1), "f1": f1}


def percent(part: float, whole: float) -> float:
    """A share in percent; 0 of nothing is 0."""
    return round(100 * part / max(1, whole), 1)


def tokens(text: str) -> list[str]:
    """The scorers' own tokens (English words and numbers)."""
    return _TOKEN.findall(text.lower())


def dice(a: str, b: str) -> float:
    """Multiset overlap of the tokens of two texts."""
    left, right = Counter(tokens(a)), Counter(tokens(b))
    size = left.total() + right.total()
    return 2 * (left & right).total() / size if size else 0.0


def binary(parts: Sequence[tuple[int, int, bool]]) -> Figures:
    """Figures of yes/no parts: (expected, predicted, answered)."""
    tp = sum(1 for y, h, _ in parts if y and h)
    fp = sum(1 for y, h, _ in parts if h and not y)
    fn = sum(1 for y, h, _ in parts if y and not h)
    tn = len(parts) - tp - fp - fn
    return {
        **prf(tp, fp, fn),
        "acc": percent(tp + tn, len(parts)),
        "false_alarm_rate": percent(fp, fp + tn),
        "n": len(parts),
        "missing": sum(1 for *_, answered in parts if not answered),
    }


def average_precision(scored: Sequence[tuple[float, int]]) -> float | None:
    """Average precision of (score, label), None when nothing is scored."""
    if not scored:
        return None
    hits, total = 0, 0.0
    for rank, (_, label) in enumerate(sorted(scored, reverse=True), 1):
        if label:
            hits += 1
            total += hits / rank
    return round(100 * total / max(1, hits), 1)


def multiclass(parts: Sequence[tuple[str, str | None]]) -> Figures:
    """Accuracy and macro F1 of (expected, predicted) labels."""
    labels = sorted({expected for expected, _ in parts})
    counts = Counter(parts)
    per: dict[str, Figures] = {}
    for label in labels:
        hits = counts[label, label]
        predicted = sum(n for (_, got), n in counts.items() if got == label)
        expected = sum(n for (want, _), n in counts.items() if want == label)
        per[label] = prf(hits, predicted - hits, expected - hits)
    right = sum(counts[label, label] for label in labels)
    return {
        "acc": round(100 * right / len(parts), 1),
        "macro_f1": round(sum(per[label]["f1"] for label in labels) / len(labels), 1),
        "per": per,
        "n": len(parts),
    }
