"""`quotations`: who is given the quotations that no rule claims."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from curves import learning
from monitor.claims import attribution, cues, quotations, quotes
from monitor.evaluation.scorers.spans import Attribution

Item = dict[str, Any]
# What the writer has right before a quotation or behind it.
BESIDE = 60


def direct(items: list[Item]) -> None:
    """Print the ways and what more articles would bring."""
    near, sieve = attribution.Reader._near, quotations._by_clause
    print(f"all of it (in use): {_figures(items, _predicted(items))}")
    attribution.Reader._near = lambda *_: None  # type: ignore[method-assign]
    by_clause = _predicted(items)
    quotations._by_clause = lambda *_: None  # type: ignore[assignment]
    plain = _predicted(items)
    quotations._by_clause = sieve
    print(f"cues alone: {_figures(items, plain)}")
    print(f"and the clause about a quotation: {_figures(items, by_clause)}")
    title = quotations._is_title
    quotations._is_title = lambda *_: False
    print(f"titles too: {_figures(items, _predicted(items))}")
    quotations._is_title = title
    attribution.Reader._near = near  # type: ignore[method-assign]
    for name, base in (("cues alone", plain), ("cues and clauses", by_clause)):
        free = [list(_free(i, base[i["id"]])) for i in items]
        x = np.array(
            [
                _features(i["text"], r)
                for i, rs in zip(items, free, strict=True)
                for r in rs
            ]
        )
        y = np.array(
            [_is_said(i, r) for i, rs in zip(items, free, strict=True) for r in rs], int
        )
        groups = [i["id"] for i, rs in zip(items, free, strict=True) for _ in rs]
        print(f"{name}, and a learned choice of {len(y)} others ({y.sum()} are said)")
        p = learning.held_out(x, y, groups)
        for least in (0.3, 0.5, 0.7):
            print(
                f"  from {least}: {_figures(items, _with(items, base, free, p, least))}"
            )

        def recall(p: Any, _y: Any, base: Any = base, free: Any = free) -> float:
            found = _figures(items, _with(items, base, free, p, 0.5))
            return float(found.split()[2].rstrip(",")) / 100

        learning.curve(x, y, groups, recall, "articles", "direct quotations")


def _predicted(items: list[Item]) -> dict[str, list[Item]]:
    return {
        i["id"]: [
            {"source": a.source, "cue": a.cue, "start": a.start, "end": a.end}
            for a in attribution.attributions(i["text"])
        ]
        for i in items
    }


def _figures(items: list[Item], found: dict[str, list[Item]]) -> str:
    scorer = Attribution()
    given = {key: {"id": key, "attributions": own} for key, own in found.items()}
    figures = scorer.figures(scorer.parts(items, given))
    loose, strict = figures["overlap_0.3"], figures["overlap_0.8"]
    return (
        f"direct quotations {loose['recall_direct_quotes']:.1f}, "
        f"F1 {loose['f1']:.1f} / {strict['f1']:.1f}"
    )


def _free(item: Item, found: list[Item]) -> Iterator[tuple[int, int]]:
    for start, end in quotes.regions(item["text"]):
        if not any(a["start"] < end and start < a["end"] for a in found):
            yield start, end


def _is_said(item: Item, region: tuple[int, int]) -> bool:
    return any(
        quotes.share(*region, [(s["start"], s["end"])]) >= 0.5
        for a in item["attributions"]
        for s in a["content"]
    )


def _features(text: str, region: tuple[int, int]) -> list[float]:
    start, end = region
    said, count = text[start:end], quotes.words(text, region)
    before, behind = text[max(0, start - BESIDE) : start], text[end : end + BESIDE]
    line = text[text.rfind("\n", 0, start) + 1 : start]
    kinds: list[Callable[[str], bool]] = [
        lambda w, k=kind: w in cues.words(k)  # type: ignore[misc]
        for kind in ("saying", "judgement", "objects", "naming")
    ]
    near = [[_stem(w) for w in side.lower().split()] for side in (before, behind)]
    return [
        min(count, 30) / 30,
        float(count < quotations.SPEECH),
        float(said.strip("“”\"'").istitle()),
        float(said[1:2].isupper()),
        float(said.rstrip("”\"'")[-1:] in ".,!?"),
        float(not line.strip()),
        float(before.rstrip().endswith((",", ":"))),
        float(before.rstrip().endswith((" as", " the", " a", " of", " on"))),
        *(float(any(map(k, words))) for words in near for k in kinds),
        *(float(any(p in words for p in ("he", "she", "they"))) for words in near),
    ]


def _stem(word: str) -> str:
    word = word.strip(".,;:“”\"'")
    for end, instead in (("ied", "y"), ("ed", ""), ("s", ""), ("ing", "")):
        if word.endswith(end) and len(word) > len(end) + 2:
            return word.removesuffix(end) + instead
    return word


def _with(
    items: list[Item],
    base: dict[str, list[Item]],
    free: list[list[tuple[int, int]]],
    p: Any,
    least: float,
) -> dict[str, list[Item]]:
    chosen = iter(p)
    found = {}
    for item, regions in zip(items, free, strict=True):
        added = [
            {"source": None, "cue": "", "start": start, "end": end}
            for start, end in regions
            if next(chosen) >= least
        ]
        found[item["id"]] = [*base[item["id"]], *added]
    return found
