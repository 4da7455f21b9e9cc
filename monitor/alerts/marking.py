"""Two wordings of one claim: which words differ, and how that is shown. Pure."""

from __future__ import annotations

from monitor.alerts.difference import Part as Piece
from monitor.alerts.difference import Words, split
from monitor.alerts.difference import changed as changed_words
from monitor.alerts.escape import clipped, inert
from monitor.model import Side

# Enough for any claim; the comparison takes quadratic time.
_WORDS = 300
_LEAD = 30
_SWAP_LENGTH = 50
_CONTEXTS = (20, 12, 8, 5, 3, 1, 0)


Pieces = tuple[Piece, ...]


def starred(pieces: Pieces) -> str:
    """The text with what differs between asterisks."""
    return "".join(f"*{one.text}*" if one.is_changed else one.text for one in pieces)


def marked(before: str, after: str, limit: int) -> tuple[Pieces, Pieces]:
    """Both texts, inert, with the words that differ set apart.

    A text too long for `limit` is cut to what surrounds its changed words.
    """
    one, other = _near(split(inert(before)), split(inert(after)))
    left, right = changed_words(one, other)
    return _join(one, left, limit), _join(other, right, limit)


def swapped(before: Side | None, after: Side | None) -> str:
    """Only the words that differ, "Upper → Lower"; empty if they are too many."""
    if before is None or after is None:
        return ""
    one, other = _near(split(inert(before.text)), split(inert(after.text)))
    left, right = changed_words(one, other)
    gone, come = _only(one, left), _only(other, right)
    if max(len(gone), len(come)) > _SWAP_LENGTH:
        return ""
    if gone and come:
        return f"“{gone}” → “{come}”"
    return f"+ “{come}”" if come else f"− “{gone}”" if gone else ""


def _only(words: Words, changed: set[int]) -> str:
    """The changed words with a space between and `…` for what stands between them."""
    parts: list[str] = []
    last = -1
    for index in sorted(changed):
        word = words[index][1]
        if not any(c.isalnum() or c == "%" for c in word):
            continue
        if parts and index != last + 1:
            parts.append("…")
        parts.append(word)
        last = index
    return " ".join(parts)


def _near(one: Words, other: Words) -> tuple[Words, Words]:
    """Of two long texts, the words from a little before their first difference on."""
    alike = 0
    for (_, left), (_, right) in zip(one, other, strict=False):
        if left != right:
            break
        alike += 1
    start = alike - _LEAD if alike > _WORDS // 2 else 0
    cut = [("", "…")] if start else []
    return (
        cut + one[start : start + _WORDS],
        cut + other[start : start + _WORDS],
    )


def _join(words: Words, changed: set[int], limit: int) -> Pieces:
    whole = _write(words, changed, set(range(len(words))))
    if len(starred(whole)) <= limit:
        return whole
    for context in _CONTEXTS:
        kept = {
            near
            for index in changed or {0}
            for near in range(index - context, index + context + 1)
        }
        whole = _write(words, changed, kept)
        if len(starred(whole)) <= limit:
            return whole
    return (Piece(clipped("".join(piece.text for piece in whole), limit)),)


def _write(words: Words, changed: set[int], kept: set[int]) -> Pieces:
    pieces: list[Piece] = []
    gap = False

    def add(text: str, *, differs: bool) -> None:
        if pieces and pieces[-1].is_changed is differs:
            pieces[-1] = Piece(pieces[-1].text + text, differs)
        elif text:
            pieces.append(Piece(text, differs))

    for index, (space, word) in enumerate(words):
        if index not in kept:
            gap = True
            continue
        if gap:
            add(" … " if pieces else "… ", differs=False)
            space = ""
        gap = False
        # the space before the first changed word is not part of it
        add(space, differs=index in changed and index - 1 in changed)
        add(word, differs=index in changed)
    if gap:
        add(" …", differs=False)
    return tuple(pieces)
