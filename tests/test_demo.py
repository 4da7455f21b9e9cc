"""`claimwatch demo` as a user runs it: the expected alerts and no others."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).parents[1]
# kind, source, value before, value after
EXPECTED = [
    ("figure", "Skarholm Harbour Authority", 12, 19),
    ("corroborated", "interior ministry", 19, 19),
    ("certainty", None, None, None),
    ("denied", "Halvard Lines", 2, 2),
    # an age behind a name is the outlet's own word
    ("retracted", None, 61, 51),
    ("removed", "Ingrid Solheim", None, None),
]


def run(*arguments: str) -> tuple[subprocess.CompletedProcess[str], float]:
    """The demo, and the processor time (s) that it and its workers took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-m", "monitor.cli", "demo", "--exit", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return done, spent


def row(change: dict[str, Any]) -> tuple[str, str | None, float | None, float | None]:
    before, after = change["before"] or {}, change["after"] or {}
    return (
        change["kind"],
        change["source"],
        before.get("value_min"),
        after.get("value_min"),
    )


def test_the_demo_prints_the_expected_alerts_and_no_others(tmp_path: Path) -> None:
    done, spent = run("--json", "--database", str(tmp_path / "demo.db"))
    assert done.returncode == 0, done.stderr
    changes = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row(change) for change in changes] == EXPECTED
    assert all(change["alert_id"].startswith("A-") for change in changes)
    by_kind = {change["kind"]: change for change in changes}
    assert by_kind["denied"]["severity"] == "high"
    assert by_kind["retracted"]["severity"] == "high"
    assert "battery" in by_kind["certainty"]["after"]["text"]
    assert "Schools" in by_kind["removed"]["before"]["text"]
    assert spent < 60


@pytest.fixture
def short_script(tmp_path: Path) -> Path:
    """The demo's first two steps, with another number."""
    text = (ROOT / "config" / "demo.toml").read_text(encoding="utf-8")
    head, first, second, _ = text.split("[[steps]]\n", 3)
    assert "19" in second
    script = tmp_path / "script.toml"
    script.write_text(
        "[[steps]]\n".join((head, first, second.replace("19", "27"))), encoding="utf-8"
    )
    return script


def test_another_number_in_the_script_is_another_alert_and_reads_well(
    tmp_path: Path, short_script: Path
) -> None:
    database = tmp_path / "demo.db"
    done, _ = run("--script", str(short_script), "--database", str(database))
    assert done.returncode == 0, done.stderr
    text = " ".join(done.stdout.split())
    assert "12" in text
    assert "→" in text
    assert "27" in text
    assert "Skarholm Harbour Authority" in text
    assert "Done: 1 alert (1 figure)" in text
    assert str(database) in done.stdout
    assert "Traceback" not in done.stderr


def test_a_wrong_script_is_one_line(tmp_path: Path) -> None:
    script = tmp_path / "script.toml"
    script.write_text("[outlets.a]\nname = 'A'\n", encoding="utf-8")
    done, _ = run("--script", str(script))
    assert done.returncode == 3
    assert len(done.stderr.splitlines()) <= 2
    assert "a key is missing" in done.stderr


@pytest.mark.long
def test_the_review_pages_are_served_while_the_demo_goes_on(
    tmp_path: Path, short_script: Path
) -> None:
    pytest.importorskip("datasette", reason="needs the extra `review` (Datasette)")
    arguments = ["--script", str(short_script), "--database", str(tmp_path / "d.db")]
    with subprocess.Popen(
        [sys.executable, "-m", "monitor.cli", "demo", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        assert process.stdout is not None
        told = iter(process.stdout.readline, "")
        address = next(line for line in told if line.startswith("Review: ")).split()[1]
        with urlopen(address, timeout=60) as answer:  # noqa: S310
            assert b"Figure up" in answer.read()
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    # and its pages ended with it
    with pytest.raises(URLError):
        urlopen(address, timeout=10)  # noqa: S310
