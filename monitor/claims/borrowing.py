"""The subject that a clause takes over from where it hangs. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.claims import asides
from monitor.claims.grammar import SUBJECTS, children, phrase, speaker, subject

if TYPE_CHECKING:
    from monitor.claims.parsed import Token

# Clauses that say something of the noun they hang on.
_OF_NOUNS = frozenset(("apposition", "relative", "age", "turned"))


def subject_of(head: Token, kind: str, tokens: list[int]) -> list[int]:
    """The subject phrase of another clause, where this one has none."""
    if kind in ("main", "with", "presupposed", "cause", "aside"):
        return []
    whole = asides.whole(head) if kind == "relative" else None
    if whole is not None:
        return list(range(whole.left_edge.i, whole.i + 1))
    if kind in _OF_NOUNS:
        # "a 42-year-old woman and a man": hers alone
        last = head.head.i if kind == "age" else len(head.doc)
        return [i for i in phrase(head.head) if i not in tokens and i <= last]
    if kind == "content" and head.dep_ == "pcomp":
        things = children(head.head.head, "dobj")  # "accused the group of spreading"
        return phrase(things[0]) if things else []
    if kind == "means":
        found = subject(head.head)
        return phrase(found) if found is not None else []
    if kind == "content" and head.dep_ == "prep":
        gauged = children(head.head, "dobj") or [head.head]  # "put the toll at 40"
        return [i for i in phrase(gauged[0]) if i not in tokens]
    if kind == "content" and head.dep_ == "oprd":
        things = children(head.head, "dobj")  # "called the ruling a disaster"
        return phrase(things[0]) if things else []
    if kind == "blamed":
        objects = children(head.head, "dobj")
        return phrase(objects[0]) if objects else []
    return _shared_subject(head, kind, tokens)


def _shared_subject(head: Token, kind: str, tokens: list[int]) -> list[int]:
    if kind == "participle":
        found = speaker(head)
        return phrase(found) if found is not None and found.i not in tokens else []
    # with "30 wounded" the number is the subject
    if children(head, *SUBJECTS, "expl", "nummod"):
        return []
    found = subject(head)
    if found is not None and found.tag_ in ("WDT", "WP") and found.head.dep_ == "relcl":
        found = found.head.head
    return phrase(found) if found is not None and found.i not in tokens else []
