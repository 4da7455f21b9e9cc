"""Words of a sentence in a form that survives rewording. Pure, no parser.

Every comparison of texts (alignment, details, novelty, stories) reads words through
`words`, so that case, number format, inflection, spelling and name variants are
treated alike everywhere.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from monitor.claims.number_words import words_of
from monitor.claims.stems import (
    base,
    fold,
    groups,
    is_place,
    lists,
    same_spelling,
    same_stem,
    stem,
)

__all__ = [
    "MONTHS",
    "Word",
    "acronyms",
    "content_keys",
    "coverage",
    "fold",
    "groups",
    "is_negated",
    "is_place",
    "keys",
    "overlap",
    "same_spelling",
    "same_stem",
    "same_word",
    "stem",
    "words",
]

# All in capitals, a longer text is a headline.
_LONGEST_ACRONYM = 6
# Sentences and names come again and again; articles don't, and the words of two thousand
# of them would be 230 MB.
_LONGEST_KEPT = 1_000
# Stands in for letters that a shorter form leaves over, so that offsets stay.
_PAD = "\x00"
_DOTTED = re.compile(r"\b(?:[A-Za-z]\.){2,}(?=\W|$)")
_WORD = re.compile(
    r"\d{1,3}(?:[,   ]\d{3})+(?:\.\d+)?(?!\d)|\d{1,2}(?:st|nd|rd|th)\b"
    r"|\d+(?:[.:]\d+)*"
    r"|[^\W\d_]+(?:['’](?!s\b)[^\W\d_]+)*"
)
# "one" is a pronoun as often as a number
_NUMBER = {
    word: str(int(value))
    for word, value in (words_of("en").units | words_of("en").tens).items()
    if value > 1
}
_ORDINAL = {
    word: f"{value}th"
    for value, word in enumerate(
        [
            "first",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
            "thirteenth",
            "fourteenth",
            "fifteenth",
            "sixteenth",
            "seventeenth",
            "eighteenth",
            "nineteenth",
            "twentieth",
        ],
        1,
    )
}
_COMPOUND = re.compile(
    rf"\b({'|'.join(words_of('en').tens)})-(one|{'|'.join(list(_NUMBER)[:8])})\b",
    re.IGNORECASE,
)
# "2 p.m.", "11.30 am", "14:00"
_CLOCK = re.compile(
    r"\b(\d{1,2})(?:[:.](\d{2}))?\s?([ap])\.?m\b\.?|\b(\d{1,2}):(\d{2})\b"
    r"|(?<=\bat )([01]?\d|2[0-3])\.([0-5]\d)\b(?! (?:per|million|billion|[a-z]*(?:met|kilo)))",
    re.IGNORECASE,
)
# "the 9th of April", "April 9th"
_DAY = re.compile(
    r"(?<=\d)(?:st|nd|rd|th)\b(?= (?:of )?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov"
    r"|Dec)[a-z]*\b)"
)
_OCLOCK = re.compile(rf"\b(\d{{1,2}}|{'|'.join(_NUMBER)}) o[’']clock\b", re.IGNORECASE)
# Without any of these a text states no hour and no day, and need not be searched.
_MAYBE_TIME = re.compile(r"\d|clock|UTC|GMT", re.IGNORECASE)
_ZONE = re.compile(r"\(?\b(?:UTC|GMT)\s?[+−-]?\s?\d{0,2}(?::\d{2})?\b\)?")
_MONTH = {
    form: month
    for month in (
        [
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december",
        ]
    )
    for form in (month, month[:3], "sept" if month == "september" else month)
}
MONTHS = frozenset(_MONTH.values())


class Word(NamedTuple):
    """A word of a text: `key` is its comparable form, `text[start:end]` itself.

    A tuple, as a mention meets thousands of them, and these are made quickest.

    `number`: digits or a number word; `name`: capitalised inside a sentence;
    `function`: states nothing by itself; `generic`: states little.
    """

    text: str
    key: str
    start: int
    end: int
    number: bool = False
    name: bool = False
    function: bool = False
    generic: bool = False

    @property
    def content(self) -> bool:
        """Not a function word."""
        return not self.function


def _clock(match: re.Match[str]) -> str:
    """A time of day on the 24-hour clock, padded so that offsets stay."""
    hour = int(match[1] or match[4] or match[6])
    minute = match[2] or match[5] or match[7] or "00"
    if match[3]:
        hour = hour % 12 + (12 if match[3].lower() == "p" else 0)
    time = f"{hour}:{minute}"
    return time.ljust(len(match[0]), _PAD) if len(time) <= len(match[0]) else match[0]


def _on_the_hour(match: re.Match[str]) -> str:
    """ "nine o'clock" as "9:00", padded so that offsets stay."""
    hour = _NUMBER.get(match[1].lower(), match[1])
    return f"{hour}:00".ljust(len(match[0]), _PAD)


def _counted(match: re.Match[str]) -> str:
    """ "twenty-three" as "23", padded so that offsets stay."""
    tens, units = _NUMBER[match[1].lower()], _NUMBER.get(match[2].lower(), "1")
    return f"{tens[0]}{units}".ljust(len(match[0]), _PAD)


_COUNTRY = {
    "united states of america": "USA",
    "united states": "US",
    "united kingdom": "UK",
    "great britain": "UK",
    "european union": "EU",
}
_COUNTRIES = re.compile(r"\b(?:" + "|".join(_COUNTRY) + r")\b", re.IGNORECASE)


def _abbreviated(match: re.Match[str]) -> str:
    """A country by its short name, padded so that offsets stay."""
    return _COUNTRY[match[0].lower()].ljust(len(match[0]), _PAD)


def _number_key(text: str) -> str:
    digits = re.sub(r"[,   ]", "", text)
    return digits.lstrip("0") or "0" if digits.isdigit() else digits


def _undotted(text: str) -> str:
    """ "U.S." as "US", padded so that offsets stay."""
    return _DOTTED.sub(
        lambda m: m[0].replace(".", "").ljust(len(m[0]), _PAD), text.replace("­", " ")
    )


def words(text: str) -> tuple[Word, ...]:
    """The words of a text in order."""
    return _kept(text) if len(text) <= _LONGEST_KEPT else _read(text)


@lru_cache(maxsize=2_000)
def _kept(text: str) -> tuple[Word, ...]:
    return _read(text)


def _in_one_notation(text: str) -> str:
    """Hours, days, numbers and countries as they are compared; offsets stay."""
    plain = text
    if _MAYBE_TIME.search(text):
        plain = _CLOCK.sub(_clock, _OCLOCK.sub(_on_the_hour, plain))
        plain = _ZONE.sub(lambda m: _PAD * len(m[0]), plain)
        plain = _DAY.sub(lambda m: _PAD * len(m[0]), plain)
    if "ty-" in plain:
        plain = _COMPOUND.sub(_counted, plain)
    return _undotted(_COUNTRIES.sub(_abbreviated, plain))


def _read(text: str) -> tuple[Word, ...]:
    found: list[Word] = []
    mixed = len(text) <= _LONGEST_ACRONYM or not text.isupper()
    plain = _in_one_notation(text)
    for match in _WORD.finditer(plain):
        raw = match[0]
        start, end = match.span()
        while plain.startswith(_PAD, end):
            end += 1
        if raw[0].isdigit():
            if raw[-1].isalpha():  # "12th" as "twelfth"
                key = f"{int(raw[:-2])}th"
                found.append(Word(raw, key, start, end, generic=True))
                continue
            key = _number_key(raw)
            found.append(Word(raw, key, start, end, number=True))
            continue
        low, stemmed, is_function, generic = _form(raw)
        if low in _NUMBER:
            found.append(Word(raw, _NUMBER[low], start, end, number=True))
            continue
        if low in _MONTH and (len(low) > 3 or raw[0].isupper()) and raw[0].isupper():
            found.append(Word(raw, _MONTH[low], start, end, name=True))
            continue
        acronym = mixed and raw.isupper() and len(raw) > 1
        is_function = is_function and not acronym
        name = raw[0].isupper() and not is_function and (bool(found) or acronym)
        key = _ORDINAL.get(low) or (low if name else stemmed)
        if name and key.endswith("s") and len(key) > 4:
            key = base(key, {}) if key.endswith("s") else key
        found.append(
            Word(
                raw,
                key,
                start,
                end,
                name=name,
                function=is_function,
                generic=generic,
            )
        )
    if len(found) > 1 and found[1].name and _may_be_name(found[0]):
        found[0] = found[0]._replace(name=True)
    return tuple(found)


@lru_cache(maxsize=50_000)
def _form(raw: str) -> tuple[str, str, bool, bool]:
    """A word folded, its base form, and whether it is a function or generic word."""
    known = lists()
    low = fold(raw).replace("’", "'")
    stemmed = base(low, known["irregular"])
    return low, stemmed, low in known["function"], low in known["generic"]


def _may_be_name(first: Word) -> bool:
    return first.text[:1].isupper() and not first.function and not first.number


def keys(text: str) -> tuple[str, ...]:
    """The comparable forms of all words, in order."""
    return tuple(word.key for word in words(text))


def content_keys(text: str) -> tuple[str, ...]:
    """The comparable forms of the words that state something, in order."""
    return tuple(word.key for word in words(text) if word.content)


def same_word(a: Word, b: Word) -> bool:
    """Equal, synonymous, inflected, or the same name spelt otherwise."""
    if a.key == b.key:
        return True
    if a.number or b.number:
        return False
    return _related(a.key, b.key, names=a.name and b.name)


@lru_cache(maxsize=50_000)
def _related(a: str, b: str, *, names: bool) -> bool:
    """Kept, as one mention's words meet those of a hundred candidates."""
    if groups(a) & groups(b):
        return True
    return same_spelling(a, b, names=names) or same_stem(a, b)


def acronyms(items: Iterable[Word]) -> set[str]:
    """Initials of every run of two to six capitalised words, lower case."""
    found: set[str] = set()
    run: list[str] = []
    for word in items:
        if word.text[:1].isupper() or (run and word.text in ("of", "for", "and")):
            if word.text[:1].isupper():
                run.append(fold(word.text)[0])
            for size in range(2, 7):
                if len(run) >= size:
                    found.add("".join(run[-size:]))
        else:
            run = []
    return found


_NEGATIONS = frozenset(
    ["not", "no", "never", "none", "nobody", "neither", "nor", "without", "cannot"]
)


def is_negated(text: str) -> bool:
    """Whether a text says "not", an odd number of times."""
    low = fold(text).replace("’", "'").split()
    return sum(w in _NEGATIONS or w.endswith("n't") for w in low) % 2 == 1


def overlap(a: Iterable[str], b: Iterable[str]) -> float:
    """Multiset dice of two sequences of keys."""
    left, right = Counter(a), Counter(b)
    size = left.total() + right.total()
    return 2 * (left & right).total() / size if size else 1.0


class _Stated(NamedTuple):
    """The content of a text, as it is compared with that of others."""

    words: tuple[Word, ...]
    weights: tuple[float, ...]
    weight: float
    keys: frozenset[str]
    # words that are one share a letter at the start, or a sense
    by_letter: Mapping[str, Sequence[Word]]
    by_sense: Mapping[int, Sequence[Word]]

    def holds(self, word: Word) -> bool:
        """Whether the word, or one that is the same, is stated."""
        if word.key in self.keys:
            return True
        near = [self.by_letter.get(word.key[:1], ())]
        near += [self.by_sense.get(sense, ()) for sense in groups(word.key)]
        return any(same_word(word, other) for others in near for other in others)


# A mention meets some thirty texts, and the next one most of them again.
@lru_cache(maxsize=2_000)
def _stated(text: str) -> _Stated:
    found = tuple(w for w in words(text) if w.content)
    weights = tuple(0.34 if w.generic else 1.5 if w.name else 1.0 for w in found)
    by_letter: dict[str, list[Word]] = {}
    by_sense: dict[int, list[Word]] = {}
    for word in found:
        by_letter.setdefault(word.key[:1], []).append(word)
        for sense in groups(word.key):
            by_sense.setdefault(sense, []).append(word)
    keys = frozenset(w.key for w in found)
    return _Stated(found, weights, sum(weights), keys, by_letter, by_sense)


def coverage(a: str, b: str) -> float:
    """Share of the shorter text's content that the other states, synonyms alike."""
    short, long = sorted((_stated(a), _stated(b)), key=lambda s: len(s.words))
    if not short.words:
        return 0.0
    both = zip(short.words, short.weights, strict=True)
    shared = sum(weight for word, weight in both if long.holds(word))
    # A headline of three words is easily covered by a long sentence.
    balance = min(1.0, (len(short.words) + 3) / (len(long.words) + 1))
    return shared / short.weight * (0.6 + 0.4 * balance)
