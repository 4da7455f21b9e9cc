"""Of pairs of headlines that tell the same, or not: how many share a claim for us.

    python benchmarks/joined_pairs.py FILE...

A FILE is a set of labelled pairs: `claim`, `headline` and `label` ("for", "against",
"observing"), or `a`, `b` and `label` (1 one event, 0 another). Each pair is read as two
outlets tell it an hour apart, once as articles of one story and once of none. It counts
pairs of which a claim of the second is taken for one of the first.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipe import quietly

from monitor.claims import match
from monitor.claims.find import find_in_text

TOLD = datetime(2026, 1, 1, tzinfo=UTC)
Pairs = dict[str, list[tuple[str, str]]]


def pairs(path: Path) -> Pairs:
    """The pairs of a file by their label."""
    found: Pairs = defaultdict(list)
    for line in path.read_text("utf-8").splitlines():
        item = json.loads(line)
        first, second = ("claim", "headline") if "claim" in item else ("a", "b")
        found[str(item["label"])].append((item[first], item[second]))
    return found


def joined(first: str, second: str, story: int | None) -> bool:
    """Whether a claim of the second text is one of the first's."""
    known = [
        match.assertion_of(
            mention,
            assertion_id=number,
            claim_id=number,
            as_of=TOLD,
            outlet="first",
            story_id=1,
        )
        for number, mention in enumerate(find_in_text(first), start=1)
    ]
    later = TOLD + timedelta(hours=1)
    return any(
        match.match(m, known, story_id=story, outlet="second", as_of=later).claim_id
        for m in find_in_text(second)
    )


def main(paths: list[Path]) -> None:
    """One line for each label of each file."""
    print(f"{'':32}{'pairs':>8}{'one story':>11}{'no story':>10}")
    for path in paths:
        for label, found in sorted(pairs(path).items()):
            counts = [
                sum(joined(*pair, story) for pair in found) for story in (1, None)
            ]
            print(
                f"{path.stem + ': ' + label:32}{len(found):8}{counts[0]:11}{counts[1]:10}"
            )


if __name__ == "__main__":
    quietly(main, [Path(name) for name in sys.argv[1:]])
