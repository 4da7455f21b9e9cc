"""Number words, scales and writing styles by language, from package data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from monitor.claims import wordlists


@dataclass(frozen=True, slots=True)
class Words:
    """The number words of one language."""

    units: dict[str, float]
    tens: dict[str, float]
    scales: dict[str, float]
    vague: dict[str, tuple[float, float]]
    few: dict[str, tuple[float, float]]
    articles: frozenset[str]
    joins: frozenset[str]

    @property
    def starts(self) -> set[str]:
        """Every word a number may start with."""
        counted = {*self.units, *self.tens, *self.scales, *self.vague, *self.few}
        return counted | self.articles | ({"half"} if self.articles else set())


def tables() -> dict[str, Any]:
    """The raw number tables of every language."""
    return wordlists.table("numbers")


@cache
def style_of(language: str) -> str:
    """How `language` writes 4519.5: "comma", "point" or "space"; unknown = comma."""
    code = wordlists.code(language)
    styles: dict[str, list[str]] = tables()["styles"]
    return next((style for style, codes in styles.items() if code in codes), "comma")


@cache
def words_of(language: str) -> Words:
    """The number words of `language`; English ones where it has no table."""
    code = wordlists.code(language)
    table: dict[str, Any] = tables().get(code) or tables()["en"]

    def spans(name: str) -> dict[str, tuple[float, float]]:
        return {w: (float(a), float(b)) for w, (a, b) in table.get(name, {}).items()}

    return Words(
        units={w: float(v) for w, v in table.get("units", {}).items()},
        tens={w: float(v) for w, v in table.get("tens", {}).items()},
        scales={w: float(v) for w, v in table.get("scales", {}).items()},
        vague=spans("vague"),
        few=spans("few"),
        articles=frozenset(table.get("articles", ())),
        joins=frozenset(table.get("and", ())),
    )


@cache
def bounding_words() -> frozenset[str]:
    """Every word of a comparator phrase, in any language, in lower case."""
    rows = [table.get("comparators", {}) for table in tables().values()]
    return frozenset(
        word
        for row in rows
        for phrases in row.values()
        for phrase in phrases
        for word in phrase.lower().split()
    )
