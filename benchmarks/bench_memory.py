"""What an extracting worker holds while it reads page after page.

    python benchmarks/bench_memory.py [PAGES] [ARTICLES]

Own generated pages, no two alike, through a real worker of the analyst; the answer to
each is "collapsed", so that it extracts and judges and does not look for claims. Then
ARTICLES more, in which it does. Memory is the worker's resident set, shared pages included; the engine's model is what loading
it adds to a process that has the extractor. Workers are replaced after 2,000 jobs.
(The daemon's own memory is in bench_scale.)
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from bench_articles import page
from pipe import quietly
from verdict import row

from monitor.analysis import Analyst, PageAnalysis, PageJob

MOST_MB = 160.0
# Flat: the last quarter's peak beside the second's.
MOST_GROWTH = 1.05
# With claims found: a worker that grew by as little at each article up to its end, 2,000
# later, would hold half as much again.
MOST_AN_ARTICLE_KB = 60.0
EVERY = 50
_MODEL = """
from pathlib import Path
def held():
    text = Path("/proc/self/status").read_text()
    return int(text.split("VmRSS:")[1].split()[0]) / 1024
from monitor import articles
articles.preload()
before = held()
from monitor.claims import align, compare, find, wire
from monitor.model import Document
find.find(Document("Three people were killed, police said on Monday."))
print(held() - before)
"""


def workers() -> list[int]:
    """Our children's children: between us stands the parent that they are forked from.

    It has no child itself for a moment when a worker is replaced, and is larger.
    """
    parents: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                stat = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(folder.name)] = int(stat[1])
    forking = {pid for pid, parent in parents.items() if parent == os.getpid()}
    return [pid for pid, parent in parents.items() if parent in forking]


def resident(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    return (
        int(status.split("VmRSS:")[1].split()[0]) / 1024 if "VmRSS:" in status else 0.0
    )


def jobs(count: int, *, finds: bool) -> Iterator[tuple[int, PageJob]]:
    for number in range(count):
        url = f"https://gazette.example/{number}"
        yield (
            number,
            PageJob(
                body=page(number).encode(),
                feed_html=None,
                url=url,
                final_url=url,
                status=200,
                charset="utf-8",
                title=None,
                published_at=None,
                language="en",
                last_good_length=None if finds else 10**9,
            ),
        )


def watch(count: int, *, finds: bool) -> list[float]:
    """What the worker held after each so many pages, in MB."""
    held: list[float] = []
    with Analyst(workers=1, aliases={}, wall_limit=timedelta(seconds=60)) as analyst:
        answers = analyst.analyse(jobs(count, finds=finds))
        for number, (_, result) in enumerate(answers):
            if not isinstance(result, PageAnalysis) or result.document is None:
                raise SystemExit(f"page {number} was not read: {result}")
            if bool(result.mentions) != finds:
                raise SystemExit(f"page {number}: {len(result.mentions)} mentions")
            if number % EVERY == EVERY - 1:
                # none for a moment when a worker is replaced
                held += [max(map(resident, found)) for found in [workers()] if found]
    return held


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    articles = int(sys.argv[2]) if len(sys.argv) > 2 else 600
    command = [sys.executable, "-c", _MODEL]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    model = float(answer.stdout)
    held = watch(count, finds=False)
    quarter = len(held) // 4
    second, last = max(held[quarter : 2 * quarter]), max(held[-quarter:])
    print(
        f"{count} pages: worker {held[0]:.0f} MB after {EVERY}, most {max(held):.0f};"
        f" the model alone {model:.0f} MB"
    )
    own = max(held) - model
    row(
        f"extraction worker over {count} pages, without the model",
        f"{own:.0f} MB (+ {model:.0f} MB model)",
        f"<= {MOST_MB:g} MB",
        own <= MOST_MB,
    )
    row(
        f"flat over {count} pages: last quarter's peak / second's",
        f"{last / second:.2f}",
        f"<= {MOST_GROWTH}",
        last / second <= MOST_GROWTH,
    )
    held = watch(articles, finds=True)
    half = len(held) // 2
    grown = 1024 * (held[-1] - held[half]) / (EVERY * (len(held) - 1 - half))
    row(
        f"with claims found, the second half of {articles}: growth an article",
        f"{grown:.0f} KB ({held[half]:.0f}, then {held[-1]:.0f} MB)",
        f"<= {MOST_AN_ARTICLE_KB:g} KB",
        grown <= MOST_AN_ARTICLE_KB,
    )


if __name__ == "__main__":
    quietly(main)
