"""The real pages of ../shared/corpus and the score of extracted text against them."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TOKEN = re.compile(r"\w+")


@dataclass(frozen=True)
class CorpusPage:
    name: str
    html: bytes
    url: str
    body: str | None


def corpus_pages(shared: Path) -> Iterator[CorpusPage]:
    """All pages; only the first set has bodies made by hand."""
    yield from gold_pages(shared)
    for path in sorted((shared / "corpus" / "publisher_pages").rglob("*.html.gz")):
        html = gzip.decompress(path.read_bytes())
        yield CorpusPage(path.name, html, "https://outlet.example/news/1", None)


def gold_pages(shared: Path) -> Iterator[CorpusPage]:
    folder = shared / "corpus" / "pages"
    for name, gold in sorted(
        json.loads((folder / "expected.json").read_text()).items()
    ):
        html = gzip.decompress((folder / f"{name}.html.gz").read_bytes())
        yield CorpusPage(name, html, gold["url"], gold["articleBody"])


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """4-grams of words with their counts; of fewer than four words, one."""
    words = TOKEN.findall(text)
    if 0 < len(words) < 4:
        return Counter([tuple(words)])
    return Counter(zip(words, words[1:], words[2:], words[3:], strict=False))


def f1_score(pairs: list[tuple[str, str]]) -> float:
    """F1 over (expected, found), each page weighing the same."""
    hit = extra = missed = 0.0
    for expected, found in pairs:
        want, got = shingles(expected), shingles(found)
        whole = (want | got).total() or 1
        hit += (want & got).total() / whole
        extra += (got - want).total() / whole
        missed += (want - got).total() / whole
    return 2 * hit / (2 * hit + extra + missed)
