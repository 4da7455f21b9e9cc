"""The Makefile and .ci/run, as far as they can be tried without building anew."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAKE = shutil.which("make")

pytestmark = pytest.mark.skipif(MAKE is None, reason="make is absent")

# As much of an environment as make looks at, and tools that only say what they do.
TOOL = """\
#!/bin/sh
echo "$(basename "$0") $*" >> "$SAID"
case "$*" in *"-m venv"*) mkdir -p .venv/bin; cp "$0" .venv/bin/python;; esac
"""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    folder = tmp_path / "a clone"
    folder.mkdir()
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    tool = tmp_path / "python3"
    tool.write_text(TOOL)
    tool.chmod(0o755)
    return folder


def make(clone: Path, *argv: str) -> str:
    """What the tools were asked for."""
    said = clone.parent / "said"
    said.write_text("")
    done = subprocess.run(
        [
            str(MAKE),
            "--no-print-directory",
            f"PYTHON={clone.parent / 'python3'}",
            *argv,
        ],
        cwd=clone,
        env={**os.environ, "SAID": str(said), "MAKEFLAGS": ""},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return said.read_text("utf-8")


def later(path: Path, *, than: Path) -> None:
    """As if it had been edited after the other file was made."""
    moment = than.stat().st_mtime + 10
    os.utime(path, (moment, moment))


def test_venv_is_made_once(clone: Path) -> None:
    said = make(clone, "venv")
    assert "--require-hashes -r requirements.lock" in said
    assert "--editable ." in said
    assert make(clone, "venv") == ""


def test_an_edit_of_the_project_file_keeps_the_packages(clone: Path) -> None:
    make(clone, "venv")
    later(clone / "pyproject.toml", than=clone / ".venv/.linked")
    said = make(clone, "venv")
    assert "--editable ." in said
    assert "requirements.lock" not in said


def test_another_lock_makes_a_new_environment(clone: Path) -> None:
    make(clone, "venv")
    later(clone / "requirements.lock", than=clone / ".venv/.installed")
    assert "--require-hashes -r requirements.lock" in make(clone, "venv")


def test_what_measures_times_or_memory_runs_alone(clone: Path) -> None:
    make(clone, "venv")
    together, alone = make(clone, "test-long").splitlines()
    assert "long and not alone" in together
    assert "-n auto" in together
    assert "long and alone" in alone
    assert " -n " not in alone


def test_an_old_python_is_refused_in_words(clone: Path) -> None:
    tool = clone.parent / "python3"
    tool.write_text(
        '#!/bin/sh\ncase "$*" in -V) echo Python 3.9.1;; *) exit 1;; esac\n'
    )
    done = subprocess.run(
        [str(MAKE), f"PYTHON={tool}", "venv"],
        cwd=clone,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode != 0
    assert "needs Python >= 3.11" in done.stdout
    assert "Python 3.9.1" in done.stdout


def test_every_target_is_told() -> None:
    text = (ROOT / "Makefile").read_text("utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)
    assert phony
    told = re.findall(r"^([a-z-]+):.*## ", text, re.MULTILINE)
    assert sorted(told) == sorted(phony[1].split())


def test_ci_runs_all_checks_by_make() -> None:
    text = (ROOT / ".ci/run").read_text("utf-8")
    assert os.access(ROOT / ".ci/run", os.X_OK)
    assert "set -euo pipefail" in text
    calls = re.findall(r"^make ([a-z-]+)", text, re.MULTILINE)
    assert calls == ["venv", "lint", "types", "docs", "test", "test-long"]
