"""Stated dates against the day of publication."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.claims import calendars, dates

WEDNESDAY = date(2026, 1, 21)
DAYS = st.dates(date(1990, 1, 1), date(2080, 12, 31))


def one(text: str, language: str = "en") -> dates.EventDate:
    (found,) = dates.find(text, WEDNESDAY, language=language)
    return found


@pytest.mark.parametrize(
    ("text", "first", "last", "grain"),
    [
        ("on Wednesday", "2026-01-21", "2026-01-21", "day"),
        ("on Tuesday", "2026-01-20", "2026-01-20", "day"),
        ("on Thursday night", "2026-01-15", "2026-01-15", "day"),
        ("last Wednesday", "2026-01-14", "2026-01-14", "day"),
        ("next Monday", "2026-01-26", "2026-01-26", "day"),
        ("on Dec. 28", "2025-12-28", "2025-12-28", "day"),
        ("on March 15", "2026-03-15", "2026-03-15", "day"),
        ("on May 5", "2025-05-05", "2025-05-05", "day"),
        ("on Jan. 12, 2026", "2026-01-12", "2026-01-12", "day"),
        ("12 January 2026", "2026-01-12", "2026-01-12", "day"),
        ("2026-01-12", "2026-01-12", "2026-01-12", "day"),
        ("Oct. 25-29", "2025-10-25", "2025-10-29", "day"),
        ("in May", "2025-05-01", "2025-05-31", "month"),
        ("in December 2024", "2024-12-01", "2024-12-31", "month"),
        ("since June of 2018", "2018-06-01", "2018-06-30", "month"),
        ("since June 5, 2018", "2018-06-05", "2018-06-05", "day"),
        ("in 2019", "2019-01-01", "2019-12-31", "year"),
        ("the second quarter of 2025", "2025-04-01", "2025-06-30", "quarter"),
        ("Q3 2025", "2025-07-01", "2025-09-30", "quarter"),
        ("in the fourth quarter", "2025-10-01", "2025-12-31", "quarter"),
        ("the 1970s", "1970-01-01", "1979-12-31", "decade"),
        ("yesterday", "2026-01-20", "2026-01-20", "day"),
        ("earlier this month", "2026-01-01", "2026-01-31", "month"),
        ("last week", "2026-01-12", "2026-01-18", "week"),
        ("next year", "2027-01-01", "2027-12-31", "year"),
        ("three weeks ago", "2025-12-29", "2026-01-04", "week"),
        ("two days ago", "2026-01-19", "2026-01-19", "day"),
        ("in recent weeks", "2025-12-31", "2026-01-21", "week"),
        ("over the past two years", "2024-01-21", "2026-01-21", "year"),
    ],
)
def test_english(text: str, first: str, last: str, grain: str) -> None:
    found = one(text)
    assert (str(found.first), str(found.last), found.grain) == (first, last, grain)
    assert text[found.start : found.end] == found.text


@pytest.mark.parametrize(
    ("text", "language", "day"),
    [
        ("am 12. Januar 2026", "de", "2026-01-12"),
        ("17.03.2025", "de", "2025-03-17"),
        ("le 1er mars 2026", "fr", "2026-03-01"),
        ("el 5 de mayo de 2025", "es", "2025-05-05"),
        ("12 Ocak 2026", "tr", "2026-01-12"),
        ("20 января 2026", "ru", "2026-01-20"),
        ("۲۸ دی ۱۴۰۴", "fa", "2026-01-18"),
        ("۲۸ دی", "fa", "2026-01-18"),
        ("28 Dey 1404", "en", "2026-01-18"),
    ],
)
def test_other_languages_and_calendars(text: str, language: str, day: str) -> None:
    assert str(one(text, language).first) == day


@pytest.mark.parametrize(
    "text",
    ["he may march on", "a second chance", "on 31 April 2025", "Feb. 30", "ratio 3:4"],
)
def test_no_date(text: str) -> None:
    assert dates.find(text, WEDNESDAY) == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("The ministry said on Tuesday that rain had stopped.", True),
        ("The union on Tuesday announced a strike.", True),
        ("She told parliament in a speech on Tuesday.", True),
        ("Police said that the blast on Tuesday hurt two.", False),
        ("The bridge fell on Tuesday, police said.", False),
        ("Talks began on Tuesday.", False),
    ],
)
def test_a_date_beside_a_saying_verb_is_the_reports(text: str, said: bool) -> None:
    assert one(text).of_attribution is said


def test_without_publication_only_dates_with_a_year_resolve() -> None:
    text = "On Jan. 12, 2026, after Tuesday and in May, three weeks ago."
    assert [d.text for d in dates.find(text, None)] == ["Jan. 12, 2026"]
    spans = [text[a:b] for a, b in dates.calendar_spans(text)]
    assert spans == ["Jan. 12, 2026", "Tuesday", "in May"]


@given(DAYS, DAYS)
def test_a_written_day_reads_back(day: date, published: date) -> None:
    months = "January February March April May June July August September October November December".split()  # noqa: SIM905
    text = f"on {months[day.month - 1]} {day.day}, {day.year}"
    (found,) = dates.find(text, published)
    assert found.first == found.last == day


@given(DAYS, st.integers(1, 12), st.integers(1, 28))
def test_a_day_without_year_is_near(published: date, month: int, day: int) -> None:
    found = calendars.nearest(published, month, day)
    assert (found.month, found.day) == (month, day)
    assert -calendars.PAST_DAYS <= (found - published).days <= calendars.AHEAD_DAYS


@given(DAYS, st.sampled_from("Monday Tuesday Friday Sunday".split()))  # noqa: SIM905
def test_a_bare_weekday_is_the_most_recent(published: date, name: str) -> None:
    (found,) = dates.find(f"on {name}", published)
    assert found.first.strftime("%A") == name
    assert timedelta(0) <= published - found.first < timedelta(days=7)


@given(st.integers(1300, 1500), st.integers(1, 12), st.integers(1, 29))
def test_the_iranian_year_runs_without_gaps(year: int, month: int, day: int) -> None:
    following = (year, month, day + 1) if day < 29 else None
    if following:
        gap = calendars.jalali(*following) - calendars.jalali(year, month, day)
        assert gap == timedelta(days=1)
    assert calendars.jalali(year, 1, 1).month == 3


@given(st.text(max_size=80) | st.text("0123456789 JanTuesday.,-/", max_size=80))
def test_any_text_is_survived(text: str) -> None:
    for found in dates.find(text, WEDNESDAY):
        assert text[found.start : found.end] == found.text
        assert found.first <= found.last


def test_patterns_repeat_only_a_bounded_number_of_times() -> None:
    patterns = [p for p, *_ in dates._patterns("en")]
    assert len(patterns) > 10
    unbounded = re.compile(r"(?<!\\)(?<!\[)[*+](?![^\[]*\])|\{\d+,\}")
    assert [p.pattern for p in patterns if unbounded.search(p.pattern)] == []
