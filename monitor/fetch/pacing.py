"""Who may start next: so many at once in all, so many per host, with a pause between.

Lives on the event loop's thread and holds no lock. A host that is slow or has a long
queue holds back itself only: where hosts wait in line, more places are opened, and
closed again when the line is gone.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from monitor.fetch.handover import Handover

T = TypeVar("T")

# A host in line for so long (s) opens more places: most answer within half a second, so
# either some dozens hang until their deadline or a few thousand are due at once.
PATIENCE = 1.0
# So many times the concurrency at most (open sockets, half bodies).
_WIDEST = 8
# Idle hosts remembered for their pause before the oldest are dropped.
_MANY_HOSTS = 1_000


@dataclass(eq=False, slots=True)
class Batch:
    """What one caller asked for. `open` are its jobs started and not yet taken."""

    results: Handover[Any] = field(default_factory=Handover)
    open: int = 0
    cancelled: bool = False
    parked: deque[_Host[Any]] = field(default_factory=deque)
    running: set[asyncio.Task[None]] = field(default_factory=set)


@dataclass(eq=False, slots=True)
class Job(Generic[T]):
    """One thing to do at a host. `is_last`: it started alone and with none to follow."""

    host: str
    work: T
    batch: Batch
    is_last: bool = False


@dataclass(eq=False, slots=True)
class _Host(Generic[T]):
    waiting: deque[Job[T]] = field(default_factory=deque)
    active: int = 0
    free_at: float = 0.0
    pause: float = 0.0
    offered: bool = False
    in_line_since: float = 0.0


class Pacer(Generic[T]):
    """Starts jobs by calling `start`; is told by `finished` and `taken`."""

    def __init__(
        self,
        start: Callable[[Job[T]], None],
        *,
        concurrency: int,
        per_host: int,
        pause: float,
        patience: float = PATIENCE,
    ) -> None:
        self._start = start
        self._concurrency = self._places = max(concurrency, 1)
        self._per_host = max(per_host, 1)
        self._pause = pause
        self._patience = patience
        self._active = 0
        self._widest = self._concurrency * _WIDEST
        self._widening: asyncio.TimerHandle | None = None
        # those with results not taken, whose hosts wait until they are
        self._held_back: set[Batch] = set()
        self._hosts: dict[str, _Host[T]] = {}
        # hosts that want more: one request at a time, and so long between two (s)
        self._wishes: dict[str, float] = {}
        self._ready: deque[_Host[T]] = deque()

    def space(self, host: str, pause: float) -> None:
        """Ask this host one at a time from now on, and with at least this pause."""
        self._wishes[host] = pause
        known = self._hosts.get(host)
        if known is not None:
            known.pause = pause

    def add(self, jobs: Iterable[Job[T]]) -> None:
        """Queue jobs behind those of the same host."""
        self._prune()
        for job in jobs:
            host = self._hosts.get(job.host)
            if host is None:
                host = _Host(pause=self._wishes.get(job.host, 0.0))
                self._hosts[job.host] = host
            host.waiting.append(job)
            self._offer(host)
        self._pump()

    def finished(self, job: Job[T]) -> None:
        """A job has ended, well or badly; its result waits to be taken."""
        self._active -= 1
        host = self._hosts[job.host]
        host.active -= 1
        self._offer(host)
        self._pump()

    def taken(self, batch: Batch, count: int = 1) -> None:
        """The caller took results: room for as many others of the same batch.

        Without this a caller slower than the network would find every body in memory.
        """
        batch.open -= count
        self._unpark(batch)
        self._pump()

    def cancel(self, batch: Batch) -> None:
        """Drop what has not started."""
        batch.cancelled = True
        self._unpark(batch)
        self._pump()

    def _unpark(self, batch: Batch) -> None:
        """Bring back as many hosts as the batch has room for, not all each time."""
        room = len(batch.parked) if batch.cancelled else self._places - batch.open
        while batch.parked and room > 0:
            self._ready.append(batch.parked.popleft())
            room -= 1
        if not batch.parked:
            self._held_back.discard(batch)

    def _join(self, host: _Host[T]) -> None:
        host.in_line_since = asyncio.get_running_loop().time()
        self._ready.append(host)

    def _offer(self, host: _Host[T]) -> None:
        """Put a host in line, now or when its pause is over."""
        most = 1 if host.pause else self._per_host
        if host.offered or not host.waiting or host.active >= most:
            return
        host.offered = True
        loop = asyncio.get_running_loop()
        if host.free_at <= loop.time():
            self._join(host)
        else:
            loop.call_at(host.free_at, self._pause_over, host)

    def _pause_over(self, host: _Host[T]) -> None:
        self._join(host)
        self._pump()

    def _pump(self) -> None:
        while self._ready and self._active < self._places:
            host = self._ready.popleft()
            while host.waiting and host.waiting[0].batch.cancelled:
                host.waiting.popleft()
            if host.waiting and host.waiting[0].batch.open >= self._places:
                batch = host.waiting[0].batch
                batch.parked.append(host)
                self._held_back.add(batch)
                continue
            host.offered = False
            if host.waiting:
                self._begin(host, host.waiting.popleft())
                self._offer(host)
        self._mind_the_line()

    def _mind_the_line(self) -> None:
        """Close places that nobody waits for; see to it that a line opens more."""
        if not self._ready and not self._held_back:
            # those that hang keep theirs, beside the usual number
            self._places = min(self._places, self._active + self._concurrency)
        elif self._widening is None and self._places < self._widest:
            loop = asyncio.get_running_loop()
            self._widening = loop.call_later(self._patience, self._widen)

    def _widen(self) -> None:
        self._widening = None
        latest = asyncio.get_running_loop().time() - self._patience
        line = [batch.parked[0] for batch in self._held_back]
        line += list(self._ready)[:1]
        # more places are no use where it is the callers that take their time
        busy = 2 * self._active >= self._places
        if busy and any(host.in_line_since <= latest for host in line):
            self._places = min(self._places + self._concurrency, self._widest)
            for batch in list(self._held_back):
                self._unpark(batch)
        self._pump()

    def _begin(self, host: _Host[T], job: Job[T]) -> None:
        host.active += 1
        pause = max(self._pause, host.pause)
        host.free_at = asyncio.get_running_loop().time() + pause
        self._active += 1
        job.batch.open += 1
        job.is_last = not host.waiting and host.active == 1
        self._start(job)

    def _prune(self) -> None:
        if len(self._hosts) < _MANY_HOSTS:
            return
        now = asyncio.get_running_loop().time()
        idle = [
            name
            for name, host in self._hosts.items()
            if not (host.waiting or host.active or host.offered) and host.free_at <= now
        ]
        for name in idle:
            del self._hosts[name]
