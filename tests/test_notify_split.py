"""Messages in parts for services that take little at once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor.notify.split import MOST_PARTS, parts

LINES = [f"• {n:,} → {n + 1:,} people" for n in range(1000, 1040)]
BODY = "\n".join([*LINES, "", "Alert A-17f3"])


def test_what_fits_stays_whole() -> None:
    assert parts(BODY, 5000, as_html=False) == [BODY]


def test_lines_are_never_cut() -> None:
    pieces = parts(BODY, 400, as_html=False)
    assert 1 < len(pieces) <= MOST_PARTS
    assert all(len(piece) <= 400 for piece in pieces)
    kept = [line for piece in pieces for line in piece.split("\n") if line]
    assert kept == [*LINES, "Alert A-17f3"]


def test_html_costs_more() -> None:
    assert len(parts(BODY, 1200, as_html=True)) > len(parts(BODY, 1200, as_html=False))


def test_a_tiny_service_gets_the_beginning_and_the_end() -> None:
    pieces = parts(BODY, 120, as_html=False)
    assert len(pieces) == MOST_PARTS
    assert pieces[0].startswith(LINES[0])
    assert pieces[-1].endswith("Alert A-17f3")


def test_a_long_line_is_cut_between_words() -> None:
    figures = " ".join(f"{n:,}" for n in range(10_000, 10_030))
    pieces = parts(figures, 100, as_html=False)
    assert " ".join(" ".join(pieces).split()) == figures
    assert all(len(piece) <= 100 for piece in pieces)


@given(body=st.text(max_size=600), limit=st.integers(-50, 900), as_html=st.booleans())
def test_there_is_always_something_to_send(
    body: str, limit: int, as_html: bool
) -> None:
    pieces = parts(body, limit, as_html=as_html)
    assert 1 <= len(pieces) <= MOST_PARTS
    assert all(len(piece) <= max(limit, 100) for piece in pieces)
