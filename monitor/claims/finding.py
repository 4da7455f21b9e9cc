"""What is found about one pair of mentions, and what it was found in. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from monitor.claims.modality import Shift
from monitor.model import (
    PRECEDENCE,
    THRESHOLDS,
    ChangeKind,
    Mention,
    Thresholds,
    Transition,
)

# How the reason of a correction begins where it turns a statement round.
NEGATED, UNNEGATED, OPPOSED = "now negated", "negation dropped", "the opposite: "


@dataclass(slots=True)
class Finding:
    """What is found about one pair: kinds with a reason each."""

    reasons: dict[ChangeKind, str] = field(default_factory=dict)

    def add(self, kind: ChangeKind, reason: str) -> None:
        """Note a kind; the first reason for it stays."""
        self.reasons.setdefault(kind, reason)

    def transition(
        self, before: Mention | None, after: Mention | None
    ) -> Transition | None:
        """The transition by precedence, None if nothing was found."""
        if not self.reasons:
            return None
        kinds = tuple(kind for kind in PRECEDENCE if kind in self.reasons)
        reason = "; ".join(self.reasons[kind] for kind in kinds)
        return Transition(kinds, reason, before, after)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two mentions of one claim with the sentences they stand in."""

    before: Mention
    after: Mention
    sentence_before: str
    sentence_after: str
    # The hedge or negation of this clause that came or went, by its words.
    hedged: Shift | None = None
    negated: Shift | None = None
    # A negation and an opposite cancel out: "not open" is "closed".
    balanced: bool = False
    thresholds: Thresholds = THRESHOLDS


def reverses(transition: Transition) -> bool:
    """Whether a correction says the opposite of what was said."""
    if ChangeKind.CORRECTED not in transition.kinds:
        return False
    before, after = transition.before, transition.after
    if before and after and before.polarity is not after.polarity:
        return True
    marks = (NEGATED, UNNEGATED, OPPOSED)
    return any(part.startswith(marks) for part in transition.reason.split("; "))
