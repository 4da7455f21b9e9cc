"""The parent of the workers: loads everything once, then forks one per request.

Started by `pool` as a fresh interpreter with a control socket. Loaded modules and the
language model are shared by all its workers, and a replacement is there in
milliseconds. Single-threaded, so that forking is safe. Ends, with all its workers,
when the control socket closes, however its starter ended.
"""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import socket
import struct
import sys
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from monitor import memory
from monitor.analysis import work
from monitor.errors import ParseError

# A request: what to do, and to which worker.
REQUEST = struct.Struct("!cq")
SPAWN, KILL = b"S", b"K"
# The answer to SPAWN: the worker's process id.
PID = struct.Struct("!q")
READY = b"R"

# The time limit counts processor time, which is the clock's on an idle core. On a busy
# machine an honest page may wait for its turn; what only waits ends after this factor.
PATIENCE = 3

# glibc keeps freed pages of big pages: without this a worker grows by 30 MB more.
_TRIM_EVERY = 500
_PR_SET_PDEATHSIG = 1


def serve(settings: dict[str, Any]) -> None:
    """Load, say READY, and obey the control socket until it closes."""
    # The terminal's ^C and systemd's SIGTERM go to the whole group: the daemon alone
    # answers them, finishes its work and then closes us.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    control = socket.socket(fileno=settings["control"])
    children: set[int] = set()
    signal.signal(signal.SIGCHLD, lambda *_: _reap(children))
    run = _runner(settings)
    gc.collect()
    gc.freeze()
    try:
        control.sendall(READY)
        while _obey(control, children, run, settings):
            pass
    except OSError:
        pass  # the starter is gone
    for pid in list(children):
        _kill(pid, children)


def _runner(settings: dict[str, Any]) -> Callable[[Any], Any]:
    feeds = settings["kind"] == "feeds"
    # What can't be loaded fails again in each job, and is then reported with it.
    with suppress(Exception):
        (work.warm_feeds if feeds else work.warm_pages)()
    aliases = settings["aliases"]
    return work.parse_feed if feeds else lambda job: work.analyse_page(job, aliases)


def _obey(
    control: socket.socket,
    children: set[int],
    run: Callable[[Any], Any],
    settings: dict[str, Any],
) -> bool:
    """Do one request; False when the control socket is closed."""
    message, fds, _, _ = socket.recv_fds(control, REQUEST.size, 1)
    if not message:
        return False
    while len(message) < REQUEST.size:
        message += control.recv(REQUEST.size - len(message))
    request, pid = REQUEST.unpack(message)
    if request == KILL:
        _kill(pid, children)
        return True
    zygote = os.getpid()
    # A child that ends at once must be known before it is reaped.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    pid = os.fork()
    if pid == 0:
        control.close()
        _work(fds[0], run, settings, zygote)
    children.add(pid)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    os.close(fds[0])
    control.sendall(PID.pack(pid))
    return True


def _reap(children: set[int]) -> None:
    while children:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        children.discard(pid)


def _kill(pid: int, children: set[int]) -> None:
    """Kill a worker that is not reaped yet: its id can't be another process's."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    if pid in children:
        os.kill(pid, signal.SIGKILL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})


# ------------------------------------------------------------------ in the worker


def _work(
    fd: int, run: Callable[[Any], Any], settings: dict[str, Any], zygote: int
) -> None:
    """Serve jobs until the pipe closes. Never returns."""
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        _end_with(zygote)
        _limit_memory(settings["memory_limit"])
        _serve_jobs(Connection(fd), run, settings["wall_limit"])
    except (EOFError, OSError):
        pass  # the pipe closed: the pool has done with this worker
    finally:
        os._exit(0)


def _serve_jobs(pipe: Connection, run: Callable[[Any], Any], wall_limit: float) -> None:
    # The default actions kill even while C code holds the interpreter.
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    for served in count(1):
        job = pipe.recv()
        signal.setitimer(signal.ITIMER_PROF, wall_limit)
        signal.setitimer(signal.ITIMER_REAL, PATIENCE * wall_limit)
        pipe.send(_answer(run, job))
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.setitimer(signal.ITIMER_PROF, 0)
        if served % _TRIM_EVERY == 0:
            memory.give_back()


def _answer(run: Callable[[Any], Any], job: Any) -> tuple[str, Any]:
    try:
        return "ok", run(job)
    except ParseError as error:
        return "unparsable", str(error)
    except MemoryError:
        return "memory", "needs more memory than allowed"
    except RecursionError:
        return "failed", "is nested too deeply"
    except Exception as error:
        return "failed", " ".join(f"{type(error).__name__}: {error}".split())[:300]


def _end_with(zygote: int) -> None:
    """Have the kernel end this worker when the zygote is killed (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != zygote:
            os._exit(0)


def _limit_memory(allowance: int) -> None:
    """Allow that many bytes of address space beyond what is loaded (Linux only)."""
    statm = Path("/proc/self/statm")
    if not statm.exists():
        return
    import resource

    used = int(statm.read_text().split()[0]) * resource.getpagesize()
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = used + allowance
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    # A service manager may forbid it, having set a limit of its own.
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
