"""Word classes and lemmas as the model's own components give them, remembered. Pure.

The attribute ruler and the lemmatizer of the small English model take 40 % of a parse
without entities. What they say of a word depends on the word, its tag and its relation
alone, but for a few patterns of two words ("gon na", "there is"). So each combination
is asked for once; sentences with a word that may begin such a pattern go through the
components as they are.

Of one thing they know nothing: English doubles the last letter of "hop" before an
ending, so that "hoped" is no form of it but of "hope" ("fined", "staged", "rated").
"""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, cast

from monitor.claims import parsed
from monitor.claims.parsed import Doc, Form

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc as SpacyDoc
    from spacy.tokens import Token as SpacyToken
    from thinc.types import Ints2d

COMPONENTS = ("attribute_ruler", "lemmatizer")
# What decides, what is set, and what a sentence has beside.
_GIVEN: list[int | str] = ["ORTH", "TAG", "DEP"]
_SET = ("POS", "MORPH", "LEMMA")
_PARSE: list[int | str] = [*_GIVEN, "HEAD", "SPACY"]
# How spaCy's unsigned arrays hold a head to the left.
_WRAP = 2**64
_READ = {"TAG", "LOWER", "DEP", "IS_SPACE"}

Key = tuple[int, int, int]
# Verbs whose last letter is doubled before an ending with a vowel.
_DOUBLES = re.compile(r"[^aeiou]*(?:qu)?[aeiou][^aeiouwxy]")
_ENDINGS = ("ed", "es", "ing")
_INFLECTED = frozenset(("VBD", "VBN", "VBG", "VBZ"))


class _Component(Protocol):
    """What both components have, as far as it is used here."""

    patterns: list[dict[str, Any]]
    cache: dict[tuple[int, ...], list[str]]
    lookups: Any

    def __call__(self, doc: SpacyDoc) -> SpacyDoc: ...


class Morphology:
    """Reads parsed sentences, with the classes and lemmas of their words."""

    def __init__(self, nlp: Language) -> None:
        self._vocab = nlp.vocab
        self._ruler, self._lemmatizer = (
            cast(_Component, nlp.get_pipe(name)) for name in COMPONENTS
        )
        index = self._lemmatizer.lookups.get_table("lemma_index")
        self._verbs = frozenset(cast("Iterable[str]", index["verb"]))
        self._openings = openings(self._ruler.patterns)
        # None = the word may begin a pattern of several words
        self._forms: dict[Key, Form | None] = {}
        self._kept: dict[Key, Form | None] = {}

    def keep(self) -> None:
        """A memory zone begins: what is known so far outlives it."""
        self._kept = dict(self._forms)

    def forget(self) -> None:
        """The zone ends: so does what was learned of its words."""
        self._forms = dict(self._kept)
        self._lemmatizer.cache.clear()

    def read(self, docs: Sequence[SpacyDoc]) -> Iterator[Doc]:
        """Sentences that are parsed but for classes and lemmas, with these."""
        rows = [doc.to_array(_PARSE).tolist() for doc in docs]
        keyed = [[(orth, tag, dep) for orth, tag, dep, _, _ in row] for row in rows]
        self._learn({k for keys in keyed for k in keys if k not in self._forms}, docs)
        for doc, keys, row in zip(docs, keyed, rows, strict=True):
            forms = [self._forms[key] for key in keys]
            known = [form for form in forms if form is not None]
            if len(known) < len(forms):
                self._ask(doc)
                known = [_form(token) for token in doc]
            yield _tied(doc, known, row)

    def _ask(self, doc: SpacyDoc) -> None:
        self._ruler(doc)
        self._lemmatizer(doc)
        for token in doc:
            if token.tag_ in _INFLECTED:
                token.lemma_ = base(token.lower_, token.lemma_, self._verbs)

    def _learn(self, keys: set[Key], docs: Sequence[SpacyDoc]) -> None:
        """Ask for words that no sentence had so far, as if they were one sentence."""
        asked = [key for key in keys if not self._opens(key)]
        self._forms.update(dict.fromkeys(keys))
        if not asked:
            return
        words: SpacyDoc = type(docs[0])(
            self._vocab, words=[self._vocab.strings[key[0]] for key in asked]
        )
        given = words.to_array(_GIVEN)
        given[:] = asked
        words.from_array(_GIVEN[1:], cast("Ints2d", given[:, 1:]))
        self._ask(words)
        for key, token in zip(asked, words, strict=True):
            self._forms[key] = _form(token)

    def _opens(self, key: Key) -> bool:
        if self._openings is None:
            return True
        lower = self._vocab.strings[key[0]].lower()
        relation = self._vocab.strings[key[2]] if key[2] else ""
        return lower.isspace() or any(
            _fits(opening, lower, relation) for opening in self._openings
        )


def _form(token: SpacyToken) -> Form:
    # most of these strings are in many forms
    said = (
        *(token.text, token.lower_, token.lemma_),
        *(token.pos_, token.tag_, token.dep_),
    )
    text, lower, lemma, pos, tag, dep = map(sys.intern, said)
    return Form(text, lower, lemma, pos, tag, dep, token.is_punct, token.is_space)


def _tied(doc: SpacyDoc, forms: Sequence[Form], rows: Sequence[Sequence[int]]) -> Doc:
    """The sentence of these words with the tree that the parser gave it."""
    heads = [
        at + (head if head < _WRAP // 2 else head - _WRAP)
        for at, (_, _, _, head, _) in enumerate(rows)
    ]
    found = parsed.words(doc.text, forms, (bool(row[-1]) for row in rows))
    parsed.tie(found, heads)
    return found


def base(word: str, lemma: str, verbs: Collection[str]) -> str:
    """The base form of an inflected verb for which the rules found `lemma`."""
    if any(word == lemma + ending for ending in _ENDINGS) and _DOUBLES.fullmatch(lemma):
        return f"{lemma}e" if f"{lemma}e" in verbs else lemma
    return lemma


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
