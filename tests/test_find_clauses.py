"""Clauses of news sentences: each figure with its own predicate, owner and source."""

from __future__ import annotations

import pytest

from monitor.claims import find
from monitor.model import Certainty, Document, Mention, Polarity, Status


def told(text: str) -> dict[str, Mention]:
    """The mentions by their wording."""
    return {m.text: m for m in find.find_in_text(text)}


def counts(text: str) -> dict[str, float | None]:
    """What each mention counts first."""
    return {
        m.text: m.quantities[0].minimum for m in find.find_in_text(text) if m.quantities
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Four people, including two children, were killed and at least 30 wounded.",
            {
                "Four people, were killed": 4,
                "including two children": 2,
                "at least 30 wounded": 30,
            },
        ),
        (
            "The quake left 40 dead and 120 injured.",
            {"The quake left 40 dead": 40, "The quake left 120 injured": 120},
        ),
        (
            "Of the 31 dead, 26 were killed in the missile strikes and five by shelling.",
            {
                "Of the 31 dead, 26 were killed in the missile strikes": 26,
                "Of the 31 dead, five were killed by shelling": 5,
            },
        ),
        (
            "The charity sent 40 lorries to feed 5,000 families in Orland.",
            {
                "The charity sent 40 lorries": 40,
                "The charity is to feed 5,000 families in Orland": 5000,
            },
        ),
        (
            "The vessel was licensed to carry 240 passengers.",
            {"The vessel was licensed to carry 240 passengers": 240},
        ),
        (
            "Some 300 people have left their homes and two bridges have been closed.",
            {
                "Some 300 people have left their homes": 300,
                "two bridges have been closed": 2,
            },
        ),
    ],
)
def test_each_figure_has_its_own_clause(text: str, expected: dict[str, float]) -> None:
    assert counts(text) == expected


def test_what_is_counted_of_a_whole_is_what_the_part_is() -> None:
    text = "Thirty people, 22 of them soldiers, were killed in clashes."
    whole, part = find.find_in_text(text)
    assert (whole.measure, part.measure) == ("killed/person", "killed/soldier")
    text = "Four people, including two children, died and 30 were hurt."
    units = {q.unit for m in find.find_in_text(text) for q in m.quantities}
    assert units == {"person", "child"}


def test_an_injured_person_is_not_counted_among_the_dead() -> None:
    dead, injured = find.find_in_text("The quake left 40 dead and 120 injured.")
    assert (dead.measure, injured.measure) == ("killed/person", "injured/person")


@pytest.mark.parametrize(
    ("text", "now", "then"),
    [
        ("The council cut its forecast to 771 million tonnes from 785 million.", 771e6, 785e6),
        ("The yield rose to 4.2 percent in May from 3.9 percent a month earlier.", 4.2, 3.9),
        ("The yield was 4.2 percent, compared with 3.9 percent a year ago.", 4.2, 3.9),
    ],
)  # fmt: skip
def test_an_older_figure_beside_the_new_one(text: str, now: float, then: float) -> None:
    new, old = find.find_in_text(text)
    assert (new.quantities[0].minimum, old.quantities[0].minimum) == (now, then)
    assert (new.historic, old.historic) == (False, True)
    assert new.measure == old.measure
    assert new.quantities[0].unit == old.quantities[0].unit


def test_another_thing_to_compare_with_is_named() -> None:
    text = "It posted a loss of €120m, compared with a profit of €35m a year ago."
    loss, profit = find.find_in_text(text)
    assert (loss.measure, profit.measure) == ("loss/money", "profit/money")
    assert profit.quantities[0].unit == "EUR"


def test_what_is_expected_beside_a_figure_does_not_narrow_it() -> None:
    text = "The pipe, which carries 12 million litres, was expected to open by May."
    found = [m for m in find.find_in_text(text) if m.quantities]
    assert [m.measure for m in found] == ["carry/kilogram"] or "planned" not in str(
        found[0].measure
    )
    feared = "Another 49 deaths are confirmed, with 300 feared dead in Orland."
    sure, unsure = find.find_in_text(feared)
    assert sure.measure == "killed/person"
    assert unsure.measure == "killed-feared/person"


@pytest.mark.parametrize(
    ("text", "sources"),
    [
        (
            "The agency cited an unnamed official as saying the talks would resume.",
            ["agency", "unnamed official"],
        ),
        (
            "The minister was quoted by the agency as saying that 14 ships had sunk.",
            ["agency", "minister"],
        ),
        ("Otto Brandt was quoted as saying that 14 ships had sunk.", ["Otto Brandt"]),
    ],
)
def test_who_is_quoted_as_saying_it(text: str, sources: list[str]) -> None:
    (mention,) = find.find_in_text(text)
    assert [s.name for s in mention.chain] == sources


def test_what_somebody_declines_to_say_is_not_said() -> None:
    text = "The spokeswoman declined to say how many people had been hurt."
    (mention,) = find.find_in_text(text)
    assert mention.source is None
    assert mention.polarity is Polarity.NEGATIVE


def test_a_denial_behind_a_semicolon_leaves_the_claim_to_who_made_it() -> None:
    text = "The rebels said they had shot down a drone; the army denied it."
    claim = find.find_in_text(text)[0]
    assert [s.name for s in claim.chain] == ["rebels"]
    assert claim.polarity is Polarity.POSITIVE


def test_a_question_that_is_answered_is_no_claim() -> None:
    text = (
        "Asked whether taxes would rise, the premier replied: “We have no such plans.”"
    )
    assert list(told(text)) == ["We have no such plans"]


@pytest.mark.parametrize(
    "text",
    [
        "The Vaccine Alliance said cases had doubled. It plans to send 250,000 doses.",
        "The council said prices had fallen. It does not expect a shortage of wheat.",
        "The ministry said 40 people had died. It has recorded 300 cases in Orland.",
        "“It fell,” said Otto Brandt, the director. He hopes to open two halls by May.",
    ],
)
def test_a_source_goes_on_with_what_only_it_knows_of_itself(text: str) -> None:
    first, last = find.find_in_text(text)[0], find.find_in_text(text)[-1]
    assert first.chain == last.chain != ()


def test_a_source_does_not_go_on_with_what_anybody_can_see() -> None:
    text = "The council said prices had fallen. It employs 400 people in Orland."
    assert find.find_in_text(text)[-1].chain == ()


@pytest.mark.parametrize(
    "text",
    [
        "Local media said 15 people were trapped, but that could not be confirmed.",
        "Officials said the bridge had fallen. This could not be verified.",
    ],
)
def test_a_disclaimer_may_only_point_at_what_was_told_last(text: str) -> None:
    assert find.find_in_text(text)[0].certainty is Certainty.UNVERIFIED


def test_what_is_asked_for_a_purpose_is_planned() -> None:
    text = "The charity sent 40 lorries to feed 5,000 families in Orland."
    sent, purpose = find.find_in_text(text)
    assert (sent.status, purpose.status) == (Status.HAPPENED, Status.PLANNED)
    assert (sent.scope, purpose.scope) == ((), ("orland",))


def test_who_are_in_hospital_are_some_of_those_who_are_treated() -> None:
    text = (
        "Hospitals are treating 120 people for burns, 14 of whom are in intensive care,"
        " according to Otto Brandt."
    )
    treated, care = find.find_in_text(text)
    assert care.text == "120 people 14 of whom are in intensive care"
    assert care.chain == treated.chain != ()
    assert care.measure != treated.measure


def test_how_a_source_speaks_is_no_claim() -> None:
    text = "A senior official, speaking on condition of anonymity, said the ship was empty."
    assert list(told(text)) == ["the ship was empty"]


def test_a_number_that_is_revised_is_that_of_who_revises_it() -> None:
    text = "Police revised the number to three."
    (mention,) = find.find_in_text(text)
    assert [s.name for s in mention.chain] == ["Police"]


@pytest.mark.parametrize(
    ("text", "measure"),
    [
        ("The court fined the company 2.5 million euros.", "fine/money"),
        ("The company owed creditors 1.2 billion euros.", "owe/money"),
        ("The company said that it had lost 20 billion euros.", "lose-change/money"),
    ],
)
def test_what_is_done_with_money_is_what_it_is_of(text: str, measure: str) -> None:
    assert find.find_in_text(text)[0].measure == measure


def test_a_share_of_those_asked_is_counted_and_no_source() -> None:
    text = "Some 62 percent of voters said they opposed the plan."
    (mention,) = find.find_in_text(text)
    assert mention.source is None
    assert mention.quantities[0].minimum == 62
    two = "Two people familiar with the matter said the plant would close."
    assert find.find_in_text(two)[0].source is not None


def test_nobody_is_no_source() -> None:
    (mention,) = find.find_in_text("No group has claimed responsibility for the raid.")
    assert mention.chain == ()
    assert mention.certainty is Certainty.ASSERTED


def test_a_verdict_is_not_what_its_finders_say() -> None:
    text = "Jurors sat for six hours before finding Brandt guilty on 11 of 13 counts."
    (mention,) = find.find_in_text(text)
    assert mention.source is None
    assert mention.quantities[0].minimum == 11


def test_a_rate_is_of_what_stands_before_it() -> None:
    found = find.find_in_text("The unemployment rate held steady at 3.9 percent.")
    assert found[0].measure == "unemployment/percent"


def test_two_changes_against_two_times() -> None:
    text = "Earnings rose 0.4% from the previous month and 4.1% from a year earlier."
    assert counts(text) == {
        "Earnings rose 0.4% from the previous month": 0.4,
        "Earnings rose 4.1% from a year earlier": 4.1,
    }


@pytest.mark.parametrize(
    ("text", "wording", "sources"),
    [
        ("Insurers put the damage at 2 million euros.", "the damage is at 2 million euros", ["Insurers"]),
        ("Velm television reported a death toll of 25.", None, ["Velm television"]),
        ("Velm television showed footage of residents in the square.", None, ["Velm television"]),
        ("State media described Brandt as a vice minister.", None, ["State media"]),
        ("Reports have pointed to a price of 8 billion euros.", None, ["Reports"]),
        ("The principal contradicted the general in a letter.", None, []),
        ("Tervania rarely announces purges or executions.", None, []),
        ("The minister said the police had confirmed the toll.", None, ["minister"]),
        ("In Orland, where 11,000 people died, roads are cut, officials said.", None, ["officials"]),
    ],
)  # fmt: skip
def test_what_is_told_without_a_clause(
    text: str, wording: str | None, sources: list[str]
) -> None:
    found = find.find_in_text(text)
    assert {tuple(s.name for s in m.chain) for m in found} == {tuple(sources)}
    assert wording is None or wording in told(text)


def test_what_one_says_a_released_statement_says() -> None:
    text = "Shares rose after the firm released a statement saying it had been sold."
    sold = next(m for m in find.find_in_text(text) if "sold" in m.quote)
    assert [s.name for s in sold.chain] == ["firm"]


def test_he_who_said_it_goes_on() -> None:
    text = (
        "Olle Crane, the minister, visited Orland. A spokesman said the toll would"
        " rise. Some 215 soldiers were among the dead, he said."
    )
    last = find.find_in_text(text)[-1]
    assert [s.name for s in last.chain] == ["spokesman"]


def test_a_town_is_nobody() -> None:
    text = (
        "A convoy entered Madola near the border. Aid is needed in Madola. He said so."
    )
    assert not any("Madola said" in m.text for m in find.find_in_text(text))


@pytest.mark.parametrize(
    "text",
    [
        "He is believed to have been executed for treason, the agency said.",
        "A takeover of Norrin looks imminent.",
    ],
)
def test_what_is_only_believed_is_alleged(text: str) -> None:
    assert find.find_in_text(text)[0].certainty is Certainty.ALLEGED


def test_the_subject_of_hearsay_is_counted() -> None:
    text = "At least 10 people are said to have starved to death in the town."
    (mention,) = find.find_in_text(text)
    assert (mention.quantities[0].minimum, mention.measure) == (10, "killed/person")


def test_a_second_count_of_one_report() -> None:
    assert counts("India reported 360 killed and 900 injured.") == {
        "India reported 360 killed": 360,
        "India reported 900 injured": 900,
    }


def test_a_newspaper_in_the_midst_of_what_it_reports() -> None:
    text = (
        "Tervania executed two officials for disobeying Otto Brandt, a southern"
        " newspaper reported on Tuesday, in what may be the latest of many purges."
    )
    (mention,) = find.find_in_text(text)
    assert [s.name for s in mention.chain] == ["southern newspaper"]


def test_a_headline_in_capitals_is_counted() -> None:
    text = "Tervania Publicly Executes Two Officials\nThe officials were put to death."
    found = find.find(Document(text=text, headline_end=text.index("\n")))
    assert found[0].quantities[0].minimum == 2
