"""What happened to the claims of an article between two of its revisions. Pure.

`compare` judges two mentions that state the same claim; `compare_revisions` pairs
all mentions of two revisions first. Content is compared by sentence, because two
wordings of one sentence may fall into different clauses; fields by mention.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.claims import align, details
from monitor.claims.details import DETAIL, Edit
from monitor.claims.fields import Pair, differences
from monitor.claims.voices import same_source
from monitor.model import Alignment, ChangeKind, Mention, Transition

# Share of sentences that must survive for a revision not to be a new text.
SURVIVES = 0.2
# Fewer sentences than this tell nothing about a rewrite.
REWRITE_SENTENCES = 5


def compare(before: Mention, after: Mention) -> Transition | None:
    """The change between two mentions of one claim; None if they are identical.

    For successive revisions of one article only: across articles see `match.judge`.
    """
    transitions = _compare_units(_Unit([before]), _Unit([after]), [(0, 0)])
    return transitions[0] if transitions else None


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
            _Unit([m for i in left for m in old[i].mentions]),
            _Unit([m for j in right for m in new[j].mentions]),
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


# ------------------------------------------------------------------ sentences


@dataclass(slots=True)
class _Unit:
    """The mentions of one sentence, or of the parts it was split into."""

    mentions: list[Mention]

    @property
    def text(self) -> str:
        """What the mentions quote, each stretch of the sentence once."""
        stretches: list[str] = []
        end = -1
        for mention in self.mentions:
            fresh = max(0, end - mention.start) if mention.start >= 0 else 0
            if fresh < len(mention.quote):
                stretches.append(mention.quote[fresh:])
            end = max(end, mention.end)
        return " ".join(stretches)

    def spans(self) -> list[tuple[int, int]]:
        """Where each mention lies in `text`."""
        spans: list[tuple[int, int]] = []
        position, end = 0, -1
        for mention in self.mentions:
            fresh = max(0, end - mention.start)
            size = max(0, len(mention.quote) - fresh)
            start = position - min(fresh, len(mention.quote))
            spans.append((max(0, start), position + size))
            if size:
                position += size + 1
            end = max(end, mention.end)
        return spans


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


def _compare_units(
    before: _Unit, after: _Unit, pairs: list[tuple[int, int]] | None = None
) -> list[Transition]:
    """Transitions of the mentions of one sentence that is in both revisions."""
    text_before, text_after = before.text, after.text
    if pairs is None:
        alignment = align.align(before.mentions, after.mentions)
        quotes = [m.quote for m in before.mentions], [m.quote for m in after.mentions]
        pairs = align.one_to_one(alignment, *quotes)
    edits = list(details.edits(text_before, text_after))
    spans_before, spans_after = before.spans(), after.spans()
    transitions = []
    for i, j in pairs:
        old, new = before.mentions[i], after.mentions[j]
        own = [e for e in edits if _lies_in(e, spans_before[i], spans_after[j])]
        edits = [e for e in edits if e not in own]
        if not own and _unchanged(old, new):
            continue
        finding = differences(Pair(old, new, text_before, text_after), own)
        if not finding.reasons:
            finding.add(ChangeKind.REWORDED, "same content in other words")
        found = finding.transition(old, new)
        if found is not None:
            transitions.append(found)
    gone = set(range(len(before.mentions))) - {i for i, _ in pairs}
    come = set(range(len(after.mentions))) - {j for _, j in pairs}
    for j in sorted(come):
        weight = sum(
            e.weight_gained for e in edits if _within(e.gained, spans_after[j])
        )
        if weight >= DETAIL:
            transitions.append(_new(after.mentions[j]))
    for i in sorted(gone):
        weight = sum(e.weight_lost for e in edits if _within(e.lost, spans_before[i]))
        if weight >= DETAIL:
            transitions.append(_removed(before.mentions[i]))
    return transitions


def _unchanged(before: Mention, after: Mention) -> bool:
    """Same words, and the same source as far as its own sentence names it."""
    if before.quote != after.quote:
        return False
    if before.cue is None and after.cue is None:
        return True
    return same_source(before.source, after.source)


def _lies_in(edit: Edit, old: tuple[int, int], new: tuple[int, int]) -> bool:
    if edit.lost and not edit.gained:
        return _within(edit.lost, old)
    if edit.gained and not edit.lost:
        return _within(edit.gained, new)
    return _within(edit.lost, old) or _within(edit.gained, new)


def _within(items: Sequence[details.Word], span: tuple[int, int]) -> bool:
    return any(span[0] <= word.start < span[1] for word in items)


# ------------------------------------------------------------------ one side only


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
