"""Calling commands from tests, on a configuration and a database of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from monitor.cli import cli

ROOT = Path(__file__).parents[1]
CLAIMWATCH = [sys.executable, "-m", "monitor.cli"]


def empty_place(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's configuration but the test's: an empty home and an empty folder."""
    for name in list(os.environ):
        if name.startswith(("CLAIMWATCH_", "XDG_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.chdir(folder)


def own_place(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same, and `claimwatch.toml` in that folder is the configuration."""
    empty_place(folder, monkeypatch)
    monkeypatch.setenv("CLAIMWATCH_CONFIG", str(folder / "claimwatch.toml"))


def call(*arguments: object, stdin: str | bytes | None = None) -> Result:
    """Run a command in this process; its own errors only, never a traceback."""
    done = CliRunner().invoke(cli, [str(a) for a in arguments], input=stdin)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def good(*arguments: object, stdin: str | None = None) -> str:
    """What a command that must succeed prints."""
    done = call(*arguments, stdin=stdin)
    assert done.exit_code == 0, done.output
    return done.stdout


def objects(*arguments: object, stdin: str | None = None) -> list[dict[str, Any]]:
    """What a command with --json prints: an object on each line."""
    text = good(*arguments, "--json", stdin=stdin)
    return [json.loads(line) for line in text.splitlines()]


def refused(code: int, *arguments: object) -> str:
    """The one line on stderr with which a command ends."""
    done = call(*arguments)
    assert done.exit_code == code, done.output
    assert done.stdout == ""
    [line] = done.stderr.splitlines()
    assert line.startswith("claimwatch: ")
    return line


def process(*arguments: object, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a process of its own, to its end."""
    return subprocess.run(
        [*CLAIMWATCH, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environ},
        check=False,
    )


def start(*arguments: object) -> subprocess.Popen[str]:
    """Run a command as a process of its own, and go on."""
    return subprocess.Popen(
        [*CLAIMWATCH, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
    )
