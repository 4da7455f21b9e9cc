"""The JSON Schema of the configuration file, for editors."""

from __future__ import annotations

import inspect
from datetime import timedelta
from typing import Any

from pydantic.json_schema import GenerateJsonSchema
from typing_extensions import override

from monitor.config.durations import format_duration
from monitor.config.models import ConfigFile


class _Schema(GenerateJsonSchema):
    @override
    def encode_default(self, dft: Any) -> Any:
        if isinstance(dft, timedelta):
            return format_duration(dft)
        if isinstance(dft, list):
            return [self.encode_default(item) for item in dft]
        if hasattr(dft, "model_fields_set"):
            return {name: self.encode_default(value) for name, value in dft}
        return super().encode_default(dft)


def schema() -> dict[str, Any]:
    """The JSON Schema of a configuration file, as TOML editors use it."""
    found = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **ConfigFile.model_json_schema(schema_generator=_Schema),
        "title": "Claimwatch configuration",
    }
    _unindent(found)
    return found


def _unindent(node: Any) -> None:
    """Descriptions without the indentation that Python keeps up to 3.12."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "description" and isinstance(value, str):
                node[key] = inspect.cleandoc(value)
            else:
                _unindent(value)
    elif isinstance(node, list):
        for item in node:
            _unindent(item)
