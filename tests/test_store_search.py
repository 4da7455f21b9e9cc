"""How claims are found that a mention may repeat, and how people search them."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.claims import match
from monitor.model import Certainty, Polarity, Status, Weight
from monitor.store import Store, claims, maintenance, open_store, search
from monitor.store.reading import ClaimFilter, list_claims, words_query
from tests.store_rows import NOON, add_article, add_claim, mention

# ------------------------------------------------------------------ candidates


def test_the_rarest_words_find_a_claim_among_many(store: Store) -> None:
    for number in range(60):
        text = f"Port Arlen council debated budget item number {number}"
        add_claim(store, mention(text, count=None))
    wanted = add_claim(store, mention("Divers searched the sunken barge", count=None))
    found = search.by_words(store.db, "The divers search a barge in Port Arlen")
    assert found[0] == wanted
    assert search.by_words(store.db, "zeppelin") == []
    assert search.by_words(store.db, "") == []


@pytest.fixture
def scaled(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limits of a million claims for a handful."""
    for name, value in {"RARE": 1, "POSTINGS": 3, "COMMON": 5, "BESIDE": 2}.items():
        monkeypatch.setattr(search, name, value)


def add(store: Store, *texts: str) -> list[int]:
    return [add_claim(store, mention(text, count=None)) for text in texts]


def counts(store: Store) -> dict[str, int]:
    return {row[0]: row[1] for row in store.all("SELECT * FROM temp.term_counts")}


@pytest.mark.usefixtures("scaled")
def test_common_words_find_the_newest_claim_that_holds_them_all(store: Store) -> None:
    """A common word is counted once, and tells only with all the others."""
    add(store, *("The harbour opened", "The market opened", "The harbour opened") * 3)
    for _ in range(2):
        assert search.by_words(store.db, "Harbour opened") == [9, 7, 6, 4, 3, 1]
        assert counts(store) == {"harbour": 6, "open": 6}
    # a rare word is enough by itself
    assert search.by_words(store.db, "The harbour market") == [8, 5, 2]


@pytest.mark.usefixtures("scaled")
def test_commoner_words_tell_beside_another(store: Store) -> None:
    """Of claims that share one rare word, that which shares a commoner one is best."""
    add(store, *["The harbour opened"] * 4, *["The market closed"] * 4)
    [best] = add(store, "Divers closed the gate")
    add(store, "Divers ate")
    assert search.by_words(store.db, "Divers closed it") == [best, 10]
    # and two that are both too common to be read alone find what holds both
    [both] = add(store, "The harbour closed")
    assert counts(store)["close"] == 5
    assert search.by_words(store.db, "Harbour closed in heat") == [both]


@pytest.mark.usefixtures("scaled")
def test_a_word_that_spreads_is_counted_again(store: Store) -> None:
    """A count that is kept must not hold a word for rare that has become common."""
    add(store, *["The harbour opened"] * 2)
    assert search.by_words(store.db, "harbour") == [2, 1]
    assert counts(store) == {"harbour": 2}
    add(store, *["The harbour closed"] * 8)
    assert len(search.by_words(store.db, "harbour")) == 4
    assert counts(store) == {"harbour": 4}
    # as one of the common words now: the newest
    assert search.by_words(store.db, "harbour", limit=1) == [10]


def test_a_rarer_word_weighs_more_than_two_common_ones(store: Store) -> None:
    rare, *_ = add(
        store, "Divers searched the barge", *["The council debated the budget"] * 30
    )
    found = search.by_words(store.db, "The council's budget for divers", limit=2)
    assert found == [rare, 31]


def test_a_claim_that_shares_far_less_than_the_best_is_no_candidate(
    store: Store,
) -> None:
    first, second, _ = add(
        store,
        "Divers searched the sunken barge",
        "Divers searched the gate",
        "The barge left",
    )
    said = "The divers search a sunken barge"
    assert search.by_words(store.db, said) == [first, second]


WORDS = 3_000


def news(seed: random.Random) -> str:
    """Six made-up words; the n-th commonest comes up 1/n as often as the first."""
    return " ".join(f"w{int(WORDS ** seed.random())}x" for _ in range(6))


def filled(store: Store, total: int) -> list[str]:
    seed = random.Random(81)
    texts = [news(seed) for _ in range(total)]
    with store.writing() as db:
        db.executemany(
            "INSERT INTO claims (text, predicate, first_seen_at, last_seen_at) "
            "VALUES (?, 'say', '2031-03-04', '2031-03-04')",
            [(text,) for text in texts],
        )
    return texts


def asked(store: Store, texts: list[str]) -> tuple[int, int, int]:
    """Steps of SQLite for 40 look-ups; how often each claim was found, whole or half.

    "Half" has three of its six words replaced.
    """
    steps = 0

    def tick() -> int:
        nonlocal steps
        steps += 1
        return 0

    seed = random.Random(82)
    whole = half = 0
    store.db.set_progress_handler(tick, 20)
    for claim_id in seed.sample(range(1, len(texts) + 1), 40):
        words = texts[claim_id - 1].split()
        whole += claim_id in search.by_words(store.db, " ".join(words))
        changed = seed.sample(words, 3) + news(seed).split()[:3]
        half += claim_id in search.by_words(store.db, " ".join(changed))
    store.db.set_progress_handler(None, 0)
    return steps, whole, half


def test_eight_times_the_claims_take_no_more_steps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The budget bounds what is read, and the right claim is still among the found."""
    for name, value in {"RARE": 10, "POSTINGS": 40, "COMMON": 800}.items():
        monkeypatch.setattr(search, name, value)
    monkeypatch.setattr(search, "PER_PAIR", 80)
    found = {}
    for total in (2_000, 16_000):
        with open_store(tmp_path / f"{total}.db") as store:
            texts = filled(store, total)
            asked(store, texts)  # counts the common words, once
            found[total] = asked(store, texts)
    assert found[16_000][0] < 1.5 * found[2_000][0]
    assert found[16_000][1] == 40
    assert found[16_000][2] >= 30


def test_one_measure_in_one_story(store: Store) -> None:
    claim_id = add_claim(store)
    [(story,)] = store.all("SELECT story_id FROM claims")
    assert search.by_measure(store.db, "killed/person", story) == [claim_id]
    assert search.by_measure(store.db, "injured/person", story) == []
    assert search.by_measure(store.db, "killed/person", story + 1) == []


def test_two_shared_keys_are_enough_and_one_is_not(store: Store) -> None:
    one = add_claim(store, keys=("e:arlen", "e:brandt"))
    add_claim(store, keys=("e:arlen",))
    assert search.by_keys(store.db, ["e:arlen", "e:brandt", "m:x"]) == [one]


def test_search_follows_what_is_deleted(store: Store) -> None:
    claim_id = add_claim(store, mention("A crane collapsed", count=None))
    assert search.by_words(store.db, "crane") == [claim_id]
    with store.writing() as db:
        db.execute("DELETE FROM claims")
    assert search.by_words(store.db, "crane") == []
    assert maintenance.check(store.path).problems == ()


def listed(store: Store, text: str) -> list[int]:
    return [c.claim_id for c in list_claims(store, ClaimFilter(search=text))]


@pytest.mark.parametrize(
    "text",
    [
        '"', "'", "AND", "kill OR", "NEAR(", "text:kill", "*", "-", "(", "a\0b",
        "NOT fire", "^fire", "{x}", "fire*", "%", "_", "\\", "é", "火事", "\ud800",
    ],
)  # fmt: skip
def test_no_search_is_syntax(store: Store, text: str) -> None:
    add_claim(store, article=add_article(store))
    assert listed(store, text) in ([], [1])


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.text(max_size=30))
def test_any_text_makes_a_query(store: Store, text: str) -> None:
    store.all(
        "SELECT rowid FROM claims_fts WHERE claims_fts MATCH ?", [words_query(text)]
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("harbour fire", True),
        ("HARBOUR killing", True),
        ("harb", True),
        ("fire service", True),
        ("harbour volcano", False),
    ],
)
def test_search_takes_words_in_any_form(
    store: Store, text: str, *, found: bool
) -> None:
    claim_id = add_claim(store, article=add_article(store))
    assert listed(store, text) == ([claim_id] if found else [])


def test_an_assertion_is_read_as_the_mention_made_it(store: Store) -> None:
    """Every field told apart from every other: they are read by their place."""
    article = add_article(store)
    said = mention(
        status=Status.HAPPENED,
        polarity=Polarity.NEGATIVE,
        certainty=Certainty.ALLEGED,
        participants=("people", "fire"),
        entities=("Port Arlen", "Quay"),
        place="Port Arlen",
        event_on=date(2031, 3, 2),
        scope=("child", "port arlen"),
        setting=("quay",),
        weight=Weight.CAPTION,
        denies=True,
    )
    claim_id = add_claim(store, said, article=article)
    [found] = claims.assertions_of(store.db, [claim_id])
    expected = match.assertion_of(
        said,
        assertion_id=found.assertion_id,
        claim_id=claim_id,
        as_of=NOON,
        outlet="Gazette",
        story_id=1,
    )
    assert found == expected
