"""What the parse shows of a sentence, or of two: as features."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from monitor.claims import predicates, senses, spacy_model, wording
from monitor.claims.stems import fold, stem

if TYPE_CHECKING:
    from monitor.claims.parsed import Doc, Token

BATCH = 50
# A form that fewer sentences have is left out.
RARE = 15
_DAY = re.compile(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b")
_AGE = re.compile(r"\b(\d\d?) ?- ?year")
_PERSONS = {"i": "I", "we": "we", "you": "you", "he": "he", "she": "he", "they": "they"}
_THINGS = {"it": "it", "this": "it", "that": "it", "there": "it"}
_FUTURE = {"will", "'ll", "would", "'d", "shall"}
_MODAL = {"can", "could", "may", "might", "should", "must", "need", "ought"}
_PERFECT = {"have", "has", "had", "'ve", "'s"}
_BELIEF = {
    "think",
    "believe",
    "hope",
    "feel",
    "guess",
    "wish",
    "know",
    "mean",
    "suppose",
    "agree",
    "want",
}
_SPEECH = {
    "say",
    "tell",
    "claim",
    "announce",
    "call",
    "admit",
    "testify",
    "promise",
    "propose",
    "deny",
}
# Say little of what happened.
_LIGHT = {
    "be",
    "have",
    "do",
    "make",
    "take",
    "get",
    "go",
    "say",
    "tell",
    "report",
    "accord",
    "set",
    "come",
}
Weights = Callable[[str], float]
T = TypeVar("T")


def _read(texts: Iterable[str], take: Callable[[Doc], T]) -> list[T]:
    listed = list(texts)
    found: list[T] = []
    for start in range(0, len(listed), BATCH):
        with spacy_model.zone():
            found += map(take, spacy_model.parse(listed[start : start + BATCH]))
    return found


# ------------------------------------------------------------------ one sentence


def forms(texts: list[str], others: list[str]) -> tuple[Any, Any]:
    """Person, tense, shape and kinds of words; the same columns for both lists."""
    rows, rest = _read(texts, _form), _read(others, _form)
    count = Counter(name for row in rows for name, value in row.items() if value)
    names = sorted(name for name, n in count.items() if n >= RARE)
    one, two = ([[row.get(n, 0.0) for n in names] for row in r] for r in (rows, rest))
    return np.array(one), np.array(two)


def _form(doc: Doc) -> dict[str, float]:
    tokens = [t for t in doc if not t.is_space]
    [root, *_] = [t for t in tokens if t.dep_ == "ROOT"]
    content = [t for t in root.children if t.dep_ in ("ccomp", "xcomp")]
    found = {"content clause": float(bool(content))}
    for head, place in [(root, "main"), *((head, "content") for head in content[:1])]:
        found.update(_clause(head, place))
    kinds, tags = (Counter(getattr(t, k) for t in tokens) for k in ("pos_", "tag_"))
    for kind in ("NOUN", "PROPN", "ADJ", "NUM", "VERB", "PRON", "ADP", "ADV"):
        found[f"share {kind}"] = kinds[kind] / len(tokens)
        found[f"count {kind}"] = min(kinds[kind], 6) / 6
    low = [t.lower_ for t in tokens]
    numbers = [t for t in tokens if t.like_num]
    return found | {
        "words": min(len(tokens), 40) / 40,
        "short": float(len(tokens) < 8),
        "comparative": float(tags["JJR"] + tags["RBR"] > 0),
        "superlative": float(tags["JJS"] + tags["RBS"] > 0),
        "past verbs": min(tags["VBD"] + tags["VBN"], 3) / 3,
        "base verbs": min(tags["VB"], 3) / 3,
        "modals": min(tags["MD"], 2) / 2,
        "number": float(bool(numbers)),
        "number of things": float(any(t.head.pos_ == "NOUN" for t in numbers)),
        "money or percent": float(bool({"$", "%", "percent", "dollars"} & set(low))),
        "name": float(any(t.pos_ == "PROPN" for t in tokens[1:])),
        "question": float(doc.text.rstrip('"” ').endswith("?")),
        "first person": min(sum(w in ("i", "me", "my", "we", "our") for w in low), 4)
        / 4,
        "third person": float(bool({"he", "she", "his", "her", "they"} & set(low))),
        "you": float(bool({"you", "your"} & set(low))),
        "if": float("if" in low),
        **{
            dep: min(sum(t.dep_ == dep for t in tokens), 3) / 3
            for dep in ("relcl", "advcl", "conj", "compound", "poss", "dobj", "prep")
        },
    }


def _clause(head: Token, place: str) -> Iterable[tuple[str, float]]:
    """Subject, tense and shape of a verb's clause."""
    children = list(head.children)
    subject = next((c for c in children if c.dep_.startswith(("nsubj", "expl"))), None)
    who, tense = _who(subject), _tense(head, {c.lower_ for c in children})
    yield f"{place} subject {who}", 1.0
    yield f"{place} tense {tense}", 1.0
    yield f"{place} {who} {tense}", 1.0
    for dep in ("auxpass", "neg", "acomp", "attr", "dobj"):
        yield f"{place} {dep}", float(any(c.dep_ == dep for c in children))
    lemma = head.lemma_.lower()
    yield f"{place} be", float(lemma == "be")
    yield f"{place} belief", float(lemma in _BELIEF)
    yield f"{place} speech", float(lemma in _SPEECH)
    yield f"{place} deed", float(predicates.known(lemma))


def _who(subject: Token | None) -> str:
    if subject is None:
        return "none"
    low = subject.lower_
    named = "name" if subject.pos_ == "PROPN" else "noun"
    return _PERSONS.get(low) or _THINGS.get(low) or named


def _tense(head: Token, beside: set[str]) -> str:
    if beside & _FUTURE:
        return "future"
    if beside & _MODAL:
        return "modal"
    if head.tag_ == "VBN" and beside & _PERFECT:
        return "perfect"
    if head.tag_ == "VBD" or beside & {"did", "was", "were"}:
        return "past"
    return {"VBG": "going", "VB": "imperative"}.get(head.tag_, "present")


# ------------------------------------------------------------------ two sentences


@dataclass(frozen=True)
class _Told:
    """An event as a sentence tells it: its word, arguments, subject and object."""

    key: str
    around: frozenset[str]
    roles: tuple[frozenset[str], frozenset[str]]


@dataclass(frozen=True)
class _Sentence:
    events: tuple[_Told, ...]
    names: frozenset[str]
    numbers: frozenset[str]
    days: frozenset[str]
    ages: frozenset[str]
    # what is counted → how many
    counts: dict[str, str]
    plain: frozenset[str]


def pairs(items: list[tuple[str, str]], rarity: Weights) -> Any:
    """How two sentences' deeds, who, when and how many agree, or do not."""
    texts = list(dict.fromkeys(text for pair in items for text in pair))
    known = dict(zip(texts, _read(texts, _sentence), strict=True))
    return np.array([_compared(known[a], known[b], rarity) for a, b in items])


def _key(token: Token) -> str:
    return stem(fold(token.lemma_.lower()))


def _things(tokens: Iterable[Token]) -> frozenset[str]:
    return frozenset(_key(t) for t in tokens if t.pos_ in ("NOUN", "PROPN"))


def _sentence(doc: Doc) -> _Sentence:
    words = wording.words(doc.text)
    counts = {
        _key(t.head): number.key
        for t in doc
        if t.like_num and t.head.pos_ == "NOUN"
        for number in wording.words(t.text)
    }
    return _Sentence(
        tuple(_told(t) for t in doc if _is_event(t)),
        frozenset(w.key for w in words if w.name and w.key not in wording.MONTHS),
        frozenset(w.key for w in words if w.number),
        frozenset(_DAY.findall(doc.text)),
        frozenset(_AGE.findall(doc.text)),
        counts,
        frozenset(
            w.key for w in words if w.content and not (w.name or w.number or w.generic)
        ),
    )


def _is_event(token: Token) -> bool:
    lemma = token.lemma_.lower()
    if token.pos_ == "VERB":
        return lemma not in _LIGHT
    return token.pos_ == "NOUN" and predicates.known(lemma)


def _told(token: Token) -> _Told:
    def under(*deps: str) -> frozenset[str]:
        return _things(t for c in token.children if c.dep_ in deps for t in c.subtree)

    roles = under("nsubj", "agent"), under("dobj", "nsubjpass", "attr", "pobj")
    return _Told(
        _key(token), _things(t for t in token.subtree if t is not token), roles
    )


def _compared(a: _Sentence, b: _Sentence, rarity: Weights) -> list[float]:
    deeds = [
        (_alike(x, y) * (rarity(x.key) + rarity(y.key)) / 14, x, y)
        for x in a.events
        for y in b.events
    ]
    counted = a.counts.keys() & b.counts.keys()
    found = [
        max((likeness for likeness, _, _ in deeds), default=0.0),
        max(
            (s * _shared(x.around, y.around, rarity) for s, x, y in deeds), default=0.0
        ),
        max((s * _roles(x, y) for s, x, y in deeds), default=0.0),
        float(any(a.counts[k] == b.counts[k] for k in counted)),
        float(any(a.counts[k] != b.counts[k] for k in counted)),
        max(map(rarity, a.numbers & b.numbers), default=0.0) / 7,
        max(map(rarity, a.names & b.names), default=0.0) / 7,
        _shared(a.names, b.names, rarity),
        float(bool(a.names - b.names and b.names - a.names)),
        _soft(a.plain, b.plain, rarity),
    ]
    for x, y in ((a.names, b.names), (a.days, b.days), (a.ages, b.ages)):
        found += [float(bool(x & y)), float(bool(x and y and not x & y))]
    return found


def _alike(a: _Told, b: _Told) -> float:
    """Of one word, of one class of deeds, or of one sense in WordNet."""
    if a.key == b.key:
        return 1.0
    deed = predicates.of_key(a.key)
    if deed is not None and deed == predicates.of_key(b.key):
        return 0.8
    return 0.6 if senses.alike(a.key, b.key) else 0.0


def _shared(a: frozenset[str], b: frozenset[str], rarity: Weights) -> float:
    return min(sum(map(rarity, a & b)), 8.0) / 8


def _roles(a: _Told, b: _Told) -> float:
    sides = zip(a.roles, b.roles, strict=True)
    return sum(len(x & y) / min(len(x), len(y)) for x, y in sides if x and y)


def _soft(a: frozenset[str], b: frozenset[str], rarity: Weights) -> float:
    """Share of the plain words that have the same or a synonym on the other side."""

    def covered(side: frozenset[str], other: frozenset[str]) -> float:
        best = (
            max(1.0 if k == o else 0.5 * senses.alike(k, o) for o in other)
            for k in side
        )
        weights = [rarity(k) for k in side]
        return sum(w * x for w, x in zip(weights, best, strict=True)) / sum(weights)

    return max(covered(a, b), covered(b, a)) if a and b else 0.0
