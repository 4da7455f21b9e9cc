"""Speed of `find` against spaCy's own time on the same text, in the same run.

    python benchmarks/bench_find.py [PASSES]

The peer is `nlp.pipe` over the same sentences with every component of the model but
the word vectors' consumers that `find` disables as well. Figures are CPU seconds, the
best of PASSES. Exits 1 above the limit.
"""

from __future__ import annotations

import cProfile
import pstats
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from monitor.claims import find, sentences, spacy_model
from monitor.model import Document

ARTICLES = Path(__file__).parents[1] / "tests" / "quality" / "articles"
LIMIT = 1.3
# Reading the small fixtures once each is too short to be timed well.
REPEATS = 3


def texts() -> list[Document]:
    """The fictional articles, and any real ones beside the checkout."""
    shared = Path(__file__).parents[1].parent / "shared" / "articles"
    paths = [*sorted(ARTICLES.glob("*.txt")), *sorted(shared.glob("*.txt"))]
    documents = []
    for path in paths:
        text = path.read_text(encoding="utf-8").strip()
        documents.append(Document(text, headline_end=len(text.partition("\n")[0])))
    return documents


def best(passes: int, work: Callable[[], None]) -> float:
    """The least CPU time of several runs."""
    times = []
    for _ in range(passes):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


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
    """Print the ratio and the shares; 1 if the ratio is above the limit."""
    documents = texts() * REPEATS
    words = sum(len(d.text.split()) for d in documents)

    def ours() -> None:
        for document in documents:
            find.find(document)

    def peer() -> None:
        for document in documents:
            split = sentences.split(document.text, document.headline_end)
            with spacy_model.zone():
                for _ in spacy_model.parse([s.text for s in split]):
                    pass

    peer()
    ours()
    spacy_time, our_time = best(passes, peer), best(passes, ours)
    ratio = our_time / spacy_time
    print(f"{len(documents)} documents, {words} words")
    print(f"spaCy alone  {words / spacy_time:8.0f} words/s")
    print(f"find         {words / our_time:8.0f} words/s")
    print(f"ratio        {ratio:8.2f}  (limit {LIMIT})")
    print("share of the profiled time, by the module that spends it:")
    for name, share in sorted(shares(documents).items(), key=lambda s: -s[1])[:12]:
        print(f"  {name:30}{share:5.1f} %")
    return int(ratio > LIMIT)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 3))
