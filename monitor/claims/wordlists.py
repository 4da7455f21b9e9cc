"""Lists of everyday English words, kept as package data."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources


@cache
def _table(file: str) -> dict[str, str | dict[str, str]]:
    path = resources.files("monitor.claims.data").joinpath(f"{file}.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def words(file: str, name: str) -> frozenset[str]:
    """The words of list `name` in `data/<file>.toml`."""
    row = _table(file)[name]
    return frozenset(row.split() if isinstance(row, str) else row)


@cache
def mapping(file: str, name: str) -> dict[str, str]:
    """The table `name` of `data/<file>.toml`, as it stands."""
    row = _table(file)[name]
    return row if isinstance(row, dict) else {}


@cache
def classes(file: str, name: str) -> dict[str, str]:
    """Word → class of a table of `class = "word word"` rows; the last row wins."""
    return {w: c for c, row in mapping(file, name).items() for w in row.split()}


@cache
def phrases(file: str, name: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """(class, pattern) of a table of `class = "phrase|phrase"` rows."""
    return tuple(
        (c, re.compile(rf"\b(?:{row})\b", re.IGNORECASE))
        for c, row in mapping(file, name).items()
    )
