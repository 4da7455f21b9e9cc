"""Attributions in running text: source, cue and the span of what is said."""

from __future__ import annotations

import pytest

from monitor.claims import find, headlines, parsed, quotes, sentences
from monitor.claims.attribution import attributions
from monitor.model import Weight


@pytest.mark.parametrize(
    ("text", "source", "cue", "content"),
    [
        (
            "Orla Fenn said that the mine would close.",
            "Orla Fenn",
            "said",
            "that the mine would close",
        ),
        (
            "The mine would close, according to Orla Fenn.",
            "Orla Fenn",
            "according to",
            "The mine would close",
        ),
        (
            "“The mine will close,” said Orla Fenn, its owner.",
            "Orla Fenn",
            "said",
            "“The mine will close,”",
        ),
        (
            "“The mine will close,” Fenn said. “It is over. We all lost.”",
            "Fenn",
            "said",
            "“The mine will close,” Fenn said. “It is over. We all lost.”",
        ),
        (
            'The owner warned: "The mine will close in May. Nobody can help it."',
            "The owner",
            "warned",
            '"The mine will close in May. Nobody can help it."',
        ),
        (
            "Orla Fenn wants to close the mine.",
            "Orla Fenn",
            "wants",
            "to close the mine",
        ),
        (
            "Orla Fenn said the mayor believes that the mine will close.",
            "Orla Fenn",
            "said",
            "the mayor believes that the mine will close",
        ),
        (
            "Orla Fenn wants to close the mine, sell the land and build homes.",
            "Orla Fenn",
            "wants",
            "to close the mine, sell the land and build homes",
        ),
        (
            "If it rains, Orla Fenn argues, the old mine will flood.",
            "Orla Fenn",
            "argues",
            "If it rains, Orla Fenn argues, the old mine will flood",
        ),
        (
            "Fenn acknowledged that “some people” want the mine, “but few of them.”",
            "Fenn",
            "acknowledged",
            "that “some people” want the mine, “but few of them.”",
        ),
        (
            "Orla Fenn said the mine has two faults: an old pump and a wet floor.",
            "Orla Fenn",
            "said",
            "the mine has two faults: an old pump and a wet floor",
        ),
        (
            "“We all lost.” — Orla Fenn",
            "Orla Fenn",
            "—",
            "“We all lost.”",
        ),
    ],
)
def test_source_cue_and_content(text: str, source: str, cue: str, content: str) -> None:
    (found,) = attributions(text)
    assert (found.source, found.cue, text[found.start : found.end]) == (
        source,
        cue,
        content,
    )


def test_words_inside_a_quotation_are_not_attributed_again() -> None:
    text = "“I think the owner said nothing,” Orla Fenn told a court."
    assert [a.source for a in attributions(text)] == ["Orla Fenn"]


def test_a_trailing_participle_is_not_what_is_said() -> None:
    text = "Orla Fenn said that the mine would close, stunning the whole valley."
    (found,) = attributions(text)
    assert text[found.start : found.end] == "that the mine would close"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He said “yes” and left.", ["“yes”"]),
        ('A "new" road and an "old" one.', ['"new"', '"old"']),
        ("“It goes on\n“and ends.”", ["“It goes on", "“and ends.”"]),
        ("Nothing here’s quoted.", []),
        ('A 12" pipe.', []),
    ],
)
def test_quotations(text: str, expected: list[str]) -> None:
    assert [text[a:b] for a, b in quotes.regions(text)] == expected


def test_sentences_know_their_place() -> None:
    text = (
        "Bridge closes\nThe bridge closed. Lt. Gen. Roe spoke at 5 p.m. on Monday.\n"
        "Photo: Harbour Press\nThe bridge at dawn. Photo: Harbour Press\n"
        "https://example.org/a"
    )
    found = sentences.split(text, text.index("\n"))
    assert [(s.text, s.weight) for s in found] == [
        ("Bridge closes", Weight.HEADLINE),
        ("The bridge closed.", Weight.BODY),
        ("Lt. Gen. Roe spoke at 5 p.m. on Monday.", Weight.BODY),
        ("The bridge at dawn.", Weight.CAPTION),
    ]
    assert all(text[s.start : s.end] == s.text for s in found)


def test_a_signed_quotation_has_its_signer_as_source() -> None:
    text = (
        "The dam inspectorate looked at the dam on Monday.\n"
        "“The Vella dam is leaking at its foot.” — Orla Fenn, engineer\n"
        "The dam was built in 1971."
    )
    leaking = next(m for m in find.find_in_text(text) if "leaking" in m.quote)
    assert leaking.source is not None
    assert leaking.source.name == "Orla Fenn"


def test_speech_goes_on_over_the_next_paragraph_and_no_further() -> None:
    text = (
        "“The Vella dam is leaking,” Orla Fenn said.\n"
        "“It will be empty by May.”\n"
        "The dam was built in 1971.\n"
        "“It is sound, and nobody need leave.”"
    )
    found = {m.quote: m.source for m in find.find_in_text(text)}
    named = {quote: source.name for quote, source in found.items() if source}
    assert any("empty" in q and n == "Orla Fenn" for q, n in named.items())
    assert not any("sound" in quote for quote in named)


@pytest.mark.parametrize(
    ("text", "source", "content"),
    [
        (
            "“The dam leaks. Nobody heeded us. We are tired,” said Orla Fenn.",
            "Orla Fenn",
            "“The dam leaks. Nobody heeded us. We are tired,”",
        ),
        (
            "Orla Fenn wrote to the board:\n“The dam leaks at its foot. Go!”",
            "Orla Fenn",
            "“The dam leaks at its foot. Go!”",
        ),
        (
            "“The dam leaks at its foot!” Orla Fenn shouted to the crowd.",
            "Orla Fenn",
            "“The dam leaks at its foot!”",
        ),
        (
            "“They live in what he calls “a hole” by the dam,” said Orla Fenn.",
            "Orla Fenn",
            "“They live in what he calls “a hole” by the dam,”",
        ),
    ],
)
def test_a_quotation_is_one_span_wherever_its_cue_stands(
    text: str, source: str, content: str
) -> None:
    spans = [(a.source, text[a.start : a.end]) for a in attributions(text)]
    assert (source, content) in spans


@pytest.mark.parametrize(
    ("text", "source", "content"),
    [
        (
            'Protesters marching through Harne chanted "What curfew?" until two.',
            "Protesters",
            '"What curfew?"',
        ),
        (
            "Orla Fenn has gone after the owner as a “con artist” for weeks.",
            "Orla Fenn",
            "as a “con artist”",
        ),
        (
            "According to conservative host Orla Fenn, the move reeks of “fear”.",
            "conservative host Orla Fenn",
            "the move reeks of “fear”",
        ),
        (
            "The answers are “not enough,” said Orla Fenn. “We need far more of them.”",
            "Orla Fenn",
            "“We need far more of them.”",
        ),
        (
            "“Mr. President, will you close the mine this year?” Orla Fenn asked.",
            "Orla Fenn",
            "“Mr. President, will you close the mine this year?”",
        ),
    ],
)
def test_a_quotation_finds_its_speaker(text: str, source: str, content: str) -> None:
    said = [(a.source, text[a.start : a.end]) for a in attributions(text)]
    assert any(s == source and content in c for s, c in said), said


def test_the_name_of_a_show_is_no_quotation() -> None:
    text = "Orla Fenn sat down with us on “Late Night Radio” last week."
    assert not attributions(text)


def test_the_lines_of_a_conversation_have_their_speakers() -> None:
    text = (
        "HOLT: Will the mine at Harne be closed this year?\n"
        "FENN: The mine will be closed in May, and 300 miners will go."
    )
    assert [a.source for a in attributions(text) if a.cue == ":"] == ["HOLT", "FENN"]
    [closed, *_] = [m for m in find.find_in_text(text) if "May" in m.quote]
    assert closed.source is not None
    assert closed.source.name == "FENN"


def test_a_note_in_capitals_is_no_conversation() -> None:
    text = "UPDATE: The mine at Harne will be closed this year."
    assert not attributions(text)


@pytest.mark.parametrize(
    ("body", "part"),
    [
        ("Reporters followed Mayor Marble to the mine.", "PROPN"),
        ("Reporters followed a cart of marble.", "NOUN"),
        ("Marble said so.", "NOUN"),
    ],
)
def test_a_word_written_only_with_a_capital_is_a_name(body: str, part: str) -> None:
    """What the tagger makes of such a word changes with what it reads beside it."""
    form = parsed.Form(
        "Marble", "marble", "marble", "NOUN", "NN", "nsubj", False, False
    )
    doc = parsed.words("Marble", [form], [False])
    headlines.name(doc, headlines.spelling([body]))
    assert doc[0].pos_ == part
