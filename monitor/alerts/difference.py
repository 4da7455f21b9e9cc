"""Which words of two texts differ, for messages, pages and terminals. Pure."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORD = re.compile(r"\w+(?:[.,'’:/-]\w+)*|[^\w\s]")
# Texts with less in common are two sentences; marks on every word would hide it.
_LIKE = 0.3

# (space before, word)
Words = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text. The pieces in order are the text."""

    text: str
    is_changed: bool = False


def parts(before: str, after: str) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """Both texts in pieces, those that the other has not marked."""
    one, other = split(before), split(after)
    left, right = changed(one, other)
    return _pieces(before, one, left), _pieces(after, other, right)


def split(text: str) -> Words:
    """(space before, word) for each word."""
    words: Words = []
    end = 0
    for found in _WORD.finditer(text):
        words.append((text[end : found.start()], found.group()))
        end = found.end()
    return words


def changed(one: Words, other: Words) -> tuple[set[int], set[int]]:
    """The indices of the words that differ; none if hardly anything is alike."""
    matcher = SequenceMatcher(
        None, [word for _, word in one], [word for _, word in other], autojunk=False
    )
    left: set[int] = set()
    right: set[int] = set()
    if matcher.ratio() < _LIKE:
        return left, right
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            left.update(range(i1, i2))
            right.update(range(j1, j2))
    return left, right


def _pieces(text: str, words: Words, marked: AbstractSet[int]) -> tuple[Part, ...]:
    pieces: list[Part] = []
    start = end = 0
    was = False
    for index, (space, word) in enumerate(words):
        now = index in marked
        if now is not was:
            # the space before the first marked word stays outside, as does the last
            cut = end + (len(space) if now else 0)
            if cut > start:
                pieces.append(Part(text[start:cut], was))
            start, was = cut, now
        end += len(space) + len(word)
    if was and end > start:
        pieces.append(Part(text[start:end], is_changed=True))
        start = end
    if text[start:]:
        pieces.append(Part(text[start:]))
    return tuple(pieces)
