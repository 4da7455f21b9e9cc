"""Texts in other languages than English are read by rules: coarsely, but not wrongly."""

from __future__ import annotations

import pytest

from monitor.claims import find


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Die Kommission prüfte 70 Bewerbungen in Hamburg."),
        ("nl", "De commissie die 70 aanvragen in Utrecht las, vergadert."),
        ("nb", "De fire ordførerne fikk 70 søknader i Bergen."),
    ],
)
def test_small_words_that_look_like_an_english_event_are_none(
    language: str, text: str
) -> None:
    (mention,) = find.find_in_text(text, language=language)
    assert mention.predicate == ""
    assert mention.measure is not None
    assert mention.measure.startswith("count/")


def test_what_the_words_of_the_language_say_counts() -> None:
    (mention,) = find.find_in_text(
        "Bei dem Unglück wurden 12 Menschen getötet, sagte die Polizei.", language="de"
    )
    assert mention.measure == "killed/person"
