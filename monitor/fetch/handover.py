"""Results on their way from the loop's thread to a caller's, several at a time.

Each crossing wakes the other thread, and the two then take turns with the interpreter:
one by one that costs as much as the poll of an unchanged feed itself.
"""

from __future__ import annotations

import asyncio
import queue
import time
from collections import deque
from typing import Generic, TypeVar

R = TypeVar("R")

# How long (s) a result may wait for company: nothing beside a poll's network time.
_HOLD = 0.01
# So many go together; more would keep places of the next fetches occupied.
_MOST = 16


class Handover(Generic[R]):
    """A queue with one writer (the loop) and one reader; None marks the end."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[list[R] | None] = queue.SimpleQueue()
        self._waiting: list[R] = []
        self._timer: asyncio.TimerHandle | None = None
        self._arrived: deque[R] = deque()
        self._untold = 0
        self._told_at = 0.0

    # ------------------------------------------------ on the loop's thread

    def put(self, result: R, *, at_once: bool) -> None:
        """Give a result; it leaves `at_once` when nobody could join it."""
        self._waiting.append(result)
        if at_once or len(self._waiting) >= _MOST:
            self._send()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_HOLD, self._send)

    def end(self) -> None:
        """Nothing comes any more."""
        self._send()
        self._queue.put(None)

    def _send(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._waiting:
            self._queue.put(self._waiting)
            self._waiting = []

    # ------------------------------------------------ on the reader's thread

    @property
    def has_arrived(self) -> bool:
        """Whether the next result lies here already."""
        return bool(self._arrived)

    def get(self, timeout: float | None = None) -> R | None:
        """The next result, None at the end; raises queue.Empty after `timeout` (s)."""
        if not self._arrived:
            results = self._queue.get(timeout=timeout)
            if results is None:
                return None
            self._arrived.extend(results)
        self._untold += 1
        return self._arrived.popleft()

    def to_tell(self) -> int:
        """How many results the loop should hear were taken; 0 while it can wait.

        It can while more lie here, but not for long: a reader that works on each for
        a while must not keep the network idle.
        """
        now = time.monotonic()
        if self._arrived and now - self._told_at < _HOLD:
            return 0
        told, self._untold, self._told_at = self._untold, 0, now
        return told
