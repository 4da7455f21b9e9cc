"""How far a daemon and its workers grow, by the kernel's own high-water marks."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

SAMPLE = 0.1
# kB by which any process grows and shrinks.
NOISE = 1_024


class Memory:
    """How far a process and its children grow, in MB.

    What grows in a case is charged with all since the beginning, for it may well use
    what an earlier case has left behind; what does not is not charged for that.
    """

    def __init__(self, root: int) -> None:
        self._root = root
        self._base: dict[int, int] = {}
        self._start: dict[int, int] = {}
        self._peak: dict[int, int] = {}
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Memory:
        self.rest()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def rest(self) -> None:
        """Another case begins."""
        self._peak, self._start = {}, {}
        for pid in _tree(self._root):
            with suppress(OSError):
                # proc(5): resets the high-water mark
                Path(f"/proc/{pid}/clear_refs").write_text("5")
                self._start[pid] = _kilobytes(pid, "VmRSS")
                self._base.setdefault(pid, self._start[pid])

    def grown(self) -> tuple[float, float]:
        """The daemon itself, and the worker that grew most."""
        self._sample()
        grown = {pid: self._charge(pid, peak) for pid, peak in self._peak.items()}
        daemon = grown.pop(self._root, 0)
        return daemon / 1024, max(grown.values(), default=0) / 1024

    def _charge(self, pid: int, peak: int) -> int:
        start = self._start.get(pid, self._base[pid])
        grew = peak > start + NOISE
        return peak - (min(start, self._base[pid]) if grew else start)

    def _watch(self) -> None:
        while not self._end.wait(SAMPLE):
            self._sample()

    def _sample(self) -> None:
        for pid in _tree(self._root):
            with suppress(OSError):
                peak = _kilobytes(pid, "VmHWM")
                # a fresh worker begins with what it shares with its parent
                self._base.setdefault(pid, _kilobytes(pid, "VmRSS"))
                self._peak[pid] = max(self._peak.get(pid, 0), peak)


def _tree(root: int) -> Iterator[int]:
    yield root
    with suppress(OSError):
        for task in Path(f"/proc/{root}/task").iterdir():
            children = (task / "children").read_text()
            for child in children.split():
                yield from _tree(int(child))


def _kilobytes(pid: int, name: str) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    found = status.partition(f"{name}:")[2].split()
    return int(found[0]) if found else 0
