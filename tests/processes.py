"""Processes that tests start: who they are, and whether they end."""

from __future__ import annotations

import os
import select
from pathlib import Path

from tests.servers import LONGEST_WAIT


def descendants(root: int) -> list[int]:
    """Ids of the running processes below one, nearest first."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue  # ended meanwhile
        if state != "Z":
            parents[int(folder.name)] = int(parent)
    found: list[int] = []
    below = [root]
    while below:
        below = [pid for pid, parent in parents.items() if parent in below]
        found += below
    return found


def wait_for_end(pid: int, seconds: float = LONGEST_WAIT) -> bool:
    """Whether the process ends in that time; needs no polling and no sleep."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], seconds)[0])
    finally:
        os.close(handle)
