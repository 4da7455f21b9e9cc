"""`revision`: factual or not, learned from own pairs."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import numpy as np
from train_models import RECIPES

from curves import learning
from monitor.claims import compare, details, find, modality, wording
from monitor.model import ChangeKind

Item = dict[str, Any]
QUALITY = Path(__file__).parents[2] / "tests" / "quality"
PAIRS = [QUALITY / f"revision_pairs{n}.jsonl" for n in ("", "_2", "_3")]
# What a reader wants an alert for, in the words of the labels.
HARD = {"quantity", "certainty", "polarity", "corrected", "attribution"}
# What tells that the text says something else; the rest is said in other words.
FACTUAL = [kind for kind in ChangeKind if kind is not ChangeKind.REWORDED]


def revision(items: list[Item]) -> None:
    """Factual or not: learned from own sets 1 and 2, tried on 3 and on real edits."""
    one, two, three = (
        [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        for path in PAIRS
    )
    own, known = one + two + three, len(one + two)
    x_own, x_real = (np.array([_edited(i) for i in group]) for group in (own, items))
    trials = {"own set 3": (three, x_own[known:]), "reference": (items, x_real)}
    for name, (group, x) in {"sets 1 to 3": (own, x_own), **trials}.items():
        ruled = x[:, : len(FACTUAL)].any(1).astype(float)
        print(f"rule (in use), {name}: {_told(ruled, group)}")
    for name, start in (("with", 0), ("without", len(FACTUAL))):
        print(f"learned {name} the kinds that the rule finds")
        x, y = x_own[:, start:], _factual(own)
        p = learning.held_out(x, y, [i["id"] for i in own])
        print(f"  sets 1 to 3, {learning.FOLDS} folds: {_told(p, own)}")
        for share in (0.25, 0.5, 0.75, 1.0):
            count = int(share * known)
            for title, (group, features) in trials.items():
                found = []
                for draw in range(learning.DRAWS):
                    rows = random.Random(draw).sample(range(known), count)
                    other = features[:, start:]
                    p = learning.apply(x[rows], y[rows], other, RECIPES["same_event"])
                    found.append(_figures(p, group))
                print(f"  pairs {count:4d}, {title}: {_shown(np.mean(found, 0))}")


def _factual(items: list[Item]) -> Any:
    return np.array([int(i["factual"]) for i in items])


def _edited(item: Item) -> list[float]:
    """The kinds the rule finds, then what it finds them by."""
    texts = item["before"], item["after"]
    before, after = (find.find_in_text(text) for text in texts)
    found = compare.compare_revisions(before, after, texts=texts)
    kinds = {kind for t in found for kind in t.kinds}
    edits = details.edits(*texts)
    lost, gained = (
        [w for e in edits for w in getattr(e, s)] for s in ("lost", "gained")
    )
    counts = [
        sum(map(test, side))
        for side in (lost, gained)
        for test in (_is_name, _is_number, _is_plain)
    ]
    return [
        *(float(kind in kinds) for kind in FACTUAL),
        details.share(*texts),
        details.share(*texts[::-1]),
        wording.overlap(*map(wording.keys, texts)),
        *(min(count, 5) / 5 for count in counts),
        *(min(details.weigh(side), 6.0) / 6 for side in (lost, gained)),
        max((e.weight_lost for e in edits), default=0.0) / 6,
        max((e.weight_gained for e in edits), default=0.0) / 6,
        min(sum(e.replaces for e in edits), 3) / 3,
        float(any(e.opposes for e in edits)),
        float(any(e.restates for e in edits)),
        float(modality.hedges(*texts) is not None),
        float(modality.negations(*texts) is not None),
        min(abs(len(before) - len(after)), 3) / 3,
    ]


def _is_name(word: wording.Word) -> bool:
    return word.name


def _is_number(word: wording.Word) -> bool:
    return word.number


def _is_plain(word: wording.Word) -> bool:
    return not (word.name or word.number or word.generic)


def _figures(p: Any, items: list[Item]) -> tuple[float, float, float]:
    """F1, false alarms and recall of what a reader wants an alert for."""
    y, said = _factual(items), p >= 0.5
    hard = np.array([bool(HARD & set(i["changes"])) for i in items])
    f1 = 2 * float((said & (y == 1)).sum() / (said.sum() + y.sum()))
    return f1, float(said[y == 0].mean()), float(said[hard].mean())


def _shown(figures: Any) -> str:
    f1, false, hard = (100 * float(v) for v in figures)
    return f"F1 {f1:.1f}, false alarms {false:.1f}, hard recall {hard:.1f}"


def _told(p: Any, items: list[Item]) -> str:
    return _shown(_figures(p, items))
