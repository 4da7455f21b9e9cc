"""`transition`: what a new text does to a claim."""

from __future__ import annotations

from typing import Any

import numpy as np
from train_models import RECIPES

from curves import figures, learning
from monitor.claims import support

Item = dict[str, Any]


def transition(items: list[Item]) -> None:
    recipe = RECIPES["support"]
    x, y = np.array(recipe.vectors(items)), np.array([recipe.label(i) for i in items])
    groups = [recipe.group(i) for i in items]
    logistic = support.logistic.load
    support.logistic.load = lambda *_: None  # type: ignore[assignment]
    ruled = [support.judge(i["claim"], i["before"], i["after"]) for i in items]
    support.logistic.load = logistic
    guess = np.array([support.LABELS.index(label) for label in ruled])
    print(f"rule: macro F1 {100 * figures.macro(guess, y):.1f}")
    for name, features in (("all features", x), ("without figures", x[:, 6:])):
        guess = learning.guesses(features, y, groups, recipe)
        print(f"learned, {name}: macro F1 {100 * figures.macro(guess, y):.1f}")
    for share in (0.1, 0.25, 0.5, 1.0):
        guess = learning.guesses(x, y, groups, recipe, share)
        count = int(share * len(items) * (learning.FOLDS - 1) / learning.FOLDS)
        print(f"  items {count:4d}: macro F1 {100 * figures.macro(guess, y):.1f}")
