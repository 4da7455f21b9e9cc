"""The predicate class and participants of a clause, normalised. Pure."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from monitor.claims import dates, wordlists
from monitor.claims.stems import stem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from monitor.claims.parsed import Doc


@cache
def _classes() -> dict[str, str]:
    table = wordlists.table("predicates")
    return {w: name for name, text in table.items() for w in text.split()}


def of(lemma: str) -> str:
    """The class of a verb or event noun: "slay" and "death" are both "kill"."""
    word = lemma.lower()
    return _classes().get(word, word)


@cache
def _classes_by_key() -> dict[str, str]:
    return {stem(word): name for word, name in _classes().items()}


def of_key(key: str) -> str | None:
    """The class of a word in the comparable form of `stems.stem`, if it has one."""
    return _classes_by_key().get(key)


def known(lemma: str) -> bool:
    """Whether the word names an event that has a class."""
    return lemma.lower() in _classes()


def participants(
    doc: Doc, tokens: Sequence[int], meant: Mapping[int, str]
) -> tuple[str, ...]:
    """Names and head nouns in the slots of a clause, in order, lower case.

    `meant` has whom a pronoun means, by its token.
    """
    found: list[str] = []
    for i in tokens:
        token = doc[i]
        if i in meant:
            found.append(meant[i].lower())
        if token.dep_ in ("compound", "amod") and token.head.pos_ == token.pos_:
            continue
        if token.pos_ == "PROPN":
            found.append(_name(doc, i))
        elif token.pos_ == "NOUN" and token.dep_ not in ("npadvmod", "compound"):
            found.append(token.lemma_.lower())
    return tuple(dict.fromkeys(found))


def _name(doc: Doc, at: int) -> str:
    start = at
    while (
        start and doc[start - 1].pos_ == "PROPN" and doc[start - 1].text[:1].isupper()
    ):
        start -= 1
    return doc.stretch(start, at + 1).lower()


def entities(doc: Doc) -> tuple[str, ...]:
    """The proper names of a sentence: runs of capitalised proper nouns.

    The name of a day or month alone names nobody: what happened on a Friday is not
    one event.
    """
    found: list[str] = []
    run: list[str] = []
    for token in doc:
        inside = token.pos_ == "PROPN" and token.text[:1].isupper()
        joins = bool(run) and token.lower_ in ("of", "-", "al")
        if inside or (joins and _next_is_name(doc, token.i)):
            run.append(token.text + token.whitespace_)
        elif run:
            found.append("".join(run).strip())
            run = []
    if run:
        found.append("".join(run).strip())
    names = dict.fromkeys(found)
    return tuple(name for name in names if not dates.is_named_day(name.split()))


def _next_is_name(doc: Doc, at: int) -> bool:
    return at + 1 < len(doc) and doc[at + 1].pos_ == "PROPN"
