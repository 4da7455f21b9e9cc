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
        ("The tax office gets R4bn.", 4e9, 4e9, "="),
        ("It will collect R20bn to R50bn.", 2e10, 5e10, "="),
        ("The fine was N1,500.", 1500, 1500, "="),
        ("They will claw back up to 50 million euros.", None, 5e7, "≤"),
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
    assert not quantities.find("She wore an N95 mask on the R2 road.")
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


def test_an_accusation_after_a_preposition_has_its_source() -> None:
    text = "Norvale moved to punish Orland after accusing it of backing the raid."
    source = about(text, "backing the raid").source
    assert source is not None
    assert source.name == "Norvale"


def test_a_paragraph_of_quotation_goes_on_with_the_last_speaker() -> None:
    text = (
        "Budget papers show the tax office collected 95 million euros.\n"
        "“The agency will get another seven million. Its work will be watched.”"
    )
    assert {m.source.name for m in told(text) if m.source} == {"Budget papers"}
    assert all(m.source for m in told(text))


def test_he_is_nobody_named_later_in_the_sentence() -> None:
    text = (
        "Tom Riedel spoke on Monday. He said that though he offered a probe, "
        "New Hesper did not respond to the offer."
    )
    assert {s.name for m in told(text) for s in m.chain} == {"Tom Riedel"}


def test_he_is_not_who_speaks_of_him() -> None:
    text = (
        "Tom Riedel Jr. was jailed. Riedel's lawyer, Ena Holt, left. "
        "“He has paid for the damage,” Holt said. Riedel has left the town. He was freed in Estwick."
    )
    for words in ("paid for", "freed in Estwick"):
        assert about(text, words).text.startswith("Tom Riedel")


def test_what_rises_by_a_sum_is_not_told_by_it() -> None:
    text = "Part of it is expected to increase collection by R20bn per year."
    assert not any(m.chain for m in told(text))


def test_an_office_behind_a_name_is_a_claim_of_its_own() -> None:
    text = "Ena Holt, president of the Norvale Corporation, resigned in Estwick."
    assert any(
        m.text.endswith("is president of the Norvale Corporation") for m in told(text)
    )


def test_a_man_and_a_woman_are_two() -> None:
    first, *ages = told("A 42-year-old woman and a 60-year-old man were arrested.")
    assert first.quantity is not None
    assert (first.quantity.minimum, first.measure) == (2, "arrested/person")
    assert ["woman" in m.text for m in ages] == [True, False]
    alone = told("A doctor and her guests were arrested.")
    assert not any(m.quantity for m in alone)


def test_one_of_a_group_who_is_named_is_the_source() -> None:
    text = "One of the marchers, Ena Holt, 42, said: “I am scared for my children.”"
    source = about(text, "scared").source
    assert source is not None
    assert source.name == "Ena Holt"


def test_two_counts_of_one_noun_are_two_claims() -> None:
    text = "The outbreak has resulted in 10 human cases and 46 animal cases."
    assert [[q.minimum for q in m.quantities] for m in told(text)] == [[10], [46]]


def test_a_restrictive_clause_of_what_is_told_is_told() -> None:
    text = "Police said the victim was one of two people who caught the river fever."
    assert all(m.source for m in told(text))


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


@pytest.mark.parametrize(
    "text",
    [
        "The council met over a possible flood in Estwick.",
        "The court opened the trial of Lasse Brun for allegedly hiding the gold.",
    ],
)
def test_a_hedge_about_a_participant_leaves_the_clause_alone(text: str) -> None:
    assert told(text)[0].certainty is Certainty.ASSERTED


def test_what_somebody_calls_confirmed_is_his_word() -> None:
    text = "Ena Holt said the court confirmed that the dam was sold."
    assert about(text, "dam was sold").certainty is Certainty.REPORTED
