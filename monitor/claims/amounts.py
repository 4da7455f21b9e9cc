"""Numbers with their currency, unit and range partner: the amounts of a text.

An amount knows its tokens, so that comparators before and nouns after it can be
read; what only looks like a number (names, scores, times, years) is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor.claims import fractions, not_counts, number_words, numbers, ranges, units
from monitor.claims.numbers import Number
from monitor.claims.numerals import Token

HYPHENS = frozenset("-‐‑")
DASHES = frozenset("-‐‑–—−")
# One-letter symbols that are also words or names stand right after the digits,
# or are capitals after a space (5 W, 12 C).
_SPACED_LETTERS = frozenset("VWACFRJKLBgmlh")
_SYSTEMS = frozenset(("us", "imperial", "uk", "metric", "troy"))
_POWERS = {"k": 1e3, "K": 1e3, "M": 1e6, "m": 1e6, "B": 1e9, "b": 1e9, "T": 1e12}
_PERIODS = frozenset(
    [
        "second",
        "minute",
        "hour",
        "day",
        "night",
        "week",
        "weekend",
        "month",
        "quarter",
        "year",
        "decade",
        "game",
        "season",
        "share",
        "barrel",
        "ounce",
        "litre",
        "liter",
        "gallon",
        "tonne",
        "ton",
        "unit",
        "person",
        "head",
        "capita",
        "kilometre",
        "kilometer",
        "km",
        "mile",
        "square",
        "pound",
        "kilogram",
        "kg",
        "gram",
        "vote",
    ]
)


@dataclass(frozen=True, slots=True)
class Amount:
    """`low`..`high` in `unit` over tokens `first`..`last` (exclusive).

    `number` is the index of the numeral's own first token; `attached`: a hyphen
    ties it to what follows ("three-point range"); `joined`: it was a range;
    `tail`: "plus" or "odd" was tied to it.
    """

    low: float
    high: float | None
    vague: bool
    unit: str
    first: int
    last: int
    number: int
    spelt: bool
    attached: bool = False
    joined: bool = False
    scale: float = 1.0
    tail: str = ""


def find(
    tokens: Sequence[Token], text: str, language: str, blocked: Sequence[bool]
) -> list[Amount]:
    """Every amount, left to right. `blocked[i]`: token i belongs to a date."""
    found: list[Amount] = []
    starts = number_words.words_of(language).starts
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if blocked[at] or not (
            token.kind != "word" or token.lower in starts or token.lower[-4:] == "fold"
        ):
            at += 1
            continue
        number = fractions.read(tokens, at) or numbers.read(tokens, at, language)
        if number is None:
            at += 1
            continue
        end = not_counts.end_of(tokens, number, text, language=language)
        if end:
            at = end
            continue
        amount = _dress(tokens, text, number)
        ranged, after = _ranged(tokens, text, amount, language, blocked)
        at = max(after, number.last)
        if ranged is not None and not not_counts.is_year(tokens, ranged.first, ranged):
            found.append(ranged)
    return found


def _lower(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].lower if 0 <= at < len(tokens) else ""


def _touching(tokens: Sequence[Token], at: int) -> bool:
    return 0 < at < len(tokens) and tokens[at - 1].end == tokens[at].start


def _dress(tokens: Sequence[Token], text: str, number: Number) -> Amount:
    """The number with the currency before it and the unit after it."""
    money, first = _currency_before(tokens, text, number.first)
    before = _lower(tokens, first - 1)
    negative = before == "minus" or (
        before in {"-", "−"} and _is_minus(tokens, first - 1)
    )
    first -= negative
    low, high = number.low, number.high
    last, scale = number.last, number.scale
    if not number.spelt:
        power, last = _power_after(tokens, last, money=bool(money))
        low, scale = numbers.times(low, power), scale * power
        high = None if high is None else numbers.times(high, power)
    tail, last = _tail(tokens, last)
    named, end, attached = _unit_after(tokens, text, last, spelt=number.spelt)
    if money and not units.is_currency(named):
        named, end, attached = money, last, False
    elif money and not named.isupper():  # "$5 dollars", but "$1.14 EUR"
        named = money
    unit, last = named or _unit_by_form(tokens, number), end
    last += unit == "fold" and _lower(tokens, last) == "x"
    if not unit and _lower(tokens, first - 1) == "magnitude":
        unit, first = "magnitude", first - 1
    elif not unit and _lower(tokens, first - 2) == "magnitude" and before == "of":
        unit = "magnitude"
    if not named and number.exact and 0 < number.low < 1:
        part, end = _unit_of_part(tokens, text, last)
        unit, last = (part, end) if part else (unit, last)
    amount = Amount(
        low, high, number.vague, unit, first, last, number.first, number.spelt,
        attached, scale=scale, tail=tail,
    )  # fmt: skip
    if negative and number.exact:
        amount = replace(amount, low=-low, high=-low)
    return _with_rate(tokens, text, amount)


def _tail(tokens: Sequence[Token], at: int) -> tuple[str, int]:
    """10-plus years, 70-odd people."""
    tied = _lower(tokens, at) in HYPHENS and _touching(tokens, at)
    word = _lower(tokens, at + 1)
    return (word, at + 2) if tied and word in {"plus", "odd"} else ("", at)


def _unit_by_form(tokens: Sequence[Token], number: Number) -> str:
    """Fractions and multiples carry their unit in their own form."""
    if number.exact and 0 < number.low < 1 and number.spelt:
        return "fraction"
    if _lower(tokens, number.last) == "x" and _touching(tokens, number.last):
        return "fold"  # rose 10x
    if tokens[number.first].lower == "decades":
        return "year"
    return "fold" if tokens[number.first].lower.endswith("fold") else ""


def _is_minus(tokens: Sequence[Token], at: int) -> bool:
    """A sign right before the digits and not after a word or digit."""
    if not _touching(tokens, at + 1):
        return False
    return at == 0 or not _touching(tokens, at) or tokens[at - 1].text in "(“\"'"


def _currency_before(tokens: Sequence[Token], text: str, first: int) -> tuple[str, int]:
    """The currency code and the token where it starts ("US $", "RM", "AUD")."""
    end = tokens[first].start
    for width in (3, 2, 1):
        start = first - width
        if start < 0 or end - tokens[start].start > 8:
            continue
        written = "".join(text[tokens[start].start : end].split())
        unit = units.lexicon().symbols.get(written)
        article = tokens[start].lower == "a" and " " in text[tokens[start].start : end]
        if written in units.LETTERS and not_counts.is_sum(tokens, first):
            return units.LETTERS[written], start
        if unit is not None and unit.currency and not article:  # "a $5 fine"
            return unit.name, start
    return "", first


def _power_after(tokens: Sequence[Token], at: int, *, money: bool) -> tuple[float, int]:
    """M, bn, k right after the digits; a bare m is a million only for money."""
    symbol = tokens[at].text if at < len(tokens) else ""
    if symbol not in _POWERS or not (
        _touching(tokens, at) or (money and symbol in "mM")
    ):
        return 1.0, at
    if symbol in {"b", "B", "T"} and not money:
        return 1.0, at
    if symbol == "m" and not money and not not_counts.counts_things(tokens, at + 1):
        return 1.0, at
    return _POWERS[symbol], at + 1


def _unit_after(
    tokens: Sequence[Token], text: str, at: int, *, spelt: bool
) -> tuple[str, int, bool]:
    """Unit name, the token after it, and whether a hyphen tied it to the number."""
    start, attached = at, False
    if _lower(tokens, at) in HYPHENS and _touching(tokens, at):
        if not _touching(tokens, at + 1):
            return "", at, False
        start, attached = at + 1, True
    if _lower(tokens, start) in _SYSTEMS:  # one US fluid ounce
        start += 1
    for width in range(units.LONGEST_NAME, 0, -1):
        end = start + width
        if end > len(tokens):
            continue
        written = text[tokens[start].start : tokens[end - 1].end]
        unit = units.lookup(written)
        if unit and _unit_fits(tokens, start, end, written, spelt=spelt):
            if unit.name == "GBP" and _weighs(tokens, start, end):
                return "pound-mass", end, attached
            return unit.name, end, attached
    if attached:
        return "", at, True
    return "", at, False


def _weighs(tokens: Sequence[Token], start: int, end: int) -> bool:
    """Pounds of weight, not of money: "8-pound", "236 pounds of ...", "weighs ..."."""
    if tokens[start - 1].text in HYPHENS:
        return True
    if _lower(tokens, end) in {"of", "heavier", "lighter", "overweight", "per"}:
        return True
    before = tokens[max(0, start - 6) : start]
    return any(
        token.lower.startswith(("weigh", "heav", "lift", "thrust")) for token in before
    )


def _unit_of_part(tokens: Sequence[Token], text: str, at: int) -> tuple[str, int]:
    """1/16 of a US pint."""
    if _lower(tokens, at) != "of" or _lower(tokens, at + 1) not in {"a", "an", "one"}:
        return "", at
    start = at + 2 + (_lower(tokens, at + 2) in _SYSTEMS)
    named, end, _ = _unit_after(tokens, text, start, spelt=False)
    return (named, end) if named else ("", at)


def _unit_fits(
    tokens: Sequence[Token], start: int, end: int, written: str, *, spelt: bool
) -> bool:
    """Whether the symbol really is a unit here, not a letter or a name."""
    close = _touching(tokens, start)
    if len(written) == 1 and written.isalpha():
        return not spelt and (close or written in _SPACED_LETTERS)
    if close and spelt and written.isalpha() and tokens[start - 1].text not in HYPHENS:
        return False
    if _touching(tokens, end) and tokens[end].kind == "number":
        return False
    # "second-half goals", "time-wasting"
    follows = _lower(tokens, end) in HYPHENS and _touching(tokens, end)
    return not (follows and written.lower() in {"second", "time", "point", "minute"})


_SINCE = frozenset(("ago", "earlier", "later", "before", "after", "prior"))


def _with_rate(tokens: Sequence[Token], text: str, amount: Amount) -> Amount:
    """`per barrel`, `a month`, `/day` after a unit; "20 per week" after none."""
    at = amount.last
    word = _lower(tokens, at)
    if word not in {"per", "a", "an", "/", "each", "every"}:
        return amount
    if word in {"a", "an", "each", "every"} and not amount.unit:
        return amount
    if word == "/" and not (_touching(tokens, at) and amount.unit):
        return amount
    end = at + 2
    if end > len(tokens) or tokens[at + 1].kind != "word":
        return amount
    period, end = _period(tokens, text, at + 1)
    if _lower(tokens, end) in _SINCE:
        return amount  # "2.6 per cent a month earlier"
    if not period or (word != "per" and word != "/" and period not in _PERIODS):
        return amount
    return replace(amount, unit=f"{amount.unit} per {period}".strip(), last=end)


def _period(tokens: Sequence[Token], text: str, at: int) -> tuple[str, int]:
    for width in (2, 1):
        if at + width > len(tokens):
            continue
        unit = units.lookup(text[tokens[at].start : tokens[at + width - 1].end])
        if unit:
            return unit.name, at + width
    return tokens[at].lower, at + 1


def _ranged(
    tokens: Sequence[Token],
    text: str,
    amount: Amount,
    language: str,
    blocked: Sequence[bool],
) -> tuple[Amount | None, int]:
    """`amount` joined with its partner if it opens a range; None for a score.

    The second item is the token to go on from.
    """
    join, at = _joint(tokens, amount)
    if amount.vague or not join:
        return amount, amount.last
    partner = _partner(tokens, text, at, language, blocked)
    if partner is None:
        return amount, amount.last
    tight = join in DASHES and _touching(tokens, at - 1)
    verdict = ranges.verdict(tokens, amount, partner, join, tight=tight)
    if verdict == "score":
        return None, partner.last
    if verdict == "apart":
        return amount, amount.last
    return _join(amount, partner), partner.last


def _joint(tokens: Sequence[Token], amount: Amount) -> tuple[str, int]:
    """The word that may tie a second number to `amount`, and the token after it."""
    at = amount.last
    word = _lower(tokens, at)
    if word in HYPHENS and _lower(tokens, at + 1) == "to":  # 0-to-60, 200,000-to-...
        return "to", at + 2 + (_lower(tokens, at + 2) in HYPHENS)
    if word == "up" and _lower(tokens, at + 1) == "to":  # 450 sq ft up to 900
        return "to", at + 2
    if word == "to":
        return "to", at + 1 + (_lower(tokens, at + 1) in HYPHENS)
    if word == "/" and amount.unit and _lower(tokens, at + 1) in {"$", "£", "€"}:
        return "-", at + 1
    if word in DASHES or word in {"and", "or", "bis", "à"}:
        return word, at + 1
    return "", at


def _partner(
    tokens: Sequence[Token],
    text: str,
    at: int,
    language: str,
    blocked: Sequence[bool],
) -> Amount | None:
    for start in range(at, min(at + 3, len(tokens))):
        if blocked[start]:
            return None
        number = numbers.read(tokens, start, language)
        if number is None:
            continue
        if not number.exact or not_counts.end_of(tokens, number, text, partner=True):
            return None
        found = _dress(tokens, text, number)
        return found if found.first <= at <= found.number else None
    return None


def _join(left: Amount, right: Amount) -> Amount:
    low = left.low
    # "10 to 15 billion": the scale of the second holds for the first.
    if right.scale > 1 and left.scale == 1 and right.high is not None:
        mantissa = right.high / right.scale
        if low <= mantissa:
            low = numbers.times(low, right.scale)
    return Amount(
        low, right.high, False, right.unit or left.unit, left.first, right.last,
        left.number, left.spelt, right.attached, joined=True, scale=right.scale,
    )  # fmt: skip
