"""Which words of two texts differ."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts.difference import Part, parts


def marked(pieces: tuple[Part, ...]) -> list[str]:
    return [piece.text for piece in pieces if piece.is_changed]


@pytest.mark.parametrize(
    ("before", "after", "gone", "come"),
    [
        ("At least 12 were killed.", "At least 19 were killed.", ["12"], ["19"]),
        ("4,519 people died", "4,902 people died", ["4,519"], ["4,902"]),
        ("It was reportedly a leak.", "It was a leak.", ["reportedly"], []),
        ("It was a leak.", "It was a gas leak today.", [], ["gas", "today"]),
        ("the same", "the same", [], []),
        # hardly a word in common: two sentences, not one that was edited
        ("Schools will close on Monday.", "A ferry burned.", [], []),
    ],
)
def test_only_the_words_that_differ_are_marked(
    before: str, after: str, gone: list[str], come: list[str]
) -> None:
    left, right = parts(before, after)
    assert marked(left) == gone
    assert marked(right) == come


@given(st.text(max_size=60), st.text(max_size=60))
def test_the_pieces_are_the_text(before: str, after: str) -> None:
    left, right = parts(before, after)
    assert "".join(piece.text for piece in left) == before
    assert "".join(piece.text for piece in right) == after
    for pieces in (left, right):
        assert all(piece.text for piece in pieces)
        for piece, following in pairwise(pieces):
            assert piece.is_changed is not following.is_changed
