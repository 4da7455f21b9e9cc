"""What an edit of a sentence adds, drops and replaces. Pure, no parser.

Two wordings are compared as sets of content words in comparable form, so that
reordering, inflection, synonyms of equal strength, name variants and number formats
leave nothing; what is left over is a difference of content, in place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from monitor.claims import wording
from monitor.claims.wording import Word
from monitor.model import ChangeKind, Transition

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


@dataclass(frozen=True, slots=True)
class Edit:
    """One place where two wordings differ in content.

    `lost` and `gained` hold only words whose content the other wording lacks;
    `old` and `new` are the whole replaced stretches, for showing.
    """

    lost: tuple[Word, ...]
    gained: tuple[Word, ...]
    old: tuple[Word, ...]
    new: tuple[Word, ...]

    @property
    def weight_lost(self) -> float:
        """How much content is gone."""
        return weigh(self.lost, self.old)

    @property
    def weight_gained(self) -> float:
        """How much content is new."""
        return weigh(self.gained, self.new)

    @property
    def replaces(self) -> bool:
        """Whether content stands where other content stood."""
        return min(self.weight_lost, self.weight_gained) >= REPLACED


# A first name and a title or a country; more is a detail about the person.
EXPANSION = 2
# What a phrase of its own adds.
PHRASE = 0.6
# Content an edit must gain or lose to be a detail: two plain words, or one name.
DETAIL = 1.5
# Content each side of a replacement must have: one plain word.
REPLACED = 0.9
GENERIC_WEIGHT = 0.34
ADVERB_WEIGHT = 0.5
NAME_WEIGHT = 1.6


def weigh(items: Sequence[Word], stretch: Sequence[Word] = ()) -> float:
    """How much content words carry: names and numbers most, adverbs little.

    A word that brings a phrase of its own ("across the street") carries more than
    one slipped in before a noun ("consequent").
    """
    total = 0.0
    for word in items:
        if word.generic:
            total += GENERIC_WEIGHT
        elif word.name or word.number:
            total += NAME_WEIGHT
        elif word.text.endswith("ly"):
            total += ADVERB_WEIGHT
        else:
            total += 1.0
    plain = total >= 1.0
    return total + PHRASE if plain and any(w.function for w in stretch) else total


class _Text:
    """A wording with everything needed to ask whether it covers a word."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = wording.words(text)
        self.content = [w for w in self.words if w.content]
        self.keys = {w.key for w in self.words}
        self.names = Counter(w.key for w in self.words if w.name)
        self.numbers = Counter(w.key for w in self.words if w.number)
        self.groups = frozenset().union(*(wording.groups(w.key) for w in self.content))
        self.initials = wording.acronyms(self.words)
        self.shorts = {
            w.text.lower() for w in self.words if w.text.isupper() and len(w.text) > 1
        }

    def covers(self, word: Word, other: _Text) -> bool:
        """Whether this wording holds the content of a word of the `other`.

        A number counts as often as it is stated: "two gunmen" doesn't cover "two
        officers".
        """
        if word.number:
            return self.numbers[word.key] >= other.numbers[word.key]
        if word.key in self.keys:
            return True
        if wording.groups(word.key) & self.groups:
            return True
        if word.text.isupper() and word.text.lower() in self.initials:
            return True
        return any(wording.same_word(word, own) for own in self.content)


def share(text: str, other: str) -> float:
    """The share of a text's content that another one holds."""
    own, known = _Text(text), _Text(other)
    total = sum(weigh([w]) for w in own.content)
    held = sum(weigh([w]) for w in own.content if known.covers(w, own))
    return held / total if total else 1.0


def edits(before: str, after: str) -> tuple[Edit, ...]:
    """The places where the content of two wordings differs, in order."""
    old, new = _Text(before), _Text(after)
    expanded_old, expanded_new = _spelt_out(old, new), _spelt_out(new, old)
    matcher = SequenceMatcher(
        None, [w.key for w in old.words], [w.key for w in new.words], autojunk=False
    )
    found = []
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            continue
        lost = _uncovered(old, range(i, j), new, expanded_old)
        gained = _uncovered(new, range(k, m), old, expanded_new)
        if not gained and len(lost) <= EXPANSION:
            lost = [x for x in lost if not _expands_name(old, x, new)]
        elif not lost and len(gained) <= EXPANSION:
            gained = [x for x in gained if not _expands_name(new, x, old)]
        if lost or gained:
            found.append(
                Edit(
                    tuple(old.words[x] for x in lost),
                    tuple(new.words[x] for x in gained),
                    old.words[i:j],
                    new.words[k:m],
                )
            )
    return tuple(found)


def _uncovered(
    own: _Text, positions: range, other: _Text, expanded: set[int]
) -> list[int]:
    """Positions of the words whose content the other wording lacks."""
    return [
        index
        for index in positions
        if own.words[index].content
        and index not in expanded
        and own.words[index].key not in _ZONES
        and not other.covers(own.words[index], own)
        and not _completes_date(own, index, other)
    ]


def _spelt_out(own: _Text, other: _Text) -> set[int]:
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


def _expands_name(own: _Text, index: int, other: _Text) -> bool:
    """A first name, title or country beside a name that both wordings have."""
    word = own.words[index]
    if not (word.name or word.key in TITLES):
        return False
    for near in (index - 1, index + 1):
        if not 0 <= near < len(own.words):
            continue
        beside = own.words[near]
        between = own.text[
            min(word.end, beside.end) : max(word.start, beside.start)
        ].strip()
        known = beside.name and 0 < own.names[beside.key] <= other.names[beside.key]
        if known and between in ("", "'s", "’s", '"', "“", "”"):
            return True
    return False


def _completes_date(own: _Text, index: int, other: _Text) -> bool:
    """A year beside a day and month that both wordings have."""
    word = own.words[index]
    if not (word.number and len(word.key) == 4 and word.key[:2] in ("19", "20")):
        return False
    near = own.words[max(0, index - 2) : index]
    return (
        len(near) == 2
        and all(w.key in other.keys for w in near)
        and any(w.key in wording.MONTHS for w in near)
    )


ADDED, DROPPED = "added: ", "dropped: "


def ways(transition: Transition) -> frozenset[str]:
    """Whether a detail was "added", "removed" or both, as its reason says."""
    if ChangeKind.DETAIL not in transition.kinds:
        return frozenset()
    named = {"added": ADDED, "removed": DROPPED}
    return frozenset(way for way, mark in named.items() if mark in transition.reason)
