"""The words of a message: values, marked differences, and text made inert."""

from __future__ import annotations

import pytest

from monitor.alerts import marking, render, words
from monitor.alerts.escape import clean, clipped, inert, web_address
from monitor.model import Comparator, Side
from tests.alert_samples import alert, change, people


@pytest.mark.parametrize(
    ("low", "high", "comparator", "unit", "shown"),
    [
        (4519, 4519, "=", "person", "4,519 people"),
        (5811, None, "≥", "person", "at least 5,811 people"),
        (5000, None, ">", "person", "more than 5,000 people"),
        (None, 90, "≤", "person", "at most 90 people"),
        (None, 90, "<", "", "less than 90"),
        (4500, 4500, "≈", "person", "about 4,500 people"),
        (200, 999, "vague", "person", "200–999 people"),
        (3, None, None, "building", "at least 3 buildings"),
        (1, 1, "=", "building", "1 building"),
        (40, 40, "=", "percent", "40 %"),
        (3.5e6, 3.5e6, "=", "USD", "USD 3.5 million"),
        (35e6, 35e6, "=", "USD", "USD 35 million"),
        (1.5e9, 1.5e9, "=", "USD", "USD 1.5 billion"),
        (1234567, 1234567, "=", "person", "1,234,567 people"),
        (12.5, 12.5, "=", "km", "12.5 km"),
        (0, 0, "=", "person", "0 people"),
        (-3.25, -3.25, "=", "percent", "-3.25 %"),
    ],
)
def test_values_read_as_in_a_newspaper(
    low: float | None, high: float | None, comparator: str | None, unit: str, shown: str
) -> None:
    side = Side(
        "",
        value_min=low,
        value_max=high,
        comparator=Comparator(comparator) if comparator else None,
        unit=unit,
    )
    assert words.value(side) == shown


def test_a_factor_replaces_a_huge_percentage() -> None:
    assert words.difference(people(100, ""), people(1200, "")) == "12 times"
    assert words.difference(people(1200, ""), people(100, "")) == "−92 %"
    assert words.difference(people(1000, ""), people(1011, "")) == "+1.1 %"
    assert words.difference(people(0, ""), people(5, "")) is None


def test_only_the_changed_words_are_marked() -> None:
    before, after = marking.marked(
        "At least 12 homes were lost.", "At least 19 homes may be lost.", 200
    )
    assert marking.starred(before) == "At least *12* homes *were* lost."
    assert marking.starred(after) == "At least *19* homes *may be* lost."


def test_two_different_sentences_are_not_marked() -> None:
    before, after = marking.marked(
        "The bridge fell.", "Rain is expected on Friday", 200
    )
    assert not any(piece.is_changed for piece in before + after)


# ------------------------------------------------------------------ escape


@pytest.mark.parametrize(
    "text",
    [
        "Less than <5 % and < 10 % or a <= b",
        "write to press@ministry.example today",
        "«۴٬۵۱۹ نفر» کشته می‌شوند",
        "na\u00efve café — “quoted”, it’s 4 902",
        "हिन्दी क्\u200dष 中文 日本語 한국어",
        "snake_case stays",
    ],
)
def test_honest_text_is_left_alone(text: str) -> None:
    assert inert(text) == text


def test_right_to_left_text_does_not_reorder_its_line() -> None:
    text = "۴٬۵۱۹ نفر کشته شدند"
    body = render.message(alert(change(claim=text)), timezone="UTC").body
    assert f"“\u2068{text}\u2069”" in body


def test_joiners_stay_only_between_letters_that_join() -> None:
    assert clean("می\u200cشود") == "می\u200cشود"
    assert clean("ad\u200cmin") == "admin"


def test_clipping_keeps_whole_words() -> None:
    assert clipped("one two three", 9) == "one two…"
    assert clipped("abcdefghij", 5) == "abcd…"
    assert clipped("short", 5) == "short"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.example/x?y=1&z=(2)", True),
        ("http://a.example", True),
        ("ftp://a.example/x", False),
        ("https://a.example/<b>", False),
        ("https://a.example/\u202egpj", False),
        ("https://a.example/" + "x" * 600, False),
        ("https://a@b.example/", False),
    ],
)
def test_only_plain_web_addresses_are_shown(url: str, *, shown: bool) -> None:
    assert (web_address(url) is not None) is shown
