"""A pattern that is searched only beside words it needs finds what it finds alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.claims import (
    certainty,
    checkworthy,
    disclaimers,
    parts,
    tolls,
    unstated,
    wordlists,
)
from monitor.claims import sought as gates

MODULES = (certainty, disclaimers, parts, tolls, unstated)


def patterns() -> Iterator[tuple[str, re.Pattern[str], frozenset[str]]]:
    for module in MODULES:
        for name, value in vars(module).items():
            if isinstance(value, gates.Sought):
                yield f"{module.__name__}.{name}", value.pattern, value.needs
    for table in ("periods", "states"):
        for name, row in wordlists.phrases("measures", table):
            yield f"{table}.{name}", row.pattern, row.needs
    for at, sign in enumerate(checkworthy._signs()):
        if sign.pattern is not None and sign.needs:
            yield f"checkworthy.{at}", sign.pattern, sign.needs


ALL = list(patterns())


def _examples(most: int) -> settings:
    """Texts made of a pattern, however slowly on a busy machine."""
    return settings(
        max_examples=most,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


@pytest.mark.parametrize(
    ("pattern", "needs"), [p[1:] for p in ALL], ids=[p[0] for p in ALL]
)
def test_whatever_matches_holds_a_word_that_is_needed(
    pattern: re.Pattern[str], needs: frozenset[str]
) -> None:
    @_examples(20)
    @given(st.from_regex(pattern, alphabet=st.characters(codec="cp1252")))
    def holds(text: str) -> None:
        assert not needs.isdisjoint(gates.words(text))

    holds()


CUES = [c for c in certainty._cues() if c.possible]


@pytest.mark.parametrize("cue", CUES, ids=[c.pattern.pattern[:20] for c in CUES])
def test_each_cue_of_what_is_possible_is_in_the_one_pattern(
    cue: certainty._Cue,
) -> None:
    @_examples(20)
    @given(st.from_regex(cue.pattern, alphabet=st.characters(codec="cp1252")))
    def holds(text: str) -> None:
        assert certainty.is_possible(text)

    holds()


def test_a_text_without_them_is_not_searched() -> None:
    found = gates.sought(r"\bfewer \w+\b", "fewer")
    assert found.search("Fewer ships came") is not None
    assert [m[0] for m in found.finditer("fewer ships, fewer crews")] == [
        "fewer ships",
        "fewer crews",
    ]
    never = gates.sought(r"\bfewer \w+\b", "many")
    assert never.search("Fewer ships came") is None
    assert not list(never.finditer("Fewer ships came"))
