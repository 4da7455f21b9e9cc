"""How much a statement is worth checking: facts, not opinions or manners. Pure."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"\d|\b(?:hundred|thousand|million|billion|percent|dozen)s?\b")
_PAST = re.compile(r"\b(?:was|were|has|have|had|did|is|are|\w+ed)\b", re.IGNORECASE)
_FUTURE = re.compile(r"\b(?:will|shall|would|should|could|may|might|must|can)\b")
_NAME = re.compile(r"(?<=[a-z,’'] )[A-Z][a-z]+")
_OPINION = re.compile(
    r"\b(?:I|we|you|my|our|think|believe|feel|hope|want|great|good|bad|wrong|right)\b",
    re.IGNORECASE,
)


def score(text: str) -> float:
    """0 (nothing to check) to 1."""
    value = 0.35
    value += 0.35 if _NUMBER.search(text) else 0.0
    value += 0.15 if _PAST.search(text) else 0.0
    value += 0.1 if _NAME.search(text) else 0.0
    value -= 0.15 if _FUTURE.search(text) else 0.0
    value -= 0.1 * min(3, len(_OPINION.findall(text)))
    value -= 0.3 if text.rstrip().endswith("?") else 0.0
    return round(min(1.0, max(0.0, value)), 3)
