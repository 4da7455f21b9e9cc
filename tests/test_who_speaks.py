"""Who is a source: any noun for people or bodies, by many ways of telling."""

from __future__ import annotations

import pytest

from monitor.claims import find, sentences
from monitor.model import Certainty, Document


def sources(text: str, quote: str) -> list[str]:
    """The chain of the mention that quotes this, outermost first."""
    found = [m for m in find.find_in_text(text) if quote in m.quote]
    assert found, [m.quote for m in find.find_in_text(text)]
    return [s.name for s in found[0].chain]


@pytest.mark.parametrize(
    ("text", "quote", "source"),
    [
        ("Auditors found that 17 pumps had not been serviced.", "17 pumps", "Auditors"),
        ("Insurers put the damage at 2 million euros.", "2 million", "Insurers"),
        ("Residents spoke of sirens that stayed silent.", "sirens", "Residents"),
        ("The ministry raised its toll to 14.", "14", "ministry"),
        ("The premier, Olle Crane, promised to rebuild it.", "rebuild", "Olle Crane"),
        ("Savers' lawyers called the ruling a disaster.", "disaster", "lawyers"),
        (
            "Nearly half of the 620 dams are older than 50 years, official data show.",
            "620 dams",
            "official data",
        ),
        (
            "It has dropped its plan and will cut 150 jobs, according to a memo.",
            "dropped its plan",
            "memo",
        ),
    ],
)
def test_who_says_it(text: str, quote: str, source: str) -> None:
    assert sources(text, quote)[-1].endswith(source)


def test_a_record_that_is_cited_stands_for_who_made_it() -> None:
    text = (
        "The alliance Daybreak puts the number of dead at 31, citing lists drawn up by"
        " doctors."
    )
    assert sources(text, "31") == ["alliance Daybreak", "doctors"]
    assert len(find.find_in_text(text)) == 1


def test_a_source_goes_on_only_with_what_it_counts() -> None:
    told = "About 70 ships were waiting on Monday, according to the harbour master."
    lorries = f"{told} Lorries stood in a queue of 18 kilometres."
    ships = f"{told} Another 12 ships had been sent away."
    assert sources(lorries, "18 kilometres") == []
    assert sources(ships, "12 ships") == ["harbour master"]


def test_the_toll_of_a_source_goes_on_with_the_injured() -> None:
    text = (
        "Fourteen people have died, the health ministry said. At least 200 were"
        " injured. The figure includes two soldiers."
    )
    assert sources(text, "200") == ["health ministry"]
    assert sources(text, "two soldiers") == ["health ministry"]


def test_what_has_not_been_confirmed_is_not_said() -> None:
    text = "The ministry has not confirmed any case in the capital."
    assert sources(text, "any case") == []


def test_what_the_writer_infers_is_not_the_speakers() -> None:
    text = (
        "The army said it was looking into the matter, suggesting that some soldiers"
        " may have already fled."
    )
    assert sources(text, "already fled") == []


def test_an_accusation_is_alleged() -> None:
    text = "Prosecutors allege that he moved the losses to 14 companies."
    [mention] = find.find_in_text(text)
    assert mention.certainty is Certainty.ALLEGED


@pytest.mark.parametrize(
    "headline", ["Flood kills 23 in Harne – officials", "Officials: flood kills 23"]
)
def test_a_headline_names_its_source(headline: str) -> None:
    document = Document(text=headline, headline_end=len(headline))
    [mention] = find.find(document)
    assert mention.source is not None
    assert mention.source.name.lower() == "officials"


def test_the_label_of_a_headline_is_no_source() -> None:
    headline = "Analysis: How the verdict fell apart – live updates"
    [sentence] = sentences.split(headline, len(headline))
    assert sentence.text == "How the verdict fell apart"


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("HARNE (Wire) – Water broke through.", "Water broke through."),
        ("• Bread costs 40 percent more.", "Bread costs 40 percent more."),
        ("18:40", None),
    ],
)
def test_what_stands_before_a_sentence_is_not_in_it(
    line: str, text: str | None
) -> None:
    assert [s.text for s in sentences.split(line)] == ([text] if text else [])


@pytest.mark.parametrize("word", ["bank", "found", "memo", "reports", "week"])
def test_a_sentence_may_end_with_an_ordinary_word(word: str) -> None:
    assert len(sentences.spans(f"It is in the {word}. A spokesman denied it.")) == 2


@pytest.mark.parametrize(
    "text",
    [
        "They met Gov. Ann Lee there.",
        "It fell on Sept. 5 in Harne.",
        "The Norvale Corp. Board met.",
        "It stands near St. Anna's gate.",
    ],
)
def test_no_sentence_ends_with_an_abbreviation(text: str) -> None:
    assert len(sentences.spans(text)) == 1
