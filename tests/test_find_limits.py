"""Finding claims: bounds, stability and the mode without a model."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from itertools import accumulate

import pytest

from monitor.claims import align, compare, find, spacy_model, wording
from monitor.errors import ConfigError
from monitor.model import Certainty, Mention, SourceKind
from tests.claim_mentions import said

SENTENCE = (
    "The harbour office said 12 boats sank near Estwick, and 40 people were rescued. "
)


def words(mentions: tuple[Mention, ...]) -> list[str]:
    return [m.text for m in mentions]


def _seconds(count: int) -> float:
    text = "\n".join(
        f"{SENTENCE}It was storm number {n} of the year." for n in range(count)
    )
    start = time.process_time()
    assert len(find.find_in_text(text)) > count
    return time.process_time() - start


def _growth(seconds: Callable[[int], float], count: int) -> float:
    """How much more each costs where there are ten times as many.

    The few are measured before and after: neighbours come and go, and with them the
    processor's speed.
    """
    before, many, after = seconds(count), seconds(10 * count), seconds(count)
    return many / 10 / max(before, after)


@pytest.mark.long
def test_a_hundred_thousand_words_take_time_in_proportion() -> None:
    find.find_in_text(SENTENCE)
    assert _growth(_seconds, 450) < 2


def _revisions(count: int) -> tuple[list[str], list[str]]:
    """Two revisions of a text: a tenth of its sentences edited, one new."""
    seed = random.Random(3)
    stems = [a + b + c for a in ("bar", "lo", "mi", "sten") for b in ("do", "ra", "ne")
             for c in ("n", "st", "ck", "m", "ling")]  # fmt: skip
    before = [
        f"The council said {n} {' '.join(seed.choices(stems, k=15))} were closed."
        for n in range(count)
    ]
    after = [
        text.replace("closed", "opened again") if n % 10 == 0 else text
        for n, text in enumerate(before)
    ]
    after.insert(count // 2, "The mayor opened a new bridge over the river.")
    return before, after


def _mentions(texts: list[str]) -> list[Mention]:
    starts = accumulate((len(text) + 1 for text in texts), initial=0)
    return [
        said(text, sentence=n, start=start)
        for n, (text, start) in enumerate(zip(texts, starts, strict=False))
    ]


@pytest.mark.long
def test_comparing_a_hundred_thousand_words_takes_time_in_proportion() -> None:
    def seconds(count: int) -> float:
        before, after = _revisions(count)
        old, new = _mentions(before), _mentions(after)
        start = time.process_time()
        found = compare.compare_revisions(
            old, new, texts=("\n".join(before), "\n".join(after))
        )
        assert len(found) == count // 10 + 1
        assert len(align.align(old, new).added) == 1
        return time.process_time() - start

    assert _growth(seconds, 550) < 3


@pytest.mark.long
def test_one_endless_sentence_is_bounded() -> None:
    text = "The council said " + "and the road, ".join(["the bridge "] * 3_000) + "."
    start = time.process_time()
    find.find_in_text(text)
    assert time.process_time() - start < 20


def test_the_same_text_gives_the_same_mentions() -> None:
    assert find.find_in_text(SENTENCE * 3) == find.find_in_text(SENTENCE * 3)


def test_without_a_model_rules_find_figures_and_sources(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(spacy_model, "package", lambda: None)
    text = (
        "According to the Harbour Office, 12 boats sank near Estwick, and 40 people "
        "were rescued. At least 3 sailors may have died.\n"
        "“The storm came without warning,” Orla Fenn said on Monday.\n"
        "The mayor denied that the port was closed."
    )
    found = find.find_in_text(text)
    boats, people, sailors, storm, port = found
    for mention in found:
        assert text[mention.start : mention.end] == mention.quote
    assert [m.source.name if m.source else None for m in (boats, people, sailors)] == [
        "Harbour Office"
    ] * 3
    assert [m.quantity.minimum if m.quantity else 0 for m in (boats, people)] == [
        12,
        40,
    ]
    assert sailors.certainty is Certainty.REPORTED
    assert storm.source is not None
    assert (storm.source.name, storm.source.kind) == ("Orla Fenn", SourceKind.NAMED)
    assert port.denies


def test_the_stamp_says_when_only_rules_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spacy_model, "package", lambda: None)
    assert spacy_model.name.__wrapped__() == spacy_model.RULES_ONLY


def test_a_counterfeit_model_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(spacy_model.GENUINE_3_8_0, "parser/model", "0" * 16)
    monkeypatch.setattr(spacy_model, "PACKAGES", ("absent", *spacy_model.PACKAGES[1:]))
    with pytest.raises(ConfigError, match="not the genuine"):
        spacy_model._folder.__wrapped__()


@pytest.mark.parametrize(
    ("language", "text", "source", "value"),
    [
        ("id", "VRW mengatakan 4.902 orang tewas dalam protes.", "VRW", 4902),
        ("sk", "VRW uviedla, že zahynulo 4 902 ľudí.", "VRW", 4902),
        ("de", "Laut VRW, starben 4.902 Menschen.", "VRW", 4902),
        ("es", "VRW informó que 40 personas murieron.", "VRW", 40),
    ],
)
def test_other_languages_are_read_by_rules(
    language: str, text: str, source: str, value: int
) -> None:
    (found,) = find.find_in_text(text, language=language)
    assert found.source is not None
    assert found.source.name == source
    assert found.quantity is not None
    assert found.quantity.minimum == value


def test_the_words_of_whole_articles_are_not_kept() -> None:
    sentence = "Seven people were killed in the flood, police said."
    article = " ".join([sentence] * 40)
    assert wording.words(sentence) is wording.words(sentence)
    before = wording._kept.cache_info().currsize
    assert wording.keys(article) == wording.keys(sentence) * 40
    assert wording._kept.cache_info().currsize == before
