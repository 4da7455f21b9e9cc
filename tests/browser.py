"""A real browser and a real review server, for tests and screenshots."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
# starting costs seconds of processor time, and the machine may be busy
LIMIT_MS = 60_000


def chromium() -> str | None:
    """Where a Chromium is, if one is installed."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def why_not() -> str | None:
    """Why there can be no browser test here, or None."""
    if chromium() is None:
        return "needs Chromium (Debian: apt install chromium)"
    for module in ("playwright", "axe_playwright_python", "datasette"):
        try:
            __import__(module)
        except ImportError:
            return f"needs the package {module}"
    return None


@contextmanager
def opened() -> Iterator[Any]:
    """A headless Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox"], timeout=LIMIT_MS
        )
        try:
            yield browser
        finally:
            browser.close()


@dataclass(frozen=True, slots=True)
class Served:
    """A running `claimwatch review`. The sign-in link works once."""

    base: str
    link: str
    process: subprocess.Popen[str]


@contextmanager
def served(config: Path, *options: str) -> Iterator[Served]:
    """`claimwatch review` over the database of this configuration, on a free port."""
    command = [sys.executable, "-m", "monitor.cli", "review", "--config", str(config)]
    with (config.parent / "review.log").open("w") as log:
        process = subprocess.Popen(
            [*command, "--port", "0", "--author", "ana", *options],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        )
        assert process.stdout is not None
        try:
            told = process.stdout.readline() + process.stdout.readline()
            base = re.search(r"Review: (http://\S+)/$", told, re.MULTILINE)
            link = re.search(r"Sign in: (http://\S+)", told)
            assert base, (config.parent / "review.log").read_text()
            assert link
            yield Served(base[1], link[1], process)
        finally:
            process.terminate()
            process.wait(30)
            process.stdout.close()
