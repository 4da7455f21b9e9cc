"""What happened to a claim between two revisions of one article. Pure.

`compare` judges two mentions that state the same claim; `compare_revisions` pairs
all mentions of two revisions first. Structured fields decide; a difference of a
field counts only where the wording shows it, since a parser may read equal words
differently.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from monitor.claims import align, details, intervals, wording
from monitor.claims.details import DETAIL, Edit
from monitor.claims.voices import same_source
from monitor.model import (
    PRECEDENCE,
    Alignment,
    ChangeKind,
    Mention,
    Polarity,
    Quantity,
    Source,
    Status,
    Transition,
)

# Share of sentences that must survive for a revision not to be a new text.
SURVIVES = 0.2
# Fewer sentences than this tell nothing about a rewrite.
REWRITE_SENTENCES = 5
_NEGATIONS = frozenset(
    [
        "not",
        "no",
        "never",
        "none",
        "nobody",
        "neither",
        "nor",
        "without",
        "n't",
        "cannot",
    ]
)
_LEGAL = (Status.SUSPECT, Status.CHARGED, Status.CONVICTED, Status.ACQUITTED)


@dataclass(slots=True)
class _Finding:
    """What is found about one pair: kinds with a reason each."""

    reasons: dict[ChangeKind, str] = field(default_factory=dict)

    def add(self, kind: ChangeKind, reason: str) -> None:
        self.reasons.setdefault(kind, reason)

    def transition(
        self, before: Mention | None, after: Mention | None
    ) -> Transition | None:
        """The transition by precedence, None if nothing was found."""
        if not self.reasons:
            return None
        kinds = tuple(kind for kind in PRECEDENCE if kind in self.reasons)
        reason = "; ".join(self.reasons[kind] for kind in kinds)
        return Transition(kinds, reason, before, after)


def compare(before: Mention, after: Mention) -> Transition | None:
    """The change between two mentions of one claim; None if they are identical.

    For successive revisions of one article only: across articles see `match.judge`.
    """
    return _compare(before, after, before.quote, after.quote)


def _compare(
    before: Mention, after: Mention, text_before: str, text_after: str
) -> Transition | None:
    """As `compare`, where the texts around may hold what the quotes moved out."""
    if before.quote == after.quote and _same_voice(before, after):
        return None
    found = details.edits(text_before, text_after)
    finding = _Finding()
    _polarity(finding, before, after)
    _figures(finding, before, after)
    _certainty(finding, before, after)
    _attribution(finding, before, after)
    _status(finding, before, after, found)
    _content(finding, found)
    if not finding.reasons:
        finding.add(ChangeKind.REWORDED, "same content in other words")
    return finding.transition(before, after)


def _same_voice(before: Mention, after: Mention) -> bool:
    """Whether both name their source alike in their own sentence."""
    if before.cue is None and after.cue is None:
        return True
    return same_source(before.source, after.source)


# ------------------------------------------------------------------ fields


def _polarity(finding: _Finding, before: Mention, after: Mention) -> None:
    if after.denies and not before.denies:
        finding.add(ChangeKind.DENIED, f"denied by {_voice(after.source)}")
        return
    if before.polarity is after.polarity:
        return
    old, new = _negations(before.quote), _negations(after.quote)
    if old == new:
        return
    if after.polarity is Polarity.NEGATIVE:
        finding.add(ChangeKind.CORRECTED, "now negated")
    else:
        finding.add(ChangeKind.CORRECTED, "negation dropped")


def _negations(text: str) -> int:
    low = wording.fold(text).replace("’", "'")
    return sum(part in _NEGATIONS or part.endswith("n't") for part in low.split())


def _figures(finding: _Finding, before: Mention, after: Mention) -> None:
    for old, new in pair_quantities(before, after):
        if intervals.material(old, new):
            who = f"{before.source.name}: " if before.source else ""
            label = before.measure_label if old is before.quantity else None
            line = intervals.describe_change(old, new, label or "")
            finding.add(ChangeKind.FIGURE, who + line)


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


def _certainty(finding: _Finding, before: Mention, after: Mention) -> None:
    old, new = before.certainty, after.certainty
    if old is new:
        return
    direction = "raised" if new.rank > old.rank else "lowered"
    finding.add(ChangeKind.CERTAINTY, f"certainty {direction}: {old} → {new}")


def _attribution(finding: _Finding, before: Mention, after: Mention) -> None:
    if before.cue is None and after.cue is None:
        return
    old, new = before.source, after.source
    if same_source(old, new):
        return
    if old is None:
        finding.add(ChangeKind.ATTRIBUTION, f"now attributed to {_voice(new)}")
    elif new is None:
        finding.add(ChangeKind.ATTRIBUTION, f"attribution dropped: {old.name}")
    else:
        finding.add(ChangeKind.ATTRIBUTION, f"source {old.name} → {new.name}")


def _voice(source: Source | None) -> str:
    return source.name if source else "the outlet"


def _status(
    finding: _Finding, before: Mention, after: Mention, found: Iterable[Edit]
) -> None:
    old, new = before.status, after.status
    if old is None or new is None or old is new:
        return
    if (old in _LEGAL) != (new in _LEGAL):
        return
    tense_only = {old, new} == {Status.ONGOING, Status.HAPPENED}
    if tense_only and before.predicate == after.predicate:
        return
    finding.add(ChangeKind.STATUS, f"status {old} → {new}")


# ------------------------------------------------------------------ content


def _content(finding: _Finding, found: Sequence[Edit]) -> None:
    """Corrected where content is replaced in place, else detail."""
    figure = ChangeKind.FIGURE in finding.reasons
    for edit in found:
        lost = [w for w in edit.lost if not (figure and w.number)]
        gained = [w for w in edit.gained if not (figure and w.number)]
        was, now = details.weigh(lost), details.weigh(gained)
        if was >= DETAIL and now >= DETAIL:
            finding.add(
                ChangeKind.CORRECTED, f"“{_shown(edit.old)}” → “{_shown(edit.new)}”"
            )
        elif now >= DETAIL:
            finding.add(ChangeKind.DETAIL, f"added: “{_shown(edit.new)}”")
        elif was >= DETAIL:
            finding.add(ChangeKind.DETAIL, f"dropped: “{_shown(edit.old)}”")


def _shown(items: Sequence[wording.Word]) -> str:
    return " ".join(word.text for word in items)


# ------------------------------------------------------------------ revisions


@dataclass(slots=True)
class _Unit:
    """The mentions of one sentence."""

    mentions: list[Mention]

    @property
    def text(self) -> str:
        return " ".join(m.quote for m in self.mentions)


def compare_revisions(
    before: Sequence[Mention],
    after: Sequence[Mention],
    *,
    correction: str | None = None,
) -> list[Transition]:
    """All transitions between two successive revisions, in text order.

    `correction` is the page's correction notice if it is new in this revision: what
    is then removed or corrected is retracted. Removals are proposals: the caller
    confirms them with a second sighting of the absence.
    """
    old, new = _units(before), _units(after)
    alignment = align.sentences([u.text for u in old], [u.text for u in new])
    transitions: list[Transition] = []
    for left, right in _joined(alignment):
        transitions += _compare_units(
            [m for i in left for m in old[i].mentions],
            [m for j in right for m in new[j].mentions],
        )
    for j in alignment.added:
        transitions += [_new(m) for m in new[j].mentions]
    for i in alignment.removed:
        transitions += [_removed(m) for m in old[i].mentions]
    if correction:
        transitions = [_retracted(t, correction) for t in transitions]
    return sorted(transitions, key=_place)


def is_rewrite(alignment: Alignment, n_before: int, n_after: int) -> bool:
    """Whether the text was replaced as a whole: its parts are then no removals."""
    if min(n_before, n_after) < REWRITE_SENTENCES:
        return False
    kept = len({i for i, _ in alignment.pairs})
    return kept < SURVIVES * n_before


def _units(mentions: Sequence[Mention]) -> list[_Unit]:
    """Mentions by sentence, in text order."""
    by_sentence: dict[int, _Unit] = {}
    for mention in sorted(mentions, key=lambda m: (m.start, m.end)):
        by_sentence.setdefault(mention.sentence, _Unit([])).mentions.append(mention)
    return list(by_sentence.values())


def _joined(alignment: Alignment) -> list[tuple[list[int], list[int]]]:
    """Pairs, with the parts of a split or merged sentence in one."""
    joined: list[tuple[list[int], list[int]]] = []
    by_left: dict[int, tuple[list[int], list[int]]] = {}
    by_right: dict[int, tuple[list[int], list[int]]] = {}
    for i, j in alignment.pairs:
        group = by_left.get(i) or by_right.get(j)
        if group is None:
            group = ([], [])
            joined.append(group)
        if i not in group[0]:
            group[0].append(i)
        if j not in group[1]:
            group[1].append(j)
        by_left[i] = by_right[j] = group
    return joined


def _compare_units(before: list[Mention], after: list[Mention]) -> list[Transition]:
    """Transitions of the mentions of one sentence that is in both revisions."""
    text_before = " ".join(m.quote for m in before)
    text_after = " ".join(m.quote for m in after)
    alignment = align.align(before, after)
    pairs = list(dict(reversed(alignment.pairs)).items())[::-1]
    transitions = []
    for i, j in pairs:
        found = compare(before[i], after[j])
        if found is not None:
            transitions.append(found)
    transitions += [
        _new(after[j])
        for j in alignment.added
        if _states_more(after[j].quote, text_before)
    ]
    transitions += [
        _removed(before[i])
        for i in alignment.removed
        if _states_more(before[i].quote, text_after)
    ]
    return transitions


def _states_more(quote: str, text: str) -> bool:
    """Whether a clause holds content that the other text lacks."""
    return details.weigh([w for e in details.edits(text, quote) for w in e.gained]) >= (
        DETAIL
    )


def _new(mention: Mention) -> Transition:
    return Transition((ChangeKind.NEW,), "first stated here", None, mention)


def _removed(mention: Mention) -> Transition:
    return Transition((ChangeKind.REMOVED,), "no longer stated here", mention, None)


def _retracted(transition: Transition, correction: str) -> Transition:
    """With a correction notice, a removal or correction is a retraction."""
    if not {ChangeKind.REMOVED, ChangeKind.CORRECTED, ChangeKind.FIGURE} & set(
        transition.kinds
    ):
        return transition
    return Transition(
        (ChangeKind.RETRACTED, *transition.kinds),
        f"{transition.reason}; correction notice: “{correction.strip()[:200]}”",
        transition.before,
        transition.after,
    )


def _place(transition: Transition) -> tuple[int, int]:
    mention = transition.after or transition.before
    return (mention.sentence, mention.start) if mention else (0, 0)
