"""`claims`: small learned models for values, and for which figures share a measure."""

from __future__ import annotations

import json
import math
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from train_models import RECIPES, fit

from curves import learning
from monitor.claims import find, quantities, wording
from monitor.evaluation import quantity_notation
from monitor.evaluation.articles import read
from monitor.evaluation.scorers.claims import Claims
from monitor.evaluation.tasks import claims as task
from monitor.model import Mention, Quantity

Item = dict[str, Any]
Given = tuple[list[Item], Path]
SIGNS = ("=", "≈", "≥", ">", "≤", "<", "vague")
# A word must be seen so often to be learned from.
SEEN = 2
SHARES = (0.25, 0.5, 0.75, 1.0)
_WORD = re.compile(r"[^\W\d_]+|[%$€£<>≥≤~≈+]")
_PART = re.compile(
    r"\b(?:including|among|another|other|further|additional|more|of (?:them|whom|these))\b"
)


@dataclass(frozen=True)
class Match:
    """An annotated claim with the mention that was found for it."""

    item: Item
    mention: Mention
    text: str


@dataclass(frozen=True)
class Labelled:
    """Features with their label, of one article."""

    x: Any
    y: int
    group: str


def measured(reference: Given, own: Given) -> None:
    """Print the ways for values and for pairs, each learned from own articles."""
    tried, learned = (list(matches(*given)) for given in (reference, own))
    _values(tried, learned)
    _newsquant(reference[1].parent / "eval" / "dev" / "c_quantity.jsonl")
    _pairs(tried, learned)


def matches(items: list[Item], articles: Path) -> Iterator[Match]:
    """Each annotated claim that was found."""
    rows, mentions, texts = [], [], {}
    for name in dict.fromkeys(i["article"] for i in items):
        document = read(articles, name)
        texts[name] = document.text
        mentions += find.find(document)
    rows = list(task.predict(items, articles))
    for at, j in sorted(Claims().match(items, rows).items()):
        yield Match(items[at], mentions[j], texts[items[at]["article"]])


# --- values -------------------------------------------------------------------


def _values(tried: list[Match], learned: list[Match]) -> None:
    print("values")
    rows = [(m, q, s) for m in learned for q, s in _signs(m)]
    print(f"  rule (in use): {_right(tried, _said)}, own {_right(learned, _said)}")
    for stacked in (False, True):
        name = "words and the rule" if stacked else "words around the number"
        guess = _guesser(rows, stacked)
        own = _held_out(rows, learned, stacked)
        print(f"  {name}, learned: {_right(tried, guess)}, own {own}")
        for share in SHARES:
            found = [_drawn(rows, tried, stacked, share, n) for n in range(5)]
            kept = len(_some(rows, share, 0))
            print(f"    {kept:4d} figures: reference {np.mean(found):.1f}")
    wrong = Counter(
        f"{s} read as {_said(m, q)}" for m, q, s in rows if _said(m, q) != s
    )
    print("  errors of the rule, own:", dict(wrong) or "none")


def _signs(match: Match) -> Iterator[tuple[Quantity, str]]:
    """The quantities of a mention that gold gives a comparator for."""
    for want in match.item["quantities"]:
        ends = {want["min"], want["max"]} - {None}
        for quantity in match.mention.quantities:
            if {quantity.minimum, quantity.maximum} & ends:
                yield quantity, want["comparator"]
                break


def _said(_: Match, quantity: Quantity) -> str:
    return str(quantity.comparator)


def _right(found: Sequence[Match], sign: Callable[[Match, Quantity], str]) -> float:
    """The share of claims whose values all come out right, in points."""
    flags = []
    for match in found:
        if match.item["quantities"]:
            got = {_bounds(q, sign(match, q)) for q in match.mention.quantities}
            want = [
                (q["min"], q["max"], q["comparator"]) for q in match.item["quantities"]
            ]
            flags.append(all(w in got for w in want))
    return round(100 * sum(flags) / max(1, len(flags)), 1)


def _bounds(quantity: Quantity, sign: str) -> tuple[float | None, float | None, str]:
    low, high = quantity.minimum, quantity.maximum
    if sign == "vague":
        return low, high, sign
    low, high = (high if low is None else low), (low if high is None else high)
    if sign in ("≥", ">"):
        return low, None, sign
    return (None, high, sign) if sign in ("≤", "<") else (low, high, sign)


def _words(text: str, quantity: Quantity) -> set[str]:
    before = text[max(0, quantity.start - 40) : quantity.start]
    before = before.rpartition("\n")[2]
    behind = text[quantity.end : quantity.end + 30].partition("\n")[0]
    found = {f"-{w.lower()}" for w in _WORD.findall(before)[-3:]}
    found |= {w.lower() for w in _WORD.findall(quantity.text)}
    return found | {f"+{w.lower()}" for w in _WORD.findall(behind)[:2]}


Row = tuple[Match, Quantity, str]


def _guesser(rows: Sequence[Row], stacked: bool) -> Callable[[Match, Quantity], str]:
    """Learns the comparator from the words around a number."""

    def seen(match: Match, quantity: Quantity) -> set[str]:
        rule = {f"={_said(match, quantity)}"} if stacked else set()
        return _words(match.text, quantity) | rule

    learned = _learned([seen(m, q) for m, q, _ in rows], [s for _, _, s in rows])
    return lambda match, quantity: learned(seen(match, quantity))


def _learned(words: list[set[str]], signs: list[str]) -> Callable[[set[str]], str]:
    """A softmax regression of signs over words."""
    counts = Counter(w for own in words for w in own)
    known = sorted(w for w, n in counts.items() if n >= SEEN)
    names = sorted(set(signs))

    def vector(own: set[str]) -> list[float]:
        return [float(w in own) for w in known]

    x = np.array([vector(own) for own in words])
    y = np.array([names.index(s) for s in signs])
    mean, scale, weights = fit(x, y, len(names), RECIPES["checkworthy"])

    def guess(own: set[str]) -> str:
        z = (np.array([vector(own)]) - mean) / scale
        return names[int((np.c_[z, [1.0]] @ weights).argmax())]

    return guess


def _newsquant(path: Path) -> None:
    """The same on NewsQuant, whose licence lets it be read off only."""
    if not path.exists():
        return
    words, signs, said, groups = [], [], [], []
    for line in path.read_text("utf-8").splitlines():
        item = json.loads(line)
        gold = {str(q["value"]): q["change"] for q in item["quantities"]}
        for quantity in quantities.find(item["text"]):
            note = quantity_notation.noted(item["text"], quantity)
            sign = gold.get(str(note["value"]), "")
            if sign in ("=", "~", "<", ">"):
                words.append(_words(item["text"], quantity))
                signs.append(sign)
                said.append(note["change"])
                groups.append(item["id"])
    fold = learning.folds(groups)
    right = 0
    for k in set(fold):
        rest = [n for n in range(len(signs)) if fold[n] != k]
        guess = _learned([words[n] for n in rest], [signs[n] for n in rest])
        right += sum(guess(words[n]) == signs[n] for n in np.flatnonzero(fold == k))
    rule = sum(a == b for a, b in zip(said, signs, strict=True))
    print(
        f"  comparators of NewsQuant ({len(signs)}): rule {100 * rule / len(signs):.1f}, "
        f"words learned (measured only) {100 * right / len(signs):.1f}"
    )


def _held_out(rows: list[Row], learned: list[Match], stacked: bool) -> float:
    """Right on own articles, each held out."""
    right, total = 0.0, 0
    for name in sorted({m.item["article"] for m in learned}):
        rest = [r for r in rows if r[0].item["article"] != name]
        own = [m for m in learned if m.item["article"] == name and m.item["quantities"]]
        right += _right(own, _guesser(rest, stacked)) * len(own)
        total += len(own)
    return round(right / total, 1)


def _some(rows: list[Row], share: float, draw: int) -> list[Row]:
    return random.Random(draw).sample(rows, int(share * len(rows)))


def _drawn(
    rows: list[Row], tried: list[Match], stacked: bool, share: float, draw: int
) -> float:
    return _right(tried, _guesser(_some(rows, share, draw), stacked))


# --- pairs --------------------------------------------------------------------


def _pairs(tried: list[Match], learned: list[Match]) -> None:
    print("pairs of figures in one article: right; same ones found; false")
    rows, other = list(_labelled(learned)), list(_labelled(tried))
    y, want = (np.array([r.y for r in part]) for part in (rows, other))
    groups = [r.group for r in rows]
    x, z = (np.array([r.x for r in part]) for part in (rows, other))
    for name, at in (("one key (in use)", 0), ("one thing counted", 2)):
        print(f"  {name}: {_told(z[:, at], want)}, own {_told(x[:, at], y)}")
    words = x[:, 4] >= 0.5, z[:, 4] >= 0.5
    print(
        f"  half of the words shared: {_told(words[1], want)}, own {_told(words[0], y)}"
    )
    for name, first in (("evidence and the key", 0), ("evidence alone", 1)):
        p = learning.apply(x[:, first:], y, z[:, first:], RECIPES["same_event"])
        own = learning.held_out(x[:, first:], y, groups)
        print(f"  {name}, learned: {_told(p, want)}, own {_told(own, y)}")
        names = sorted(set(groups))
        for share in SHARES:
            found = []
            for draw in range(learning.DRAWS):
                kept = random.Random(draw).sample(
                    names, max(2, int(share * len(names)))
                )
                mine = np.array([g in kept for g in groups])
                q = learning.apply(
                    x[mine][:, first:], y[mine], z[:, first:], RECIPES["same_event"]
                )
                found.append(float(((q >= 0.5) == want).mean()))
            print(f"    {len(kept):4d} articles: reference {100 * np.mean(found):.1f}")


def _told(p: Any, y: Any) -> str:
    said = p >= 0.5
    right = 100 * float((said == y).mean())
    found, false = int((said & (y == 1)).sum()), int((said & (y == 0)).sum())
    return f"{right:.1f} ({found} of {int(y.sum())}; {false} false)"


def _labelled(found: list[Match]) -> Iterator[Labelled]:
    keyed = [m for m in found if m.item.get("measure_key")]
    for a, b in combinations(keyed, 2):
        if a.item["article"] == b.item["article"]:
            same = a.item["measure_key"] == b.item["measure_key"]
            yield Labelled(_evidence(a, b), int(same), a.item["article"])


def _evidence(a: Match, b: Match) -> list[float]:
    one, two = a.mention, b.mention
    (event, _, head), (other, _, thing) = (
        (m.measure or "").partition("/") for m in (one, two)
    )
    figures = one.quantity, two.quantity
    units = [q.unit if q else "" for q in figures]
    sizes = [_size(q) for q in figures]
    words = [set(wording.content_keys(m.text)) for m in (one, two)]
    parts = [bool(_PART.search(m.quote)) for m in (one, two)]
    return [
        float(bool(one.measure) and one.measure == two.measure),
        float(bool(event) and event == other),
        float(bool(head) and head == thing),
        float(bool(one.predicate) and one.predicate == two.predicate),
        _shared(*words),
        _shared(set(one.scope), set(two.scope)),
        _shared(set(one.participants), set(two.participants)),
        float(bool(units[0]) and units[0] == units[1]),
        float(sizes[0] == sizes[1]),
        min(abs(sizes[0] - sizes[1]), 6.0) / 6,
        float(parts[0] != parts[1]),
        float(one.source == two.source),
        float(one.sentence == two.sentence),
        float(one.historic != two.historic),
    ]


def _size(quantity: Quantity | None) -> float:
    """The order of magnitude of a figure."""
    if quantity is None:
        return 0.0
    ends = [abs(e) for e in (quantity.minimum, quantity.maximum) if e is not None]
    return math.log10(1 + (ends[0] if ends else 0.0))


def _shared(a: set[str], b: set[str]) -> float:
    return len(a & b) / len(a | b) if a | b else 0.0
