"""Who may start next: so many at once in all, so many per host, with a pause between.

Lives on the event loop's thread and holds no lock. A host that is slow or has a long
queue holds back itself only: a job that takes long gives its place in the total away.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from monitor.fetch.handover import Handover

T = TypeVar("T")

# A job this old no longer holds up others: most hosts answer within half a second, and
# some dozens that hang until their deadline must not stop a thousand that don't.
PATIENCE = 2.0
# So many times the concurrency may be waiting beyond it (open sockets, half bodies).
_MOST_SLOW = 4
# Idle hosts remembered for their pause before the oldest are dropped.
_MANY_HOSTS = 1_000


@dataclass(eq=False, slots=True)
class Batch:
    """What one caller asked for.

    `open` are its jobs started and not yet taken, without the slow ones.
    """

    results: Handover[Any] = field(default_factory=Handover)
    open: int = 0
    cancelled: bool = False
    parked: deque[_Host[Any]] = field(default_factory=deque)
    running: set[asyncio.Task[None]] = field(default_factory=set)


@dataclass(eq=False, slots=True)
class Job(Generic[T]):
    """One thing to do at a host."""

    host: str
    work: T
    batch: Batch
    slow: bool = False
    timer: asyncio.TimerHandle | None = None


@dataclass(eq=False, slots=True)
class _Host(Generic[T]):
    waiting: deque[Job[T]] = field(default_factory=deque)
    active: int = 0
    free_at: float = 0.0
    pause: float = 0.0
    offered: bool = False


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
        self._concurrency = max(concurrency, 1)
        self._per_host = max(per_host, 1)
        self._pause = pause
        self._patience = patience
        self._active = 0
        self._slow = 0
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
        if job.timer is not None:
            job.timer.cancel()
        if job.slow:
            self._slow -= 1
            job.batch.open += 1
        else:
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
        room = len(batch.parked) if batch.cancelled else self._concurrency - batch.open
        while batch.parked and room > 0:
            self._ready.append(batch.parked.popleft())
            room -= 1

    def _offer(self, host: _Host[T]) -> None:
        """Put a host in line, now or when its pause is over."""
        most = 1 if host.pause else self._per_host
        if host.offered or not host.waiting or host.active >= most:
            return
        host.offered = True
        loop = asyncio.get_running_loop()
        if host.free_at <= loop.time():
            self._ready.append(host)
        else:
            loop.call_at(host.free_at, self._pause_over, host)

    def _pause_over(self, host: _Host[T]) -> None:
        self._ready.append(host)
        self._pump()

    def _pump(self) -> None:
        while self._ready and self._active < self._concurrency:
            host = self._ready.popleft()
            while host.waiting and host.waiting[0].batch.cancelled:
                host.waiting.popleft()
            if host.waiting and host.waiting[0].batch.open >= self._concurrency:
                host.waiting[0].batch.parked.append(host)
                continue
            host.offered = False
            if host.waiting:
                self._begin(host, host.waiting.popleft())
                self._offer(host)

    def _begin(self, host: _Host[T], job: Job[T]) -> None:
        host.active += 1
        pause = max(self._pause, host.pause)
        host.free_at = asyncio.get_running_loop().time() + pause
        self._active += 1
        job.batch.open += 1
        job.timer = asyncio.get_running_loop().call_later(
            self._patience, self._lose_patience, job
        )
        self._start(job)

    def _lose_patience(self, job: Job[T]) -> None:
        if self._slow >= self._concurrency * _MOST_SLOW:
            return
        job.slow = True
        self._slow += 1
        self._active -= 1
        job.batch.open -= 1
        self._unpark(job.batch)
        self._pump()

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
