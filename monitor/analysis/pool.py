"""A pool of killable workers behind one zygote: jobs in, results out as they finish.

A worker that hangs is killed at the time limit (by its own timers, which the kernel
enforces; by the pool a little later) and replaced; only its job fails. Until then it
holds up nobody: others wait in a short line while the caller goes on with its own work,
and a job that takes long lends its place.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from math import inf
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from multiprocessing.connection import wait as wait_for
from typing import Any, Generic, TypeVar

from monitor.analysis.line import Line
from monitor.analysis.zygote import KILL, PATIENCE, PID, READY, REQUEST, SPAWN
from monitor.errors import AnalysisError, ClaimwatchError, ParseError

K = TypeVar("K")

# `-I` keeps the current folder and PYTHON* out; the path is the starter's own.
_BOOT = (
    "import json, sys; s = json.load(sys.stdin); sys.path[:] = s['path'];"
    " from monitor.analysis.zygote import serve; serve(s)"
)
# Threads of numeric libraries would make forking unsafe and gain nothing here.
_ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"
)
# Loading the language model on a slow, busy machine.
_START_LIMIT = timedelta(seconds=30)
# How long after the worker's own timers the pool kills it (a stopped process).
_GRACE = timedelta(seconds=1)
# A fresh worker costs milliseconds; fragmented memory is given back for good.
_RECYCLE_AFTER = 2_000
# How long the zygote may take for an answer or for ending.
_ANSWER = 10.0
# A job this old (s) lends its place: ten times what most feeds and pages take.
_PATIENCE = 1.0
# So many places may be lent; more hostile jobs than that and others wait for their end.
_MOST_LENT = 3


@dataclass(slots=True, eq=False)
class _Worker:
    pipe: Connection
    pid: int
    served: int = 0


@dataclass(slots=True)
class _Running(Generic[K]):
    key: K
    worker: _Worker
    started: float
    lent: bool = False


class Pool:
    """Workers of one kind ("feeds" or "pages"). Starts nothing before the first job."""

    def __init__(
        self,
        kind: str,
        *,
        size: int,
        ahead: int,
        wall_limit: timedelta,
        memory_limit: int,
        aliases: Mapping[str, str] | None = None,
    ) -> None:
        self._wall_limit = wall_limit.total_seconds()
        self._ahead = ahead
        self._slots = threading.BoundedSemaphore(size)
        self._lent = 0
        self._lock = threading.Lock()
        self._idle: list[_Worker] = []
        self._control: socket.socket | None = None
        self._zygote: subprocess.Popen[bytes] | None = None
        self._closed = False
        self._settings = {
            "kind": kind,
            "aliases": dict(aliases or {}),
            "wall_limit": self._wall_limit,
            "memory_limit": memory_limit,
        }

    def run(
        self, jobs: Iterable[tuple[K, Any] | None]
    ) -> Iterator[tuple[K, Any | ClaimwatchError]]:
        """Results as they finish; jobs are taken a little ahead of free workers.

        A job is taken and sent in the caller's thread. None in place of a job means
        that none is there yet: results are given meanwhile. Workers still busy when the
        iterator is dropped are killed.
        """
        source = iter(jobs)
        line: Line[K] = Line(self._ahead)
        running: dict[Connection, _Running[K]] = {}
        exhausted = False
        try:
            while running or line.jobs or not exhausted:
                if not exhausted and line.is_open():
                    try:
                        line.take(source)
                    except StopIteration:
                        exhausted = True
                patience = inf if exhausted else line.patience()
                yield from self._send_on(line, running, patience)
                if running:
                    pressed = bool(line.jobs)
                    yield from self._finished(running, patience, pressed=pressed)
        finally:
            for task in running.values():
                self._discard(task.worker)
                self._leave_place(task)

    def close(self) -> None:
        """End all workers; waits until they are gone."""
        with self._lock:
            self._closed = True
            self._stop()

    # -------------------------------------------------------------- places

    def _send_on(
        self,
        line: Line[K],
        running: dict[Connection, _Running[K]],
        patience: float,
    ) -> Iterator[tuple[K, ClaimwatchError]]:
        """Give the free workers what is first in line."""
        if line.jobs:
            self._lend(running)
        while line.jobs:
            # all places may be another caller's
            wait = 0.0 if running else None if patience == inf else patience
            if not self._slots.acquire(timeout=wait):
                return
            yield from self._begin(line.leave(), running)

    def _lend(self, running: dict[Connection, _Running[K]]) -> None:
        """Let what takes long hold up others no more."""
        now = time.monotonic()
        for task in running.values():
            if task.lent or now - task.started < _PATIENCE:
                continue
            with self._lock:
                if self._lent >= _MOST_LENT:
                    return
                self._lent += 1
            task.lent = True
            self._slots.release()

    def _leave_place(self, task: _Running[K]) -> None:
        if not task.lent:
            self._slots.release()
            return
        with self._lock:
            self._lent -= 1

    # -------------------------------------------------------------- one job

    def _begin(
        self, job: tuple[K, Any], running: dict[Connection, _Running[K]]
    ) -> Iterator[tuple[K, ClaimwatchError]]:
        """Send a job to a worker; yields only if none can take it."""
        key, task = job
        try:
            worker, started = self._send(task)
        except AnalysisError as error:
            self._slots.release()
            yield key, error
            return
        except BaseException:
            self._slots.release()
            raise
        running[worker.pipe] = _Running(key, worker, started)

    def _send(self, task: Any) -> tuple[_Worker, float]:
        """A worker that has the task, and since when; an idle one may have died.

        What its start took, with the language model seconds, is not the job's time.
        """
        while True:
            worker, fresh = self._take()
            # Before sending: the worker's own timers may start while we still return.
            started = time.monotonic()
            try:
                worker.pipe.send(task)
            except OSError as error:
                self._discard(worker)
                if fresh:
                    raise AnalysisError("the worker died at once") from error
            else:
                return worker, started

    def _finished(
        self,
        running: dict[Connection, _Running[K]],
        patience: float,
        *,
        pressed: bool,
    ) -> Iterator[tuple[K, Any | ClaimwatchError]]:
        """What is ready now, or as soon as something happens within `patience` (s).

        `pressed`: others wait in line, so a place to lend is something too.
        """
        limit = PATIENCE * self._wall_limit + _GRACE.total_seconds()
        ends = [task.started + limit for task in running.values()]
        if pressed and self._lent < _MOST_LENT:
            own = (task for task in running.values() if not task.lent)
            ends += [task.started + _PATIENCE for task in own]
        timeout = max(0.0, min(patience, min(ends) - time.monotonic()))
        ready = wait_for(list(running), timeout)
        now = time.monotonic()
        for pipe, task in list(running.items()):
            if pipe not in ready and now - task.started < limit:
                continue
            result = self._result(task, pipe in ready)
            del running[pipe]
            self._leave_place(task)
            yield task.key, result

    def _result(self, task: _Running[K], ready: bool) -> Any | ClaimwatchError:
        """The outcome of one job; a worker that failed in it is discarded."""
        worker = task.worker
        try:
            kind, value = worker.pipe.recv() if ready else ("time", None)
        except (EOFError, OSError):
            # Timers count in ticks of the kernel and may fire a little early.
            late = time.monotonic() - task.started >= 0.95 * self._wall_limit
            kind, value = "time" if late else "died", None
        if kind in ("time", "died", "memory"):
            self._discard(worker)
        else:
            self._give_back(worker)
        if kind == "ok":
            return value
        if kind == "unparsable":
            return ParseError(value)
        if kind == "time":
            return AnalysisError(f"took longer than {self._wall_limit:g} s")
        return AnalysisError(value or "the worker died")

    # -------------------------------------------------------------- workers

    def _take(self) -> tuple[_Worker, bool]:
        """An idle worker, or a fresh one (True)."""
        with self._lock:
            if self._idle:
                return self._idle.pop(), False
            if self._closed:
                raise AnalysisError("the workers are closed")
            try:
                return self._spawn(), True
            except (OSError, EOFError):
                self._stop()  # the zygote died: a second one may fare better
            try:
                return self._spawn(), True
            except (OSError, EOFError) as error:
                self._stop()
                raise AnalysisError(f"the workers can't start: {error}") from error

    def _give_back(self, worker: _Worker) -> None:
        worker.served += 1
        with self._lock:
            if self._closed or worker.served >= _RECYCLE_AFTER:
                worker.pipe.close()
            else:
                self._idle.append(worker)

    def _discard(self, worker: _Worker) -> None:
        worker.pipe.close()
        with self._lock:
            if self._control is None:
                return
            try:
                self._control.sendall(REQUEST.pack(KILL, worker.pid))
            except OSError:
                self._stop()  # with the zygote its workers are gone

    def _spawn(self) -> _Worker:
        control = self._control or self._start()
        ours, theirs = Pipe()
        try:
            socket.send_fds(control, [REQUEST.pack(SPAWN, 0)], [theirs.fileno()])
            (pid,) = PID.unpack(_receive(control, PID.size))
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        return _Worker(ours, pid)

    def _start(self) -> socket.socket:
        """Start the zygote and wait until it is ready."""
        ours, theirs = socket.socketpair()
        settings = {**self._settings, "path": sys.path, "control": theirs.fileno()}
        self._control = ours
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-I", "-W", "ignore", "-c", _BOOT],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env={**os.environ, **_ONE_THREAD},
                start_new_session=True,
            )
        self._zygote = process
        if process.stdin is not None:
            with process.stdin as stdin:
                stdin.write(json.dumps(settings).encode())
        ours.settimeout(max(_START_LIMIT.total_seconds(), self._wall_limit))
        if _receive(ours, len(READY)) != READY:
            raise OSError("the workers' parent speaks another language")
        ours.settimeout(_ANSWER)
        return ours

    def _stop(self) -> None:
        """End the zygote and with it all workers."""
        for worker in self._idle:
            worker.pipe.close()
        self._idle.clear()
        if self._control is not None:
            with suppress(OSError):
                # Reaches the zygote even if some other child inherited the socket.
                self._control.shutdown(socket.SHUT_RDWR)
            self._control.close()
            self._control = None
        if self._zygote is not None:
            try:
                self._zygote.wait(_ANSWER)
            except subprocess.TimeoutExpired:
                self._zygote.kill()
                self._zygote.wait()
            self._zygote = None


def _receive(control: socket.socket, size: int) -> bytes:
    received = b""
    while len(received) < size:
        chunk = control.recv(size - len(received))
        if not chunk:
            raise EOFError("the workers' parent ended")
        received += chunk
    return received
