"""Figures that a clause adds without a verb of their own: each is a claim. Pure.

"…, up from 22 on Sunday", "…, among them 27 minors", "seven ships and three
aircraft are …", "Harne, home to 58,000 people, …".
"""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.claims import rows
from monitor.claims.grammar import children, tokens_in
from monitor.claims.propositions import Clause, trimmed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from monitor.claims.parsed import Doc, Token

# A tail ends at the next mark; commas inside numbers are none.
_REST = r"(?:[^,;:()“”\"—–]|(?<=\d),(?=\d))+"
_END = r"(?=,\s|;|\s[—–]|[.]?$|\sand\sits\s)"
_EARLIER = (
    re.compile(
        r",\s(?P<tail>(?:(?:up|down)\s(?:\w+\s)?from|compared\s(?:with|to))"
        rf"\s{_REST}?){_END}"
    ),
    # "to 771 million tonnes from 785 million"
    re.compile(
        rf"\bto\s[^,;:()“”\"—–]{{1,60}}?\s(?P<tail>from\s(?:an?\s)?(?:\w+\s)?[$€£\d]{_REST}?){_END}"
    ),
)
_PART = re.compile(
    r",\s(?P<tail>(?:(?:among|including)\s|home\sto\s"
    rf"|(?:[\w,.-]+\s){{1,3}}of\s(?:them|whom|these|those)\s){_REST}?){_END}",
    re.IGNORECASE,
)
# Words before an older figure: "compared with a record loss of".
LEAD = 7
# What an older figure has before it: "up from an initial".
_FROM = re.compile(r"\b(?:from|with|to)\s+(?:an?\s|the\s)?")


def split(
    doc: Doc, clauses: list[Clause], counted: Collection[int] = ()
) -> list[Clause]:
    """The clauses, their verbless figures cut off as clauses of their own."""
    if not counted:
        return clauses
    found, text = list(clauses), doc.text
    for kind, pattern in (*(("earlier", p) for p in _EARLIER), ("part", _PART)):
        for match in pattern.finditer(text):
            own = tokens_in(doc, *match.span("tail"))
            told = any(i in counted for i in own)
            main = _main(found, own) if told else None
            if main is None or (
                kind == "earlier" and not _is_older(main, own, counted)
            ):
                continue
            for clause in found:
                clause.tokens = trimmed(doc, [i for i in clause.tokens if i not in own])
            # a part of what the main clause tells is told by its verb
            head = main.head if kind == "part" else own[0]
            added = Clause(head, kind, own, [], main.sayings)
            if doc[own[0]].lower_ == "home":
                town = _named_before(doc, own[0])
                added.kind, added.subject = "apposition", town
            if kind == "earlier" and not _is_named(doc, own, counted):
                added.main, added.order = main.head, _in_place(doc, main, own, counted)
            found.append(added)
    found += [c for clause in clauses for c in rows.split(doc, clause, counted)]
    found += [c for clause in clauses for c in _coordinated(doc, clause, counted)]
    return sorted((c for c in found if c.tokens), key=lambda c: c.tokens[0])


def _main(clauses: list[Clause], own: list[int]) -> Clause | None:
    """The clause that a tail belongs to; None where it has a predicate itself."""
    inside = set(own)
    if any(c.head in inside and c.kind != "aside" for c in clauses):
        return None
    before = [c for c in clauses if c.tokens and c.tokens[0] < own[0]]
    return max(before, key=lambda c: len(inside & set(c.tokens)), default=None)


def _is_older(main: Clause, own: list[int], counted: Collection[int]) -> bool:
    """Whether both have a figure, the older one near the beginning of its tail."""
    return any(i in counted for i in own[:LEAD]) and any(
        i in counted and i not in own for i in main.tokens
    )


def _is_named(doc: Doc, own: list[int], counted: Collection[int]) -> bool:
    """ "Compared with a profit of 35 million": it says itself what it counts."""
    before = itertools.takewhile(lambda i: i not in counted, own)
    relative = any(doc[i].tag_ in ("WP", "WDT") for i in own)
    return relative or any(doc[i].pos_ == "NOUN" for i in before)


def _named_before(doc: Doc, at: int) -> list[int]:
    """The name that ends before the comma."""
    last = first = at - 2
    while first > 0 and doc[first - 1].pos_ == "PROPN":
        first -= 1
    return list(range(max(first, 0), last + 1))


def _in_place(
    doc: Doc, main: Clause, own: list[int], counted: Collection[int]
) -> list[int]:
    """The main clause with the older figure for its own, as it once was true."""
    match = _FROM.search(doc.text, doc[own[0]].idx)
    rest = [i for i in own if match is None or doc[i].idx >= match.end()]
    number = [i for i in rest if i in counted] or rest[:1]
    behind = [i for i in rest if i > number[-1]]
    run = next(_runs(main.tokens, counted), [])
    if not run:
        return own
    before = [i for i in main.tokens if i < run[0]]
    after = [i for i in main.tokens if i > run[-1]]
    return [*main.subject, *before, *number, *after, *behind]


def _runs(tokens: list[int], counted: Collection[int]) -> Iterator[list[int]]:
    """The unbroken rows of counted tokens."""
    run: list[int] = []
    for i in tokens:
        if i in counted and (not run or run[-1] == i - 1):
            run.append(i)
        elif run:
            yield run
            run = [i] if i in counted else []
    if run:
        yield run


def _coordinated(
    doc: Doc, clause: Clause, counted: Collection[int]
) -> Iterator[Clause]:
    """ "Seven ships and three aircraft": what the second count states."""
    head = doc[clause.head]
    placed = [p for prep in children(head, "prep") for p in children(prep, "pobj")]
    for first in [*children(head, "nsubj", "nsubjpass", "dobj", "oprd"), *placed]:
        second = next((c for c in children(first, "conj") if _counts(c, counted)), None)
        if second is None or not _counts(first, counted):
            continue
        if second.lemma_ == first.lemma_ and not _told_apart(first, second):
            continue
        other = [t.i for t in second.subtree if t.i in clause.tokens]
        if not other:
            continue
        low, high = first.left_edge.i, other[-1]
        before = [i for i in clause.tokens if i < low]
        after = [i for i in clause.tokens if i > high]
        joined = [i for i in clause.tokens if low <= i < other[0]]
        clause.tokens = trimmed(doc, [i for i in clause.tokens if i not in other])
        if after:
            clause.order = [*clause.subject, *before, *trimmed(doc, joined), *after]
        own = other if first.dep_ in ("dobj", "pobj") else [*other, *after]
        order = [*clause.subject, *before, *other, *after]
        yield replace(clause, tokens=own, order=order, subject=[], kind="part")


def _told_apart(first: Token, second: Token) -> bool:
    """ "10 human cases and 46 animal cases"."""
    kinds = [
        {c.lower_ for c in children(noun, "amod", "compound")}
        for noun in (first, second)
    ]
    return all(kinds) and not kinds[0] & kinds[1]


def _counts(noun: Token, counted: Collection[int]) -> bool:
    """ "Three aircraft", "40 dead and 120 injured"."""
    if noun.pos_ != "NOUN" and noun.pos_ != "ADJ" and noun.tag_ != "VBN":
        return False
    return any(c.i in counted for c in children(noun, "nummod", "nsubj"))
