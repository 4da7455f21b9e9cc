"""Whether two amounts side by side are one range, two amounts or a score."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from monitor.claims import not_counts, nouns
from monitor.claims.numerals import Token
from monitor.claims.wordlists import words

if TYPE_CHECKING:
    from monitor.claims.amounts import Amount

Verdict = Literal["range", "apart", "score"]
_DASHES = frozenset("-‐‑–—−")


def _lower(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].lower if 0 <= at < len(tokens) else ""


def verdict(
    tokens: Sequence[Token], left: Amount, right: Amount, word: str, *, tight: bool
) -> Verdict:
    """Whether two amounts joined by `word` are one range, two amounts or a score."""
    rated = right.unit.startswith(f"{left.unit} per ")
    if left.unit and right.unit and left.unit != right.unit and not rated:
        return "apart"
    opener = {_lower(tokens, at) for at in range(max(0, left.first - 3), left.first)}
    low, high = left.low, right.high
    if high is None:
        return "apart"
    if word in _DASHES:
        return _dash_verdict(tokens, left, right, tight=tight)
    if word == "and":
        return "range" if "between" in opener else "apart"
    if word == "or":
        near = low < high and (high - low <= 1 or high <= min(20, 2 * low))
        return "range" if near and not left.unit else "apart"
    return _to_verdict(tokens, left, right, opener, rated=rated)


def _to_verdict(
    tokens: Sequence[Token],
    left: Amount,
    right: Amount,
    opener: set[str],
    *,
    rated: bool,
) -> Verdict:
    """ "From 5 to 7", "40 to 50 hours" against "rose 2 to 50" and "split 4 to 1"."""
    low, high = left.low, right.high or 0
    if opener & {"aged", "ages", "age"}:
        return "range"
    if "from" in opener or "between" in opener:
        return "apart" if _moved(tokens, left.first, 6) else "range"
    bare = (
        not left.unit
        and not right.unit
        and not_counts.counts_things(tokens, right.last)
    )
    if _moved(tokens, left.first, 2) and not (bare and low < high):
        return "apart"
    if low > high and high < 20 and not left.unit and not right.unit:
        return "score"  # "split 4 to 1"
    same = left.unit == right.unit or not left.unit or rated
    measured = left.unit and left.unit == right.unit and left.unit != "percent"
    if low > high and not measured:
        return "apart"
    follows = (
        bool(right.unit)
        or not_counts.counts_things(tokens, right.last)
        or right.scale > 1
    )
    return "range" if same and follows else "apart"


# Verbs of change: "rose 2 to 50" and "grew from 5 to 7 million" hold two amounts.
MOVES = words("trends", "moves")


def _moved(tokens: Sequence[Token], before: int, reach: int) -> bool:
    """Whether a verb of change stands within `reach` tokens before."""
    return any(t.lower in MOVES for t in tokens[max(0, before - reach) : before])


def _dash_verdict(
    tokens: Sequence[Token], left: Amount, right: Amount, *, tight: bool
) -> Verdict:
    if left.unit and right.unit:
        return "range" if left.low < (right.high or 0) else "apart"
    if not tight and not right.unit and not left.unit:
        small = left.low < 100 and (right.high or 0) < 100
        return "score" if small and not left.spelt else "apart"
    nxt = right.last
    named = nxt < len(tokens) and (
        not_counts.counts_things(tokens, nxt) or nouns.is_participle(tokens[nxt].text)
    )
    backed = bool(right.unit) or right.scale > 1 or named
    if left.low < (right.high or 0) and backed:
        return "range"
    return "score"
