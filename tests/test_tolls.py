"""Which counts, moves and sayings of two articles are of one event."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from monitor.claims import identity, match, moves, scenes, standing, tolls, voices
from monitor.claims.find import find_in_text
from monitor.model import Comparator, Mention
from tests.claim_mentions import HOUR, NOON, count, killed, said, source, stored

OWN = "Daily Post"


def toll(text: str, value: float, *names: str, **fields: object) -> Mention:
    options = {"entities": names, "participants": (), "scope": ()}
    return replace(killed(value), text=text, quote=text, **(options | fields))  # type: ignore[arg-type]


def why(new: Mention, known: Mention, *, outlet: str = "Evening Star") -> str | None:
    found = identity.same_claim(
        new, stored(known), story_id=1, outlet=outlet, as_of=NOON + HOUR
    )
    return found[1]


AT_LEAST_19 = replace(
    killed(19).quantities[0], maximum=None, comparator=Comparator.AT_LEAST
)
BOMB = toll("58 people are killed by a car bomb in a market town", 58)


def test_two_bombs_of_one_campaign_are_two_events() -> None:
    bare = toll("Twenty-two people die", 22)
    assert why(BOMB, bare) == tolls.UNTIED
    assert why(toll("14 die in a roadside bombing", 14), BOMB) == tolls.UNTIED


def test_a_place_and_the_kind_of_incident_make_one_event() -> None:
    fire = toll("12 people were killed in a fire at the docks in Pinhal", 12, "Pinhal")
    other = toll("19 people died in the blaze in Pinhal", 19, "Pinhal")
    assert why(other, fire) is None
    assert (
        why(replace(other, text="19 people died in floods in Pinhal"), fire) is not None
    )


def test_where_much_happens_a_place_is_half_of_one() -> None:
    bomb = toll("26 people die in a bombing in Baghdad", 26, "Baghdad")
    other = toll("40 people die in an attack in Baghdad", 40, "Baghdad")
    assert why(other, bomb) == tolls.UNTIED
    known = toll("40 people died in the attack in Baghdad", 40, "Baghdad")
    assert why(known, bomb) is None


def test_a_bare_count_is_of_what_its_article_is_about() -> None:
    here = toll("12 people were killed", 12, setting=("pinhal",))
    there = toll("19 people died", 19, setting=("pinhal",))
    assert why(there, here) is None
    assert why(replace(there, setting=("lindos",)), here) == tolls.UNTIED


def test_what_goes_on_from_a_count_is_of_its_event() -> None:
    known = toll("12 people were killed in a fire", 12)
    assert why(toll("the death toll has risen to 19 in the blaze", 19), known) is None
    # an outlet that counts anew and does not say so counts another fire
    again = toll("19 people were killed in the fire", 19, setting=("pinhal",))
    known = replace(known, setting=("pinhal",))
    assert why(again, known) is None
    anew = toll("19 people were killed in a fire", 19, setting=("pinhal",))
    assert why(anew, known, outlet=OWN) == tolls.UNTIED


def test_the_dead_do_not_rise_again() -> None:
    known = toll("55 people died in Pinhal", 55, "Pinhal")
    fewer = toll("40 people died in Pinhal", 40, "Pinhal")
    assert why(fewer, known, outlet=OWN) == tolls.FELL
    assert why(fewer, known) is None  # another outlet counts otherwise
    revised = replace(fewer, text=f"{fewer.text}, not 55")
    assert why(replace(revised, text="the toll in Pinhal is 40, not 55"), known) is None
    little = toll("the toll in Pinhal is 52", 52, "Pinhal")
    assert why(little, known, outlet=OWN) is None


def test_a_toll_taken_back_in_silence_is_seen_where_all_says_it_is_that_one() -> None:
    known = toll("55 people died in the blaze in Pinhal", 55, "Pinhal")
    fewer = toll("40 people died in the blaze in Pinhal", 40, "Pinhal")
    assert why(fewer, known, outlet=OWN) is None


def test_at_least_so_many_twice_is_the_same_number() -> None:
    known = toll("at least 19 people were killed in a fire in Pinhal", 19, "Pinhal")
    known = replace(known, quantities=(AT_LEAST_19,))
    told = replace(known, text="mindestens 19 Menschen wurden in Pinhal getötet")
    assert why(told, known) is None
    other = (replace(AT_LEAST_19, minimum=23.0),)
    assert why(replace(told, quantities=other), known) == tolls.UNTIED


@pytest.mark.parametrize(
    ("text", "value", "reason"),
    [
        ("a woman was killed in the blaze in Pinhal", 1, tolls.PERSON),
        ("another 5 were killed in the blaze in Pinhal", 5, tolls.PART),
        ("19 died in fires in Pinhal over the past two weeks", 19, tolls.SPAN),
        ("one person was killed in the blaze in Pinhal", 1, None),
    ],
)
def test_some_counts_are_no_rivals_of_a_toll(
    text: str, value: float, reason: str | None
) -> None:
    known = toll("12 people were killed in a fire in Pinhal", 12, "Pinhal")
    assert why(toll(text, value, "Pinhal"), known) == reason


def test_soldiers_of_two_countries_are_counted_apart() -> None:
    known = toll("15 Iraqi soldiers were killed in the raid in Pinhal", 15, "Pinhal")
    other = toll("3 British soldiers were killed in the raid in Pinhal", 3, "Pinhal")
    assert why(other, known) == tolls.NATIONS


def test_a_paragraph_lends_its_place_before_the_headline_does() -> None:
    first, second = find_in_text(
        "A fire broke out in Pinhal. Nine people were killed.\n"
        "Shells hit the market in Lindos. Four people were killed there, a baker said."
    )[1::2]
    assert (first.setting, second.setting) == (("pinhal",), ("lindos",))
    assert scenes.settle((), ()) == ()


# ------------------------------------------------------------------ moves


def move(text: str, value: float, **fields: object) -> Mention:
    return said(
        text,
        quantities=(count(value, unit="point", counted="points"),),
        measure="index/point",
        predicate="close",
        entities=("Ardan",),
        **fields,  # type: ignore[arg-type]
    )


def test_two_moves_are_of_one_day_only_if_both_say_so() -> None:
    known = stored(move("the Ardan index closed 498.86 points down", 498.86))
    other = move("the Ardan index closed 305.45 points up", 305.45)
    assert moves.apart(other, known) == moves.APART
    friday = date(2026, 3, 6)
    dated = replace(known, event_on=friday)
    assert moves.apart(replace(other, event_on=friday), dated) is None
    assert (
        moves.apart(move("the Ardan index fell 498.86 points", 498.86), known) is None
    )
    level = move("the Ardan index stood at 8,200 points", 8200)
    assert moves.apart(level, replace(known, text="the index stood at 8,100")) is None


def test_what_each_source_says_of_itself_is_its_own() -> None:
    def cuts(text: str, value: float, who: str) -> Mention:
        jobs = (count(value, unit="job", counted="jobs"),)
        mention = said(
            text, measure="cut/job", quantities=jobs, predicate="cut", chain=(who,)
        )
        return replace(mention, participants=(who.lower(), "job"))

    known = cuts("it will cut 9,500 jobs", 9500, "Norrin Lines")
    other = cuts("it will cut 50,000 jobs", 50_000, "Arlen Bank")
    assert why(other, known) == identity.OTHER_NAMES
    assert why(replace(other, chain=(source("Norrin Lines"),)), known) is None


# ------------------------------------------------------------------ two sayings


def test_what_may_be_does_not_contradict_what_is() -> None:
    known = stored(said("exports could rise to 30 billion", predicate="rise"))
    assert not standing.are_of_one_kind(said("exports fell to 9 billion"), known)
    assert standing.are_of_one_kind(said("exports would fall to 9 billion"), known)
    assert standing.is_vague(count(24, top=99, comparator=Comparator.VAGUE))


@pytest.mark.parametrize(
    ("text", "negative"),
    [
        ("there will be an apology", False),
        ("there will not be an apology", True),
        ("officials rule out an apology", True),
        ("he does not rule out an apology", False),
        ("the mayor hardly apologised", True),
        ('it was "not less unconstitutional"', True),
    ],
)
def test_a_not_is_told_by_any_word_for_it(text: str, negative: bool) -> None:
    assert standing.is_negative(stored(said(text))) is negative


def test_one_person_by_two_forms_of_the_name_is_one_voice() -> None:
    assert voices.same_source_name("Mr. Brandt", "Otto Brandt")
    assert not voices.same_source_name("Ilse Brandt", "Otto Brandt")


def test_who_is_quoted_or_told_of_is_no_second_voice() -> None:
    def second(known: str, new: str) -> bool:
        by = source("Otto Brandt")
        return not voices.is_retold(by, said(new, chain=(by,)), stored(said(known)))

    assert not second('Mayor Brandt vowed: "We will pay"', "the town will pay")
    assert not second("Otto Brandt expects a flood", "Brandt expects a flood")
    assert second("Brandt owned the mill", "the mill was his")
    verdict = match.judge_all(
        [said("the mill burned down", chain=("Otto Brandt",), predicate="burn")],
        [stored(said("the mill burned down", chain=("It",), predicate="burn"))],
        story_id=1,
        as_of=NOON + timedelta(hours=2),
        outlet="Evening Star",
    )[0][1]
    assert not verdict.independent
