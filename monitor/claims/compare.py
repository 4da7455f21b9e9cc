"""What happened to the claims of an article between two of its revisions. Pure.

`compare` judges two mentions that state the same claim; `compare_revisions` pairs
all mentions of two revisions first. Content is compared by sentence, because two
wordings of one sentence may fall into different clauses; fields by mention.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from monitor.claims import details, joint, modality, pairing, sentence, wording
from monitor.claims.details import DETAIL, Edit, weigh
from monitor.claims.fields import differences, pair_quantities
from monitor.claims.finding import Pair
from monitor.claims.modality import Shift
from monitor.claims.sentence import Unit
from monitor.claims.voices import same_source
from monitor.claims.wording import Word
from monitor.model import (
    THRESHOLDS,
    Alignment,
    ChangeKind,
    Mention,
    Thresholds,
    Transition,
)

# Share of sentences that must survive for a revision not to be a new text.
SURVIVES = 0.2
# Share of a clause's content that makes it a clause of the other sentence too.
SAME_CLAUSE = 0.7
# Fewer sentences than this tell nothing about a rewrite.
REWRITE_SENTENCES = 5


def compare_revisions(
    before: Sequence[Mention],
    after: Sequence[Mention],
    *,
    correction: str | None = None,
    texts: tuple[str, str] | None = None,
    thresholds: Thresholds = THRESHOLDS,
) -> list[Transition]:
    """All transitions between two successive revisions, in text order.

    `texts` are the two documents that the mentions' offsets index: with them the
    words between the mentions are compared too.

    `correction` is the page's correction notice if it is new in this revision: what
    is then removed or corrected is retracted. Removals are proposals: the caller
    confirms them with a second sighting of the absence.
    """
    old = sentence.units(before, texts[0] if texts else None)
    new = sentence.units(after, texts[1] if texts else None)
    alignment = pairing.sentences(old, new)
    transitions: list[Transition] = []
    for left, right in pairing.joined(alignment):
        transitions += _compare_units(
            sentence.merged([old[i] for i in left]),
            sentence.merged([new[j] for j in right]),
            thresholds=thresholds,
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


def _compare_units(
    before: Unit,
    after: Unit,
    pairs: list[tuple[int, int]] | None = None,
    *,
    thresholds: Thresholds = THRESHOLDS,
) -> list[Transition]:
    """Transitions of the mentions of one sentence that is in both revisions."""
    text_before, text_after = before.text, after.text
    if text_before == text_after:
        return []
    if pairs is None:
        pairs = pairing.clauses(before, after)
    edits = _without_fields(
        details.edits(text_before, text_after), before, after, pairs
    )
    negated = modality.negations(text_before, text_after)
    balanced = negated is not None and any(
        _balances(e, negated) or modality.lacks(e) for e in edits
    )
    if balanced:
        negated, edits = None, [edit for edit in edits if not edit.opposes]
    owner = [_owner(edit, before, after, pairs) for edit in edits]
    shifts = [
        (s, _owner(s.edit, before, after, pairs) if s else None)
        for s in (modality.hedges(text_before, text_after), negated)
    ]
    transitions = []
    for k, (i, j) in enumerate(pairs):
        old, new = before.mentions[i], after.mentions[j]
        own = [edit for edit, at in zip(edits, owner, strict=True) if at == k]
        hedged, negated = (s if at == k else None for s, at in shifts)
        if not (own or hedged or negated) and _unchanged(old, new):
            continue
        pair = Pair(
            old,
            new,
            text_before,
            text_after,
            hedged,
            negated,
            balanced=balanced,
            thresholds=thresholds,
        )
        finding = differences(pair, own)
        if not finding.reasons:
            finding.add(ChangeKind.REWORDED, "same content in other words")
        found = finding.transition(before.given[i], after.given[j])
        if found is not None:
            transitions.append(found)
    left = [edit for edit, at in zip(edits, owner, strict=True) if at is None]
    return transitions + _unpaired(before, after, pairs, left)


def _balances(edit: Edit, negated: Shift) -> bool:
    """Whether a word stands for its opposite that isn't itself what negates."""
    negating = {word.text for word in negated.words}
    lost, gained = (
        tuple(w for w in side if w.text not in negating)
        for side in (edit.lost, edit.gained)
    )
    return replace(edit, lost=lost, gained=gained).opposes


def _unpaired(
    before: Unit, after: Unit, pairs: Sequence[tuple[int, int]], edits: list[Edit]
) -> list[Transition]:
    """Clauses of the sentence that only one revision has."""
    kept_before, kept_after = {i for i, _ in pairs}, {j for _, j in pairs}
    transitions = []
    for j, mention in enumerate(after.given):
        own = [e for e in edits if _within(e.gained, after.span(j))]
        if j not in kept_after and _tells(own, [e.gained for e in own]):
            transitions.append(_new(mention))
    for i, mention in enumerate(before.given):
        own = [e for e in edits if _within(e.lost, before.span(i))]
        if i not in kept_before and _tells(own, [e.lost for e in own]):
            transitions.append(_removed(mention))
    return transitions


def _tells(edits: Sequence[Edit], words: Sequence[Sequence[Word]]) -> bool:
    """Whether a clause of one revision states what the other doesn't."""
    another = any(edit.replaces and not edit.restates for edit in edits)
    return another or sum(weigh(items) for items in words) >= DETAIL


def _without_fields(
    edits: Sequence[Edit],
    before: Unit,
    after: Unit,
    pairs: Sequence[tuple[int, int]],
) -> list[Edit]:
    """The edits without the words of sources and paired quantities."""
    voiced_before, voiced_after = _voiced(before), _voiced(after)
    counted_before, counted_after = _counted(before, after, pairs)
    kept = []
    for edit in edits:
        if edit.opposes:  # "approved" and "rejected" are what is said, cue or not
            kept.append(edit)
            continue
        lost = _rest(edit.lost, edit.old, voiced_before, counted_before)
        gained = _rest(edit.gained, edit.new, voiced_after, counted_after)
        if lost or gained:
            kept.append(replace(edit, lost=lost, gained=gained))
    return kept


Spans = list[tuple[int, int]]


def _rest(
    items: Sequence[Word],
    stretch: Sequence[Word],
    voiced: frozenset[str],
    counted: Spans,
) -> tuple[Word, ...]:
    """The words but for sources, with their titles, and paired quantities."""
    beside = {a.start for a, b in pairwise(stretch) if b.name and b.key in voiced}
    items = [w for w in items if w.number or w.start not in beside]
    return tuple(
        word
        for word in items
        if word.key not in voiced
        and not any(start <= word.start < end for start, end in counted)
    )


def _counted(
    before: Unit, after: Unit, pairs: Sequence[tuple[int, int]]
) -> tuple[Spans, Spans]:
    """Where the numbers stand that both revisions state, changed or not."""
    old: Spans = []
    new: Spans = []
    for i, j in pairs:
        for a, b in pair_quantities(before.mentions[i], after.mentions[j]):
            old.append((a.start - before.start, a.end - before.start))
            new.append((b.start - after.start, b.end - after.start))
    return old, new


# Whom a source told it: a paper, or reporters.
_HEARER = re.compile(r"\btold ((?:the )?[A-Z]\w*(?: [A-Z]\w*)*|reporters|journalists)")


def _voiced(unit: Unit) -> frozenset[str]:
    names = [source.name for m in unit.mentions for source in m.chain if m.cue]
    cues = [m.cue for m in unit.mentions if m.cue]
    beside = (w.key for name in names for w in joint.others(name, unit.text))
    cues += [match[1] for match in _HEARER.finditer(unit.text)] if cues else []
    told = (key for text in (*names, *cues) for key in wording.keys(text))
    return frozenset((*told, *beside))


def _owner(
    edit: Edit, before: Unit, after: Unit, pairs: Sequence[tuple[int, int]]
) -> int | None:
    """The pair an edit belongs to: it lies inside, or else nearest to it.

    None if it lies in a clause that has no partner and states something else.
    """
    for k, (i, j) in enumerate(pairs):
        if _lies_in(edit, before.span(i), after.span(j)):
            return k
    is_apart = _is_in_own_clause(edit.gained, after, before.text)
    if is_apart or _is_in_own_clause(edit.lost, before, after.text):
        return None
    gaps = [
        (_gap(edit.gained, after.span(j)) + _gap(edit.lost, before.span(i)), k)
        for k, (i, j) in enumerate(pairs)
    ]
    return min(gaps)[1] if gaps else None


def _is_in_own_clause(items: Sequence[Word], unit: Unit, other: str) -> bool:
    """Whether the words lie in a clause that the other sentence doesn't state.

    A clause that it mostly states was only divided otherwise.
    """
    return any(
        _within(items, unit.span(k))
        and details.share(mention.quote, other) < SAME_CLAUSE
        for k, mention in enumerate(unit.mentions)
    )


def _gap(items: Sequence[Word], span: tuple[int, int]) -> int:
    """Characters between the words and a span."""
    if not items:
        return 0
    return max(0, span[0] - items[0].end, items[0].start - span[1])


def _unchanged(before: Mention, after: Mention) -> bool:
    """Same words, and the same source as far as its own sentence names it."""
    if before.quote != after.quote or before.denies is not after.denies:
        return False
    if before.cue is None and after.cue is None:
        return True
    names = {m.source.name for m in (before, after) if m.source is not None}
    if len(names) > 1 and any(" and " in name for name in names):
        return False  # one of them may be more than the other
    return same_source(before.source, after.source)


def _lies_in(edit: Edit, old: tuple[int, int], new: tuple[int, int]) -> bool:
    if edit.lost and not edit.gained:
        return _within(edit.lost, old)
    if edit.gained and not edit.lost:
        return _within(edit.gained, new)
    return _within(edit.lost, old) or _within(edit.gained, new)


def _within(items: Sequence[Word], span: tuple[int, int]) -> bool:
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
