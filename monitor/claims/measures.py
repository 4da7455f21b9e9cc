"""What a quantity measures: a key that two wordings of one figure share.

The key is `event/head`: the class of what happened ("killed", "inflation") and the
class of what is counted ("person", "officer", "percent"). The tables are synonyms
of general English; a word they lack is its own class, so the scheme is open.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from monitor.claims import nouns, numbers, units
from monitor.claims.numbers import Token
from monitor.model import Quantity

# How far the word that says what happened may stand from its number, in tokens.
REACH_AFTER = 12
REACH_BEFORE = 10
_CLAUSE_ENDS = frozenset(".;:!?—–")
_CONJUNCTIONS = frozenset(
    "while but although as after before when where whereas".split()
)
_LINKS = frozenset("at to of is was are were has have reached stands stood hit near around about over nearly by up above risen rose rises climbed passed exceeded topped put".split())  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measure:
    """`key` without scope, a readable `label`, and the words that narrow it."""

    key: str
    label: str
    scope: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Tables:
    events: dict[str, str]
    topics: dict[str, str]
    states: tuple[tuple[str, re.Pattern[str]], ...]
    subgroups: dict[str, str]
    periods: tuple[tuple[str, re.Pattern[str]], ...]


@cache
def _tables() -> _Tables:
    text = resources.files("monitor.claims.data").joinpath("measures.toml")
    table: dict[str, dict[str, str]] = tomllib.loads(text.read_text(encoding="utf-8"))

    def words(name: str) -> dict[str, str]:
        return {w: c for c, row in table[name].items() for w in row.split()}

    def phrases(name: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
        return tuple(
            (c, re.compile(rf"\b(?:{row})\b", re.IGNORECASE))
            for c, row in table[name].items()
        )

    return _Tables(
        words("events"), words("topics"), phrases("states"), words("subgroups"),
        phrases("periods"),
    )  # fmt: skip


def of(
    quantity: Quantity, *, sentence: str, predicate: str = "", span: Any = None
) -> Measure | None:
    """What `quantity` measures in `sentence`; None if nothing says it.

    `quantity.start` indexes `sentence`. `predicate` is the class of the clause's
    verb, used when no word near the number tells.
    """
    place = _Place.of(quantity, sentence)
    event = _event(place, quantity, predicate)
    head = _head(quantity, event)
    if not event and not head:
        return None
    clause = sentence[place.left : place.right]
    state = _state(clause)
    name = f"{event or 'count'}{f'-{state}' if state else ''}"
    label = f"{quantity.counted or head} {name.replace('-', ' ')}".strip()
    return Measure(f"{name}/{head}", label, _scope(place, quantity, sentence, clause))


@dataclass(frozen=True, slots=True)
class _Place:
    """The tokens of the sentence with the quantity's own at `first`..`last`.

    `left`..`right` are the offsets of the stretch that belongs to this quantity.
    """

    tokens: Sequence[Token]
    first: int
    last: int
    left: int
    right: int

    @classmethod
    def of(cls, quantity: Quantity, sentence: str) -> _Place:
        start = quantity.start
        if sentence[start : quantity.end] != quantity.text:
            start = max(sentence.find(quantity.text), 0)
        end = start + len(quantity.text)
        tokens = numbers.tokenize(sentence)
        first = next((i for i, t in enumerate(tokens) if t.end > start), len(tokens))
        last = next((i for i, t in enumerate(tokens) if t.start >= end), len(tokens))
        low = _clause_start(tokens, first)
        high = _clause_end(tokens, last)
        left = tokens[low].start if low < len(tokens) else 0
        right = tokens[high - 1].end if high else len(sentence)
        return cls(tokens, first, last, left, max(right, end))


def _clause_start(tokens: Sequence[Token], first: int) -> int:
    at = first
    while at and first - at < 2 * REACH_BEFORE:
        token = tokens[at - 1]
        if token.text in _CLAUSE_ENDS or token.lower in _CONJUNCTIONS:
            break
        if token.text in {",", "and"} and _has_number(tokens, at - 1):
            break
        at -= 1
    return at


def _has_number(tokens: Sequence[Token], before: int) -> bool:
    """Whether the stretch just before a comma or "and" holds another figure."""
    for token in reversed(tokens[max(0, before - REACH_BEFORE) : before]):
        if token.text in _CLAUSE_ENDS:
            return False
        if token.kind == "number" or token.lower in numbers.words_of("en").vague:
            return True
    return False


def _clause_end(tokens: Sequence[Token], last: int) -> int:
    at = last
    while at < len(tokens) and at - last < 2 * REACH_AFTER:
        token = tokens[at]
        if token.text in _CLAUSE_ENDS or token.lower in _CONJUNCTIONS:
            break
        if token.text in {",", "and"} and _number_follows(tokens, at):
            break
        at += 1
    return at


def _number_follows(tokens: Sequence[Token], at: int) -> bool:
    for token in tokens[at + 1 : at + 5]:
        if token.kind == "number":
            return True
        if token.text in {",", "and"}:
            return False
    return False


def _event(place: _Place, quantity: Quantity, predicate: str) -> str:
    """The class of what happened to, or is said of, the counted things."""
    tables = _tables()
    measured = bool(units.named(quantity.unit.split(" per ")[0])) if quantity.unit else False  # fmt: skip
    if measured:
        return _topic(place, quantity)
    head = nouns.singular(quantity.counted.split()[-1]) if quantity.counted else ""
    own = tables.events.get(head) or tables.events.get(quantity.counted.lower())
    if own and not nouns.is_person(head):
        return own
    if place.last < len(place.tokens) and place.tokens[place.last].lower in tables.events and not quantity.counted:  # fmt: skip
        return tables.events[place.tokens[place.last].lower]
    found = _event_after(place) or _event_before(place)
    return found or tables.events.get(predicate.lower(), predicate.lower())


def _event_after(place: _Place) -> str:
    events = _tables().events
    for token in place.tokens[place.last : place.last + REACH_AFTER]:
        if token.start >= place.right:
            break
        if token.lower in events:
            return events[token.lower]
    return ""


def _event_before(place: _Place) -> str:
    events = _tables().events
    for token in reversed(
        place.tokens[max(0, place.first - REACH_BEFORE) : place.first]
    ):
        if token.end <= place.left:
            break
        if token.lower in events:
            return events[token.lower]
    return ""


def _topic(place: _Place, quantity: Quantity) -> str:
    """What a percentage or an amount of money is of."""
    topics, events = _tables().topics, _tables().events
    for word in reversed(quantity.counted.lower().split()):
        if word in topics:
            return topics[word]
    after = [
        t for t in place.tokens[place.last : place.last + 6] if t.start < place.right
    ]
    before = [
        t
        for t in reversed(
            place.tokens[max(0, place.first - REACH_BEFORE) : place.first]
        )
        if t.end > place.left
    ]
    for token in [*after[:2], *before, *after[2:]]:
        if token.lower in topics:
            return topics[token.lower]
    for token in [*before, *after]:
        if token.lower in events:
            return events[token.lower]
    if quantity.counted:
        return nouns.singular(quantity.counted.split()[-1])
    return next((t.lower for t in before if t.kind == "word" and nouns.could_head(t.lower)), "")  # fmt: skip


def _head(quantity: Quantity, event: str) -> str:
    """The class of what is counted: person, a role, a thing, or the unit."""
    unit = quantity.unit
    if units.is_currency(unit):
        return "money"
    if unit and units.named(unit.split(" per ")[0]):
        return units.canonical(1.0, unit)[1]
    word = nouns.singular(quantity.counted.split()[-1]) if quantity.counted else unit
    if not word:
        return "person" if event in _PERSONAL else ""
    if nouns.is_generic_person(word) or _tables().events.get(word) in _PERSONAL:
        return "person"
    if word in _tables().subgroups:
        group = _tables().subgroups[word]
        return "person" if group in _DEMOGRAPHIC else word
    return word


_PERSONAL = frozenset(
    "killed executed injured arrested missing displaced evacuated rescued freed abducted "
    "defected resigned dismissed hired infected vaccinated charged sentenced deported "
    "protested".split()
)
_DEMOGRAPHIC = frozenset("child woman man civilian foreigner elderly".split())


def _state(clause: str) -> str:
    states = _tables().states
    return "-".join(name for name, pattern in states if pattern.search(clause))


_PLACE = re.compile(
    r"\b(?:in|at|near|across|throughout|outside|around)\s(?:the\s)?"
    r"((?:[A-Z][\w’'-]{1,30}\s?){1,4})"
)


def _scope(
    place: _Place, quantity: Quantity, sentence: str, clause: str
) -> tuple[str, ...]:
    """Subgroup, place and period, normalised and sorted."""
    tables = _tables()
    found = {
        tables.subgroups[w]
        for w in quantity.counted.lower().split()
        if w in tables.subgroups
    }
    found |= {name for name, pattern in tables.periods if pattern.search(clause)}
    found |= {m[1].strip().lower() for m in _PLACE.finditer(clause)}
    return tuple(sorted(found))
