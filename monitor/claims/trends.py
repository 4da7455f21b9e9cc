"""Whether a figure is a rise, a fall, or the level that another one left behind."""

from __future__ import annotations

import re
from typing import Literal

from monitor.claims import units, wordlists
from monitor.model import Quantity

Trend = Literal["up", "down", "from", ""]

# The words between a verb of change and its amount ("rose by about 5 %").
_REACH = 48
_WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)?|[.,;:()–—]|(?<= )-(?= )")


def of(text: str, quantity: Quantity) -> Trend:
    """How `quantity` moved, read from the words right before (or after) it.

    "up", "down": it is the size of a rise or fall ("rose 5 %", "a 5 % drop");
    "from": it is the earlier level ("up from 2.4 million", "from 5 to 7").
    """
    before = text[max(0, quantity.start - _REACH) : quantity.start]
    words = [m[0].lower() for m in _WORD.finditer(before)]
    if words and words[-1] == "from" and not _starts_with(quantity, "from"):
        return "from"
    by = before.rstrip().endswith(" by")
    if _is_length_of_time(quantity) or _starts_with(quantity, "up"):
        return ""  # "a pay rise over two years", "up to 5 %"
    if not by and not _priced(quantity):
        return ""  # teams gain yards, firms cut jobs
    if by and any(w in wordlists.words("trends", "only_by") for w in words[-6:]):
        return "up"  # raised its key rate by 25 basis points
    return _direction(words, by=by)


def _direction(words: list[str], *, by: bool) -> Trend:
    while words and not _moves(words[-1]) and _fills(words[-1]):
        words.pop()
    last = words[-1] if words else ""
    if by:
        last = next((w for w in reversed(words[-6:]) if _moves(w)), last)
    phrasal = wordlists.words("trends", "phrasal")
    if last in {"up", "down"} and len(words) > 1 and words[-2] in phrasal:
        return ""
    if last in wordlists.words("trends", "up"):
        return "up"
    return "down" if last in wordlists.words("trends", "down") else ""


def _starts_with(quantity: Quantity, word: str) -> bool:
    return quantity.text.lower().startswith(f"{word} ")


def _is_length_of_time(quantity: Quantity) -> bool:
    return units.canonical(1.0, quantity.unit)[1] in {"second", "month"}


def _priced(quantity: Quantity) -> bool:
    """A percentage, an index or money: what markets and statistics move by."""
    base = units.canonical(1.0, quantity.unit)[1]
    abstract = {"percent", "percentage point", "point", "fold", "cent", ""}
    return base in abstract or units.is_currency(quantity.unit)


def _moves(word: str) -> bool:
    return any(word in wordlists.words("trends", name) for name in ("up", "down"))


def _fills(word: str) -> bool:
    """A word that may stand between the verb and its amount."""
    return word.endswith("ly") or word in wordlists.words("trends", "between")
