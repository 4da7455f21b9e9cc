"""Reading the raw tables of a file, whatever shapes they have. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from monitor.config.problems import Location, Problems
from monitor.config.values import did_you_mean, quoted


def names(data: Mapping[str, Any], section: str) -> list[str]:
    """The names given in a section of named tables."""
    found = (table.get("name") for _, table in tables(data, section))
    return [name for name in found if isinstance(name, str)]


def tables(
    data: Mapping[str, Any], section: str
) -> Iterator[tuple[int, dict[str, Any]]]:
    """The tables of a double-bracket section with their index."""
    value = data.get(section)
    for index, table in enumerate(value if isinstance(value, list) else []):
        if isinstance(table, dict):
            yield index, table


def table_of(data: Mapping[str, Any], section: str) -> Mapping[str, Any]:
    """A single table, empty where there is none."""
    value = data.get(section)
    return value if isinstance(value, dict) else {}


def strings(value: Any) -> list[tuple[int, str]]:
    """The texts of a list with their index."""
    values = value if isinstance(value, list) else []
    return [(i, text) for i, text in enumerate(values) if isinstance(text, str)]


def references(
    data: Mapping[str, Any], location: Location, section: str, problems: Problems
) -> None:
    """Each name of the list at `location` must be defined in `section`."""
    value: Any = data
    for part in location:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return
    known = names(data, section)
    for index, name in strings(value):
        if name not in known:
            noun = section.removesuffix("s")
            hint = did_you_mean(name, known) or f"; add it under [[{section}]]"
            problems.add(
                (*location, index), f"there is no {noun} named {quoted(name)}{hint}"
            )
