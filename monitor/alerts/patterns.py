"""The user's regular expressions, bounded: hostile text must not hang the daemon.

Python's `re` backtracks and holds the interpreter while it does. Of what makes it
explode (nested and overlapping repeats) we refuse the first when the configuration is
read, allow little of the second, and search long texts in windows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

# With two overlapping open repeats the work grows with the cube of the window:
# 400 characters are searched in well under a tenth of a second, and claims are shorter.
WINDOW = 400
WIDE_REPEATS = 2
REPEATS = 8
LENGTH = 300

_TOKEN = re.compile(
    r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\((?:\?(?:P?<[^>]*>|P=\w+\)|[^)]?))?"
    r"|[)|]|[*+?][+?]?|\{(\d*)(,?)(\d*)\}[+?]?|.",
    re.DOTALL,
)
_NARROW = frozenset({r"\s", r"\d"})
# repeats of at most this many leave the work bounded whatever they hold
_FEW = 1


def expression(term: str) -> str | None:
    """What stands between the slashes of `/…/`, or None for a plain term."""
    slashed = len(term) > len("//") and term.startswith("/") and term.endswith("/")
    return term[1:-1] if slashed else None


def problems(source: str) -> list[str]:
    """Why the expression can't be used; one line each."""
    if len(source) > LENGTH:
        return [f"the expression is longer than {LENGTH} characters"]
    try:
        found = re.compile(source, re.IGNORECASE)
    except (re.error, OverflowError, RecursionError) as error:
        return [f"not a regular expression: {error}"]
    if found.match(""):
        return ["the expression matches everything"]
    return _Cost().of(source)


def compiled(source: str) -> re.Pattern[str]:
    """The expression ready for `found`; one with problems matches nothing."""
    return re.compile(r"(?!)" if problems(source) else source, re.IGNORECASE)


def found(pattern: re.Pattern[str], text: str) -> bool:
    """Whether the pattern is in the text; a match across windows is at most half one."""
    return any(pattern.search(part) for part in _windows(text))


def _windows(text: str) -> Iterator[str]:
    yield text[:WINDOW]
    for start in range(WINDOW // 2, len(text) - WINDOW // 2, WINDOW // 2):
        yield text[start : start + WINDOW]


@dataclass(slots=True)
class _Group:
    repeats: bool = False
    branches: bool = False


@dataclass(slots=True)
class _Cost:
    """Walks an expression once and notes what could make the search explode."""

    wide: int = 0
    total: int = 0
    problems: list[str] = field(default_factory=list)
    open: list[_Group] = field(default_factory=lambda: [_Group()])
    item: str | _Group = ""
    repeated: bool = False
    # the repeated item right before this one
    before: str | _Group | None = None

    def of(self, source: str) -> list[str]:
        for match in _TOKEN.finditer(source):
            self._token(match)
        if self.wide > WIDE_REPEATS or self.total > REPEATS:
            self.problems.append(
                f"more than {WIDE_REPEATS} open repeats such as .* or \\w+: "
                "a hostile text could hang the search"
            )
        return list(dict.fromkeys(self.problems))

    def _token(self, match: re.Match[str]) -> None:
        piece = match.group()
        if piece[0] in "*+?" or (piece[0] == "{" and match.group(1) is not None):
            self._repeat(_least(match), _most(match))
        elif piece == "|":
            self.open[-1].branches = True
            self._next("|")
        elif piece[0] == "(":
            self.open.append(_Group())
        elif piece == ")" and len(self.open) > 1:
            closed = self.open.pop()
            self.open[-1].repeats |= closed.repeats
            self._next(closed)
        else:
            if re.fullmatch(r"\\[1-9]", piece):
                self.problems.append("a back-reference could hang the search")
            self._next(piece)

    def _next(self, item: str | _Group) -> None:
        self.before = self.item if self.repeated else None
        self.item = item
        self.repeated = False

    def _repeat(self, least: int, most: int | None) -> None:
        if most is not None and most <= _FEW:
            return
        self.open[-1].repeats = True
        self.total += 1
        if isinstance(self.item, _Group):
            if self.item.repeats or self.item.branches:
                self.problems.append(
                    "a repeated group holds repeats or alternatives: "
                    "a hostile text could hang the search"
                )
            self.wide += 1
        elif not self._narrow(self.item, least):
            self.wide += 1
        self.repeated = True

    def _narrow(self, item: str, least: int) -> bool:
        """Whether only one split of a text between this and its neighbour exists."""
        literal = len(item) == 1 and item != "."
        if not literal and item not in _NARROW:
            return False
        apart = least > 0 and item != self.before and self.before in _NARROW
        return self.before is None or apart


def _least(match: re.Match[str]) -> int:
    """The smallest number of repeats that a quantifier allows."""
    if match.group()[0] == "{":
        return int(match.group(1) or 0)
    return 1 if match.group()[0] == "+" else 0


def _most(match: re.Match[str]) -> int | None:
    """The largest number of repeats that a quantifier allows; None = open."""
    piece = match.group()
    if piece[0] in "*+":
        return None
    if piece[0] == "?":
        return 1
    low, comma, high = match.group(1), match.group(2), match.group(3)
    if comma:
        return int(high) if high else None
    return int(low) if low else 1
