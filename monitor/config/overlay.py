"""Values from flags and `CLAIMWATCH_…` variables, laid over those of the file."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from typing import Any, Final, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from monitor.config.models import ConfigFile
from monitor.config.problems import Location
from monitor.config.values import did_you_mean

# (section, key)
Key = tuple[str, str]

PREFIX: Final = "CLAIMWATCH_"
# Read by other parts: the path of the file itself.
_OTHER: Final = frozenset({"CLAIMWATCH_CONFIG"})


def variables() -> dict[str, Key]:
    """Each variable that is read, with the key it stands for.

    `CLAIMWATCH_DATABASE` is [claimwatch] database; the other sections name
    themselves: `CLAIMWATCH_FETCH_TIMEOUT` is [fetch] timeout.
    """
    return {
        PREFIX + "_".join(key[key[0] == "claimwatch" :]).upper(): key
        for key, _ in _scalars()
    }


def lay_over(
    data: dict[str, Any], environ: Mapping[str, str], overrides: Mapping[str, str]
) -> dict[Location, str]:
    """Change `data` in place; return where each changed value came from.

    `overrides` maps a dotted key ("database", "fetch.timeout") to its text.
    """
    fields = dict(_scalars())
    origins: dict[Location, str] = {}
    for variable, location in variables().items():
        if environ.get(variable):
            _put(data, location, _typed(fields[location], environ[variable]))
            origins[location] = variable
    for dotted_key, text in overrides.items():
        parts = dotted_key.split(".")
        section, key = parts if len(parts) > 1 else ("claimwatch", dotted_key)
        location = (section, key)
        _put(data, location, _typed(fields[location], text))
        origins[location] = f"--{key.replace('_', '-')}"
    return origins


def unknown_variables(environ: Mapping[str, str]) -> list[str]:
    """A line for each `CLAIMWATCH_…` variable that no key answers to."""
    known = variables()
    return [
        f"{name} is set but stands for no key{did_you_mean(name, known)}"
        for name in sorted(environ)
        if name.startswith(PREFIX) and name not in known and name not in _OTHER
    ]


def _scalars() -> Iterator[tuple[Key, FieldInfo]]:
    for section, info in ConfigFile.model_fields.items():
        table = info.annotation
        if isinstance(table, type) and issubclass(table, BaseModel):
            for key, field in table.model_fields.items():
                # the steps of [checks] schedule don't fit in a variable
                if key != "schedule":
                    yield (section, key), field


def _put(data: dict[str, Any], location: Key, value: Any) -> None:
    section, key = location
    table = data.setdefault(section, {})
    if isinstance(table, dict):
        table[key] = value
        # url_file of the file gives way to a url from outside, and the reverse
        twin = (
            str(key).removesuffix("_file")
            if str(key).endswith("_file")
            else f"{key}_file"
        )
        table.pop(twin, None)


def _typed(field: FieldInfo, text: str) -> Any:
    """The text as the type that the key takes; what doesn't fit stays text."""
    kinds = _kinds(field.annotation)
    if bool in kinds and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if int in kinds and text.strip().isdigit():
        return int(text)
    if list in kinds:
        return [part.strip() for part in text.split(",") if part.strip()]
    return text


def _kinds(annotation: Any) -> list[Any]:
    origin = get_origin(annotation)
    # `list[str] | None` and `Annotated[…] | None` are unions of two sorts
    if origin in (types.UnionType, Union):
        return [kind for part in get_args(annotation) for kind in _kinds(part)]
    return [origin or annotation]
