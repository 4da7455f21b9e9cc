"""Quantities that a clause states without a number of its own. Pure.

"A man was killed" counts one; "the figure could be much higher" compares with the
figure before it; names in a row count as many as they are.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.claims import cues, predicates
from monitor.claims.grammar import children, phrase
from monitor.model import Comparator, Quantity

if TYPE_CHECKING:
    from monitor.claims.parsed import Doc, Token
    from monitor.claims.propositions import Clause

_FIGURE = frozenset(
    ("figure", "number", "toll", "total", "count", "tally", "amount", "estimate")
)
_MORE = re.compile(
    r"\b(?:much |far |even |significantly |considerably )?(?:higher|greater|larger|more)\b",
    re.IGNORECASE,
)
_LESS = re.compile(
    r"\b(?:much |far |even |significantly |considerably )?(?:lower|smaller|fewer|less)\b",
    re.IGNORECASE,
)
# Events whose victims or actors news counts: there "a man" is one.
COUNTED_EVENTS = frozenset(
    (
        *("kill", "injure", "arrest", "miss", "infect", "charge", "convict", "acquit"),
        *("defect", "resign", "displace"),
    )
)
# Fewer names in a row are a pair, which nobody counts.
LISTED = 3


def find(doc: Doc, clause: Clause, last: Quantity | None) -> list[Quantity]:
    """At most one quantity, offsets into the sentence; `last` is the one before."""
    head = doc[clause.head]
    own = set(clause.tokens)
    subjects = [c for c in children(head, "nsubj", "nsubjpass") if c.i in own]
    if not subjects:
        return _listed_after_place(doc, head)
    subject = subjects[0]
    if subject.lemma_.lower() in _FIGURE and last is not None:
        return _compared(doc, clause, last)
    listed = _listed(subject)
    if listed >= LISTED:
        return [_quantity(doc, phrase(subject), listed, "name")]
    if _is_one_of(subject):
        return [_quantity(doc, [subject.i], 1, "person")]
    if predicates.of(head.lemma_) in COUNTED_EVENTS:
        objects = [c for c in children(head, "dobj") if c.i in own]
        ones = [t for t in (*subjects, *objects) if _is_one(t)]
        if ones:
            # "a woman and a man" are two; with anybody else we can't tell
            others = children(ones[-1], "conj")
            if not all(_is_one(t) for t in others):
                return []
            count = 1 + len(others)
            return [_quantity(doc, [ones[-1].left_edge.i], count, "person")]
        if _means_one(subjects[0], clause):
            return [_quantity(doc, [subjects[0].i], 1, "person")]
    return []


def _listed_after_place(doc: Doc, head: Token) -> list[Quantity]:
    """ "In Europe, Germany, Italy and Spain have …": the parse joins place and list."""
    for opening in children(head, "prep"):
        for place in children(opening, "pobj"):
            listed = _listed(place) - 1
            follows = [c for c in children(place, "conj") if c.i > place.i]
            if listed >= LISTED and opening.i < head.i:
                return [_quantity(doc, [follows[0].i], listed, "name")]
    return []


def _compared(doc: Doc, clause: Clause, last: Quantity) -> list[Quantity]:
    start = doc[clause.tokens[0]].idx
    end = doc[clause.tokens[-1]].idx + len(doc[clause.tokens[-1]].text)
    text = doc.text[start:end]
    more, less = _MORE.search(text), _LESS.search(text)
    match = more or less
    if match is None:
        return []
    at = start + match.start()
    bound = last.maximum if last.maximum is not None else last.minimum
    return [
        replace(
            last,
            minimum=bound if more else None,
            maximum=None if more else bound,
            comparator=Comparator.MORE if more else Comparator.LESS,
            text=match.group(),
            start=at,
            end=at + len(match.group()),
        )
    ]


def _listed(subject: Token) -> int:
    """How many proper names stand in a row as the subject."""
    count = 0
    at: Token | None = subject
    while at is not None and at.pos_ == "PROPN":
        count += 1
        at = next((c for c in children(at, "conj", "appos") if c.i > at.i), None)
    return count


def _means_one(subject: Token, clause: Clause) -> bool:
    """ "An official said that he has resigned": he is that one."""
    if subject.lower_ not in ("he", "she"):
        return False
    heads = [s.head for s in clause.sayings if s.head is not None and s.cue < subject.i]
    return any(_is_one(subject.doc[head]) for head in heads)


def _is_one_of(subject: Token) -> bool:
    """ "One of them crashed": its event needs no class, its number is said."""
    return subject.lower_ == "one" and any(
        whole.lower_ in ("them", "these", "those")
        for of in children(subject, "prep")
        for whole in of.children
    )


def _is_one(subject: Token) -> bool:
    """ "A man", "an official": one person or thing that can be counted."""
    single = subject.tag_ in ("NN", "NNP") and subject.left_edge.lower_ in ("a", "an")
    person = subject.lemma_.lower() in cues.words("source.person")
    return single and person and subject.left_edge.head.i == subject.i


def _quantity(doc: Doc, indices: list[int], value: int, unit: str) -> Quantity:
    first, last = doc[indices[0]], doc[indices[-1]]
    end = last.idx + len(last.text)
    return Quantity(
        minimum=float(value),
        maximum=float(value),
        comparator=Comparator.EQUAL,
        unit=unit,
        counted=unit,
        text=doc.text[first.idx : end],
        start=first.idx,
        end=end,
    )
