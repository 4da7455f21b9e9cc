"""Shares in words: a third of, two-thirds of, half of, one in three."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.claims import number_words, numbers
from monitor.claims.numbers import Number, Token

_HYPHENS = frozenset(("-", "‐", "‑"))


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
    if top is None and tokens[at].kind == "number":
        top = numbers.numeral(tokens[at].text)
    if not top or top > 99:
        return None
    nxt = at + 1 + (_lower(tokens, at + 1) in _HYPHENS)
    below = _PARTS.get(_lower(tokens, nxt))
    scaled = _lower(tokens, nxt + 1) == "of" and _lower(tokens, nxt + 3) in words.scales
    if scaled:  # a quarter of a million
        return None
    if below and top < below and tokens[at].kind == "word":
        if _lower(tokens, nxt + 1) in {"of", "the"} or (nxt > at + 1 and top > 1):
            return Number(top / below, top / below, False, at, nxt + 1, True)
        return None
    return _odds(tokens, at, top) if word != "a" else None


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
        below = numbers.numeral(tokens[step].text)
    # Every tenth or hundredth is the finest odds that news gives.
    if below is None or not top < below or below > 100:
        return None
    return Number(top / below, top / below, False, at, step + 1, True)
