"""`claims`: sources, values and measures of the claims of whole articles."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from train_models import RECIPES

from curves import learning, measured
from monitor.claims import find, implied, sentences, sources
from monitor.evaluation.articles import read
from monitor.evaluation.scorers.claims import Claims
from monitor.evaluation.tasks import claims as task
from monitor.model import Status

Item = dict[str, Any]
QUALITY = Path(__file__).parents[2] / "tests" / "quality"
OWN = [QUALITY / f"article_claims{n}.jsonl" for n in ("", "_2", "_3")]
ANNOTATED = QUALITY / "annotated"


def claims(items: list[Item], articles: Path) -> None:
    """Print the ways for the reference article and for the own ones."""
    own = [json.loads(row) for f in OWN for row in f.read_text("utf-8").splitlines()]
    both = {"reference": (items, articles), "own": (own, ANNOTATED)}
    _print("rule (in use)", both)
    events, one = implied.COUNTED_EVENTS, implied._is_one
    implied.COUNTED_EVENTS = _Everything()  # type: ignore[assignment]
    _print("one for a person in any event", both)
    implied._is_one = lambda t: t.left_edge.lower_ in ("a", "an")
    _print("one for anything in any event", both)
    implied.COUNTED_EVENTS, implied._is_one = events, one
    chain = sources.chain
    sources.chain = lambda *given: tuple(  # type: ignore[assignment]
        sorted(chain(*given), key=lambda s: s.kind is sources.SourceKind.OUTLET)
    )
    _print("the outlet that was told stands last", both)
    sources.chain = chain
    _print("plans measured by their verb", both, plans=True)
    _carried(items, articles, own)
    measured.measured(*both.values())


class _Everything:
    def __contains__(self, _: object) -> bool:
        return True


def _print(
    name: str, both: dict[str, tuple[list[Item], Path]], *, plans: bool = False
) -> None:
    print(name)
    for title, (items, articles) in both.items():
        found = list(task.predict(items, articles))
        if plans:
            mentions = [
                m for a in _articles(items) for m in find.find(read(articles, a))
            ]
            for row, mention in zip(found, mentions, strict=True):
                planned = mention.status is Status.PLANNED and not row["measure"]
                row["measure"] = mention.predicate if planned else row["measure"]
        scorer = Claims()
        figures = scorer.figures(scorer.parts(items, {p["id"]: p for p in found}))
        counted = sum(bool(p["quantities"]) for p in found)
        print(
            f"  {title}: source {figures['source_acc']}, value {figures['value_acc']}, "
            f"pairs {figures['measure_pairs']}, {counted} of {len(found)} with a value"
        )


def _articles(items: list[Item]) -> list[str]:
    return list(dict.fromkeys(item["article"] for item in items))


def _carried(items: list[Item], articles: Path, own: list[Item]) -> None:
    """Does a sentence without a source of its own go on with the last one?"""
    learned, tried = list(_open(own, ANNOTATED)), list(_open(items, articles))
    x, y = (np.array([row[k] for row in learned]) for k in (0, 1))
    other, want = (np.array([row[k] for row in tried]) for k in (0, 1))
    groups = [row[3] for row in learned]
    for name, rows in (("own", learned), ("reference", tried)):
        right = np.mean([row[2] == row[1] for row in rows])
        print(
            f"carried or not, rule (in use), {name}: {100 * right:.1f} of {len(rows)}"
        )
    p = learning.held_out(x, y, groups)
    print(f"learned, own, by article: {100 * np.mean((p >= 0.5) == y):.1f}")
    for share in (0.25, 0.5, 0.75, 1.0):
        found = []
        for draw in range(learning.DRAWS):
            rows = random.Random(draw).sample(range(len(y)), int(share * len(y)))
            q = learning.apply(x[rows], y[rows], other, RECIPES["same_event"])
            found.append(np.mean((q >= 0.5) == want))
        print(f"  sentences {len(rows):3d}: reference {100 * np.mean(found):.1f}")


def _open(items: list[Item], articles: Path) -> Iterator[tuple[Any, int, int, str]]:
    """Features, gold, the rule's answer and the article of each such sentence."""
    for name in _articles(items):
        document = read(articles, name)
        mentions = find.find(document)
        split = sentences.split(document.text, document.headline_end)
        told = {m.sentence for m in mentions if m.cue}
        for sentence in split:
            before = sentence.index - 1
            own = [m for m in mentions if m.sentence == sentence.index]
            gold = [i for i in items if i["article"] == name]
            gold = [i for i in gold if sentence.text in i["sentence"]]
            if not own or not gold or sentence.index in told or before < 0:
                continue
            if before not in told and not any(m.chain for m in own):
                continue
            said = [m for m in mentions if m.sentence == before]
            yield (
                _features(sentence, split[before], own, said),
                int(any(i["source"] for i in gold)),
                int(any(m.chain for m in own)),
                name,
            )


def _features(sentence: Any, last: Any, own: Any, said: Any) -> list[float]:
    keys, earlier = ({m.measure for m in ms if m.measure} for ms in (own, said))
    heads, others = ({k.split("/")[1] for k in ks} for ks in (keys, earlier))
    first = sentence.text.split()[0].lower()
    return [
        float(sentence.line == last.line),
        float(bool(keys)),
        float(bool(earlier)),
        float(bool(heads & others)),
        float(bool(sources.FIGURE.match(sentence.text))),
        float(bool(sources.CONTRAST.match(sentence.text))),
        float(first in ("he", "she", "it", "they")),
        float(sentence.text.strip()[0] in '“"'),
        float(last.text.rstrip().endswith(("”", '"'))),
        min(len(sentence.text), 200) / 200,
    ]
