"""Which of the user's topics a claim belongs to.

Terms are whole words or phrases, found whatever their case, accents or dashes, in the
claim's text and in the names of its entities; a term may also be the name of a
measure ("killed/person" or just "killed"). `/…/` is a regular expression. Everything
is compiled once per configuration.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from monitor.alerts import patterns
from monitor.model import Change
from monitor.settings import TopicConfig

# Read alike by people, written in several ways: quotes, dashes, dotless i, and the
# two forms of ya and kaf that Arabic and Persian keyboards give.
_SAME = str.maketrans(
    {
        "‘": "'",
        "’": "'",
        "ʼ": "'",
        "‐": "-",
        "‑": "-",
        "‒": "-",
        "–": "-",
        "—": "-",
        "ı": "i",
        "ي": "ی",
        "ى": "ی",
        "ك": "ک",
        "\u200c": " ",
        "\u00ad": "",
    }
)
# Scripts that write no spaces between words: there a term may stand anywhere.
_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]"
)


def fold(text: str) -> str:
    """The text without case, accents and typographic variants, in one line."""
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(c for c in decomposed if unicodedata.category(c) != "Mn")
    return " ".join(bare.casefold().translate(_SAME).split())


def problems(term: str) -> list[str]:
    """What is wrong with a term, for `check-config`; one line each."""
    expression = patterns.expression(term)
    if expression is not None:
        return patterns.problems(expression)
    return [] if fold(term) else ["the term is empty"]


def matching(
    topics: Sequence[TopicConfig],
    *,
    text: str,
    entities: Sequence[str],
    measure: str | None,
    feeds: Sequence[str],
) -> tuple[str, ...]:
    """The names of the topics that the claim belongs to, in their order.

    A topic matches if one of `any`, each of `all` and none of `none` is found, and
    one of its `feeds` carries the claim; an empty list asks for nothing.
    """
    if not topics:
        return ()
    claim = _Claim.of(text, entities, measure)
    carried = frozenset(feeds)
    return tuple(
        topic.name for topic in _compiled(tuple(topics)) if topic.takes(claim, carried)
    )


def of_change(
    topics: Sequence[TopicConfig],
    change: Change,
    *,
    entities: Sequence[str],
    measure: str | None,
    with_title: bool = True,
) -> tuple[str, ...]:
    """The topics of a change, as its claim, its texts and its article's title say.

    `entities` and `measure` are those of its assertion.
    """
    sides = [side.text for side in (change.before, change.after) if side]
    title = change.article_title if with_title else ""
    return matching(
        topics,
        text="\n".join([change.claim, *sides, title]),
        entities=entities,
        measure=measure,
        feeds=change.feeds,
    )


def by_terms(topics: Sequence[TopicConfig], names: Sequence[str]) -> bool:
    """Whether one of the named topics matched by a term and not by its feeds alone."""
    return any(t.name in names and (t.any or t.all) for t in topics)


@dataclass(frozen=True, slots=True)
class _Claim:
    """What terms are looked for in."""

    verbatim: tuple[str, ...]
    folded: str
    measures: frozenset[str]

    @staticmethod
    def of(text: str, entities: Sequence[str], measure: str | None) -> _Claim:
        parts = (*text.split("\n"), *entities)
        key = fold(measure or "")
        return _Claim(
            verbatim=parts,
            # a phrase holds no newline: it can't reach from one line into the next
            folded="\n".join(fold(part) for part in parts),
            measures=frozenset({key, key.split("/")[0]} - {""}),
        )


@dataclass(frozen=True, slots=True)
class _Terms:
    """Terms of which one is enough."""

    phrases: re.Pattern[str] | None
    names: frozenset[str]
    expressions: tuple[re.Pattern[str], ...]

    @staticmethod
    def of(terms: Sequence[str]) -> _Terms:
        expressions = [e for t in terms if (e := patterns.expression(t)) is not None]
        plain = [fold(t) for t in terms if patterns.expression(t) is None]
        phrases = [t for t in plain if t]
        return _Terms(
            phrases=_one_of(phrases) if phrases else None,
            names=frozenset(plain),
            expressions=tuple(patterns.compiled(e) for e in expressions),
        )

    def found_in(self, claim: _Claim) -> bool:
        if self.names & claim.measures:
            return True
        if self.phrases is not None and self.phrases.search(claim.folded):
            return True
        return any(
            patterns.found(e, part) for e in self.expressions for part in claim.verbatim
        )


@dataclass(frozen=True, slots=True)
class _Topic:
    name: str
    one_of: _Terms | None
    each: tuple[_Terms, ...]
    without: _Terms | None
    feeds: frozenset[str]

    def takes(self, claim: _Claim, carried: frozenset[str]) -> bool:
        if self.feeds and not self.feeds & carried:
            return False
        if self.one_of is not None and not self.one_of.found_in(claim):
            return False
        if not all(terms.found_in(claim) for terms in self.each):
            return False
        return self.without is None or not self.without.found_in(claim)


@lru_cache(maxsize=8)
def _compiled(topics: tuple[TopicConfig, ...]) -> tuple[_Topic, ...]:
    return tuple(
        _Topic(
            name=topic.name,
            one_of=_Terms.of(topic.any) if topic.any else None,
            each=tuple(_Terms.of((term,)) for term in topic.all),
            without=_Terms.of(topic.none) if topic.none else None,
            feeds=frozenset(topic.feeds),
        )
        for topic in topics
    )


def _one_of(phrases: Sequence[str]) -> re.Pattern[str]:
    """An expression that finds any of the phrases as whole words.

    Bounds are asked once for all phrases that share them, before any is compared:
    thirty times as fast as asking for each (measured with 2,500 terms).
    """
    by_bounds: dict[tuple[str, str], list[str]] = {}
    for phrase in phrases:
        before = r"(?<!\w)" if _bounded(phrase[0]) else ""
        after = r"(?!\w)" if _bounded(phrase[-1]) else ""
        by_bounds.setdefault((before, after), []).append(re.escape(phrase))
    return re.compile(
        "|".join(
            f"{before}(?:{'|'.join(alike)}){after}"
            for (before, after), alike in by_bounds.items()
        )
    )


def _bounded(char: str) -> bool:
    return _word(char) and not _UNSPACED.match(char)


def _word(char: str) -> bool:
    return char.isalnum() or char == "_"
