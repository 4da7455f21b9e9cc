"""A host that leaves its pages unanswered is left alone, but not for ever."""

from __future__ import annotations

from monitor.pipeline.strikes import HELD_FOR, STRIKES, Strikes

PAGE = "https://slow.example/1"
OTHER_PAGE = "https://slow.example/2"


def struck(at: float) -> Strikes:
    strikes = Strikes()
    for number in range(STRIKES):
        strikes.unanswered(PAGE, at=at + number)
    return strikes


def test_a_host_is_out_after_three_pages_without_an_answer() -> None:
    strikes = Strikes()
    for number in range(STRIKES):
        assert not strikes.is_out(OTHER_PAGE, at=number)
        strikes.unanswered(PAGE, at=number)
    assert strikes.is_out(OTHER_PAGE, at=STRIKES)
    assert not strikes.is_out("https://quick.example/1", at=STRIKES)


def test_it_is_asked_again_when_the_last_strike_is_long_ago() -> None:
    strikes = struck(100.0)
    last = 100.0 + STRIKES - 1
    assert strikes.is_out(PAGE, at=last + HELD_FOR - 1)
    assert not strikes.is_out(PAGE, at=last + HELD_FOR)
    strikes.unanswered(PAGE, at=last + HELD_FOR)
    assert not strikes.is_out(PAGE, at=last + HELD_FOR + 1)


def test_an_answer_ends_it_at_once() -> None:
    strikes = struck(100.0)
    strikes.answered(OTHER_PAGE)
    assert not strikes.is_out(PAGE, at=103.0)
    strikes.unanswered(PAGE, at=104.0)
    assert not strikes.is_out(PAGE, at=105.0)
