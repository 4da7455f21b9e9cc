"""Which claims belong to a topic, and expressions that hostile text can't hang."""

from __future__ import annotations

import time

import pytest

from monitor.alerts import patterns, topics
from monitor.settings import TopicConfig


def matches(term: str, text: str = "", **more: object) -> bool:
    claim: dict[str, object] = {"entities": (), "measure": None, "feeds": ()}
    topic = TopicConfig("t", any=(term,))
    return topics.matching([topic], text=text, **(claim | more)) == ("t",)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("term", "text", "found"),
    [
        ("flood", "The FLOOD rose.", True),
        ("flood", "Floods rose.", False),
        ("flood", "The dam-flood rose.", True),
        ("Mell", "Mell's mayor spoke", True),
        ("Mell", "Mellow mood", False),
        ("São Tomé", "in Sao Tome today", True),
        ("sao tome", "in São  Tomé today", True),
        ("Müller", "MU\u0308LLER said", True),
        ("Straße", "in der STRASSE", True),
        ("people’s party", "the People's Party", True),
        ("cease-fire", "a cease–fire holds", True),
        ("İzmir", "in izmir", True),
        ("Old Bridge", "the old\u00a0bridge", True),
        ("Old Bridge", "old stone bridge", False),
        ("C++", "written in C++ today", True),
        ("洪水", "昨日の洪水で", True),
        ("کشته", "۴۵۱۹ نفر كشته شدند", True),
        ("(a+b)*", "literally (a+b)* here", True),
    ],
)
def test_terms_are_whole_words_in_any_writing(
    term: str, text: str, *, found: bool
) -> None:
    assert matches(term, text) is found


def test_entities_and_measures_are_searched_too() -> None:
    assert matches("Delta Relief Watch", "it said so", entities=("Delta Relief Watch",))
    assert matches("killed/person", "358 dead", measure="killed/person")
    assert matches("killed", "358 dead", measure="killed/person")
    assert not matches("person", "358 dead", measure="killed/person")


def test_a_phrase_does_not_reach_from_text_into_entities() -> None:
    assert not matches("river Mell", "by the river", entities=("Mell",))
    assert not matches("river Mell", "by the river\nMell is safe")


@pytest.mark.parametrize(
    ("term", "text", "found"),
    [
        (r"/\bflood(s|ed)?\b/", "It FLOODED twice", True),
        (r"/\d+\s+people/", "358 people", True),
        (r"/^The/", "And The", False),
        ("/x/", "fox", True),
        ("//", "a // b", True),
    ],
)
def test_expressions_stand_between_slashes(
    term: str, text: str, *, found: bool
) -> None:
    assert matches(term, text) is found


def test_all_none_and_feeds_narrow_a_topic() -> None:
    topic = TopicConfig(
        "t", any=("flood", "storm"), all=("Mell",), none=("film",), feeds=("a", "b")
    )

    def taken(text: str, *feeds: str) -> bool:
        return bool(
            topics.matching([topic], text=text, entities=(), measure=None, feeds=feeds)
        )

    assert taken("flood in Mell", "a")
    assert taken("storm in Mell", "c", "b")
    assert not taken("flood in Varell", "a")
    assert not taken("a film on the flood in Mell", "a")
    assert not taken("rain in Mell", "a")
    assert not taken("flood in Mell", "c")


def test_topics_are_named_in_their_order() -> None:
    both = [TopicConfig("z", any=("flood",)), TopicConfig("a", feeds=("f",))]
    found = topics.matching(both, text="flood", entities=(), measure=None, feeds=("f",))
    assert found == ("z", "a")
    assert topics.by_terms(both, found)
    assert not topics.by_terms(both, ("a",))


def test_no_topics_match_nothing() -> None:
    assert topics.matching([], text="x", entities=(), measure=None, feeds=()) == ()


# ------------------------------------------------------------------ expressions


@pytest.mark.parametrize(
    "source",
    [
        r"(a+)+$",
        r"(a|aa)+$",
        r"(\w+\s?)*x",
        r"((a{1,20}){1,20}){1,20}b",
        r"\w*\w*\w*x",
        r".*.*.*x",
        r"a*a*a*a*b",
        r"(a)\1+b",
        r"(",
        r"a**",
        r".*",
        r"x?",
        "a" * 400,
    ],
)
def test_dangerous_expressions_are_refused(source: str) -> None:
    assert topics.problems(f"/{source}/")


@pytest.mark.parametrize(
    "source",
    [
        r"\bkilled\b.*\bprotest",
        r"\d+\s+people\s+(were\s)?killed",
        r"(dead|killed|slain)",
        r"flood(ed|s|ing)?",
        r"[A-Z]{2,4}-\d{1,5}",
        r"(?:storm|flood) (?:in|near) [A-Z]\w+",
        r"colou?r",
    ],
)
def test_ordinary_expressions_are_taken(source: str) -> None:
    assert topics.problems(f"/{source}/") == []


@pytest.mark.parametrize(
    "source", [r".*killed.*x", r"\w+\s\w+!", r"\s+x", r"a+b+c", r"\d+\s+z"]
)
def test_allowed_expressions_stay_fast_on_hostile_text(source: str) -> None:
    assert topics.problems(f"/{source}/") == []
    pattern = patterns.compiled(source)
    texts = ["killed " * 2000, "a" * 20000, " " * 20000, "1 " * 10000]
    started = time.process_time()
    for text in texts:
        patterns.found(pattern, text)
    # 200 windows; without bounds a single text would take minutes
    assert time.process_time() - started < 10


def test_long_texts_are_searched_to_the_end() -> None:
    for length in (0, 100, 399, 400, 401, 599, 600, 601, 5000):
        assert matches("/needle/", "x" * length + "needle")
        assert matches("/needle/", "x" * length + "needle" + "y" * 1000)


def test_a_refused_expression_matches_nothing() -> None:
    assert not matches("/(a+)+/", "aaa")


def test_plain_terms_have_no_problem_unless_empty() -> None:
    assert topics.problems("flood") == []
    assert topics.problems("\u0301 ") == ["the term is empty"]
