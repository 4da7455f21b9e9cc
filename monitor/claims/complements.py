"""Where the clause stands that a verb of saying reports. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.claims import cues
from monitor.claims.grammar import SUBJECTS, children

if TYPE_CHECKING:
    from monitor.claims.parsed import Token


def of(token: Token) -> list[Token]:
    """The heads of what the cue reports: behind it, before it, or hung elsewhere."""
    return _joined_to(token) or _trailed(token) or _behind_place(token)


def _joined_to(token: Token) -> list[Token]:
    """The content clauses; one before a dash or semicolon stands for itself."""
    heads = children(token, "ccomp")
    behind = [h for h in heads if h.i > token.i]
    if not behind:
        # "they shot it down; the army denied it"
        heads = [h for h in heads if not _is_parted(h, token)]
    before = [h for h in heads if h.i < token.i]
    if behind and before:
        gap = token.doc[before[-1].right_edge.i + 1 : token.i]
        if any(t.text in ("—", "–", ";", "-", "--") for t in gap):
            return behind
    return heads


def _is_parted(head: Token, token: Token) -> bool:
    gap = token.doc[head.right_edge.i + 1 : token.i]
    return any(t.text == ";" for t in gap)


def _behind_place(token: Token) -> list[Token]:
    """ "Told reporters at a conference that …", whose clause the parse hangs there."""
    return [
        t
        for place in children(token, "prep")
        for t in place.subtree
        if t.dep_ in ("relcl", "acl") and children(t, *SUBJECTS)
        if any(m.lower_ == "that" and m.tag_ == "IN" for m in children(t, "mark"))
        if t.head.lemma_.lower() not in cues.words("nouns")
    ][:1]


def _trailed(token: Token) -> list[Token]:
    """The content before a cue that follows it after a comma: "…, he said"."""
    head = token.head
    if token.dep_ == "parataxis" and head.i != token.i:
        return [head]
    if token.i <= head.i:
        return []
    trails = (
        token.dep_ in ("ccomp", "advcl")
        and bool(children(token, "nsubj"))
        and not children(token, "mark")
        and not _is_dated(token)
        and any(c.text in (",", "”", '"') for c in head.doc[head.i : token.i])
    )
    return [head] if trails else []


def _is_dated(token: Token) -> bool:
    """ "…, when the index recorded its worst week": when it was, no cue."""
    return any(
        c.tag_ == "WRB" and not any(t.text == "," for t in token.doc[c.i : token.i])
        for c in token.children
    )
