"""Small logistic models stored as readable JSON. Pure Python, no dependency.

A model names its features, licence and training data. A build without the file
works: callers fall back to a rule.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Model:
    """Weights per label over standardised features; one label = yes against no."""

    features: tuple[str, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: Mapping[str, tuple[float, ...]]
    bias: Mapping[str, float]

    def probabilities(self, vector: Sequence[float]) -> dict[str, float]:
        """The probability of each label; of a single label, that it holds."""
        standard = [
            (x - mean) / scale
            for x, mean, scale in zip(vector, self.mean, self.scale, strict=True)
        ]
        sums = {
            label: self.bias[label]
            + sum(w * x for w, x in zip(weights, standard, strict=True))
            for label, weights in self.weights.items()
        }
        if len(sums) == 1:
            ((label, value),) = sums.items()
            return {label: 1 / (1 + math.exp(-max(-60.0, min(60.0, value))))}
        top = max(sums.values())
        powers = {label: math.exp(value - top) for label, value in sums.items()}
        total = sum(powers.values())
        return {label: power / total for label, power in powers.items()}


@cache
def load(name: str, features: tuple[str, ...]) -> Model | None:
    """The model `data/NAME.json`; None if absent or trained on other features."""
    file = resources.files("monitor.claims").joinpath(f"data/{name}.json")
    if not file.is_file():
        return None
    raw = json.loads(file.read_text(encoding="utf-8"))
    if tuple(raw["features"]) != features:
        return None
    return Model(
        features=features,
        mean=tuple(raw["mean"]),
        scale=tuple(raw["scale"]),
        weights={label: tuple(row) for label, row in raw["weights"].items()},
        bias=raw["bias"],
    )
