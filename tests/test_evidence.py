"""What ties two statements to one event, and what does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.claims import evidence, identity, tolls
from monitor.model import Assertion, Mention, Polarity
from tests.claim_mentions import count, killed, said, stored

ELSEWHERE = 2


def why_apart(mention: Mention, known: Assertion, *, story: int = 1) -> str | None:
    return identity.same_claim(mention, known, story_id=story)[1]


def of(text: str, predicate: str, *names: str, **fields: object) -> Mention:
    return said(
        text,
        predicate=predicate,
        participants=tuple(name.lower() for name in names),
        entities=names,
        **fields,
    )


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Ana Kestrel", "Kestrel", True),
        ("President Kestrel", "Ana Kestrel", True),
        ("Norrin Lines", "Norrin", True),
        ("Norrin Lines", "Delmar Lines", False),
        ("Ana Kestrel", "Ana Reimann", False),
        ("Otto Kestrel", "Ana Kestrel", False),
        ("Kestrell", "Kestrel", True),
        ("Karavadale", "Karasadale", False),
    ],
)
def test_names_are_one_as_a_whole(one: str, other: str, same: bool) -> None:
    left, right = evidence.names([one]), evidence.names([other])
    assert bool(evidence.common_names(left, right)) is same


def test_a_country_or_a_day_ties_nothing() -> None:
    assert evidence.names(["France", "Friday", "French"]) == frozenset()


def test_a_name_counts_where_the_text_has_it() -> None:
    assert evidence.names(["Orland"], "the fire was put out") == frozenset()


@pytest.mark.parametrize(
    ("text", "scene"),
    [
        ("the robbers fled to Orland in a van", True),
        ("Orland asked the robbers to stay", False),
        ("15 bodies were found in the Orland warehouse", False),
    ],
)
def test_a_scene_is_where_something_is(text: str, scene: bool) -> None:
    assert evidence.is_scene(("orland",), text) is scene


def test_common_words_and_a_name_are_little() -> None:
    found = evidence.shared("Ana Kestrel was there again", "Kestrel is a good mayor")
    assert found.said == 0
    more = evidence.shared("the ferry sank off the reef", "a ferry sank on a reef")
    assert more.said > found.weight


def test_in_a_headline_only_what_the_text_names_is_a_name() -> None:
    found = evidence.shared(
        "Ferry Sinks Off Reef Near Orland", "a ferry sank at Orland"
    )
    assert found.said == 2


def test_kinds_of_incident_tell_events_apart() -> None:
    quake, fire = "the quake killed 5 in Orland", "5 died in a fire in Orland"
    assert evidence.kinds_differ(quake, fire) == "of a fire, not of a quake"
    assert evidence.kinds_differ("the blast killed 5", "the explosion killed 6") is None
    assert evidence.kinds_differ("5 were killed", fire) is None


# ------------------------------------------------------------------ one claim or two


def test_a_generic_subject_with_a_shared_town_is_two_claims() -> None:
    one = of("the robbers fled to Orland in a stolen van", "flee", "Orland")
    other = replace(one, participants=("robber", "orland", "van"))
    assert why_apart(other, stored(one), story=ELSEWHERE) == identity.UNTIED
    assert why_apart(other, stored(one)) is None


def test_a_length_of_time_needs_its_subject() -> None:
    def worked(hours: int, who: str) -> Mention:
        return of(
            f"{who} worked for {hours} hours",
            "work",
            who,
            measure="duration/time",
            quantities=(count(hours, unit="hour"),),
        )

    known = stored(worked(6, "they"))
    assert why_apart(worked(9, "they"), known, story=ELSEWHERE) == identity.UNTIED
    named = stored(worked(6, "The divers of Norrin Lines"))
    assert why_apart(worked(9, "The divers of Delmar Lines"), named) is not None


def test_what_befell_people_is_one_measure_of_one_event() -> None:
    assert why_apart(killed(9), stored(killed(6)), story=ELSEWHERE) is None
    country = killed(9, entities=("France",))
    text = "9 people were killed in France"
    known = stored(replace(country, text=text))
    assert why_apart(replace(country, text=text), known, story=ELSEWHERE) is not None
    assert why_apart(replace(country, text=text), known) is None


def test_tolls_of_quite_another_size_are_of_another_event() -> None:
    few, dozens, millions = (
        replace(killed(value, entities=()), text=f"{value} people were killed")
        for value in (3, 290, 2_500_000)
    )
    assert why_apart(dozens, stored(few)) == tolls.UNTIED
    assert why_apart(millions, stored(few)) == tolls.OTHER_SIZE


def test_charges_of_two_people_are_two_claims() -> None:
    def faces(charges: int, who: str) -> Mention:
        return of(
            f"{who} faces {charges} charges of fraud",
            "face",
            who,
            measure="charged/person",
            quantities=(count(charges, counted="charges"),),
        )

    known = stored(faces(17, "Ana Kestrel"))
    assert why_apart(faces(9, "Otto Reimann"), known) == identity.OTHER_NAMES
    assert why_apart(faces(9, "Kestrel"), known) is None


def test_a_denial_is_of_what_it_repeats() -> None:
    known = stored(of("Norrin Lines skipped two inspections", "skip", "Norrin Lines"))
    denial = of("Norrin Lines had skipped inspections", "skip", "Norrin Lines")
    denial = replace(denial, denies=True, polarity=Polarity.NEGATIVE)
    assert why_apart(denial, known, story=ELSEWHERE) is None
    other = of("Norrin Lines has no plans for Orland", "have", "Norrin Lines")
    other = replace(other, denies=True, polarity=Polarity.NEGATIVE)
    assert "denial of something else" in str(why_apart(other, known))


def test_a_request_for_comment_is_no_silence_to_break() -> None:
    def silence(text: str) -> Assertion:
        return stored(
            of(text, "be", "Orland", absence=True, polarity=Polarity.NEGATIVE)
        )

    answer = replace(
        of("the figures are exaggerated", "be", "Orland"),
        chain=said("", chain=("Orland interior ministry",)).chain,
        cue="said",
    )
    public = "There has been no response from the Orland government"
    asked = "The Orland ministry did not respond to requests for comment"
    assert why_apart(answer, silence(public)) is None
    assert why_apart(answer, silence(asked)) == "one states an absence"


def test_what_should_be_is_no_second_voice_for_what_is() -> None:
    known = stored(of("Ana Kestrel released her tax returns", "release", "Ana Kestrel"))
    wish = of("Ana Kestrel should release her tax returns", "release", "Ana Kestrel")
    assert why_apart(wish, known) == "one says what should be"


def test_two_negations_deny_nothing() -> None:
    known = stored(of("Norrin Lines did not pay its taxes", "pay", "Norrin Lines"))
    other = of("Norrin Lines has not paid any taxes", "pay", "Norrin Lines")
    other = replace(other, polarity=Polarity.NEGATIVE)
    assert why_apart(other, known) == "a denial of something else: both are negated"
