"""What all tables of a configuration file share."""

from __future__ import annotations

import dataclasses
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


def default_of(cls: type[Any], name: str) -> Any:
    """The default that `settings` states for a field, lists instead of tuples."""
    field = next(f for f in dataclasses.fields(cls) if f.name == name)
    factory = field.default_factory
    value = field.default if factory is dataclasses.MISSING else factory()
    return list(value) if isinstance(value, tuple) else value


def key(cls: type[Any], name: str, description: str, **limits: Any) -> Any:
    """A key whose default `settings` states."""
    return Field(default=default_of(cls, name), description=description, **limits)


class Table(BaseModel):
    """A table that takes no unknown keys."""

    # no coercion, no unknown keys, and no input values in pydantic's own texts
    model_config = ConfigDict(strict=True, extra="forbid", hide_input_in_errors=True)
