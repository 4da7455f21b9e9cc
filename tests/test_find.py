"""Finding claims: fictional articles, read with the English model."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime

import pytest

from monitor.claims import find
from monitor.model import (
    Certainty,
    Document,
    Mention,
    Polarity,
    SourceKind,
    Status,
    Weight,
)

FLOOD = """\
Flood toll in Marrow Valley rises to 41, officials say
At least 41 people have died and 120 others are missing after floods swept through \
the Marrow Valley, the Interior Ministry said on Tuesday.
The ministry had initially put the toll at 28. Rescue teams found nobody overnight.
“We have never seen anything like this,” said Governor Lena Marsh, who toured the \
area by helicopter. “The water rose three metres in an hour.”
She added that damage could exceed $1.2 billion. Her office denied reports that the \
Halden dam had been opened without warning.
According to a report by the weather service, 210 millimetres of rain fell.
However, a spokesman for Norvale Power declined to comment.
The Norvale Herald, citing two people familiar with the inquiry, reported that the \
operator ignored three warnings.
Parliament will meet on Friday to discuss the disaster.
Correction: An earlier version of this article misstated the number of survivors.
"""


def read(text: str, headline: bool = True) -> tuple[Mention, ...]:
    return find.find(
        Document(
            text=text,
            headline_end=text.index("\n") if headline else 0,
            published_at=datetime(2026, 3, 4, 9, tzinfo=UTC),
        )
    )


@pytest.fixture(scope="module")
def flood() -> tuple[Mention, ...]:
    return read(FLOOD)


def about(mentions: tuple[Mention, ...], words: str) -> Mention:
    found = [m for m in mentions if words in m.quote]
    assert found, f"no mention holds {words!r}"
    return min(found, key=lambda m: len(m.quote))


def test_offsets_are_verbatim(flood: tuple[Mention, ...]) -> None:
    assert len(flood) > 12
    for mention in flood:
        assert FLOOD[mention.start : mention.end] == mention.quote
        for quantity in mention.quantities:
            assert FLOOD[quantity.start : quantity.end] == quantity.text


def test_a_clause_with_its_own_figure_is_a_mention_of_its_own(
    flood: tuple[Mention, ...],
) -> None:
    dead, missing = about(flood, "have died"), about(flood, "are missing")
    assert dead.start != missing.start
    assert dead.quantity is not None
    assert missing.quantity is not None
    assert (dead.quantity.minimum, missing.quantity.minimum) == (41, 120)
    assert dead.measure != missing.measure
    assert dead.measure is not None


def test_a_source_after_its_words_speaks_for_all_clauses(
    flood: tuple[Mention, ...],
) -> None:
    for words in ("have died", "are missing"):
        mention = about(flood, words)
        assert mention.source is not None
        assert mention.source.name == "Interior Ministry"
        assert mention.certainty is Certainty.REPORTED


def test_an_earlier_value_is_historic(flood: tuple[Mention, ...]) -> None:
    assert about(flood, "28").historic
    assert not about(flood, "have died").historic


def test_a_quotation_that_goes_on_keeps_its_speaker(flood: tuple[Mention, ...]) -> None:
    mention = about(flood, "three metres")
    assert mention.source is not None
    assert mention.source.name == "Lena Marsh"


def test_a_pronoun_is_resolved_to_the_person(flood: tuple[Mention, ...]) -> None:
    mention = about(flood, "$1.2 billion")
    assert mention.source is not None
    assert mention.source.name == "Lena Marsh"


def test_what_the_writer_adds_about_a_speaker_is_his_own_voice(
    flood: tuple[Mention, ...],
) -> None:
    toured = about(flood, "toured the area")
    assert toured.source is None
    assert toured.certainty is Certainty.ASSERTED
    assert "Lena Marsh" in toured.text


def test_a_denial_carries_who_denies(flood: tuple[Mention, ...]) -> None:
    denial = about(flood, "opened without warning")
    assert denial.denies
    assert denial.polarity is Polarity.NEGATIVE
    assert denial.source is not None
    assert denial.source.name == "Lena Marsh’s office"


def test_a_document_is_a_source(flood: tuple[Mention, ...]) -> None:
    rain = about(flood, "210 millimetres")
    assert rain.source is not None
    assert rain.source.kind is SourceKind.DOCUMENT


def test_no_comment_is_an_absence(flood: tuple[Mention, ...]) -> None:
    assert about(flood, "declined to comment").absence
    assert not about(flood, "have died").absence


def test_a_chain_goes_from_the_outlet_to_whom_it_cites(
    flood: tuple[Mention, ...],
) -> None:
    chain = about(flood, "ignored three warnings").chain
    assert [s.name for s in chain] == [
        "Norvale Herald",
        "two people familiar with the inquiry",
    ]
    assert [s.kind for s in chain] == [SourceKind.OUTLET, SourceKind.ANONYMOUS]


def test_a_plan_is_planned(flood: tuple[Mention, ...]) -> None:
    assert about(flood, "Parliament will meet").status is Status.PLANNED
    assert about(flood, "have died").status is Status.HAPPENED


def test_a_headline_weighs_less_and_has_its_source(flood: tuple[Mention, ...]) -> None:
    headline = flood[0]
    assert headline.weight is Weight.HEADLINE
    assert headline.source is not None
    assert headline.source.name == "officials"
    assert headline.measure == about(flood, "have died").measure


def test_a_correction_notice_is_no_claim(flood: tuple[Mention, ...]) -> None:
    assert not [m for m in flood if "misstated" in m.quote]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The bridge collapsed.", Certainty.ASSERTED),
        ("The bridge reportedly collapsed.", Certainty.REPORTED),
        ("The bridge allegedly collapsed.", Certainty.ALLEGED),
        ("The bridge may have collapsed.", Certainty.ALLEGED),
        ("The engineer said the bridge collapsed.", Certainty.REPORTED),
        ("The engineers are said to have closed the bridge.", Certainty.ALLEGED),
        ("There are rumours that the bridge collapsed.", Certainty.ALLEGED),
        ("The cause of the bridge collapse remains unclear.", Certainty.UNVERIFIED),
        ("Another 40 deaths are under review.", Certainty.UNVERIFIED),
    ],
)
def test_certainty_of_a_sentence(text: str, expected: Certainty) -> None:
    assert {m.certainty for m in find.find_in_text(text)} == {expected}


def test_a_hedge_belongs_to_its_clause() -> None:
    text = "The mayor resigned on Monday, and prosecutors may charge his deputy with fraud."
    resigned, charged = find.find_in_text(text)
    assert resigned.certainty is Certainty.ASSERTED
    assert charged.certainty is Certainty.ALLEGED


@pytest.mark.parametrize(
    ("text", "source", "kind"),
    [
        ("According to Orla Fenn, the mine closed.", "Orla Fenn", SourceKind.NAMED),
        ("Police said the mine closed.", "Police", SourceKind.ROLE),
        ("A senior official said the mine closed.", None, SourceKind.ANONYMOUS),
        ("Some analysts say the mine will close.", None, SourceKind.ANONYMOUS),
        ("The Harbour Times reported that the mine closed.", None, SourceKind.OUTLET),
        ("The audit report found that the mine lost money.", None, SourceKind.DOCUMENT),
        (
            "“The mine is closed,” Orla Fenn told reporters.",
            "Orla Fenn",
            SourceKind.NAMED,
        ),
        (
            "The mine, said Orla Fenn, has closed for good.",
            "Orla Fenn",
            SourceKind.NAMED,
        ),
    ],
)
def test_sources_and_their_kinds(
    text: str, source: str | None, kind: SourceKind
) -> None:
    found = [m.source for m in find.find_in_text(text) if m.source]
    assert found
    assert found[0].kind is kind
    assert source is None or found[0].name == source


def test_an_alias_names_the_source() -> None:
    text = "NRG said 12 miners were killed."
    (mention,) = find.find_in_text(text, aliases={"nrg": "Norvale Rights Group"})
    assert mention.source is not None
    assert mention.source.name == "Norvale Rights Group"


def test_a_surname_is_resolved_within_the_article() -> None:
    text = (
        "Mine in Estwick to close\n"
        "Orla Fenn, the owner, said on Monday that the mine would close.\n"
        "Fenn said 300 workers would lose their jobs."
    )
    jobs = about(read(text), "300 workers")
    assert jobs.source is not None
    assert jobs.source.name == "Orla Fenn"


def test_a_source_carries_over_until_a_contrast() -> None:
    text = (
        "According to the charity Openhand, 300 homes were destroyed. At least 40 "
        "people were hurt. However, 12 schools reopened."
    )
    hurt = about(find.find_in_text(text), "40 people")
    reopened = about(find.find_in_text(text), "12 schools")
    assert hurt.source is not None
    assert "Openhand" in hurt.source.name
    assert reopened.source is None


def test_a_disclaimer_lowers_what_it_names() -> None:
    text = (
        "The rebels said they shot down two helicopters. The army said it lost one "
        "tank.\nThe helicopter claims could not be independently verified."
    )
    mentions = find.find_in_text(text)
    assert about(mentions, "two helicopters").certainty is Certainty.UNVERIFIED
    assert about(mentions, "one tank").certainty is Certainty.REPORTED


def test_an_embedded_post_belongs_to_who_signs_it() -> None:
    text = (
        "The ferry is late.\n"
        "The ferry struck a pier near Estwick and 9 passengers were hurt.\n"
        "— Harbour Authority (@harbour) March 3, 2026"
    )
    hurt = about(find.find_in_text(text), "9 passengers")
    assert hurt.source is not None
    assert hurt.source.name == "Harbour Authority"


def test_a_verbatim_repeat_is_one_mention() -> None:
    text = "The dam holds the water of the valley.\n" * 2
    assert len(find.find_in_text(text)) == 1


def test_one_person_is_counted_where_news_counts() -> None:
    (one,) = find.find_in_text("A man was killed in Estwick on Monday.")
    assert one.quantity is not None
    assert one.quantity.minimum == one.quantity.maximum == 1
    (no,) = find.find_in_text("A man opened a bakery in Estwick on Monday.")
    assert no.quantity is None


def test_a_figure_compared_with_the_one_before() -> None:
    text = (
        "Officials put the toll at 50, but doctors say the number could be much higher."
    )
    higher = about(find.find_in_text(text), "much higher")
    assert higher.quantity is not None
    assert (higher.quantity.minimum, higher.quantity.maximum) == (50, None)


@pytest.mark.parametrize("text", ["", "\n\n", "   ", "…", "“", "a\n" * 50, "—\n—"])
def test_poor_text_yields_nothing_and_breaks_nothing(text: str) -> None:
    assert isinstance(find.find_in_text(text), tuple)


def test_importing_the_finder_does_not_import_spacy() -> None:
    code = "import sys, monitor.claims.find; sys.exit('spacy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_dates_are_resolved_against_publication() -> None:
    text = "Strike\nDrivers walked out in Estwick on 2 March 2026."
    assert about(read(text), "walked out").event_on == date(2026, 3, 2)


def test_the_engine_stamp_names_engine_and_model() -> None:
    assert find.ENGINE.startswith(f"claims-{find.VERSION}+")
    assert "en_core_web_sm" in find.ENGINE


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Emil Roe is suspected of arson.", Status.SUSPECT),
        ("Emil Roe was charged with arson on Monday.", Status.CHARGED),
        ("Emil Roe was convicted of arson on Monday.", Status.CONVICTED),
        ("Emil Roe was acquitted of arson on Monday.", Status.ACQUITTED),
        ("The concert in Estwick will be held on Monday.", Status.PLANNED),
        ("The concert in Estwick was cancelled on Monday.", Status.CANCELLED),
        ("Crews are searching the river for survivors.", Status.ONGOING),
    ],
)
def test_status_of_an_event_or_a_case(text: str, status: Status) -> None:
    assert [m.status for m in find.find_in_text(text)] == [status]


def test_the_current_figure_comes_before_the_earlier_one() -> None:
    (mention,) = find.find_in_text("The toll rose from 28 to 41 on Monday.")
    assert [q.minimum for q in mention.quantities] == [41, 28]
    assert not mention.historic


@pytest.mark.parametrize(
    ("text", "denies"),
    [
        ("The ministry denied that the dam had failed.", True),
        ("The ministry dismissed the reports as gossip.", True),
        ("The ministry denied the allegations.", True),
        ("The ministry rejected the offer of help.", False),
        ("The ministry said the dam had not failed.", False),
    ],
)
def test_denials(text: str, denies: bool) -> None:
    assert {m.denies for m in find.find_in_text(text)} == {denies}


def test_a_confirmation_is_as_sure_as_the_outlet() -> None:
    (said,) = find.find_in_text("Police said the suspect was dead.")
    (confirmed,) = find.find_in_text("Police confirmed the suspect was dead.")
    assert said.certainty is Certainty.REPORTED
    assert confirmed.certainty is Certainty.ASSERTED
