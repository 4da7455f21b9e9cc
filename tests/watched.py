"""A daemon in a process of its own that notes how punctual it is and what it holds.

Started as `python -m tests.watched` with its orders as one line of JSON on stdin; it
runs until stdin closes and then prints what it saw as JSON. Names under `.example` lead
to this machine, so that each feed can have a host of its own.
"""

from __future__ import annotations

import functools
import json
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[1]
SAMPLE = 0.1
END_LIMIT = 60
# How often (s) the daemon's watch comes round.
WATCH = 1.0


# ------------------------------------------------------------------ in the parent


@dataclass
class Watched:
    """A running daemon. `late` (s) and `grown` (MB) are there after its end."""

    process: subprocess.Popen[str]
    seen: dict[str, Any] = field(default_factory=dict)

    def rest(self) -> int:
        """What it holds from now on counts as grown; returns what it holds (kB)."""
        self._say("rest")
        return resident(self.process.pid)

    def lap(self) -> dict[str, Any]:
        """What was seen since the last lap: late, delays, fetches (s by path)."""
        self._say("lap")
        assert self.process.stdout is not None
        found: dict[str, Any] = json.loads(self.process.stdout.readline())
        return found

    def _say(self, word: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()


@contextmanager
def watched(orders: Mapping[str, Any], *, may_die: bool = False) -> Iterator[Watched]:
    """A daemon for the length of the block; `may_die`: the block may kill it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.watched"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    found = Watched(process)
    try:
        found._say(json.dumps(orders))
        yield found
        output, errors = process.communicate(timeout=END_LIMIT)
        if may_die and process.returncode:
            return
        assert process.returncode == 0, errors[-2000:]
        found.seen = json.loads(output.splitlines()[-1])
    finally:
        process.kill()
        # closes the pipes as well
        process.communicate()


class Metronome:
    """How late (s) the machine itself wakes a thread that does nothing else."""

    def __init__(self) -> None:
        self.late = 0.0
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._beat)

    def _beat(self) -> None:
        last = time.monotonic()
        while not self._end.wait(WATCH):
            now = time.monotonic()
            self.late = max(self.late, now - last - WATCH)
            last = now

    def __enter__(self) -> Metronome:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()


def resident(pid: int | str) -> int:
    """The resident memory of a process, in kB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0


# ------------------------------------------------------------------ in the child


@dataclass
class _Seen:
    """What is noted on the way."""

    late: float = 0.0
    base: int = 0
    peak: int = 0
    polls: int = 0
    delays: dict[str, float] = field(default_factory=dict)
    fetches: dict[str, float] = field(default_factory=dict)
    due: dict[str, datetime] = field(default_factory=dict)
    resting: threading.Event = field(default_factory=threading.Event)

    def poll(self, now: datetime, done: Any) -> None:
        """A finished poll: how long after its due time."""
        self.polls += 1
        due = self.due.get(done.feed)
        if due is not None and self.resting.is_set():
            delay = (now - due).total_seconds()
            self.delays[done.feed] = max(self.delays.get(done.feed, 0.0), delay)
        self.due[done.feed] = done.next_poll_at

    def sample(self) -> None:
        while True:
            self.peak = max(self.peak, resident("self"))
            time.sleep(SAMPLE)

    def listen(self, end: threading.Event) -> None:
        """`rest` starts the measuring; the end of stdin ends everything."""
        for line in sys.stdin:
            if line.strip() == "rest":
                self.base = self.peak = resident("self")
                self.late = 0.0
                self.resting.set()
            elif line.strip() == "lap":
                self.resting.set()
                _print(
                    {"late": self.late, "delays": self.delays, "fetches": self.fetches}
                )
                self.late, self.delays, self.fetches = 0.0, {}, {}
        end.set()


def _print(found: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()


def _loopback(host: str, port: int, **options: Any) -> Any:
    if host.endswith(".example"):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
    return socket.getaddrinfo(host, port, **options)


def _config(orders: Mapping[str, Any]) -> Any:
    from monitor.settings import (
        ChannelConfig,
        ChecksConfig,
        Config,
        DeliveryConfig,
        FeedConfig,
        FetchConfig,
        RouteConfig,
        TaperStep,
    )

    seconds = {
        name: timedelta(seconds=value) for name, value in orders["seconds"].items()
    }
    hook = orders.get("hook")
    told: dict[str, Any] = {}
    if hook:
        wait = timedelta(seconds=1)
        told = {
            "channels": (ChannelConfig("desk", hook, allow_private=True),),
            "routes": (
                RouteConfig(
                    "all",
                    ("desk",),
                    group_by=("claim", "kind"),
                    group_wait=timedelta(0),
                    flood_cap=10_000,
                ),
            ),
            "delivery": DeliveryConfig(first_retry=wait, last_retry=2 * wait),
        }
    return Config(
        **told,
        database=Path(orders["database"]),
        tick=seconds["tick"],
        feeds=tuple(
            FeedConfig(
                name,
                url,
                interval=timedelta(seconds=own[0]) if own else seconds["interval"],
                allow_private=True,
            )
            for name, url, *own in orders["feeds"]
        ),
        fetch=FetchConfig(
            timeout=seconds["timeout"],
            per_host=orders.get("per_host", 2),
            per_host_pause=timedelta(0),
        ),
        checks=ChecksConfig(
            schedule=(TaperStep(timedelta(days=30), seconds["check"]),),
            confirm_removal_after=seconds["check"],
        ),
    )


def main() -> None:
    from monitor.daemon import Daemon
    from monitor.pipeline import opening

    logging.disable(logging.CRITICAL)
    orders = json.loads(sys.stdin.readline())
    seen = _Seen()

    class Timed(opening.Fetcher):
        """Notes how long each fetch takes, and knows the names of this machine."""

        async def _work(self, job: Any) -> None:
            started = time.monotonic()
            await super()._work(job)
            path = urlsplit(job.work[1].url).path
            took = time.monotonic() - started
            seen.fetches[path] = max(seen.fetches.get(path, 0.0), took)

    opening.Fetcher = functools.partial(  # type: ignore[misc, assignment]
        Timed, lookup=_loopback
    )

    class Punctual(Daemon):
        """Notes how late its own watch comes round."""

        last: float | None = None

        def _watch(self) -> None:
            now = time.monotonic()
            if self.last is not None:
                seen.late = max(seen.late, now - self.last - WATCH)
            self.last = now
            super()._watch()

    work = orders["seconds"].get("work")
    if work is not None:
        opening.Analyst = functools.partial(  # type: ignore[misc, assignment]
            opening.Analyst, wall_limit=timedelta(seconds=work)
        )
    with opening.open_service(_config(orders), workers=1) as service:
        daemon = Punctual(service)
        service.on_poll = lambda done: seen.poll(service.clock.now(), done)
        end = threading.Event()
        for work in (seen.sample, lambda: seen.listen(end)):
            threading.Thread(target=work, daemon=True).start()
        threading.Thread(
            target=lambda: (end.wait(), daemon.stop()), daemon=True
        ).start()
        daemon.run()
    found: dict[str, Any] = {"late": seen.late, "grown": (seen.peak - seen.base) / 1024}
    found |= {"delays": seen.delays, "polls": seen.polls}
    _print(found)


if __name__ == "__main__":
    main()
