"""What a mention of another article means for a stored claim. Pure.

Old news never changes a baseline; a repeat is no corroboration; a conflict is told
once. The reason always names both sides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.claims import (
    certainty,
    figures,
    intervals,
    retold,
    stance,
    standing,
    voices,
    wire,
    wording,
)
from monitor.claims.stance import Stance
from monitor.claims.voices import rejects, same_source_name, speaks_for
from monitor.model import (
    PRECEDENCE,
    THRESHOLDS,
    Assertion,
    Certainty,
    ChangeKind,
    Mention,
    Polarity,
    Quantity,
    SourceKind,
    Status,
    Thresholds,
    Transition,
    Weight,
)

# Values stated further apart in time need not agree: tolls grow.
COMPARABLE = timedelta(days=3)
_LEGAL = (Status.SUSPECT, Status.CHARGED, Status.CONVICTED, Status.ACQUITTED)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What to record of a mention matched to a claim.

    `transition` is None when nothing changed. `historic`: record the assertion as
    historic; it changes nothing. `independent`: counts as a source of its own.
    `against` is the assertion that the transition is about.
    """

    transition: Transition | None
    reason: str
    historic: bool = False
    independent: bool = False
    against: Assertion | None = None


@dataclass(frozen=True, slots=True)
class _Case:
    mention: Mention
    same: Assertion | None
    others: tuple[Assertion, ...]
    as_of: datetime
    outlet: str
    wire_key: str | None
    thresholds: Thresholds

    @property
    def value(self) -> Quantity | None:
        return self.mention.quantity

    @property
    def speaker(self) -> str:
        if self.mention.source is not None:
            return self.mention.source.name
        return (self.same.source if self.same else None) or self.outlet


def judge(
    mention: Mention,
    assertion_same_source: Assertion | None,
    others: Sequence[Assertion],
    *,
    as_of: datetime,
    outlet: str,
    wire_key: str | None,
    thresholds: Thresholds = THRESHOLDS,
) -> Judgement:
    """Judge a mention against the assertions of the claim that it states.

    `assertion_same_source` is what its source said before (`match.same_source`);
    `others` are the current assertions of all other sources.
    """
    rest = tuple(o for o in others if o is not assertion_same_source)
    case = _Case(
        mention, assertion_same_source, rest, as_of, outlet, wire_key, thresholds
    )
    if mention.historic:
        return Judgement(None, "states an earlier value", historic=True)
    if case.same is not None and as_of <= case.same.as_of:
        same = _same_content(case, case.same)
        reason = "repeats what is known" if same else "older than the baseline"
        return Judgement(None, reason, historic=not same, against=case.same)
    found: list[tuple[ChangeKind, str, Assertion]] = []
    denied = _denied(case)
    if denied is not None:
        found.append(denied)
    if case.same is not None:
        found += _own_changes(case, case.same)
    independent = any(_independent(case, o) for o in rest) or not rest
    independent = independent and case.same is None
    conflict = None if denied else _conflict(case)
    if conflict is not None:
        found.append(conflict)
    elif denied is None and case.same is None:
        corroborated = _corroborated(case)
        if corroborated is not None:
            found.append(corroborated)
    return _judgement(case, found, independent)


def _judgement(
    case: _Case, found: list[tuple[ChangeKind, str, Assertion]], independent: bool
) -> Judgement:
    if not found:
        reason = "the same source repeats it" if case.same else "nothing changed"
        return Judgement(None, reason, independent=independent, against=case.same)
    reason_by_kind: dict[ChangeKind, str] = {}
    for kind, reason, _ in found:
        reason_by_kind.setdefault(kind, reason)
    kinds = tuple(k for k in PRECEDENCE if k in reason_by_kind)
    against = next(a for k, _, a in found if k is kinds[0])
    reason = "; ".join(reason_by_kind[k] for k in kinds)
    transition = Transition(kinds, reason, None, case.mention)
    return Judgement(transition, reason, independent=independent, against=against)


# ------------------------------------------------------------------ same source


def _same_content(case: _Case, own: Assertion) -> bool:
    a, b = case.value, figures.stored(own)
    return (
        a is None
        or b is None
        or not intervals.material(b, a, thresholds=case.thresholds)
    )


def _own_changes(
    case: _Case, own: Assertion
) -> list[tuple[ChangeKind, str, Assertion]]:
    mention = case.mention
    found: list[tuple[ChangeKind, str, Assertion]] = []
    old, new = figures.stored(own), case.value
    limits = case.thresholds
    if old and new and intervals.material(old, new, thresholds=limits):
        line = intervals.describe_change(old, new, mention.measure_label or "")
        text = f"{case.speaker}: {line}"
        found.append((ChangeKind.FIGURE, text, own))
    if _certainty_moved(case, own):
        direction = (
            "raised" if mention.certainty.rank > own.certainty.rank else "lowered"
        )
        text = f"{case.speaker}: certainty {direction}: {own.certainty} → {mention.certainty}"
        found.append((ChangeKind.CERTAINTY, text, own))
    moved = _status_moved(own.status, mention.status)
    if moved and standing.one_statement(mention, own):
        text = f"{case.speaker}: status {own.status} → {mention.status}"
        found.append((ChangeKind.STATUS, text, own))
    return found


def _certainty_moved(case: _Case, own: Assertion) -> bool:
    """Another outlet's choice of verb is no change; a source's own check is."""
    new = case.mention.certainty
    if new is own.certainty:
        return False
    checked = Certainty.UNVERIFIED in (new, own.certainty)
    return own.outlet == case.outlet or checked


def _status_moved(old: Status | None, new: Status | None) -> bool:
    if old is None or new is None or old is new:
        return False
    if (old in _LEGAL) != (new in _LEGAL):
        return False
    return {old, new} != {Status.ONGOING, Status.HAPPENED}


# ------------------------------------------------------------------ other sources


def _denied(case: _Case) -> tuple[ChangeKind, str, Assertion] | None:
    mention = case.mention
    negative = mention.polarity is Polarity.NEGATIVE
    explicit = rejects(mention) or (negative and mention.source is not None)
    if mention.absence:
        return None
    affirmed = [o for o in _all(case) if o.absence or not standing.is_negative(o)]
    if not explicit:
        affirmed = [o for o in affirmed if voices.refutes(mention, o)]
    already = [o for o in case.others if o.denies and _speaks(case, o)]
    if not affirmed or already:
        return None
    claim = max(affirmed, key=lambda o: _as_said(o, mention))
    said = claim.source or claim.outlet
    return ChangeKind.DENIED, f"{case.speaker} denies what {said} says", claim


def _as_said(other: Assertion, mention: Mention) -> tuple[bool, float]:
    """How well it is what the mention denies: no mere headline, and most alike."""
    told = other.weight is not Weight.HEADLINE
    return told, wording.coverage(other.text, mention.text)


def _all(case: _Case) -> tuple[Assertion, ...]:
    return case.others if case.same is None else (case.same, *case.others)


def _speaks(case: _Case, other: Assertion) -> bool:
    return speaks_for(case.mention, other, outlet=case.outlet)


def _conflict(case: _Case) -> tuple[ChangeKind, str, Assertion] | None:
    """The first other source that is contradicted and was not before."""
    for other in sorted(case.others, key=lambda o: _prominence(case, o)):
        why = _contradicts(case, other)
        if why is None or _known_conflict(case, other):
            continue
        said = other.source or other.outlet
        return ChangeKind.CONFLICT, f"{case.speaker} against {said}: {why}", other
    return None


def _prominence(case: _Case, other: Assertion) -> tuple[bool, float, float]:
    """Named sources first, then the newest, then the most alike."""
    named = other.source_kind in (SourceKind.NAMED, SourceKind.DOCUMENT)
    alike = wording.coverage(other.text, case.mention.text)
    return not named, -other.as_of.timestamp(), -alike


def _contradicts(case: _Case, other: Assertion) -> str | None:
    mention = case.mention
    if abs(case.as_of - other.as_of) > COMPARABLE or _speaks(case, other):
        return None
    if other.absence and not mention.absence:
        proof = voices.proves(mention, other)
        return None if proof else "what was said to be absent is there"
    if mention.polarity is not other.polarity and not mention.absence:
        opposite = standing.is_opposite(mention, other)
        one = opposite and standing.one_statement(mention, other)
        return "the opposite is said" if one else None
    if not retold.same_measure(mention, other):
        return None
    if not standing.are_of_one_kind(mention, other) or _told_beside(case, other):
        return None
    return _values_conflict(case, case.value, figures.stored(other))


def _told_beside(case: _Case, other: Assertion) -> bool:
    """Whether a poll counts one, or an article gives one itself and quotes the other.

    What an article states itself and tells a source to say counts two things.
    """
    if standing.are_polls(case.mention, other):
        return True
    one_text = case.as_of == other.as_of and case.outlet == other.outlet
    return one_text and (case.mention.source is None) != (other.source is None)


def _values_conflict(
    case: _Case, new: Quantity | None, old: Quantity | None
) -> str | None:
    if new is None or old is None or standing.is_vague(new) or standing.is_vague(old):
        return None
    both = f"{intervals.describe(new)} against {intervals.describe(old)}"
    if not intervals.compatible(old, new):
        return both
    discrepant = intervals.discrepant(old, new, thresholds=case.thresholds)
    return f"{both}, discrepant" if discrepant else None


def _known_conflict(case: _Case, other: Assertion) -> bool:
    """Whether that conflict was there before: told once, not at each report."""
    old = figures.stored(other)
    if case.same is not None:
        before = figures.stored(case.same)
        if (
            _values_conflict(case, before, old)
            or case.same.polarity is not other.polarity
        ):
            return True
    allies = [o for o in case.others if o is not other and _compatible(case, o)]
    return any(_values_conflict(case, figures.stored(o), old) for o in allies)


def _compatible(case: _Case, other: Assertion) -> bool:
    if case.mention.polarity is not other.polarity or other.absence:
        return False
    new, old = case.value, figures.stored(other)
    if new is None or old is None:
        return new is old
    return _values_conflict(case, new, old) is None


def _agrees(case: _Case, other: Assertion) -> bool:
    """Says the same to displayed precision: overlap alone corroborates nothing.

    Proof of what was said to be unproven agrees with the claim behind.
    """
    if other.absence:
        return voices.proves(case.mention, other)
    new, old = case.value, figures.stored(other)
    one = retold.same_measure(case.mention, other)
    if not standing.are_of_one_kind(case.mention, other):
        return False
    if new is None or old is None or not one:
        said = standing.is_second_voice(case.mention, other)
        return new is old and said and _compatible(case, other)
    # "At least 4,519" agrees with 4,519: one number stands in both.
    shown = {old.minimum, old.maximum} & {new.minimum, new.maximum} - {None}
    same = bool(shown) or intervals.same_value(old, new, thresholds=case.thresholds)
    return same and _compatible(case, other)


def _corroborated(case: _Case) -> tuple[ChangeKind, str, Assertion] | None:
    """The first independent source besides the one (or ones of one origin) known."""
    agreeing = [o for o in case.others if _agrees(case, o) and _stands_by(case, o)]
    if not agreeing or not all(_independent(case, o) for o in agreeing):
        return None
    if case.mention.certainty.rank < Certainty.REPORTED.rank:
        return None
    if _origins(agreeing) > 1:
        return None
    first = agreeing[0]
    said = first.source or first.outlet
    return ChangeKind.CORROBORATED, f"{case.speaker} says so too, after {said}", first


def _stands_by(case: _Case, other: Assertion) -> bool:
    """Says it outright: not against it, nor that "some" or "perhaps" it is so.

    Of a headline less is enough to say nothing: a question is no second voice.
    """
    mention = case.mention
    if mention.quantity is None and certainty.is_hedged(mention.text):
        return certainty.is_hedged(other.text)
    side = stance.of(other.text, mention.text)
    if mention.weight is Weight.HEADLINE:
        return side is Stance.FOR
    return side is not Stance.AGAINST


def _origins(assertions: Sequence[Assertion]) -> int:
    """How many independent origins stand behind these assertions."""
    origins: list[Assertion] = []
    for candidate in assertions:
        if not any(_one_origin(candidate, known) for known in origins):
            origins.append(candidate)
    return len(origins)


def _one_origin(a: Assertion, b: Assertion) -> bool:
    if wire.is_copy(a.wire_key, b.wire_key):
        return True
    if a.source is None or b.source is None:
        return a.source is b.source and a.outlet == b.outlet
    return same_source_name(a.source, b.source)


def _independent(case: _Case, other: Assertion) -> bool:
    return is_independent(case.mention, other, wire_key=case.wire_key)


def is_independent(mention: Mention, other: Assertion, *, wire_key: str | None) -> bool:
    """Whether the mention's source can know it without the other's help.

    Anonymous sources and an outlet that names none can't be told apart from the
    origin everyone quotes: they never count.
    """
    source = voices.somebody(mention.source)
    if source is None or source.kind is SourceKind.ANONYMOUS:
        return False
    if wire.is_copy(wire_key, other.wire_key) or voices.is_pronoun(other.source):
        return False
    if voices.is_retold(source, mention, other):
        return False
    names = [s.name for s in mention.chain]
    theirs = [*other.chain, other.outlet]
    return not any(same_source_name(x, y) for x in names for y in theirs)
