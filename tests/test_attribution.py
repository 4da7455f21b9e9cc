"""Attributions in running text: source, cue and the span of what is said."""

from __future__ import annotations

import pytest

from monitor.claims import find, quotes, sentences
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
