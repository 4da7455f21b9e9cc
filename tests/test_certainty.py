"""Hedges, check-worthiness and the side that a headline takes."""

from __future__ import annotations

import pytest

from monitor.claims import certainty, checkworthy, stance
from monitor.claims.stance import Stance


@pytest.mark.parametrize(
    "text",
    [
        "The tower was probably built by monks.",
        "Some critics call the tower ugly.",
        "It is widely believed that monks built it.",
        "The tower could fall within a year.",
    ],
)
def test_hedged_sentences(text: str) -> None:
    assert certainty.is_hedged(text)


@pytest.mark.parametrize(
    "text",
    [
        "Monks built the tower in 1431.",
        "The tower is 40 metres high.",
        "She opened the gate on Monday.",
        "The hall holds works by Brandt, Fenn, Hask and others.",
    ],
)
def test_plain_sentences(text: str) -> None:
    assert not certainty.is_hedged(text)


@pytest.mark.parametrize(
    ("worthy", "idle"),
    [
        (
            "Unemployment fell to 4 percent last year, the lowest rate since 1990.",
            "Good evening and thank you all for being here.",
        ),
        (
            "The ministry cut school spending by $30 million in two years.",
            "I think we should all work harder for a better future.",
        ),
        (
            "She voted against the flood bill three times.",
            "What would you do about the dam?",
        ),
    ],
)
def test_facts_are_worth_checking_manners_are_not(worthy: str, idle: str) -> None:
    assert checkworthy.score(worthy) >= 0.5 > checkworthy.score(idle)


@pytest.mark.parametrize(
    ("headline", "expected"),
    [
        ("Estwick dam fails, flooding the valley", Stance.FOR),
        ("No, the Estwick dam has not failed", Stance.AGAINST),
        ("Officials deny Estwick dam failed", Stance.AGAINST),
        ("Estwick dam failure is a hoax", Stance.AGAINST),
        ("Has the Estwick dam failed?", Stance.OBSERVING),
        ("Estwick dam reportedly fails", Stance.OBSERVING),
        ("Rumours of failing dam in Estwick", Stance.OBSERVING),
        ("Photo appears to show Estwick dam failing", Stance.OBSERVING),
        ("Analyst predicts failure of Estwick dam", Stance.OBSERVING),
        ("Estwick dam near failure: Lowland Post", Stance.OBSERVING),
        ("He made it all up: Estwick dam stands", Stance.AGAINST),
        ("Town isn't sure why Estwick dam failed", Stance.FOR),
    ],
)
def test_stance_on_a_claim(headline: str, expected: Stance) -> None:
    assert stance.of("The dam at Estwick failed", headline) is expected


def test_a_negative_headline_supports_a_negative_claim() -> None:
    claim = "The mayor did not sign the contract"
    assert stance.of(claim, "Mayor didn’t sign the contract") is Stance.FOR
