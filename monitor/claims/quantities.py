"""Quantities in running text: value interval, comparator, unit, what is counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from monitor.claims import (
    amounts,
    cues,
    intervals,
    nouns,
    number_words,
    numerals,
    trends,
    units,
    unstated,
    wordlists,
)
from monitor.claims.amounts import Amount
from monitor.claims.dates import EventDate, calendar_spans
from monitor.claims.numerals import Token
from monitor.model import Comparator, Quantity

compatible = intervals.compatible
describe_change = intervals.describe_change
same_value = intervals.same_value
trend = trends.of

# Nobody older is in the news; a bigger number after a name is something else.
OLDEST = 120
# After a mere comma a noun is left out only if the figures are this close, in tokens.
NEAR = 3
# The longest comparator phrase ("about as many as") in words.
LONGEST_COMPARATOR = 5
_QUOTES = frozenset("“”\"'‘’(«»")
# Between two figures these let the second leave its noun out.
_ELLIPSIS = frozenset(
    ("and", "while", ",", "with", "or", "from", "against", "versus", "than", "to")
)
_PARTS = frozenset(("including", "among"))
# Those of whom a number is a part.
_WHOLE = frozenset(("them", "whom", "these", "those"))
_TAILS = {"plus": Comparator.AT_LEAST, "odd": Comparator.ABOUT}
_SIGNS = {
    "~": Comparator.ABOUT, "≈": Comparator.ABOUT, "±": Comparator.ABOUT,
    "<": Comparator.LESS, ">": Comparator.MORE, "≥": Comparator.AT_LEAST,
    "≤": Comparator.AT_MOST,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Phrases:
    before: dict[tuple[str, ...], Comparator]
    after: dict[tuple[str, ...], Comparator]


@cache
def _phrases(language: str) -> _Phrases:
    code = language.lower().replace("_", "-").split("-")[0]
    table = number_words.tables()
    own = table.get(code, table["en"])

    def entries(key: str) -> dict[tuple[str, ...], Comparator]:
        return {
            tuple(t.lower for t in numerals.tokenize(phrase, language)): Comparator(
                sign
            )
            for sign, phrases in own.get(key, {}).items()
            for phrase in phrases
        }

    return _Phrases(entries("comparators"), entries("comparators_after"))


def find(
    text: str,
    *,
    language: str = "en",
    dates: Sequence[EventDate] = (),
) -> tuple[Quantity, ...]:
    """Every quantity of `text`, left to right; calendar dates and names are none.

    `dates` are those already found in `text` (offsets into it).
    """
    tokens = numerals.tokenize(text, language)
    found: list[Quantity] = []
    previous: tuple[Amount, Quantity] | None = None
    blocked = _blocked(tokens, text, language, dates)
    for amount in amounts.find(tokens, text, language, blocked):
        quantity = _quantity(tokens, text, amount, language)
        if previous is not None:
            quantity = _elided(tokens, amount, quantity, *previous)
            if not found[-1].unit and _shares_noun(tokens, previous[0], quantity):
                found[-1] = replace(found[-1], unit=quantity.unit, counted=quantity.counted)  # fmt: skip
        found.append(quantity)
        if previous is None or not _is_part(tokens, amount):
            previous = amount, quantity
    if language.startswith("en"):
        found += unstated.find(text, found)
    return tuple(sorted(found, key=lambda q: q.start))


def _is_part(tokens: Sequence[Token], amount: Amount) -> bool:
    """ "Four people, including two children, were killed and 30 wounded"."""
    return tokens[amount.first - 1].lower in _PARTS if amount.first else False


def _blocked(
    tokens: Sequence[Token], text: str, language: str, known: Sequence[EventDate]
) -> list[bool]:
    """Which tokens belong to a calendar date (not to "two weeks ago")."""
    spans = [(d.start, d.end) for d in known if d.calendar]
    spans += calendar_spans(text, language)
    blocked, at = [False] * len(tokens), 0
    for start, end in sorted(set(spans)):
        while at < len(tokens) and tokens[at].end <= start:
            at += 1
        while at < len(tokens) and tokens[at].start < end:
            blocked[at] = True
            at += 1
    return blocked


def _quantity(
    tokens: Sequence[Token], text: str, amount: Amount, language: str
) -> Quantity:
    comparator, first, last = _comparator(tokens, amount, language)
    low, high = _interval(amount, comparator)
    if comparator is None:
        comparator = Comparator.VAGUE if amount.vague else Comparator.EQUAL
    english = language.lower().startswith("en")
    read = _counted if english else _counted_elsewhere
    counted, unit = read(tokens, text, amount, last)
    start, end = tokens[first].start, tokens[last - 1].end
    return Quantity(low, high, comparator, unit, counted, text[start:end], start, end)


def _interval(
    amount: Amount, comparator: Comparator | None
) -> tuple[float | None, float | None]:
    if comparator in {Comparator.AT_LEAST, Comparator.MORE}:
        return amount.low, None
    if comparator in {Comparator.AT_MOST, Comparator.LESS}:
        return None, amount.high
    return amount.low, amount.high


def _comparator(
    tokens: Sequence[Token], amount: Amount, language: str
) -> tuple[Comparator | None, int, int]:
    """The comparator and the token range of amount and comparator together."""
    phrases = _phrases(language)
    at, first = amount.first, amount.first
    while at and tokens[at - 1].text in _QUOTES:
        at -= 1
    if amount.joined and at and tokens[at - 1].lower in {"between", "from"}:
        at = first = at - 1
    if at and tokens[at - 1].text in _SIGNS:
        return _SIGNS[tokens[at - 1].text], at - 1, amount.last
    if at > 1 and tokens[at - 1].text == "-" and tokens[at - 2].lower == "sub":
        return Comparator.LESS, at - 2, amount.last
    stated = _phrase_before(tokens, amount, at, phrases) or _greatest(tokens, at)
    after, first, last = _stated_after(tokens, amount, first, phrases)
    if stated:
        return stated[0], stated[1], last
    return after, first, last


def _phrase_before(
    tokens: Sequence[Token], amount: Amount, at: int, phrases: _Phrases
) -> tuple[Comparator, int] | None:
    for width in range(min(LONGEST_COMPARATOR, at), 0, -1):
        if width == 1 and amount.vague and amount.low < 10:
            break  # "studied under several masters": a mere preposition
        words = tuple(token.lower for token in tokens[at - width : at])
        if words == ("over",) and _spread(tokens, amount, at - width):
            break
        if words in phrases.before and not _mere_motion(tokens, at - width, words):
            return phrases.before[words], at - width
    return None


def _greatest(tokens: Sequence[Token], at: int) -> tuple[Comparator, int] | None:
    """ "A maximum sentence of 10 years", "a minimum deposit of 300 euros"."""
    if at < 3 or tokens[at - 1].lower != "of" or tokens[at - 2].kind != "word":
        return None
    bound = _EXTREMES.get(tokens[at - 3].lower)
    return (bound, at - 3) if bound is not None else None


_EXTREMES = {"maximum": Comparator.AT_MOST, "minimum": Comparator.AT_LEAST}


def _spread(tokens: Sequence[Token], amount: Amount, at: int) -> bool:
    """ "6.5 percent over two years": the time it takes, not a bound."""
    unit = tokens[amount.last - 1 : amount.last + 1]
    timed = any(token.lower in _SPANS for token in unit)
    return timed and bool(at) and tokens[at - 1].lower in _SHARES


_SPANS = frozenset(
    ("days", "weeks", "months", "quarters", "years", "decades", "day", "year")
)
_SHARES = frozenset(
    ("percent", "%", "pc", "points", "million", "billion", "dollars", "euros", "pounds")
)


def _stated_after(
    tokens: Sequence[Token], amount: Amount, first: int, phrases: _Phrases
) -> tuple[Comparator | None, int, int]:
    if amount.tail:
        return _TAILS[amount.tail], first, amount.last
    if amount.last < len(tokens) and tokens[amount.last].text == "+":
        return Comparator.AT_LEAST, first, amount.last + 1
    for width in range(LONGEST_COMPARATOR, 0, -1):
        behind = tokens[amount.last : amount.last + width]
        words = tuple(t.lower for t in behind)
        if words in phrases.after and not behind[0].text[:1].isupper():  # 737 Max
            return phrases.after[words], first, amount.last + len(words)
    return None, first, amount.last


def _mere_motion(tokens: Sequence[Token], at: int, words: tuple[str, ...]) -> bool:
    """ "Up to" is no bound in "back up to 4.8 percent" or "moved up to 5"."""
    if words == ("top",):  # "the top 5 ..." against "deaths top 5,000"
        return not at or not nouns.is_plural(tokens[at - 1].text)
    if words != ("up", "to") or not at:
        return False
    moves = wordlists.words("trends", "moves")
    back = tokens[at - 1].lower == "back"  # not "claw back up to 50 million"
    return tokens[at - 1 - back].lower in moves or (back and at < 2)


def _counted(
    tokens: Sequence[Token], text: str, amount: Amount, at: int
) -> tuple[str, str]:
    """What is counted and the unit (the singular head noun if there is no other)."""
    past = _past_whole(tokens, at)
    if past == at and [t.lower for t in tokens[at : at + 2]] == ["of", "whom"]:
        return "", amount.unit or "person"
    at = past
    one_of = at < len(tokens) and tokens[at].lower == "of"
    plural = (amount.high != 1 and not amount.attached) or one_of
    if at < len(tokens) and amount.attached and not amount.unit:
        at += 1
    if amount.vague and at < len(tokens) and tokens[at].lower not in _QUOTES | {"of", "more", "other"} and amount.low >= 20 and not amount.unit and _stands_alone(tokens, amount):  # fmt: skip
        return "", ""  # "Thousands protest in the capital"
    after = nouns.phrase_after(tokens, at, plural=plural)
    if amount.attached and not amount.unit and at < len(tokens):  # a 52-count charge
        if tokens[at].lower == "strong":  # a 10,000-strong crowd
            after = nouns.phrase_after(tokens, at + 1, plural=False) or (at, at + 1)
            return _readable(tokens, text, after), nouns.singular(tokens[after[1] - 1].text)  # fmt: skip
        return tokens[at].text, nouns.singular(tokens[at].text)
    if not amount.unit and _is_age(tokens, amount):
        return "", "year of age"
    if amount.unit:
        of = at < len(tokens) and tokens[at].lower == "of"
        tied = after and (
            amount.attached or of or nouns.is_plural(tokens[after[1] - 1].text)
        )
        return (_readable(tokens, text, after) if after and tied else ""), amount.unit
    if not after:
        return "", ""
    return _readable(tokens, text, after), nouns.singular(tokens[after[1] - 1].text)


def _past_whole(tokens: Sequence[Token], at: int) -> int:
    """ "22 of them soldiers", "12 of whom were children": what the part is."""
    words = [t.lower for t in tokens[at : at + 3]]
    if words[:1] != ["of"] or not _WHOLE & set(words[1:2]):
        return at
    behind = at + 2 + (words[2:] == ["were"] or words[2:] == ["are"])
    noun = tokens[behind].text if behind < len(tokens) else ""
    told = nouns.is_plural(noun) or nouns.is_person(noun)
    return behind if told and nouns.could_head(noun.lower()) else at


def _shares_noun(tokens: Sequence[Token], part: Amount, whole: Quantity) -> bool:
    """ "120 of 300 seats", "15 of the 20 hostages", "1,000 and 1,300 jobs"."""
    ahead = tokens[part.last : part.last + 2 * NEAR]
    between = {token.lower for token in ahead if token.end <= whole.start}
    if between and between <= {"and", "or", ","}:
        return not nouns.is_participle(tokens[min(part.last, len(tokens) - 1)].text)
    return "of" in between and between <= {"of", "the", "out", "its", "their", "all"}


def _converted(quantity: Quantity, earlier: Quantity) -> Quantity:
    """7.5 million crowns ($1.1 million): the bracket repeats the bound before it."""
    if not units.named(earlier.unit) or earlier.comparator is Comparator.VAGUE:
        return quantity
    if earlier.minimum is not None and earlier.minimum != earlier.maximum and earlier.maximum is not None:  # fmt: skip
        return quantity
    low = quantity.minimum if earlier.minimum is not None else None
    high = quantity.maximum if earlier.maximum is not None else None
    return replace(quantity, comparator=earlier.comparator, minimum=low, maximum=high)


def _counted_elsewhere(
    tokens: Sequence[Token], text: str, amount: Amount, at: int
) -> tuple[str, str]:
    """The word after the number, for languages whose nouns we can't tell."""
    while at < len(tokens) and tokens[at].lower in wordlists.words("nouns", "linking"):
        at += 1
    bare = at == len(tokens) or tokens[at].kind != "word"
    if amount.unit or bare or nouns.is_participle(tokens[at].text):
        return "", amount.unit
    word = tokens[at].text
    person = nouns.is_generic_person(word)
    return word, "person" if person else word.lower()


def _stands_alone(tokens: Sequence[Token], amount: Amount) -> bool:
    """A plural amount word is a noun itself: hundreds, thousands, dozens."""
    return tokens[amount.last - 1].lower in number_words.words_of("en").vague


def _is_age(tokens: Sequence[Token], amount: Amount) -> bool:
    """ "Name, 82, said": a bare number between commas after a capitalised word."""
    first, last = amount.first, amount.last
    if not first or amount.spelt or amount.low > OLDEST:
        return False
    if tokens[first - 1].lower in {"aged", "age", "ages"}:
        return True
    if amount.joined:
        return False
    if last + 1 < len(tokens) and tokens[last + 1].lower in {"older", "younger"}:
        return True  # those 65 and older
    if first < 2:
        return False
    if tokens[first - 1].lower in {"under", "over", "above", "below"}:
        group = tokens[first - 2].lower  # people under 30
        alone = last == len(tokens) or not tokens[last].text[0].isdigit()
        return alone and (nouns.is_person(group) or group in {"those", "anyone"})
    after = tokens[last].text if last < len(tokens) else "."
    who = tokens[first - 2]
    named = who.kind == "word" and who.text[:1].isupper()
    named = named or who.lower in cues.speakers("person")  # "the king, 78, has"
    return tokens[first - 1].text == "," and after in {",", ".", ")"} and named


def _readable(tokens: Sequence[Token], text: str, span: tuple[int, int]) -> str:
    return text[tokens[span[0]].start : tokens[span[1] - 1].end]


def _elided(
    tokens: Sequence[Token],
    amount: Amount,
    quantity: Quantity,
    before: Amount,
    earlier: Quantity,
) -> Quantity:
    """Take noun and bound from the previous conjunct ("... and 330,000 injured")."""
    between = [t for t in tokens[before.last : amount.first] if t.end <= quantity.start]
    if not between or any(token.text in ".!?;" for token in between):
        return quantity
    words = {token.lower for token in between}
    if quantity.comparator is Comparator.EQUAL and words <= {"(", "/", "or", ","} and words != {","} and units.named(quantity.unit):  # fmt: skip
        return _converted(quantity, earlier)
    if quantity.unit or not earlier.unit or units.named(earlier.unit):
        return quantity
    if between[-1].lower in wordlists.words(
        "nouns", "harming"
    ):  # "killing at least 12"
        return replace(quantity, unit="person")
    if not words & _ELLIPSIS or (words & _ELLIPSIS == {","} and len(between) > NEAR):
        return quantity
    shared = replace(quantity, unit=earlier.unit, counted=earlier.counted)
    if nouns.is_participle(earlier.unit):  # "40 dead and 120 injured"
        shared = replace(quantity, unit="person")
    bound = {Comparator.AT_LEAST, Comparator.MORE}
    if quantity.comparator is Comparator.EQUAL and earlier.comparator in bound and "and" in words:  # fmt: skip
        return replace(shared, comparator=earlier.comparator, maximum=None)
    return shared
