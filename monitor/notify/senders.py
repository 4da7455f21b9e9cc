"""The sender processes: started when needed, never more than a few, killed if stuck."""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from monitor.errors import NotifyError

MAX_SENDERS = 4
IDLE = timedelta(seconds=60)
# A start imports apprise and its plug-ins: 0.6 s, on a busy machine many times that.
START_SECONDS = 60.0


class Gone(Exception):
    """The child ended. `taken` = it may have begun to send."""

    def __init__(self, *, taken: bool, status: int | None) -> None:
        super().__init__(f"the sender ended ({status})")
        self.taken = taken


class Sender:
    """One child process and its two pipes. Not for two threads at once."""

    def __init__(self, idle: timedelta) -> None:
        # -P: a stray apprise.py in the working directory is not the one we mean.
        # A session of its own: Ctrl-C at the terminal is for the parent alone.
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-P", "-m", "monitor.notify.child"),
                str(idle.total_seconds()),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._buffer = b""
        self._ready = False
        self.channels: set[str] = set()

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it still runs; reaps it if not."""
        return self._process.poll() is None

    def ask(self, request: dict[str, Any], seconds: float) -> dict[str, Any]:
        """The answer to a request, which has `seconds` from when it is taken up.

        TimeoutError: no answer in time; `Gone`: the child ended.
        """
        if not self._ready:
            self._line(START_SECONDS, taken=False)
            self._ready = True
        try:
            assert self._process.stdin is not None  # noqa: S101  (Popen with PIPE)
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
        except OSError as error:
            raise Gone(taken=False, status=self._process.poll()) from error
        self._line(START_SECONDS, taken=False)
        return self._line(seconds, taken=True)

    def _line(self, seconds: float, *, taken: bool) -> dict[str, Any]:
        assert self._process.stdout is not None  # noqa: S101  (Popen with PIPE)
        output = self._process.stdout.fileno()
        poll = select.poll()
        poll.register(output, select.POLLIN)
        end = time.monotonic() + seconds
        while b"\n" not in self._buffer:
            left = end - time.monotonic()
            if left <= 0 or not poll.poll(left * 1000):
                raise TimeoutError
            data = os.read(output, 65536)
            if not data:
                raise Gone(taken=taken, status=self._process.poll())
            self._buffer += data
        line, _, self._buffer = self._buffer.partition(b"\n")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def kill(self) -> None:
        """End it now; a thread that waits for its answer gets `Gone`."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    def close(self) -> None:
        """End it now, whatever it does, and leave nothing behind."""
        self.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


@dataclass
class Pool:
    """At most `MAX_SENDERS` children, made when needed.

    Channels whose last message timed out never hold all of them: the last one is for
    those that work.
    """

    idle: timedelta
    free: list[Sender] = field(default_factory=list)
    busy: set[Sender] = field(default_factory=set)
    slow: int = 0
    closed: bool = False
    changed: threading.Condition = field(default_factory=threading.Condition)

    @contextlib.contextmanager
    def sender(self, channel: str, *, slow: bool) -> Iterator[Sender]:
        """A child for one message, preferably one that has the channel loaded."""
        with self.changed:
            self.changed.wait_for(lambda: self.closed or self._has_room(slow=slow))
            if self.closed:
                raise NotifyError("the notifier is closed")
            sender = self._taken(channel)
            self.slow += slow
        try:
            yield sender
        finally:
            with self.changed:
                self.slow -= slow
                self.busy.discard(sender)
                if sender.is_alive and not self.closed:
                    self.free.append(sender)
                else:
                    sender.close()
                self.changed.notify_all()

    def _has_room(self, *, slow: bool) -> bool:
        if slow and self.slow >= MAX_SENDERS - 1:
            return False
        return len(self.busy) < MAX_SENDERS

    def _taken(self, channel: str) -> Sender:
        for ended in [s for s in self.free if not s.is_alive]:
            self.free.remove(ended)
            ended.close()
        known = [s for s in self.free if channel in s.channels]
        if known or self.free:
            sender = (known or self.free)[-1]
            self.free.remove(sender)
        else:
            sender = Sender(self.idle)
        self.busy.add(sender)
        sender.channels.add(channel)
        return sender

    def close(self) -> None:
        """End all children. Threads that use one get `Gone` and end it themselves."""
        with self.changed:
            self.closed = True
            for sender in self.free:
                sender.close()
            self.free.clear()
            for sender in self.busy:
                sender.kill()
            self.changed.notify_all()
