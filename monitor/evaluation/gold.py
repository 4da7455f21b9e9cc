"""Reads gold and writes predictions: one JSON object a line, each with an `id`.

A wrong line is one `ClaimwatchError` that names file and line.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from monitor.errors import ClaimwatchError

Item = dict[str, Any]


# What the values of well-known keys must be; a key may hold null where gold has it.
_TEXTS = frozenset(
    ["text", "before", "claim", "headline", "a", "b", "sentence", "article"]
)
_LISTS = frozenset(
    ["changes", "attributions", "quantities", "baseline", "sentences", "old", "new"]
)


def read(path: Path, required: Iterable[str] = ()) -> list[Item]:
    """Read the items of a JSONL file, checking ids and the `required` keys."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise ClaimwatchError(f"{path}: not UTF-8 text ({error.reason})") from error
    except OSError as error:
        raise ClaimwatchError(
            f"{path}: can't be read ({error.strerror}); GOLD.jsonl is a file of "
            "labelled items, one JSON object a line"
        ) from error
    items: list[Item] = []
    line_by_id: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        item = _item(path, number, line, required)
        if item["id"] in line_by_id:
            first = line_by_id[item["id"]]
            raise ClaimwatchError(
                f"{path}:{number}: id {item['id']!r} is already on line {first}"
            )
        line_by_id[item["id"]] = number
        items.append(item)
    if not items:
        raise ClaimwatchError(f"{path}: no items")
    return items


def _item(path: Path, number: int, line: str, required: Iterable[str]) -> Item:
    try:
        item = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        what = error.msg if isinstance(error, json.JSONDecodeError) else "too deep"
        raise ClaimwatchError(f"{path}:{number}: not JSON ({what})") from error
    if not isinstance(item, dict):
        raise ClaimwatchError(f"{path}:{number}: not a JSON object")
    if not isinstance(item.get("id"), str):
        raise ClaimwatchError(f"{path}:{number}: no id")
    missing = [key for key in required if key not in item]
    if missing:
        raise ClaimwatchError(f"{path}:{number}: no {', '.join(missing)}")
    for key in required:
        if key in _TEXTS and not isinstance(item[key], str):
            raise ClaimwatchError(f"{path}:{number}: {key} is not a text")
        if key in _LISTS and not isinstance(item[key], list):
            raise ClaimwatchError(f"{path}:{number}: {key} is not a list")
    return item


def line_of(path: Path, item: Item) -> int:
    """The line of the gold file that holds an item read from it."""
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if line.strip() and json.loads(line)["id"] == item["id"]:
            return number
    return 0


def write(path: Path, predictions: Iterable[Mapping[str, Any]]) -> None:
    """Write predictions, one a line."""
    lines = [json.dumps(p, ensure_ascii=False) + "\n" for p in predictions]
    try:
        path.write_text("".join(lines), encoding="utf-8")
    except OSError as error:
        raise ClaimwatchError(
            f"{path}: can't be written ({error.strerror}); --out takes another file"
        ) from error
