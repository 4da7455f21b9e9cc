"""Parts in words: a third of, two-thirds of, half of, one in three, half an hour."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.claims import number_words, numerals, units
from monitor.claims.numbers import Number
from monitor.claims.numerals import Token

_HYPHENS = frozenset(("-", "‐", "‑"))
# "Less than an hour", "about a month": after these the article is a one.
_BOUNDING = frozenset(
    (
        *("than", "about", "around", "nearly", "almost", "roughly", "within"),
        *("approximately", "barely", "under", "just"),
    )
)
_SPANS = frozenset(
    ("minute", "hour", "day", "week", "month", "year", "decade", "century")
)
# "Risen by a third": what may follow a share that stands alone.
_AFTER_ALONE = frozenset(
    (
        *("", ".", ",", ";", ")", "in", "on", "at", "from", "to", "since", "over"),
        *("and", "but", "or", "while", "as", "after", "before", "by", "compared"),
        *("this", "last", "between", "during", "because", "within", "when"),
    )
)


def _lower(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].lower if 0 <= at < len(tokens) else ""


_PARTS = {
    "half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4,
    "fifth": 5, "fifths": 5, "sixth": 6, "sixths": 6, "eighth": 8, "eighths": 8,
    "tenth": 10, "tenths": 10,
}  # fmt: skip


def read(tokens: Sequence[Token], at: int) -> Number | None:
    """A third of, two-thirds of, half of the, one in three, nine out of ten."""
    words = number_words.words_of("en")
    word = _lower(tokens, at)
    if word == "half" and _lower(tokens, at + 1) in {
        "of",
        "the",
        "their",
        "its",
        "all",
    }:
        return Number(0.5, 0.5, False, at, at + 1, True)
    top = 1.0 if word in {"a", "one"} else words.units.get(word)
    if word in words.articles or word == "half":
        single = _single(tokens, at, word)
        if single is not None:
            return single
    if top is None and tokens[at].kind == "number":
        top = numerals.numeral(tokens[at].text)
    if not top or top > 99:
        return None
    nxt = at + 1 + (_lower(tokens, at + 1) in _HYPHENS)
    below = _PARTS.get(_lower(tokens, nxt))
    scaled = _lower(tokens, nxt + 1) == "of" and _lower(tokens, nxt + 3) in words.scales
    if scaled:  # a quarter of a million
        return None
    if below and top < below and tokens[at].kind == "word":
        alone = (
            _lower(tokens, at - 1) == "by" and _lower(tokens, nxt + 1) in _AFTER_ALONE
        )
        if alone or _lower(tokens, nxt + 1) in {"of", "the"} or (nxt > at + 1 and top > 1):  # fmt: skip
            return Number(top / below, top / below, False, at, nxt + 1, True)
        return None
    return _odds(tokens, at, top) if word != "a" else None


def _single(tokens: Sequence[Token], at: int, word: str) -> Number | None:
    """ "Half an hour", "half a percentage point", "less than an hour"."""
    if word == "half" and _lower(tokens, at + 1) in {"a", "an"}:
        named = " ".join(token.text for token in tokens[at + 2 : at + 4])
        first = _lower(tokens, at + 2)
        if units.lookup(named) or first in _SPANS or first == "point":
            return Number(0.5, 0.5, False, at, at + 2, True)
    if word != "half" and _lower(tokens, at + 1) in _SPANS:
        before = _lower(tokens, at - 1)
        if before in _BOUNDING or (before == "over" and _lower(tokens, at - 2) in _BOUNDING | {"for", "well"}):  # fmt: skip
            return Number(1.0, 1.0, False, at, at + 1, True)
    return None


def _odds(tokens: Sequence[Token], at: int, top: float) -> Number | None:
    """One in three Germans; not "two in 2019", not "one in the back"."""
    step = at + 2 if _lower(tokens, at + 1) == "in" else at + 3
    if step == at + 3 and (_lower(tokens, at + 1), _lower(tokens, at + 2)) != (
        "out",
        "of",
    ):
        return None
    below = number_words.words_of("en").units.get(_lower(tokens, step))
    if below is None and step < len(tokens) and tokens[step].kind == "number":
        below = numerals.numeral(tokens[step].text)
    # Every tenth or hundredth is the finest odds that news gives.
    if below is None or not top < below or below > 100:
        return None
    return Number(top / below, top / below, False, at, step + 1, True)
