"""Whether two statements are made by one source. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.claims import wording
from monitor.model import Assertion, Mention, Source, SourceKind


def same_source(a: Source | None, b: Source | None) -> bool:
    """Whether two sources are one: equal, abbreviated, or one names the other."""
    if a is None or b is None:
        return a is b
    anonymous = SourceKind.ANONYMOUS
    if (a.kind is anonymous) != (b.kind is anonymous):
        return False
    return same_source_name(a.name, b.name)


def same_source_name(a: str, b: str) -> bool:
    """Whether two names mean one source ("HRANA", "the rights group HRANA")."""
    if wording.fold(a) == wording.fold(b):
        return True
    left = [w for w in wording.words(a) if w.content]
    right = [w for w in wording.words(b) if w.content]
    if not left or not right:
        return False
    return _names(left, right) or _names(right, left)


def _names(short: Sequence[wording.Word], long: Sequence[wording.Word]) -> bool:
    """Whether every proper word of `short` is in `long`, or abbreviates it."""
    proper = [w for w in short if w.text[:1].isupper() or w.number] or list(short)
    initials = wording.acronyms(long)
    if len(proper) == 1 and wording.fold(proper[0].text) in initials:
        return True
    return all(any(wording.same_word(w, other) for other in long) for w in proper)


def newest_of_source(
    mention: Mention, assertions: Sequence[Assertion], *, outlet: str
) -> Assertion | None:
    """The newest of these assertions that the mention's source made, if any."""
    own = [a for a in assertions if speaks_for(mention, a, outlet=outlet)]
    return max(own, key=lambda a: (a.as_of, a.assertion_id), default=None)


def speaks_for(mention: Mention, assertion: Assertion, *, outlet: str) -> bool:
    """Whether both are said by one source; an outlet's own voice is its own."""
    if mention.source is None:
        return assertion.source is None and assertion.outlet == outlet
    if assertion.source is None:
        return False
    return same_source_name(mention.source.name, assertion.source)
