"""Finds the stored claim that a mention states. Pure.

Structured fields decide (predicate class, measure, scope, names, place, event day);
overlap of words only ranks the claims that no field rules out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.claims import near, tolls, voices, wording
from monitor.claims.identity import same_claim as same_claim
from monitor.claims.judge import Judgement as Judgement
from monitor.claims.judge import judge as judge
from monitor.model import Assertion, ChangeKind, Mention, Transition

# Terms handed to the full-text index; it uses the rarest of them.
TERMS = 12


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


# The newest assertion that the mention's source made: see `voices`.
same_source = voices.newest_of_source


def match(
    mention: Mention,
    candidates: Sequence[Assertion],
    *,
    story_id: int | None,
    outlet: str = "",
    as_of: datetime | None = None,
    apart: frozenset[frozenset[int]] = frozenset(),
) -> Match:
    """The claim that the mention states, among the candidates' claims.

    `outlet` and `as_of` are the mention's; `apart` are pairs of claims that a user told
    apart.
    """
    considered = []
    for assertion in candidates:
        score, lost = same_claim(
            mention, assertion, story_id=story_id, outlet=outlet, as_of=as_of
        )
        considered.append(
            Considered(assertion.assertion_id, assertion.claim_id, score, lost)
        )
    considered = _of_other_events(mention, considered, candidates, outlet)
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


def _of_other_events(
    mention: Mention,
    considered: Sequence[Considered],
    candidates: Sequence[Assertion],
    outlet: str,
) -> list[Considered]:
    """The candidates; none of a claim in which the source counts another event."""
    other = {
        c.claim_id: c.lost
        for c, a in zip(considered, candidates, strict=True)
        if c.lost in tolls.REASONS and voices.speaks_for(mention, a, outlet=outlet)
    }
    return [
        replace(c, lost=other[c.claim_id])
        if c.lost is None and c.claim_id in other
        else c
        for c in considered
    ]


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
    figures for one claim the first counts, the others are recorded as historic. A
    mention that matches no claim is `new`.
    """
    judged = []
    told: set[tuple[int, str | None]] = set()
    for mention in mentions:
        found = match(
            mention, candidates, story_id=story_id, outlet=outlet, as_of=as_of
        )
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
        setting=mention.setting,
    )


def baseline(
    mentions: Sequence[Mention], *, as_of: datetime, outlet: str, story_id: int | None
) -> list[Assertion]:
    """What an empty store would hold after one article: assertions of new claims.

    Ids count from 1; mentions of one claim share its id.
    """
    known: list[Assertion] = []
    for number, mention in enumerate(mentions, 1):
        found = match(mention, known, story_id=story_id, outlet=outlet, as_of=as_of)
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
