"""Written numbers in running text: numerals by locale, words, scales, vague amounts.

A number here is only a value with its span; what it counts, its unit and its
comparator are the business of `monitor.claims.quantities`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from monitor.claims.number_words import Words, words_of
from monitor.claims.numerals import Token, numeral

# Words a number may be spelt with ("nine hundred and ninety-nine thousand ...").
LONGEST_PHRASE = 24

_FRACTIONS = {
    "¼": 0.25, "½": 0.5, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3, "⅕": 0.2, "⅛": 0.125,
}  # fmt: skip
# A slash between other numbers is a rating, a date or a score.
_DENOMINATORS = frozenset((2.0, 3.0, 4.0, 5.0, 8.0, 16.0, 32.0, 64.0, 128.0))
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_BEFORE_FEW = frozenset(
    ("last", "past", "next", "first", "the", "these", "those", "every")
)


@dataclass(frozen=True, slots=True)
class Number:
    """A value or a vague interval; `high` is None when the interval is open.

    `first`/`last` index the tokens it covers (`last` exclusive). `scale` is the
    power word that multiplied it (1 = none), so that "5 to 7 million" can share it.
    """

    low: float
    high: float | None
    vague: bool
    first: int
    last: int
    spelt: bool = False
    scale: float = 1.0

    @property
    def exact(self) -> bool:
        """One value, not an interval."""
        return self.low == self.high


def times(value: float, power: float) -> float:
    """`value` × `power` in decimal arithmetic: 8.2 million is 8,200,000."""
    return float(Decimal(repr(value)) * Decimal(repr(power)))


def read(tokens: Sequence[Token], at: int, language: str = "en") -> Number | None:
    """The longest number that starts at token `at`, or None."""
    token, words = tokens[at], words_of(language)
    if token.kind == "number":
        return _numeric(tokens, at, language)
    if token.text in _FRACTIONS:
        value = _FRACTIONS[token.text]
        return _scaled(tokens, at + 1, words, at, value, spelt=False)
    if token.kind != "word":
        return None
    for reader in (_indefinite, _amount, _spelt, _multiple):
        number = reader(tokens, at, words)
        if number:
            return number
    return None


def _word(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].lower if 0 <= at < len(tokens) else ""


def _touches(tokens: Sequence[Token], at: int) -> bool:
    """Whether token `at` follows its predecessor without a gap."""
    return 0 < at < len(tokens) and tokens[at - 1].end == tokens[at].start


def _numeric(tokens: Sequence[Token], at: int, language: str) -> Number | None:
    value = numeral(tokens[at].text, language)
    if value is None:
        return None
    after = at + 1
    nxt = _word(tokens, after)
    if nxt in _FRACTIONS:  # 2½
        value, after = value + _FRACTIONS[nxt], after + 1
    elif not _touches(tokens, after) and _is_quotient(tokens, after):  # 3 1/2 years
        part = _quotient(tokens, after, numeral(tokens[after].text, language) or 0.0)
        if part:
            return Number(value + part.low, value + part.low, False, at, part.last)
    elif nxt in {"/", "⁄"} and _touches(tokens, after):  # 1/16
        quotient = _quotient(tokens, at, value)
        if quotient:
            return quotient
    elif nxt in {"×", "x"} and _word(tokens, after + 1) == "10":  # 1.99×10−30
        power = _power(tokens, at, value)
        if power:
            return power
    words = words_of(language)
    if _word(tokens, after) == "and" and _half(tokens, after + 1):  # 2 and a half
        value, after = value + 0.5, after + 3
    return _scaled(tokens, after, words, at, value, spelt=False)


def _is_quotient(tokens: Sequence[Token], at: int) -> bool:
    return (
        at + 2 < len(tokens)
        and tokens[at].kind == "number"
        and tokens[at + 1].text in {"/", "⁄"}
        and _touches(tokens, at + 1)
    )


def _half(tokens: Sequence[Token], at: int) -> bool:
    return _word(tokens, at) in {"a", "one"} and _word(tokens, at + 1) == "half"


def _quotient(tokens: Sequence[Token], at: int, top: float) -> Number | None:
    if not _touches(tokens, at + 2) or tokens[at + 2].kind != "number":
        return None
    below = numeral(tokens[at + 2].text)
    closed = not (_touches(tokens, at + 3) and _word(tokens, at + 3) in {"/", "⁄"})
    if below in _DENOMINATORS and closed and 0 < top < below and top == int(top):  # fmt: skip
        return Number(top / below, top / below, False, at, at + 3)
    return None


def _power(tokens: Sequence[Token], at: int, value: float) -> Number | None:
    last, sign = at + 3, 1
    if _word(tokens, last) in {"-", "−", "–", "^"}:
        sign = 1 if _word(tokens, last) == "^" else -1
        last += 1
    if last < len(tokens) and tokens[last].kind == "number" and _touches(tokens, last):
        written = tokens[last].text.translate(_SUPERSCRIPTS)
        if written.isdigit() and len(written) <= 2:
            value = float(f"{value!r}e{sign * int(written)}")
            return Number(value, value, False, at, last + 1)
    return None


def _scaled(
    tokens: Sequence[Token],
    after: int,
    words: Words,
    first: int,
    value: float,
    *,
    spelt: bool,
) -> Number:
    """`value` times the scale words that follow ("2 bin 615", "3.5 million")."""
    total, scale, at = 0.0, 1.0, after
    current = value
    while at < len(tokens):
        power = words.scales.get(_word(tokens, at))
        if power is None and _word(tokens, at) == "-" and _touches(tokens, at):
            power = words.scales.get(_word(tokens, at + 1))  # 30-million
            at += 1 if power else 0
        if power is None:
            break
        current, scale, at = times(current, power), scale * power, at + 1
        rest = _rest(tokens, at, words, power)
        if rest:
            total += current
            current, at = rest
    total += current
    return Number(total, total, False, first, at, spelt, scale)


def _rest(
    tokens: Sequence[Token], at: int, words: Words, power: float
) -> tuple[float, int] | None:
    """A smaller numeral right after a scale word: 615 in "2 bin 615"."""
    if "and" in words.joins or at >= len(tokens):  # English does not write so
        return None
    joined = 1 if _word(tokens, at) in words.joins else 0
    if at + joined >= len(tokens) or tokens[at + joined].kind != "number":
        return None
    value = numeral(tokens[at + joined].text)
    if value is None or value >= power or value != int(value):
        return None
    return value, at + joined + 1


def _indefinite(tokens: Sequence[Token], at: int, words: Words) -> Number | None:
    """Half a million, a quarter of a million, a dozen, a hundred."""
    first, word = at, _word(tokens, at)
    if not words.articles:
        return None
    part = 1.0
    start = at + 1 if word in words.articles else at
    if _word(tokens, start) in {"half", "quarter"}:
        part = 0.5 if _word(tokens, start) == "half" else 0.25
        at = start + 1 + (_word(tokens, start + 1) in {"of", "-"})
        at += _word(tokens, at) in words.articles
    elif word in words.articles:
        at = start
    if at == first or _word(tokens, at) not in words.scales:
        return None
    number = _scaled(tokens, at, words, first, part, spelt=True)
    spelt = _spelt(tokens, at, words, implied=True) if part == 1.0 else None
    return replace(spelt, first=first) if spelt else number


def _amount(tokens: Sequence[Token], at: int, words: Words) -> Number | None:
    """Hundreds, tens of thousands, several hundred, a few dozen, multiple."""
    first = at
    if _word(tokens, at) in words.articles and _word(tokens, at + 1) in words.few:
        at += 1
    word = _word(tokens, at)
    if word in words.vague:
        low, high = words.vague[word]
        at += 1
        if _word(tokens, at) == "of" and _word(tokens, at + 1) in words.vague:
            base = words.vague[_word(tokens, at + 1)][0] / 2
            low, high = low * base, (high + 1) * base - 1
            at += 2
        return Number(low, high, True, first, at, True)
    if word not in words.few:
        return None
    low, top = words.few[word]
    if word == "few" and first == at and _word(tokens, at - 1) not in _BEFORE_FEW:
        return None  # "as few as 10": alone it says that there are not many
    at += 1
    if word in {"couple", "handful"} and first == at - 1 and _word(tokens, at) != "of":
        return None  # "the couple married"
    if word in {"couple", "handful"} and _word(tokens, at) == "of":
        at += 1
    if _word(tokens, at) in words.scales and word != "decades":
        base = words.scales[_word(tokens, at)]
        return Number(low * base, (top + 1) * base - 1 if top else None, True, first, at + 1, True)  # fmt: skip
    return Number(low, top or None, True, first, at, True)


def _multiple(tokens: Sequence[Token], at: int, words: Words) -> Number | None:
    """Sixfold, tenfold: the multiplier; the unit is found as "fold" by its ending."""
    word = _word(tokens, at)
    if not word.endswith("fold"):
        return None
    stem = word.removesuffix("fold")
    value = words.units.get(stem, words.tens.get(stem))
    return Number(value, value, False, at, at + 1, True) if value else None


@dataclass
class _Spelling:
    """A spelt number while its words come in."""

    total: float = 0.0  # closed groups: two million, three hundred thousand
    group: float = 0.0  # the open one, below a thousand
    room: float = 1000.0  # what the next small word must stay below
    cap: float = float("inf")  # what the next scale word must stay below
    scale: float = 1.0

    def small(self, value: float) -> bool:
        """Take a unit or tens word if it may stand here."""
        if value >= self.room:
            return False
        self.group += value
        self.room = 10 if 20 <= value < 100 else value if value >= 100 else 0
        return True

    def power(self, value: float) -> bool:
        """Take a scale word if it may stand here."""
        if value == 100 and 0 < self.group < 100:
            self.group, self.room = self.group * 100, 100
        elif self.group and value != 100 and value < self.cap:
            self.total += self.group * value
            self.group, self.room, self.cap = 0.0, min(1000.0, value), value
        else:
            return False
        self.scale = value
        return True


def _spelt(
    tokens: Sequence[Token], at: int, words: Words, *, implied: bool = False
) -> Number | None:
    """Twenty-eight thousand six hundred forty-two; `implied`: a missing leading one."""
    spelling = _Spelling(group=1.0, room=0) if implied else _Spelling()
    first, end = at, at
    for _ in range(LONGEST_PHRASE):
        step = end
        if step > first and _touches(tokens, step) and _word(tokens, step) == "-":
            step += 1
        elif step > first and spelling.total + spelling.group >= 100:
            step += _word(tokens, step) in words.joins
        word = _word(tokens, step)
        small = words.units.get(word, words.tens.get(word))
        if small is not None and (small > 0 or end == first):
            taken = spelling.small(small)
        else:
            taken = word in words.scales and spelling.power(words.scales[word])
        if not taken:
            break
        end = step + 1
    if end == first:
        return None
    value = spelling.total + spelling.group
    if _word(tokens, end) in words.joins and _half(tokens, end + 1):  # two and a half
        return _scaled(tokens, end + 3, words, first, value + 0.5, spelt=True)
    return Number(value, value, False, first, end, True, spelling.scale)
