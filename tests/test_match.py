"""Which stored claim a mention states, and what it means for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from monitor.claims import match, voices
from monitor.claims.judge import Judgement
from monitor.model import (
    Assertion,
    Certainty,
    ChangeKind,
    Comparator,
    Mention,
    Polarity,
    SourceKind,
)
from tests.claim_mentions import HOUR, NOON, killed, said, source, stored

WATCH = "Fire Watch"


def judged(mention: Mention, known: list[Assertion], **options: object) -> Judgement:
    settings = {"story_id": 1, "as_of": NOON + HOUR, "outlet": "Evening Star"}
    ((_, verdict),) = match.judge_all([mention], known, **(settings | options))  # type: ignore[arg-type]
    return verdict


def kind_of(verdict: Judgement) -> ChangeKind | None:
    return verdict.transition.kind if verdict.transition else None


# ------------------------------------------------------------------ matching


def test_the_same_measure_in_one_story_is_the_same_claim() -> None:
    found = match.match(killed(19), [stored(killed(14))], story_id=1)
    assert found.claim_id == 1


def test_another_measure_is_another_claim_however_alike_the_words() -> None:
    review = replace(killed(19), measure="killed-under-review/person")
    found = match.match(review, [stored(killed(14))], story_id=1)
    assert found.claim_id is None
    assert "counts killed/person" in found.reason


def test_a_measure_alone_does_not_join_two_stories() -> None:
    other = killed(19, entities=("Tarsia",))
    assert match.match(other, [stored(killed(14))], story_id=2).claim_id is None


@pytest.mark.parametrize(
    ("scope", "same"), [((), True), (("orland", "port"), True), (("brask",), False)]
)
def test_scopes_that_exclude_each_other_are_two_claims(
    scope: tuple[str, ...], same: bool
) -> None:
    known = stored(killed(14, scope=("orland",)))
    found = match.match(killed(19, scope=scope), [known], story_id=1)
    assert (found.claim_id == 1) is same


def test_places_and_event_days_that_differ_are_two_claims() -> None:
    known = stored(killed(14, place="Orland", event_on=date(2026, 3, 1)))
    elsewhere = killed(14, place="Brask", event_on=date(2026, 3, 1))
    later = killed(14, place="Orland", event_on=date(2026, 3, 9))
    nextday = killed(14, place="Orland", event_on=date(2026, 3, 2))
    assert match.match(elsewhere, [known], story_id=1).claim_id is None
    assert match.match(later, [known], story_id=1).claim_id is None
    assert match.match(nextday, [known], story_id=1).claim_id == 1


def proposition(text: str, predicate: str, *names: str) -> Mention:
    return said(text, predicate=predicate, participants=names, entities=names)


def test_a_paraphrase_with_predicate_and_names_is_the_same_claim() -> None:
    known = stored(
        proposition("Ana Kestrel has resigned as mayor", "resign", "Kestrel")
    )
    new = proposition("mayor Kestrel quit", "resign", "Kestrel")
    assert match.match(new, [known], story_id=1).claim_id == 1


def test_two_names_in_one_slot_are_two_claims() -> None:
    known = stored(proposition("Ana Kestrel resigned as mayor", "resign", "Kestrel"))
    new = proposition("Otto Reimann resigned as mayor", "resign", "Reimann")
    found = match.match(new, [known], story_id=1)
    assert found.claim_id is None
    assert found.considered[0].lost == "different names in one slot"


def test_what_was_considered_is_told_best_first() -> None:
    known = [
        stored(proposition("the council meets on Friday", "meet", "council"), 1),
        stored(killed(14), 2, claim_id=2),
        stored(killed(3, scope=("brask",)), 3, claim_id=3),
    ]
    found = match.match(killed(19, scope=("orland",)), known, story_id=1)
    assert found.claim_id == 2
    assert found.considered[0].assertion_id == 2
    assert {c.assertion_id for c in found.considered if c.lost} == {1, 3}


def test_nothing_stored_is_nothing_matched() -> None:
    assert match.match(killed(1), [], story_id=None).reason == "no candidates"


def test_lookup_keys_are_folded_names_first() -> None:
    keys = match.lookup(killed(14, entities=("Orland", "Łódź")))
    assert keys.measure == "killed/person"
    assert "orland" in keys.entities
    assert keys.terms[0] == "orland"


# ------------------------------------------------------------------ judging


def test_the_same_source_with_a_newer_figure_changes_its_baseline() -> None:
    verdict = judged(killed(19, WATCH), [stored(killed(14, WATCH))])
    assert kind_of(verdict) is ChangeKind.FIGURE
    assert verdict.reason == "Fire Watch: people killed 14 → 19, +36 %"


def test_old_news_never_rolls_a_baseline_back() -> None:
    verdict = judged(killed(9, WATCH), [stored(killed(14, WATCH))], as_of=NOON - HOUR)
    assert verdict.historic
    assert verdict.transition is None


def test_an_earlier_value_told_as_history_changes_nothing() -> None:
    verdict = judged(killed(9, WATCH, historic=True), [stored(killed(14, WATCH))])
    assert verdict.historic
    assert verdict.transition is None


def test_the_same_source_repeating_itself_is_nothing() -> None:
    verdict = judged(killed(14, WATCH), [stored(killed(14, WATCH))])
    assert verdict.transition is None
    assert not verdict.independent


def test_an_independent_source_with_the_same_value_corroborates_once() -> None:
    known = [stored(killed(14, WATCH))]
    first = judged(killed(14, "Orland City Council"), known)
    assert kind_of(first) is ChangeKind.CORROBORATED
    assert first.independent
    known.append(stored(killed(14, "Orland City Council"), 2, outlet="Evening Star"))
    assert judged(killed(14, "Red Cross"), known).transition is None


def test_at_least_the_same_number_corroborates_but_mere_overlap_does_not() -> None:
    known = [stored(killed(14, WATCH))]
    bound = killed(14, "Red Cross", comparator=Comparator.AT_LEAST)
    loose = killed(2, "Red Cross", comparator=Comparator.AT_LEAST)
    assert kind_of(judged(bound, known)) is ChangeKind.CORROBORATED
    assert judged(loose, known).transition is None


def test_a_relay_of_the_origin_is_no_corroboration() -> None:
    relay = killed(14, "Daily Post", "Orland fire brigade")
    verdict = judged(relay, [stored(killed(14, WATCH))])
    assert verdict.transition is None
    assert not verdict.independent


def test_ten_wire_copies_are_one_source() -> None:
    signature = "0123" * 64
    known = [stored(killed(14, WATCH), wire_key=signature)]
    copy = killed(14, "Orland City Council")
    assert judged(copy, known, wire_key=signature).transition is None


def test_anonymous_sources_and_an_outlets_own_voice_never_corroborate() -> None:
    known = [stored(killed(14, WATCH))]
    anonymous = killed(14, source("two officials", SourceKind.ANONYMOUS))
    assert judged(anonymous, known).transition is None
    assert judged(killed(14), known).transition is None


def test_another_source_with_an_excluded_value_is_in_conflict_once() -> None:
    known = [stored(killed(4519, WATCH))]
    first = judged(killed(3117, "Orland City Council"), known)
    assert kind_of(first) is ChangeKind.CONFLICT
    assert "3,117 against 4,519" in first.reason
    known.append(
        stored(killed(3117, "Orland City Council"), 2, as_of=NOON + HOUR, outlet="B")
    )
    again = judged(killed(3117, "Orland City Council"), known, as_of=NOON + 2 * HOUR)
    assert again.transition is None
    ally = judged(killed(3117, "Red Cross"), known, as_of=NOON + 2 * HOUR)
    assert kind_of(ally) is not ChangeKind.CONFLICT


def test_lower_bounds_far_apart_are_discrepant() -> None:
    known = [stored(killed(5000, WATCH, comparator=Comparator.AT_LEAST))]
    far = killed(16500, "The Courier", comparator=Comparator.AT_LEAST)
    near = killed(6000, "The Courier", comparator=Comparator.AT_LEAST)
    assert "discrepant" in judged(far, known).reason
    assert kind_of(judged(near, known)) is not ChangeKind.CONFLICT


def test_values_of_different_weeks_do_not_conflict() -> None:
    known = [stored(killed(14, WATCH), as_of=NOON - timedelta(days=9))]
    assert judged(killed(40, "Red Cross"), known).transition is None


def test_a_denial_with_the_denied_figure_is_denied() -> None:
    denial = killed(14, "Orland City Council", denies=True)
    verdict = judged(denial, [stored(killed(14, WATCH))])
    assert kind_of(verdict) is ChangeKind.DENIED
    assert verdict.reason == "Orland City Council denies what Fire Watch says"


def test_an_attributed_negation_denies() -> None:
    known = stored(proposition("Kestrel plans to leave Orland", "plan", "Kestrel"))
    denial = replace(
        proposition("Kestrel has no plan to leave Orland", "plan", "Kestrel"),
        polarity=Polarity.NEGATIVE,
        chain=(source("the mayor's office"),),
        cue="said",
    )
    assert kind_of(judged(denial, [known])) is ChangeKind.DENIED


def test_a_response_breaks_the_claim_that_there_was_none() -> None:
    silence = said(
        "There has been no response from the Orland government",
        absence=True,
        polarity=Polarity.NEGATIVE,
        entities=("Orland",),
    )
    answer = said(
        "the figures are exaggerated",
        chain=("Orland interior ministry",),
        cue="said",
        entities=("Orland",),
    )
    verdict = judged(answer, [stored(silence)])
    assert kind_of(verdict) is ChangeKind.CONFLICT
    assert "absent" in verdict.reason


def test_another_outlets_choice_of_verb_is_no_change_of_certainty() -> None:
    known = [stored(killed(14, WATCH, certainty=Certainty.REPORTED))]
    hedged = killed(14, WATCH, certainty=Certainty.ALLEGED)
    assert judged(hedged, known).transition is None
    same_outlet = judged(hedged, known, outlet="Daily Post")
    assert kind_of(same_outlet) is ChangeKind.CERTAINTY


def test_an_unmatched_mention_is_new() -> None:
    verdict = judged(proposition("the council meets", "meet", "council"), [])
    assert kind_of(verdict) is ChangeKind.NEW


def test_two_sources_of_one_article_are_not_judged_against_each_other() -> None:
    mentions = [killed(4519, WATCH), killed(3117, "Orland City Council")]
    verdicts = match.judge_all(
        mentions, [], story_id=1, as_of=NOON, outlet="Daily Post"
    )
    assert [kind_of(v) for _, v in verdicts] == [ChangeKind.NEW, ChangeKind.NEW]


def test_a_baseline_numbers_claims_and_shares_them() -> None:
    mentions = [killed(14, WATCH), killed(19, "Red Cross"), said("the sea was calm")]
    known = match.baseline(mentions, as_of=NOON, outlet="Daily Post", story_id=1)
    assert [a.claim_id for a in known] == [1, 1, 3]


def test_a_growing_toll_is_told_source_by_source() -> None:
    """One source's rising count, rivals beside it, an old report that comes late."""
    council, courier = "Orland authorities", "The Courier"
    at_least = Comparator.AT_LEAST
    told_by_outlet = replace(
        killed(4902), quote="Fire Watch raised its count of the dead to 4,902"
    )
    said_so = [
        ("Star", 0, killed(2615, WATCH), ChangeKind.NEW),
        ("Star", 6, killed(4519, WATCH), ChangeKind.FIGURE),
        ("Post", 7, killed(3117, council), ChangeKind.CONFLICT),
        ("Mail", 9, told_by_outlet, ChangeKind.FIGURE),
        ("Mail", 12, killed(5002, WATCH), ChangeKind.FIGURE),
        ("Mail", 13, killed(5000, WATCH, comparator=Comparator.MORE), None),
        ("Globe", 20, killed(5848, WATCH, comparator=at_least), ChangeKind.FIGURE),
        ("Times", 21, killed(16500, courier, comparator=at_least), ChangeKind.CONFLICT),
        ("Echo", 5, killed(2900, WATCH), None),
    ]
    known: list[Assertion] = []
    for number, (outlet, hours, mention, expected) in enumerate(said_so, 1):
        as_of = NOON + hours * HOUR
        verdict = judged(mention, known, as_of=as_of, outlet=outlet)
        assert kind_of(verdict) is expected, (outlet, mention.quote, verdict.reason)
        if verdict.historic:
            continue
        own = match.same_source(mention, known, outlet=outlet)
        known = [a for a in known if a is not own]
        replaced = stored(mention, number, as_of=as_of, outlet=outlet)
        speaker = own.source if own and not mention.source else replaced.source
        known.append(replace(replaced, source=speaker))


def test_of_two_figures_of_one_source_in_one_article_the_first_counts() -> None:
    mentions = [killed(3428, WATCH), killed(25000, WATCH)]
    verdicts = match.judge_all(
        mentions,
        [stored(killed(3000, WATCH))],
        story_id=1,
        as_of=NOON + HOUR,
        outlet="Star",
    )
    assert [kind_of(v) for _, v in verdicts] == [ChangeKind.FIGURE, None]
    assert verdicts[1][1].historic


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Fire Watch", "the rights group Fire Watch", True),
        ("Fire Watch spokeswoman", "Fire Watch", True),
        ("World Health Organization", "WHO", True),
        ("Iran's interior minister", "Iranian officials", False),
        ("Orland Human Rights", "Orland authorities", False),
        ("the army", "the police", False),
        ("Ana Kestrel", "Kestrel", True),
        ("Channel 4", "Channel 5", False),
    ],
)
def test_sources_are_one_by_name_not_by_country(
    one: str, other: str, same: bool
) -> None:
    assert voices.same_source_name(one, other) is same
    assert voices.same_source_name(other, one) is same
