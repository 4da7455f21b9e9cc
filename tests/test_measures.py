"""One figure in different words has one measure; different figures have several."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.claims import measures, quantities


@given(
    st.lists(
        st.sampled_from(
            [
                "4,519",
                "dozens",
                "of",
                "people",
                "officers",
                "were",
                "killed",
                "and",
                "injured",
                ",",
                "12",
                "%",
                "inflation",
                "rose",
                "to",
                "$5",
                "in",
                "the",
                "toll",
                "lives",
                "claimed",
                "who",
                ".",
                "from",
                "half",
                "homes",
                "3",
                "days",
            ]
        ),
        max_size=25,
    ).map(" ".join)
)
def test_any_wording_gives_a_key_or_nothing(sentence: str) -> None:
    for quantity in quantities.find(sentence):
        measure = measures.of(quantity, sentence=sentence)
        assert measure is None or (measure.key.count("/") == 1 and measure.label)


def keys(sentence: str) -> list[str | None]:
    found = (measures.of(q, sentence=sentence) for q in quantities.find(sentence))
    return [m.key if m else None for m in found]


def first(sentence: str) -> measures.Measure:
    measure = measures.of(quantities.find(sentence)[0], sentence=sentence)
    assert measure is not None
    return measure


@pytest.mark.parametrize(
    "sentence",
    [
        "4,519 people have been killed during the unrest",
        "Officials have put the death toll at 4,519.",
        "At least 4,519 marchers have died, doctors said.",
        "The unrest has claimed 4,519 lives.",
        "The toll from the unrest has reached 4,519, the group said on Thursday.",
        "The minister put the number of dead at 4,519.",
        "The ministry rejected the figure of 4,519 dead.",
        "The storm left 4,519 dead.",
        "4,519 fatalities have been counted.",
        "4,519 Killed in Northport Unrest, Group Says",
        "Death Toll Nears 4,519 After Crackdown",
        "Unrest Deaths Top 4,519",
        "Quake Kills 4,519, Injures Thousands",
        "Fire Claims 4,519 Lives in Northport",
        "DEATH TOLL RISES TO 4,519",
        "The bodies of 4,519 people were found.",
        "The blasts killed 4,519 residents and wounded dozens.",
    ],
)
def test_many_wordings_of_deaths_are_one_measure(sentence: str) -> None:
    assert first(sentence).key == "killed/person"


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("It has verified 5,848 deaths and is reviewing a further 17,091",
         ["killed/person", "killed-under-review/person"]),
        ("4,519 people were killed, with another 9,049 fatalities under review.",
         ["killed/person", "killed-under-review/person"]),
        ("At least 5,811 people were injured, and 26,314 arrests were recorded.",
         ["injured/person", "arrested/person"]),
        ("At least 16,500 marchers have died and 330,000 have been injured.",
         ["killed/person", "injured/person"]),
        ("The blast killed 12 people, including three children, and wounded dozens.",
         ["killed/person", "killed/person", "injured/person"]),
        ("4,714 marchers and 42 minors were killed", ["killed/person"] * 2),
        ("One person was killed and 11 injured.", ["killed/person", "injured/person"]),
        ("Hundreds of officers have defected.", ["defected/officer"]),
        ("They arrested “dozens” of guards who refused to fire.", ["arrested/officer"]),
        ("Multiple officials have defected.", ["defected/official"]),
        ("They launched 120 drones and 40 missiles.",
         ["launched/drone", "launched/missile"]),
        ("26,314 people were arrested, up from 24,669 a day earlier.",
         ["arrested/person"] * 2),
        ("Thousands protest in Northport", ["protested/person"]),
        ("It has a population of 31,065.", ["population/number"]),
        ("Three bombings killed at least 12 people",
         ["count/bombing", "killed/person"]),
        ("40 Iraqis were killed", ["killed/person"]),
        ("At least three people are killed and many hurt", ["killed/person"]),
        ("The index closed at 33,841", ["index/number"]),
        ("The firm cut 1,500 jobs", ["cut/job"]),
        ("The price held for two years", ["duration/time"]),
        ("300 homes were destroyed", ["destroyed/home"]),
        ("More than 1,200 flights were cancelled.", ["cancelled/flight"]),
        ("Some 20,000 people were forced to flee", ["displaced/person"]),
        ("Four hostages were freed", ["freed/hostage"]),
        ("30 people are still missing", ["missing/person"]),
        ("The league won 120 of 300 seats with 41.5 percent of the vote.",
         ["won/seat", "won/seat", "vote share/percent"]),
        ("Annual inflation near 40 percent", ["inflation/percent"]),
        ("A new 25 percent tariff on exports", ["tariff/percent"]),
        ("Turnout was 45 percent.", ["turnout/percent"]),
        ("The damage is put at $2 billion.", ["damage/money"]),
        ("The price of oil rose $1.20 to $83.45.", ["price-change/money", "price/money"]),
        ("Officials reported 350 new cases.", ["infected/person"]),
        ("He was sentenced to 12 years in prison.", ["sentence/time"]),
        ("A magnitude 6.8 quake", ["magnitude/magnitude"]),
        ("The 62-year-old mayor", ["age/year of age"]),
    ],
)  # fmt: skip
def test_keys(sentence: str, expected: list[str]) -> None:
    assert keys(sentence) == expected


@pytest.mark.parametrize(
    "sentence",
    ["in the past 24 hours", "three weeks ago", "two days later", "the next 5 years"],
)
def test_a_period_that_only_says_when_measures_nothing(sentence: str) -> None:
    assert keys(sentence) == [None]


def test_the_predicate_tells_when_no_word_near_does() -> None:
    sentence = "It was 17 soldiers on that day."
    (quantity,) = quantities.find(sentence)
    measure = measures.of(quantity, sentence=sentence, predicate="kill")
    assert measure is not None
    assert measure.key == "killed/soldier"


def test_scope_holds_place_subgroup_and_period() -> None:
    sentence = "At least 12 children were killed in East Northport this year."
    assert first(sentence).scope == ("child", "east northport", "this year")
    assert first("12 people were killed in January").scope == ()


def test_the_report_date_is_no_scope() -> None:
    sentence = "A group reported earlier this month that dozens of guards were held."
    assert first(sentence).scope == ()


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("دست‌کم ۴٬۵۱۹ نفر کشته شدند", "fa"),
        ("Setidaknya 4.519 orang tewas dalam bentrokan", "id"),
        ("Mindestens 4.519 Menschen wurden getötet.", "de"),
        ("Près de 4 519 personnes sont mortes", "fr"),
        ("Najmenej 4 519 ľudí zahynulo", "sk"),
        ("En az 4 bin 519 kişi öldü", "tr"),
        ("Не менее 4 519 человек погибли", "ru"),
    ],
)
def test_deaths_are_one_measure_in_other_languages(
    sentence: str, language: str
) -> None:
    (quantity,) = quantities.find(sentence, language=language)
    measure = measures.of(quantity, sentence=sentence)
    assert measure is not None
    assert (quantity.minimum, measure.key) == (4519, "killed/person")


@pytest.mark.parametrize(
    ("sentence", "label"),
    [
        ("4,519 people have been killed", "people killed"),
        ("another 9,049 fatalities under review", "fatalities (under review)"),
        ("The toll has reached 58", "killed"),
        ("inflation near 40 percent", "inflation"),
        ("300 homes were destroyed", "homes destroyed"),
    ],
)
def test_labels_are_readable(sentence: str, label: str) -> None:
    assert first(sentence).label == label


def test_offsets_of_another_text_do_not_matter() -> None:
    text = "Rain fell. 12 people were killed."
    (quantity,) = quantities.find(text)
    measure = measures.of(quantity, sentence="12 people were killed.")
    assert measure is not None
    assert measure.key == "killed/person"
