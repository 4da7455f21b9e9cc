"""A tenth of a simulated day: few alerts, and none of the planted changes missed.

The whole of it, 3,000 articles, is `benchmarks/simulated_day.py`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.day.news import day
from tests.day.run import live_through

MOST_ALERTS = 40
# Changes told of articles that nobody edited: two unrelated articles compared.
MOST_TOLD_UNEDITED = 2


def test_a_seed_gives_the_same_day() -> None:
    one, other = day(300, seed=3), day(300, seed=3)
    assert one == other
    edited = [edit.what for piece in one.pieces for edit in piece.edits]
    # what docs/quality.md says of it, in a tenth
    assert edited.count("reworded") == 22
    assert edited.count("removed") == 2
    assert sum(what.startswith("big story") for what in edited) == 36


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_tenth_of_a_day_is_quiet_and_misses_nothing(tmp_path: Path) -> None:
    found = live_through(day(300), tmp_path, workers=2)
    assert found.missed == []
    assert found.sent <= MOST_ALERTS, found.table()
    assert found.digests == 1
    # the big story's steps, each told once and not by twelve outlets
    for step, how in found.planted.items():
        if step.startswith("big story"):
            assert 1 <= how["alert"] <= 4, found.table()
    told = sum(found.unplanted.values())
    assert told <= MOST_TOLD_UNEDITED, found.table()
