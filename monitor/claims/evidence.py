"""What ties two statements to one event: whole names, content, kind of event. Pure.

Two outlets that tell of one event name it, or say so much of it alike that chance
is no reason. One shared word of a name, or a sentence of common words that stands in
many articles, is no evidence.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from monitor.claims import dates, predicates, stems, wording, wordlists
from monitor.claims.wording import Word

Name = tuple[str, ...]

# What a word tells of an event: "be", "people" and "last" stand in all of them.
PLAIN = 1.0
NAMED = 1.5
LITTLE = 0.2
# Of a headline's longer words nearly all are capitalised.
TITLE_WORDS, TITLE_SHARE = 3, 0.8


@dataclass(frozen=True, slots=True)
class Shared:
    """Content that two statements have in common.

    `weight` in plain words, `said` without names; `more` and `less` are its shares
    of the statement of which it is the larger and the smaller part.
    """

    weight: float
    said: float
    more: float
    less: float


@cache
def _lists() -> dict[str, frozenset[str]]:
    raw = wordlists.table("events")
    return {
        "light": frozenset(wording.stem(w) for w in raw["light"].split()),
        "busy": frozenset(w.replace("_", " ") for w in raw["busy"].split()),
    }


@cache
def _kinds() -> dict[str, frozenset[int]]:
    """The kinds of incident that each word may name."""
    rows = wordlists.table("events")["incidents"]
    found: dict[str, set[int]] = {}
    for number, row in enumerate(rows):
        for word in row.split():
            found.setdefault(wording.stem(word), set()).add(number)
    return {word: frozenset(numbers) for word, numbers in found.items()}


def is_light(key: str) -> bool:
    """Whether a verb or noun says nothing of an event by itself."""
    return key in _lists()["light"]


def shared(a: str, b: str, *, numbers: bool = True) -> Shared:
    """What the statements share, each word once; without `numbers` figures are left out."""
    left = _content(a, _named(b), numbers)
    right = _content(b, _named(a), numbers)
    size_left, size_right = sum(left.values()), sum(right.values())
    if not size_left or not size_right:
        return Shared(0.0, 0.0, 0.0, 0.0)
    pairs = _paired(left, right)
    weight = sum(max(left[x], right[y]) for x, y in pairs)
    said = sum(min(left[x], right[y]) for x, y in pairs if not (x.name or y.name))
    one = sum(left[x] for x, _ in pairs) / size_left
    other = sum(right[y] for _, y in pairs) / size_right
    return Shared(weight, said, max(one, other), min(one, other))


@lru_cache(maxsize=5_000)
def _named(text: str) -> frozenset[str]:
    """The words of names, none of a headline: there all words have capitals."""
    items = [w for w in wording.words(text) if w.content]
    if _is_title(items):
        return frozenset()
    return frozenset(fold_word(w) for w in items if w.name)


@lru_cache(maxsize=5_000)
def _content(text: str, names: frozenset[str], numbers: bool) -> Mapping[Word, float]:
    """The content of a text and what each word weighs; a name weighs as one.

    In a headline names are those that the other text has.
    """
    items = [w for w in wording.words(text) if w.content]
    if _is_title(items):
        items = [w._replace(name=fold_word(w) in names) for w in items]
    found: dict[str, tuple[Word, float]] = {}
    for word, following in itertools.zip_longest(items, items[1:]):
        inner = word.name and following is not None and following.name
        touching = inner and text[word.end : following.start].isspace()
        found.setdefault(word.key, (word, LITTLE if touching else _weight(word)))
    return {w: x for w, x in found.values() if numbers or not w.number}


def _is_title(items: Sequence[Word]) -> bool:
    """Whether all is written with capitals, so that they mark no names."""
    long = [w for w in items if not w.number and len(w.text) > 3]
    capitals = sum(w.text[:1].isupper() for w in long)
    return len(long) >= TITLE_WORDS and capitals >= TITLE_SHARE * len(long)


def _weight(word: Word) -> float:
    if word.generic or is_light(word.key) or word.text.endswith("ly"):
        return LITTLE
    return NAMED if word.name else PLAIN


def _paired(left: Iterable[Word], right: Iterable[Word]) -> list[tuple[Word, Word]]:
    by_key = {w.key: w for w in right}
    pairs = [(w, by_key.pop(w.key)) for w in left if w.key in by_key]
    done = {w.key for w, _ in pairs}
    for word in left:
        if word.key in done:
            continue
        other = next((o for o in by_key.values() if _same(word, o)), None)
        if other is not None:
            pairs.append((word, by_key.pop(other.key)))
    return pairs


def _same(a: Word, b: Word) -> bool:
    # most words share no first letter, nor sense
    if a.key[:1] == b.key[:1] or wording.groups(a.key) & wording.groups(b.key):
        return wording.same_word(a, b)
    one = predicates.of_key(a.key)
    return one is not None and one == predicates.of_key(b.key)


# ------------------------------------------------------------------ names


def names(entities: Iterable[str], text: str | None = None) -> frozenset[Name]:
    """Whole names, titles and countries left out; with a text, those that it holds.

    That two statements are both about one country makes them no more than that.
    """
    return _names(tuple(entities), text)


@lru_cache(maxsize=5_000)
def _names(entities: tuple[str, ...], text: str | None) -> frozenset[Name]:
    held = None if text is None else {fold_word(w) for w in wording.words(text)}
    found = (_parts(entity) for entity in entities)
    return frozenset(
        name for name in found if name and (held is None or held.issuperset(name))
    )


def fold_word(word: Word) -> str:
    """A word of a name, without case and accents."""
    return wording.fold(word.text)


@lru_cache(maxsize=20_000)
def _parts(entity: str) -> Name:
    items = [w for w in wording.words(entity) if w.content and not w.generic]
    if all(wording.is_place(w.key) for w in items):
        return ()
    parts = tuple(fold_word(w) for w in items)
    return () if dates.is_named_day(list(parts)) else parts


def same_name(a: Name, b: Name) -> bool:
    """Whether one is the other or its first or last part: a name is one as a whole.

    "Kestrel" may be Ana Kestrel; "Norrin Lines" is not "Arlen Lines".
    """
    short, long = sorted((a, b), key=len)
    return _alike(short, long[: len(short)]) or _alike(short, long[-len(short) :])


def _alike(a: Name, b: Name) -> bool:
    return bool(a) and all(x == y or _variant(x, y) for x, y in zip(a, b, strict=True))


def _variant(a: str, b: str) -> bool:
    """Whether one is the other with a letter more: another letter is another town."""
    short, long = sorted((a, b), key=len)
    if len(long) - len(short) != 1 or not stems.same_spelling(a, b, names=True):
        return False
    return any(long[:at] + long[at + 1 :] == short for at in range(len(long)))


def common_names(a: frozenset[Name], b: frozenset[Name]) -> list[Name]:
    """Names of the first that the second has too."""
    return list(_common(a, b)) if a and b else []


@lru_cache(maxsize=5_000)
def _common(a: frozenset[Name], b: frozenset[Name]) -> tuple[Name, ...]:
    return tuple(sorted(x for x in a if any(same_name(x, y) for y in b)))


def is_busy(name: Name) -> bool:
    """Whether a name is in the news every day: a capital, a parliament, an agency."""
    return " ".join(name) in _lists()["busy"]


@lru_cache(maxsize=5_000)
def is_scene(name: Name, text: str) -> bool:
    """Whether a text names it only as where something is, or leads to or from.

    "In Orland" is a scene, "in the Norrin warehouse" a thing with a name.
    """
    items = [fold_word(w) for w in wording.words(text)]
    before = [
        items[at - 1] if at else ""
        for at, word in enumerate(items)
        if word == name[0] and name[-1] in items[at : at + len(name) + 1]
    ]
    return bool(before) and all(word in _WHERE for word in before)


_WHERE = frozenset(
    (
        "in", "at", "near", "to", "from", "off", "around", "outside", "across",
        "through", "throughout", "towards", "into", "inside", "over", "above",
        "between",
    )
)  # fmt: skip


# ------------------------------------------------------------------ kinds


def is_wish(text: str) -> bool:
    """Whether a text says what should be, and not what is."""
    return bool(_WISHES.search(text))


_WISHES = re.compile(
    r"\b(?:should|must|ought to|needs? to|has to|have to)\b", re.IGNORECASE
)


def kinds_differ(a: str, b: str) -> str | None:
    """Why the texts tell of different kinds of incident, None if they need not."""
    left, right = incidents(a), incidents(b)
    if not left or not right:
        return None
    one = frozenset().union(*left.values())
    other = frozenset().union(*right.values())
    if one & other:
        return None
    return f"of a {min(right)}, not of a {min(left)}"


@lru_cache(maxsize=20_000)
def incidents(text: str) -> dict[str, frozenset[int]]:
    """The words of a text that name an incident, each with the kinds it may be."""
    kinds = _kinds()
    return {
        wording.fold(w.text): kinds[w.key]
        for w in wording.words(text)
        if w.key in kinds
    }
