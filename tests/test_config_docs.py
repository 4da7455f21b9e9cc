"""The guide to the configuration: its tables are the models, its examples load.

UPDATE_DOCS=1 writes the tables and the JSON Schema anew.
"""

from __future__ import annotations

import json
import os
import re
import types
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from monitor import config
from monitor.config.models import ConfigFile
from monitor.config.values import LABEL_WORDS
from monitor.model import Severity
from monitor.settings import GROUP_LABELS, MATCH_LABELS

ROOT = Path(__file__).parents[1]
GUIDE = ROOT / "docs/guide/configuration.md"
SCHEMA = ROOT / "config/claimwatch.schema.json"
MARKED = re.compile(r"(<!-- keys: [^\n]* -->\n).*?(<!-- /keys -->)", re.DOTALL)
TYPES = {
    str: "string",
    bool: "true/false",
    int: "number",
    float: "number",
    Severity: "word",
    timedelta: "duration",
    # written as text: "20/1m"
    tuple: "string",
    list: "list",
    dict: "table",
}


def sections() -> dict[str, tuple[str, type[BaseModel]]]:
    """Heading -> (what the section is for, its model)."""
    found = {}
    for name, info in ConfigFile.model_fields.items():
        kinds = [info.annotation, *get_args(info.annotation)]
        for kind in kinds:
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                doc = " ".join((kind.__doc__ or "").split())
                found[name] = (doc, kind)
    return found


def shown_type(annotation: Any) -> str:
    origin = get_origin(annotation)
    if origin in (types.UnionType, Union, Annotated):
        return shown_type(get_args(annotation)[0])
    return TYPES[origin or annotation]


def shown_default(info: FieldInfo) -> str:
    if info.is_required():
        return "required"
    value = info.default
    if isinstance(value, timedelta):
        return f'`"{config.format_duration(value)}"`'
    if isinstance(value, list) and value and isinstance(value[0], BaseModel):
        return "see below"
    if value in (None, "", [], {}):
        return ""
    return f"`{json.dumps(value)}`"


def rendered() -> str:
    lines: list[str] = []
    for name, (doc, model) in sections().items():
        lines += ["", f"### {name}", "", doc, ""]
        lines += ["| key | type | default | meaning |", "|---|---|---|---|"]
        for field, info in model.model_fields.items():
            key = info.alias or field
            default = shown_default(info)
            # a list of tables of its own is told by its steps
            if default == "see below":
                steps = ", ".join(
                    f"{config.format_duration(s.every)} until "
                    f"{config.format_duration(s.until)}"
                    for s in info.default
                )
                default = f"every {steps}"
            lines.append(
                f"| `{key}` | {shown_type(info.annotation)} | {default} "
                f"| {info.description} |"
            )
    for name in ("severities", "aliases"):
        doc = ConfigFile.model_fields[name].description
        lines += ["", f"### {name}", "", str(doc)]
    return "\n".join(lines).strip() + "\n"


def test_tables_are_the_models() -> None:
    text = GUIDE.read_text("utf-8")
    if os.environ.get("UPDATE_DOCS"):
        text = MARKED.sub(lambda m: m[1] + rendered() + m[2], text)
        GUIDE.write_text(text, "utf-8")
        SCHEMA.write_text(
            json.dumps(config.schema(), indent=2, ensure_ascii=False) + "\n", "utf-8"
        )
    marked = MARKED.search(text)
    assert marked
    assert marked[0] == marked[1] + rendered() + marked[2]


def blocks() -> list[str]:
    return re.findall(r"```toml\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)


@pytest.mark.parametrize("block", blocks())
def test_examples_load(block: str) -> None:
    secrets = set(re.findall(r"\$\{(\w+)\}", block))
    environ = {"HOME": "/home/reader", **dict.fromkeys(secrets, "json://x/")}
    loaded = config.parse(block, path=Path("/x/claimwatch.toml"), environ=environ)
    assert loaded.feeds
    assert not [n for n in config.notes(loaded, environ) if "no channels" not in n]


def test_there_are_examples() -> None:
    assert len(blocks()) >= 4


def row(label: str) -> str:
    found = re.search(
        rf"^\| `{label}`[^|]*\|(.*)\|$", GUIDE.read_text("utf-8"), re.MULTILINE
    )
    assert found, label
    return found[1]


@pytest.mark.parametrize(("label", "words"), LABEL_WORDS.items())
def test_label_values_are_told(label: str, words: type[StrEnum]) -> None:
    assert re.findall(r"`([\w-]+)`", row(label)) == [word.value for word in words]


def test_every_label_is_told() -> None:
    text = GUIDE.read_text("utf-8")
    table = text[text.index("| label | values |") : text.index("## All keys")]
    for label in (*MATCH_LABELS, *GROUP_LABELS):
        assert f"`{label}`" in table
