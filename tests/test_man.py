"""The manual pages say what the commands' help says, in roff that man takes."""

from __future__ import annotations

import os
import runpy
import shutil
import subprocess
from pathlib import Path

import pytest

from monitor.cli import COMMANDS

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "man"
MAN = shutil.which("man")


def test_pages_are_up_to_date() -> None:
    """UPDATE_DOCS=1 writes them anew."""
    made = dict(runpy.run_path(str(ROOT / "docs" / "make_man.py"))["pages"]())
    if os.environ.get("UPDATE_DOCS"):
        for name, text in made.items():
            (FOLDER / name).write_text(text, encoding="utf-8")
    kept = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.1")}
    assert kept == made
    assert len(made) == len(COMMANDS) + 1


@pytest.mark.skipif(MAN is None, reason="man is absent")
@pytest.mark.parametrize("name", ["claimwatch", "claimwatch-changes"])
def test_man_shows_a_page_without_a_warning(name: str) -> None:
    ran = subprocess.run(
        [str(MAN), "--warnings", "-l", str(FOLDER / f"{name}.1")],
        capture_output=True,
        text=True,
        env={**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "80", "MANPAGER": "cat"},
        check=True,
    )
    assert ran.stderr == ""
    assert "SYNOPSIS" in ran.stdout
    assert "\\" not in ran.stdout
