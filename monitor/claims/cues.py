"""The cue lexicons of `data/cues.toml`, read once. Pure."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Any


@cache
def _tables() -> dict[str, Any]:
    file = resources.files("monitor.claims") / "data" / "cues.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


@cache
def words(key: str) -> frozenset[str]:
    """The words under a dotted key, such as `source.anonymous`."""
    table: Any = _tables()
    for part in key.split("."):
        table = table[part]
    return frozenset(table.split())


def plain(language: str) -> dict[str, str]:
    """The plainest cues of a language; English where it has none."""
    table: dict[str, dict[str, str]] = _tables()["plain"]
    return table.get(_code(language), table["en"])


def without_false_events(text: str, language: str) -> str:
    """The text of equal length without small words that look like English events."""
    pattern = _no_event(_code(language))
    if pattern is None:
        return text
    return pattern.sub(lambda m: "_" * len(m.group()), text)


@cache
def _no_event(code: str) -> re.Pattern[str] | None:
    words = _tables()["no_event"].get(code)
    if words is None:
        return None
    return re.compile(rf"\b(?:{'|'.join(words.split())})\b", re.IGNORECASE)


def _code(language: str) -> str:
    return language.lower().replace("_", "-").split("-")[0]


@cache
def speakers(kind: str) -> frozenset[str]:
    """Nouns for a `person` or a `body`, singular: who can be a source."""
    file = resources.files("monitor.claims") / "data" / "speakers.txt"
    lines = file.read_text(encoding="utf-8").splitlines()
    rows = (line.split() for line in lines if line.startswith(f"{kind} "))
    return frozenset(word for row in rows for word in row[1:])
