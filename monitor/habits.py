"""What outlets are used to: how often they edit what they have published. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta

# The share of articles whose text changes within a week, over all outlets
# (docs/design.md, section 1): the taper is made for it.
USUAL = 0.18
# An outlet is taken for the usual one until its own articles outweigh so many of those.
BESIDE = 20
# What an outlet did lately tells what it does: a month, without the articles whose
# first day, with most of its edits, is not over.
LATELY = timedelta(days=30)
SETTLED = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Habit:
    """How many of an outlet's recent articles were read, and how many edited."""

    read: int
    edited: int

    @property
    def share(self) -> float:
        """The share of its articles that it is likely to edit."""
        return (self.edited + USUAL * BESIDE) / (self.read + BESIDE)


def stretch(habit: Habit | None, *, most: float) -> float:
    """How many times longer than the taper says the checks may lie apart, from 1 on.

    Lateness costs the share of edits times the wait, visits cost 1 / wait: their sum is
    least where the wait goes with the root of 1 / share.
    """
    if habit is None:
        return 1.0
    return min(max(1.0, math.sqrt(USUAL / habit.share)), max(1.0, most))
