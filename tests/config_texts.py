"""Configurations as texts, and what is said of them."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

from monitor import config, settings
from monitor.errors import ConfigError

ROOT = Path(__file__).parents[1]
RULES = sorted((ROOT / "tests/config_rules").glob("*.toml"))
EXAMPLE = ROOT / "config/claimwatch.example.toml"
HOME = {"HOME": "/home/reader"}
MINE = textwrap.dedent(
    """\
    # my own file, with a strange   layout
    [claimwatch]
    timezone = "Europe/Oslo"   # mine

    [[feeds]]
    name = "harbour"
    url = "https://harbour.example/feed"

    # the second one
    [[feeds]]
    name = 'island'
    url = "https://island.example/feed"
    [feeds.labels]
    region = "north"

    # where it goes
    [[channels]]
    name = "desk"
    url = "json://127.0.0.1:8080/"
    """
)


def header(path: Path) -> tuple[dict[str, str], list[str]]:
    """The environment and the expected problems that a rule file states."""
    environ, expected = dict(HOME), []
    for line in path.read_text("utf-8").splitlines():
        if found := re.match(r"# env: (\w+)=(.*)", line):
            environ[found[1]] = found[2]
        if found := re.match(r"# expect: (.*)", line):
            expected.append(found[1].replace("{folder}", str(path.parent)))
    return environ, expected


def problems_of(text: str, environ: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        config.parse(text, path=Path("/x/claimwatch.toml"), environ=environ or HOME)
    return caught.value.problems


def load_text(text: str, **environ: str) -> settings.Config:
    return config.parse(
        text, path=Path("/x/claimwatch.toml"), environ={**HOME, **environ}
    )
