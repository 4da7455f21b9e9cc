"""Time to compare two revisions of 1,000 words, and what a longer text costs.

    python benchmarks/bench_compare.py [PASSES]

The text is made of the fictional articles; the second revision has a changed figure,
a dropped hedge, a removed and a reworded sentence in each. `find` is not counted.
Exits 1 above the limit.
"""

from __future__ import annotations

import sys
import time
import tomllib
from pathlib import Path

from pipe import quietly
from verdict import row

from monitor.claims import compare, find
from monitor.model import Mention

QUALITY = Path(__file__).parents[1] / "tests" / "quality"
WORDS = 1_000
LIMIT_MS = 50.0


def revisions(words: int) -> tuple[str, str]:
    """Two revisions of a text of that many words."""
    slots = tomllib.loads((QUALITY / "slots.toml").read_text(encoding="utf-8"))
    old: list[str] = []
    new: list[str] = []
    round_number = 0
    while len(" ".join(old).split()) < words:
        names = list(slots)
        name = names[round_number % len(names)]
        suffix = f" {round_number}" if round_number >= len(names) else ""
        path = QUALITY / "articles" / f"{name}.txt"
        lines = path.read_text(encoding="utf-8").strip().split("\n")[1:]
        lines = [line.replace(".", f"{suffix}.") for line in lines]
        old += lines
        new += _edited(lines, slots[name])
        round_number += 1
    return "\n".join(old), "\n".join(new)


def _edited(lines: list[str], slots: dict) -> list[str]:  # type: ignore[type-arg]
    edited = list(lines)
    edited[0] = edited[0].replace(slots["number"], "777")
    edited[1] = edited[1].replace(*slots["hedge"])
    at, before, after = slots["reworded"][0]
    edited[at - 1] = edited[at - 1].replace(before, after)
    return [*edited[:-1]]


def timed(words: int, passes: int) -> tuple[float, int]:
    """Best CPU milliseconds and the number of changes."""
    texts = revisions(words)
    before, after = (tuple(find.find_in_text(text)) for text in texts)
    return min(_once(before, after, texts) for _ in range(passes))


def _once(
    before: tuple[Mention, ...], after: tuple[Mention, ...], texts: tuple[str, str]
) -> tuple[float, int]:
    start = time.process_time()
    found = compare.compare_revisions(before, after, texts=texts)
    return 1000 * (time.process_time() - start), len(found)


def main(passes: int) -> int:
    """Print the times; 1 if 1,000 words take longer than the limit."""
    timed(WORDS, 1)
    at_limit, changes = timed(WORDS, passes)
    print(f"{WORDS:6} words {at_limit:8.1f} ms  {changes} changes")
    row(
        f"comparing two revisions of {WORDS:,} words",
        f"{at_limit:.1f} ms CPU",
        f"<= {LIMIT_MS:g} ms",
        at_limit <= LIMIT_MS,
    )
    for words in (2 * WORDS, 4 * WORDS):
        took, changes = timed(words, 1)
        print(f"{words:6} words {took:8.1f} ms  {changes} changes")
    return int(at_limit > LIMIT_MS)


if __name__ == "__main__":
    quietly(main, int(sys.argv[1]) if len(sys.argv) > 1 else 5)
