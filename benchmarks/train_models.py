"""Trains the small logistic models of the comparer and writes them as JSON.

    python benchmarks/train_models.py support a1_claim_transition.jsonl
    python benchmarks/train_models.py same_event d3_ecb_event.jsonl
    python benchmarks/train_models.py checkworthy tests/quality/checkworthy.jsonl

`support` learns from VitaminC (CC BY-SA 3.0), `same_event` from ECB+ (CC BY 3.0),
`checkworthy` from sentences of our own.
Prints cross-validated figures (whole pages or topics held out) before it writes.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pipe import quietly

from monitor.claims import checkworthy, similarity, support

DATA = Path(__file__).parents[1] / "monitor" / "claims" / "data"
FOLDS = 10
STEPS = 4000
RATE = 0.5


@dataclass(frozen=True)
class Recipe:
    features: tuple[str, ...]
    vectors: Callable[[list[dict[str, Any]]], list[tuple[float, ...]]]
    labels: tuple[str, ...]
    label: Callable[[dict[str, Any]], int]
    group: Callable[[dict[str, Any]], str]
    ridge: float
    source: str
    licence: str
    # features of 1 and 0 are taken as they are
    binary: bool = False


def _support(items: list[dict[str, Any]]) -> list[tuple[float, ...]]:
    return [
        support.features(x["claim"], x["before"], x["after"]).vector() for x in items
    ]


def _same_event(items: list[dict[str, Any]]) -> list[tuple[float, ...]]:
    rarity = similarity.Rarity(t for x in items for t in (x["a"], x["b"]))
    return [similarity.features(x["a"], x["b"], rarity).vector() for x in items]


RECIPES = {
    "support": Recipe(
        support.Features.labels(),
        _support,
        support.LABELS,
        lambda x: support.LABELS.index(x["label"]),
        lambda x: x["page"],
        10.0,
        "VitaminC real revisions (TalSchuster/VitaminC), derived from Wikipedia",
        "CC BY-SA 3.0",
    ),
    "same_event": Recipe(
        similarity.Features.labels(),
        _same_event,
        ("same",),
        lambda x: int(x["label"]),
        lambda x: x["id"].split("-")[1].split("_")[0],
        20.0,
        "ECB+ (Cybulska & Vossen)",
        "CC BY 3.0",
    ),
    "checkworthy": Recipe(
        checkworthy.labels(),
        lambda items: [checkworthy.features(x["text"]) for x in items],
        ("worth",),
        lambda x: int(x["label"]),
        lambda x: x["id"],
        1.5,
        "tests/quality/checkworthy.jsonl, own sentences",
        "Apache-2.0",
        binary=True,
    ),
}


def fit(x: Any, y: Any, classes: int, recipe: Recipe) -> tuple[Any, Any, Any]:
    """Mean, scale and weights (last row: bias) of a softmax regression."""
    mean, scale = x.mean(0), x.std(0) + 1e-9
    if recipe.binary:
        mean, scale = np.zeros_like(mean), np.ones_like(scale)
    z = np.c_[(x - mean) / scale, np.ones(len(x))]
    goal = np.eye(classes)[y]
    weights = np.zeros((z.shape[1], classes))
    for _ in range(STEPS):
        odds = np.exp(z @ weights - (z @ weights).max(1, keepdims=True))
        odds /= odds.sum(1, keepdims=True)
        slope = z.T @ (odds - goal)
        slope[:-1] += recipe.ridge * weights[:-1]
        weights -= slope * (RATE / len(x))
    return mean, scale, weights


def held_out(x: Any, y: Any, groups: list[str], classes: int, recipe: Recipe) -> Any:
    names = sorted(set(groups))
    random.Random(1).shuffle(names)
    fold = np.array([names.index(g) % FOLDS for g in groups])
    guess = np.zeros(len(y), int)
    for k in range(FOLDS):
        test = fold == k
        if test.any():
            mean, scale, w = fit(x[~test], y[~test], classes, recipe)
            guess[test] = (
                np.c_[(x[test] - mean) / scale, np.ones(test.sum())] @ w
            ).argmax(1)
    return guess


def main(task: str, gold: str) -> None:
    recipe = RECIPES[task]
    items = [json.loads(line) for line in Path(gold).read_text("utf-8").splitlines()]
    x, y = np.array(recipe.vectors(items)), np.array([recipe.label(i) for i in items])
    classes = max(2, len(recipe.labels))
    guess = held_out(x, y, [recipe.group(i) for i in items], classes, recipe)
    print(
        f"{task}: held-out accuracy {100 * (guess == y).mean():.1f} of {len(y)} items"
    )
    mean, scale, weights = fit(x, y, classes, recipe)
    if len(recipe.labels) == 1:
        weights = (weights[:, 1] - weights[:, 0])[:, None]
    out = {
        "about": f"logistic model, made by benchmarks/train_models.py {task}",
        "source": recipe.source,
        "licence": recipe.licence,
        "items": len(items),
        "features": recipe.features,
        "mean": [round(float(v), 5) for v in mean],
        "scale": [round(float(v), 5) for v in scale],
        "weights": {
            label: [round(float(v), 4) for v in weights[:-1, k]]
            for k, label in enumerate(recipe.labels)
        },
        "bias": {
            label: round(float(weights[-1, k]), 4)
            for k, label in enumerate(recipe.labels)
        },
    }
    path = DATA / f"{task}.json"
    path.write_text(json.dumps(out, indent=1) + "\n", encoding="utf-8")
    print(f"wrote {path.name}")


if __name__ == "__main__":
    quietly(main, *sys.argv[1:3])
