"""What is counted, as English says it of many."""

from __future__ import annotations

import re
from typing import Final

_IRREGULAR: Final = {
    "person": "people",
    "child": "children",
    "man": "men",
    "woman": "women",
    "foot": "feet",
    # the same for one and for many
    "horsepower": "horsepower",
    "aircraft": "aircraft",
    "dead": "dead",
    # a scale is not counted
    "celsius": "°C",
    "fahrenheit": "°F",
}
# "year of age", "barrel per day": the first part is counted
_HEAD: Final = re.compile(r"(.+?)(?: of | per ).+")
# No plain word: "km", "kWh", "m²", "sq. mile".
_PLAIN: Final = re.compile(r"(?=.*[aeiouy])[a-z]{3,}")
_HISSING: Final = ("x", "z", "ch", "sh")


def counted(count: int, noun: str) -> str:
    """As in "1 feed", "0 feeds" and "1,200 deliveries"."""
    return f"{count:,} {noun if count == 1 else plural(noun)}"


def plural(unit: str) -> str:
    """The plural of a unit or noun, by rule: "year of age" → "years of age"."""
    found = _HEAD.fullmatch(unit)
    head = found[1] if found else unit
    before, space, noun = head.rpartition(" ")
    return before + space + _plural(noun) + unit[len(head) :]


def _plural(noun: str) -> str:
    if noun in _IRREGULAR:
        return _IRREGULAR[noun]
    if not _PLAIN.fullmatch(noun) or noun.endswith("s"):
        return noun
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(_HISSING) else f"{noun}s"
