"""Quotation marks of a text: which stretches are somebody's words. Pure."""

from __future__ import annotations

import re

_MARK = re.compile(r"[“”«»„\"]|''|``|(?<![\w’'])‘(?=\w)")
_OPENING = frozenset("“«„") | {"``"}
_CLOSING = frozenset("”»")


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
    for match in _MARK.finditer(line):
        mark = match.group()
        if mark == "‘":
            continue
        if opened is None:
            inches = mark == '"' and line[: match.start()][-1:].isdigit()
            if mark not in _CLOSING and not inches:
                opened = match.start()
        elif mark in _CLOSING or mark not in _OPENING:
            found.append((shift + opened, shift + match.end()))
            opened = None
    # a quotation that goes on in the next paragraph has no closing mark
    if opened is not None:
        found.append((shift + opened, shift + len(line.rstrip())))
    return found


def words(text: str, region: tuple[int, int]) -> int:
    """How many words a stretch holds."""
    return len(re.findall(r"\w+", text[region[0] : region[1]]))


def share(start: int, end: int, within: list[tuple[int, int]]) -> float:
    """How much of a span is quoted, 0 to 1."""
    covered = sum(max(0, min(end, b) - max(start, a)) for a, b in within)
    return covered / (end - start) if end > start else 0.0
