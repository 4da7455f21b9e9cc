"""The JSON Schema of the configuration file, for editors."""

from __future__ import annotations

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
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **ConfigFile.model_json_schema(schema_generator=_Schema),
        "title": "Claimwatch configuration",
    }
