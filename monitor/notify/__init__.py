"""Messages to channels: apprise in a few child processes that can be killed.

A plug-in may hang for minutes, whatever its time limits say, so each send runs in a
child; one that takes longer than `[delivery] timeout` is killed and replaced. Within a
channel messages go one after the other, paced; channels don't wait for each other.
"""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Generic, Self, TypeVar

from monitor.errors import NotifyError
from monitor.model import Message, Outcome
from monitor.notify.forms import form_of
from monitor.notify.pace import Pace, pace_of
from monitor.notify.senders import (
    IDLE,
    MAX_SENDERS,
    START_SECONDS,
    Gone,
    Pool,
    Sender,
)
from monitor.settings import CONSOLE, ChannelConfig, DeliveryConfig

K = TypeVar("K")

__all__ = [
    "IDLE",
    "MAX_SENDERS",
    "Notifier",
    "check",
    "check_all",
    "form_of",
    "pace_of",
]

# (seconds) -> whether the notifier is closing
Wait = Callable[[float], bool]


def check(url: str) -> list[str]:
    """What is wrong with a channel's URL, without quoting it; one line each."""
    return check_all([url])[0]


def check_all(urls: Sequence[str]) -> list[list[str]]:
    """`check` for many URLs at the price of one: a child process is started."""
    with contextlib.closing(Sender(IDLE)) as sender:
        return [_problems(sender, url) for url in urls]


def _problems(sender: Sender, url: str) -> list[str]:
    try:
        answer = sender.ask({"do": "check", "url": url}, START_SECONDS)
    except (Gone, TimeoutError):
        return ["could not be checked: the sender process ended"]
    # a plug-in that failed on the URL answers as a failed send does
    lines = answer.get("problems", [answer.get("detail")])
    return [str(line) for line in lines]


@dataclass
class _Lane:
    """One channel: its turn, its pace, and whether its last message timed out."""

    channel: ChannelConfig
    pace: Pace
    turn: threading.Lock = field(default_factory=threading.Lock)
    # when the last messages had gone
    sent: deque[float] = field(default_factory=deque)
    slow: bool = False

    @property
    def next_at(self) -> float:
        """When the pace allows the next message."""
        return self.pace.free_at(self.sent)

    def note(self, now: float, messages: int) -> None:
        """So many messages have gone to the service."""
        self.sent.extend([now] * messages)
        while len(self.sent) > self.pace.memory:
            self.sent.popleft()


@dataclass
class _Batch(Generic[K]):
    """What the threads of one `send_many` share. None = a thread is through."""

    until: float | None
    done: queue.SimpleQueue[tuple[K, Outcome] | None] = field(
        default_factory=queue.SimpleQueue
    )
    stop: threading.Event = field(default_factory=threading.Event)

    def is_over(self, lane: _Lane | None, now: float) -> bool:
        """Whether nothing more may be begun on this lane."""
        start = max(now, lane.next_at) if lane is not None else now
        return self.stop.is_set() or (self.until is not None and start > self.until)

    def outcomes(self, threads: int) -> Iterator[tuple[K, Outcome]]:
        """The outcomes as they come, until all threads are through."""
        while threads:
            one = self.done.get()
            if one is None:
                threads -= 1
            else:
                yield one


class Notifier:
    """Sends messages to the configured channels; a context manager.

    `console` is what the built-in channel of that name calls. Safe for several threads:
    a channel's messages still go one after the other. `monotonic` and `wait` are for
    tests of the pace.
    """

    def __init__(
        self,
        channels: Sequence[ChannelConfig],
        config: DeliveryConfig,
        *,
        console: Callable[[Message], None] | None = None,
        idle: timedelta = IDLE,
        monotonic: Callable[[], float] = time.monotonic,
        wait: Wait | None = None,
    ) -> None:
        self._lanes = {
            channel.name: _Lane(channel, pace_of(channel)) for channel in channels
        }
        self._timeout = config.timeout.total_seconds()
        self._console = console
        self._pool = Pool(idle)
        self._closing = threading.Event()
        self._monotonic = monotonic
        self._wait = wait or self._closing.wait

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the children at once; what they were sending counts as failed."""
        self._closing.set()
        self._pool.close()

    def pids(self) -> list[int]:
        """The children that run now, for tests that kill or watch them."""
        with self._pool.changed:
            held = [*self._pool.free, *self._pool.busy]
            return [sender.pid for sender in held if sender.is_alive]

    def send(self, channel_name: str, message: Message) -> Outcome:
        """Send one message, waiting for its channel's turn and pace."""
        lane = self._lanes.get(channel_name)
        if lane is None:
            return self._print(channel_name, message)
        with lane.turn:
            early = lane.next_at - self._monotonic()
            if early > 0 and self._wait(early):
                return _not_sent("the program is stopping")
            outcome, messages = self._deliver(lane, message)
            lane.note(self._monotonic(), messages)
            return outcome

    def send_many(
        self,
        jobs: Iterable[tuple[K, str, Message]],
        *,
        patience: timedelta | None = None,
    ) -> Iterator[tuple[K, Outcome]]:
        """Send all, channels side by side, and give each outcome as it comes.

        A channel's turn ends with the first message that fails: what comes after it
        must not overtake it. Neither that nor what could not be begun within
        `patience` (a burst to a slow-paced channel) gets an outcome: it was not tried.
        """
        by_channel: dict[str, list[tuple[K, Message]]] = {}
        for key, channel, message in jobs:
            by_channel.setdefault(channel, []).append((key, message))
        until = None if patience is None else patience.total_seconds()
        batch: _Batch[K] = _Batch(None if until is None else self._monotonic() + until)
        lanes = [
            threading.Thread(target=self._work, args=(name, its, batch))
            for name, its in by_channel.items()
        ]
        for lane in lanes:
            lane.start()
        try:
            yield from batch.outcomes(len(lanes))
        finally:
            batch.stop.set()
            for lane in lanes:
                lane.join()

    def _work(
        self, channel: str, jobs: list[tuple[K, Message]], batch: _Batch[K]
    ) -> None:
        """The thread of one channel. A job that is begun gets an outcome."""
        lane = self._lanes.get(channel)
        for key, message in jobs:
            if batch.is_over(lane, self._monotonic()):
                break
            try:
                outcome = self.send(channel, message)
            except Exception as error:
                # a poisoned message must not leave the caller waiting
                outcome = _not_sent(f"unforeseen {type(error).__name__}")
            batch.done.put((key, outcome))
            if not outcome.ok:
                break
        batch.done.put(None)

    def _print(self, channel: str, message: Message) -> Outcome:
        """The built-in console channel; any other name is not configured."""
        if channel != CONSOLE or self._console is None:
            return Outcome(
                ok=False, detail="the channel is not configured", permanent=True
            )
        try:
            self._console(message)
        except OSError as error:
            return Outcome(ok=False, detail=f"the console: {type(error).__name__}")
        return Outcome(ok=True, detail="printed")

    def _deliver(self, lane: _Lane, message: Message) -> tuple[Outcome, int]:
        """What became of it, and how many messages the service got at most."""
        request = _request(lane.channel, message)
        # A child that ended before it took the message (idle, killed from outside) has
        # sent nothing: another one may.
        for _ in range(MAX_SENDERS + 1):
            try:
                with self._pool.sender(lane.channel.name, slow=lane.slow) as sender:
                    return self._asked(lane, sender, request)
            except Gone as gone:
                if gone.taken or self._closing.is_set():
                    return _ended(), 1
            except NotifyError:
                return _not_sent("the program is stopping"), 0
            except OSError as error:
                return _not_sent(f"no sender process: {error.strerror}"), 0
        return _not_sent("no sender process stays alive"), 0

    def _asked(
        self, lane: _Lane, sender: Sender, request: dict[str, Any]
    ) -> tuple[Outcome, int]:
        try:
            answer = sender.ask(request, self._timeout)
        except TimeoutError:
            sender.close()
            lane.slow = True
            detail = f"no answer within {self._timeout:g} s; the sender was ended"
            return Outcome(ok=False, detail=detail, slow=True), 1
        except Gone:
            # its pipe is closed before it counts as dead: nobody may get it again
            sender.close()
            raise
        lane.slow = False
        return _outcome(answer), int(answer["messages"])


def _request(channel: ChannelConfig, message: Message) -> dict[str, Any]:
    """What a sender is asked."""
    return {
        "do": "send",
        "channel": channel.name,
        "url": channel.url,
        "allow_private": channel.allow_private,
        "title": message.title,
        "body": message.body,
        "rich": _rich(message),
    }


def _outcome(answer: dict[str, Any]) -> Outcome:
    """What a sender's answer says."""
    return Outcome(
        ok=bool(answer["ok"]),
        detail=str(answer["detail"]),
        permanent=bool(answer["permanent"]),
        retry_after=answer["retry_after"],
        reference=str(answer["reference"]),
    )


def _ended() -> Outcome:
    return Outcome(ok=False, detail="the sender ended while sending")


def _rich(message: Message) -> dict[str, Any]:
    """What the message has beside its plain text; empty if nothing."""
    beside = {
        "blocks": list(message.blocks),
        "html": message.html,
        "name": message.name,
        "thread": message.thread,
    }
    return beside if any(beside.values()) else {}


def _not_sent(why: str) -> Outcome:
    return Outcome(ok=False, detail=f"not sent: {why}")
