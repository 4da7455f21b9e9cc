"""How an edit moves a text towards or away from a claim. Pure.

For a claim that a user pinned in their own words: does the new revision begin to
state it, cease to, or turn to or from its opposite?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields

from monitor.claims import details, intervals, logistic, quantities, wording
from monitor.claims.wording import Word
from monitor.model import Quantity


@dataclass(frozen=True, slots=True)
class Features:
    """What an edit does with respect to a claim; differences are after − before."""

    covered: float
    covered_difference: float
    worst_covered: float
    figure_difference: float
    figure_against_before: float
    figure_against_after: float
    gained_claimed: float
    lost_claimed: float
    gained_other: float
    lost_other: float
    replaced: float
    replaced_number: float
    replaced_claimed_old: float
    replaced_claimed_new: float
    negation_difference: float
    longer: float
    alike: float

    def vector(self) -> tuple[float, ...]:
        """The features in the order of their names."""
        return astuple(self)

    @classmethod
    def labels(cls) -> tuple[str, ...]:
        """The names of the features."""
        return tuple(f.name for f in fields(cls))


def features(claim: str, before: str, after: str) -> Features:
    """Describe the edit from `before` to `after` with respect to `claim`."""
    stated = [w for w in wording.words(claim) if w.content]
    old, new = _share(stated, before), _share(stated, after)
    edits = details.edits(before, after)
    gained = [w for e in edits for w in e.gained]
    lost = [w for e in edits for w in e.lost]
    replaced = [e for e in edits if e.lost and e.gained]
    against_old, against_new = _against(claim, before), _against(claim, after)
    return Features(
        covered=max(old, new),
        covered_difference=new - old,
        worst_covered=min(old, new),
        figure_difference=against_old - against_new,
        figure_against_before=against_old,
        figure_against_after=against_new,
        gained_claimed=_few(_in(gained, stated)),
        lost_claimed=_few(_in(lost, stated)),
        gained_other=_few(len(gained) - _in(gained, stated)),
        lost_other=_few(len(lost) - _in(lost, stated)),
        replaced=_few(len(replaced)),
        replaced_number=float(
            any(w.number for e in replaced for w in e.lost)
            and any(w.number for e in replaced for w in e.gained)
        ),
        replaced_claimed_old=_few(sum(_in(e.lost, stated) for e in replaced)),
        replaced_claimed_new=_few(sum(_in(e.gained, stated) for e in replaced)),
        negation_difference=float(
            wording.is_negated(after) - wording.is_negated(before)
        ),
        longer=max(-1.0, min(1.0, (len(after) - len(before)) / 100)),
        alike=wording.overlap(wording.keys(before), wording.keys(after)),
    )


def _few(count: float) -> float:
    return min(count, 5) / 5


def _share(stated: Sequence[Word], text: str) -> float:
    """How much of the claim's content the text holds."""
    known = [w for w in wording.words(text) if w.content]
    total = sum(details.weigh([w]) for w in stated)
    found = sum(
        details.weigh([w])
        for w in stated
        if any(wording.same_word(w, other) for other in known)
    )
    return found / total if total else 0.0


def _in(items: Sequence[Word], stated: Sequence[Word]) -> int:
    return sum(any(wording.same_word(w, other) for other in stated) for w in items)


def _against(claim: str, text: str) -> float:
    """1 where a figure of the claim meets only figures that exclude it, else 0."""
    worst = 0.0
    given = quantities.find(text)
    for figure in quantities.find(claim):
        rivals = [q for q in given if _comparable(figure, q)]
        if rivals and not any(intervals.compatible(figure, q) for q in rivals):
            worst = 1.0
    return worst


def _comparable(a: Quantity, b: Quantity) -> bool:
    if not intervals.same_dimension(a, b):
        return False
    return a.unit == b.unit or not a.unit or not b.unit


# Likeness from which a "not" is all that an edit changed. Too rare in the training
# data (no item in 600) for a weight to be learned.
NEGATED = 0.7
LABELS = ("new", "dropped", "now_supported", "contradicted")


def judge(claim: str, before: str, after: str) -> str:
    """What the edit does to the claim, one of LABELS.

    `new`: begins to state it; `dropped`: ceases to; `now_supported`: said the
    opposite before; `contradicted`: says the opposite now.
    """
    found = features(claim, before, after)
    if found.negation_difference and min(found.alike, found.worst_covered) >= NEGATED:
        agrees = wording.is_negated(after) == wording.is_negated(claim)
        return "now_supported" if agrees else "contradicted"
    model = logistic.load("support", Features.labels())
    if model is not None:
        scores = model.probabilities(found.vector())
        return max(LABELS, key=lambda label: scores[label])
    towards = found.covered_difference + found.figure_difference >= 0
    if found.replaced_claimed_old or found.replaced_number:
        return "now_supported" if towards else "contradicted"
    return "new" if towards else "dropped"
