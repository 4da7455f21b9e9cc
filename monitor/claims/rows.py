"""Figures in a row, each of its own: by who has it, or by where it is. Pure.

"Orland and Velm cut 40 and 50 jobs, respectively", "45 in Orland and 12 in Velm".
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.claims.grammar import children
from monitor.claims.propositions import Clause, trimmed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from monitor.claims.parsed import Doc, Token

_JOINTS = frozenset((",", "and", "or", "&"))
_NOMINAL = frozenset(("PROPN", "NOUN", "ADJ", "DET"))
_EACH = "respectively"


def split(doc: Doc, clause: Clause, counted: Collection[int]) -> list[Clause]:
    """What the figures of a row state; the clause keeps the first of them."""
    if any(doc[i].lower_ == _EACH for i in clause.tokens):
        return _respective(doc, clause, counted)
    return [*_placed(doc, clause, counted), *_states(doc, clause, counted)]


def _respective(doc: Doc, clause: Clause, counted: Collection[int]) -> list[Clause]:
    """One clause for each owner; where no row of owners is told, nobody knows whose."""
    figures = _figures(doc, clause, counted)
    flat = {i for figure in figures for i in figure}
    owners = _owners(doc, [*clause.subject, *clause.tokens], len(figures), flat)
    if not owners:
        clause.unsure = True
        return []
    rows = (owners, figures)
    gone = {i for row in rows for i in range(row[0][0], row[-1][-1] + 1)}
    shared = [i for i in (*clause.subject, *clause.tokens) if i not in gone]
    shared = [i for i in shared if doc[i].lower_ != _EACH]
    found = []
    for owner, figure in zip(owners, figures, strict=True):
        order = trimmed(doc, sorted({*shared, *owner, *figure}))
        low, high = min(owner + figure), max(owner + figure)
        own = [i for i in order if low <= i <= high]
        added = replace(clause, tokens=own, subject=[], order=order, main=clause.head)
        found.append(added)
    clause.tokens, clause.order = found[0].order, found[0].order
    clause.subject = []
    return found[1:]


def _figures(doc: Doc, clause: Clause, counted: Collection[int]) -> list[list[int]]:
    """The longest row of figures with nothing but commas and "and" between them."""
    rows: list[list[list[int]]] = []
    last = -1
    for i in clause.tokens:
        if i not in counted:
            continue
        if last >= 0 and i == last + 1:
            rows[-1][-1].append(i)
        elif last >= 0 and all(_joins(doc, n) for n in range(last + 1, i)):
            rows[-1].append([i])
        else:
            rows.append([[i]])
        last = i
    return max(rows, key=len, default=[])


def _owners(
    doc: Doc, told: list[int], count: int, figures: Collection[int]
) -> list[list[int]]:
    """As many names or nouns in a row as there are figures."""
    row: list[list[int]] = []
    for i in told:
        if i in figures or (doc[i].pos_ not in _NOMINAL and not _joins(doc, i)):
            if len(row) == count > 1:
                break
            row = []
        elif _joins(doc, i):
            row += [[]] if row and row[-1] else []
        elif row:
            row[-1].append(i)
        else:
            row.append([i])
    return row if len(row) == count > 1 and all(row) else []


def _joins(doc: Doc, at: int) -> bool:
    return doc[at].lower_ in _JOINTS


def _placed(doc: Doc, clause: Clause, counted: Collection[int]) -> Iterator[Clause]:
    """ "45 in Orland and 12 in Velm": the second number with its own place or cause."""
    for second in [doc[i] for i in clause.tokens]:
        if second.dep_ != "conj" or not _has_place(second, counted):
            continue
        own = [t.i for t in second.subtree if t.i in clause.tokens]
        first = [i for i in clause.tokens if i < own[0] and i in counted]
        if not first:
            continue
        last = first[-1]
        while first[-1] - 1 in first:  # of "at least 45" where it begins
            first.pop()
        kept = [i for i in clause.tokens if i not in own]
        opening = [*clause.subject, *(i for i in kept if i < first[-1])]
        # "26 were killed in the strikes and five by shelling": the verb stands behind
        verb = [i for i in kept if last < i <= clause.head]
        place = [i for i in own if i > second.i]
        number = [i for i in own if i <= second.i]
        clause.tokens = trimmed(doc, kept)
        order = [*opening, *number, *verb, *place]
        added = replace(clause, tokens=own, order=order, subject=[], kind="part")
        added.main = clause.head
        yield added


def _states(doc: Doc, clause: Clause, counted: Collection[int]) -> Iterator[Clause]:
    """ "Reported 360 killed and 900 injured": the second number with its own state."""
    for second in [doc[i] for i in clause.tokens]:
        first = second.head
        if second.dep_ != "conj" or first.dep_ != "acl" or first.head.i not in counted:
            continue
        own = [t.i for t in second.subtree if t.i in clause.tokens]
        if not any(i in counted for i in own):
            continue
        kept = [i for i in clause.tokens if i not in own]
        before = [i for i in kept if i < first.head.left_edge.i]
        clause.tokens = trimmed(doc, kept)
        order = [*clause.subject, *before, *own]
        yield replace(clause, tokens=own, order=order, subject=[], kind="part")


def _has_place(number: Token, counted: Collection[int]) -> bool:
    """A bare number or share that is followed by where, of whom or by what it is."""
    share = number.lower_ in ("%", "percent") and number.i in counted
    if not share and (number.pos_ != "NUM" or number.i not in counted):
        return False
    return any(
        p.lower_ != "of" and children(p, "pobj", "pcomp")
        for p in children(number, "prep")
    )
