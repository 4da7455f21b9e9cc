"""How alike two short texts are, as structured features. Pure.

Similarity proposes and ranks; fields decide (docs/design.md, section 5). Words are
weighed by rarity where the caller knows it, by kind otherwise.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, dataclass, fields

from monitor.claims import logistic, predicates, wording
from monitor.claims.wording import Word

Weights = Callable[[str], float]


@dataclass(frozen=True, slots=True)
class Features:
    """What two texts share and where they part, each 0..1 or a small count."""

    overlap: float
    covered_short: float
    covered_long: float
    names: float
    names_apart: float
    numbers_shared: float
    numbers_apart: float
    events_shared: float
    events_apart: float
    rarest: float
    pairs: float
    letters: float
    balance: float

    def vector(self) -> tuple[float, ...]:
        """The features in the order of their names."""
        return astuple(self)

    @classmethod
    def labels(cls) -> tuple[str, ...]:
        """The names of the features."""
        return tuple(f.name for f in fields(cls))


class Rarity:
    """Weights of words by how many of a collection's texts hold them."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._count: Counter[str] = Counter()
        self._total = 0
        for text in texts:
            self._count.update(set(wording.content_keys(text)))
            self._total += 1

    def __call__(self, key: str) -> float:
        """At most about 7, at least .2."""
        return max(0.2, math.log((self._total + 1) / (self._count[key] + 0.5)))


def by_kind(_key: str) -> float:
    """The weight of a word when nothing is known of its rarity."""
    return 1.0


def features(a: str, b: str, weight: Weights = by_kind) -> Features:
    """Compare two short texts."""
    left, right = _content(a), _content(b)
    pairs = _matched(left, right)
    size_left = sum(_weigh(w, weight) for w in left) or 1e-9
    size_right = sum(_weigh(w, weight) for w in right) or 1e-9
    shared_left = sum(_weigh(x, weight) for x, _ in pairs)
    shared_right = sum(_weigh(y, weight) for _, y in pairs)
    covered = sorted(
        ((size_left, shared_left / size_left), (size_right, shared_right / size_right))
    )
    names, names_apart = _names(left, right, pairs)
    numbers, numbers_apart = _numbers(left, right)
    events, events_apart = _events(left, right)
    return Features(
        overlap=(shared_left + shared_right) / (size_left + size_right),
        covered_short=covered[0][1],
        covered_long=covered[1][1],
        names=names,
        names_apart=names_apart,
        numbers_shared=numbers,
        numbers_apart=numbers_apart,
        events_shared=events,
        events_apart=events_apart,
        rarest=max((_weigh(x, weight) for x, _ in pairs), default=0.0) / 7.0,
        pairs=min(len(pairs), 8) / 8,
        letters=_letters(a, b),
        balance=min(len(left), len(right)) / max(len(left), len(right), 1),
    )


def _content(text: str) -> list[Word]:
    seen: dict[str, Word] = {}
    for word in wording.words(text):
        if word.content:
            seen.setdefault(word.key, word)
    return list(seen.values())


def _weigh(word: Word, weight: Weights) -> float:
    return weight(word.key) * (0.5 if word.generic else 1.0)


def _matched(left: Sequence[Word], right: Sequence[Word]) -> list[tuple[Word, Word]]:
    """Words that say the same, one to one, equal ones first."""
    by_key = {word.key: word for word in right}
    pairs = [(w, by_key.pop(w.key)) for w in left if w.key in by_key]
    done = {w.key for w, _ in pairs}
    for word in left:
        if word.key in done:
            continue
        other = next((o for o in by_key.values() if wording.same_word(word, o)), None)
        if other is not None:
            pairs.append((word, by_key.pop(other.key)))
    return pairs


def _names(
    left: Sequence[Word], right: Sequence[Word], pairs: Sequence[tuple[Word, Word]]
) -> tuple[float, float]:
    shared = sum(1 for x, y in pairs if x.name and y.name)
    one, two = (sum(w.name for w in side) for side in (left, right))
    total = one + two
    apart = min(one, two) - shared
    return (2 * shared / total if total else 0.0), max(0, min(apart, 4)) / 4


def _numbers(left: Sequence[Word], right: Sequence[Word]) -> tuple[float, float]:
    one = {w.key for w in left if w.number}
    two = {w.key for w in right if w.number}
    shared = len(one & two)
    apart = min(len(one - two), len(two - one))
    return min(shared, 3) / 3, min(apart, 3) / 3


def _events(left: Sequence[Word], right: Sequence[Word]) -> tuple[float, float]:
    one, two = _classes(left), _classes(right)
    shared = len(one & two)
    apart = min(len(one - two), len(two - one))
    return min(shared, 2) / 2, (1.0 if apart and not shared else 0.0)


def _classes(items: Iterable[Word]) -> set[str]:
    """The predicate classes of the words that name events."""
    found = set()
    for word in items:
        low = wording.fold(word.text)
        for form in (low, word.key, word.key + "e"):
            if predicates.known(form):
                found.add(predicates.of(form))
                break
    return found


def _letters(a: str, b: str) -> float:
    """Dice of letter trigrams: catches inflections and compounds."""
    left, right = _trigrams(a), _trigrams(b)
    size = left.total() + right.total()
    return 2 * (left & right).total() / size if size else 0.0


def _trigrams(text: str) -> Counter[str]:
    plain = " " + " ".join(w.key for w in wording.words(text) if w.content) + " "
    return Counter(plain[i : i + 3] for i in range(len(plain) - 2))


@dataclass(frozen=True, slots=True)
class Likeness:
    """A yes-or-no with the 0..1 score behind it."""

    same: bool
    score: float


# Shared rarity at which nothing more is learned from another shared word.
_ENOUGH_RARITY = 12.0
# Of three: shared rarity, coverage of the shorter text, rarest shared word.
_SAME_STORY = 2.0
# Without a trained model, overlap from which two sentences tell of one event.
_SAME_EVENT_OVERLAP = 0.3


def same_story(a: str, b: str, weight: Weights = by_kind) -> Likeness:
    """Whether two headlines tell of one story: much and rare content in common."""
    found = features(a, b, weight)
    left, right = _content(a), _content(b)
    shared = sum(_weigh(x, weight) for x, _ in _matched(left, right))
    total = min(shared, _ENOUGH_RARITY) / _ENOUGH_RARITY
    total += found.covered_short + found.rarest
    return Likeness(total >= _SAME_STORY, min(1.0, total / 3))


def same_event(a: str, b: str, weight: Weights = by_kind) -> Likeness:
    """Whether two sentences tell of one event, not of a similar one."""
    found = features(a, b, weight)
    model = logistic.load("same_event", Features.labels())
    if model is None:
        return Likeness(found.overlap >= _SAME_EVENT_OVERLAP, found.overlap)
    score = model.probabilities(found.vector())["same"]
    return Likeness(score >= 0.5, score)


def alike(a: str, b: str, weight: Weights = by_kind) -> float:
    """How much two short texts say the same, 0 (nothing) to 1 (all).

    Different figures or names where both have some weigh against.
    """
    found = features(a, b, weight)
    covered = (found.covered_short + found.covered_long) / 2
    total = 0.45 * covered + 0.25 * found.letters + 0.15 * found.rarest
    total += 0.15 * found.pairs + 0.1 * found.numbers_shared
    total -= 0.3 * found.numbers_apart + 0.1 * found.names_apart
    return max(0.0, min(1.0, total))
