"""The cue lexicons of `data/cues.toml`, read once. Pure."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from monitor.claims import wordlists


@cache
def words(key: str) -> frozenset[str]:
    """The words under a dotted key, such as `source.anonymous`."""
    table: Any = wordlists.table("cues")
    for part in key.split("."):
        table = table[part]
    return frozenset(table.split())


def plain(language: str) -> dict[str, str]:
    """The plainest cues of a language; English where it has none."""
    table: dict[str, dict[str, str]] = wordlists.table("cues")["plain"]
    return table.get(wordlists.code(language), table["en"])


def without_false_events(text: str, language: str) -> str:
    """The text of equal length without small words that look like English events."""
    pattern = _no_event(wordlists.code(language))
    if pattern is None:
        return text
    return pattern.sub(lambda m: "_" * len(m.group()), text)


@cache
def _no_event(code: str) -> re.Pattern[str] | None:
    words = wordlists.table("cues")["no_event"].get(code)
    if words is None:
        return None
    return re.compile(rf"\b(?:{'|'.join(words.split())})\b", re.IGNORECASE)


@cache
def speakers(kind: str) -> frozenset[str]:
    """Nouns for a `person` or a `body`, singular: who can be a source."""
    lines = wordlists.read("speakers.txt").splitlines()
    rows = (line.split() for line in lines if line.startswith(f"{kind} "))
    return frozenset(word for row in rows for word in row[1:])
