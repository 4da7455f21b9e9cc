"""What a quantity measures: a key that two wordings of one figure share.

The key is `event/head`: the class of what happened ("killed", "inflation") and the
class of what is counted ("person", "officer", "percent"). The tables are synonyms
of general English; a word they lack is its own class, so the scheme is open.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from monitor.claims import dates, figure_events, nouns, units, wordlists
from monitor.claims.figure_events import Place
from monitor.model import Quantity

# Events that happen to people: with no noun ("42 wounded") a person is counted.
_PERSONAL = frozenset(
    (
        "killed", "executed", "injured", "arrested", "missing", "displaced",
        "evacuated", "rescued", "freed", "abducted", "defected", "resigned",
        "dismissed", "hired", "infected", "vaccinated", "charged", "sentenced",
        "deported", "protested", "casualties",
    )
)  # fmt: skip
# Of a headline's longer words nearly all are capitalised.
TITLE_WORDS, TITLE_SHARE = 3, 0.8
# A place after one of these narrows the figure ("in Northport").
_PLACE = re.compile(
    r"\b(?:in|at|near|across|throughout|outside|around)\s(?:the\s)?"
    r"([A-Z][\w’'-]{1,30}(?:\s[A-Z][\w’'-]{1,30}){0,3})"
)


@dataclass(frozen=True, slots=True)
class Measure:
    """`key` without scope, a readable `label`, and the words that narrow it."""

    key: str
    label: str
    scope: tuple[str, ...]


def of(
    quantity: Quantity,
    *,
    sentence: str,
    predicate: str = "",
    told: str = "",
    span: Any = None,
) -> Measure | None:
    """What `quantity` measures in `sentence`; None if nothing says it.

    `quantity.start` indexes `sentence`. `predicate` is the class of the clause's
    verb, used when no word near the number tells; `told` its wording, outside which
    nothing narrows the figure. `span` is an optional spaCy Span
    of the sentence, for the verb when neither does.
    """
    place = figure_events.locate(quantity, sentence)
    noun = _noun(quantity)
    measured = bool(quantity.unit and units.named(quantity.unit.split(" per ")[0]))
    if measured and figure_events.is_period(place, quantity):
        return None
    if measured:
        event = figure_events.topic(place, quantity, predicate.lower())
    else:
        person = not noun or nouns.is_person(noun) or _states_people(noun)
        verb = predicate or _root(span)
        event = figure_events.event(place, quantity, verb, person=person)
    if not measured and not noun and event not in _PERSONAL:
        named = figure_events.topic(place, quantity)  # "a population of 31,065"
        measured, event = bool(named), named or event
    head = _head(quantity, noun, event, measured=measured)
    if not head or not (event or noun):
        return None
    state = _state(place.clause, told)
    name = f"{event or 'count'}{f'-{state}' if state else ''}"
    label = _label(quantity, noun, name, measured=measured)
    return Measure(f"{name}/{head}", label, _scope(place, quantity, told))


def befalls_people(measure: str | None) -> bool:
    """Whether a measure is of what befell people, and not of what anything may have."""
    name, _, head = (measure or "").partition("/")
    return name.partition("-")[0] in _PERSONAL and bool(head)


def _root(span: Any) -> str:
    return str(span.root.lemma_).lower() if span is not None else ""


def _noun(quantity: Quantity) -> str:
    """The head noun of what is counted, singular."""
    if quantity.counted:
        return nouns.singular(quantity.counted.split()[-1])
    return quantity.unit if not units.named(quantity.unit) else ""


def _states_people(noun: str) -> bool:
    """Deaths, arrests, fatalities: nouns that count people by what befell them."""
    return figure_events.table("events").get(noun) in _PERSONAL


def _head(quantity: Quantity, noun: str, event: str, *, measured: bool) -> str:
    """The class of what is counted: person, a role, a thing, or the unit."""
    if units.is_currency(quantity.unit):
        return "money"
    if measured:
        unit = units.canonical(1.0, quantity.unit)[1] or "number"
        return {"second": "time", "month": "time"}.get(unit, unit)
    if not noun:
        return "person" if event in _PERSONAL else ""
    if nouns.is_generic_person(noun) or _states_people(noun):
        return "person"
    if event in _PERSONAL and _is_demonym(quantity.counted):
        return "person"
    if noun in figure_events.table("subgroups"):
        return "person"
    return figure_events.table("heads").get(noun, noun)


def _is_demonym(counted: str) -> bool:
    """Iraqis, Americans: what is killed or arrested under a capital is people."""
    last = counted.split()[-1] if counted else ""
    tables = (figure_events.table(name) for name in ("events", "subgroups"))
    known = any(last.lower() in table for table in tables) or nouns.is_person(last)
    return last[:1].isupper() and not last.isupper() and not known


def _state(clause: str, told: str) -> str:
    """What makes the figure another measure than the settled one."""
    rows = wordlists.phrases("measures", "states")
    return "-".join(n for n, p in rows if p.search(clause) and p.search(told or clause))


def _label(quantity: Quantity, noun: str, name: str, *, measured: bool) -> str:
    event, _, state = name.partition("-")
    words = f"{event} ({state.replace('-', ' ')})" if state else event
    if measured or not quantity.counted or noun == "life":
        return words
    if noun in figure_events.table("events"):
        return f"{quantity.counted}{words.removeprefix(event)}"
    return f"{quantity.counted} {words}".removesuffix(" count")


def _is_title(clause: str) -> bool:
    """A headline in capitals: there a capital does not mark a name."""
    words = [word for word in clause.split() if word[:1].isalpha() and len(word) > 3]
    capitals = sum(word[0].isupper() for word in words)
    return len(words) >= TITLE_WORDS and capitals >= TITLE_SHARE * len(words)


def _scope(place: Place, quantity: Quantity, told: str) -> tuple[str, ...]:
    """Subgroup, place and period, normalised and sorted."""
    groups, clause = figure_events.table("subgroups"), place.clause
    found = {groups[w] for w in quantity.counted.lower().split() if w in groups}
    if _is_demonym(quantity.counted):
        found.add(nouns.singular(quantity.counted.split()[-1]))
    for name, pattern in wordlists.phrases("measures", "periods"):
        match = pattern.search(clause)
        if told and not pattern.search(told):
            continue
        if match and not dates.dates_the_saying(clause, *match.span()):
            found.add(name)
    for match in [] if _is_title(clause) else _PLACE.finditer(clause):
        if told and match[1] not in told:
            continue
        name = re.sub(r"[’']s?\b.*", "", match[1]).lower()
        if name not in wordlists.words("not_counts", "months") | wordlists.words("not_counts", "weekdays"):  # fmt: skip
            found.add(name)
    return tuple(sorted(found))
