"""What an evaluation found: figures, their uncertainty, and the mistakes."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

# Enough for a stable second digit of a 95 % interval; 1,000 moves it by < 0.3.
RESAMPLES = 400
SEED = 20260101


@dataclass(frozen=True, slots=True)
class Interval:
    """The middle 95 % of a figure over resampled items."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Mistake:
    """One item that came out wrong."""

    id: str
    expected: str
    got: str
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of one task.

    `figures` has the layout of the reference scorer; `intervals` maps dotted paths
    into it (`factual.f1`) to their bootstrap interval; `headline` names the path
    that stands for the task.
    """

    task: str
    n: int
    figures: Mapping[str, Any]
    intervals: Mapping[str, Interval]
    headline: str
    errors: tuple[Mistake, ...]

    def figure(self, path: str) -> Any:
        """The figure at a dotted path."""
        return at(self.figures, path)


class Scorer(Protocol):
    """Turns predictions into resamplable parts, and parts into figures."""

    def parts(self, gold: list[Any], pred: dict[str, Any]) -> Sequence[Any]:
        """What is counted, one part for each judged item."""

    def figures(self, parts: Sequence[Any]) -> dict[str, Any]:
        """The figures of a set of parts."""


def at(figures: Mapping[str, Any], path: str) -> Any:
    """The value at a path; keys may hold dots themselves (`overlap_0.3.f1`)."""
    if path in figures:
        return figures[path]
    for key, inner in figures.items():
        if isinstance(inner, Mapping) and path.startswith(f"{key}."):
            return at(inner, path[len(key) + 1 :])
    raise KeyError(path)


def bootstrap(
    scorer: Scorer, parts: Sequence[Any], paths: Sequence[str]
) -> dict[str, Interval]:
    """95 % intervals of the figures at these paths, the same in every run."""
    source = random.Random(SEED)  # noqa: S311 - resampling, not secrets
    samples: dict[str, list[float]] = {path: [] for path in paths}
    for _ in range(RESAMPLES):
        figures = scorer.figures(source.choices(parts, k=len(parts)))
        for path in paths:
            value = at(figures, path)
            if value is not None:
                samples[path].append(float(value))
    return {path: _middle(sorted(values)) for path, values in samples.items() if values}


def _middle(values: Sequence[float]) -> Interval:
    last = len(values) - 1
    return Interval(values[round(0.025 * last)], values[round(0.975 * last)])
