"""What an edit replaces, adds or drops in a statement, beyond its fields. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from monitor.claims import (
    dates,
    days,
    details,
    held,
    modality,
    order,
    senses,
    wording,
)
from monitor.claims.details import Edit
from monitor.claims.finding import OPPOSED, Finding, Pair
from monitor.claims.modality import Shift
from monitor.model import ChangeKind


def compare(finding: Finding, pair: Pair, edits: Iterable[Edit]) -> None:
    """Corrected where content is replaced in place, else detail."""
    swap = order.swapped(pair.sentence_before, pair.sentence_after)
    if swap is not None:
        finding.add(ChangeKind.CORRECTED, f"{swap[0]} and {swap[1]} changed places")
    rest = []
    for edit in edits:
        own = _without_modality(finding, edit, pair)
        if own is None or _is_told(finding, own) or days.only(own, pair):
            continue
        if own.replaces or _is_other_place(own):
            _replaced(finding, own, pair)
        elif not _generalises(own):
            rest.append(own)
    _other_deeds(finding, rest)
    _ranked(finding, pair)
    _details(finding, rest)


def _other_deeds(finding: Finding, edits: Sequence[Edit]) -> None:
    """Corrected where another deed is told in another place of the sentence.

    "The minister resigned on Friday" and "On Friday the minister was dismissed".
    """
    for a in (w for edit in edits for w in edit.lost):
        for b in (w for edit in edits for w in edit.gained):
            opposed = senses.opposed(a.key, b.key)
            if opposed or details.other_deed(a.key, b.key):
                told = f"“{a.text}” → “{b.text}”"
                finding.add(ChangeKind.CORRECTED, (OPPOSED if opposed else "") + told)


_RANK = re.compile(
    r"\b(?:(second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|\d+(?:nd|rd|th))"
    r"[- ]|((?:one of|among) (?:the|its|their|[A-Za-z]+['’]s) ))?((?!west|rest|test|guest|forest|interest|protest|arrest|request|east)"
    r"[a-z]{2,}est|worst|best|(?:most|least) [a-z]+)\b",
    re.IGNORECASE,
)


def _ranked(finding: Finding, pair: Pair) -> None:
    """Corrected where a rank comes or goes: the deadliest, the second deadliest."""
    old, new = (
        {m[3].lower(): m[1] or (m[2] and "one of") for m in _RANK.finditer(text)}
        for text in (pair.sentence_before, pair.sentence_after)
    )
    for what in old.keys() & new.keys():
        if old[what] != new[what]:
            told = f"“{old[what] or 'first'}” → “{new[what] or 'first'} {what}”"
            finding.add(ChangeKind.CORRECTED, told)


_ORDINAL = re.compile(r"\d+th")


def _is_other_place(edit: Edit) -> bool:
    """Whether an ordinal stands for another one: the third, the first."""
    return any(_ORDINAL.fullmatch(w.key) for w in edit.lost) and any(
        _ORDINAL.fullmatch(w.key) for w in edit.gained
    )


# One plain word with a phrase of its own, at most.
GENERALISED = 1.6


def _generalises(edit: Edit) -> bool:
    """Whether a word that says little stands for one that says more, or reverse.

    "Residents of the town" are "people of the town".
    """
    if not edit.lost or not edit.gained:
        return False
    return max(edit.weight_lost, edit.weight_gained) <= GENERALISED


def _is_told(finding: Finding, edit: Edit) -> bool:
    """Whether the edit only carries a change of a field that is told already."""
    words = (*edit.lost, *edit.gained)
    if ChangeKind.FIGURE in finding.reasons and all(w.number for w in words):
        return True
    if ChangeKind.STATUS not in finding.reasons:
        return False
    return not any(w.name or w.number for w in words)  # the verb that shows the status


def _replaced(finding: Finding, edit: Edit, pair: Pair) -> None:
    both = f"“{shown(edit.old)}” → “{shown(edit.new)}”"
    if edit.opposes:
        finding.reasons[ChangeKind.CORRECTED] = OPPOSED + both
    elif _counts(edit, pair):
        finding.add(ChangeKind.FIGURE, both)
    elif not edit.restates:
        finding.add(ChangeKind.CORRECTED, both)


def _counts(edit: Edit, pair: Pair) -> bool:
    """Whether one number stands for another where either mention counts by it."""
    words = (*edit.lost, *edit.gained)
    if len(edit.lost) != 1 or len(edit.gained) != 1:
        return False
    if not all(w.number and ":" not in w.key for w in words):
        return False  # a time of day counts nothing
    amounts = (q.text for m in (pair.before, pair.after) for q in m.quantities)
    counted = {key for text in amounts for key in wording.keys(text)}
    if any(w.key in counted for w in words):
        return True
    sides = (edit.lost[0], pair.sentence_before), (edit.gained[0], pair.sentence_after)
    return all(_is_bare(word, text) for word, text in sides)


def _is_bare(word: wording.Word, sentence: str) -> bool:
    """Whether a number in digits is no part of a date, and labels nothing."""
    if not word.text.isascii() or not word.text.isdigit() or held.is_year(word):
        return False
    before = sentence[: word.start].split()[-1:]
    if not before or before[0][:1].isupper():
        return False  # "Flight 447", "Article 12"
    spans = dates.calendar_spans(sentence)
    return not any(start <= word.start < end for start, end in spans)


def _details(finding: Finding, edits: Sequence[Edit]) -> None:
    gained = [e for e in edits if e.gained]
    lost = [e for e in edits if e.lost]
    told = []
    if sum(e.weight_gained for e in gained) >= details.DETAIL:
        told.append(details.ADDED + _listed(gained, old=False))
    if sum(e.weight_lost for e in lost) >= details.DETAIL:
        told.append(details.DROPPED + _listed(lost, old=True))
    if told:
        finding.add(ChangeKind.DETAIL, "; ".join(told))


def is_detail(shift: Shift, edits: Iterable[Edit]) -> bool:
    """Whether a negation came or went with a detail ("arrested without a fight")."""
    for edit in edits:
        own, other = edit.new, edit.lost
        content = edit.gained
        if shift.raises:
            own, other, content = edit.old, edit.gained, edit.lost
        if any(_holds(w, shift) for w in own):
            rest = [w for w in content if not _holds(w, shift)]
            return details.weigh(rest, own) >= details.DETAIL and not other
    return False


def _holds(word: wording.Word, shift: Shift) -> bool:
    """Whether a word is what negates, or ends in it ("don't")."""
    return any(word.start <= w.start < word.end for w in shift.words)


def _without_modality(finding: Finding, edit: Edit, pair: Pair) -> Edit | None:
    """The edit without the words that hedge or negate: they are told as such."""
    firm = ChangeKind.CERTAINTY in finding.reasons
    lost, gained = (
        [w for w in words if not modality.bears(w, text, firm=firm)]
        for words, text in (
            (edit.lost, pair.sentence_before),
            (edit.gained, pair.sentence_after),
        )
    )
    if len(lost) == len(edit.lost) and len(gained) == len(edit.gained):
        return edit
    if not lost and not gained:
        return None
    return replace(edit, lost=tuple(lost), gained=tuple(gained))


def _listed(edits: Sequence[Edit], *, old: bool) -> str:
    return ", ".join(f"“{shown(e.old if old else e.new)}”" for e in edits)


def shown(items: Sequence[wording.Word]) -> str:
    """Words as they stand in the text."""
    return " ".join(word.text for word in items)
