"""Phrases that say what a word says ("called off" for "cancelled"). Pure.

Reads `data/phrases.toml`. A phrase is found by the comparable forms of its words, so
in any inflection, with or without an article inside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from monitor.claims import wordlists
from monitor.claims.senses import PARTICLES
from monitor.claims.stems import stem
from monitor.claims.wording import Word

VERB_AND_PARTICLE = 2
# What "*" stands for, where it stands for anything.
_ARTICLES = frozenset(
    ["a", "an", "the", "his", "her", "its", "their", "my", "our", "your", "s"]
)
_ANY = "*"
# States no more than a preposition does.
FUNCTION = ""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of a text: its words' positions, and the word that says it too."""

    positions: Sequence[int]
    meaning: str


@cache
def _by_first() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """The phrases by their first word, longest first."""
    table = wordlists.table("phrases")
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    rows = [(FUNCTION, phrase) for phrase in table["function"]]
    for row in table["rows"]:
        word, _, phrases = row.partition(": ")
        rows += [(stem(word), phrase) for phrase in phrases.split(", ")]
    for meaning, phrase in rows:
        form = tuple(p if p == _ANY else stem(p) for p in phrase.split())
        found.setdefault(form[0], []).append((form, meaning))
    for forms in found.values():
        forms.sort(key=lambda pair: -len(pair[0]))
    return found


def find(items: Sequence[Word]) -> list[Phrase]:
    """The phrases of a sentence; where two begin at a word, the longer one."""
    keys = [word.key for word in items]
    known = _by_first()
    found = []
    for start, key in enumerate(keys):
        for form, meaning in known.get(key, ()):
            end = _end(form, keys, start)
            if end:
                found.append(Phrase(range(start, end), meaning))
                break
            apart = _apart(form, keys, start)
            if apart:
                found.append(Phrase((start, apart), meaning))
                break
    return found


# "turned the request down": words between a verb and its particle, at most.
_OBJECT = 4


def _apart(form: tuple[str, ...], keys: Sequence[str], start: int) -> int:
    """Where the particle of a verb stands behind its object; 0 if it doesn't.

    "He turned the boat down the river" has none: there it leads on.
    """
    if len(form) != VERB_AND_PARTICLE or form[1] not in PARTICLES:
        return 0
    if start + 1 >= len(keys) or keys[start + 1] not in _ARTICLES:
        return 0
    for at in range(start + 3, min(start + 2 + _OBJECT, len(keys))):
        if keys[at] == form[1]:
            leads_on = at + 1 < len(keys) and keys[at + 1] in _ARTICLES
            return 0 if leads_on else at
    return 0


def _end(form: tuple[str, ...], keys: Sequence[str], start: int) -> int:
    """Where a phrase that begins here ends; 0 if it doesn't stand here."""
    at = start
    for part in form:
        if part == _ANY:
            at += at < len(keys) and keys[at] in _ARTICLES
        elif at < len(keys) and keys[at] == part:
            at += 1
        else:
            return 0
    return at
