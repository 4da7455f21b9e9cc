"""Whole-path scenarios: files a person can read, with the exact alerts."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from monitor.analysis import Analyst
from tests.scenario_runner import play, unmet

SCENARIOS = sorted((Path(__file__).parent / "scenarios").glob("*.toml"))
# many passes: run by `make test-long`
LONG = {"live_blog", "ten_copies"}


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(p, marks=[pytest.mark.long] if p.stem in LONG else [], id=p.stem)
        for p in SCENARIOS
    ],
)
def test_scenario_tells_exactly_what_it_says(
    path: Path, tmp_path: Path, analyst: Analyst
) -> None:
    aliases = tomllib.loads(path.read_text(encoding="utf-8")).get("aliases")
    if aliases:
        with Analyst(workers=1, aliases=aliases) as knowing:
            problems = _problems(path, tmp_path, knowing)
    else:
        problems = _problems(path, tmp_path, analyst)
    assert not problems, "\n" + "\n".join(problems)


def _problems(path: Path, folder: Path, analyst: Analyst) -> list[str]:
    problems = []
    for given, told in play(path, folder, analyst):
        problems += [
            f"{told.step}: {problem}"
            for problem in unmet(given.get("expect", []), told.changes)
        ]
        if bool(told.changes) != bool(told.messages):
            problems.append(f"{told.step}: {told.messages} messages were sent")
    return problems


def test_there_are_scenarios() -> None:
    assert SCENARIOS
