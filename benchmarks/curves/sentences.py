"""`checkworthy`: is a sentence worth checking?"""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from typing import Any

import numpy as np
from train_models import RECIPES

from curves import figures, forms, learning
from monitor.claims import checkworthy

Item = dict[str, Any]
OWN = Path(__file__).parents[2] / "tests" / "quality" / "checkworthy.jsonl"
# In these debates a function word in twenty is "will" or "you": the 150 commonest
# words tell the manner of a sentence apart.
COMMONEST = 150


def worth_checking(items: list[Item]) -> None:
    y = learning.labels(items)
    own = [json.loads(line) for line in OWN.read_text("utf-8").splitlines()]
    model = RECIPES["checkworthy"]
    x, x_own = np.array(model.vectors(items)), np.array(model.vectors(own))
    y_own = learning.labels(own)
    blind = np.array([checkworthy.signs(i["text"]) for i in items])
    figures.best("signs by hand", blind, y)
    figures.best("own sentences, learned", learning.apply(x_own, y_own, x, model), y)
    in_use = np.array([checkworthy.score(i["text"]) for i in items])
    figures.best("both (in use)", in_use, y)
    groups = [i["id"] for i in items]
    form, form_own = forms.forms([i["text"] for i in items], [i["text"] for i in own])
    told = learning.apply(form_own, y_own, form, RECIPES["same_event"])
    figures.best("parse of own sentences, learned", told, y)
    figures.best("the same for a quarter, and both", 0.75 * in_use + 0.25 * told, y)
    name = "parse and signs, learned here (measured only)"
    figures.best(name, learning.held_out(np.c_[form, blind], y, groups), y)
    common = _common_words(items)
    name = "words of these debates, learned here (measured only)"
    figures.best(name, learning.held_out(common, y, groups), y)
    all_of_it = np.c_[x, common, blind]
    name = "all of it, learned here (measured only)"
    figures.best(name, learning.held_out(all_of_it, y, groups), y)
    order = list(range(len(own)))
    for share in (0.25, 0.5, 0.75, 1.0):
        found = []
        for draw in range(learning.DRAWS):
            random.Random(draw).shuffle(order)
            chosen = order[: int(share * len(own))]
            p = learning.apply(x_own[chosen], y_own[chosen], x, model)
            found.append(figures.best_f1(p, y)[0])
        print(f"  own sentences {len(chosen):4d}: F1 {100 * np.mean(found):.1f}")


def _common_words(items: list[Item]) -> Any:
    split = [re.findall(r"[a-z']+", i["text"].lower()) for i in items]
    count: dict[str, int] = {}
    for words in split:
        for word in set(words):
            count[word] = count.get(word, 0) + 1
    chosen = sorted(count, key=lambda w: -count[w])[:COMMONEST]
    return np.array([[float(w in words) for w in chosen] for words in split])
