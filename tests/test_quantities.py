"""Quantities in sentences: value, comparator, unit, counted noun, offsets."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.claims import quantities
from monitor.model import Comparator, Quantity

NEWS = st.lists(
    st.sampled_from(
        [
            "at",
            "least",
            "more",
            "than",
            "up",
            "to",
            "4,519",
            "12",
            "three",
            "dozen",
            "hundreds",
            "of",
            "people",
            "were",
            "killed",
            "and",
            "injured",
            "$5",
            "million",
            "%",
            "per",
            "cent",
            "from",
            "10",
            "-",
            "to",
            "the",
            ",",
            ".",
            "(",
            ")",
            "nearly",
            "half",
            "a",
            "km",
            "Boeing",
            "737",
            "Jan.",
            "18",
            "2026",
            "one",
            "in",
            "five",
            "years-old",
            "£3.4bn",
            "–",
            "“dozens”",
            "a",
            "barrel",
        ]
    ),
    max_size=25,
).map(" ".join)


def brief(quantity: Quantity) -> tuple[float | None, float | None, str, str]:
    return (
        quantity.minimum,
        quantity.maximum,
        quantity.comparator.value,
        quantity.unit,
    )


def found(text: str, language: str = "en") -> list[tuple[Any, ...]]:
    return [brief(q) for q in quantities.find(text, language=language)]


@given(NEWS | st.text(max_size=80))
def test_offsets_are_verbatim_and_in_order(text: str) -> None:
    result = quantities.find(text)
    assert all(text[q.start : q.end] == q.text for q in result)
    assert [q.start for q in result] == sorted(q.start for q in result)
    for q in result:
        vague = q.comparator is Comparator.VAGUE
        assert vague or q.minimum is not None or q.maximum is not None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("At least 5,811 people were hurt", (5811, None, "≥", "person")),
        ("no fewer than 17 soldiers", (17, None, "≥", "soldier")),
        ("more than 5,000 homes", (5000, None, ">", "home")),
        ("up to 400 jobs", (None, 400, "≤", "job")),
        ("as many as 60 boats", (None, 60, "≤", "boat")),
        ("fewer than 20 minutes", (None, 20, "<", "minute")),
        ("nearly 6,000 people", (6000, 6000, "≈", "person")),
        ("inflation near 40 percent", (40, 40, "≈", "percent")),
        ("some 300 residents", (300, 300, "≈", "resident")),
        ("an estimated 12 families", (12, 12, "≈", "family")),
        ("nearly a dozen fires", (12, 12, "≈", "fire")),
        ("“dozens” of officers", (24, 99, "vague", "officer")),
        ("multiple officials", (2, None, "vague", "official")),
        ("200 or more guests", (200, None, "≥", "guest")),
        ("500+ flights", (500, None, "≥", "flight")),
        ("10-plus years", (10, None, "≥", "year")),
        ("Protest Deaths Top 5,000", (5000, None, ">", "")),
        ("Toll Nears 6,000", (6000, 6000, "≈", "")),
        ("the top 5 firms", (5, 5, "=", "firm")),
        ("Some 70-odd people", (70, 70, "≈", "person")),
        ("Up to 1,000 or so people", (None, 1000, "≤", "person")),
        ("those 65 and older", (65, None, "≥", "year of age")),
        ("As few as 10 people", (10, 10, "=", "person")),
        ("~45 g", (45, 45, "≈", "gram")),
    ],
)
def test_comparators(text: str, expected: tuple[Any, ...]) -> None:
    assert found(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a fine of $3.4bn", (3.4e9, 3.4e9, "=", "USD")),
        ("US $58.24 per barrel", (58.24, 58.24, "=", "USD per barrel")),
        ("worth €140m", (140e6, 140e6, "=", "EUR")),
        ("RM23.50", (23.5, 23.5, "=", "MYR")),
        ("1,200€", (1200, 1200, "=", "EUR")),
        ("7 million Danish crowns", (7e6, 7e6, "=", "DKK")),
        ("a billion-dollar plan", (1e9, 1e9, "=", "USD")),
        ("3.5 per cent", (3.5, 3.5, "=", "percent")),
        ("25 basis points", (25, 25, "=", "basis point")),
        ("2.14degF", (2.14, 2.14, "=", "fahrenheit")),
        ("winds of 130 mph", (130, 130, "=", "mile per hour")),
        ("80 sq m", (80, 80, "=", "square metre")),
        ("0.5 R per day", (0.5, 0.5, "=", "roentgen per day")),
        ("a 32-year-old man", (32, 32, "=", "year of age")),
        ("magnitude 6.8 quake", (6.8, 6.8, "=", "magnitude")),
        ("an 8-pound baby", (8, 8, "=", "pound-mass")),
        ("a third of voters", (1 / 3, 1 / 3, "=", "fraction")),
        ("one in five adults", (0.2, 0.2, "=", "fraction")),
        ("more than sixfold", (6, None, ">", "fold")),
        ("between 5 and 7 million tonnes", (5e6, 7e6, "=", "tonne")),
        ("10-20 people", (10, 20, "=", "person")),
        ("$10 to $15 billion", (10e9, 15e9, "=", "USD")),
        ("from $500,000 to $1 million", (500e3, 1e6, "=", "USD")),
        ("two or three gunmen", (2, 3, "=", "gunman")),
        ("-5°C", (-5, -5, "=", "celsius")),
        ("unseen for decades", (20, 99, "vague", "year")),
        ("half a million people", (500e3, 500e3, "=", "person")),
        ("2.7m combined digital sales", (2.7e6, 2.7e6, "=", "sale")),
        ("A quarter of a million pounds", (250e3, 250e3, "=", "GBP")),
        ("a half-million people", (500e3, 500e3, "=", "person")),
        ("A $5 fine", (5, 5, "=", "USD")),
        ("EUR 5 m", (5e6, 5e6, "=", "EUR")),
        ("3 1/2 years", (3.5, 3.5, "=", "year")),
        ("7.8 g/cm3", (7.8, 7.8, "=", "gram per cubic centimetre")),
        ("rose 10x", (10, 10, "=", "fold")),
        ("minus 3 degrees Celsius", (-3, -3, "=", "celsius")),
        ("a magnitude of 7.1", (7.1, 7.1, "=", "magnitude")),
        ("a 10,000-strong crowd", (10e3, 10e3, "=", "crowd")),
        ("235 or 236 seats", (235, 236, "=", "seat")),
        ("four US senators", (4, 4, "=", "senator")),
        ("people under 30", (None, 30, "<", "year of age")),
        ("Thousands protest in Northport", (2000, 9999, "vague", "")),
        ("a 100m race", (100, 100, "=", "metre")),
    ],
)
def test_units_and_ranges(text: str, expected: tuple[Any, ...]) -> None:
    ((low, high, sign, unit),) = found(text)
    assert (low, high) == (pytest.approx(expected[0]), pytest.approx(expected[1]))
    assert (sign, unit) == expected[2:]


@pytest.mark.parametrize(
    "text",
    [
        "A Boeing 737-800 and an F-15E landed near Highway 61.",
        "Resolution 2231 was adopted in 2015, the 22nd such text.",
        "They lost 3-1 and then 89-89 after extra time at 17:22 GMT.",
        "Call 555-1234-99 or come to 16-18 Industrial Avenue.",
        "On Jan. 18, 2026, at 3:42 a.m., the S&P 500 opened.",
        "No one knew which one it was; each one they lose counts.",
        "In the 1970s and 1980s, and again in 1845.",
        "Version 1.2.3 of the file, ISBN 9781234567897123.",
        "Channel 4 News, Article 5, page 12 and Game 7.",
        "The six-speed gearbox of the 2014-15 model.",
        "They won 8-0, 9-for-15 shooting, and finished in the top 10.",
        "It has iOS 14.5, USB 3.0, a 1080p camera and a 4K display.",
        "The number two leader of the Black Hundreds bought One Dance.",
        "He lives at 131 West 23rd Street, a six-figure home.",
        "The couple married on 3 and 4 April 1128 (1689).",
        "COVID-19 and the TA-35 index on 17.03.2026.",
    ],
)
def test_names_times_scores_and_years_count_nothing(text: str) -> None:
    assert found(text) == []


def test_elided_nouns_and_bounds_come_from_the_conjunct_before() -> None:
    first, second = quantities.find(
        "At least 16,500 marchers have died and 330,000 have been injured."
    )
    assert brief(second) == (330_000, None, "≥", "marcher")
    assert second.counted == first.counted == "marchers"
    both = quantities.find("4,714 marchers and 42 minors were held")
    assert [q.unit for q in both] == ["marcher", "minor"]
    assert [q.unit for q in quantities.find("120 of 300 seats")] == ["seat", "seat"]


def test_an_object_of_harm_does_not_take_the_noun_of_the_attackers() -> None:
    units = [q.unit for q in quantities.find("Two gunmen opened fire, killing 12.")]
    assert units == ["gunman", "person"]


def test_a_bracket_repeats_the_bound_of_what_it_converts() -> None:
    first, second = quantities.find("more than 7.5 million yen ($1.1 million)")
    assert first.comparator is second.comparator
    assert second.maximum is None


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("دست‌کم ۴٬۵۱۹ نفر کشته شدند", "fa", (4519, None, "≥")),
        ("Setidaknya 4.519 orang tewas", "id", (4519, None, "≥")),
        ("mindestens 4.519 Menschen", "de", (4519, None, "≥")),
        ("près de 4\u202f902 personnes", "fr", (4902, 4902, "≈")),
        ("najmenej 4 902 ľudí", "sk", (4902, None, "≥")),
        ("en az 2 bin 615 kişi", "tr", (2615, None, "≥")),
        ("не менее 4 902 человек", "ru", (4902, None, "≥")),
        ("más de 3.000 casas", "es", (3000, None, ">")),
    ],
)
def test_other_languages(text: str, language: str, expected: tuple[Any, ...]) -> None:
    assert [row[:3] for row in found(text, language)] == [expected]


@pytest.mark.parametrize(
    ("text", "trends"),
    [
        ("Shares rose 5 percent to $40", ["up", ""]),
        ("It was up about 19 cents", ["up"]),
        ("The index edged down 0.03%", ["down"]),
        ("Sales of 3.9 million, up from 2.4 million", ["", "from"]),
        ("It raised its key rate by 25 basis points", ["up"]),
        ("The defence gave up 517 yards", [""]),
        ("The firm cut 1,500 jobs", [""]),
        ("Jobs fell by 1,500", ["down"]),
        ("A pay rise over two years", [""]),
    ],
)
def test_trends(text: str, trends: list[str]) -> None:
    assert [quantities.trend(text, q) for q in quantities.find(text)] == trends


def test_amounts_and_ranks_without_a_number() -> None:
    assert found("Large amounts of gold left") == [(None, None, "vague", "gold")]
    assert found("the second highest-ranking envoy") == [(2, 2, "=", "rank")]


def test_a_figure_that_could_be_higher_bounds_the_one_before() -> None:
    text = "They put the toll at 5,000 while some say the figure could be much higher."
    stated, bound = quantities.find(text)
    assert brief(stated) == (5000, 5000, "=", "")
    assert brief(bound) == (5000, None, ">", "")
    assert bound.text == "much higher"
    assert len(quantities.find("Prices could be much higher than 5 euros.")) == 1
    assert found("The figure could be much higher.") == []


def calls(text: str) -> int:
    """How many Python functions `find` enters on `text`."""
    count = 0

    def profile(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal count
        count += event == "call"

    quantities.find("warm the caches with 3 words")
    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        quantities.find(text)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize(
    "unit",
    ["1", " ", "1,", "1 ", "one ", "1-", "1.", "$", "at least ", "hundred ", "a ",
     "twenty-", "5 people and ", "one of ", "“", "1/", "In A ", "half of "],
)  # fmt: skip
def test_work_grows_with_the_text_not_with_its_square(unit: str) -> None:
    small, large = calls(unit * 200), calls(unit * 800)
    assert large <= 4.5 * small + 500
