"""The layout rules of docs/design.md, section 4, held against the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from monitor.model import ChangeKind

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "monitor"

# A module imports lower levels only; inside one package of a level, anything.
LEVELS = {
    0: {"errors", "memory", "model", "plurals", "settings", ""},
    1: {
        "addresses",
        "schedule",
        "feeds",
        "articles",
        "claims",
        "alerts",
        "urls",
        "opml",
        "habits",
        "robots",
    },
    2: {
        "fetch",
        "notify",
        "store",
        "analysis",
        "config",
        "clock",
        "places",
    },
    3: {"pipeline", "evaluation"},
    4: {"daemon", "review", "cli", "demo"},
}
# The five packages of the card and the SQLite libraries: one place each.
ONE_PLACE = {
    "feedparser": "feeds",
    "trafilatura": "articles",
    "apprise": "notify",
    "requests": "notify",
    "apscheduler": "daemon",
    "sqlite_utils": "store",
    "sqlite3": "store",
    "pysqlite3": "store",
    "aiohttp": "fetch",
    "aiohappyeyeballs": "fetch",
    "spacy": "claims",
    "protego": "robots",
    "rich": "cli",
    "click": "cli",
    "jinja2": "alerts",
    "datasette": "review",
    "uvicorn": "review",
}
# What pure modules may not touch: clocks, files they do not own, sockets, processes.
IMPURE = {"time", "socket", "subprocess", "threading", "asyncio", "random", "secrets"}
LONGEST_FILE = 400
LONGEST_FUNCTION = 60


def sources() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def top(path: Path) -> str:
    part = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    return "" if part == "__init__" else part


def level_of(name: str) -> int:
    for level, names in LEVELS.items():
        if name in names:
            return level
    raise AssertionError(f"monitor.{name} has no level in docs/design.md, section 4")


@dataclass(frozen=True)
class Source:
    """What the tests want to know of a file, which is parsed once."""

    lines: int
    imports: tuple[tuple[str, int], ...]
    for_type_checkers: frozenset[int]
    functions: tuple[tuple[str, int], ...]


def _imported(node: ast.AST) -> Iterator[tuple[str, int]]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield alias.name, node.lineno
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield node.module, node.lineno
        if node.module == "monitor":
            for alias in node.names:
                yield f"monitor.{alias.name}", node.lineno


def _span(node: ast.stmt) -> range:
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)


@cache
def source(path: Path) -> Source:
    text = path.read_text(encoding="utf-8")
    nodes = list(ast.walk(ast.parse(text)))
    return Source(
        len(text.splitlines()),
        tuple(found for node in nodes for found in _imported(node)),
        frozenset(
            line
            for node in nodes
            if isinstance(node, ast.If)
            and getattr(node.test, "id", "") == "TYPE_CHECKING"
            for line in _span(node)
        ),
        tuple(
            (node.name, len(_span(node)))
            for node in nodes
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        ),
    )


def test_the_documents_name_every_module_and_its_level() -> None:
    named = {level: names - {""} for level, names in LEVELS.items()}
    there = {top(path) for path in sources()} - {""}
    assert set().union(*named.values()) == there
    contributing = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    rows = re.findall(r"^\| (\d) \| ([^|]+) \|", contributing, re.MULTILINE)
    assert {int(n): set(re.findall(r"`(\w+)`", text)) for n, text in rows} == named
    design = (ROOT / "docs/design.md").read_text("utf-8")
    layout = re.findall(r"^  (\w+)(?:\.py|/) ", design, re.MULTILINE)
    assert set(layout) == there


@pytest.mark.parametrize("path", sources(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_module_imports_lower_levels_only(path: Path) -> None:
    own = top(path)
    wrong = []
    for name, line in source(path).imports:
        parts = name.split(".")
        if parts[0] != "monitor" or len(parts) < 2 or parts[1].startswith("__"):
            continue
        if parts[1] != own and level_of(parts[1]) >= level_of(own) > 0 and own:
            if level_of(parts[1]) == level_of(own) and _allowed_beside(own, parts[1]):
                continue
            wrong.append(f"line {line}: {name}")
    assert not wrong


def _allowed_beside(own: str, other: str) -> bool:
    """Same-level imports that the design names."""
    return (own, other) in {
        ("feeds", "urls"),
        ("articles", "urls"),
        ("robots", "urls"),
        ("notify", "notify_child"),
        ("cli", "daemon"),
        ("cli", "demo"),
        ("cli", "review"),
        ("config", "notify"),
        ("config", "places"),
    }


@pytest.mark.parametrize("path", sources(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_each_outside_package_is_imported_in_one_place(path: Path) -> None:
    skip = source(path).for_type_checkers
    own = top(path)
    wrong = [
        f"line {line}: {name}"
        for name, line in source(path).imports
        if line not in skip
        and (place := ONE_PLACE.get(name.split(".")[0])) is not None
        and own.removesuffix("_child") != place
    ]
    assert not wrong


@pytest.mark.parametrize(
    "path",
    [p for p in sources() if top(p) in LEVELS[0] | LEVELS[1]],
    ids=lambda p: str(p.relative_to(PACKAGE)),
)
def test_pure_modules_have_no_clock_and_no_effects(path: Path) -> None:
    wrong = [
        f"line {line}: {name}"
        for name, line in source(path).imports
        if name.split(".")[0] in IMPURE
    ]
    assert not wrong


def too_long(path: Path, longest_function: int = LONGEST_FUNCTION) -> list[str]:
    file = source(path)
    return [f"{path.name}: {file.lines} lines"] * (file.lines > LONGEST_FILE) + [
        f"{path.name}, {name}: {lines} lines"
        for name, lines in file.functions
        if lines > longest_function
    ]


@pytest.mark.parametrize("path", sources(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_files_and_functions_stay_small(path: Path) -> None:
    assert not too_long(path)


# the main function of a benchmark reads from top to bottom
@pytest.mark.parametrize(("folder", "longest"), [("tests", 60), ("benchmarks", 130)])
def test_files_beside_the_package_stay_small_too(folder: str, longest: int) -> None:
    paths = sorted((ROOT / folder).rglob("*.py"))
    assert paths
    assert not [line for path in paths for line in too_long(path, longest)]


@pytest.mark.parametrize("path", sources(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_module_is_a_drawer(path: Path) -> None:
    assert not {"utils", "helpers", "manager", "common", "misc"} & {
        part.removesuffix(".py") for part in path.parts
    }


def test_there_are_exactly_fourteen_kinds() -> None:
    assert len(ChangeKind) == 14
