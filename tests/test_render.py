"""Messages: what is never cut, what always fits, and hostile text in every form."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.alerts import render, view
from monitor.model import (
    Alert,
    ChangeKind,
    Severity,
)
from tests.alert_samples import BY_KIND, NOON, URL, alert, change, people
from tests.hostile_titles import HOSTILE, assert_inert, poisoned


def _message(given: Alert) -> str:
    told = render.message(given, timezone="UTC", review_url=f"{URL}?alert=1")
    assert "\n" not in told.title
    assert len(told.title) <= render.TITLE_LIMIT
    assert len(told.title) + len(told.body) <= render.MESSAGE_LIMIT
    return f"{told.title}\n{told.body}"


FORMS: dict[str, Callable[[Alert], str]] = {
    "message": _message,
    "digest": lambda given: _message(replace(given, digest=True)),
    "many": lambda given: _message(replace(given, changes=given.changes * 12)),
    "console": render.console,
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", list(ChangeKind), ids=str)
def test_hostile_text_is_inert_in_every_form(kind: ChangeKind, form: str) -> None:
    for text in HOSTILE:
        shown = FORMS[form](alert(poisoned(text, kind)))
        assert_inert(shown)
        assert "A-17f3" in shown


@given(
    texts=st.lists(st.text(max_size=400), min_size=1, max_size=3),
    count=st.integers(1, 60),
    numbers=st.tuples(st.floats(), st.floats()),
)
@settings(max_examples=60)
def test_any_text_and_number_fit(
    texts: list[str], count: int, numbers: tuple[float, float]
) -> None:
    kinds = list(ChangeKind)
    many = []
    for n in range(count):
        one = poisoned(texts[n % len(texts)], kinds[n % len(kinds)])
        if one.after is not None:
            low, high = numbers
            one = replace(one, after=replace(one.after, value_min=low, value_max=high))
        many.append(one)
    for form in FORMS.values():
        assert_inert(form(alert(*many)))


# ------------------------------------------------------------------ never cut


@pytest.mark.parametrize("length", [0, 100, 1000, 20000])
def test_the_changed_figure_is_never_cut(length: int) -> None:
    padding = "word " * (length // 5)
    one = change(
        claim=f"{padding}people killed",
        before=people(4519, f"{padding}It said 4,519 people were killed. {padding}"),
        after=people(5002, f"{padding}It said 5,002 people were killed. {padding}"),
        source=f"Relief {padding}",
        reason=padding,
    )
    told = render.message(alert(one), timezone="UTC")
    assert "4,519 → 5,002 people" in told.title
    assert "*4,519*" in told.body
    assert "*5,002*" in told.body
    assert URL in told.body


def test_an_overflow_is_counted_and_named() -> None:
    many = [change(change_id=n, claim=f"Claim number {n}") for n in range(200)]
    told = render.message(alert(*many), timezone="UTC")
    found = re.search(
        r"^(\d+) more changes in this article: claimwatch changes --alert A-17f3$",
        told.body,
        re.MULTILINE,
    )
    assert found is not None
    listed = len(re.findall(r"^(?:• )?Figure up: ", told.body, re.MULTILINE))
    assert listed + int(found.group(1)) == 200


def test_changes_of_several_articles_are_not_called_one() -> None:
    many = [change(change_id=n, article_url=f"{URL}/{n}") for n in range(200)]
    assert "more changes: " in render.message(alert(*many), timezone="UTC").body


def test_what_fits_is_told_in_full() -> None:
    told = render.message(alert(change(), change(change_id=42)), timezone="UTC")
    assert told.title.startswith("2 changes: Figure up: 312 → 358 people")
    assert told.body.count("Before: ") == 2
    assert " more change" not in told.body


def test_the_loudest_change_comes_first() -> None:
    quiet = change(change_id=1)
    loud = replace(BY_KIND[ChangeKind.DENIED], change_id=2)
    told = render.message(alert(quiet, loud), timezone="UTC")
    assert told.title.startswith("[high] 2 changes: Denied")
    assert told.body.index("Denied") < told.body.index("Figure up")


def test_a_digest_lists_every_member_with_its_transition() -> None:
    members = [replace(c, change_id=n) for n, c in enumerate(BY_KIND.values())]
    told = render.message(alert(*members, digest=True), timezone="UTC")
    assert told.title == "Digest: 14 changes, 4 of high severity"
    assert told.body.count("• ") == len(members)
    assert "312 → 358 people" in told.body
    assert "“Upper” → “Lower”" in told.body


def test_a_smaller_service_gets_a_smaller_message() -> None:
    many = [change(change_id=n) for n in range(30)]
    told = render.message(alert(*many), timezone="UTC", limit=1000)
    assert len(told.title) + len(told.body) <= 1000
    assert "4" in told.body


def test_a_follow_up_names_the_earlier_alert() -> None:
    told = render.message(alert(change(), earlier_key="A-0a1b"), timezone="UTC")
    assert "Alert A-17f3 · follows A-0a1b" in told.body


def test_the_same_alert_gives_the_same_message() -> None:
    changes = [replace(c, change_id=n) for n, c in enumerate(BY_KIND.values())]
    one = render.message(alert(*changes), timezone="UTC")
    assert one == render.message(alert(*reversed(changes)), timezone="UTC")


def test_an_unsafe_article_address_is_not_shown() -> None:
    for url in ("javascript:alert(1)", "https://user:pw@evil.example/", "https://x/ y"):
        told = render.message(alert(change(article_url=url)), timezone="UTC")
        assert url not in told.body
        assert "Article: claimwatch show c41" in told.body


def test_times_are_shown_in_the_users_zone() -> None:
    summer = change(
        detected_at=datetime(2031, 7, 1, 22, 30, tzinfo=UTC), first_seen_at=None
    )
    body = render.message(alert(summer), timezone="Europe/Lisbon").body
    assert "Noticed: 2031-07-01 23:30 WEST" in body


# ------------------------------------------------------------------ json


def test_json_has_exactly_the_promised_keys() -> None:
    shown = view.as_json(change(), "A-17f3")
    assert list(shown) == [
        "id",
        "kind",
        "sub_kinds",
        "severity",
        "claim_id",
        "claim",
        "before",
        "after",
        "reason",
        "source",
        "measure",
        "certainty",
        "article_url",
        "outlets",
        "detected_at",
        "alert_id",
    ]
    side = shown["before"]
    assert isinstance(side, dict)
    assert list(side) == [
        "text",
        "value_min",
        "value_max",
        "comparator",
        "unit",
        "source",
        "certainty",
        "polarity",
        "status",
    ]


def test_json_counts_are_whole_numbers_and_infinity_is_null() -> None:
    endless = people(float("inf"), "", value_min=2.5)
    shown = view.as_json(change(before=None, after=endless), None)
    assert shown["before"] is None
    after = shown["after"]
    assert isinstance(after, dict)
    assert (after["value_min"], after["value_max"]) == (2.5, None)
    whole = view.as_json(change(), None)["before"]
    assert isinstance(whole, dict)
    assert repr(whole["value_min"]) == "312"
    assert shown["detected_at"] == "2031-03-04T12:00:00Z"
    assert shown["alert_id"] is None
    assert Severity.NORMAL.value == shown["severity"]
    assert datetime(2031, 3, 4, 12, tzinfo=UTC) == NOON
