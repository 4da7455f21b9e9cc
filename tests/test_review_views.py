"""How a page is made from what was read: text, figures, filters, addresses."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts.difference import Part
from monitor.review import chart, filters, prose
from monitor.review.actions import local
from monitor.review.chart import Said
from monitor.review.pages.find import parts
from monitor.review.pages.story import in_conflict
from monitor.review.site import Ask, Reader
from monitor.review.templating import ago, web, when
from monitor.store.review import NEWEST
from monitor.store.review.changed import Place

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
UTC_ZONE = ZoneInfo("UTC")


# ------------------------------------------------------------------ text


def shown(pieces: tuple[Part, ...]) -> str:
    return "".join(piece.text for piece in pieces)


def test_the_diff_marks_exactly_the_edited_sentences(shared: Path) -> None:
    """On real edits, checked by hand: nothing else is marked, nothing is missed.

    What the people who labelled them call ambiguous counts neither way.
    """
    pairs = [
        json.loads(line)
        for line in (shared / "eval/dev/f_revisions.jsonl").read_text().splitlines()
    ]
    assert len(pairs) == 37
    for pair in pairs:
        old, new, gold = pair["old"], pair["new"], pair["gold"]
        found = prose.compared(old, new)
        edited = {(e["old"], e["new"]) for e in gold["edited"]}
        for side, texts, wanted, ambiguous in (
            ("old", old, gold["removed"], gold["ambiguous_old"]),
            ("new", new, gold["added"], gold["ambiguous_new"]),
        ):
            index = 0 if side == "old" else 1
            touched = {pair[index] for pair in edited} | set(wanted)
            unsure = {texts[number] for number in ambiguous}
            marked = sorted(
                text
                for one in found
                if any(part.is_changed for part in getattr(one, side))
                and (text := shown(getattr(one, side))) not in unsure
            )
            unmarked = [
                shown(getattr(one, side))
                for one in found
                if one.state == "edited"
                and not any(part.is_changed for part in (*one.old, *one.new))
            ]
            whole = sorted(
                shown(getattr(one, side))
                for one in found
                if one.state in ("edited", "removed", "added")
                and getattr(one, side)
                and shown(getattr(one, side)) not in unsure
            )
            gold_texts = sorted(
                texts[number] for number in touched if texts[number] not in unsure
            )
            assert whole == gold_texts, pair["id"]
            assert set(marked) <= set(gold_texts), pair["id"]
            assert unmarked == []


def test_sentences_stand_where_they_stood() -> None:
    old = ["One stays here.", "Two was removed today.", "Three killed 12 people."]
    new = ["One stays here.", "Three killed 19 people.", "Four was added later on."]
    found = prose.compared(old, new)
    assert [one.state for one in found] == ["same", "removed", "edited", "added"]
    assert [part.text for part in found[2].old if part.is_changed] == ["12"]
    assert [part.text for part in found[2].new if part.is_changed] == ["19"]


def test_a_sentence_that_moved_is_no_edit() -> None:
    one, two = "The mayor spoke at noon.", "A ferry burned off Skarholm."
    assert {c.state for c in prose.compared([one, two], [two, one])} == {
        "same",
        "moved",
    }


@given(
    st.lists(
        st.sampled_from(["Alpha beta gamma.", "One two three.", "X y z w."]), max_size=6
    ),
    st.lists(
        st.sampled_from(["Alpha beta gamma.", "One two four.", "X y z w."]), max_size=6
    ),
)
def test_no_sentence_is_lost_in_a_comparison(old: list[str], new: list[str]) -> None:
    found = prose.compared(old, new)
    assert [shown(one.new) for one in found if one.new] == new
    assert sorted(shown(one.old) for one in found if one.old) == sorted(old)


def test_claims_are_marked_in_place() -> None:
    text = "Fire kills 12\nAt least 12 died, police said.\n\nMore later."
    found = [
        {"start": 14, "end": 30, "claim_id": 4, "claim": "12 died", "gone_since": None},
        # lies within the first: listed beside the text, not marked twice
        {"start": 17, "end": 25, "claim_id": 5, "claim": "x", "gone_since": None},
        {"start": 900, "end": 950, "claim_id": 6, "claim": "y", "gone_since": None},
    ]
    paragraphs = prose.highlighted(text, found, {4: "figure"})
    assert [len(paragraph) for paragraph in paragraphs] == [1, 2, 1]
    marked = paragraphs[1][0]
    assert (marked.text, marked.claim_id, marked.kind) == (
        "At least 12 died",
        4,
        "figure",
    )
    whole = "\n".join("".join(piece.text for piece in one) for one in paragraphs)
    assert whole == text.replace("\n\n", "\n")


def test_hits_of_a_search_are_parts() -> None:
    assert parts("a \x02gas\x03 leak \x02x\x03") == (
        Part("a "),
        Part("gas", is_changed=True),
        Part(" leak "),
        Part("x", is_changed=True),
    )
    assert parts("none") == (Part("none"),)


# ------------------------------------------------------------------ chart


def said(source: str, hours: float, low: float | None, high: float | None) -> Said:
    return Said(source, NOON + hours * HOUR, low, high, "reported", f"{low}–{high}")


def test_a_line_for_each_source_and_steps_between_values() -> None:
    found = chart.chart(
        [
            said("HRANA", 0, 4519, 4519),
            said("HRANA", 5, 5848, None),
            said("state", 2, 3117, 3117),
        ],
        until=NOON + 10 * HOUR,
        zone=UTC_ZONE,
    )
    assert found is not None
    first, second = found.lines
    assert first.source == "HRANA"
    assert len(first.dots) == 2
    assert first.path.startswith("M")
    assert first.path.count("V") == 1
    assert first.dots[1].opens_up
    assert not first.dots[0].opens_up
    # larger is higher, later is further right
    assert first.dots[1].y < first.dots[0].y < second.dots[0].y
    assert first.dots[0].x < second.dots[0].x < first.dots[1].x
    assert found.left <= first.dots[0].x <= found.right
    assert found.times[0].label == "12:00"


def test_an_interval_is_drawn_from_end_to_end() -> None:
    found = chart.chart([said("x", 0, 200, 999)], until=NOON, zone=UTC_ZONE)
    assert found is not None
    [dot] = found.lines[0].dots
    assert dot.top < dot.y < dot.bottom


def test_nothing_to_draw() -> None:
    assert chart.chart([said("x", 0, None, None)], until=NOON, zone=UTC_ZONE) is None


figures = st.floats(min_value=0, max_value=1e12, allow_nan=False)


@given(
    st.lists(
        st.builds(
            said,
            st.sampled_from("abcdefgh"),
            st.floats(min_value=0, max_value=20_000),
            figures,
            figures,
        ),
        min_size=1,
        max_size=12,
    )
)
def test_all_of_it_is_on_the_drawing(points: list[Said]) -> None:
    found = chart.chart(points, until=NOON, zone=UTC_ZONE)
    assert found is not None
    assert len(found.lines) <= chart.MOST_LINES
    assert len(found.times) <= 9
    assert 1 <= len(found.values) <= 8
    for line in found.lines:
        for dot in line.dots:
            assert found.left <= dot.x <= found.right + 0.2
            assert 0 <= dot.y <= found.height


# ------------------------------------------------------------------ filters


def ask(**params: str) -> Ask:
    return Ask("/", {}, params, Reader("ana", marker=40), NOON)


def test_filters_are_read_with_their_times() -> None:
    found = filters.read(
        ask(since="6h", until="2026-03-01", kind="figure"), "Asia/Tehran"
    )
    assert found.wanted.since == NOON - 6 * HOUR
    # the whole day where the reader lives
    assert found.wanted.until == datetime(2026, 3, 1, 20, 29, 59, tzinfo=UTC)
    assert found.problems == ()


@pytest.mark.parametrize("text", ["6 h", "99999d", "x", "-1h", "²h", "2026-13-01"])
def test_a_time_that_is_none_is_named(text: str) -> None:
    found = filters.read(ask(since=text), "UTC")
    assert found.wanted.since is None
    assert text in found.problems[0]


def test_unread_comes_first_if_something_was_read() -> None:
    assert filters.read(ask(), "UTC", unread_first=True).wanted.after_id == 40
    assert filters.read(ask(state="all"), "UTC", unread_first=True).wanted.after_id == 0
    fresh = Ask("/", {}, {}, Reader(), NOON)
    assert not filters.read(fresh, "UTC", unread_first=True).is_unread


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("123", Place(123)),
        ("high-123", Place(123, "high")),
        ("", Place()),
        ("loud-9", Place(9)),
        ("9" * 30, Place()),
        ("-5", Place(5)),
        (str(2**63), Place(NEWEST)),
    ],
)
def test_places_are_read_back(text: str, place: Place) -> None:
    assert filters.place(text) == place
    assert filters.place(filters.written(place)) == place


def test_links_keep_the_rest_of_the_question() -> None:
    question = Ask("/", {}, {"kind": "figure", "from": "5"}, Reader(), NOON)
    assert question.link("/changes.csv", **{"from": None}) == "/changes.csv?kind=figure"
    assert question.link(topic="a&b") == "/?kind=figure&from=5&topic=a%26b"


@pytest.mark.parametrize(
    ("address", "to"),
    [
        ("/claim/1?x=2", "/claim/1?x=2"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/a\nb", "/"),
        (None, "/"),
    ],
)
def test_only_our_own_pages_are_led_to(address: str | None, to: str) -> None:
    assert local(address) == to


# ------------------------------------------------------------------ the rest


def test_figures_in_conflict_lie_apart() -> None:
    def figure(source: str, low: float | None, high: float | None) -> dict[str, object]:
        return {"source": source, "value_min": low, "value_max": high}

    exact, more = figure("a", 4519, 4519), figure("b", 3117, 3117)
    assert in_conflict([exact, more])
    assert not in_conflict([exact, figure("b", 4000, None)])
    # one source's earlier and later figure are no conflict of sources
    assert not in_conflict([exact, figure("a", 3117, 3117)])
    assert not in_conflict([])


def test_words_of_templates() -> None:
    zone = ZoneInfo("Europe/Oslo")
    assert when("2026-03-01T12:00:00Z", zone, now=NOON) == "1\u00a0Mar,\u00a013:00"
    last = when("2025-12-31T23:30:00Z", zone, now=NOON)
    assert last == "1\u00a0Jan,\u00a000:30"
    assert when("2025-03-01T12:00:00Z", zone, now=NOON).startswith("1\u00a0Mar 2025")
    assert when(None, zone, now=NOON) == ""
    assert [ago(NOON - d, NOON) for d in (HOUR / 120, HOUR, 30 * HOUR, 90 * HOUR)] == [
        "30s",
        "1h",
        "30h",
        "3d",
    ]
    assert ago(NOON + HOUR, NOON) == "0s"
    assert web("HTTPS://a.example/x") == "HTTPS://a.example/x"
    assert web("javascript:alert(1)") == web("data:x") == web(None) == ""
