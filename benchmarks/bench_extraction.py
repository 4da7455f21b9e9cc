"""Which trafilatura setting `monitor.articles` should use: F1 and speed per candidate.

    python benchmarks/bench_extraction.py [PASSES]

Needs ../shared/corpus. Figures are CPU seconds (user + system) of this process. `ours`
is `articles.extract` whole: decoding, headline, dates, clean-up and language included.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import trafilatura
import verdict
from pipe import quietly

from monitor import articles

CORPUS = Path(__file__).parents[1].parent / "shared" / "corpus"
TOKEN = re.compile(r"\w+")

SETTINGS: dict[str, dict[str, bool]] = {
    "default": {},
    "default, no comments": {"include_comments": False},
    "recall": {"favor_recall": True},
    "recall, no comments": {"favor_recall": True, "include_comments": False},
    "precision": {"favor_precision": True},
    "precision, no comments": {"favor_precision": True, "include_comments": False},
    "fast": {"fast": True},
    "fast, no comments": {"fast": True, "include_comments": False},
    "fast precision, no comm.": {
        "fast": True,
        "favor_precision": True,
        "include_comments": False,
    },
}


@dataclass(frozen=True)
class Page:
    """One page of the corpus with the body its publisher meant."""

    name: str
    html: bytes
    url: str
    body: str


def pages(corpus: Path) -> Iterator[Page]:
    """The article pages with hand-made bodies."""
    expected = json.loads((corpus / "pages" / "expected.json").read_text())
    for name, gold in sorted(expected.items()):
        html = gzip.decompress((corpus / "pages" / f"{name}.html.gz").read_bytes())
        yield Page(name, html, gold["url"], gold["articleBody"])


def publisher_pages(corpus: Path) -> Iterator[Page]:
    """The pages of many publishers and languages, with parser-made bodies."""
    for path in sorted((corpus / "publisher_pages").rglob("*.html.gz")):
        outlet = re.sub(r"_\d{4}_\d\d_\d\d.*", "", path.name)
        versions = json.loads((path.parent / f"{outlet}.json").read_text()).values()
        html = gzip.decompress(path.read_bytes())
        # One gold per layout of the outlet over the years: this page's is in the page.
        bodies = ["\n".join(_parts(version["body"])) for version in versions]
        seen = shingles(trafilatura.html2txt(html))
        body = max(bodies, key=lambda b: (shingles(b) & seen).total())
        yield Page(path.name, html, f"https://{outlet.lower()}.example/", body)


def _parts(body: dict[str, Any]) -> list[str]:
    parts = list(body["summary"])
    for section in body["sections"]:
        parts += [*section["headline"], *section["paragraphs"]]
    return parts


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """4-grams of words, with their counts (shorter texts: one shingle)."""
    words = TOKEN.findall(text)
    if 0 < len(words) < 4:
        return Counter([tuple(words)])
    return Counter(zip(words, words[1:], words[2:], words[3:], strict=False))


def score(pairs: list[tuple[str, str]]) -> tuple[float, float, float]:
    """F1, precision and recall of (expected, found), each page weighing the same."""
    hit = extra = missed = 0.0
    for expected, found in pairs:
        want, got = shingles(expected), shingles(found)
        both = (want & got).total()
        whole = (want | got).total() or 1
        hit += both / whole
        extra += (got - want).total() / whole
        missed += (want - got).total() / whole
    precision, recall = hit / (hit + extra), hit / (hit + missed)
    return 2 * precision * recall / (precision + recall), precision, recall


def raw(settings: dict[str, bool]) -> Callable[[Page], str]:
    """The extractor alone with these settings."""

    def run(page: Page) -> str:
        found = trafilatura.bare_extraction(page.html, url=page.url, **settings)
        return (found.text or "") if found is not None else ""

    return run


def ours(page: Page) -> str:
    """The whole of `articles.extract`, body only."""
    document = articles.extract(
        page.html,
        url=page.url,
        charset=None,
        title=None,
        published_at=None,
        language=None,
    )
    return document.text[document.headline_end :]


@dataclass
class Row:
    """One candidate's results; of its passes the quickest counts."""

    label: str
    extract: Callable[[Page], str]
    pairs: list[tuple[str, str]] = field(default_factory=list)
    spent: float = float("inf")
    worst: float = 0.0

    def run(self, sample: list[Page]) -> None:
        """One pass over the sample."""
        pairs, times = [], []
        for page in sample:
            start = time.process_time()
            found = self.extract(page)
            times.append(time.process_time() - start)
            pairs.append((page.body, found))
        if sum(times) < self.spent:
            self.pairs, self.spent, self.worst = pairs, sum(times), max(times)

    def f1(self) -> float:
        """Of the fastest pass, as of each."""
        return score(self.pairs)[0]

    def show(self) -> None:
        """F1, precision, recall, empty pages, speed and the slowest page."""
        f1, precision, recall = score(self.pairs)
        empty = sum(not found.strip() for _, found in self.pairs)
        number = len(self.pairs)
        print(
            f"{self.label:24} {f1:.3f}  {precision:.3f}  {recall:.3f}  {empty:5}"
            f"  {number / self.spent:7.1f}  {1000 * self.spent / number:7.1f}"
            f"  {1000 * self.worst:7.0f}"
        )


def main() -> None:
    if not CORPUS.is_dir():
        print("skipped: needs ../shared/corpus")
        return
    passes = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    for name, load in (("pages", pages), ("publisher_pages", publisher_pages)):
        sample = list(load(CORPUS))
        raw({})(sample[0])  # imports and first-use tables are not the setting's cost
        ours(sample[0])
        rows = [Row(label, raw(settings)) for label, settings in SETTINGS.items()]
        rows.append(Row("ours (articles.extract)", ours))
        for _ in range(passes):  # by turns, so that a busy moment hits all alike
            for row in rows:
                row.run(sample)
        print(f"{name}: {len(sample)} pages, best of {passes} passes")
        print(f"{'':24}    F1  prec.    rec.  empty  pages/s  ms/page  worst ms")
        for row in rows:
            row.show()
        peer, our = rows[0].f1(), rows[-1].f1()
        verdict.row(
            f"extraction of {name}: F1, ours and trafilatura's default",
            f"{our:.3f}, {peer:.3f}",
            "not below",
            our >= peer,
        )


if __name__ == "__main__":
    quietly(main)
