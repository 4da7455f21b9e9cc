"""Whether a sentence states something that known texts do not. Pure.

Coverage of its content words, rare ones counting more, by the known text that
covers most, the newest text before older ones. Words alike in meaning count in part.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from monitor.claims import senses, wording
from monitor.claims.wording import Word

# Share of weighted content a known text must hold for a sentence to be known.
KNOWN = 0.37
# What a word counts that the known text has by another word ("slain", "killed"): a
# rewording is full of them, a new sentence on the same matter has some too.
ALIKE = 0.4
# Older texts share names and topic with a sentence more often than its news: their
# coverage counts less than the newest one's.
OLDER = 0.65
# Share at which one claim is only told again. Stricter than `KNOWN`, as a claim that
# is wrongly held back is missed for good: no new sentence of the reference data
# (0 of 332) reaches it, four fifths of the rewordings do.
RETOLD = 0.6
# Without a figure that ties it to a known text, its one new word may be its news.
RETOLD_WITHOUT_FIGURE = 0.95


@dataclass(frozen=True, slots=True)
class Novelty:
    """`coverage` 0..1 by the sentence `nearest`; `new` is the verdict."""

    new: bool
    coverage: float
    nearest: int | None
    reason: str


class Known:
    """The texts already known, oldest first, indexed once and asked many times."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.texts = tuple(texts)
        read = [_features(text) for text in self.texts]
        self._sets = [frozenset(words) for words in read]
        self._words: dict[str, Word] = {}
        seen: Counter[str] = Counter()
        for words in read:
            self._words |= words
            seen.update(words.keys())
        self._seen = seen
        self._total = len(self.texts) + 1
        self._kin: dict[str, frozenset[str]] = {}

    def weight(self, key: str) -> float:
        """Rarity among the known texts."""
        return 1.0 + math.log(self._total / (1 + self._seen[key]))

    def judge(self, sentence: str) -> Novelty:
        """Whether the sentence is new, with how much of it is known and where."""
        words = _features(sentence)
        if not words:
            return Novelty(False, 1.0, None, "states nothing")
        weights = {key: self.weight(key) for key in words}
        kin = {key: self._kin_of(key, word) for key, word in words.items()}
        total = sum(weights.values())
        best, nearest = 0.0, None
        newest = len(self._sets) - 1
        for index, known in enumerate(self._sets):
            shared = sum(
                weight * (1.0 if key in known else ALIKE)
                for key, weight in weights.items()
                if key in known or kin[key] & known
            )
            shared *= 1.0 if index == newest else OLDER
            if shared > best:
                best, nearest = shared, index
        coverage = best / total
        return Novelty(
            coverage < KNOWN,
            coverage,
            nearest,
            f"{coverage:.0%} of its content is in one known text",
        )

    def _kin_of(self, key: str, word: Word) -> frozenset[str]:
        """The known words that mean nearly the same."""
        if key not in self._kin:
            self._kin[key] = frozenset(
                other for other, known in self._words.items() if _alike(word, known)
            )
        return self._kin[key]

    def retold(self, statement: str) -> str | None:
        """Why a statement is only told again; None if it may be news.

        A figure or a name that the known texts do not have is always news.
        """
        verdict = self.judge(statement)
        counts = any(word.number for word in wording.words(statement))
        least = RETOLD if counts else RETOLD_WITHOUT_FIGURE
        if verdict.new or verdict.nearest is None or verdict.coverage < least:
            return None
        known = frozenset().union(*self._sets)
        figures = self._sets[verdict.nearest]
        for word in wording.words(statement):
            said = figures if word.number else known
            if (word.number or word.name) and not _features(word.text).keys() & said:
                return None
        return f"told before in this story: {verdict.reason}"


def _features(text: str) -> Mapping[str, Word]:
    """Its content words by their keys, those with synonyms by their group."""
    found: dict[str, Word] = {}
    for word in wording.words(text):
        if word.content:
            group = min(wording.groups(word.key), default=None)
            found[word.key if group is None else f"~{group}"] = word
    return found


def _alike(a: Word, b: Word) -> bool:
    if wording.same_word(a, b):
        return True
    plain = not (a.name or b.name or a.number or b.number)
    return plain and senses.alike(a.key, b.key)
