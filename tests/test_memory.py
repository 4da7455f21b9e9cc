"""What the process holds: given back when asked, and less of it to begin with."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

GIVES_BACK = """
from pathlib import Path
from monitor import memory
def held():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 2**20
memory.be_frugal()
bodies = [bytes(2_000) for _ in range(50_000)]
bodies = bodies[-1:]  # the last one pins all below it
before = held()
memory.give_back()
print(before - held())
"""
MAKES = """
import sys
from pathlib import Path
from monitor.store import open_store
open_store(Path(sys.argv[1])).close()
print("sqlite_utils" in sys.modules, "numpy" in sys.modules)
import numpy
print(numpy.arange(3).sum())
"""


def run(code: str, *values: str) -> list[str]:
    command = [sys.executable, "-c", code, *values]
    return subprocess.run(
        command, check=True, capture_output=True, text=True
    ).stdout.split()


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's allocator")
def test_freed_memory_goes_back_to_the_system() -> None:
    assert float(run(GIVES_BACK)[0]) > 50


def test_making_a_database_loads_no_numpy_and_hinders_nobody(tmp_path: Path) -> None:
    pytest.importorskip("numpy")
    assert run(MAKES, str(tmp_path / "x.db")) == ["True", "False", "3"]
