"""Which fields of a claim differ between two mentions of it. Pure.

A difference of a parsed field counts only where the wording shows it, since a
parser may read equal words differently.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from monitor.claims import content, details, intervals, modality, order, wording
from monitor.claims.details import Edit
from monitor.claims.finding import NEGATED, UNNEGATED, Finding, Pair
from monitor.claims.voices import same_source, telling
from monitor.model import (
    ChangeKind,
    Mention,
    Polarity,
    Quantity,
    Source,
    SourceKind,
    Status,
)

# Words that make a statement more or less sure; without one, certainty stands.
_HEDGES = frozenset(
    wording.stem(word)
    for word in [
        "reportedly",
        "allegedly",
        "apparently",
        "purportedly",
        "supposedly",
        "seemingly",
        "evidently",
        "presumably",
        "ostensibly",
        "conceivably",
        "may",
        "might",
        "could",
        "possibly",
        "perhaps",
        "likely",
        "unlikely",
        "probably",
        "probable",
        "potential",
        "potentially",
        "appear",
        "appears",
        "seem",
        "seems",
        "suspect",
        "suspects",
        "suspected",
        "believe",
        "believed",
        "think",
        "thought",
        "presume",
        "presumed",
        "assume",
        "assumed",
        "unconfirmed",
        "unverified",
        "confirm",
        "confirmed",
        "verify",
        "verified",
        "official",
        "officially",
        "rumour",
        "rumor",
        "rumours",
        "claim",
        "claims",
        "claimed",
        "allege",
        "alleged",
        "suggest",
        "suggests",
        "indicate",
        "indicates",
        "report",
        "reports",
        "reported",
        "review",
        "investigation",
        "unclear",
        "unknown",
        "fear",
        "feared",
        "expect",
        "expected",
        "definitely",
        "certainly",
        "said",
        "would",
        "must",
    ]
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
    _certainty(finding, pair)
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
        if intervals.material(old, new, thresholds=pair.thresholds):
            who = f"{before.source.name}: " if before.source else ""
            label = before.measure_label if old is before.quantity else None
            line = intervals.describe_change(old, new, label or "")
            finding.add(ChangeKind.FIGURE, who + line)
    for quantity in _dropped(pair):
        finding.add(
            ChangeKind.FIGURE, f"no figure any more: {quantity.text} {quantity.counted}"
        )


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
    kept = {w.key for w in wording.words(pair.sentence_after)}
    gone = []
    for quantity in pair.before.quantities:
        nouns = [w.key for w in wording.words(quantity.counted) if w.content]
        numbers = {w.key for w in wording.words(quantity.text) if w.number}
        if quantity in paired or not nouns or numbers & kept:
            continue
        if set(nouns) <= kept:
            gone.append(quantity)
    return gone


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
    return pairs


def _bounds(quantity: Quantity) -> tuple[object, ...]:
    return quantity.minimum, quantity.maximum, quantity.comparator


def _same_counted(a: Quantity, b: Quantity) -> bool:
    left = wording.words(a.counted or a.unit)
    right = wording.words(b.counted or b.unit)
    return any(
        wording.same_word(x, y) for x in left if x.content for y in right if y.content
    )


def _certainty(finding: Finding, pair: Pair) -> None:
    """A rank that differs, and a word that shows it beside the source's own verb."""
    old, new = pair.before.certainty, pair.after.certainty
    if Status.SUSPECT in (pair.before.status, pair.after.status) and (
        ChangeKind.STATUS in finding.reasons
    ):
        return  # "suspected of" and "charged with": told as the status
    named = telling(pair.before.source) and telling(pair.after.source)
    if pair.hedged is not None and not (named and pair.hedged.hearsay):
        raised = pair.hedged.raises
        direction = "raised: no longer" if raised else "lowered: now"
        finding.add(
            ChangeKind.CERTAINTY, f"certainty {direction} “{pair.hedged.shown}”"
        )
        return
    if old is new:
        return
    texts = pair.sentence_before, pair.sentence_after
    if _bearing(texts[0]) == _bearing(texts[1]):
        return
    if _hedges(pair.before, texts[0]) == _hedges(pair.after, texts[1]):
        return
    direction = "raised" if new.rank > old.rank else "lowered"
    finding.add(ChangeKind.CERTAINTY, f"certainty {direction}: {old} → {new}")


def _bearing(sentence: str) -> frozenset[str]:
    """The words that bear on certainty, whoever says them."""
    found = {wording.stem(wording.fold(w.text)) for w in wording.words(sentence)}
    return frozenset(found & _HEDGES)


def _hedges(mention: Mention, sentence: str) -> frozenset[str]:
    """The words that bear on certainty; who says it is attribution's business."""
    found = set(_bearing(sentence))
    source = telling(mention.source)
    if source is not None and source.kind is not SourceKind.ANONYMOUS:
        found -= {
            wording.stem(wording.fold(w.text)) for w in wording.words(mention.cue or "")
        }
    return frozenset(found)


def _attribution(finding: Finding, pair: Pair) -> None:
    before, after = pair.before, pair.after
    if before.cue is None and after.cue is None:
        return
    old, new = _somebody(before.source), _somebody(after.source)
    if same_source(old, new):
        _relay(finding, before, after)
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
    return not order.inserted(mention.cue or "", own, other)


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


def _somebody(source: Source | None) -> Source | None:
    """The source, unless it is mere hearsay ("unconfirmed reports")."""
    told = telling(source)
    if told is None or wording.fold(told.name).startswith(("no ", "nobody")):
        return None
    said = {wording.stem(wording.fold(w.text)) for w in wording.words(told.name)}
    heard = bool(said & _HEARSAY) and said <= _HEARSAY | _VAGUELY
    return None if heard else told


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
