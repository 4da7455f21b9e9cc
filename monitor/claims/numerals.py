"""Tokens of running text, and the value of one written numeral, by locale. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from monitor.claims.number_words import bounding_words, style_of
from monitor.claims.wordlists import words

# A longer run of digits is an identifier (phone, account, hash), not a count.
LONGEST_NUMERAL = 15
# Runs of letters, and of the marks that some scripts write behind them; possessive, as
# nothing that follows is ever in want of a letter.
_LETTERS = (
    r"(?:[^\W\d_]++|[\u0300-\u036f\u0900-\u0903\u093a-\u094f\u064b-\u065f\u0670]++)++"
)
_SPACES = "\u00a0\u2009\u202f"
_GROUPS = {
    # The second form is Indian grouping (12,34,567).
    "comma": rf"\d{{1,3}}(?:[,٬،]\d{{3}})+|\d{{1,2}}(?:,\d{{2}})+,\d{{3}}|\d{{1,3}}(?:[{_SPACES}]\d{{3}})+",
    "point": rf"\d{{1,3}}(?:[.]\d{{3}})+|\d{{1,3}}(?:[{_SPACES}’']\d{{3}})+",
    "space": rf"\d{{1,3}}(?:[ {_SPACES}’']\d{{3}})+|\d{{1,3}}(?:[.]\d{{3}}){{2,}}",
}
_DECIMALS = {"comma": "[.٫]", "point": "[,٫]", "space": "[,٫]"}
# A run of digits that may be grouped by plain spaces, cheap to look for.
_SPACED = re.compile(r"\d \d{3}\b")
_HEAD = re.compile(r"[1-9]\d{0,2}(?: \d{3})*")
_GROUP = re.compile(r"\d{3}")
_FILLERS = re.compile(f"[{_SPACES} ,٬،.٫'’]")


class Token(NamedTuple):
    """A numeral, a word or a single sign, with its offsets.

    A tuple, because a text has a thousand of them: twice as fast to make.
    """

    text: str
    lower: str
    start: int
    end: int
    kind: str  # "number", "word", "sign"


@cache
def _pattern(style: str) -> re.Pattern[str]:
    groups, decimal = _GROUPS[style], _DECIMALS[style]
    number = rf"(?:(?:{groups})(?!\d)|\d+)(?:{decimal}\d+)?|(?<![\w)\]])\.\d+"
    # words first: they are most of a text
    return re.compile(
        rf"(?P<word>{_LETTERS}(?:[’'\u200c]{_LETTERS})*+)"
        rf"|(?=[\d.])(?P<number>{number})"
        r"|(?P<sign>\S)"
    )


# Several ask for the tokens of one sentence, one right after the other.
@lru_cache(maxsize=4)
def tokenize(text: str, language: str = "en") -> tuple[Token, ...]:
    """`text` as tokens, white space left out; linear in its length."""
    style = style_of(language)
    found = []
    for match in _pattern(style).finditer(text):
        (start, end), written = match.span(), match[0]
        kind = match.lastgroup or "sign"
        found.append(Token(written, written.lower(), start, end, kind))
    spaced = style == "comma" and _SPACED.search(text)
    return tuple(_regrouped(found, text) if spaced else found)


def _regrouped(tokens: list[Token], text: str) -> list[Token]:
    """Thousands grouped by a plain space, as some outlets write them: "60 000".

    Not after a name or a month, whose number ends before the space ("May 12 300").
    """
    joined: list[Token] = []
    for at, token in enumerate(tokens):
        last = joined[-1] if joined else None
        behind = tokens[at + 1].text if at + 1 < len(tokens) else ""
        if (
            last is not None
            and _GROUP.fullmatch(token.text)
            and _HEAD.fullmatch(last.text)
            and text[last.end : token.start] == " "
            and not _names(joined[-2:-1], first=len(joined) == 2)
            and not (behind[:1].isupper() and behind[-1:] != "s")  # 400 737 Max jets
        ):
            written = text[last.start : token.end]
            joined[-1] = Token(written, written, last.start, token.end, "number")
        else:
            joined.append(token)
    return joined


def _names(before: Sequence[Token], *, first: bool) -> bool:
    """Whether the word before a number is a name that the number belongs to."""
    if not before or not before[0].text[:1].isupper():
        return False
    word = before[0].lower
    if first and word not in words("not_counts", "months"):
        return False
    return word not in bounding_words()


def numeral(written: str, language: str = "en") -> float | None:
    """The value of one written numeral; None for an identifier-like digit run."""
    style = style_of(language)
    decimal = re.search(rf"{_DECIMALS[style]}(\d+)\Z", written)
    # A single separator before exactly three digits groups in these locales too.
    whole = written[: decimal.start()] if decimal else written
    digits = _FILLERS.sub("", whole)
    if len(digits) > LONGEST_NUMERAL or (decimal and len(decimal[1]) > LONGEST_NUMERAL):
        return None
    if not digits and not decimal:
        return None
    return float(f"{digits or '0'}.{decimal[1] if decimal else '0'}")
