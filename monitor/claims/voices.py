"""Whether two statements are made by one source. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.claims import wording
from monitor.model import Assertion, Mention, Polarity, Source


def telling(source: Source | None) -> Source | None:
    """The source, unless its name says nothing ("it was reported")."""
    if source is None or not any(w.content for w in wording.words(source.name)):
        return None
    return source


def same_source(a: Source | None, b: Source | None) -> bool:
    """Whether two sources are one: equal, abbreviated, or one names the other."""
    a, b = telling(a), telling(b)
    if a is None or b is None:
        return a is b
    return same_source_name(a.name, b.name)


def same_source_name(a: str, b: str) -> bool:
    """Whether two names mean one source ("HRANA", "the rights group HRANA")."""
    if wording.fold(a) == wording.fold(b):
        return True
    left = [w for w in wording.words(a) if w.content]
    right = [w for w in wording.words(b) if w.content]
    if not left or not right:
        return False
    if not (_names(left, right) or _names(right, left)):
        return False
    return not _other_office(left, right)


def _other_office(left: list[wording.Word], right: list[wording.Word]) -> bool:
    """Whether only a place is shared: a town's hospital board is not its mayor.

    A shared abbreviation or a shared common word ("group") names one body.
    """
    proper = [w.text for w in left if w.text[:1].isupper()]
    shared = [x for x in proper if any(x == y.text for y in right)]
    if any(len(x) > 1 and x.isupper() for x in shared):
        return False
    one = [w for w in left if not w.text[:1].isupper()]
    two = [w for w in right if not w.text[:1].isupper()]
    if not one or not two:
        return False
    return not any(wording.same_word(x, y) for x in one for y in two)


def _names(short: Sequence[wording.Word], long: Sequence[wording.Word]) -> bool:
    """Whether every telling word of `short` is in `long`, or abbreviates it.

    Names tell; where there are none but a country's ("Iranian officials"), every
    word must agree.
    """
    proper = [
        w
        for w in short
        if (w.text[:1].isupper() or w.number) and not wording.is_place(w.key)
    ]
    initials = wording.acronyms(long)
    if len(proper) == 1 and wording.fold(proper[0].text) in initials:
        return True
    return all(
        any(wording.same_word(w, other) for other in long) for w in proper or short
    )


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


# Verbs by which a source rejects what another says.
_DENIALS = frozenset(
    wording.stem(word)
    for word in (
        "deny",
        "denied",
        "reject",
        "rejected",
        "dismiss",
        "dismissed",
        "refute",
        "refuted",
        "rebut",
        "rebuffed",
        "disavow",
        "disputed",
        "debunked",
        "contradicted",
    )
)
_SAYINGS = frozenset(
    wording.stem(word)
    for word in (
        "report",
        "claim",
        "figure",
        "number",
        "account",
        "allegation",
        "accusation",
        "rumour",
        "rumor",
        "suggestion",
        "statement",
        "toll",
        "assertion",
        "story",
    )
)


def rejects(mention: Mention) -> bool:
    """Whether the mention rejects what somebody says, by parse or by its verb."""
    if mention.denies:
        return True
    verbs = set(wording.keys(mention.cue or ""))
    verbs.add(wording.stem(wording.fold(mention.predicate)))
    if not verbs & _DENIALS:
        return False
    return bool(_SAYINGS & {wording.stem(p) for p in mention.participants})


_RESPONSES = frozenset(
    wording.stem(word) for word in ("response", "comment", "statement", "reaction")
)
_PROOFS = frozenset(
    wording.stem(word)
    for word in (
        "validation",
        "validate",
        "validated",
        "verification",
        "verify",
        "verified",
        "confirmation",
        "confirm",
        "confirmed",
        "corroboration",
        "corroborate",
        "corroborated",
        "authenticate",
        "authenticated",
    )
)


def _stems(text: str) -> set[str]:
    return set(wording.keys(text))


def responds(mention: Mention, absent: Assertion) -> bool:
    """Whether the mention is the response that was said to be absent."""
    if mention.source is None or not _stems(absent.text) & _RESPONSES:
        return False
    speaker = [w for w in wording.words(mention.source.name) if w.content]
    awaited = [w for w in wording.words(absent.text) if w.content]
    return any(wording.same_word(x, y) for x in speaker for y in awaited)


def proves(mention: Mention, absent: Assertion) -> bool:
    """Whether the mention is the proof that was said to be absent."""
    if mention.source is None or mention.polarity is not Polarity.POSITIVE:
        return False
    said = _stems(mention.text) | _stems(mention.cue or "")
    return bool(_stems(absent.text) & _PROOFS and said & _PROOFS)


def lacks_proof(mention: Mention) -> bool:
    """Whether the mention says that nobody could confirm something."""
    negative = mention.polarity is Polarity.NEGATIVE
    return negative and bool(_stems(mention.text) & _PROOFS)
