"""One line for each figure with a limit; `make bench` shows them together."""

from __future__ import annotations

import os
from pathlib import Path


def row(what: str, measured: str, limit: str, reached: bool | None) -> None:
    """Say whether a row is reached; None says that it has no limit of its own."""
    word = {True: "reached", False: "NOT reached", None: "measured"}[reached]
    line = f"{word:11} | {what} | {measured} | {limit}"
    print(line, flush=True)
    table = os.environ.get("BENCH_TABLE")
    if table:
        with Path(table).open("a") as file:
            file.write(line + "\n")
