"""Shapes of news prose from which claims, values and sources are read."""

from __future__ import annotations

import pytest

from monitor.claims import find, quantities, voices
from monitor.model import Certainty, Mention


def told(text: str) -> tuple[Mention, ...]:
    return find.find_in_text(text)


def about(text: str, words: str) -> Mention:
    found = [m for m in told(text) if words in m.quote]
    assert found, f"no mention holds {words!r}"
    return min(found, key=lambda m: len(m.quote))


@pytest.mark.parametrize(
    ("text", "low", "high", "comparator"),
    [
        ("The hall burned down in less than an hour.", None, 1, "<"),
        ("The bridge has been shut for about a month.", 1, 1, "≈"),
        ("Repairs took half an hour.", 0.5, 0.5, "="),
        ("The bank raised the rate by half a percentage point.", 0.5, 0.5, "="),
        ("Order will return within 48 hours.", None, 48, "≤"),
        ("Bread has risen by a third since May.", 1 / 3, 1 / 3, "="),
        ("The sum was closer to 140,000 crowns.", 140000, 140000, "≈"),
        ("The crew saved barely 30 sailors.", 30, 30, "≈"),
        ("She faces a maximum sentence of 12 years.", None, 12, "≤"),
        ("Tenants need a minimum deposit of 300 euros.", 300, None, "≥"),
        ("Some 60 000 people marched through Estwick.", 60000, 60000, "≈"),
        ("The owners paid 1 250 300 euros.", 1250300, 1250300, "="),
    ],
)
def test_a_value_in_the_words_of_news(
    text: str, low: float | None, high: float | None, comparator: str
) -> None:
    (found,) = quantities.find(text)
    assert (found.minimum, found.maximum, found.comparator) == (low, high, comparator)


def test_a_number_that_belongs_to_a_name_or_a_bore_counts_nothing() -> None:
    assert not quantities.find("He flew an ATR 72 aircraft.")
    assert not quantities.find("He carried a .45-caliber handgun.")
    assert [q.minimum for q in quantities.find("It has 400 737 Max jets.")] != [400737]


def test_the_day_of_a_month_is_not_grouped_with_the_next_number() -> None:
    values = [q.minimum for q in quantities.find("On May 12 300 people left Estwick.")]
    assert values == [300]


def test_an_age_behind_a_name_is_a_claim_of_its_own() -> None:
    age = about("Police arrested Ena Holt, 47, over the fire in Estwick.", "47")
    assert age.text == "Ena Holt is 47"


def test_a_restrictive_clause_with_a_figure_is_a_claim_of_its_own() -> None:
    text = "Officials inspected the mill that a flood filled with 40 tonnes of mud."
    assert about(text, "40 tonnes").quantity is not None
    assert len(told(text)) == 2


def test_what_two_clauses_state_before_a_quotation_are_two_claims() -> None:
    text = (
        "The cuts have been “very harsh” and Norvale Power is hiring crews, but for "
        "now, “we will not risk lives,” director Ena Holt said."
    )
    quotes = [m.quote for m in told(text)]
    assert any("very harsh" in q and "hiring" not in q for q in quotes)
    assert any("hiring crews" in q and "harsh" not in q for q in quotes)


def test_a_sentence_that_opens_with_however_is_read() -> None:
    text = "However, the other 28 guests have showed no signs of the illness."
    assert about(text, "28 guests").polarity == "negative"


def test_what_a_crowd_includes_is_no_part_of_the_next_subject() -> None:
    text = (
        "Those left homeless, including many sailors who lived on the quay, were fed "
        "at once but were told to leave the school by Sunday."
    )
    assert not any("sailors" in m.text for m in told(text) if "leave" in m.quote)


def test_an_accusation_belongs_to_who_makes_it() -> None:
    text = "Lasse Brun fled to Norvale, which accuses him of selling its secrets."
    secrets = about(text, "selling its secrets")
    assert secrets.source is not None
    assert secrets.source.name == "Norvale"
    assert secrets.certainty is Certainty.ALLEGED


def test_a_quotation_of_several_sentences_is_signed_behind_the_last() -> None:
    text = "“The dam held all night. Nobody was hurt. We are proud,” Ena Holt said."
    assert {m.source.name for m in told(text) if m.source} == {"Ena Holt"}
    assert all(m.source for m in told(text))


def test_a_quotation_may_close_with_two_single_marks() -> None:
    text = "“It was a lie,’’ Ena Holt told the council. “It will end badly.”"
    assert all(m.source and m.source.name == "Ena Holt" for m in told(text))


@pytest.mark.parametrize(
    "text",
    [
        # a mountain range and a country are nobody that "he" can mean
        "The dam held, Tom Riedel said. The Sierra Lona has had no rain, he said.",
        "Tom Riedel opened the talks. Israel stayed away. The talks failed, he said.",
        # nor is who was spoken of as "she"
        "Tom Riedel is mayor. Ena Holt left. She is tired. The talks failed, he said.",
        "Wire News Director Tom Riedel resigned. The talks failed, he said.",
    ],
)
def test_he_is_the_last_person_who_can_be_meant(text: str) -> None:
    source = told(text)[-1].source
    assert source is not None
    assert source.name == "Tom Riedel"


def test_a_lost_speaker_behind_a_comma_is_found_by_the_noun() -> None:
    text = (
        "Norvale's flagship carrier Wind Airline finalized a deal to purchase 30 jets, "
        "executives of both companies announced Wednesday at the Estwick Air Show."
    )
    source = about(text, "30 jets").source
    assert source is not None
    assert source.name == "executives of both companies"


def test_what_is_told_at_a_conference_is_told() -> None:
    text = (
        "Norvale President Tom Riedel, meanwhile, told reporters at a press conference "
        "that the airline will resume its expansion in the spring."
    )
    source = about(text, "resume its expansion").source
    assert source is not None
    assert source.name == "Tom Riedel"


def test_it_may_mean_another_than_the_speaker() -> None:
    text = (
        "Wire News reported that Norvale Power is asked over whether it broke the law."
    )
    assert not any("Wire News broke" in m.text for m in told(text))


def test_a_question_states_nothing() -> None:
    assert not told("What did the prosecutors in Estwick say about the dam?")


@pytest.mark.parametrize("opening", ["(Reuters) — ", "Estwick (CNN Business) "])
def test_a_dateline_is_no_part_of_the_claim(opening: str) -> None:
    mention = about(f"{opening}The dam near Norvale has burst.", "burst")
    assert mention.quote == "The dam near Norvale has burst"


def test_people_in_hospital_are_no_dead() -> None:
    text = "Fourteen people have died and more than 200 are in hospital."
    assert [m.measure for m in told(text)] == ["killed/person", "injured/person"]


def test_a_demonstrative_is_no_source() -> None:
    text = "This would add weight to the theory that the dam was opened, Ena Holt said."
    assert all(s.name == "Ena Holt" for m in told(text) for s in m.chain)


def test_what_is_heard_is_not_who_says_it() -> None:
    text = "One or more drones can be heard and a boat was seen off Estwick."
    assert not any("drones" in s.name for m in told(text) for s in m.chain)


def test_a_short_name_with_its_honorific_is_the_full_one() -> None:
    text = "Ena Holt spoke in Estwick. Ms. Holt said that the dam was safe."
    source = told(text)[-1].source
    assert source is not None
    assert source.name == "Ena Holt"
    assert voices.same_source_name("Ms. Holt", "Ena Holt")
    assert not voices.same_source_name("Ms. Holt", "Ena Brun")


def test_a_hedge_about_a_participant_leaves_the_clause_alone() -> None:
    text = "The council met over a possible flood in Estwick."
    assert told(text)[0].certainty is Certainty.ASSERTED
