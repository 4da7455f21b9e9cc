"""Articles of one event form one story; similar incidents stay apart."""

from __future__ import annotations

from datetime import timedelta

from monitor.claims import story, wire
from monitor.claims.story import Formed, StoryCandidate
from monitor.pipeline import belonging
from tests.claim_mentions import NOON, said

RARE = 5.0
COMMON = 1.0
TEXT = " ".join(f"word{n} of the agency report number {n}" for n in range(60))


def formed(
    names: dict[str, float], *candidates: StoryCandidate, **options: object
) -> Formed:
    settings: dict[str, object] = {
        "measures": (),
        "wire_key": None,
        "published": NOON,
        "now": NOON,
    }
    return story.form(names, candidates=candidates, **(settings | options))  # type: ignore[arg-type]


def known(number: int, *names: str, **fields: object) -> StoryCandidate:
    options: dict[str, object] = {"last_seen_at": NOON - timedelta(hours=5), "size": 3}
    return StoryCandidate(number, frozenset(names), **(options | fields))  # type: ignore[arg-type]


def test_two_shared_rare_names_join_a_story() -> None:
    found = formed({"orland": RARE, "kestrel": RARE}, known(7, "orland", "ana kestrel"))
    assert found.story_id == 7
    assert found.reason == "both name kestrel, orland"


def test_one_shared_name_or_common_names_do_not() -> None:
    assert formed({"orland": RARE}, known(7, "orland")).story_id is None
    common = {"eu": COMMON, "germany": COMMON, "france": COMMON}
    assert formed(common, known(7, "eu", "germany", "france")).story_id is None


def test_a_full_name_and_its_surname_are_one_shared_name() -> None:
    names = {"ana kestrel": RARE, "kestrel": RARE}
    assert formed(names, known(7, "ana kestrel", "kestrel")).story_id is None


def test_a_shared_measure_with_one_name_joins() -> None:
    candidate = known(7, "orland", measures=frozenset(("killed/person",)))
    found = formed({"orland": RARE}, candidate, measures=("killed/person",))
    assert found.story_id == 7
    assert formed({}, candidate, measures=("killed/person",)).story_id is None


def test_a_wire_copy_joins_whatever_else_differs() -> None:
    signature = wire.key(TEXT)
    assert signature is not None
    candidate = known(7, wire_keys=(signature,))
    assert formed({}, candidate, wire_key=signature).story_id == 7


def test_after_three_days_it_is_another_story() -> None:
    names = {"orland": RARE, "kestrel": RARE}
    old = known(7, "orland", "kestrel", last_seen_at=NOON - timedelta(hours=73))
    assert formed(names, old).story_id is None


def test_similar_incidents_with_one_name_in_common_stay_apart() -> None:
    """Two bus crashes in one week with one operator."""
    crash = known(7, "delmar lines", "orland")
    assert formed({"delmar lines": RARE, "brask": RARE}, crash).story_id is None
    assert formed({"delmar lines": RARE, "orland": RARE}, crash).story_id == 7


def test_a_story_that_is_full_takes_no_more() -> None:
    names = {"orland": RARE, "kestrel": RARE}
    full = known(7, "orland", "kestrel", size=story.LARGEST)
    assert formed(names, full).story_id is None


def test_the_strongest_story_wins_and_ties_go_to_the_oldest() -> None:
    names = {"orland": RARE, "kestrel": RARE, "brask": RARE}
    weak = known(3, "orland", "kestrel")
    strong = known(9, "orland", "kestrel", "brask")
    assert formed(names, weak, strong).story_id == 9
    assert formed(names, known(8, "orland", "kestrel"), weak).story_id == 3


def test_the_more_alike_headline_breaks_a_tie() -> None:
    names = {"orland": RARE, "kestrel": RARE}
    fire = known(3, "orland", "kestrel", headlines=("Council votes on harbour tax",))
    vote = known(9, "orland", "kestrel", headlines=("Ferry fire kills 14 in Orland",))
    found = formed(names, fire, vote, headline="Ferry fire in Orland kills 14 people")
    assert found.story_id == 9


def test_a_publication_time_in_the_future_is_read_as_now() -> None:
    names = {"orland": RARE, "kestrel": RARE}
    future = NOON + timedelta(days=400)
    assert formed(names, known(7, *names), published=future).story_id == 7


def test_rarity_falls_with_the_share_of_articles() -> None:
    # of few stories little is known: the third that names somebody makes him common
    assert story.rarity(2, 10) > story.RARE > story.rarity(3, 10)
    assert story.rarity(200, 10_000) > story.RARE > story.rarity(2_000, 10_000)


def test_a_capital_or_a_parliament_is_half_a_name() -> None:
    names = dict.fromkeys(("paris", "congress", "kestrel"), RARE)
    assert formed(names, known(7, "paris", "kestrel")).story_id is None
    assert formed(names, known(7, "paris", "congress")).story_id is None
    assert formed(names, known(7, *names)).story_id == 7


def test_a_german_noun_is_no_name() -> None:
    quote = "Die Menschen in Hamburg feiern"
    found = [said(quote, entities=("Menschen", "Hamburg"))]
    assert belonging.names_of(found, language="de") == ["hamburg"]
    assert "menschen" in belonging.names_of(found, language="en")


def test_a_country_ties_no_story() -> None:
    names = {"france": RARE, "orland": RARE}
    assert formed(names, known(7, "france", "orland")).story_id is None


def test_a_measure_of_anything_joins_no_story() -> None:
    votes = known(7, "orland", measures=frozenset(("won/vote",)))
    found = formed({"orland": RARE}, votes, measures=("won/vote",))
    assert found.story_id is None


def test_names_that_few_of_its_articles_are_about_are_not_a_storys() -> None:
    assert story.core({"orland": 9, "kestrel": 3, "brask": 1}, 10) == {
        "orland",
        "kestrel",
    }
