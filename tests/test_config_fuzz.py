"""Whatever stands in the file, the answer is a configuration or a ConfigError."""

from __future__ import annotations

import copy
import json
import tomllib
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor import config
from monitor.config.models import ConfigFile
from monitor.errors import ConfigError

ROOT = Path(__file__).parents[1]
WHOLE = tomllib.loads(
    (ROOT / "config/claimwatch.example.toml").read_text("utf-8")
) | tomllib.loads(
    """
    [claimwatch]
    timezone = "Europe/Oslo"
    tick = "1s"
    [checks]
    schedule = [{ until = "3h", every = "15m" }]
    [digest]
    at = "08:00"
    channels = ["newsroom-slack"]
    [fetch]
    concurrency = 4
    [severities]
    removed = "critical"
    [aliases]
    HA = "Harbour Authority"
    """
)
ENVIRON = {"HOME": "/home/reader", "SLACK_WEBHOOK": "json://hunter2-Zx/"}

words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12)
scalars = st.one_of(
    words,
    st.booleans(),
    st.integers(-(2**40), 2**40),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["0s", "/(/", "${X}", "${SLACK_WEBHOOK}", "feeds", "07:00"]),
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3)
    ),
    max_leaves=6,
)
keys = st.one_of(words, st.sampled_from([*ConfigFile.model_fields, "name", "url"]))


def paths(node: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The place of every value in the tables, the root included."""
    children: list[tuple[Any, Any]] = []
    if isinstance(node, dict):
        children = list(node.items())
    elif isinstance(node, list):
        children = list(enumerate(node))
    found = [here]
    for key, child in children:
        found += paths(child, (*here, key))
    return found


def replaced(data: dict[str, Any], path: tuple[Any, ...], value: Any) -> Any:
    changed = copy.deepcopy(data)
    node: Any = changed
    for part in path[:-1]:
        node = node[part]
    node[path[-1]] = value
    return changed


def toml(value: Any) -> str:
    """A value as inline TOML."""
    if isinstance(value, dict):
        inside = ", ".join(f"{text_of(k)} = {toml(v)}" for k, v in value.items())
        return f"{{{inside}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(toml, value))}]"
    return text_of(value)


def text_of(value: Any) -> str:
    # JSON is TOML here, but for surrogate pairs and DEL
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def outcome(data: dict[str, Any]) -> list[str]:
    text = "\n".join(f"{text_of(k)} = {toml(v)}" for k, v in data.items())
    try:
        config.parse(text, path=Path("/x/claimwatch.toml"), environ=ENVIRON)
    except ConfigError as error:
        return error.problems
    return []


def test_the_whole_is_right() -> None:
    assert outcome(WHOLE) == []


@settings(max_examples=300)
@given(st.data())
def test_any_value_anywhere(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from([p for p in paths(WHOLE) if p]))
    told = outcome(replaced(WHOLE, path, data.draw(values)))
    assert all("\n" not in line and "hunter2-Zx" not in line for line in told)
    assert not [line for line in told if line.startswith("line ")], "no syntax errors"


@settings(max_examples=150)
@given(st.dictionaries(keys, values, max_size=4))
def test_any_tables(data: dict[str, Any]) -> None:
    for line in outcome(data):
        assert "\n" not in line


@settings(max_examples=150)
@given(st.text(max_size=80))
def test_any_text(text: str) -> None:
    try:
        config.parse(text, path=Path("/x/claimwatch.toml"), environ=ENVIRON)
    except ConfigError as error:
        told = error.problems
    else:
        told = []
    assert all(told)
