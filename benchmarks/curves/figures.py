"""The figures of a way, and how they are printed."""

from __future__ import annotations

from typing import Any

import numpy as np

from monitor.claims import support

Item = dict[str, Any]


def accuracy(p: Any, y: Any) -> float:
    """Share right at a half."""
    return float(((p >= 0.5) == y).mean())


def precision_of_ranking(p: Any, y: Any) -> float:
    """Average precision."""
    hits = y[np.argsort(-p, kind="stable")]
    at = np.flatnonzero(hits)
    return float(((np.arange(len(at)) + 1) / (at + 1)).mean())


def pairs(name: str, p: Any, y: Any) -> None:
    """Print accuracy and average precision."""
    best = max(float(((p >= t) == y).mean()) for t in np.unique(p))
    print(
        f"{name}: best accuracy {100 * best:.1f}, "
        f"average precision {100 * precision_of_ranking(p, y):.1f}"
    )


def best_f1(p: Any, y: Any) -> tuple[float, float]:
    """The best F1 and its threshold."""
    return max(
        (2 * float(((p >= t) & (y == 1)).sum() / ((p >= t).sum() + y.sum())), float(t))
        for t in np.unique(np.round(p, 2))
    )


def best(name: str, p: Any, y: Any) -> None:
    """Print the best F1."""
    print(f"{name}: best F1 {100 * best_f1(p, y)[0]:.1f}")


def macro(guess: Any, y: Any) -> float:
    """Macro F1 over the labels of a claim's support."""
    return float(
        np.mean(
            [
                2
                * ((guess == k) & (y == k)).sum()
                / ((guess == k).sum() + (y == k).sum())
                for k in range(len(support.LABELS))
            ]
        )
    )


def by_note(items: list[Item], said: Any) -> None:
    """Errors by class."""
    count: dict[str, int] = {}
    for item, yes in zip(items, said, strict=True):
        if bool(yes) != bool(item["label"]):
            name = "missed" if item["label"] else item["note"]
            count[name] = count.get(name, 0) + 1
    print("  errors:", ", ".join(f"{n} {c}" for n, c in sorted(count.items())))
