"""Which fields of a claim differ between two mentions of it. Pure.

A difference of a parsed field counts only where the wording shows it, since a
parser may read equal words differently.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from monitor.claims import (
    content,
    cues,
    details,
    intervals,
    joint,
    modality,
    order,
    sureness,
    units,
    wording,
)
from monitor.claims.details import Edit
from monitor.claims.finding import NEGATED, UNNEGATED, Finding, Pair
from monitor.claims.voices import same_source, somebody
from monitor.model import (
    ChangeKind,
    Mention,
    Polarity,
    Quantity,
    Source,
    Status,
)

_LEGAL = (Status.SUSPECT, Status.CHARGED, Status.CONVICTED, Status.ACQUITTED)


def differences(pair: Pair, edits: Sequence[Edit]) -> Finding:
    """All kinds that apply to a pair whose wording differs by `edits`.

    The words of sources and of paired quantities are no content: leave them out.
    """
    finding = Finding()
    _polarity(finding, pair, edits)
    _figures(finding, pair)
    _attribution(finding, pair)
    _status(finding, pair)
    sureness.compare(finding, pair)
    content.compare(finding, pair, edits)
    heard = pair.hedged is None or pair.hedged.hearsay
    if heard and ChangeKind.CORRECTED in finding.reasons and _is_another(edits):
        finding.reasons.pop(ChangeKind.CERTAINTY, None)  # of another deed
    return finding


def _is_another(edits: Sequence[Edit]) -> bool:
    """Whether another deed is told in the place of the one before."""
    return any(
        details.other_deed(a.key, b.key)
        for edit in edits
        for a in edit.lost
        for b in edit.gained
    )


def _polarity(finding: Finding, pair: Pair, edits: Sequence[Edit]) -> None:
    before, after = pair.before, pair.after
    if after.denies and not before.denies:
        finding.add(ChangeKind.DENIED, f"denied by {_voice(after.source)}")
        return
    if before.denies and not after.denies and before.polarity is not after.polarity:
        finding.add(
            ChangeKind.CORRECTED, f"no longer denied by {_voice(before.source)}"
        )
        return
    if pair.negated is not None and not content.is_detail(pair.negated, edits):
        dropped = pair.negated.raises
        finding.add(ChangeKind.CORRECTED, UNNEGATED if dropped else NEGATED)
        return
    if before.polarity is after.polarity or pair.balanced:
        return
    texts = pair.sentence_before, pair.sentence_after
    if len({modality.count_negations(text) for text in texts}) == 1:
        return
    negated = after.polarity is Polarity.NEGATIVE
    finding.add(ChangeKind.CORRECTED, NEGATED if negated else UNNEGATED)


def _figures(finding: Finding, pair: Pair) -> None:
    before, after = pair.before, pair.after
    pairs = pair_quantities(before, after)
    for old, new in pairs:
        if _is_conversion(before, old, pairs) and _is_conversion(after, new, pairs):
            continue
        if _is_one_span(old, new):
            continue
        if intervals.material(old, new, thresholds=pair.thresholds):
            who = f"{before.source.name}: " if before.source else ""
            label = before.measure_label if old is before.quantity else None
            line = intervals.describe_change(old, new, label or "")
            finding.add(ChangeKind.FIGURE, who + line)
    for quantity in _dropped(pair):
        finding.add(
            ChangeKind.FIGURE, f"no figure any more: {quantity.text} {quantity.counted}"
        )


def _is_one_span(old: Quantity, new: Quantity) -> bool:
    """ "Within a year" and "in one year": the bound lies in the preposition."""
    if old.unit != new.unit or units.canonical(1, old.unit)[1] not in _TIME:
        return False
    return old.maximum is not None and old.maximum == new.maximum


_TIME = frozenset(["second", "month"])


# Between a figure and its conversion: " (".
_BRACKET_GAP = 3


def _is_conversion(
    mention: Mention,
    quantity: Quantity,
    pairs: Sequence[tuple[Quantity, Quantity]],
) -> bool:
    """Whether a figure in brackets is the one before it, which stands, converted."""
    at = quantity.start - mention.start
    if quantity.counted or not mention.quote[:at].rstrip().endswith("("):
        return False
    return any(
        _bounds(a) == _bounds(b)
        and not a.counted
        and any(
            own.unit != quantity.unit and 0 < quantity.start - own.end <= _BRACKET_GAP
            for own in (a, b)
        )
        for a, b in pairs
    )


def _dropped(pair: Pair) -> list[Quantity]:
    """Counts that are gone while what they counted is still there."""
    paired = [old for old, _ in pair_quantities(pair.before, pair.after)]
    if len(paired) < len(pair.after.quantities):
        return []
    told = wording.words(pair.sentence_before)
    kept = {w.key for w in wording.words(pair.sentence_after)}
    numbered = {w.key for w in told if w.number}
    recounted = any(
        w.number and w.key not in numbered for w in wording.words(pair.sentence_after)
    )
    gone = []
    for quantity in pair.before.quantities:
        nouns = [w.key for w in wording.words(quantity.counted) if w.content]
        numbers = {w.key for w in wording.words(quantity.text) if w.number}
        if quantity in paired or not nouns or numbers & kept:
            continue
        if _is_one(quantity) and not recounted:
            continue
        if set(nouns) <= kept:
            gone.append(quantity)
    return gone


def _is_one(quantity: Quantity) -> bool:
    """ "One gunman" is "a gunman", and "one of the worst" counts nothing."""
    return quantity.minimum == 1 and quantity.maximum in (1, None)


def pair_quantities(before: Mention, after: Mention) -> list[tuple[Quantity, Quantity]]:
    """The quantities of two mentions that count the same thing."""
    old, new = list(before.quantities), list(after.quantities)
    alone = len(old) == len(new) == 1
    same_measure = before.measure is not None and before.measure == after.measure

    def primary(a: Quantity, b: Quantity) -> bool:
        return same_measure and a is before.quantity and b is after.quantity

    rules: tuple[Callable[[Quantity, Quantity], bool], ...] = (
        lambda a, b: _bounds(a) == _bounds(b) and a.unit == b.unit,
        lambda a, b: _bounds(a) == _bounds(b),
        primary,
        lambda a, b: a.unit == b.unit and _same_counted(a, b),
        lambda a, b: a.unit == b.unit and alone,
    )
    pairs: list[tuple[Quantity, Quantity]] = []
    for rule in rules:
        for a in list(old):
            match = next((b for b in new if rule(a, b)), None)
            if match is not None:
                pairs.append((a, match))
                old.remove(a)
                new.remove(match)
    if len(old) == len(new) == 1 and _is_bare(old[0], new[0]):
        pairs.append((old[0], new[0]))
    return pairs


def _is_bare(a: Quantity, b: Quantity) -> bool:
    """Whether nothing is said to be counted: "320 in the city and 14 outside"."""
    return a.unit == b.unit and not (a.counted or b.counted)


def _bounds(quantity: Quantity) -> tuple[object, ...]:
    return quantity.minimum, quantity.maximum, quantity.comparator


def _same_counted(a: Quantity, b: Quantity) -> bool:
    left = wording.words(a.counted or a.unit)
    right = wording.words(b.counted or b.unit)
    return any(
        wording.same_word(x, y)
        or _is_kind_of(x.key, y.key)
        or _is_kind_of(y.key, x.key)
        for x in left
        if x.content
        for y in right
        if y.content
    )


# A shorter word ends others by chance.
HEAD_LENGTH = 3


def _is_kind_of(a: str, b: str) -> bool:
    """Whether a compound has the other word for its head: gunmen are men."""
    return len(b) >= HEAD_LENGTH and len(a) > len(b) + 1 and a.endswith(b)


def _attribution(finding: Finding, pair: Pair) -> None:
    before, after = pair.before, pair.after
    if before.cue is None and after.cue is None:
        return
    old, new = somebody(before.source), somebody(after.source)
    if same_source(old, new) or _differ_in_number(old, new):
        _relay(finding, before, after)
        _beside(finding, pair, old, new)
    elif old is None and new is not None:
        if not _is_said(after, new, pair.sentence_after, pair.sentence_before):
            finding.add(ChangeKind.ATTRIBUTION, f"now attributed to {new.name}")
    elif new is None and old is not None:
        if not _is_said(before, old, pair.sentence_before, pair.sentence_after):
            finding.add(ChangeKind.ATTRIBUTION, f"attribution dropped: {old.name}")
    elif old is not None and new is not None:
        if _is_in(old, pair.sentence_after) and _is_in(new, pair.sentence_before):
            return
        finding.add(ChangeKind.ATTRIBUTION, f"source {old.name} → {new.name}")


def _differ_in_number(a: Source | None, b: Source | None) -> bool:
    """Whether only their number differs: "254 homes report", "299 homes report"."""
    if a is None or b is None:
        return False
    keys = [[w.key for w in wording.words(s.name) if not w.number] for s in (a, b)]
    return keys[0] == keys[1]


def _beside(
    finding: Finding, pair: Pair, old: Source | None, new: Source | None
) -> None:
    """Who is named in one list with the source, in one wording only."""
    texts = pair.sentence_before, pair.sentence_after
    for source, own, other, how in (
        (new, texts[1], texts[0], "also attributed to"),
        (old, texts[0], texts[1], "no longer attributed to"),
    ):
        known = set(wording.keys(other))
        listed = joint.others(source.name, own) if source else ()
        named = [w.text for w in listed if w.key not in known]
        if named:
            finding.add(ChangeKind.ATTRIBUTION, f"{how} {' '.join(named)}")


def _relay(finding: Finding, before: Mention, after: Mention) -> None:
    """Who passes on what the innermost source said: replaced, not just left out."""
    old, new = before.chain[:-1], after.chain[:-1]
    gone = [a for a in old if not any(same_source(a, b) for b in new)]
    come = [b for b in new if not any(same_source(a, b) for a in old)]
    if gone and come:
        finding.add(
            ChangeKind.ATTRIBUTION, f"relayed by {gone[0].name} → {come[0].name}"
        )


def _is_in(source: Source, sentence: str) -> bool:
    """Whether the sentence names the source all the same: only the parse differs."""
    known = {word.key for word in wording.words(sentence)}
    return all(w.key in known for w in wording.words(source.name) if w.content)


def _is_said(mention: Mention, source: Source, own: str, other: str) -> bool:
    """Whether the other wording attributes it too: only the parse differs.

    "Rebels claim they won" is not said by "Rebels won".
    """
    if not _is_in(source, other):
        return False
    return _speaks(source, other) or not order.inserted(mention.cue or "", own, other)


# Words between a speaker and its verb: "has since", "'s spokesman".
_VERB_GAP = 2


def _speaks(source: Source, sentence: str) -> bool:
    """Whether the source is followed by a verb of saying: "the bank blamed"."""
    last = wording.keys(source.name)[-1:]
    items = wording.words(sentence)
    ends = [k for k, w in enumerate(items) if w.key in last]
    return any(
        w.key in _tellings() for k in ends for w in items[k + 1 : k + 1 + _VERB_GAP]
    )


@cache
def _tellings() -> frozenset[str]:
    verbs = cues.words("saying") | {"blame", "accuse", "call", "describe", "criticise"}
    return frozenset(map(wording.stem, verbs)) - _CLAIMING


# Saying so puts what is said at a distance, so that its loss is a change.
_CLAIMING = frozenset(
    map(wording.stem, ("claim", "believe", "think", "expect", "fear"))
)


def _voice(source: Source | None) -> str:
    return source.name if source else "the outlet"


def _status(finding: Finding, pair: Pair) -> None:
    old, new = pair.before.status, pair.after.status
    if old is None or new is None or old is new:
        return
    if (old in _LEGAL) != (new in _LEGAL):
        return
    if {old, new} == {Status.HAPPENED, Status.CANCELLED}:
        return  # what has happened can't be called off: "abandoned" was read as that
    if pair.hedged is not None and Status.PLANNED in (old, new):
        return  # "will" and "may": told as how sure it is
    tense_only = {old, new} == {Status.ONGOING, Status.HAPPENED}
    if tense_only and pair.before.predicate == pair.after.predicate:
        return
    finding.add(ChangeKind.STATUS, f"status {old} → {new}")
