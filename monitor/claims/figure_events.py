"""Which event or topic a figure belongs to, read from the words around it.

An event is a class of what happened to the counted things ("killed"); a topic is
what a percentage or an amount of money is of ("inflation").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.claims import (
    nouns,
    number_words,
    numerals,
    trends,
    units,
    unstated,
    wordlists,
)
from monitor.claims.numerals import Token
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
_PASSIVE = frozenset(("be", "been", "being", "was", "were", "are", "is", "get", "got"))
_BOUNDS = frozenset(
    ("at least", "up to", "more than", "as many", "no fewer", "fewer than")
)
_RATES = frozenset(("rate", "rates"))
_PARTITIVE = frozenset(
    ("including", "among", "them", "whom", "these", "those", "from", "than", "against")
)


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

    def before(self) -> range:
        """Indices of the tokens before the number, nearest first."""
        start = max(self.low, self.first - REACH_BEFORE)
        return range(self.first - 1, start - 1, -1)

    def after(self) -> range:
        """Indices of the tokens after the number, nearest first."""
        return range(self.last, min(self.high, self.last + REACH_AFTER))

    def far_before(self) -> range:
        """The same beyond the stretch, back to the last full stop."""
        at = self.first
        while at and self.first - at < 2 * REACH_BEFORE:
            if self.tokens[at - 1].text in _CLAUSE_ENDS:
                break
            at -= 1
        return range(self.first - 1, at - 1, -1)

    def classed(self, name: str, at: int) -> tuple[str, str]:
        """(class, word) of token `at` in table `name`, two words first."""
        words = table(name)
        if at + 1 < len(self.tokens):
            pair = f"{self.tokens[at].lower}-{self.tokens[at + 1].lower}"
            if pair in words:
                return words[pair], pair
        word = self.tokens[at].lower
        if word in _RATES and at and self.tokens[at - 1].lower in words:
            word = self.tokens[at - 1].lower  # "the unemployment rate"
        return words.get(word, ""), word


def locate(quantity: Quantity, sentence: str) -> Place:
    """Where `quantity` stands; its offsets may be of another text."""
    start = quantity.start
    if sentence[start : quantity.end] != quantity.text:
        start = max(sentence.find(quantity.text), 0)
    end = start + len(quantity.text)
    tokens = numerals.tokenize(sentence)
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
    if quantity.unit == unstated.RANK:
        return unstated.RANK
    events = table("events")
    head = nouns.singular(quantity.counted.split()[-1]) if quantity.counted else ""
    if quantity.counted.lower() == "bodies":  # "governing bodies" are something else
        return "killed"
    if head == "life":  # lives are lost or saved
        return _object_of(place, person=True) or "killed"
    if head in events and not nouns.is_person(head):
        return _sense(events[head], head, person=person)
    after = _past_noun(place, quantity)
    at_once = table("headlines").get(place.tokens[after[0]].lower) if after else None
    if at_once:  # Thousands (of people) protest in the capital
        return at_once
    if after and after[0] == place.last and nouns.is_participle(place.tokens[place.last].text):  # fmt: skip
        return place.classed("events", place.last)[0]  # 42 wounded
    if unstated.is_comparison(quantity):
        return _first(place, place.far_before(), person=person)  # "could be higher"
    if _is_part(place):
        return _first(place, place.far_before(), person=person) or predicate.lower()
    found = (
        _object_of(place, person=person)
        or _subject_of(place, after, person=person)
        or _first(place, place.before(), person=person)
        or _beyond(place, person=person)
    )
    return found or events.get(predicate.lower(), predicate.lower())


def _is_part(place: Place) -> bool:
    """ "Including 40 children", "among them two infants": what befell the whole."""
    lead = {t.lower for t in place.tokens[max(0, place.first - 2) : place.first]}
    return bool(lead & {"including", "among"})


def _past_noun(place: Place, quantity: Quantity) -> range:
    """The tokens after the counted noun (after the number if it stands elsewhere)."""
    after = place.after()
    words = numerals.tokenize(quantity.counted)
    if not words:
        return after
    for at in after[: len(words) + 4]:
        if place.tokens[at].text == words[-1].text:
            return range(at + 1, after.stop)
    return after


def _sense(name: str, word: str, *, person: bool) -> str:
    return name if person else wordlists.mapping("measures", "things").get(word, name)


def _first(place: Place, tokens: range, *, person: bool) -> str:
    for at in tokens:
        name, word = place.classed("events", at)
        if name:
            return _sense(name, word, person=person)
    return ""


def _object_of(place: Place, *, person: bool) -> str:
    """The verb right before: "killed 12 people", "arrested “dozens” of officers"."""
    seen = 0
    for at in place.before():
        token = place.tokens[at]
        if token.text in {",", "and", "or"} or seen >= OBJECT_GAP:
            break
        if token.kind == "sign":
            continue
        name, word = place.classed("events", at)
        if name:
            return _sense(name, word, person=person)
        seen += 1
    return ""


def _subject_of(place: Place, after: range, *, person: bool) -> str:
    """The verb that follows, in a relative clause only if there is no other."""
    relative, fallback = False, ""
    for at in after:
        relative = relative or place.tokens[at].lower in _RELATIVE
        name, word = place.classed("events", at)
        if name and _takes_object(place, at):  # three bombings kill 12
            return ""
        if name and not relative:
            return _sense(name, word, person=person)
        fallback = fallback or (name and _sense(name, word, person=person))
    return fallback


def _takes_object(place: Place, at: int) -> bool:
    """Whether the verb at `at` is active and another figure is its object."""
    before = place.tokens[at - 1].lower if at else ""
    after = [t for t in place.tokens[at + 1 : at + 5] if t.text not in {"“", "”", '"'}]
    if before in _PASSIVE or not after:
        return False
    bound = " ".join(token.lower for token in after[:2])
    return _is_figure(after[0]) or bound in _BOUNDS


def _is_figure(token: Token) -> bool:
    words = number_words.words_of("en")
    return token.kind == "number" or token.lower in words.vague | words.units


def _beyond(place: Place, *, person: bool) -> str:
    """The event that a coordinated or containing figure states for this one too.

    "4,714 protesters and 42 minors were killed"; "killed 12, including 3 children";
    "26,314 were arrested, up from 24,669".
    """
    lead = {t.lower for t in place.tokens[max(0, place.first - 3) : place.first]}
    if lead & _PARTITIVE:
        return _first(place, place.far_before(), person=person)
    shared = _shared_verb(place, person=person)
    if shared:
        return shared
    if place.high < len(place.tokens) and place.tokens[place.high].lower in {
        "and",
        ",",
    }:
        end = min(len(place.tokens), place.high + REACH_AFTER)
        stop = next(
            (i for i in range(place.high, end) if place.tokens[i].text in _CLAUSE_ENDS),
            end,
        )
        return _first(place, range(place.high, stop), person=person)
    return ""


def _shared_verb(place: Place, *, person: bool) -> str:
    """The verb whose first object is another figure: "launched 120 drones and 40 ..."."""
    if place.low == 0 or place.tokens[place.low - 1].lower not in {"and", ","}:
        return ""
    for at in place.far_before():
        name, word = place.classed("events", at)
        if name:
            ahead = place.tokens[at + 1 : at + 3]
            return _sense(name, word, person=person) if any(t.kind == "number" for t in ahead) else ""  # fmt: skip
    return ""


def topic(place: Place, quantity: Quantity, deed: str = "") -> str:
    """What a percentage, an amount of money or a measured value is of.

    `deed` is the class of the clause's verb: what is done with money is what it is of,
    where no noun says it ("owes 1.2 billion").
    """
    if quantity.unit in _SELF_EXPLAINING:
        return _SELF_EXPLAINING[quantity.unit]
    name = _topic(place, quantity, deed)
    # The size of a rise is not the level: "inflation rose 2 points", "... to 5 %".
    moved = trends.of(place.sentence, quantity) in {"up", "down"}
    return f"{name}-change" if moved and name else name


# Units that say themselves what they measure.
_SELF_EXPLAINING = {"year of age": "age", "magnitude": "magnitude"}


def _topic(place: Place, quantity: Quantity, deed: str) -> str:
    topics = table("topics")
    counted = [topics[w] for w in quantity.counted.lower().split() if w in topics]
    # "5.8 % of GDP": the noun after "of" is what the share is taken from.
    of = place.last < len(place.tokens) and place.tokens[place.last].lower == "of"
    if counted and not of:
        return counted[-1]
    if quantity.counted and _is_physical(quantity):
        return nouns.singular(quantity.counted.split()[-1])
    if units.canonical(1.0, quantity.unit)[1] in {"second", "month"}:
        near = [*place.before()[:6], *place.after()[:3]]
        served = any(place.classed("topics", at)[0] == "sentence" for at in near)
        return "sentence" if served else "duration"
    before, after = place.before(), place.after()
    for tokens in (after[:2] if not of else after[:0], before, after[2:]):
        found = next((n for at in tokens if (n := place.classed("topics", at)[0])), "")
        if found:
            return found
    if counted:
        return counted[-1]
    if quantity.unit in {"", "point"}:  # "the index closed at 33,841"
        return _plain_topic(place, quantity)
    named = _first(place, before, person=False) or _first(place, after, person=False)
    return named or _plain_topic(place, quantity, deed)


def _is_physical(quantity: Quantity) -> bool:
    base = units.canonical(1.0, quantity.unit)[1]
    abstract = base in {"percent", "percentage point", "second", "month", "point"}
    return not abstract and not units.is_currency(quantity.unit)


def _plain_topic(place: Place, quantity: Quantity, deed: str = "") -> str:
    """The noun that is counted, or the nearest topic, the deed, or noun before."""
    if quantity.counted:
        return nouns.singular(quantity.counted.split()[-1])
    far = place.far_before()
    found = next((n for at in far if (n := place.classed("topics", at)[0])), "")
    if not found and units.is_currency(quantity.unit) and deed not in _SAYS_LITTLE:
        return deed
    words = (place.tokens[at] for at in place.before())
    heads = (t.lower for t in words if t.kind == "word" and _names_topic(t.lower))
    return found or nouns.singular(next(heads, ""))


_SAYS_LITTLE = frozenset(("", "be", "have", "do", "get", "make", "take", "put", "say"))


def _names_topic(word: str) -> bool:
    moving = any(word in wordlists.words("trends", n) for n in ("moves", "up", "down"))
    dated = word in wordlists.words("not_counts", "weekdays")
    return nouns.could_head(word) and not moving and not dated


def is_period(place: Place, quantity: Quantity) -> bool:
    """Whether a length of time only says when: "in the past 24 hours", "5 days ago"."""
    if units.canonical(1.0, quantity.unit)[1] not in {"second", "month"}:
        return False
    before = [t.lower for t in place.tokens[max(0, place.first - 2) : place.first]]
    after = [t.lower for t in place.tokens[place.last : place.last + 1]]
    return bool(set(before) & _PERIOD_BEFORE or set(after) & _PERIOD_AFTER)


_PERIOD_BEFORE = frozenset(
    ("past", "last", "next", "previous", "coming", "first", "recent", "within", "every")
)
_PERIOD_AFTER = frozenset(("ago", "later", "earlier", "before", "after", "since"))
