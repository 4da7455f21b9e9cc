"""Problems of a configuration, each one line: key path, what is wrong, a hint.

No message repeats the value of a key that may hold a secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Final, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from monitor.config.models import ConfigFile
from monitor.config.values import did_you_mean, quoted

Location = tuple[str | int, ...]

_TYPE_NAMES: Final[dict[type, str]] = {
    bool: "a truth value",
    str: "a string",
    int: "a whole number",
    float: "a number",
    list: "a list",
    dict: "a table",
    datetime: "a date",
    date: "a date",
    time: "a time without quotes",
}
_WANTED: Final = {
    "string_type": 'must be a string in quotes, as in "…"',
    "bool_type": "must be true or false, without quotes",
    "int_type": "must be a whole number, without quotes",
    "int_from_float": "must be a whole number",
    "list_type": 'must be a list, as in ["…"]',
    "dict_type": 'must be a table, as in { key = "…" }',
    "model_type": "must be a table",
    "time_delta_type": 'must be a duration in quotes, such as "15m"',
}


@dataclass(slots=True)
class Problems:
    """Collects problems in file order, one for each place.

    `origins` names where a value came from, if not from the file (a variable).
    """

    data: Mapping[str, Any]
    origins: Mapping[Location, str] = field(default_factory=dict)
    found: dict[Location, str] = field(default_factory=dict)

    def add(self, location: Location, text: str) -> None:
        """Note what is wrong at a place; the first problem of a place stays."""
        self.found.setdefault(location, text)

    def add_pydantic(self, errors: Iterable[ErrorDetails]) -> None:
        """Note what pydantic found, in our words."""
        for error in errors:
            location = error["loc"]
            # pydantic marks a wrong key of a free table in this way
            if location[-1:] == ("[key]",) and error["type"] != "extra_forbidden":
                location = location[:-1]
            self.add(location, _explain(error, location))

    def lines(self) -> list[str]:
        """All problems in the order of the file, each a line with its key path."""
        return [
            f"{self.origins.get(at, dotted(at))}: {text}{self._owner(at)}"
            for at, text in sorted(self.found.items(), key=self._position)
        ]

    def _owner(self, location: Location) -> str:
        """Name the feed, topic … of a numbered table, which is easier to find."""
        match location:
            case (str(section), int(index), *_):
                name = _get(self.data, section, index, "name")
                if isinstance(name, str) and name:
                    return f" ({section.removesuffix('s')} {quoted(name)})"
        return ""

    def _position(self, item: tuple[Location, str]) -> tuple[int, ...]:
        """Where the key stands in the file, level by level; unknown keys last."""
        here: Any = self.data
        position = []
        for part in item[0]:
            if isinstance(part, int):
                position.append(part)
            else:
                keys = list(here) if isinstance(here, Mapping) else []
                position.append(keys.index(part) if part in keys else len(keys))
            here = _get(here, part)
        return tuple(position)


def dotted(location: Location) -> str:
    """A key path as it would be written: feeds[2].labels.region."""
    text = ""
    for part in location:
        bare = isinstance(part, int) or re.fullmatch(r"[A-Za-z0-9_-]+", part)
        name = str(part) if bare else quoted(str(part))
        text += f"[{name}]" if isinstance(part, int) else f".{name}"
    return text.removeprefix(".")


def _get(data: Any, *path: str | int) -> Any:
    for part in path:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _explain(error: ErrorDetails, location: Location) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    if kind == "extra_forbidden":
        return _unknown(location)
    if kind == "missing":
        return "is missing"
    if kind in ("greater_than_equal", "less_than_equal"):
        return f"must be at {_bound(kind)} {context.get('ge', context.get('le'))}"
    if kind == "too_short":
        return "must not be empty"
    if kind == "string_too_short":
        return "must not be an empty string"
    if kind == "list_type" and isinstance(error["input"], dict) and len(location) == 1:
        return f"is written with double brackets: [[{location[0]}]]"
    wanted = _WANTED.get(kind, "has a value that can't be used")
    given = _TYPE_NAMES.get(type(error["input"]))
    return f"{wanted}; this is {given}" if given else wanted


def _bound(kind: str) -> str:
    return "least" if kind == "greater_than_equal" else "most"


def _unknown(location: Location) -> str:
    key = str(location[-1])
    known = _keys_at(location[:-1])
    home = _section_of(key) if len(location) == 1 else None
    if home:
        return f"unknown key; it belongs in [{home}]"
    return f"unknown key{did_you_mean(key, known)}"


def _keys_at(location: Location) -> list[str]:
    """The keys that the table at this place may have."""
    model: type[BaseModel] = ConfigFile
    for part in location:
        if isinstance(part, str):
            found = _table_of(model, part)
            if found is None:
                return []
            model = found
    return [f.alias or name for name, f in model.model_fields.items()]


def _table_of(model: type[BaseModel], key: str) -> type[BaseModel] | None:
    """The model of the table (or of the list's tables) that stands under a key."""
    info = model.model_fields.get(key)
    if info is None:
        return None
    for candidate in (info.annotation, *get_args(info.annotation)):
        if isinstance(candidate, type) and issubclass(candidate, BaseModel):
            return candidate
    return None


def _section_of(key: str) -> str | None:
    """The single-bracket section that has this key, if just one has."""
    homes = [
        name
        for name, info in ConfigFile.model_fields.items()
        if isinstance(info.annotation, type)
        and issubclass(info.annotation, BaseModel)
        and key in info.annotation.model_fields
    ]
    return homes[0] if len(homes) == 1 else None
