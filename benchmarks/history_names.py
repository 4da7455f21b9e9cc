"""Names, words and moments of the invented history, and how its rows are written."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.store import sqlite

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
# What stands for one story.
CLAIMS, ARTICLES, REVISIONS = 50, 5, 4
OUTLETS = 40
BATCH = 20_000
# What made-up names and words are put together from.
SYLLABLES = [
    "ba",
    "do",
    "fe",
    "gi",
    "ka",
    "lo",
    "mu",
    "ne",
    "or",
    "pa",
    "ri",
    "sa",
    "te",
    "ul",
    "ve",
    "wy",
    "zo",
    "sk",
    "har",
    "lin",
    "ost",
    "vel",
]
VERBS = [
    "said",
    "will",
    "has",
    "closed",
    "opened",
    "killed",
    "injured",
    "left",
    "found",
    "sent",
    "built",
    "lost",
    "won",
]


class History:
    """Names and rows, the same for the same seed and size."""

    def __init__(self, claims: int, seed: int) -> None:
        self.claims = claims
        self.stories = max(1, claims // CLAIMS)
        self.chance = random.Random(seed)
        self.words = self._names(20_000)
        self.sources = [
            f"{a} {b}"
            for a, b in zip(self._names(9_000), self._names(9_000), strict=True)
        ]
        self.sources = list(dict.fromkeys(name.title() for name in self.sources))
        self.span = timedelta(days=400)

    def _names(self, count: int) -> list[str]:
        chance = self.chance
        return [
            "".join(chance.choices(SYLLABLES, k=chance.randint(2, 4)))
            for _ in range(count)
        ]

    def rare(self, names: Sequence[str], most: float = 1.3) -> str:
        """One of the names, the first of them far more often."""
        return names[min(int(self.chance.paretovariate(most)) - 1, len(names) - 1)]

    def sentence(self, subject: str, length: int = 12) -> str:
        """Words of which few are common and most are rare."""
        chance, words = self.chance, self.words
        picked = [words[int(len(words) * chance.random() ** 3)] for _ in range(length)]
        picked[2] = chance.choice(VERBS)
        return f"{subject} {' '.join(picked)}."

    def at(self, story: int, minutes: float) -> datetime:
        """A moment of a story; stories come one after another."""
        share = story / self.stories
        return NOW - self.span * (1 - share) + timedelta(minutes=minutes - 1_500)


def stamp(moment: datetime) -> str:
    """The stored form."""
    return min(moment, NOW - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")


def batches(rows: Iterable[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    """Rows in steps."""
    step: list[Sequence[Any]] = []
    for row in rows:
        step.append(row)
        if len(step) == BATCH:
            yield step
            step = []
    if step:
        yield step


def put(
    db: sqlite.Connection, table: str, columns: str, rows: Iterable[Sequence[Any]]
) -> None:
    """Insert rows, a transaction for each step."""
    marks = ", ".join("?" * len(columns.split(",")))
    for step in batches(rows):
        db.execute("BEGIN")
        db.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", step)
        db.execute("COMMIT")


def outlets() -> list[str]:
    """Their names."""
    return [f"Outlet {number:02}" for number in range(OUTLETS)]
