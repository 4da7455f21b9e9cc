"""Generates mutations.jsonl: labelled edits of articles/ (own fictional texts).

    python tests/quality/make_mutations.py

Each line is an edit in one article, or a sentence in another outlet, and what it
should be taken for. What can be edited is in slots.toml; the seed makes every run
write the same file. Nothing here uses the engine.
"""

from __future__ import annotations

import json
import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
SEED = 20261122
# Of each template, so that the evaluation stays under half a minute.
PER_TEMPLATE = 11

EDITED, ELSEWHERE = "revision_of_same_article", "other_outlet"
_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = [
    "_",
    "_",
    "twenty",
    "thirty",
    "forty",
    "fifty",
    "sixty",
    "seventy",
    "eighty",
    "ninety",
]
_BELOW_HUNDRED = 100


@dataclass(frozen=True)
class Mutation:
    """An edit and its label; `also` lists other kinds that are right as well."""

    template: str
    before: str
    after: str | None
    kind: str
    also: tuple[str, ...] = ()
    channel: str = EDITED

    def as_json(self, number: int, article: str) -> dict[str, Any]:
        """As in the reference file of mutations."""
        return {
            "id": f"om-{number:03d}",
            "article": article,
            "before": self.before,
            "after": self.after,
            "channel": self.channel,
            "expected": {
                "kind": self.kind,
                "also": list(self.also),
                "material": self.kind != "reworded",
            },
            "why": self.template,
        }


def mutations(slots: dict[str, Any], text: str, seed: random.Random) -> list[Mutation]:
    """Everything that can happen to one article."""
    lines = text.strip().split("\n")
    return [
        *_count(slots, lines[1], seed),
        *_sources(slots, lines[1], lines[5]),
        *_elsewhere(slots, lines[1], seed),
        *_passages(slots, lines),
    ]


def _count(slots: dict[str, Any], line: str, seed: random.Random) -> Iterator[Mutation]:
    number = slots["number"]
    value = int(number.replace(",", ""))

    def changed(template: str, new: str, kind: str) -> Mutation:
        return Mutation(template, line, line.replace(number, new), kind)

    yield changed(
        "figure up", f"{value + seed.randint(max(3, value // 10), value):,}", "figure"
    )
    down = seed.randint(value // 3, value * 9 // 10)
    yield changed("figure down", f"{down:,}", "figure")
    yield changed("at least", f"at least {number}", "figure")
    yield changed("number format", _formatted(value), "reworded")
    rounded = round(value, 2 - len(str(value)))
    if value > _BELOW_HUNDRED and rounded != value:
        yield changed("rounded", f"about {rounded:,}", "reworded")


def _formatted(value: int) -> str:
    """Without separator if there is one, else in words."""
    if value < _BELOW_HUNDRED:
        if value < len(_ONES):
            return _ONES[value]
        tens, ones = divmod(value, 10)
        return _TENS[tens] + (f"-{_ONES[ones]}" if ones else "")
    if value < 10 * _BELOW_HUNDRED:
        hundreds, rest = divmod(value, _BELOW_HUNDRED)
        tail = f" and {_formatted(rest)}" if rest else ""
        return f"{_ONES[hundreds]} hundred{tail}"
    return str(value)


def _sources(slots: dict[str, Any], line: str, plain: str) -> Iterator[Mutation]:
    source, other = slots["source"], slots["other"]
    clause = line.removesuffix(f", {source} said.")
    inner = clause[0].lower() + clause[1:] if clause.split()[0] in _COMMON else clause
    capital = source[0].upper() + source[1:]
    attribution = ("certainty",)
    yield Mutation(
        "source replaced", line, line.replace(source, other), "attribution", attribution
    )
    yield Mutation("source dropped", line, f"{clause}.", "attribution", attribution)
    added = plain.removesuffix(".") + f", {other} said."
    yield Mutation("source added", plain, added, "attribution", attribution)
    yield Mutation("according to", line, f"According to {source}, {inner}.", "reworded")
    yield Mutation("source first", line, f"{capital} said {inner}.", "reworded")
    yield Mutation("sentence removed", line, None, "removed")


# Words that begin a count sentence without being a name.
_COMMON = [
    "Floods",
    "Doctors",
    "Investigators",
    "Fans",
    "Rescuers",
    "Firefighters",
    "The",
    "Bus",
    "Thieves",
    "Farmers",
    "Schools",
    "Hackers",
    "Customs",
    "Beekeepers",
]


def _elsewhere(
    slots: dict[str, Any], line: str, seed: random.Random
) -> Iterator[Mutation]:
    retold, number = slots["retold"], slots["number"]
    value = int(number.replace(",", ""))

    def told(template: str, after: str, kind: str, *also: str) -> Mutation:
        return Mutation(template, line, after, kind, also, ELSEWHERE)

    independent = slots["independent"]
    yield told("wire copy", line, "reworded")
    yield told("same source", f"{retold}, {slots['source']} said.", "reworded")
    yield told("independent source", f"{retold}, {independent} said.", "corroborated")
    rival = f"{seed.randint(value // 3, value * 2 // 3):,}"
    contrary = f"{retold.replace(number, rival)}, {independent} said."
    yield told("rival count", contrary, "conflict", "figure")
    yield told("denial", slots["denial"], "denied")


def _passages(slots: dict[str, Any], lines: list[str]) -> Iterator[Mutation]:
    def edit(
        template: str, at: int, old: str, new: str, kind: str, *also: str
    ) -> Mutation:
        line = lines[at]
        if line.count(old) != 1:
            raise ValueError(f"{old!r} is not once in {line!r}")
        return Mutation(template, line, line.replace(old, new), kind, also)

    hedged, bare = slots["hedge"]
    yield edit("hedge dropped", 2, hedged, bare, "certainty")
    yield edit("hedge added", *slots["add_hedge"], "certainty")
    for what, (at, old, new) in zip(
        ("name", "place", "date"), slots["corrected"], strict=True
    ):
        yield edit(f"{what} corrected", at, old, new, "corrected")
    yield edit("detail added", *slots["detail"], "detail")
    yield edit("detail dropped", *slots["dropped"], "detail")
    for at, old, new in slots["reworded"]:
        yield edit("reworded", at, old, new, "reworded")
    yield edit("negated", *slots["negated"], "corrected", "denied")


def generate() -> list[dict[str, Any]]:
    """All chosen mutations, as JSON objects."""
    seed = random.Random(SEED)
    slots = tomllib.loads((FOLDER / "slots.toml").read_text(encoding="utf-8"))
    by_template: dict[str, list[tuple[str, Mutation]]] = {}
    for name, given in slots.items():
        text = (FOLDER / "articles" / f"{name}.txt").read_text(encoding="utf-8")
        for mutation in mutations(given, text, seed):
            by_template.setdefault(mutation.template, []).append((name, mutation))
    chosen = [
        pair
        for pairs in by_template.values()
        for pair in seed.sample(pairs, min(len(pairs), PER_TEMPLATE))
    ]
    return [
        mutation.as_json(number, f"{name}.txt")
        for number, (name, mutation) in enumerate(chosen)
    ]


def text() -> str:
    """The file's content."""
    return "".join(json.dumps(m, ensure_ascii=False) + "\n" for m in generate())


if __name__ == "__main__":
    (FOLDER / "mutations.jsonl").write_text(text(), encoding="utf-8")
