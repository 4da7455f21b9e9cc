"""Hands a stage its due rows, a few at a time, while it works.

A stage never waits for a batch: while one host hangs, the rows of others come, are
recorded, and (in the daemon) what becomes due meanwhile is taken too.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Generic, TypeVar

from monitor.pipeline.service import Service

Row = TypeVar("Row")
# (now, limit, ids that this pass has had) -> leased rows by id
Due = Callable[[datetime, int, frozenset[int]], dict[int, Row]]


class Intake(Generic[Row]):
    """The due rows of one pass. `held` are those under way, by id."""

    def __init__(self, service: Service, due: Due[Row], *, most: int) -> None:
        self._service = service
        self._due = due
        self._most = most
        self._started = service.clock.now()
        self._had: set[int] = set()
        self._look_at: float | None = service.clock.monotonic()
        self.held: dict[int, Row] = {}

    def more(self) -> list[Row]:
        """Rows to begin now; none while enough are under way or a pass is ending."""
        service = self._service
        room = self._most - len(self.held)
        # asking for each single row would be a transaction a row
        if room < max(1, self._most // 4) and self.held:
            return []
        if service.stop.is_set() or service.pause.is_set():
            return []
        elapsed = service.clock.monotonic()
        if self._look_at is None or elapsed < self._look_at:
            return []
        again = service.is_daemon and bool(self.held)
        now = service.clock.now() if again else self._started
        but = frozenset(self.held) if service.is_daemon else frozenset(self._had)
        rows = self._due(now, room, but)
        if len(rows) < room:
            # all taken: the daemon looks again while it waits for stragglers
            pause = service.config.tick.total_seconds()
            self._look_at = elapsed + pause if service.is_daemon else None
        self._had.update(rows)
        self.held.update(rows)
        return list(rows.values())
