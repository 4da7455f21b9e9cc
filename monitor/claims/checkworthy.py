"""How much a statement is worth checking: facts, not opinions or manners. Pure.

Two parts. A sum of signs, each of one word class, weighed by hand: figures,
comparisons and accounts of what somebody did or said speak for it; wishes, plans,
advice, questions and talk about the talk speak against it. And a small model of how
such sentences are put together, learned from sentences of our own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from monitor.claims import logistic, sought, wordlists

# A statement starts here; what is too short states nothing whole.
BASE = 0.34
SHORT_WORDS = 7
SHORT = 0.15
LONG_WORDS = 14
LONG = 0.06
# The model's say. Debates, on which the signs were weighed, and news, of which it
# learned, differ; with a quarter it helps both. `SHIFT` keeps 0.5 the threshold.
LEARNED = 0.25
SHIFT = -0.05
_WORD = re.compile(r"[a-z']+")


@dataclass(frozen=True, slots=True)
class _Sign:
    """Whole words in any case, a pattern, or both.

    A set of words is asked in a tenth of the time, and a pattern without regard to case
    in half of it when the text is folded before. A match holds a word it `needs`.
    """

    weight: float
    words: frozenset[str]
    pattern: re.Pattern[str] | None
    folded: bool
    needs: frozenset[str]

    def is_in(self, text: str, folded: str, words: frozenset[str]) -> bool:
        if not self.words.isdisjoint(words):
            return True
        if self.pattern is None or (self.needs and self.needs.isdisjoint(words)):
            return False
        return self.pattern.search(folded if self.folded else text) is not None


@cache
def _signs() -> tuple[_Sign, ...]:
    return tuple(
        _Sign(
            sign * row["weight"],
            frozenset(row.get("words", "").split()),
            re.compile(row["pattern"]) if "pattern" in row else None,
            row.get("folded", False),
            frozenset(row.get("needs", "").split()),
        )
        for side, sign in (("for", 1.0), ("against", -1.0))
        for row in wordlists.table("checkworthy")[side]
    )


@cache
def _words() -> tuple[str, ...]:
    return tuple(wordlists.table("checkworthy")["words"].split())


@cache
def _traits() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (row["name"], re.compile(row["pattern"]))
        for row in wordlists.table("checkworthy")["trait"]
    )


@cache
def labels() -> tuple[str, ...]:
    """The names of the features of the learned part."""
    return (*_words(), *(f"trait {name}" for name, _ in _traits()), "trait short")


def features(text: str) -> tuple[float, ...]:
    """What the learned part looks at, 1 or 0 each, in the order of `labels`."""
    known = frozenset(_WORD.findall(text.lower().replace("’", "'")))
    return (
        *map(float, map(known.__contains__, _words())),
        *(float(pattern.search(text) is not None) for _, pattern in _traits()),
        float(len(text.split()) < SHORT_WORDS),
    )


def signs(text: str) -> float:
    """The part that is weighed by hand, 0 to 1."""
    folded = text.casefold()
    said = sought.words(text)
    value = BASE
    value += sum(s.weight for s in _signs() if s.is_in(text, folded, said))
    words = len(text.split())
    if words < SHORT_WORDS:
        value -= SHORT
    elif words >= LONG_WORDS:
        value += LONG
    return min(1.0, max(0.0, value))


def score(text: str) -> float:
    """0 (nothing to check) to 1; of a debate's sentences worth checking from 0.5."""
    value = signs(text)
    model = logistic.load("checkworthy", labels())
    if model is not None:
        learned = model.probabilities(features(text))["worth"]
        value += LEARNED * (learned - value) + SHIFT
    return round(max(0.0, value), 3)
