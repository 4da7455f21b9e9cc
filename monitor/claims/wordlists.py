"""The files of `monitor/claims/data`: lists of everyday words, tables, models. Pure.

Read once, and part of the engine as its code is.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Any

from monitor.claims.sought import Sought, sought


def read(name: str) -> str:
    """The text of `data/<name>`; FileNotFoundError in a build without it."""
    path = resources.files("monitor.claims").joinpath("data", name)
    return path.read_text(encoding="utf-8")


@cache
def table(file: str) -> dict[str, Any]:
    """All of `data/<file>.toml`."""
    return tomllib.loads(read(f"{file}.toml"))


def code(language: str) -> str:
    """The language by which lists are kept: "pt" of "pt-BR" and "pt_br"."""
    return language.lower().replace("_", "-").split("-")[0]


@cache
def words(file: str, name: str) -> frozenset[str]:
    """The words of list `name` in `data/<file>.toml`."""
    row = table(file)[name]
    return frozenset(row.split() if isinstance(row, str) else row)


@cache
def mapping(file: str, name: str) -> dict[str, str]:
    """The table `name` of `data/<file>.toml`, as it stands."""
    row = table(file)[name]
    return row if isinstance(row, dict) else {}


@cache
def classes(file: str, name: str) -> dict[str, str]:
    """Word → class of a table of `class = "word word"` rows; the last row wins."""
    return {w: c for c, row in mapping(file, name).items() for w in row.split()}


@cache
def phrases(file: str, name: str) -> tuple[tuple[str, Sought], ...]:
    """(class, pattern) of a table of `class = "phrase|phrase"` rows.

    A phrase is plain words; what it looks ahead for may stand in brackets behind it.
    """
    return tuple(
        (c, sought(rf"\b(?:{row})\b", " ".join(map(_telling, _plain(row)))))
        for c, row in mapping(file, name).items()
    )


def _plain(row: str) -> list[str]:
    """The phrases of a row without what they look ahead for."""
    inner = re.compile(r"\([^()]*\)")
    while inner.search(row):
        row = inner.sub("", row)
    return row.split("|")


def _telling(phrase: str) -> str:
    """The longest word of a phrase: most often the rarest."""
    found: list[str] = re.findall(r"\w+", phrase.casefold())
    return max(found, key=len)
