"""Word forms: base forms, synonyms of equal strength, slips of the pen. Pure."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from rapidfuzz.distance import OSA

from monitor.claims import wordlists

# Shorter words differ by one letter and mean something else (war / car).
_TYPO_LENGTH = 5


# Longer words may carry two slips (Muhammad / Mohammed).
_TYPO_LENGTH_TWO = 8


@cache
def lists() -> Mapping[str, Any]:
    """The word lists of `data/wording.json`, by form or base form."""
    raw = json.loads(wordlists.read("wording.json"))
    groups: dict[str, set[int]] = {}
    for number, line in enumerate((*raw["synonyms"], *raw["places"])):
        for form in line.split():
            groups.setdefault(form, set()).add(number)
    pairs = (pair.split() for pair in raw["irregular"])
    irregular = {form: word if form == word else base(word, {}) for form, word in pairs}
    by_key: dict[str, set[int]] = {}
    for form, numbers in groups.items():
        by_key.setdefault(base(form, irregular), set()).update(numbers)
    return {
        "function": frozenset(raw["function"].split()),
        "generic": frozenset(raw["generic"].split()),
        "groups": {key: frozenset(numbers) for key, numbers in by_key.items()},
        "irregular": irregular,
        "places": frozenset(
            base(form, irregular) for line in raw["places"] for form in line.split()
        )
        | frozenset(form for line in raw["places"] for form in line.split()),
    }


@lru_cache(maxsize=50_000)
def fold(text: str) -> str:
    """Lower case without diacritics."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


_SUFFIXES = ("ingly", "edly", "ings", "ing", "ied", "ies", "ed", "es", "ly", "s")


# "mov(ing)", "hom(es)": three letters that are no word without their "e".
_SILENT = re.compile(r"[^aeiou][aeiou][^aeiouwxys]$")


def base(word: str, irregular: Mapping[str, str]) -> str:
    """A crude base form: good enough to equate inflections, never shown."""
    if word in irregular:
        return irregular[word]
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            short = word[: -len(suffix)]
            if suffix in ("ied", "ies"):
                return short + "y"
            if suffix == "s" and short.endswith(("s", "u", "i")):
                return word
            doubled = (
                len(short) > 3 and short[-1] == short[-2] and short[-1] not in "sl"
            )
            short = short[:-1] if doubled else short
            if suffix in ("ed", "es", "ing") and not doubled and _SILENT.match(short):
                return short + "e"
            return short.rstrip("e") if len(short) > 3 else short
    return word.rstrip("e") if len(word) > 4 else word


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The comparable form of one folded word."""
    return base(word, lists()["irregular"])


@lru_cache(maxsize=50_000)
def groups(key: str) -> frozenset[int]:
    """The synonym groups a key belongs to."""
    found: frozenset[int] = lists()["groups"].get(key, frozenset())
    return found


def is_place(key: str) -> bool:
    """Whether a key is a country, its people or its language."""
    return key in lists()["places"]


def same_spelling(a: str, b: str, *, names: bool = False) -> bool:
    """Whether two keys differ by a slip of the pen.

    A short name may miss or gain a letter (Kenny / Kenney), not swap one
    (Iran / Iraq); a long one may have two slips (Muhammad / Mohammed). A plain word
    may swap a letter only if it is long (prevent / present).
    """
    if a[0] != b[0] or (groups(a) and groups(b)):
        return False
    shorter = min(len(a), len(b))
    swapped = len(a) == len(b)
    allowed = 2 if names and shorter >= _TYPO_LENGTH_TWO else 1
    shortest = _TYPO_LENGTH - names
    if swapped and sorted(a) != sorted(b):
        shortest = _TYPO_LENGTH if names else _TYPO_LENGTH_TWO
    if shorter < shortest:
        return False
    return OSA.distance(a, b, score_cutoff=allowed) <= allowed


def one_letter_apart(a: str, b: str) -> bool:
    """Whether one letter more, less, other or swapped makes one of the other."""
    return OSA.distance(a, b, score_cutoff=1) <= 1


_DERIVED = frozenset(
    [
        "r",
        "er",
        "or",
        "ion",
        "ation",
        "ment",
        "al",
        "ial",
        "ally",
        "ist",
        "ism",
        "ian",
        "an",
        "ness",
        "ful",
        "ing",
        "ity",
        "ive",
        "ence",
        "ance",
        "ant",
        "ent",
        "y",
    ]
)


def same_stem(a: str, b: str) -> bool:
    """Whether one is a derivation of the other (execute / execution)."""
    short, long = sorted((a, b), key=len)
    if len(short) < _TYPO_LENGTH or not long.startswith(short):
        return False
    return long[len(short) :] in _DERIVED
