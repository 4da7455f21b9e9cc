"""What looks like a number but counts nothing: names, scores, times, years, ids."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from monitor.claims import nouns, number_words, units
from monitor.claims.numbers import Number
from monitor.claims.numerals import Token
from monitor.claims.wordlists import classes, words

if TYPE_CHECKING:
    from monitor.claims.amounts import Amount

_OLD_YEAR_BEFORE = frozenset(("in", "since", "circa", "until", "after", "before", "by"))
_DASHES = frozenset("-‐‑–—−")
_MONTHS = words("not_counts", "months")
_WEEKDAYS = words("not_counts", "weekdays")
# A numeral after one of these is a label, whatever its case.
_LABELS = words("not_counts", "labels")
# ... unless it is one of these in lower case ("area 5 km", "day 3" is still a label).
_ONLY_CAPITALISED = words("not_counts", "only_capitalised")
_CLOCK = words("not_counts", "clock")
_ORDINALS = words("not_counts", "ordinals")
_ONE_IDIOMS = words("not_counts", "after_pronoun_one")
_NOT_BEFORE_ONE = words("not_counts", "before_pronoun_one")
# Words that make a four-digit number a year.
_YEAR_BEFORE = words("not_counts", "before_years")


def end_of(
    tokens: Sequence[Token],
    number: Number,
    text: str,
    *,
    partner: bool = False,
    language: str = "en",
) -> int:
    """The token after a number that counts nothing; 0 when it does count."""
    first, last = number.first, number.last
    if _is_chain(tokens, first, last):
        return _chain_end(tokens, first)
    if not number.spelt:
        if _is_ordinal(tokens, last) or _in_a_name(tokens, first, last):
            return last + 1
        if _is_clock(tokens, first, last) or _is_screen(tokens, first, last):
            return last
        if _is_address(tokens, first, last):
            return last
        if _is_tally(tokens, last):
            return _tail(tokens, last + 2)
        if not partner and (_is_label(tokens, first, last) or _after_a_name(tokens, first, last, language)):  # fmt: skip
            return _tail(tokens, last)
        if _lower(tokens, first - 1) in {"top", "bottom"} and not _things(tokens, last):
            verb = first > 1 and nouns.is_plural(tokens[first - 2].text)
            return 0 if verb else last  # "deaths top 5,000"
        if _is_bullet(tokens, first, last, text):
            return last
        return 0
    return last if _idle_word(tokens, number) else 0


def _things(tokens: Sequence[Token], last: int) -> bool:
    return counts_things(tokens, last) or units_follow(tokens, last)


def _tail(tokens: Sequence[Token], last: int) -> int:
    """The token after "-800" in "Boeing 737-800"."""
    at = last
    while (
        _lower(tokens, at) in _DASHES
        and _touching(tokens, at)
        and _touching(tokens, at + 1)
    ):
        at += 2
    return min(at, len(tokens))


def _lower(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].lower if 0 <= at < len(tokens) else ""


def _touching(tokens: Sequence[Token], at: int) -> bool:
    return 0 < at < len(tokens) and tokens[at - 1].end == tokens[at].start


def _is_number(tokens: Sequence[Token], at: int) -> bool:
    return 0 <= at < len(tokens) and tokens[at].kind == "number"


def _is_chain(tokens: Sequence[Token], first: int, last: int) -> bool:
    """17.03.2026, 9/11, 10:30, 555-1234-99, 1.2.3: numbers tied without a gap."""
    if not _is_number(tokens, first) or last != first + 1:
        return False
    sign = _lower(tokens, last)
    if not (_touching(tokens, last) and _touching(tokens, last + 1)):
        rest = _lower(tokens, first - 1) in {"/", ":"} and _touching(tokens, first - 1)
        return _touching(tokens, first) and (
            _is_number(tokens, first - 1) or (rest and _is_number(tokens, first - 2))
        )
    if _is_number(tokens, last):  # 1.2 then .3
        return True
    if not _is_number(tokens, last + 1):
        return False
    if sign in {":", ".", "/", "\\", "'", "’"}:
        return True
    third = last + 2
    return sign in _DASHES and _touching(tokens, third) and _lower(tokens, third) in _DASHES and _is_number(tokens, third + 1)  # fmt: skip


def _chain_end(tokens: Sequence[Token], first: int) -> int:
    at = first + 1
    while _touching(tokens, at) and (
        _is_number(tokens, at)
        or (_is_number(tokens, at + 1) and _touching(tokens, at + 1))
    ):
        at += 1
    return at


def _is_ordinal(tokens: Sequence[Token], last: int) -> bool:
    after = _lower(tokens, last)
    if after in {"'", "’"} and _touching(tokens, last + 1):  # the 90’s
        after = _lower(tokens, last + 1)
    return _touching(tokens, last) and after in _ORDINALS


def _in_a_name(tokens: Sequence[Token], first: int, last: int) -> bool:
    """F-15E, S23, TA-35, COVID-19, 4x4, 3D: letters tied to the digits."""
    if {_lower(tokens, last), _lower(tokens, last + 1)} & _BORES:
        return True
    if _touching(tokens, last) and tokens[last].kind == "word":
        word = tokens[last].text
        known = units.lookup(word) or word in {"k", "K", "M", "m", "bn", "B", "b", "T", "mn", "tn", "x"}  # fmt: skip
        rate = _lower(tokens, last + 1) in {"/", "-", "²"} or word.lower() in {"sq", "km", "deg", "lb", "ft"}  # fmt: skip
        if not known and not rate and not word.islower():
            return True
        if not known and not rate and len(word) < 3:
            return True
    if not _touching(tokens, first):
        return False
    before = tokens[first - 1]
    if before.kind == "word":
        symbol = units.lexicon().symbols.get(before.text)
        money = symbol is not None and symbol.currency
        money = money or (before.text in units.LETTERS and is_sum(tokens, first))
        return not (money or before.lower == "x")
    if before.text == "/" and _touching(tokens, first - 1):  # f/1.8
        return tokens[first - 2].kind == "word" and len(tokens[first - 2].text) == 1
    tied = before.text in _DASHES and _touching(tokens, first - 1)
    if not tied or tokens[first - 2].kind != "word":
        return False
    word = tokens[first - 2].lower
    return word not in {"sub", "to", "mid", "than", "and"} and before.text in "-‐‑"


def is_sum(tokens: Sequence[Token], first: int) -> bool:
    """R4bn, N1,500: a letter before them is a currency; R2 and N95 are names."""
    scale = _lower(tokens, first + 1) in number_words.words_of("en").scales
    tied = scale or (_lower(tokens, first + 1) in {"m", "b", "k"} and _touching(tokens, first + 1))  # fmt: skip
    return tied or "," in tokens[first].text


def _is_clock(tokens: Sequence[Token], first: int, last: int) -> bool:
    word = _lower(tokens, last)
    zone = _lower(tokens, first - 2) in {"utc", "gmt"}
    if word in _CLOCK or (zone and _lower(tokens, first - 1) in {"+", "-", "−"}):
        return True
    return word in {"a", "p"} and _lower(tokens, last + 1) == "." and _lower(tokens, last + 2) == "m"  # fmt: skip


_SCREENS = frozenset(("480", "720", "1080", "1440", "2160"))


def _is_screen(tokens: Sequence[Token], first: int, last: int) -> bool:
    """1080p and 4K are names of screen resolutions."""
    if not _touching(tokens, last):
        return False
    symbol = tokens[last].text
    if symbol in {"p", "i"}:
        return tokens[first].text in _SCREENS
    return symbol == "K" and len(tokens[first].text) == 1 and not counts_things(tokens, last + 1)  # fmt: skip


_BORES = frozenset(("calibre", "caliber"))  # a .45-caliber handgun is one handgun
_STREETS = frozenset(("street", "avenue", "road", "boulevard", "drive", "st", "ave"))


def _is_address(tokens: Sequence[Token], first: int, last: int) -> bool:
    """131 West 23rd Street."""
    if not _plain(tokens, first, last):
        return False
    for token in tokens[last : last + 5]:
        if token.text in _DASHES and token is tokens[last]:  # 16-18 Industrial Avenue
            continue
        if token.kind == "sign" or not (token.text[0].isupper() or token.kind == "number" or token.lower in _ORDINALS):  # fmt: skip
            return False
        if token.lower in _STREETS:
            return True
    return False


def _is_tally(tokens: Sequence[Token], last: int) -> bool:
    """9-for-15: a number tied by hyphens to a preposition."""
    if _lower(tokens, last) not in _DASHES or not _touching(tokens, last + 1):
        return False
    return _lower(tokens, last + 1) in {"for", "on", "by", "in", "of"}


def _plain(tokens: Sequence[Token], first: int, last: int) -> bool:
    """A whole number of at most four digits without group separators."""
    return last == first + 1 and tokens[first].text.isdigit() and len(tokens[first].text) <= 4  # fmt: skip


def _is_label(tokens: Sequence[Token], first: int, last: int) -> bool:
    at = first - 1
    if _lower(tokens, at) == "." and _lower(tokens, at - 1) in {"no", "nos", "vol", "pp", "fig", "art", "sec"}:  # fmt: skip
        return True
    word = _lower(tokens, at)
    if word in {"#", "№", "§"}:
        return True
    if word in _MONTHS and _plain(tokens, first, last):
        return float(tokens[first].text) <= 31 and not counts_things(tokens, last)
    version = "." in tokens[first].text and last == first + 1
    if word not in _LABELS or not (version or _plain(tokens, first, last)):
        return False
    if tokens[at].text[0].isupper():
        return not units_follow(tokens, last)
    return word not in _ONLY_CAPITALISED and not units_follow(tokens, last)


def units_follow(tokens: Sequence[Token], at: int) -> bool:
    """Whether the token at `at` is a unit's name or symbol."""
    return at < len(tokens) and units.lookup(tokens[at].text) is not None


def _after_a_name(
    tokens: Sequence[Token], first: int, last: int, language: str
) -> bool:
    """Stoxx 600, Boeing 737, S&P 500, NASCAR 15: the digits end a proper name."""
    at = first - 1
    if at < 0 or last != first + 1 or tokens[at].kind != "word":
        return False
    name = tokens[at]
    after = tokens[last].text if last < len(tokens) else ""
    version = name.text.isupper() and "." in tokens[first].text  # USB 3.0
    if not version and not _plain(tokens, first, last) and not ("," not in tokens[first].text and after[:1].isupper()):  # fmt: skip
        return False
    if not name.text[0].isupper() or name.lower in _WEEKDAYS | _MONTHS:
        return False
    if _lower(tokens, at - 1) in {"a", "an"} and name.text.isupper():
        return True  # an ATR 72 aircraft
    if units.lookup(name.text) or not name.text.isalpha():
        return False
    opens = at == 0 or tokens[at - 1].text in '.!?:“"(—–'
    if opens and nouns.is_function_word(name.text):
        return False
    if _is_headline_verb(name.lower):  # Quake Kills 230
        return False
    if language.startswith("de") or name.lower in number_words.bounding_words():
        return False  # German nouns are capitalised
    return not units_follow(tokens, last) and not counts_things(tokens, last)


def _is_headline_verb(word: str) -> bool:
    """Verbs and event nouns that stand before a figure in a capitalised headline."""
    if word in classes("measures", "events") or word in words("not_counts", "verbs"):
        return True
    return any(word in words("trends", name) for name in ("up", "down", "moves"))


def counts_things(tokens: Sequence[Token], at: int) -> bool:
    """Whether a lower-case plural noun follows soon ("2.7m combined digital sales")."""
    for token in tokens[at : at + 5]:
        if token.kind != "word" or token.text[0].isupper():
            return False
        if nouns.is_plural(token.text):
            return True
        if token.lower in {"in", "of", "to", "at", "on", "for", "by", "the", "from"}:
            return False
    return False


def _is_bullet(tokens: Sequence[Token], first: int, last: int, text: str) -> bool:
    """ "1. First point" at the start of a line."""
    if not _plain(tokens, first, last) or _lower(tokens, last) not in {".", ")"}:
        return False
    before = text[: tokens[first].start].rstrip(" \t")[-1:]
    after = tokens[last + 1] if last + 1 < len(tokens) else None
    return before in {"", "\n"} and after is not None and after.text[0].isupper() and after.start > tokens[last].end  # fmt: skip


def _in_a_title(tokens: Sequence[Token], first: int, last: int) -> bool:
    """One Dance, Channel One, number two: a number word inside a name or a rank."""
    before = tokens[first - 1] if first else None
    if before is None or before.text in ".!?:;\n":
        return False
    if before.lower in {"number", "chapter", "phase", "formula", "channel"}:
        return True
    after = tokens[last].text if last < len(tokens) else ""
    capital = tokens[first].text[0].isupper() and after[:1].isupper()
    if tokens[first].text[0].isupper() and before.text[0].isupper():
        return True  # the Black Hundreds group
    return capital and not nouns.is_plural(after) and not nouns.is_person(after)


def _idle_word(tokens: Sequence[Token], number: Number) -> bool:
    """A number word that is no count: "no one", "each one", "six-speed", "one day"."""
    first, last = number.first, number.last
    before, after = _lower(tokens, first - 1), _lower(tokens, last)
    if _is_clock(tokens, first, last) or _in_a_title(tokens, first, last):
        return True
    if number.vague and _lower(tokens, first) == "scores":
        counts = after in {"of", "more", "were", "are", "have"}
        return not counts and not nouns.is_participle(after)
    if after in _DASHES and _touching(tokens, last) and _touching(tokens, last + 1):
        return not _hyphen_unit(tokens, last + 1)
    if before in {"-", "‐"} and _touching(tokens, first):
        return True  # "twenty-one" is one number; what is left is a name
    if before in {"top", "bottom", "last", "first", "big", "final"}:
        return not _things(tokens, last)
    if after == "figures" and number.low < 10:  # a six-figure sum
        return True
    if number.low == 1 and last == first + 1 and _lower(tokens, first) in {"one", "un"}:
        return _pronoun_one(tokens, first, before, after)
    return False


def _hyphen_unit(tokens: Sequence[Token], at: int) -> bool:
    """Whether a unit follows the hyphen ("three-point", "two-hour", "four-year-old")."""
    if _lower(tokens, at) in {"time", "fold"}:
        return False
    return units_follow(tokens, at) or _is_number(tokens, at)


def _pronoun_one(tokens: Sequence[Token], first: int, before: str, after: str) -> bool:
    if before == "at" and after in {"point", "time", "stage"}:
        return True
    if after == "day" and before not in {"in", "for", "than", "after", "within", "just", "only"}:  # fmt: skip
        return True  # some day
    if before in _NOT_BEFORE_ONE or after in _ONE_IDIOMS or not after:
        return True
    if after == "of":
        return _lower(tokens, first + 2) in {"them", "us", "which", "whom", "you", "it"}
    return not after[0].isalpha()


def is_year(tokens: Sequence[Token], first: int, amount: Amount) -> bool:
    """A bare 1900..2099 (or an older one after "in") that names a year."""
    if amount.unit or amount.spelt or amount.vague or amount.number != amount.first:
        return False
    written = tokens[amount.number].text
    if len(written) != 4 or not written.isdigit():
        return False
    before, after = _lower(tokens, first - 1), _lower(tokens, amount.last)
    value = int(written)
    if 1900 <= value <= 2099:
        people = nouns.is_person(after) and nouns.is_plural(after)
        return not people or before in _YEAR_BEFORE
    closed = before == "(" and after == ")"
    return (closed or before in _OLD_YEAR_BEFORE) and 1000 <= value < 1900 and not counts_things(tokens, amount.last)  # fmt: skip
