"""Claims that come near a statement: what users told apart, and near misses. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.claims import voices, wording
from monitor.model import Assertion, Mention

if TYPE_CHECKING:
    from monitor.claims.match import Considered

# Below this overlap a claim that is another one is no near miss.
NEAR = 0.4
# Why a claim that fits was not taken: see `Statements`.
OTHER_COUNT = "one source gives both values in one text"
# Near misses kept of a statement: more than a person compares.
KEPT = 3


def chosen(
    mention: Mention,
    fitting: Sequence[Considered],
    known: Sequence[Assertion],
    apart: frozenset[frozenset[int]],
) -> tuple[int, str | None]:
    """The claim to take of those that fit (best first), and why not the best.

    Where a user told the best and another apart, what tells their assertions apart
    decides: words of only one side, then the source, then the value; else the score.
    """
    best, why = fitting[0].claim_id, None
    for rival in dict.fromkeys(c.claim_id for c in fitting):
        if rival == best or frozenset((best, rival)) not in apart:
            continue
        sides = [[a for a in known if a.claim_id == id_] for id_ in (rival, best)]
        told = _telling(mention, sides[0], sides[1])
        if told is not None:
            best, why = rival, told
    return best, why


def _telling(
    mention: Mention, side: Sequence[Assertion], other: Sequence[Assertion]
) -> str | None:
    """What speaks for the one side of a split rather than the other, or None."""
    words = _words(a.text for a in side), _words(a.text for a in other)
    own = _words([mention.text])
    here, there = own & (words[0] - words[1]), own & (words[1] - words[0])
    if len(here) != len(there):
        return "its words" if len(here) > len(there) else None
    voiced = _is_voiced(mention, side), _is_voiced(mention, other)
    if voiced[0] != voiced[1]:
        return "its source" if voiced[0] else None
    return "its value" if _has_value(mention, side, other) else None


def _words(texts: Iterable[str]) -> set[str]:
    """The content words of texts, figures left out: they change."""
    found: set[str] = set()
    for text in texts:
        found.update(w.key for w in wording.words(text) if w.content and not w.number)
    return found


def _is_voiced(mention: Mention, side: Sequence[Assertion]) -> bool:
    source = voices.telling(mention.source)
    return source is not None and any(
        a.source is not None and voices.same_source_name(source.name, a.source)
        for a in side
    )


def _has_value(
    mention: Mention, side: Sequence[Assertion], other: Sequence[Assertion]
) -> bool:
    """Whether the mention's value is nearer to one of this side's values."""
    value = mention.quantity
    if value is None or value.minimum is None:
        return False
    near = [_gap(value.minimum, a) for a in side]
    far = [_gap(value.minimum, a) for a in other]
    return min(near, default=1.0) < min(far, default=1.0)


def _gap(value: float, assertion: Assertion) -> float:
    """How far apart two values are, 0..1, as a share of the larger."""
    if assertion.minimum is None:
        return 1.0
    largest = max(abs(value), abs(assertion.minimum))
    return abs(value - assertion.minimum) / largest if largest else 0.0


def as_one(mention: Mention, known: Sequence[Assertion]) -> list[Assertion]:
    """The claim's assertions; if a user merged other measures into it, of one measure.

    They are compared as counts of what the mention counts.
    """
    if len({a.measure for a in known}) < 2:
        return list(known)
    return [replace(a, measure=mention.measure) for a in known]


def misses(
    considered: Iterable[Considered], claim_id: int | None
) -> list[tuple[int, float, str | None]]:
    """(claim, score, why not) of the nearest claims; the one taken is first."""
    best: dict[int, Considered] = {}
    for candidate in considered:
        known = best.get(candidate.claim_id)
        if known is None or _rank(candidate) < _rank(known):
            best[candidate.claim_id] = candidate
    taken = best.pop(claim_id, None) if claim_id is not None else None
    rest = sorted((c for c in best.values() if c.score >= NEAR), key=_rank)
    found = [] if taken is None else [(taken.claim_id, taken.score, None)]
    return [
        *found,
        *((c.claim_id, c.score, c.lost or OTHER_COUNT) for c in rest[:KEPT]),
    ]


def _rank(candidate: Considered) -> tuple[bool, float]:
    return candidate.lost is not None, -candidate.score
