"""Finds the stored claim that a mention states. Pure.

Structured fields decide (predicate class, measure, scope, names, place, event day);
overlap of words only ranks the claims that no field rules out.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.claims import near, retold, voices, wording
from monitor.claims.judge import Judgement as Judgement
from monitor.claims.judge import judge as judge
from monitor.model import Assertion, ChangeKind, Mention, Polarity, Transition

# Overlap of content words at which two unquantified propositions are one.
SAME = 0.5
# With the same predicate and a shared name less is enough.
SAME_PREDICATE = 0.34
# With another predicate, what is said beside the names must agree as well.
SAID_ALIKE = 0.6
# A denial is worded unlike what it denies: a shared name and deed carry it.
DENIAL = 0.25
# Another deed is denied by nobody who shares a country's name and a word with it.
DENIAL_OF_OTHER_DEED = 0.4
# A first name and a surname.
FULL_NAME = 2
# Counts of anything: of one event only if the words agree as well.
_OF_ANYTHING = ("duration/", "age/")
# Two claims of one event may be dated a day apart (time zones, "overnight").
EVENT_DAYS = 1
# Terms handed to the full-text index; it uses the rarest of them.
TERMS = 12
_MEASURED = 0.5


@dataclass(frozen=True, slots=True)
class Lookup:
    """What the store looks candidates up by, all folded."""

    measure: str | None
    entities: tuple[str, ...]
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Considered:
    """A candidate, its score and why it lost (None for the winner)."""

    assertion_id: int
    claim_id: int
    score: float
    lost: str | None


@dataclass(frozen=True, slots=True)
class Match:
    """`claim_id` None = a claim not stored yet; `considered` is best first."""

    claim_id: int | None
    reason: str
    considered: tuple[Considered, ...] = ()


def lookup(mention: Mention) -> Lookup:
    """The keys under which the store finds candidates for a mention."""
    names = {wording.fold(name) for name in mention.entities}
    terms = dict.fromkeys(
        wording.fold(w.text)
        for w in sorted(
            wording.words(mention.text), key=lambda w: (not w.name, -len(w.text))
        )
        if w.content and not w.generic
    )
    return Lookup(mention.measure, tuple(sorted(names)), tuple(terms)[:TERMS])


candidates_key = lookup
# The newest assertion that the mention's source made: see `voices`.
same_source = voices.newest_of_source


def match(
    mention: Mention,
    candidates: Sequence[Assertion],
    *,
    story_id: int | None,
    apart: frozenset[frozenset[int]] = frozenset(),
) -> Match:
    """The claim that the mention states, among the candidates' claims.

    `apart` are pairs of claims that a user told apart.
    """
    considered = []
    for assertion in candidates:
        score, lost = same_claim(mention, assertion, story_id=story_id)
        considered.append(
            Considered(assertion.assertion_id, assertion.claim_id, score, lost)
        )
    considered.sort(key=lambda c: (c.lost is not None, -c.score, c.assertion_id))
    if not considered:
        return Match(None, "no candidates")
    best = considered[0]
    if best.lost is not None:
        return Match(None, f"nearest: {best.lost}", tuple(considered))
    fitting = [c for c in considered if c.lost is None]
    claim_id, told = near.chosen(mention, fitting, candidates, apart)
    score = next(c.score for c in fitting if c.claim_id == claim_id)
    lost = f"a user told them apart: {told} is the other's" if told else "outscored"
    rest = tuple(
        c if c.lost or c.claim_id == claim_id else replace(c, lost=lost)
        for c in considered
    )
    return Match(claim_id, f"same claim, score {score:.2f}", rest)


def same_claim(
    mention: Mention, assertion: Assertion, *, story_id: int | None
) -> tuple[float, str | None]:
    """(score, None) if both state one proposition, else (score, why not)."""
    same_story = story_id is not None and story_id == assertion.story_id
    score = _score(mention, assertion)
    if assertion.absence and not mention.absence:
        return score, _absence_apart(mention, assertion, same_story)
    if mention.absence != assertion.absence:
        return score, "one states an absence"
    if _days_apart(mention, assertion) > EVENT_DAYS:
        return score, f"event on {assertion.event_on}, not {mention.event_on}"
    if _apart(mention.place, assertion.place):
        return score, f"place {assertion.place}, not {mention.place}"
    against = _is_denial(mention) or voices.refutes(mention, assertion)
    if against and not _is_denies(assertion):
        return score, _denial_apart(mention, assertion, score)
    if mention.measure or assertion.measure:
        return score, _measure_apart(mention, assertion, same_story)
    return score, _proposition_apart(mention, assertion, score, same_story)


def judge_all(
    mentions: Sequence[Mention],
    candidates: Sequence[Assertion],
    *,
    story_id: int | None,
    as_of: datetime,
    outlet: str,
    wire_key: str | None = None,
) -> list[tuple[Match, Judgement]]:
    """Match each mention of one article, and judge it against its claim.

    Two mentions of the article are never judged against each other: of one source's
    figures for one claim the first counts, the others are recorded as historic. A mention that matches no claim is `new`.
    """
    judged = []
    told: set[tuple[int, str | None]] = set()
    for mention in mentions:
        found = match(mention, candidates, story_id=story_id)
        if found.claim_id is None:
            transition = Transition((ChangeKind.NEW,), "first stated", None, mention)
            judged.append((found, Judgement(transition, found.reason)))
            continue
        voice = found.claim_id, mention.source.name if mention.source else None
        if voice in told and mention.quantity is not None:
            again = Judgement(None, "a further figure of that source", historic=True)
            judged.append((found, again))
            continue
        told.add(voice)
        known = [a for a in candidates if a.claim_id == found.claim_id]
        own = voices.newest_of_source(mention, known, outlet=outlet)
        others = [a for a in known if not voices.speaks_for(mention, a, outlet=outlet)]
        verdict = judge(
            mention, own, others, as_of=as_of, outlet=outlet, wire_key=wire_key
        )
        judged.append((found, verdict))
    return judged


# ------------------------------------------------------------------ fields


def _is_denial(mention: Mention) -> bool:
    return voices.rejects(mention) or mention.polarity is Polarity.NEGATIVE


def _is_denies(assertion: Assertion) -> bool:
    return assertion.denies or assertion.polarity is Polarity.NEGATIVE


def _days_apart(mention: Mention, assertion: Assertion) -> int:
    if mention.event_on is None or assertion.event_on is None:
        return 0
    return abs((mention.event_on - assertion.event_on).days)


def _apart(a: str | None, b: str | None) -> bool:
    """Two stated places, neither of which can be inside the other by name."""
    if not a or not b:
        return False
    return not _same_name(a, b)


def _same_name(a: str, b: str) -> bool:
    """Whether they share a word; not if that is but the first name of two people."""
    left = [w for w in wording.words(a) if w.content]
    right = [w for w in wording.words(b) if w.content]
    pairs = itertools.product(enumerate(left), enumerate(right))
    shared = [(i, j) for (i, x), (j, y) in pairs if wording.same_word(x, y)]
    are_full = len(left) == len(right) == FULL_NAME
    return bool(shared) and not (are_full and shared == [(0, 0)])


def _measure_apart(
    mention: Mention, assertion: Assertion, same_story: bool
) -> str | None:
    if not retold.same_measure(mention, assertion):
        counted, other = assertion.measure or "nothing", mention.measure or "nothing"
        return f"counts {counted}, not {other}"
    if _scopes_conflict(mention.scope, assertion.scope):
        return f"scope {', '.join(assertion.scope)}, not {', '.join(mention.scope)}"
    shared = wording.coverage(mention.text, assertion.text)
    if (mention.measure or "").startswith(_OF_ANYTHING) and shared < SAME_PREDICATE:
        return f"only {shared:.0%} of the content is shared"
    if same_story or _shares_name(mention, assertion):
        return None
    return "no shared name, not one story"


def _scopes_conflict(a: Sequence[str], b: Sequence[str]) -> bool:
    """Both narrow the measure, and neither narrows the other."""
    left, right = {wording.fold(x) for x in a}, {wording.fold(x) for x in b}
    if not left or not right or left <= right or right <= left:
        return False
    return not any(_same_name(x, y) for x in left for y in right)


def _proposition_apart(
    mention: Mention, assertion: Assertion, score: float, same_story: bool
) -> str | None:
    if _names_conflict(mention, assertion):
        return "different names in one slot"
    same = mention.predicate == assertion.predicate
    if not (same_story or _shares_name(mention, assertion)):
        # "nobody was hurt" is said of every second fire
        return "no shared name, not one story"
    if score >= SAME and (same or _says_alike(mention, assertion)):
        return None
    if same and score >= SAME_PREDICATE:
        return None
    if not same:
        return f"predicate {assertion.predicate!r}, not {mention.predicate!r}"
    return f"only {score:.0%} of the content is shared"


def _says_alike(mention: Mention, assertion: Assertion) -> bool:
    """Whether what two predicates say of their names is alike, names left out."""
    return wording.coverage(mention.text, assertion.text, names=False) >= SAID_ALIKE


def _names_conflict(mention: Mention, assertion: Assertion) -> bool:
    """Each has a proper name among its participants that the other lacks."""
    left = _proper(mention.participants, mention.entities)
    right = _proper(assertion.participants, assertion.entities)
    only_left = [x for x in left if not any(_same_name(x, y) for y in right)]
    only_right = [y for y in right if not any(_same_name(x, y) for x in left)]
    return bool(only_left and only_right)


def _proper(participants: Iterable[str], entities: Iterable[str]) -> list[str]:
    known = [wording.fold(e) for e in entities]
    return [p for p in participants if any(wording.fold(p) in e for e in known)]


def _shares_name(mention: Mention, assertion: Assertion) -> bool:
    return any(_same_name(x, y) for x in mention.entities for y in assertion.entities)


def _absence_apart(
    mention: Mention, assertion: Assertion, same_story: bool
) -> str | None:
    """Whether a mention is the response or the proof that was said to be absent."""
    if voices.responds(mention, assertion):
        return None
    if same_story and voices.proves(mention, assertion):
        return None
    return "one states an absence"


def _denial_apart(mention: Mention, assertion: Assertion, score: float) -> str | None:
    """Whether a denial is about the other's content."""
    same_value = any(
        q.minimum == assertion.minimum and q.maximum == assertion.maximum
        for q in mention.quantities
        if q.minimum is not None and q.minimum > 1
    )
    if same_value and assertion.comparator is not None:
        return None
    if not _shares_name(mention, assertion):
        return "a denial of something else: no shared name"
    if score >= _least_for_denial(mention, assertion):
        if score >= SAME or _shares_participant(mention, assertion):
            return None
        return "a denial of something else: about nobody and nothing of it"
    return f"a denial of something else: only {score:.0%} is shared"


def _shares_participant(mention: Mention, assertion: Assertion) -> bool:
    return any(
        _same_name(x, y) for x in mention.participants for y in assertion.participants
    )


def _least_for_denial(mention: Mention, assertion: Assertion) -> float:
    """The overlap at which one denies the other: "no" alone says less than "denied"."""
    same = mention.predicate == assertion.predicate
    explicit = voices.rejects(mention) or voices.refutes(mention, assertion)
    if explicit or assertion.denies:
        return SAME_PREDICATE if same else DENIAL_OF_OTHER_DEED
    return SAME_PREDICATE if same else SAME


# ------------------------------------------------------------------ score


def _score(mention: Mention, assertion: Assertion) -> float:
    """Overlap of content, 0..1; for claims of one measure at least a half."""
    overlap = wording.coverage(mention.text, assertion.text)
    if mention.measure and mention.measure == assertion.measure:
        return _MEASURED + (1 - _MEASURED) * overlap
    return overlap


def assertion_of(
    mention: Mention,
    *,
    assertion_id: int,
    claim_id: int,
    as_of: datetime,
    outlet: str,
    story_id: int | None = None,
    wire_key: str | None = None,
) -> Assertion:
    """The assertion that a mention makes, as the store would return it."""
    value = mention.quantity
    source = mention.source
    return Assertion(
        assertion_id=assertion_id,
        claim_id=claim_id,
        text=mention.text,
        quote=mention.quote,
        source=source.name if source else None,
        source_kind=source.kind if source else None,
        chain=tuple(s.name for s in mention.chain),
        minimum=value.minimum if value else None,
        maximum=value.maximum if value else None,
        comparator=value.comparator if value else None,
        unit=value.unit if value else None,
        certainty=mention.certainty,
        polarity=mention.polarity,
        status=mention.status,
        predicate=mention.predicate,
        participants=mention.participants,
        entities=mention.entities,
        place=mention.place,
        event_on=mention.event_on,
        measure=mention.measure,
        scope=mention.scope,
        denies=mention.denies,
        absence=mention.absence or voices.lacks_proof(mention),
        as_of=as_of,
        story_id=story_id,
        outlet=outlet,
        wire_key=wire_key,
        weight=mention.weight,
    )


def baseline(
    mentions: Sequence[Mention], *, as_of: datetime, outlet: str, story_id: int | None
) -> list[Assertion]:
    """What an empty store would hold after one article: assertions of new claims.

    Ids count from 1; mentions of one claim share its id.
    """
    known: list[Assertion] = []
    for number, mention in enumerate(mentions, 1):
        found = match(mention, known, story_id=story_id)
        known.append(
            assertion_of(
                mention,
                assertion_id=number,
                claim_id=found.claim_id or number,
                as_of=as_of,
                outlet=outlet,
                story_id=story_id,
            )
        )
    return known
