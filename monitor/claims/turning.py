"""What an edit of one article does to a claim that other sources state. Pure.

`compare` sees one article; that its source now says the opposite of what another one
says, or no longer does, is seen here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from monitor.claims import support, voices
from monitor.claims.judge import is_independent
from monitor.model import (
    PRECEDENCE,
    Assertion,
    ChangeKind,
    Mention,
    Polarity,
    Transition,
)


def among(
    transition: Transition,
    assertions: Sequence[Assertion],
    *,
    outlet: str,
    wire_key: str | None,
) -> Transition:
    """The transition, also `denied` or `corroborated` where others say the claim.

    `assertions` are those of the claim. Only an edit that turns the statement into
    its opposite is asked about: what other words do is told by the comparison.
    """
    before, after = transition.before, transition.after
    if before is None or after is None or after.source is None:
        return transition
    if before.polarity is after.polarity:
        return transition
    for other in _affirming(after, assertions, outlet):
        way = support.judge(other.text, before.quote, after.quote)
        said = other.source or other.outlet
        if way == "contradicted" and after.polarity is Polarity.NEGATIVE:
            told = f"{after.source.name} now denies what {said} says"
            return _with(transition, ChangeKind.DENIED, told)
        agrees = way == "now_supported" and after.polarity is Polarity.POSITIVE
        if agrees and is_independent(after, other, wire_key=wire_key):
            told = f"{after.source.name} now says so too, after {said}"
            return _with(transition, ChangeKind.CORROBORATED, told)
    return transition


def _affirming(
    mention: Mention, assertions: Sequence[Assertion], outlet: str
) -> Iterable[Assertion]:
    """What other sources say, and do not deny."""
    for other in assertions:
        negative = other.denies or other.polarity is Polarity.NEGATIVE
        if not negative and not voices.speaks_for(mention, other, outlet=outlet):
            yield other


def _with(transition: Transition, kind: ChangeKind, reason: str) -> Transition:
    if kind in transition.kinds:
        return transition
    kinds = {*transition.kinds, kind}
    return replace(
        transition,
        kinds=tuple(k for k in PRECEDENCE if k in kinds),
        reason=f"{reason}; {transition.reason}",
    )
