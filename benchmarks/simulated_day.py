"""A day of news through the real stages: what is sent, what is missed.

    python benchmarks/simulated_day.py [ARTICLES] [SEED]

3,000 fictional articles of 24 outlets, 450 of them edited (half of those only
reworded), 20 removed, 5 corrected, one big story in 12 outlets, wire copies. The
default configuration and a fake clock. Prints the table of docs/quality.md.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from pipe import quietly

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.day.news import day
from tests.day.run import live_through


def main() -> None:
    articles = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    with tempfile.TemporaryDirectory() as folder:
        before = time.process_time()
        found = live_through(day(articles, seed=seed), Path(folder), workers=2)
        spent = time.process_time() - before
    print(found.table())
    print(f"{spent:.0f} s CPU in this process, workers aside")
    for line in found.missed:
        print("missed:", line)
    for message in found.alerts:
        print("alert:", message.title)


if __name__ == "__main__":
    quietly(main)
