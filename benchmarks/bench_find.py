"""Speed of `find` against spaCy's own time on the same text, in the same run.

    python benchmarks/bench_find.py [PASSES]

Two peers, both of the plain library (`nlp.pipe` over all texts, nothing of ours):
the whole pipeline, as it comes, over whole articles, which is what most people run;
and the pipeline without its entity recogniser over the sentences that `find` parses,
which gives the parse and the lemmas that `find` needs and no more. The limit is
against the second. A third row gives that one our matrix product (decision 91): what
our own work costs beside a parse. All are warm; figures are CPU seconds, for each article
the best of PASSES taken in turn, so that other work on the machine hurts all alike.
Exits 1 above the limit.
"""

from __future__ import annotations

import cProfile
import pstats
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from pipe import quietly
from verdict import row

from monitor.claims import find, sentences, spacy_model
from monitor.model import Document

if TYPE_CHECKING:
    from spacy.language import Language

ARTICLES = Path(__file__).parents[1] / "tests" / "quality" / "articles"
LIMIT = 1.3
PASSES = 5

PEER = "spaCy without entities"
OUR_PRODUCT = "the same, our product"
Reader = Callable[[Document], object]


def texts() -> list[Document]:
    """The fictional articles, and any real ones beside the checkout."""
    shared = Path(__file__).parents[1].parent / "shared" / "articles"
    paths = [*sorted(ARTICLES.glob("*.txt")), *sorted(shared.glob("*.txt"))]
    documents = []
    for path in paths:
        text = path.read_text(encoding="utf-8").strip()
        documents.append(Document(text, headline_end=len(text.partition("\n")[0])))
    return documents


def readers() -> dict[str, Reader]:
    """What reads an article: spaCy as it comes, without entities, and we."""
    whole = spacy_model.plain()

    def by_sentence(model: Language) -> Reader:
        def read(document: Document) -> object:
            split = sentences.split(document.text, document.headline_end)
            return list(model.pipe(s.text for s in split))

        return read

    return {
        "spaCy, whole pipeline": lambda d: list(whole.pipe([d.text])),
        PEER: by_sentence(spacy_model.plain(without=("ner",))),
        OUR_PRODUCT: by_sentence(spacy_model.quick(without=("ner",))),
        "find": find.find,
    }


def best(passes: int, documents: list[Document]) -> dict[str, float]:
    """The least CPU seconds of each reader, summed over the articles."""
    reading = readers()
    for document in documents:
        for read in reading.values():
            read(document)
    least = {name: [float("inf")] * len(documents) for name in reading}
    for _ in range(passes):
        for at, document in enumerate(documents):
            for name, read in reading.items():
                start = time.process_time()
                read(document)
                spent = time.process_time() - start
                least[name][at] = min(least[name][at], spent)
    return {name: sum(times) for name, times in least.items()}


def shares(documents: list[Document]) -> dict[str, float]:
    """Own time by module of `monitor.claims`; what they call elsewhere is theirs."""
    profile = cProfile.Profile()
    profile.enable()
    for document in documents:
        find.find(document)
    profile.disable()
    stats = pstats.Stats(profile)
    own: dict[str, float] = defaultdict(float)
    for (file, _, _), (_, _, seconds, _, _) in _timed(stats):
        path = Path(file)
        if path.parent.name == "claims":
            own[path.stem] += seconds
        elif "spacy" in path.parts or "thinc" in path.parts:
            own["spaCy"] += seconds
        else:
            own["other (re, built-ins, model)"] += seconds
    total = sum(own.values())
    return {name: 100 * t / total for name, t in own.items()}


def _timed(stats: pstats.Stats) -> list[tuple[tuple[str, int, str], tuple]]:  # type: ignore[type-arg]
    return list(stats.stats.items())  # type: ignore[attr-defined]


def main(passes: int) -> int:
    """Print the ratios and the shares; 1 if the ratio is above the limit."""
    documents = texts()
    words = sum(len(d.text.split()) for d in documents)
    print(f"{len(documents)} documents, {words} words")
    times = best(passes, documents)
    for name, spent in times.items():
        ratio = times["find"] / spent
        print(f"{name:24}{words / spent:8.0f} words/s   find takes {ratio:.2f} ×")
    ratio = times["find"] / times[PEER]
    beside = times["find"] / times[OUR_PRODUCT]
    row(
        f"find / {PEER}",
        f"{ratio:.2f} ({beside:.2f} with our matrix product)",
        f"<= {LIMIT}",
        ratio <= LIMIT,
    )
    print("share of the profiled time, by the module that spends it:")
    for name, share in sorted(shares(documents).items(), key=lambda s: -s[1])[:12]:
        print(f"  {name:30}{share:5.1f} %")
    return int(ratio > LIMIT)


if __name__ == "__main__":
    quietly(main, int(sys.argv[1]) if len(sys.argv) > 1 else PASSES)
