"""Figures that a clause adds without a verb of their own are claims of their own."""

from __future__ import annotations

import pytest

from monitor.claims import find, voices
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


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "Orland Bank and Velm Trust cut 1,000 and 1,300 jobs, respectively.",
            {"Orland Bank cut 1,000 jobs": 1000, "Velm Trust cut 1,300 jobs": 1300},
        ),
        (
            "Deaths in Orland, Harne and Velm stood at 12, 30 and 4 respectively.",
            {
                "Deaths in Orland stood at 12": 12,
                "Deaths in Harne stood at 30": 30,
                "Deaths in Velm stood at 4": 4,
            },
        ),
        (
            "The blasts killed at least 45 in Orland and 12 in Velm.",
            {
                "The blasts killed at least 45 in Orland": 45,
                "The blasts killed 12 in Velm": 12,
            },
        ),
    ],
)
def test_figures_in_a_row_are_each_of_their_own(
    text: str, told: dict[str, float]
) -> None:
    found = find.find_in_text(text)
    assert {m.text: m.quantities[0].minimum for m in found} == told
    assert len({m.measure for m in found}) == 1
    assert found[0].measure is not None
    assert len({m.participants for m in found}) == len(found)


def test_figures_whose_owners_are_not_told_measure_nothing() -> None:
    text = "They cut 1,000 and 1,300 jobs, respectively."
    assert only(text, "They").measure is None


@pytest.mark.parametrize(
    "text",
    [
        "Norrin Lines said it will cut 9,500 jobs.",
        "Norrin Lines reported losses of 20 billion euros.",
        "“We have lost 300 people,” said Norrin Lines.",
        "Norrin Lines said on Monday that its losses had reached 40 million euros.",
    ],
)
def test_what_a_source_says_of_itself_has_the_source_in_its_first_slot(
    text: str,
) -> None:
    mention = find.find_in_text(text)[0]
    assert mention.participants[0] == "norrin lines"
    assert voices.of_itself(mention)


def test_what_a_source_says_of_others_is_not_of_itself() -> None:
    text = "Norrin Lines said Arlen Bank will cut 9,500 jobs, and it will lose money."
    assert not any(voices.of_itself(m) for m in find.find_in_text(text))
