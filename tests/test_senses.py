"""Which words stand for each other, which are opposites; hedges and negations."""

from __future__ import annotations

import pytest

from monitor.claims import compare, find, modality, order, senses
from monitor.claims.stems import stem
from monitor.model import ChangeKind


def kinds(before: str, after: str) -> set[ChangeKind]:
    found = compare.compare_revisions(
        find.find_in_text(before), find.find_in_text(after), texts=(before, after)
    )
    return {kind for t in found for kind in t.kinds} - {ChangeKind.REWORDED}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("capsized", "overturned"),
        ("hillside", "slope"),
        ("violent", "fierce"),
        ("failed", "failure"),
        ("motorbike", "motorcycle"),
    ],
)
def test_words_that_stand_for_each_other(one: str, other: str) -> None:
    assert senses.alike(stem(one), stem(other))
    assert senses.alike(stem(other), stem(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [("school", "hospital"), ("shot", "stabbed"), ("uncle", "grandmother")],
)
def test_neighbours_are_not_alike(one: str, other: str) -> None:
    assert not senses.alike(stem(one), stem(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [("approved", "rejected"), ("locked", "unlocked"), ("positive", "negative")],
)
def test_opposites(one: str, other: str) -> None:
    assert senses.opposed(stem(one), stem(other))
    assert not senses.alike(stem(one), stem(other))


def test_another_side_is_no_opposite() -> None:
    assert not senses.opposed(stem("north"), stem("south"))
    assert not senses.opposed(stem("boy"), stem("girl"))


def test_a_phrase_verb_is_read_with_its_particle() -> None:
    before = "The minister stepped down on Friday."
    assert kinds(before, "The minister resigned on Friday.") == set()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("The alleged thief was seen in Dorsk.", "The thief was seen in Dorsk."),
        ("Police suspect that it was arson.", "Police have found that it was arson."),
        ("It is possible that the dam broke.", "The dam broke."),
        ("They have not confirmed that he died.", "They have confirmed that he died."),
    ],
)
def test_a_hedge_may_be_any_kind_of_word(before: str, after: str) -> None:
    assert ChangeKind.CERTAINTY in kinds(before, after)
    assert ChangeKind.CERTAINTY in kinds(after, before)


def test_one_hedge_for_another_changes_nothing() -> None:
    assert modality.hedges("He may have left.", "He possibly left.") is None
    assert modality.hedges("It appeared in court.", "It was in court.") is None


def test_two_negations_cancel() -> None:
    assert modality.negations("It did not succeed.", "It failed to succeed.") is None
    assert modality.negations("No fewer than 9 came.", "At least 9 came.") is None
    assert modality.negations("He came.", "He never came.") is not None


def test_a_negation_inside_a_detail_turns_nothing_round() -> None:
    before = "The suspect was arrested in Molde."
    after = "The suspect was arrested in Molde without resistance."
    assert kinds(before, after) == {ChangeKind.DETAIL}


def test_names_that_change_places() -> None:
    assert order.swapped("Sella beat Moran.", "Moran beat Sella.") is not None
    assert order.swapped("Sella and Moran met.", "Moran and Sella met.") is None
    assert kinds("In the end, Sella beat Moran.", "In the end, Moran beat Sella.") == {
        ChangeKind.CORRECTED
    }


def test_a_source_put_before_a_statement_is_told() -> None:
    before, after = "Rebels shot down a plane.", "Rebels claim they shot down a plane."
    assert ChangeKind.ATTRIBUTION in kinds(before, after)


def test_hearsay_names_nobody() -> None:
    before = "Unconfirmed reports say the general fled to Dorsk."
    assert kinds(before, "The general fled to Dorsk.") == {ChangeKind.CERTAINTY}


def test_a_cue_that_is_its_opposite_is_told() -> None:
    before = "Parliament approved the bill on Tuesday."
    after = "Parliament rejected the bill on Tuesday."
    assert ChangeKind.CORRECTED in kinds(before, after)


def test_a_document_speaks_not_who_obtained_it() -> None:
    (mention,) = find.find_in_text(
        "According to a report obtained by the magazine Der Bote, repairs would have"
        " cost 3.5 million crowns."
    )
    assert mention.source is not None
    assert mention.source.name.startswith("report")


def test_a_time_over_which_is_no_bound() -> None:
    (mention,) = find.find_in_text("They offered a rise of 6.5 percent over two years.")
    assert {(q.minimum, q.maximum) for q in mention.quantities} == {(6.5, 6.5), (2, 2)}
