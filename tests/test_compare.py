"""What an edit does to a claim: which kind, whether it matters, and the reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from monitor import evaluation
from monitor.claims import align, compare, find
from monitor.model import ChangeKind, Comparator, Mention, Transition
from tests.claim_mentions import count, killed, said

PAIRS = Path(__file__).parent / "data" / "revision_pairs.jsonl"


def changed(before: Mention, after: Mention) -> Transition:
    [found] = compare.compare_revisions([before], [after])
    return found


def revised(before: str, after: str, correction: str | None = None) -> list[Transition]:
    return compare.compare_revisions(
        find.find_in_text(before),
        find.find_in_text(after),
        correction=correction,
        texts=(before, after),
    )


def kinds(transitions: list[Transition]) -> set[str]:
    return {str(kind) for t in transitions for kind in t.kinds}


def test_identical_mentions_are_no_change() -> None:
    assert compare.compare_revisions([killed(14)], [killed(14)]) == []


def test_a_raised_count_is_a_figure_with_both_values_in_the_reason() -> None:
    found = changed(killed(4519, "Fire Watch"), killed(5002, "Fire Watch"))
    assert found.kind is ChangeKind.FIGURE
    assert found.reason == "Fire Watch: people killed 4,519 → 5,002, +11 %"
    assert found.material


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (count(4519), count(4500, comparator=Comparator.ABOUT)),
        (count(5000, comparator=Comparator.MORE), count(5002)),
        (count(7, unit="mile"), count(11, unit="kilometre")),
    ],
)
def test_rounding_and_conversion_are_no_figure(before: object, after: object) -> None:
    one = said("the toll is so many", quantities=(before,), measure="m")
    two = said("the toll is as many", quantities=(after,), measure="m")
    assert changed(one, two).kind is ChangeKind.REWORDED


def test_two_quantities_are_compared_each_with_its_own() -> None:
    before = said(
        "12 were killed and 5 hurt",
        quantities=(count(12, counted="killed"), count(5, counted="hurt")),
    )
    after = said(
        "12 were killed and 9 hurt",
        quantities=(count(12, counted="killed"), count(9, counted="hurt")),
    )
    found = changed(before, after)
    assert found.kind is ChangeKind.FIGURE
    assert "5 → 9" in found.reason


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (
            "The mayor reportedly resigned after the vote.",
            "The mayor resigned after the vote.",
            "certainty",
        ),
        (
            "Witnesses said soldiers opened fire on the crowd.",
            "The Human Rights Monitor said soldiers opened fire on the crowd.",
            "attribution",
        ),
        (
            "The flight landed safely in Porto on Monday.",
            "The flight landed safely in Lisbon on Monday.",
            "corrected",
        ),
        (
            "The wounded pilot was flown to a military hospital.",
            "The wounded pilot was flown to a military hospital in Brask.",
            "detail",
        ),
        (
            "In 2014 three bombings shook the old town of Halden.",
            "In 2014 bombings shook the old town of Halden.",
            "figure",
        ),
        (
            "The army has captured the airport.",
            "The army has not captured the airport.",
            "corrected",
        ),
    ],
)
def test_an_edit_is_of_its_kind(before: str, after: str, kind: str) -> None:
    assert kind in kinds(revised(before, after))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "Some 6,175 people live in Orland.",
            "Some 6175 people live in Orland.",
        ),
        (
            "The vote is expected at 3 p.m. on Friday.",
            "The vote is expected at 15:00 on Friday.",
        ),
        (
            "The United Nations has sent a team to Orland.",
            "The UN has sent a team to Orland.",
        ),
        (
            "President Voss will address the nation on Friday.",
            "U.S. President Harlan Voss will address the nation on Friday.",
        ),
        (
            "On 3 May, a bomb went off in the market.",
            "A bomb went off in the market on May 3, 2025.",
        ),
        (
            "The dead man was a soldier from Halden.",
            "The killed man was a soldier from Halden.",
        ),
    ],
)
def test_a_rewording_is_not_material(before: str, after: str) -> None:
    assert not any(t.material for t in revised(before, after))


def test_an_untouched_neighbour_is_not_mentioned() -> None:
    before = "The mayor resigned on Monday. The council meets on Friday."
    after = "The mayor resigned on Tuesday. The council meets on Friday."
    found = revised(before, after)
    assert len(found) == 1
    assert found[0].before is not None
    assert "mayor" in found[0].before.quote


def test_a_new_and_a_removed_sentence_have_one_side_only() -> None:
    before = "The mayor resigned on Monday. The council meets on Friday."
    after = "The mayor resigned on Monday. Police searched two flats in Halden."
    by_kind = {t.kind: t for t in revised(before, after)}
    assert by_kind[ChangeKind.REMOVED].after is None
    assert by_kind[ChangeKind.NEW].before is None


def test_a_moved_sentence_is_no_change() -> None:
    before = "The mayor resigned on Monday. The council meets on Friday."
    after = "The council meets on Friday. The mayor resigned on Monday."
    assert not any(t.material for t in revised(before, after))


def test_a_correction_notice_makes_a_removal_a_retraction() -> None:
    before = "The mayor resigned on Monday. The council meets on Friday."
    after = "The council meets on Friday."
    found = revised(before, after, correction="An earlier version was wrong.")
    assert found[0].kinds == (ChangeKind.RETRACTED, ChangeKind.REMOVED)
    assert "An earlier version was wrong." in found[0].reason


def test_two_sources_of_one_revision_are_never_a_change_of_each_other() -> None:
    """Both figures stay; only the edited one is reported."""
    before = (
        "Fire Watch said 4,519 people were killed in Orland. "
        "Officials said 3,117 people were killed in Orland."
    )
    after = before.replace("4,519", "4,902")
    found = [t for t in revised(before, after) if t.material]
    assert [t.kind for t in found] == [ChangeKind.FIGURE]
    assert "4,519 → 4,902" in found[0].reason


def test_kinds_stand_in_order_of_precedence() -> None:
    before = killed(14, "Fire Watch")
    after = killed(19, "Orland City Council")
    found = changed(before, after)
    assert found.kinds == (ChangeKind.FIGURE, ChangeKind.ATTRIBUTION)


def test_a_replaced_text_is_a_rewrite() -> None:
    old = [f"Sentence number {n} speaks of item {n * 7}." for n in range(8)]
    new = [f"Wholly other words, the {n}th of them, on {n * 11}." for n in range(8)]
    assert compare.is_rewrite(align.sentences(old, new), 8, 8)
    assert not compare.is_rewrite(align.sentences(old, old[:6]), 8, 6)
    assert not compare.is_rewrite(align.sentences(old[:2], new[:2]), 2, 2)


def test_comparing_needs_no_document_text() -> None:
    before, after = killed(14, start=100), killed(19, start=100)
    found = compare.compare_revisions([before], [after])
    assert [t.kind for t in found] == [ChangeKind.FIGURE]


def test_fictional_revision_pairs_are_judged_well() -> None:
    """Our own labelled pairs; figures may rise, not fall."""
    report = evaluation.run("revision", PAIRS)
    assert report.figure("factual.f1") >= 97
    assert report.figure("factual.false_alarm_rate") <= 6
    assert report.figure("recall_hard_changes") == 100


def test_the_labelled_pairs_are_well_formed() -> None:
    items = [json.loads(line) for line in PAIRS.read_text("utf-8").splitlines()]
    assert len({item["id"] for item in items}) == len(items) >= 79
    assert all(bool(item["changes"]) == bool(item["factual"]) for item in items)


def test_transitions_hold_the_very_mentions_given() -> None:
    """Also where a sentence was split, so that the caller can index them."""
    before = "The mayor resigned on Friday and the council called a vote for 9 May."
    after = "The mayor resigned on Friday. The council called a vote for 16 June."
    old, new = find.find_in_text(before), find.find_in_text(after)
    found = compare.compare_revisions(old, new, texts=(before, after))
    assert any(t.material for t in found)
    for transition in found:
        assert transition.before is None or any(transition.before is m for m in old)
        assert transition.after is None or any(transition.after is m for m in new)
