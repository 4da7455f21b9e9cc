"""How much a statement is worth checking: facts, not opinions or manners. Pure.

A sum of signs, each of one word class, weighed by hand: figures, comparisons and
accounts of what somebody did or said speak for it; wishes, plans, advice,
questions and talk about the talk speak against it.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources

# A statement starts here; what is too short states nothing whole.
BASE = 0.34
SHORT_WORDS = 7
SHORT = 0.15
LONG_WORDS = 14
LONG = 0.06


@cache
def _signs() -> tuple[tuple[float, re.Pattern[str]], ...]:
    file = resources.files("monitor.claims") / "data" / "checkworthy.toml"
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    return tuple(
        (sign * row["weight"], re.compile(row["pattern"]))
        for side, sign in (("for", 1.0), ("against", -1.0))
        for row in table[side]
    )


def score(text: str) -> float:
    """0 (nothing to check) to 1; worth checking from 0.5."""
    value = BASE
    value += sum(weight for weight, pattern in _signs() if pattern.search(text))
    words = len(text.split())
    if words < SHORT_WORDS:
        value -= SHORT
    elif words >= LONG_WORDS:
        value += LONG
    return round(min(1.0, max(0.0, value)), 3)
