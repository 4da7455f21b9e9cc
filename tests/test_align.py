"""Sentences of two revisions pair up whatever was edited, moved, split or merged."""

from __future__ import annotations

import random
import time

import pytest

from monitor.claims import align
from monitor.model import Alignment, Mention

TEXT = [
    "A ferry sank off the coast of Orland on Monday.",
    "Rescuers pulled 14 people from the water.",
    "The captain was taken to hospital in Brask.",
    "The cause of the accident is not known.",
    "Orland has seen three sinkings this year.",
]


def test_identical_texts_pair_in_order() -> None:
    assert align.sentences(TEXT, TEXT) == Alignment(
        tuple((i, i) for i in range(5)), (), ()
    )


def test_an_edited_sentence_pairs_with_its_successor() -> None:
    new = [*TEXT]
    new[1] = "Rescuers pulled 19 people from the icy water."
    assert (1, 1) in align.sentences(TEXT, new).pairs


def test_added_and_removed_sentences_stay_alone() -> None:
    new = [*TEXT[:2], "The transport minister has resigned.", *TEXT[3:]]
    found = align.sentences(TEXT, new)
    assert (found.removed, found.added) == ((2,), (2,))


def test_a_moved_sentence_pairs_where_it_went() -> None:
    new = [TEXT[4], *TEXT[:4]]
    found = align.sentences(TEXT, new)
    assert (4, 0) in found.pairs
    assert not found.removed
    assert not found.added


def test_case_and_number_format_pair_as_the_same_sentence() -> None:
    found = align.sentences(["Some 6,175 people fled."], ["some 6175 people fled"])
    assert found.pairs == ((0, 0),)


def test_a_split_sentence_pairs_with_both_halves() -> None:
    old = ["The mayor resigned on Friday and the council called an election for May."]
    new = ["The mayor resigned on Friday.", "The council called an election for May."]
    found = align.sentences(old, new)
    assert found.pairs == ((0, 0), (0, 1))
    assert align.one_to_one(found, old, new) in ([(0, 0)], [(0, 1)])


def test_a_merged_sentence_pairs_with_both_parts() -> None:
    old = ["The mayor resigned on Friday.", "The council called an election for May."]
    new = ["The mayor resigned on Friday and the council called an election for May."]
    assert align.sentences(old, new).pairs == ((0, 0), (1, 0))


def test_parts_of_a_merged_sentence_need_not_have_stood_together() -> None:
    old = [
        "The mayor of Brask resigned on Friday after a vote of the council.",
        TEXT[3],
        TEXT[4],
        "The council of Brask called an election for the first week of May.",
    ]
    merged = (
        "The mayor of Brask resigned on Friday after a vote of the council and the "
        "council of Brask called an election for the first week of May."
    )
    found = align.sentences(old, [merged, TEXT[3], TEXT[4]])
    assert {(0, 0), (3, 0)} <= set(found.pairs)
    assert not found.removed


def test_a_short_sentence_is_no_part_of_a_sentence_far_off() -> None:
    old = ["The mayor resigned on Friday.", TEXT[3], TEXT[4], "He was not hurt."]
    new = ["The mayor, who was not hurt, resigned; he left on Friday.", *TEXT[3:]]
    assert align.sentences(old, new).removed == (3,)


def test_of_two_successors_the_one_that_was_cut_short_is_the_pair() -> None:
    """By overlap alone the other would win: it holds more of the old words."""
    old = (
        "Twelve miners were killed in the blast; ten inside the north shaft of the "
        "Orland pit, and two guards were killed outside."
    )
    cut = "Twelve people were killed in the blast."
    longer = (
        "The twelfth victim was the second of the two guards who were killed outside, "
        "while helping those who were trapped in the pit."
    )
    found = align.sentences([old], [cut, longer])
    assert align.one_to_one(found, [old], [cut, longer]) == [(0, 0)]


def test_a_name_spelt_otherwise_is_the_same_name() -> None:
    old = ["The minister met Mohammed Harun Alfasi.", "Talks with Farid Omar failed."]
    new = ["It was Muhammad Haroun Alfasi who met him."]
    assert align.sentences(old, new).pairs == ((0, 0),)


def test_a_repeated_sentence_pairs_as_often_as_it_is_there() -> None:
    found = align.sentences(["Read more.", "Read more."], ["Read more."])
    assert found.pairs == ((0, 0),)
    assert found.removed == (1,)


def test_empty_texts_align() -> None:
    assert align.sentences([], []) == Alignment((), (), ())
    assert align.sentences([], ["New."]).added == (0,)
    assert align.sentences(["Old."], []).removed == (0,)


def test_sentences_without_words_pair_only_with_their_like() -> None:
    found = align.sentences(["…", "A ferry sank."], ["—", "A ferry sank."])
    assert (1, 1) in found.pairs


def test_mentions_align_by_what_they_quote() -> None:
    def said(quote: str, sentence: int) -> Mention:
        return Mention(0, len(quote), quote, quote, sentence)

    before = [said(TEXT[0], 0), said(TEXT[1], 1)]
    after = [said("Rescuers pulled 19 people from the water.", 0), said(TEXT[0], 1)]
    assert align.align(before, after).pairs == ((0, 1), (1, 0))


@pytest.mark.long
def test_a_very_long_text_aligns_in_seconds() -> None:
    """100,000 words with every tenth sentence edited; the naive way takes hours."""
    source = random.Random(7)
    vocabulary = [f"word{n}" for n in range(3000)]
    old = [" ".join(source.choices(vocabulary, k=20)) + "." for _ in range(5000)]
    new = [
        f"{text} suddenly" if n % 10 == 0 else text for n, text in enumerate(old)
    ] + ["A sentence that was not there."]
    started = time.process_time()
    found = align.sentences(old, new)
    assert time.process_time() - started < 20
    assert len(found.pairs) == 5000
    assert found.added == (5000,)


def test_a_wholly_rewritten_long_text_stays_bounded() -> None:
    source = random.Random(8)
    vocabulary = [f"word{n}" for n in range(400)]
    texts = [
        [" ".join(source.choices(vocabulary, k=20)) + "." for _ in range(2500)]
        for _ in range(2)
    ]
    started = time.process_time()
    align.sentences(*texts)
    assert time.process_time() - started < 30
