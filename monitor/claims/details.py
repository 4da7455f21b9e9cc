"""What an edit of a sentence adds, drops and replaces. Pure, no parser.

Two wordings are compared as sets of content words in comparable form, so that
reordering, inflection, synonyms of equal strength, name variants and number formats
leave nothing; what is left over is a difference of content, in place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from monitor.claims import held, predicates, senses, stems, wording
from monitor.claims.held import Held
from monitor.claims.wording import Word
from monitor.model import ChangeKind, Transition


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
    # Behind an article or possessive: what is replaced names something.
    nominal: bool = False
    # A word of the stretch stands in the other wording too, but not as often.
    again_old: bool = False
    again_new: bool = False

    @property
    def weight_lost(self) -> float:
        """How much content is gone."""
        return weigh(self.lost, self.old, whole=not self.new, again=self.again_old)

    @property
    def weight_gained(self) -> float:
        """How much content is new."""
        return weigh(self.gained, self.new, whole=not self.old, again=self.again_new)

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
        if self.nominal:
            return False
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


def weigh(
    items: Sequence[Word],
    stretch: Sequence[Word] = (),
    *,
    whole: bool = False,
    again: bool = False,
) -> float:
    """How much content words carry: names and numbers most, adverbs little.

    A word that brings a phrase of its own ("across the street") carries more than
    one slipped in before a noun ("consequent"), or left over where other words say
    the rest. With `whole` the stretch stands for nothing in the other wording: there
    a verb left alone only tells otherwise what moved ("drew sharp criticism"),
    unless the stretch says a word `again` ("was briefing ministers").
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
    if total < 1.0 or not any(_opens_phrase(w) for w in stretch):
        return total
    if sum(w.content for w in stretch) <= len(items):
        return total + PHRASE
    told = len(items) == 1 and _may_be_verb(items[0]) and not again
    return total + PHRASE if whole and not told else total


# With these a word brings no phrase: only its verb's form or its article is another.
_BARE = frozenset(
    [
        *("be", "is", "are", "was", "were", "been", "being", "has", "have", "had"),
        *("do", "does", "did", "will", "would", "a", "an", "the", "s", "not", "no"),
        *("his", "her", "its", "their", "this", "these", "that", "those"),
        *("it", "he", "she", "they", "him", "them"),
    ]
)


def _opens_phrase(word: Word) -> bool:
    return word.function and word.text.lower() not in _BARE


def other_deed(a: str, b: str) -> bool:
    """Whether two verbs name events of different classes."""
    if senses.other_act(a, b):
        return True
    one, two = predicates.of_key(a), predicates.of_key(b)
    return one is not None and two is not None and one != two


def _may_be_verb(word: Word) -> bool:
    if word.name or word.number or word.key[0].isdigit():
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


def share(text: str, other: str) -> float:
    """The share of a text's content that another one holds."""
    own, known = Held(text), Held(other)
    total = sum(weigh([w]) for w in own.content)
    held = sum(weigh([w]) for w in own.content if known.covers(w, own))
    return held / total if total else 1.0


def edits(before: str, after: str) -> tuple[Edit, ...]:
    """The places where the content of two wordings differs, in order."""
    old, new = Held(before, after), Held(after, before)
    expanded_old, expanded_new = held.spelt_out(old, new), held.spelt_out(new, old)
    matcher = SequenceMatcher(
        None, [w.key for w in old.words], [w.key for w in new.words], autojunk=False
    )
    places = []
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            continue
        lost = held.uncovered(old, range(i, j), new, expanded_old)
        gained = held.uncovered(new, range(k, m), old, expanded_new)
        places.append((lost, gained, (i, j), (k, m)))
    _drop_synonyms(old, new, places)
    found = []
    for lost, gained, (i, j), (k, m) in places:
        if not gained:
            lost = _without_expansions(lost, old, new)
        elif not lost:
            gained = _without_expansions(gained, new, old)
        if lost or gained:
            found.append(
                Edit(
                    tuple(old.words[x] for x in lost),
                    tuple(new.words[x] for x in gained),
                    old.words[i:j],
                    new.words[k:m],
                    bool(i) and old.words[i - 1].text.lower() in _BEFORE_VERB,
                    _is_noun(old.words, lost) or _is_noun(new.words, gained),
                    held.says_again(old, range(i, j), new),
                    held.says_again(new, range(k, m), old),
                )
            )
    return tuple(found)


def _without_expansions(left: list[int], own: Held, other: Held) -> list[int]:
    """The words left over without those that only say more of a name."""
    if len(left) == 1 and held.classes_place(own, left[0], other):
        return []
    if len(left) > EXPANSION:
        return left
    return [x for x in left if not held.expands_name(own, x, other)]


_BEFORE_VERB = frozenset(
    ["to", "will", "would", "shall", "should", "can", "could", "may", "might", "must"]
)
_BEFORE_NOUN = frozenset(
    [
        "a",
        "an",
        "the",
        "this",
        "his",
        "her",
        "its",
        "their",
        "our",
        "my",
        "s",
        "every",
        "each",
        "no",
    ]
)


def _is_noun(items: Sequence[Word], positions: Sequence[int]) -> bool:
    """Whether the words begin where only a noun can, with its adjectives."""
    return bool(positions and positions[0]) and (
        items[positions[0] - 1].text.lower() in _BEFORE_NOUN
    )


_Fits = Callable[["Held", int, "Held", int], bool]
_Place = tuple[list[int], list[int], tuple[int, int], tuple[int, int]]


def _drop_synonyms(old: Held, new: Held, places: Sequence[_Place]) -> None:
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
    old: Held, new: Held, lost: list[int], gained: list[int], fits: _Fits
) -> None:
    for a in list(lost):
        match = next((b for b in gained if fits(old, a, new, b)), None)
        if match is not None:
            lost.remove(a)
            gained.remove(match)


def _stands_for(old: Held, a: int, new: Held, b: int) -> bool:
    """Whether two plain words, or verbs with their particles, mean the same."""
    one, two = old.words[a], new.words[b]
    if one.name or two.name or one.number or two.number:
        return False
    if other_deed(one.key, two.key):
        return False
    return _is_slip(one.key, two.key) or any(
        senses.alike(x, y) for x in _forms(old.words, a) for y in _forms(new.words, b)
    )


def _restates(old: Held, a: int, new: Held, b: int) -> bool:
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
    """The key of a word, with the particle that follows it, and without degree."""
    key = items[at].key
    after = items[at + 1].key if at + 1 < len(items) else ""
    forms = [key, *senses.positive(key)]
    return [*forms, f"{key}_{after}"] if after in senses.PARTICLES else forms


ADDED, DROPPED = "added: ", "dropped: "


def ways(transition: Transition) -> frozenset[str]:
    """Whether a detail was "added", "removed" or both, as its reason says."""
    if ChangeKind.DETAIL not in transition.kinds:
        return frozenset()
    named = {"added": ADDED, "removed": DROPPED}
    told = transition.reason.split("; ")
    return frozenset(
        way for way, mark in named.items() if any(r.startswith(mark) for r in told)
    )
