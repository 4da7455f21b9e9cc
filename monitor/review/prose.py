"""The text of a revision: claims highlighted, sentences edited, gone and come. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from monitor.alerts.difference import Part, parts
from monitor.claims import align, sentences

# Sentences beyond this are not compared word by word: nobody reads that far.
MOST = 2_000


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text, with the claim that it states, if it states one.

    `kind` is what happened to the claim in this revision, '' for nothing.
    """

    text: str
    claim_id: int | None = None
    claim: str = ""
    kind: str = ""
    is_missing: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    """One sentence of two revisions. `old` or `new` is empty where it has no partner.

    `state`: same, edited, moved, removed or added.
    """

    state: str
    old: tuple[Part, ...]
    new: tuple[Part, ...]


Paragraphs = tuple[tuple[Piece, ...], ...]


def highlighted(
    text: str, found: Sequence[Mapping[str, Any]], kinds: Mapping[int, str]
) -> Paragraphs:
    """The text as paragraphs, with the claims' sentences marked.

    Where two sightings overlap the first to begin, and the longer of two, is shown:
    the others are listed beside the text.
    """
    paragraphs: list[tuple[Piece, ...]] = []
    at = 0
    taken = _apart(found, len(text))
    for line in text.split("\n"):
        end = at + len(line)
        if line.strip():
            paragraphs.append(_line(text, at, end, taken, kinds))
        at = end + 1
    return tuple(paragraphs)


def _apart(found: Sequence[Mapping[str, Any]], length: int) -> list[Mapping[str, Any]]:
    kept: list[Mapping[str, Any]] = []
    end = 0
    for sighting in sorted(found, key=lambda s: (s["start"], -s["end"])):
        if end <= sighting["start"] < sighting["end"] <= length:
            kept.append(sighting)
            end = sighting["end"]
    return kept


def _line(
    text: str,
    start: int,
    end: int,
    taken: Sequence[Mapping[str, Any]],
    kinds: Mapping[int, str],
) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    at = start
    for sighting in taken:
        left, right = max(sighting["start"], start), min(sighting["end"], end)
        if left >= right:
            continue
        if left > at:
            pieces.append(Piece(text[at:left]))
        pieces.append(
            Piece(
                text[left:right],
                claim_id=sighting["claim_id"],
                claim=sighting["claim"],
                kind=kinds.get(sighting["claim_id"], ""),
                is_missing=sighting["gone_since"] is not None,
            )
        )
        at = right
    if at < end:
        pieces.append(Piece(text[at:end]))
    return tuple(pieces)


def split(text: str) -> list[str]:
    """Every sentence of the text, furniture too: what is shown must be all there is."""
    found: list[str] = []
    for line in text.split("\n"):
        found += [line[start:end] for start, end in sentences.spans(line)]
    return found[:MOST]


def compared(old: Sequence[str], new: Sequence[str]) -> tuple[Compared, ...]:
    """The sentences of two revisions in the order of the new one.

    What was removed stands where it stood, before the sentence that followed it.
    """
    alignment = align.sentences(old, new)
    partner = {j: i for i, j in align.one_to_one(alignment, old, new)}
    gone = sorted(set(range(len(old))) - set(partner.values()))
    kept = _rising(partner)
    found: list[Compared] = []
    for j, text in enumerate(new):
        i = partner.get(j)
        if i is not None and j in kept:
            while gone and gone[0] < i:
                found.append(_removed(old[gone.pop(0)]))
        found.append(_pair(None if i is None else old[i], text, is_moved=j not in kept))
    return (*found, *(_removed(old[i]) for i in gone))


def _rising(partner: Mapping[int, int]) -> set[int]:
    """The new sentences whose partners kept their order."""
    kept = set()
    last = -1
    for j, i in sorted(partner.items()):
        if i > last:
            kept.add(j)
            last = i
    return kept


def _removed(text: str) -> Compared:
    return Compared("removed", (Part(text, is_changed=True),), ())


def _pair(old: str | None, new: str, *, is_moved: bool) -> Compared:
    if old is None:
        return Compared("added", (), (Part(new, is_changed=True),))
    if old == new:
        return Compared("moved" if is_moved else "same", (Part(old),), (Part(new),))
    left, right = parts(old, new)
    if not any(part.is_changed for part in (*left, *right)):
        # hardly a word in common, or only spaces: the whole sentence is the edit
        left, right = (Part(old, is_changed=True),), (Part(new, is_changed=True),)
    return Compared("edited", left, right)
