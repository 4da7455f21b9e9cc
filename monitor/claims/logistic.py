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
from operator import mul

from monitor.claims import wordlists


@dataclass(frozen=True, slots=True)
class Model:
    """Weights per label over plain features; one label = yes against no."""

    features: tuple[str, ...]
    weights: Mapping[str, tuple[float, ...]]
    bias: Mapping[str, float]

    def probabilities(self, vector: Sequence[float]) -> dict[str, float]:
        """The probability of each label; of a single label, that it holds."""
        sums = {
            label: self.bias[label] + sum(map(mul, weights, vector))
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
    try:
        raw = json.loads(wordlists.read(f"{name}.json"))
    except FileNotFoundError:
        return None
    if tuple(raw["features"]) != features:
        return None
    # The file speaks of standardised features; here that is put into the weights.
    weights = {
        label: tuple(w / scale for w, scale in zip(row, raw["scale"], strict=True))
        for label, row in raw["weights"].items()
    }
    bias = {
        label: raw["bias"][label] - sum(map(mul, row, raw["mean"]))
        for label, row in weights.items()
    }
    return Model(features, weights, bias)
