"""Wire copies are recognised, and known content is not new."""

from __future__ import annotations

import subprocess
import sys

import pytest

from monitor.claims import novelty, similarity, support, wire

AGENCY = (
    "A ferry with 212 people on board sank off the coast of Orland early on Monday, "
    "killing at least 14, the coast guard said. Rescuers pulled 150 survivors from "
    "the water and were looking for the rest. The captain, who was among the saved, "
    "told the harbour police that a fire had broken out in the engine room shortly "
    "after midnight. Transport minister Lena Hask promised an inquiry."
)
OTHER = (
    "The central bank of Sarenia left its key rate at 4.5 percent on Thursday, "
    "surprising most analysts, who had expected a cut after two months of falling "
    "prices. Governor Otto Reimann said that wages were still rising too fast and "
    "that the bank would look at the figures again in May before deciding anything."
)


def test_a_copy_with_a_new_opening_is_a_copy() -> None:
    copy = "ORLAND — " + AGENCY.replace("early on Monday", "before dawn")
    assert wire.is_copy(wire.key(AGENCY), wire.key(copy))
    assert not wire.is_copy(wire.key(AGENCY), wire.key(OTHER))


def test_a_copy_shares_a_stored_band() -> None:
    copy = "ORLAND — " + AGENCY.replace("early on Monday", "before dawn")
    shared = set(wire.bands(wire.key(AGENCY))) & set(wire.bands(wire.key(copy)))
    assert shared
    assert not set(wire.bands(wire.key(AGENCY))) & set(wire.bands(wire.key(OTHER)))


def test_a_headline_has_no_signature() -> None:
    assert wire.key("Ferry sinks off Orland") is None
    assert wire.similarity(None, wire.key(AGENCY)) == 0
    assert wire.bands(None) == ()


def test_the_signature_is_the_same_in_another_process() -> None:
    code = f"from monitor.claims import wire; print(wire.key({AGENCY!r}))"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == wire.key(AGENCY)


def test_a_rewording_of_the_newest_text_is_known() -> None:
    known = novelty.Known([OTHER, AGENCY])
    assert not known.judge("At least 14 died as a ferry sank off Orland.").new
    assert known.judge("Prosecutors searched the offices of Delmar Lines.").new


def test_another_word_for_the_same_counts_in_part() -> None:
    known = novelty.Known(["The council was dissolved.", "Wolves ate two lambs."])
    assert known.judge("Dogs devoured a goat.").coverage > 0
    assert known.judge("Wolves devoured two lambs.").coverage < 1
    assert known.judge("Dogs chased a goat.").coverage == 0


def test_nothing_known_makes_everything_new_but_an_empty_sentence() -> None:
    assert novelty.Known([]).judge("A ferry sank.").new
    assert not novelty.Known([AGENCY]).judge("…").new


@pytest.mark.parametrize(
    ("statement", "retold"),
    [
        ("The ferry that sank off Orland had 212 people on board.", True),
        ("The ferry that sank off Orland had 230 people on board.", False),
        ("The ferry Halden sank off the coast of Orland early on Monday.", False),
        ("The captain fled from the harbour police before the inquiry.", False),
    ],
)
def test_a_figure_or_a_name_of_its_own_is_never_only_told_again(
    statement: str, retold: bool
) -> None:
    reason = novelty.Known([OTHER, AGENCY]).retold(statement)
    assert (reason is not None) is retold


def test_the_verdict_names_the_nearest_text() -> None:
    verdict = novelty.Known([OTHER, AGENCY]).judge("The ferry captain was saved.")
    assert verdict.nearest == 1
    assert "%" in verdict.reason


def test_likeness_ranks_paraphrase_over_other_figures_over_other_topics() -> None:
    a = "Ferry fire kills 14 in Orland"
    same = similarity.alike(a, "14 killed in fire on Orland ferry")
    other_count = similarity.alike(a, "Ferry fire kills 40 in Orland")
    unrelated = similarity.alike(a, "Central bank leaves rate unchanged")
    assert same > other_count > unrelated
    assert similarity.alike("", "") == 0


def test_one_event_scores_above_a_similar_one() -> None:
    a = "A ferry caught fire off Orland on Monday, killing 14 people."
    same = similarity.same_event(a, "Fourteen died when a ferry burned off Orland.")
    similar = similarity.same_event(a, "A ferry sank near Brask on Friday; 3 are dead.")
    assert same.score > similar.score


@pytest.mark.parametrize(
    ("before", "after", "label"),
    [
        (
            "The dam was built by Delmar.",
            "The dam, 90 metres high, was built by Delmar.",
            "new",
        ),
        (
            "The dam, 90 metres high, was built by Delmar.",
            "The dam was built by Delmar.",
            "dropped",
        ),
        ("The dam is 70 metres high.", "The dam is 90 metres high.", "now_supported"),
        ("The dam is 90 metres high.", "The dam is 70 metres high.", "contradicted"),
        (
            "The dam is 90 metres high.",
            "The dam is not 90 metres high.",
            "contradicted",
        ),
        (
            "The dam is not 90 metres high.",
            "The dam is 90 metres high.",
            "now_supported",
        ),
    ],
)
@pytest.mark.parametrize("trained", [True, False])
def test_an_edit_moves_towards_or_away_from_a_claim(
    before: str, after: str, label: str, trained: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A build without the trained weights must work too."""
    if not trained:
        monkeypatch.setattr(support.logistic, "load", lambda *_: None)
    assert support.judge("The dam is 90 metres high", before, after) == label
