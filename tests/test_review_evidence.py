"""What docs/review-evidence.md names is there: every test, and one for each statement."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/review-evidence.md"
NAMED = re.compile(r"`(tests/\w+\.py)::(\w+)`")


@cache
def functions(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return frozenset(n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef))


def test_every_named_test_exists() -> None:
    found = NAMED.findall(PAGE.read_text("utf-8"))
    assert len(found) > 50
    assert [name for path, name in found if name not in functions(path)] == []


def test_every_statement_has_a_test() -> None:
    lines = [
        line
        for line in PAGE.read_text("utf-8").splitlines()
        if line.startswith("| ") and line != "| statement | shown by |"
    ]
    assert [line for line in lines if not NAMED.search(line)] == []
