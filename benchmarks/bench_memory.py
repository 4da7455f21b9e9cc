"""What an extracting worker holds while it reads page after page.

    python benchmarks/bench_memory.py [PAGES]

Own generated pages, no two alike, through a real worker of the analyst; the answer to
each is "collapsed", so that it extracts and judges and does not look for claims. Memory
is the worker's resident set, shared pages included; the engine's model is what loading
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
from verdict import row

from monitor.analysis import Analyst, PageAnalysis, PageJob

MOST_MB = 160.0
# Flat: the last quarter's peak beside the second's.
MOST_GROWTH = 1.05
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


def jobs(count: int) -> Iterator[tuple[int, PageJob]]:
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
                last_good_length=10**9,
            ),
        )


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    command = [sys.executable, "-c", _MODEL]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    model = float(answer.stdout)
    held: list[float] = []
    with Analyst(workers=1, aliases={}, wall_limit=timedelta(seconds=60)) as analyst:
        for number, (_, result) in enumerate(analyst.analyse(jobs(count))):
            if not isinstance(result, PageAnalysis) or result.document is None:
                raise SystemExit(f"page {number} was not read: {result}")
            if number % EVERY == EVERY - 1:
                # none for a moment when a worker is replaced
                held += [max(map(resident, found)) for found in [workers()] if found]
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


if __name__ == "__main__":
    main()
