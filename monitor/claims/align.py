"""Pairs the sentences of two revisions of one text. Pure and near-linear.

Unchanged text is paired first; the rest by overlap of words, rare ones counting
more, one to one, best first. A sentence that was split or merged pairs with each
of its parts.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence

from monitor.claims import wording
from monitor.model import Alignment, Mention

# Below this overlap two sentences state different things (tuned on hand-checked
# revisions of encyclopaedia articles; macro F1 moves < 1 point from .35 to .5).
EDITED = 0.4
# Between the same two unchanged sentences less overlap is enough.
SAME_PLACE = 0.14
# A part of a split sentence lies nearly whole in its other half.
CONTAINED = 0.8
# Words a part must have: fewer are found in any long sentence, the more so far off.
PART_BESIDE = 3
PART_ELSEWHERE = 8
# Of two candidates alike in overlap, the one that lies within the other sentence is
# its cut or split form (macro F1 moves < .5 points from .2 to .3, falls above).
WITHIN = 0.25
# Words in more sentences than this find no candidates: keeps the work linear.
COMMON = 40
# Candidates looked up by this many of a sentence's rarest words.
RAREST = 8


def sentences(
    old: Sequence[str], new: Sequence[str], *, nested: bool = False
) -> Alignment:
    """Pair the sentences of two texts; `pairs` repeats an index on a split or merge.

    `nested`: they may lie in each other, as clauses do, so that lying in a sentence
    tells nothing unless its pair stands beside.
    """
    before = [wording.keys(text) for text in old]
    after = [wording.keys(text) for text in new]
    pairs = _identical(old, new)
    pairs += _identical(before, after, pairs)
    same = {old[i] for i, _ in pairs}
    spelt = _spellings(text for text in (*old, *new) if text not in same)
    if spelt:
        before, after = (
            [tuple(spelt.get(key, key) for key in row) for row in side]
            for side in (before, after)
        )
    pairs += _edited(before, after, pairs)
    pairs += _parts(before, after, pairs, nested=nested)
    left, right = {i for i, _ in pairs}, {j for _, j in pairs}
    return Alignment(
        pairs=tuple(sorted(pairs)),
        removed=tuple(i for i in range(len(old)) if i not in left),
        added=tuple(j for j in range(len(new)) if j not in right),
    )


def align(before: Sequence[Mention], after: Sequence[Mention]) -> Alignment:
    """Pair the mentions of two successive revisions of one article.

    A mention pairs with the one whose quote says the same, wherever it moved.
    """
    return sentences([m.quote for m in before], [m.quote for m in after], nested=True)


def one_to_one(
    alignment: Alignment, old: Sequence[str], new: Sequence[str]
) -> list[tuple[int, int]]:
    """The pairs with the lesser part of each split or merged sentence left out."""
    ranked = sorted(
        alignment.pairs,
        key=lambda p: (
            -wording.overlap(wording.keys(old[p[0]]), wording.keys(new[p[1]]))
        ),
    )
    kept: dict[int, int] = {}
    taken: set[int] = set()
    for i, j in ranked:
        if i not in kept and j not in taken:
            kept[i] = j
            taken.add(j)
    return sorted(kept.items())


Pairs = list[tuple[int, int]]


def _identical(
    old: Sequence[object], new: Sequence[object], done: Pairs | None = None
) -> Pairs:
    """Pair equal items in order of occurrence, skipping those `done`."""
    left, right = {i for i, _ in done or ()}, {j for _, j in done or ()}
    waiting: dict[object, list[int]] = defaultdict(list)
    for i in range(len(old) - 1, -1, -1):
        if i not in left:
            waiting[old[i]].append(i)
    pairs = []
    for j, item in enumerate(new):
        if j not in right and waiting.get(item):
            pairs.append((waiting[item].pop(), j))
    return pairs


def _edited(
    before: Sequence[tuple[str, ...]], after: Sequence[tuple[str, ...]], done: Pairs
) -> Pairs:
    """Pair what is left by weighted overlap, best first, near neighbours on a tie."""
    paired = {i for i, _ in done}, {j for _, j in done}
    left = [i for i in range(len(before)) if i not in paired[0]]
    right = [j for j in range(len(after)) if j not in paired[1]]
    weight = _weights([*before, *after])
    old = {i: _bag(before[i], weight) for i in left}
    new = {j: _bag(after[j], weight) for j in right}
    gap = _gaps(done)
    ranked = []
    for i, j in _candidates(before, after, left, right):
        score = _overlap(old[i], new[j], weight)
        distance = abs(gap(0, i) - gap(1, j))
        score += SAME_PLACE if distance == 0 else 0.0
        if score >= EDITED:
            ranked.append((-score, distance, i, j))
    pairs: Pairs = []
    used_left: set[int] = set()
    used_right: set[int] = set()
    for _, _, i, j in sorted(ranked):
        if i not in used_left and j not in used_right:
            used_left.add(i)
            used_right.add(j)
            pairs.append((i, j))
    return pairs


def _spellings(texts: Iterable[str]) -> dict[str, str]:
    """Names that are another one spelt otherwise (Mohammed), with the one met first."""
    leaders: dict[str, list[str]] = defaultdict(list)
    variants: dict[str, str] = {}
    met: set[str] = set()
    for text in texts:
        for key in (word.key for word in wording.words(text) if word.name):
            if key in met:
                continue
            met.add(key)
            known = leaders[key[0]]
            alike = (x for x in known if wording.same_spelling(key, x, names=True))
            leader = next(alike, None)
            if leader is None:
                known.append(key)
            else:
                variants[key] = leader
    return variants


def _weights(texts: Sequence[tuple[str, ...]]) -> dict[str, float]:
    """Rare words weigh up to three times a word that is everywhere."""
    seen: Counter[str] = Counter()
    for keys in texts:
        seen.update(set(keys))
    total = math.log(len(texts) + 1) or 1.0
    return {
        key: 1.0 + 2.0 * (1.0 - math.log(count + 1) / total)
        if count < len(texts)
        else 1.0
        for key, count in seen.items()
    }


def _gaps(done: Pairs) -> Callable[[int, int], int]:
    """Number the gaps between unchanged sentences that kept their order.

    The answer maps (0, position before) and (1, position after) to the gap.
    """
    kept = _in_order(sorted(done))
    sides = ([i for i, _ in kept], [j for _, j in kept])
    return lambda side, position: bisect_left(sides[side], position)


def _in_order(pairs: Pairs) -> Pairs:
    """The longest run of pairs that rises on both sides."""
    tails: list[int] = []
    tail_at: list[int] = []
    previous: list[int] = []
    for k, (_, j) in enumerate(pairs):
        at = bisect_left(tails, j)
        previous.append(tail_at[at - 1] if at else -1)
        tails[at : at + 1] = [j]
        tail_at[at : at + 1] = [k]
    kept: Pairs = []
    k = tail_at[-1] if tail_at else -1
    while k >= 0:
        kept.append(pairs[k])
        k = previous[k]
    return kept[::-1]


def _candidates(
    before: Sequence[tuple[str, ...]],
    after: Sequence[tuple[str, ...]],
    left: Sequence[int],
    right: Sequence[int],
) -> set[tuple[int, int]]:
    """Pairs worth scoring: all when few, else those that share a rare word."""
    if len(left) * len(right) <= COMMON * COMMON:
        return {(i, j) for i in left for j in right}
    postings: dict[str, list[int]] = defaultdict(list)
    for j in right:
        for key in set(after[j]):
            postings[key].append(j)
    found: set[tuple[int, int]] = set()
    for i in left:
        rare = sorted(
            (k for k in set(before[i]) if 0 < len(postings.get(k, ())) <= COMMON),
            key=lambda k: (len(postings[k]), k),
        )
        for key in rare[:RAREST]:
            found.update((i, j) for j in postings[key])
    return found


# The words of a sentence with how often each stands in it, and their weight in all.
_Bag = tuple[Counter[str], float]


def _bag(keys: tuple[str, ...], weight: dict[str, float]) -> _Bag:
    counts = Counter(keys)
    return counts, sum(weight[k] * n for k, n in counts.items())


def _overlap(a: _Bag, b: _Bag, weight: dict[str, float]) -> float:
    """Weighted multiset dice, and in part how far the shorter lies in the longer."""
    (left, size), (right, other) = a, b
    if not size or not other:
        return 0.0 if size or other else 1.0
    if left.keys().isdisjoint(right):
        return 0.0
    common = sum(weight[k] * min(n, right[k]) for k, n in left.items() if k in right)
    both, less = size + other, min(size, other)
    return (1 - WITHIN) * 2 * common / both + WITHIN * common / less


def _parts(
    before: Sequence[tuple[str, ...]],
    after: Sequence[tuple[str, ...]],
    done: Pairs,
    *,
    nested: bool,
) -> Pairs:
    """Pair the other half of a sentence that was split, or merged.

    It stands beside the first half or, if it is long enough, anywhere.
    """
    split = _halves(after, before, {j: i for i, j in done}, nested=nested)
    merged = _halves(before, after, dict(done), nested=nested)
    return [(i, j) for j, i in split] + merged


def _halves(
    own: Sequence[tuple[str, ...]],
    other: Sequence[tuple[str, ...]],
    partner: dict[int, int],
    *,
    nested: bool,
) -> Pairs:
    """Each sentence left over, with the longer one that holds it beside its partner."""
    back = {k: i for i, k in partner.items()}
    alone = [i for i in range(len(own)) if i not in partner]
    places = {(i, partner[n]) for i in alone for n in (i - 1, i + 1) if n in partner}
    rest = {
        k: Counter(other[k]) - Counter(own[i])
        for k, i in back.items()
        if len(other[k]) >= PART_BESIDE and own[i] != other[k]
    }
    if not nested:
        long = [i for i in alone if len(own[i]) >= PART_ELSEWHERE]
        enough = CONTAINED * PART_ELSEWHERE
        places |= _candidates(
            own, other, long, [k for k, left in rest.items() if left.total() >= enough]
        )
    found: dict[int, int] = {}
    for _, i, k in sorted((abs(back[k] - i), i, k) for i, k in places):
        if i in found or k not in rest or len(own[i]) < PART_BESIDE:
            continue
        if (Counter(own[i]) & rest[k]).total() >= CONTAINED * len(own[i]):
            found[i] = k
    return list(found.items())
