"""What is remembered of words is what the model's own components say of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from threadpoolctl import threadpool_info

from monitor.claims import find, grammar, morphology, parsed, sentences, spacy_model
from monitor.model import Document

if TYPE_CHECKING:
    from spacy.language import Language

ARTICLES = Path(__file__).parent / "quality" / "articles"
HELD = ("i", "idx", "whitespace_", *parsed.Form._fields)
PLACED = ("left_edge", "right_edge", "head")
LISTED = ("children", "subtree", "ancestors")
# Patterns of several words, blanks, and words that are many things.
HARD = [
    "I'm gonna go, y'all gotta see, c'mon, let's leave; it ain't so.",
    "There  were two  spaces, and there 's nothin' left.",
    "He said that that was what they do have, and had, and did.",
    "Doin' it: you'll see 'em 'nuff; wo n't ca n't sha n't.",
    "\u00a0A\tblank\u2009line",
    "",
]

# Verbs of these texts whose lemma the model's rules find without its last letter.
SILENT_E = frozenset(("hope", "rate", "fine", "stage", "plane", "scare"))

pytestmark = pytest.mark.skipif(
    spacy_model.package() is None, reason="no English model is installed"
)


def texts() -> Iterator[str]:
    for path in sorted(ARTICLES.glob("*.txt"))[:12]:
        yield from (s.text for s in sentences.split(path.read_text(encoding="utf-8")))
    yield from HARD


@pytest.fixture(scope="module")
def plain() -> Language:
    return spacy_model.plain(without=("ner", "senter"))


def test_every_token_is_as_the_whole_model_reads_it(
    plain: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twice: when its words are new, and when they are remembered."""
    monkeypatch.setattr(grammar, "mend", lambda doc: None)
    given = list(texts())
    expected: list[object] = []
    for text in given:
        doc = plain.make_doc(text)
        for token in doc[1:]:
            token.is_sent_start = False
        for _, component in plain.pipeline:
            doc = component(doc)
        for token in doc:
            if token.tag_.startswith("VB"):
                token.lemma_ = morphology.base(token.lower_, token.lemma_, SILENT_E)
        expected.append(told(doc))
    for _ in range(2):
        with spacy_model.zone():
            found = [told(doc) for doc in spacy_model.parse(given)]
        assert found == expected


def told(doc: Iterable[Any]) -> list[list[object]]:
    """All that is asked of the tokens of a sentence, spaCy's or ours."""
    return [
        [
            *(getattr(token, name) for name in HELD),
            *(getattr(token, name).i for name in PLACED),
            *([other.i for other in getattr(token, name)] for name in LISTED),
        ]
        for token in doc
    ]


WORDS = [
    *(("Rescuers", "NNS"), ("there", "RB"), ("found", "VBD")),
    *(("nobody", "NN"), ("yesterday", "NN")),
]


@pytest.mark.parametrize(
    ("heads", "moved", "to"),
    [
        pytest.param([1, 1, 1, 2, 3], 3, 0, id="nested"),
        pytest.param([2, 3, 2, 2, 1], 4, 3, id="arcs cross"),
        pytest.param([3, 4, 4, 4, 4], 0, 2, id="arcs cross under one head"),
        pytest.param([0, 4, 0, 2, 0], 1, 3, id="a left arc over a right one"),
    ],
)
def test_a_tree_is_read_and_changed_as_spacys(
    plain: Language, heads: list[int], moved: int, to: int
) -> None:
    """The network draws few arcs that cross, so these are drawn by hand."""
    from spacy.tokens import Doc

    def drawn(heads: list[int]) -> Doc:
        words, tags = zip(*WORDS, strict=True)
        deps = ["dep"] * len(WORDS)
        doc = Doc(plain.vocab, words=words, heads=heads, deps=deps, tags=tags)
        for name in morphology.COMPONENTS:
            plain.get_pipe(name)(doc)
        return doc

    doc = drawn(heads)
    [found] = morphology.Morphology(plain).read([doc])
    assert told(found) == told(doc)
    parsed.move(found[moved], found[to], "dep")
    heads[moved] = to
    assert told(found) == told(drawn(heads))
    assert found.text == doc.text
    assert found.stretch(1, 4) == doc[1:4].text


def test_a_verb_that_does_not_double_its_last_letter_ends_in_e() -> None:
    text = "He hoped she fined, staged and scrapped what they planned and rated."
    with spacy_model.zone():
        doc = next(spacy_model.parse([text]))
        found = {t.lower_: t.lemma_ for t in doc if t.tag_.startswith("VB")}
    assert found == {
        "hoped": "hope",
        "fined": "fine",
        "staged": "stage",
        "scrapped": "scrap",
        "planned": "plan",
        "rated": "rate",
    }


def test_the_network_multiplies_with_numpy_on_one_thread() -> None:
    """blis takes three times as long on many processors, and threads cost CPU."""
    tagger = spacy_model.quick(without=spacy_model.UNUSED).get_pipe("tok2vec")
    layers = list(tagger.model.walk())  # type: ignore[attr-defined]
    assert not any(layer.ops.use_blis for layer in layers)
    assert {
        library["num_threads"]
        for library in threadpool_info()
        if library["user_api"] == "blas"
    } <= {1}


def test_freeing_words_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Zones of a few words each, the smallest there can be."""
    documents = [
        Document(path.read_text(encoding="utf-8"))
        for path in sorted(ARTICLES.glob("*.txt"))[:4]
    ]
    before = [find.find(document) for document in documents]
    monkeypatch.setattr(spacy_model, "KEPT_WORDS", 0)
    monkeypatch.setattr(spacy_model, "ZONE_WORDS", 1)
    assert [find.find(document) for document in documents * 2] == before * 2


def test_what_an_edit_leaves_as_it_was_is_not_parsed_again() -> None:
    """The worker reads an edited article, and then the text before it."""
    sentences_ = [
        "Police said on Monday that 12 people were killed in Norrin.",
        "The minister resigned.",
        "Schools stay closed until Friday, according to the mayor.",
    ]
    edited = [*sentences_[:1], "The minister has not resigned.", *sentences_[2:]]
    texts = " ".join(edited), " ".join(sentences_)
    alone = []
    for text in texts:
        find.find_in_text("Nothing of it.")
        alone.append(find.find_in_text(text))
    parser = spacy_model._parser()
    find.find_in_text(texts[0])
    before = parser.words
    assert find.find_in_text(texts[1]) == alone[1]
    assert parser.words - before == len(["The", "minister", "resigned", "."])
    assert find.find_in_text(texts[0]) == alone[0]


def test_a_long_text_is_kept_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spacy_model, "KEPT_SENTENCES", 2)
    monkeypatch.setattr(spacy_model, "BATCH", 2)
    given = [f"The {word} was closed." for word in ("road", "mine", "port", "dam")]
    with spacy_model.zone():
        told_before = [told(doc) for doc in spacy_model.parse(given)]
        assert list(spacy_model._parser().last) == given[:2]
        assert [told(doc) for doc in spacy_model.parse(given)] == told_before


def test_rules_that_are_not_understood_are_left_to_the_model() -> None:
    known = {"patterns": [[{"TAG": "NN"}]], "attrs": {"POS": "NOUN"}}
    assert morphology.openings([known]) == []
    pair = {"patterns": [[{"LOWER": "gon", "TAG": "VBG"}, {"LOWER": "na"}]]}
    assert morphology.openings([pair | {"attrs": {"LEMMA": "go"}}]) == [
        {"LOWER": "gon"}
    ]
    shape = {"patterns": [[{"SHAPE": "Xx"}]], "attrs": {"POS": "NOUN"}}
    assert morphology.openings([known, shape]) is None
    relation = {"patterns": [[{"TAG": "NN"}]], "attrs": {"DEP": "dep"}}
    assert morphology.openings([relation]) is None
