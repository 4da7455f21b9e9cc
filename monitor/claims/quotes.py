"""Quotation marks of a text: which stretches are somebody's words. Pure."""

from __future__ import annotations

import re

_MARK = re.compile(r"[“”«»„\"]|''|’’|``|(?<![\w’'])‘(?=\w)")
_OPENING = frozenset("“«„") | {"``"}
_CLOSING = frozenset("”»")
# Marks that show their side, so that one quotation can stand in another.
_NESTING = frozenset("“«")


def regions(text: str) -> list[tuple[int, int]]:
    """The quoted stretches, marks included; one never crosses a line."""
    found: list[tuple[int, int]] = []
    at = 0
    for line in text.split("\n"):
        found += _in_line(line, at)
        at += len(line) + 1
    return found


def _in_line(line: str, shift: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    opened: int | None = None
    inner = 0  # quotations that stand in the opened one
    for match in _MARK.finditer(line):
        mark = match.group()
        if mark == "‘":
            continue
        if opened is None:
            inches = mark == '"' and line[: match.start()][-1:].isdigit()
            if mark not in _CLOSING and not inches:
                opened = match.start()
        elif mark in _NESTING and _closes_twice(line, match.end()):
            inner += 1
        elif inner and mark in _CLOSING:
            inner -= 1
        elif mark in _CLOSING or mark not in _OPENING:
            found.append((shift + opened, shift + match.end()))
            opened = None
    # a quotation that goes on in the next paragraph has no closing mark
    if opened is not None:
        found.append((shift + opened, shift + len(line.rstrip())))
    return found


def _closes_twice(line: str, start: int) -> bool:
    """Whether two closing marks follow before the next opening one."""
    marks = [m.group() for m in _MARK.finditer(line, start) if m.group() != "‘"]
    return len(marks) > 1 and all(mark in _CLOSING for mark in marks[:2])


def words(text: str, region: tuple[int, int]) -> int:
    """How many words a stretch holds."""
    return len(re.findall(r"\w+", text[max(0, region[0]) : region[1]]))


def share(start: int, end: int, within: list[tuple[int, int]]) -> float:
    """How much of a span is quoted, 0 to 1."""
    covered = sum(max(0, min(end, b) - max(start, a)) for a, b in within)
    return covered / (end - start) if end > start else 0.0
