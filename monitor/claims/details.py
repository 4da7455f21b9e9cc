"""What an edit of a sentence adds, drops and replaces. Pure, no parser.

Two wordings are compared as sets of content words in comparable form, so that
reordering, inflection, synonyms of equal strength, name variants and number formats
leave nothing; what is left over is a difference of content, in place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from monitor.claims import predicates, senses, stems, wording
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
    # Behind "to" or a modal: what is replaced begins with a verb.
    verbal: bool = False

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

    @property
    def opposes(self) -> bool:
        """Whether a word stands where its opposite stood."""
        return any(senses.opposed(a.key, b.key) for a in self.lost for b in self.gained)

    @property
    def restates(self) -> bool:
        """Whether one side has only verbs: what happened, told by another verb.

        Lists of verbs that mean the same are never complete. Two verbs that each
        name an event of a class of its own ("arrested", "charged") do differ.
        """
        sides = self.lost, self.gained
        sure = self.verbal or any(_is_verb(w) for side in sides for w in side)
        if not sure or not all(_may_be_verb(w) for side in sides for w in side):
            return False
        return not any(other_deed(a.key, b.key) for a in self.lost for b in self.gained)


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


def other_deed(a: str, b: str) -> bool:
    """Whether two verbs name events of different classes."""
    if senses.other_act(a, b):
        return True
    one, two = predicates.of_key(a), predicates.of_key(b)
    return one is not None and two is not None and one != two


def _may_be_verb(word: Word) -> bool:
    if word.name or word.number:
        return False
    return word.generic or "v" in senses.parts_of_speech(word.key)


def _is_verb(word: Word) -> bool:
    """Whether a word is a verb by its form, or can be nothing else."""
    if not _may_be_verb(word):
        return False
    low = wording.fold(word.text)
    inflected = low.endswith(("ed", "ing")) or (
        low != word.key and not low.endswith(("s", "e", "y"))
    )
    return inflected or senses.parts_of_speech(word.key) == {"v"}


class _Text:
    """A wording with everything needed to ask whether it covers a word."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = wording.words(text)
        self.content = [w for w in self.words if w.content]
        self.keys = {w.key for w in self.words}
        self.names = Counter(w.key for w in self.words if w.name)
        self.numbers = Counter(w.key for w in self.words if w.number)
        self.groups = frozenset().union(*(wording.groups(w.key) for w in self.words))
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
    places = []
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            continue
        lost = _uncovered(old, range(i, j), new, expanded_old)
        gained = _uncovered(new, range(k, m), old, expanded_new)
        places.append((lost, gained, (i, j), (k, m)))
    _drop_synonyms(old, new, places)
    found = []
    for lost, gained, (i, j), (k, m) in places:
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
                    bool(i) and old.words[i - 1].text.lower() in _BEFORE_VERB,
                )
            )
    return tuple(found)


_BEFORE_VERB = frozenset(
    ["to", "will", "would", "shall", "should", "can", "could", "may", "might", "must"]
)
_Fits = Callable[["_Text", int, "_Text", int], bool]
_Place = tuple[list[int], list[int], tuple[int, int], tuple[int, int]]


def _drop_synonyms(old: _Text, new: _Text, places: Sequence[_Place]) -> None:
    """Take out the words left over that stand for each other, one for one.

    In one place first, then anywhere: a clause may have moved.
    """
    for near in (True, False):
        for one in places:
            for two in [one] if near else places:
                _cancel(old, new, one[0], two[1], _stands_for)
    for one in places:
        for two in places:
            if one is not two:
                _cancel(old, new, one[0], two[1], _restates)


def _cancel(
    old: _Text, new: _Text, lost: list[int], gained: list[int], fits: _Fits
) -> None:
    for a in list(lost):
        match = next((b for b in gained if fits(old, a, new, b)), None)
        if match is not None:
            lost.remove(a)
            gained.remove(match)


def _stands_for(old: _Text, a: int, new: _Text, b: int) -> bool:
    """Whether two plain words, or verbs with their particles, mean the same."""
    one, two = old.words[a], new.words[b]
    if one.name or two.name or one.number or two.number:
        return False
    if other_deed(one.key, two.key):
        return False
    return _is_slip(one.key, two.key) or any(
        senses.alike(x, y) for x in _forms(old.words, a) for y in _forms(new.words, b)
    )


def _restates(old: _Text, a: int, new: _Text, b: int) -> bool:
    """Whether two verbs in different places may tell one event (see `Edit.restates`).

    In one place they are compared there, where opposites count.
    """
    one, two = old.words[a], new.words[b]
    if not (_is_verb(one) and _is_verb(two)) or other_deed(one.key, two.key):
        return False
    return not senses.opposed(one.key, two.key)


# A shorter word has too many neighbours one letter away.
SLIP_LENGTH = 4


def _is_slip(a: str, b: str) -> bool:
    """Whether just one of them is a word, and the other that word misspelt."""
    if senses.known(a) == senses.known(b) or min(len(a), len(b)) < SLIP_LENGTH:
        return False
    return stems.one_letter_apart(a, b)


def _forms(items: Sequence[Word], at: int) -> list[str]:
    """The key of a word, and with the particle that follows it."""
    key = items[at].key
    after = items[at + 1].key if at + 1 < len(items) else ""
    return [key, f"{key}_{after}"] if after in senses.PARTICLES else [key]


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
