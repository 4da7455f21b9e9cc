"""Word classes and lemmas as the model's own components give them, remembered. Pure.

The attribute ruler and the lemmatizer of the small English model take 40 % of a parse
without entities. What they say of a word depends on the word, its tag and its relation
alone, but for a few patterns of two words ("gon na", "there is"). So each combination
is asked for once; sentences with a word that may begin such a pattern go through the
components as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, cast

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc
    from thinc.types import Ints2d

COMPONENTS = ("attribute_ruler", "lemmatizer")
# What decides, what is set.
_GIVEN: list[int | str] = ["ORTH", "TAG", "DEP"]
_SET: list[int | str] = ["POS", "MORPH", "LEMMA"]
_READ = {"TAG", "LOWER", "DEP", "IS_SPACE"}

Key = tuple[int, ...]
Row = tuple[int, ...]


class _Component(Protocol):
    """What both components have, as far as it is used here."""

    patterns: list[dict[str, Any]]
    cache: dict[tuple[int, ...], list[str]]

    def __call__(self, doc: Doc) -> Doc: ...


class Morphology:
    """Sets the classes and lemmas of parsed sentences."""

    def __init__(self, nlp: Language) -> None:
        self._vocab = nlp.vocab
        self._ruler, self._lemmatizer = (
            cast(_Component, nlp.get_pipe(name)) for name in COMPONENTS
        )
        self._openings = openings(self._ruler.patterns)
        # None = the word may begin a pattern of several words
        self._rows: dict[Key, Row | None] = {}
        self._kept: dict[Key, Row | None] = {}

    def keep(self) -> None:
        """A memory zone begins: what is known so far outlives it."""
        self._kept = dict(self._rows)

    def forget(self) -> None:
        """The zone ends, and with it the lemmas that were made in it."""
        self._rows = dict(self._kept)
        self._lemmatizer.cache.clear()

    def fill(self, docs: Sequence[Doc]) -> None:
        """Set them for all tokens of some sentences, all parsed but for these."""
        keyed = [[tuple(key) for key in d.to_array(_GIVEN).tolist()] for d in docs]
        self._learn({key for keys in keyed for key in keys} - self._rows.keys(), docs)
        for doc, keys in zip(docs, keyed, strict=True):
            rows = [self._rows[key] for key in keys]
            if None in rows:
                self._ask(doc)
            elif rows:
                values = doc.to_array(_SET)
                values[:] = rows
                doc.from_array(_SET, cast("Ints2d", values))

    def _ask(self, doc: Doc) -> None:
        self._ruler(doc)
        self._lemmatizer(doc)

    def _learn(self, keys: set[Key], docs: Sequence[Doc]) -> None:
        """Ask for words that no sentence had so far, as if they were one sentence."""
        asked = [key for key in keys if not self._opens(key)]
        self._rows.update(dict.fromkeys(keys))
        if not asked:
            return
        words: Doc = type(docs[0])(
            self._vocab, words=[self._vocab.strings[key[0]] for key in asked]
        )
        given = words.to_array(_GIVEN)
        given[:] = asked
        words.from_array(_GIVEN[1:], cast("Ints2d", given[:, 1:]))
        self._ask(words)
        rows = words.to_array(_SET).tolist()
        for key, row in zip(asked, rows, strict=True):
            self._rows[key] = tuple(row)

    def _opens(self, key: Key) -> bool:
        if self._openings is None:
            return True
        lower = self._vocab.strings[key[0]].lower()
        relation = self._vocab.strings[key[2]] if key[2] else ""
        return lower.isspace() or any(
            _fits(opening, lower, relation) for opening in self._openings
        )


def openings(patterns: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]] | None:
    """How patterns of several words begin; None if a rule reads or sets other things.

    A blank is a case of its own: its rules set more than class and lemma.
    """
    found = []
    for rule in patterns:
        for pattern in rule["patterns"]:
            if any(not _READ.issuperset(token) for token in pattern):
                return None
            blank = len(pattern) == 1 and pattern[0].get("IS_SPACE") is True
            if not blank and not set(rule["attrs"]).issubset(_SET):
                return None
            if len(pattern) > 1:
                found.append({k: v for k, v in pattern[0].items() if k != "TAG"})
    return found


def _fits(opening: Mapping[str, Any], lower: str, relation: str) -> bool:
    """Whether a token may be the first of a pattern, its tag left open."""
    values = {"LOWER": lower, "DEP": relation}
    return all(
        name not in values or _meets(asked, values[name])
        for name, asked in opening.items()
    )


def _meets(asked: Any, value: str) -> bool:
    if isinstance(asked, str):
        return value == asked
    if "REGEX" in asked:
        return re.search(asked["REGEX"], value) is not None
    # any other condition is taken as met: such a sentence is only read more slowly
    return value in asked["IN"] if "IN" in asked else True
