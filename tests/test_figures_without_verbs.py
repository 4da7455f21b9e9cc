"""Figures that a clause adds without a verb of their own are claims of their own."""

from __future__ import annotations

import pytest

from monitor.claims import find
from monitor.model import Mention


def only(text: str, quote: str) -> Mention:
    """The one mention whose quote begins so."""
    found = [m for m in find.find_in_text(text) if m.quote.startswith(quote)]
    assert len(found) == 1, [m.quote for m in find.find_in_text(text)]
    return found[0]


def test_an_older_figure_measures_what_the_newer_one_does() -> None:
    text = (
        "About 70 ships were waiting outside the harbour on Monday, up from 22 on"
        " Sunday, the port authority said."
    )
    now, then = only(text, "About 70"), only(text, "up from 22")
    assert [q.minimum for q in now.quantities] == [70]
    assert [q.minimum for q in then.quantities] == [22]
    assert then.historic
    assert not now.historic
    assert then.measure == now.measure
    assert then.text.startswith("22 ships were waiting")
    assert then.source == now.source


def test_a_part_of_a_count_is_a_count() -> None:
    text = "Some 340 demonstrators have been arrested, among them 27 minors."
    whole, part = only(text, "Some 340"), only(text, "among them")
    assert [q.minimum for q in whole.quantities] == [340]
    assert [q.minimum for q in part.quantities] == [27]
    assert part.scope != whole.scope


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("Seven ships and three aircraft are taking part.", 7, 3),
        ("The blast killed 12 people and wounded nobody.", 12, None),
        ("The storm destroyed 40 houses and two bridges.", 40, 2),
    ],
)
def test_two_things_counted_are_two_claims(
    text: str, first: float, second: float | None
) -> None:
    values = [[q.minimum for q in m.quantities] for m in find.find_in_text(text)]
    assert [first] in values
    assert (second is None) or [second] in values


def test_what_a_town_is_home_to() -> None:
    text = "A second crest could reach Harne, home to 58,000 people, tomorrow."
    assert only(text, "home to").text == "Harne is home to 58,000 people"
