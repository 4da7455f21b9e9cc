"""Which sentences and clauses of two revisions are one and the same. Pure.

Words pair most of them (`align`); what is left is paired by what it counts, or where
one was told anew in the place of the other.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from monitor.claims import align, details
from monitor.claims.sentence import Unit
from monitor.claims.voices import same_source
from monitor.model import Alignment

# Shares of the content of two sentences that each holds of the other, from which one
# is the other told anew: the lesser of the two, and their mean.
RETOLD_LEAST = 0.35
RETOLD = 0.42


def sentences(old: Sequence[Unit], new: Sequence[Unit]) -> Alignment:
    """The alignment of two texts, one sentence told in other words included.

    Only where one is gone and one has come between the same two that are kept.
    """
    alignment = align.sentences([u.text for u in old], [u.text for u in new])
    pairs = list(alignment.pairs)
    removed, added = list(alignment.removed), list(alignment.added)
    gone, come = (
        _by_place(left, [pair[side] for pair in alignment.pairs])
        for side, left in enumerate((removed, added))
    )
    for place in gone.keys() & come.keys():
        (i, *more), (j, *others) = gone[place], come[place]
        if more or others:
            continue
        if _retells(old[i].text, new[j].text) or _counts_same(old[i], new[j]):
            pairs.append((i, j))
            removed.remove(i)
            added.remove(j)
    return Alignment(tuple(sorted(pairs)), tuple(removed), tuple(added))


def _by_place(left: Sequence[int], kept: Sequence[int]) -> dict[int, list[int]]:
    """Sentences without a partner by how many that have one stand before them."""
    places: dict[int, list[int]] = {}
    ordered = sorted(set(kept))
    for index in left:
        places.setdefault(bisect_left(ordered, index), []).append(index)
    return places


def _retells(before: str, after: str) -> bool:
    """Whether two sentences state the same for the most part, in other words."""
    shares = details.share(before, after), details.share(after, before)
    return min(shares) >= RETOLD_LEAST and sum(shares) / 2 >= RETOLD


def _counts_same(before: Unit, after: Unit) -> bool:
    """Whether both count the same thing, and no two sources do."""
    return any(
        a.measure is not None
        and a.measure == b.measure
        and (a.source is None or b.source is None or same_source(a.source, b.source))
        for a in before.mentions
        for b in after.mentions
        if a.quantity is not None and b.quantity is not None
    )


def joined(alignment: Alignment) -> list[tuple[list[int], list[int]]]:
    """Pairs, with the parts of a split or merged sentence in one."""
    parts: list[tuple[list[int], list[int]]] = []
    by_left: dict[int, tuple[list[int], list[int]]] = {}
    by_right: dict[int, tuple[list[int], list[int]]] = {}
    for i, j in alignment.pairs:
        group = by_left.get(i) or by_right.get(j)
        if group is None:
            group = ([], [])
            parts.append(group)
        if i not in group[0]:
            group[0].append(i)
        if j not in group[1]:
            group[1].append(j)
        by_left[i] = by_right[j] = group
    return parts


def clauses(before: Unit, after: Unit) -> list[tuple[int, int]]:
    """The mentions of one sentence that pair: by words, else by what they count."""
    alignment = align.align(before.mentions, after.mentions)
    quotes = [m.quote for m in before.mentions], [m.quote for m in after.mentions]
    pairs = align.one_to_one(alignment, *quotes)
    left = [i for i in range(len(before.mentions)) if i not in {a for a, _ in pairs}]
    right = [j for j in range(len(after.mentions)) if j not in {b for _, b in pairs}]
    for i in left:
        measure = before.mentions[i].measure
        same = [j for j in right if after.mentions[j].measure == measure]
        if measure is not None and len(same) == 1:
            pairs = [*pairs, (i, same[0])]
            right.remove(same[0])
    return _with_last(before, after, pairs)


def _with_last(
    before: Unit, after: Unit, pairs: list[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Also pair the last clause of each side, if they state the same.

    The only clauses of two sentences that are one are one too.
    """
    left = set(range(len(before.mentions))) - {i for i, _ in pairs}
    right = set(range(len(after.mentions))) - {j for _, j in pairs}
    if len(left) != 1 or len(right) != 1:
        return pairs
    i, j = left.pop(), right.pop()
    one = len(before.mentions) == len(after.mentions) == 1
    if one or _retells(before.mentions[i].quote, after.mentions[j].quote):
        return [*pairs, (i, j)]
    return pairs
