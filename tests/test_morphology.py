"""What is remembered of words is what the model's own components say of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from threadpoolctl import threadpool_info

from monitor.claims import find, morphology, sentences, spacy_model
from monitor.model import Document

ARTICLES = Path(__file__).parent / "quality" / "articles"
READ = ["ORTH", "TAG", "POS", "MORPH", "LEMMA", "DEP", "HEAD"]
# Patterns of several words, blanks, and words that are many things.
HARD = [
    "I'm gonna go, y'all gotta see, c'mon, let's leave; it ain't so.",
    "There  were two  spaces, and there 's nothin' left.",
    "He said that that was what they do have, and had, and did.",
    "Doin' it: you'll see 'em 'nuff; wo n't ca n't sha n't.",
    "\u00a0A\tblank\u2009line",
    "",
]

pytestmark = pytest.mark.skipif(
    spacy_model.package() is None, reason="no English model is installed"
)


def texts() -> Iterator[str]:
    for path in sorted(ARTICLES.glob("*.txt"))[:12]:
        yield from (s.text for s in sentences.split(path.read_text(encoding="utf-8")))
    yield from HARD


def test_every_token_is_as_the_whole_model_reads_it() -> None:
    """Twice: when its words are new, and when they are remembered."""
    plain = spacy_model.plain(without=("ner", "senter"))
    given = list(texts())
    expected = []
    for text in given:
        doc = plain.make_doc(text)
        for token in doc[1:]:
            token.is_sent_start = False
        for _, component in plain.pipeline:
            doc = component(doc)
        expected.append(doc.to_array(READ).tolist())
    for _ in range(2):
        with spacy_model.zone():
            found = [d.to_array(READ).tolist() for d in spacy_model.parse(given)]
        assert found == expected


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
