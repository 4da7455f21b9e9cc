"""Changelog, contributing notes and decisions keep to their own rules."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from monitor import __version__

ROOT = Path(__file__).parents[1]
DECISIONS = sorted((ROOT / "docs/decisions").glob("*.md"))
PAGES = [
    ROOT / "CHANGELOG.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", DECISIONS, ids=name_of)
def test_a_decision_is_short_and_complete(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= 40
    number = int(path.name[:4])
    assert text.startswith(f"# {number}. ")
    if number != 7:  # the list of dependencies is its own context
        headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
        assert headings == ["Context", "Decision", "Consequences"]


def test_no_two_decisions_share_a_number() -> None:
    numbers = [int(path.name[:4]) for path in DECISIONS]
    assert len(set(numbers)) == len(numbers)
    assert numbers[:7] == list(range(1, 8))


def test_every_dependency_is_decided() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    text = (ROOT / "docs/decisions/0007-dependencies.md").read_text("utf-8")
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    for requirement in project["dependencies"]:
        name = re.split(r"[<>=;~ ]", requirement)[0]
        row = re.search(rf"^\| {re.escape(name)} ([\w.]+) \|", text, re.MULTILINE)
        assert row, name
        assert f"{name}=={row[1]}" in lock, f"{name}: another version is locked"


def test_changelog_opens_with_unreleased_and_knows_the_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    headings = re.findall(r"^## \[([^\]]+)\]", text, re.MULTILINE)
    assert headings[0] == "Unreleased"
    # before the first release there is nothing else
    assert headings[1:2] in ([], [__version__])


def test_contributing_fits_on_a_page() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    assert len(text.splitlines()) <= 100


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", path.read_text("utf-8")):
        if "://" not in target:
            assert (path.parent / target).exists(), target
