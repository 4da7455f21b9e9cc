"""Which event or topic a figure belongs to, read from the words around it.

An event is a class of what happened to the counted things ("killed"); a topic is
what a percentage or an amount of money is of ("inflation").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.claims import nouns, number_words, numbers, trends, units, wordlists
from monitor.claims.numbers import Token
from monitor.model import Quantity

# How far the word that says what happened may stand from its number, in tokens.
REACH_AFTER = 12
REACH_BEFORE = 12
# A verb this close before the number has it as its object ("killing at least 12").
OBJECT_GAP = 2
_CLAUSE_ENDS = frozenset(".;:!?—–")
_CONJUNCTIONS = frozenset(
    ("while", "but", "although", "as", "after", "before", "when", "where", "whereas")
)
_RELATIVE = frozenset(("who", "which", "that", "whom", "whose"))
_PARTITIVE = frozenset(("including", "among", "them", "whom", "these", "those"))


@dataclass(frozen=True, slots=True)
class Place:
    """The tokens of a sentence with the quantity's own at `first`..`last`.

    Tokens `low`..`high` are the stretch that belongs to this quantity alone.
    """

    sentence: str
    tokens: Sequence[Token]
    first: int
    last: int
    low: int
    high: int

    @property
    def clause(self) -> str:
        """The stretch as text."""
        if self.low >= len(self.tokens):
            return ""
        end = self.tokens[max(self.high, self.low + 1) - 1].end
        return self.sentence[self.tokens[self.low].start : end]

    def before(self) -> list[Token]:
        """The tokens before the number, nearest first."""
        start = max(self.low, self.first - REACH_BEFORE)
        return list(reversed(self.tokens[start : self.first]))

    def after(self) -> list[Token]:
        """The tokens after the number, nearest first."""
        return list(self.tokens[self.last : min(self.high, self.last + REACH_AFTER)])


def locate(quantity: Quantity, sentence: str) -> Place:
    """Where `quantity` stands; its offsets may be of another text."""
    start = quantity.start
    if sentence[start : quantity.end] != quantity.text:
        start = max(sentence.find(quantity.text), 0)
    end = start + len(quantity.text)
    tokens = numbers.tokenize(sentence)
    first = next((i for i, t in enumerate(tokens) if t.end > start), len(tokens))
    last = next((i for i, t in enumerate(tokens) if t.start >= end), len(tokens))
    return Place(sentence, tokens, first, last, _low(tokens, first), _high(tokens, last))  # fmt: skip


def _low(tokens: Sequence[Token], first: int) -> int:
    at = first
    while at and first - at < 2 * REACH_BEFORE:
        token = tokens[at - 1]
        if token.text in _CLAUSE_ENDS or token.lower in _CONJUNCTIONS:
            break
        if token.text in {",", "and"} and _figure_before(tokens, at - 1):
            break
        at -= 1
    return at


def _figure_before(tokens: Sequence[Token], at: int) -> bool:
    """Whether the stretch just before a comma or "and" holds another figure."""
    vague = number_words.words_of("en").vague
    for token in reversed(tokens[max(0, at - REACH_BEFORE) : at]):
        if token.text in _CLAUSE_ENDS:
            return False
        if token.kind == "number" or token.lower in vague:
            return True
    return False


def _high(tokens: Sequence[Token], last: int) -> int:
    at = last
    while at < len(tokens) and at - last < 2 * REACH_AFTER:
        token = tokens[at]
        if token.text in _CLAUSE_ENDS or token.lower in _CONJUNCTIONS:
            break
        if token.text in {",", "and"} and _figure_after(tokens, at):
            break
        at += 1
    return at


def _figure_after(tokens: Sequence[Token], at: int) -> bool:
    words = number_words.words_of("en")
    for token in tokens[at + 1 : at + 6]:
        if token.kind == "number" or token.lower in words.vague or token.lower in words.units:  # fmt: skip
            return True
        if token.text in {",", "and"}:
            return False
    return False


def table(name: str) -> dict[str, str]:
    """Word → class of table `name` ("events", "topics", "heads", "subgroups")."""
    return wordlists.classes("measures", name)


def event(place: Place, quantity: Quantity, predicate: str, *, person: bool) -> str:
    """What happened to the counted things; "" if the sentence does not say."""
    events = table("events")
    head = nouns.singular(quantity.counted.split()[-1]) if quantity.counted else ""
    if head in events and not nouns.is_person(head):
        return _sense(events[head], head, person=person)
    after = place.after()
    if after and not quantity.counted and after[0].lower in events:  # 42 wounded
        return events[after[0].lower]
    found = (
        _object_of(place, person=person)
        or _subject_of(after, person=person)
        or _nearest(place.before(), person=person)
        or _beyond(place, person=person)
    )
    return found or events.get(predicate.lower(), predicate.lower())


def _sense(name: str, word: str, *, person: bool) -> str:
    return name if person else wordlists.mapping("measures", "things").get(word, name)


def _object_of(place: Place, *, person: bool) -> str:
    """The verb right before: "killed 12 people", "arrested “dozens” of officers"."""
    events, seen = table("events"), 0
    for token in place.before():
        if token.kind == "sign":
            continue
        if token.lower in events:
            return _sense(events[token.lower], token.lower, person=person)
        seen += 1
        if seen >= OBJECT_GAP:
            break
    return ""


def _subject_of(after: Sequence[Token], *, person: bool) -> str:
    """The verb that follows, in a relative clause only if there is no other."""
    events, relative = table("events"), False
    fallback = ""
    for token in after:
        relative = relative or token.lower in _RELATIVE
        if token.lower in events:
            name = _sense(events[token.lower], token.lower, person=person)
            if not relative:
                return name
            fallback = fallback or name
    return fallback


def _nearest(before: Sequence[Token], *, person: bool) -> str:
    events = table("events")
    for token in before:
        if token.lower in events:
            return _sense(events[token.lower], token.lower, person=person)
    return ""


def _beyond(place: Place, *, person: bool) -> str:
    """The event that a coordinated or containing figure states for this one too.

    "4,714 protesters and 42 minors were killed"; "killed 12, including 3 children".
    """
    events = table("events")
    lead = {t.lower for t in place.tokens[max(0, place.first - 3) : place.first]}
    if lead & _PARTITIVE:
        start = max(0, place.first - 2 * REACH_BEFORE)
        return _nearest(
            list(reversed(place.tokens[start : place.first])), person=person
        )
    if place.high < len(place.tokens) and place.tokens[place.high].lower in {
        "and",
        ",",
    }:
        for token in place.tokens[place.high : place.high + REACH_AFTER]:
            if token.text in _CLAUSE_ENDS:
                break
            if token.lower in events:
                return _sense(events[token.lower], token.lower, person=person)
    return ""


def topic(place: Place, quantity: Quantity) -> str:
    """What a percentage, an amount of money or a measured value is of."""
    name = _topic(place, quantity)
    # The size of a rise is not the level: "inflation rose 2 points", "... to 5 %".
    moved = trends.of(place.sentence, quantity) in {"up", "down"}
    return f"{name}-change" if moved and name else name


def _topic(place: Place, quantity: Quantity) -> str:
    topics, events = table("topics"), table("events")
    if quantity.unit == "year of age":
        return "age"
    for word in reversed(quantity.counted.lower().split()):
        if word in topics:
            return topics[word]
    before, after = place.before(), place.after()
    for token in [*after[:2], *before, *after[2:]]:
        if token.lower in topics:
            return topics[token.lower]
    if units.canonical(1.0, quantity.unit)[1] in {"second", "month"}:
        return "duration"
    for token in [*before, *after]:
        if token.lower in events:
            return events[token.lower]
    if quantity.counted:
        return nouns.singular(quantity.counted.split()[-1])
    words = (t.lower for t in before if t.kind == "word" and nouns.could_head(t.lower))
    return nouns.singular(next(words, ""))
