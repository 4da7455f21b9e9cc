"""What a wording of a sentence holds, asked about the words of another one. Pure.

A word's content is held where the wording has the word, a synonym of equal strength,
a phrase that says it, its initials or its expansion; what is not held is a difference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

from monitor.claims import phrases, senses, wording
from monitor.claims.wording import Word

TITLES = frozenset(
    [
        "president",
        "minister",
        "prime",
        "chancellor",
        "senator",
        "mr",
        "mrs",
        "ms",
        "dr",
        "sir",
        "general",
        "colonel",
        "king",
        "queen",
        "prince",
        "secretary",
        "governor",
        "captain",
        "mayor",
        "judge",
        "pope",
    ]
)
_ZONES = frozenset(
    ["cet", "utc", "gmt", "est", "edt", "pst", "pdt", "bst", "cest", "local", "time"]
)


# Signs that words say too.
_SIGNS = {
    "percent": "%",
    "cent": "%",
    "dollar": "$",
    "euro": "€",
    "pound": "£",
    "degr": "°",
}
# Parts of a whole in figures.
_FRACTIONS = {
    "half": frozenset(["0.5", "50"]),
    "quarter": frozenset(["0.25", "25"]),
}
_FRACTION_OF = {
    figure: frozenset([word])
    for word, figures in _FRACTIONS.items()
    for figure in figures
}
_NONE: frozenset[str] = frozenset()


class Held:
    """A wording with everything needed to ask whether it covers a word."""

    def __init__(self, text: str, other: str = "") -> None:
        self.text = text
        self.words = _with_first_name(wording.words(text), other)
        self.content = [w for w in self.words if w.content]
        self.keys = {w.key for w in self.words} | {_plain(w) for w in self.words}
        self.names = Counter(w.key for w in self.words if w.name)
        self.numbers = Counter(w.key for w in self.words if w.number)
        self.groups = frozenset().union(*(wording.groups(w.key) for w in self.words))
        self.initials = wording.acronyms(self.words)
        self.shorts = {
            w.text.lower() for w in self.words if w.text.isupper() and len(w.text) > 1
        }
        # what phrases say, and what two words joined spell, by position
        self.meanings: dict[int, str] = {}
        for phrase in phrases.find(self.words):
            for position in phrase.positions:
                self.meanings.setdefault(position, phrase.meaning)
        self.joined = _joined(text, self.words)
        self.says = frozenset(self.meanings.values()) - {phrases.FUNCTION}
        self.groups |= frozenset().union(*map(wording.groups, self.says))
        self.spelt = frozenset().union(*self.joined.values())

    @cached_property
    def times(self) -> Counter[str]:
        """How often it has each word of content."""
        return Counter(w.key for w in self.content)

    def covers(self, word: Word, other: Held) -> bool:
        """Whether this wording holds the content of a word of the `other`.

        A number counts as often as it is stated: "two gunmen" doesn't cover "two
        officers".
        """
        if word.number:
            enough = self.numbers[word.key] >= other.numbers[word.key]
            return enough or bool(self.keys & _FRACTION_OF.get(word.key, _NONE))
        if word.key in _FRACTIONS and _FRACTIONS[word.key] & self.numbers.keys():
            return True
        if _SIGNS.get(word.key, "\0") in self.text:
            return True
        if {word.key, _plain(word)} & (self.keys | self.spelt | self.says):
            return True
        if wording.groups(word.key) & self.groups:
            return True
        if word.text.isupper() and word.text.lower() in self.initials:
            return True
        if not word.name and any(_same_deed(word.key, said) for said in self.says):
            return True
        return any(wording.same_word(word, own) for own in self.content)

    def means(self, meaning: str) -> bool:
        """Whether this wording says what a phrase of another one means."""
        if meaning == phrases.FUNCTION or meaning in self.says | self.keys:
            return True
        if wording.groups(meaning) & self.groups:
            return True
        plain = (w for w in self.content if not (w.name or w.number))
        return any(_same_deed(meaning, w.key) for w in plain)


def _same_deed(a: str, b: str) -> bool:
    """Whether two verbs mean the same: of nouns a phrase means just its own."""
    return a == b or (
        "v" in senses.parts_of_speech(a) & senses.parts_of_speech(b)
        and senses.alike(a, b)
    )


def _with_first_name(items: tuple[Word, ...], other: str) -> tuple[Word, ...]:
    """The words, the first as a name if it is one inside the other wording."""
    first = items[0] if items else None
    if first is None or first.name or not first.text[:1].isupper():
        return items
    key = wording.fold(first.text)
    named = any(w.name and w.key == key for w in wording.words(other)[1:])
    return (first._replace(name=True, key=key), *items[1:]) if named else items


def _plain(word: Word) -> str:
    """The form a word would have if it were no name: the first of a sentence may be."""
    return word.key if word.number else wording.stem(wording.fold(word.text))


def _joined(text: str, items: Sequence[Word]) -> dict[int, frozenset[str]]:
    """What each word spells with the one beside it: "turn-out" is "turnout"."""
    found: dict[int, frozenset[str]] = {}
    for k, (one, two) in enumerate(pairwise(items)):
        if one.number or two.number or text[one.end : two.start] not in ("-", " "):
            continue
        key = wording.stem(wording.fold(one.text) + wording.fold(two.text))
        for at in (k, k + 1):
            found[at] = found.get(at, frozenset()) | {key}
    return found


def uncovered(
    own: Held, positions: range, other: Held, expanded: set[int]
) -> list[int]:
    """Positions of an own wording's words whose content the other one lacks."""
    return [
        index
        for index in positions
        if own.words[index].content
        and index not in expanded
        and own.words[index].key not in _ZONES
        and not other.covers(own.words[index], own)
        and not _completes_date(own, index, other)
        and not (index in own.meanings and other.means(own.meanings[index]))
        and not own.joined.get(index, frozenset()) & other.keys
    ]


def says_again(own: Held, positions: range, other: Held) -> bool:
    """Whether a stretch has a word that the other wording has too, but less often."""
    keys = {own.words[x].key for x in positions if own.words[x].content}
    return any(own.times[key] > other.times[key] > 0 for key in keys & other.keys)


def spelt_out(own: Held, other: Held) -> set[int]:
    """Positions of words that spell out an acronym of the other wording."""
    found: set[int] = set()
    if not other.shorts:
        return found
    capital = [i for i, w in enumerate(own.words) if w.text[:1].isupper()]
    for k, start in enumerate(capital):
        initials = ""
        for position in capital[k : k + 6]:
            initials += wording.fold(own.words[position].text)[0]
            if len(initials) > 1 and initials in other.shorts:
                found.update(range(start, position + 1))
    return found


def expands_name(own: Held, index: int, other: Held) -> bool:
    """A first name, title or country beside a name that both wordings have."""
    word = own.words[index]
    if not (word.name or word.key in TITLES):
        return False
    for near in (index - 1, _behind(own, index)):
        if not 0 <= near < len(own.words):
            continue
        beside = own.words[near]
        between = own.text[
            min(word.end, beside.end) : max(word.start, beside.start)
        ].strip()
        known = beside.name and 0 < own.names[beside.key] <= other.names[beside.key]
        titled = wording.fold(beside.text) in TITLES
        titled = titled and bool({beside.key, _plain(beside)} & other.keys)
        if titled and wording.is_place(word.key):
            return True  # "British Prime Minister"
        if known and between in ("", "'s", "’s", '"', "“", "”"):
            return True
    return False


YEAR_DIGITS = 4


def is_year(word: Word) -> bool:
    """Whether a number may be a year of our time."""
    return word.number and len(word.key) == YEAR_DIGITS and word.key[:2] in ("19", "20")


_PLACE_KINDS = frozenset(["city", "town", "village", "island", "provinc", "county"])


def classes_place(own: Held, index: int, other: Held) -> bool:
    """What sort of place a name is that both wordings have: "the city of Tarn"."""
    behind = own.words[index + 1 : index + 3]
    return (
        wording.stem(own.words[index].key) in _PLACE_KINDS
        and [w.text.lower() for w in behind[:1]] == ["of"]
        and all(w.name and w.key in other.keys for w in behind[1:])
    )


def _behind(own: Held, index: int) -> int:
    """The place of the next word, past the "s" of a possessive."""
    at = index + 1
    possessive = at < len(own.words) and own.words[at].text == "s"
    return at + possessive


def _completes_date(own: Held, index: int, other: Held) -> bool:
    """A year beside a day and month that both wordings have."""
    word = own.words[index]
    if not is_year(word):
        return False
    near = own.words[max(0, index - 2) : index]
    return (
        len(near) == 2
        and all(w.key in other.keys for w in near)
        and any(w.key in wording.MONTHS for w in near)
        and not _has_year(other, {w.key for w in near})
    )


def _has_year(own: Held, day: set[str]) -> bool:
    """Whether a wording gives that day and month a year."""
    return any(
        {a.key, b.key} == day and c.number and len(c.key) == YEAR_DIGITS
        for a, b, c in zip(own.words, own.words[1:], own.words[2:], strict=False)
    )
