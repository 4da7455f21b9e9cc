"""What the benchmarks share: a reader of their output may leave before its end."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
PRINTS = """
from pipe import quietly
def main(): print("a" * 100_000, flush={flush})
quietly(main)
"""
FAILS = """
from pipe import quietly
def main(): raise BrokenPipeError("a peer left")
quietly(main)
"""


def ran(code: str, output: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=BENCHMARKS,
        stdout=output,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("flush", [True, False], ids=["midway", "at the end"])
def test_a_reader_that_left_is_no_traceback(flush: bool) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = ran(PRINTS.format(flush=flush), writing)
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (1, "")


def test_another_broken_pipe_is_told() -> None:
    done = ran(FAILS, subprocess.DEVNULL)
    assert done.returncode == 1
    assert "a peer left" in done.stderr
