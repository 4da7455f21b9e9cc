"""What is measured is what runs: adapters translate, the service calls the same code.

A function of the engine is disabled, and both the score of its task and a scenario
of the service must break.
"""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from monitor.analysis import work
from monitor.claims.judge import Judgement
from monitor.claims.novelty import Novelty
from monitor.claims.stance import Stance
from monitor.evaluation import run
from tests.scenario_runner import play, unmet

TESTS = Path(__file__).parent
PACKAGE = TESTS.parent / "monitor"
ADAPTERS = sorted(
    path
    for path in (PACKAGE / "evaluation" / "tasks").glob("*.py")
    if path.name != "__init__.py"
)
LONGEST_ADAPTER = 40
# Items of a score: a disabled function shows in a handful.
ENOUGH = 12


class Here:
    """An analyst without worker processes, so that a test can disable functions."""

    def parse_feeds(self, jobs: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
        """Parse feeds in this process."""
        for job in filter(None, jobs):
            yield job[0], work.parse_feed(job[1])

    def analyse(self, jobs: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
        """Analyse pages in this process."""
        for job in filter(None, jobs):
            yield job[0], work.analyse_page(job[1], {})


@dataclass(frozen=True)
class Part:
    """A function of the engine, a task that measures it, a scenario that needs it."""

    function: str
    disabled: Callable[..., Any]
    task: str
    figure: str
    kinds: tuple[str, ...]
    scenario: str


PARTS = (
    Part(
        "compare.compare_revisions",
        lambda *_, **__: [],
        "revision",
        "factual.f1",
        ("certainty",),
        "hedge_confirmed",
    ),
    Part(
        "match.judge",
        lambda *_, **__: Judgement(None, "disabled"),
        "mutations",
        "right",
        ("denied", "corroborated", "conflict"),
        "confirmed_denied_corrected",
    ),
    Part(
        "quantities.find",
        lambda *_, **__: (),
        # `revision` asks for the kind alone, which a changed digit already tells
        "mutations",
        "right",
        ("figure",),
        "flapping",
    ),
    Part(
        "find._find",
        lambda *_, **__: (),
        "revision",
        "factual.f1",
        ("quantity",),
        "flapping",
    ),
    Part(
        "sources.chain",
        lambda *_, **__: (),
        "revision",
        "types.attribution.f1",
        ("attribution",),
        "flapping",
    ),
    Part(
        "attribution.Reader.read",
        lambda *_: [],
        "attribution",
        "overlap_0.3.f1",
        (),
        "flapping",
    ),
    Part(
        "novelty.Known.judge",
        lambda *_: Novelty(False, 1.0, None, "disabled"),
        "novelty",
        "f1",
        (),
        "retelling",
    ),
    Part("checkworthy.score", lambda _: 0.0, "checkworthy", "f1", (), "retelling"),
    Part("stance.of", lambda *_: Stance.OBSERVING, "stance", "macro_f1", (), "hoax"),
    Part("support.judge", lambda *_: "new", "transition", "macro_f1", (), "turned"),
)


def gold(part: Part, folder: Path) -> Path:
    """Some items of our own data that need the part."""
    name = "revision_pairs" if part.task == "revision" else part.task
    path = TESTS / "quality" / f"{name}.jsonl"
    items = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    kinds = set(part.kinds)
    chosen = [
        item
        for item in items
        if not kinds or kinds & {*item.get("changes", ()), *_expected(item)}
    ]
    out = folder / "gold.jsonl"
    out.write_text(
        "".join(json.dumps(item) + "\n" for item in chosen[:ENOUGH]), "utf-8"
    )
    return out


def _expected(item: dict[str, Any]) -> set[str]:
    return {item["expected"]["kind"]} if "expected" in item else set()


def score(part: Part, folder: Path) -> float:
    """The figure of the part's task."""
    articles = TESTS / "quality" / "articles"
    report = run(part.task, gold(part, folder), articles=articles)
    return float(report.figure(part.figure))


def problems(part: Part, folder: Path) -> list[str]:
    """What the part's scenario finds wrong."""
    path = TESTS / "scenarios" / f"{part.scenario}.toml"
    assert "aliases" not in tomllib.loads(path.read_text(encoding="utf-8"))
    return [
        problem
        for given, told in play(path, folder, Here())  # type: ignore[arg-type]
        for problem in unmet(given.get("expect", []), told.changes)
    ]


@pytest.mark.long
@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.function)
def test_a_disabled_function_breaks_its_score_and_a_scenario(
    part: Part, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "whole").mkdir()
    (tmp_path / "broken").mkdir()
    whole = score(part, tmp_path)
    assert not problems(part, tmp_path / "whole")
    monkeypatch.setattr(f"monitor.claims.{part.function}", part.disabled)
    assert score(part, tmp_path) < whole / 2
    assert problems(part, tmp_path / "broken")


@pytest.mark.parametrize("path", ADAPTERS, ids=lambda path: path.stem)
def test_an_adapter_only_translates(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len([line for line in lines if line.strip()]) <= LONGEST_ADAPTER
    calls = [m for m in _claims_imports(path) if any(f"{m}." in line for line in lines)]
    assert calls


@pytest.mark.parametrize("path", ADAPTERS, ids=lambda path: path.stem)
def test_an_adapter_calls_what_the_service_calls(path: Path) -> None:
    assert _claims_imports(path) <= _of_service()


# `attributions` is the loop over `Reader.read`, which the finder calls itself.
WITHOUT_CALLER = {"attribution"}


@pytest.mark.parametrize("path", ADAPTERS, ids=lambda path: path.stem)
def test_an_adapter_calls_a_function_that_the_service_calls(path: Path) -> None:
    service = _code_of_service()
    modules = "|".join(_claims_imports(path))
    calls = re.findall(
        rf"\b(?:{modules})\.([\w.]+)\(", path.read_text(encoding="utf-8")
    )
    asked = [name for name in calls if f".{name}(" in service]
    assert bool(asked) is (path.stem not in WITHOUT_CALLER)


@cache
def _code_of_service() -> str:
    files = [p for p in PACKAGE.rglob("*.py") if "evaluation" not in p.parts]
    return "".join(path.read_text(encoding="utf-8") for path in files)


def _claims_imports(path: Path) -> set[str]:
    """The modules of `monitor.claims` that a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ImportFrom) or node.module is None:
            continue
        if node.module == "monitor.claims":
            found |= {alias.name for alias in node.names}
        elif node.module.startswith("monitor.claims."):
            found.add(node.module.split(".")[2])
    return found


@cache
def _of_service() -> set[str]:
    """The modules of the engine that the pipeline and the workers reach."""
    reached: set[str] = set()
    waiting = {
        module
        for folder in ("pipeline", "analysis")
        for path in (PACKAGE / folder).glob("*.py")
        for module in _claims_imports(path)
    }
    while waiting:
        module = waiting.pop()
        reached.add(module)
        path = PACKAGE / "claims" / f"{module}.py"
        if path.is_file():
            waiting |= _claims_imports(path) - reached
    return reached
