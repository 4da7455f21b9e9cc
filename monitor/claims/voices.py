"""Whether two statements are made by one source. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from monitor.claims import sources, stance, wording
from monitor.model import Assertion, Mention, Polarity, Source, SourceKind


def telling(source: Source | None) -> Source | None:
    """The source, unless its name says nothing ("it was reported")."""
    if source is None or not any(w.content for w in wording.words(source.name)):
        return None
    return source


# Who has heard something names nobody: with or without them it is how sure it is.
_HEARSAY = frozenset(("report", "rumour", "rumor", "speculation", "suggestion"))
_VAGUELY = frozenset(
    wording.stem(w)
    for w in [
        "early",
        "initial",
        "unconfirmed",
        "first",
        "some",
        "further",
        "other",
        "conflicting",
    ]
)


def somebody(source: Source | None) -> Source | None:
    """The source, unless it is mere hearsay ("unconfirmed reports")."""
    told = telling(source)
    if told is None or wording.fold(told.name).startswith(("no ", "nobody")):
        return None
    said = {wording.stem(wording.fold(w.text)) for w in wording.words(told.name)}
    heard = bool(said & _HEARSAY) and said <= _HEARSAY | _VAGUELY
    return None if heard else told


def is_pronoun(name: str | None) -> bool:
    """Whether a source is there whose name says nothing."""
    return name is not None and not any(w.content for w in wording.words(name))


def same_source(a: Source | None, b: Source | None) -> bool:
    """Whether two sources are one: equal, abbreviated, or one names the other."""
    a, b = telling(a), telling(b)
    if a is None or b is None:
        return a is b
    return same_source_name(a.name, b.name)


# Of some thirty candidates for a mention most are said by the same few.
@lru_cache(maxsize=5_000)
def same_source_name(a: str, b: str) -> bool:
    """Whether two names mean one source ("HRANA", "the rights group HRANA")."""
    a, b = sources.unhonoured(a), sources.unhonoured(b)
    if wording.fold(a) == wording.fold(b):
        return True
    left = [w for w in wording.words(a) if w.content]
    right = [w for w in wording.words(b) if w.content]
    if not left or not right:
        return False
    if _belongs(a, right) or _belongs(b, left):
        return False
    if not (_names(left, right) or _names(right, left)):
        return False
    return not _other_office(left, right)


_POSSESSOR = re.compile(r"^(.+?)(?:['’]s|s['’])\s+(.+)$", re.DOTALL)


def _belongs(whole: str, other: list[wording.Word]) -> bool:
    """Whether `other` is only whose the first is: "the accused's brother"."""
    match = _POSSESSOR.match(whole)
    if match is None:
        return False
    head = [w for w in wording.words(match[2]) if w.content]
    told = any(wording.same_word(x, y) for x in head for y in other)
    speaks = any(wording.fold(w.text) in _SPEAKERS for w in head)
    return bool(head) and not told and not speaks


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


# Who speaks for a body is the body.
_SPEAKERS = frozenset(
    ("spokesman", "spokeswoman", "spokesperson", "representative", "statement")
)

# Forms of address: "Mr. Kestrel" is Ana or Otto Kestrel.
_TITLES = frozenset(
    (
        "mr", "mrs", "ms", "miss", "dr", "president", "senator", "sen", "rep", "gov",
        "gen", "lt", "col", "sgt", "capt",
    )
)  # fmt: skip
_UNTOLD = _SPEAKERS | _TITLES


def _names(short: Sequence[wording.Word], long: Sequence[wording.Word]) -> bool:
    """Whether every telling word of `short` is in `long`, or abbreviates it.

    A name at the end tells by itself ("the rights group Fire Watch"). A role at the
    end ("Orland officials") must agree too, and so must every word where the only
    name is a country's.
    """
    short = [w for w in short if wording.fold(w.text) not in _UNTOLD] or short
    initials = wording.acronyms(long)
    proper = [w for w in short if w.text[:1].isupper() or w.number]
    if len(proper) == 1 and wording.fold(proper[0].text) in initials:
        return True
    named = [w for w in proper if not wording.is_place(w.key)]
    telling = named if named and short[-1] in proper else short
    return all(any(wording.same_word(w, other) for other in long) for w in telling)


def newest_of_source(
    mention: Mention, assertions: Sequence[Assertion], *, outlet: str
) -> Assertion | None:
    """The newest of these assertions that the mention's source made, if any."""
    own = [a for a in assertions if speaks_for(mention, a, outlet=outlet)]
    return max(own, key=lambda a: (a.as_of, a.assertion_id), default=None)


def speaks_for(mention: Mention, assertion: Assertion, *, outlet: str) -> bool:
    """Whether both are said by one source; an outlet's own voice is its own.

    "Fire Watch raised its count to 40" is Fire Watch's figure though the outlet
    tells it.
    """
    source = telling(mention.source)
    if source is not None and assertion.source is not None:
        # "some reports" is nobody in particular, and no report by doctors
        unnamed = SourceKind.ANONYMOUS
        if (source.kind is unnamed) != (assertion.source_kind is unnamed):
            return False
        return same_source_name(source.name, assertion.source)
    if source is not None:
        rejected = assertion.denies or _is_denial(assertion.predicate)
        told = assertion.comparator is not None and not rejected
        return told and _opens_with(source.name, assertion.quote)
    if assertion.source is None:
        return assertion.outlet == outlet
    told = mention.quantity is not None and not rejects(mention)
    return told and _opens_with(assertion.source, mention.quote)


def _opens_with(source: str, quote: str) -> bool:
    """Whether a statement begins with the source's whole name, or its initials.

    The one it begins with is its subject; named further on, it may be its topic.
    """
    named = [w for w in wording.words(source) if w.content]
    first = [w for w in wording.words(quote) if w.content][: max(1, len(named))]
    if not named or not first:
        return False
    return wording.fold(first[0].text) in wording.acronyms(named) or _names(
        named, first
    )


def is_retold(source: Source, mention: Mention, assertion: Assertion) -> bool:
    """Whether the assertion itself tells what the source says or does.

    It quotes the source, or both are about it ("the fund expects a downturn"); or all
    that the mention tells is what its source does.
    """
    first = next(iter(wording.words(mention.quote)), None)
    if first is not None and first.key == wording.stem(mention.predicate):
        return True  # "urging a vote": the source does it, and says nothing besides
    named = [w for w in wording.words(source.name) if w.content]
    if not named or not _has(named[-1], assertion.quote):
        return False
    quoted = _QUOTED.search(assertion.quote) is not None
    return quoted or of_itself(mention) or _has(named[-1], mention.quote)


def of_itself(said: Mention | Assertion) -> bool:
    """Whether a source tells what itself does or has: it fills the first slot."""
    name = said.source.name if isinstance(said.source, Source) else said.source
    first = next(iter(said.participants), None)
    return name is not None and first == name.lower()


def _has(word: wording.Word, text: str) -> bool:
    return any(wording.same_word(word, other) for other in wording.words(text))


_QUOTED = re.compile(r"[\"“”]")


@lru_cache(maxsize=5_000)
def _is_denial(predicate: str) -> bool:
    return wording.stem(wording.fold(predicate)) in _DENIALS


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
    if _DENIALS.isdisjoint(wording.keys(mention.cue or "")) and not _is_denial(
        mention.predicate
    ):
        return False
    return bool(_SAYINGS & {wording.stem(p) for p in mention.participants})


def refutes(mention: Mention, assertion: Assertion) -> bool:
    """Whether the mention calls what the assertion says a hoax, fake or untrue."""
    if mention.quantity is not None or not stance.is_outright(mention.quote):
        return False
    return stance.of(assertion.text, mention.quote) is stance.Stance.AGAINST


_RESPONSES = frozenset(
    wording.stem(word) for word in ("response", "comment", "statement", "reaction")
)
# Who leaves a newsroom's question open has not been silent before the world: what is
# said elsewhere is no answer to it.
_ASKED = frozenset(
    wording.stem(word) for word in ("request", "query", "message", "call")
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


_AUTHORITIES = frozenset(
    ("ministry", "minister", "government", "authorities", "army", "military", "police")
)


def responds(mention: Mention, absent: Assertion) -> bool:
    """Whether the mention is the response that was said to be absent."""
    if mention.source is None or not _stems(absent.text) & _RESPONSES:
        return False
    if _stems(absent.text) & _ASKED:
        return False
    if mention.source.kind is SourceKind.ANONYMOUS:
        return False
    speaker = [w for w in wording.words(mention.source.name) if w.content]
    awaited = [w for w in wording.words(absent.text) if w.content]
    named = [any(wording.same_word(x, y) for y in awaited) for x in speaker]
    if sum(named) * 2 > len(named):
        return True
    # "Velmora Today" is not awaited where the government of Velmora is; its
    # interior ministry is
    last = wording.fold(speaker[-1].text) if speaker else ""
    return any(named) and (named[-1] or last in _AUTHORITIES)


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
