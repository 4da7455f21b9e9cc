"""Learning held out by group, and how a figure grows with its items."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np
from train_models import RECIPES, Recipe, fit

from monitor.claims import support

Item = dict[str, Any]
FOLDS = 8
DRAWS = 5


def labels(items: list[Item]) -> Any:
    """The labels of items, 0 or 1."""
    return np.array([int(i["label"]) for i in items])


def folds(groups: list[str]) -> np.ndarray:
    """The fold of each item; a group is never in two."""
    names = sorted(set(groups))
    random.Random(1).shuffle(names)
    place = {name: n % FOLDS for n, name in enumerate(names)}
    return np.array([place[g] for g in groups])


def apply(x: Any, y: Any, other: Any, recipe: Recipe) -> Any:
    """The probability of the last class for other items."""
    mean, scale, weights = fit(x, y, 2, recipe)
    sums = np.c_[(other - mean) / scale, np.ones(len(other))] @ weights
    return 1 / (1 + np.exp(sums[:, 0] - sums[:, 1]))


def held_out(x: Any, y: Any, groups: list[str]) -> Any:
    """The probability of each item, held out by group."""
    fold, p = folds(groups), np.zeros(len(y))
    for k in set(fold):
        test = fold == k
        p[test] = apply(x[~test], y[~test], x[test], RECIPES["same_event"])
    return p


def guesses(
    x: Any, y: Any, groups: list[str], recipe: Recipe, share: float = 1.0
) -> Any:
    """The class of each item, held out."""
    fold, guess = folds(groups), np.zeros(len(y), int)
    for k in set(fold):
        test = fold == k
        train = np.flatnonzero(~test)
        np.random.default_rng(1).shuffle(train)
        train = train[: int(share * len(train))]
        mean, scale, weights = fit(x[train], y[train], len(support.LABELS), recipe)
        z = np.c_[(x[test] - mean) / scale, np.ones(test.sum())]
        guess[test] = (z @ weights).argmax(1)
    return guess


def curve(
    x: Any,
    y: Any,
    groups: list[str],
    figure: Callable[[Any, Any], float],
    of: str,
    name: str = "accuracy",
) -> None:
    """A figure, held out, when only some of the other groups are learned from."""
    names = sorted(set(groups))
    for share in (0.25, 0.5, 0.75, 1.0):
        found = []
        for draw in range(DRAWS):
            rng = random.Random(draw)
            p = np.full(len(y), 0.5)
            fold = folds(groups)
            for k in set(fold):
                test = fold == k
                rest = sorted({g for g, t in zip(groups, test, strict=True) if not t})
                kept = set(rng.sample(rest, max(1, int(share * len(rest)))))
                train = np.array([g in kept for g in groups])
                p[test] = apply(x[train], y[train], x[test], RECIPES["same_event"])
            found.append(figure(p, y))
        count = int(share * len(names) * (FOLDS - 1) / FOLDS)
        print(f"  {of} {count:4d}: {name} {100 * np.mean(found):.1f}")
