"""A short run of the scale benchmark: nobody late, no poll lost, none of a burst."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.long
@pytest.mark.alone
@pytest.mark.timeout(300)
def test_a_thousand_feeds_for_some_minutes() -> None:
    # 1,000 feeds, 4 simulated minutes at 10 times: 24 s and the first polls
    answer = subprocess.run(
        [sys.executable, "benchmarks/bench_scale.py", "1000", "4"],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr[-2000:]
    assert answer.stdout.count("\nreached") == 3, answer.stdout
