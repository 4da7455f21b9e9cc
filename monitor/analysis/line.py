"""Jobs that wait for a worker, and when their caller is asked for the next one."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf
from typing import Any, Generic, TypeVar

K = TypeVar("K")

# A caller that has nothing for now takes this long (s) to say so; while others are in
# line it is not asked again for the length of a turn, or workers would wait for it.
_BLOCKED = 0.02
_TURN = 0.2
# Bodies in line, beside the workers' own.
_LINE_BYTES = 8_000_000


@dataclass(slots=True)
class Line(Generic[K]):
    """Jobs taken from the caller for which no worker is free yet."""

    most: int
    jobs: deque[tuple[K, Any]] = field(default_factory=deque)
    bytes: int = 0
    ask_at: float = 0.0

    def take(self, source: Iterator[tuple[K, Any] | None]) -> None:
        """Ask the caller for a job; raises StopIteration when there are no more."""
        asked = time.monotonic()
        job = next(source)
        if job is not None:
            self.jobs.append(job)
            self.bytes += len(job[1].body or b"")
        elif time.monotonic() - asked >= _BLOCKED:
            self.ask_at = time.monotonic() + _TURN

    def has_room(self) -> bool:
        """Whether one more may join."""
        return len(self.jobs) < self.most and self.bytes < _LINE_BYTES

    def is_open(self) -> bool:
        """Whether the caller is to be asked now."""
        return not self.jobs or (self.has_room() and time.monotonic() >= self.ask_at)

    def patience(self) -> float:
        """How long (s) to wait for workers before the caller is asked again."""
        if not self.jobs:
            return 0.0
        if not self.has_room():
            return inf
        return max(0.0, self.ask_at - time.monotonic())

    def leave(self) -> tuple[K, Any]:
        """The first in line."""
        job = self.jobs.popleft()
        self.bytes -= len(job[1].body or b"")
        return job
