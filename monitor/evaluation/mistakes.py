"""The items that came out wrong, as rows a person can read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from monitor.evaluation.report import Mistake
from monitor.evaluation.scorers.claims import Claims, judged

Item = dict[str, Any]


def mistakes(task: str, gold: list[Item], pred: dict[str, Item]) -> Iterator[Mistake]:
    """The mistakes of a task, in the order of the gold file."""
    if task == "claims":
        yield from _claims(gold, list(pred.values()))
        return
    rule = _RULES.get(task, _label)
    for item in gold:
        for expected, got, text in rule(item, pred.get(item["id"], {})):
            yield Mistake(item["id"], expected, got, text)


Row = tuple[str, str, str]


def _text(item: Item) -> str:
    keys = ("claim", "before", "after", "a", "b", "headline", "text", "sentence")
    return " | ".join(str(item[key]) for key in keys if item.get(key))


def _label(item: Item, got: Item) -> Iterator[Row]:
    if got.get("label") != item["label"]:
        yield str(item["label"]), str(got.get("label")), _text(item)


def _graded(item: Item, got: Item) -> Iterator[Row]:
    """Off by more than two of five degrees."""
    if abs(float(got.get("score", 0)) - item["score"]) > 2:
        yield f"{item['score']:.1f}", f"{float(got.get('score', 0)):.1f}", _text(item)


def _revision(item: Item, got: Item) -> Iterator[Row]:
    want, have = set(item["changes"]), set(got.get("changes", []))
    if want != have or int(item["factual"]) != int(got.get("factual", 0)):
        yield _words(want), _words(have), _text(item)


def _words(kinds: set[str]) -> str:
    return ", ".join(sorted(kinds)) or "reworded"


def _novelty(item: Item, got: Item) -> Iterator[Row]:
    new = set(got.get("new", []))
    for sentence in item["sentences"]:
        have = "new" if sentence["sid"] in new else "known"
        if have != sentence["label"]:
            yield sentence["label"], have, sentence["text"]


def _mutation(item: Item, got: Item) -> Iterator[Row]:
    want = item["expected"]
    if got.get("kind") not in (want["kind"], *want["also"]) or (
        bool(got.get("material")) != want["material"]
    ):
        yield want["kind"], f"{got.get('kind')}: {got.get('reason', '')}", _text(item)


def _counted(key: str) -> Callable[[Item, Item], Iterator[Row]]:
    """For span tasks: the items whose number of spans differs."""

    def rule(item: Item, got: Item) -> Iterator[Row]:
        want, have = len(item[key]), len(got.get(key, []))
        if want != have:
            yield f"{want} {key}", f"{have} {key}", _text(item)[:200]

    return rule


def _attribution(item: Item, got: Item) -> Iterator[Row]:
    """Contents that nothing found overlaps, and finds that overlap no content."""
    wanted = [
        (a["content"][0]["start"], a["content"][-1]["end"], _said(a))
        for a in item["attributions"]
        if a["content"]
    ]
    found = [
        (a["start"], a["end"], f"{a['source'] or 'nobody named'} {a['cue']}")
        for a in got.get("attributions", [])
        if a.get("start") is not None
    ]
    for start, end, said in wanted:
        if not any(start < b and a < end for a, b, _ in found):
            yield said, "nothing", item["text"][start:end]
    for start, end, said in found:
        if not any(start < b and a < end for a, b, _ in wanted):
            yield "nothing", said, item["text"][start:end]


def _said(attribution: Item) -> str:
    source, cue = (
        " ".join(span["text"] for span in attribution[part])
        for part in ("source", "cue")
    )
    return f"{source or 'nobody named'} {cue}"


def _align(item: Item, got: Item) -> Iterator[Row]:
    for kind, side in (("added", "new"), ("removed", "old")):
        want = {item[side][i] for i in item["gold"][kind]}
        unsure = {item[side][i] for i in item["gold"][f"ambiguous_{side}"]}
        have = set(got.get(kind, []))
        for text in sorted(want - have):
            yield kind, "paired", text
        for text in sorted(have - want - unsure):
            yield "paired", kind, text


def _claims(gold: list[Item], given: list[Item]) -> Iterator[Mistake]:
    """What was missed, what was read wrong, and what no annotated claim matches."""
    pairs = Claims().match(gold, given)
    for at, item in enumerate(gold):
        if at not in pairs:
            yield Mistake(item["id"], "a claim", "nothing", item["claim"])
            continue
        have = given[pairs[at]]
        part = judged(item, have)
        for name, want, got in (
            ("source", (item["source"] or ["nobody"])[-1], have["source"] or "nobody"),
            ("value", _values(item), _values(have)),
            ("certainty", item["modality"], have["certainty"]),
        ):
            if part[name] is False:
                yield Mistake(item["id"], str(want), str(got), item["claim"])
    for at in sorted(set(range(len(given))) - set(pairs.values())):
        yield Mistake(given[at]["id"], "nothing", "a claim", given[at]["claim"])


def _values(item: Item) -> str:
    """The values of a claim: "= 10 to 10, < … to 4"."""
    return ", ".join(
        f"{q['comparator']} {_end(q['min'])} to {_end(q['max'])}"
        for q in item["quantities"]
    )


def _end(value: float | None) -> str:
    return "…" if value is None else f"{value:g}"


_RULES: dict[str, Callable[[Item, Item], Iterator[Row]]] = {
    "revision": _revision,
    "similarity": _graded,
    "novelty": _novelty,
    "mutations": _mutation,
    "attribution": _attribution,
    "quantity": _counted("quantities"),
    "align": _align,
}
