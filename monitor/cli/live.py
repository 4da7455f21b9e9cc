"""What `run`, `once` and `poll` print while they work."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from monitor.cli.options import plain
from monitor.plurals import counted
from monitor.store import baselines
from monitor.store.times import to_time

if TYPE_CHECKING:
    from monitor.model import Message
    from monitor.pipeline import CheckDone, PollDone, Service
    from monitor.settings import Config


def log_errors_only() -> None:
    """The failures that matter are printed, each once: the log need not say them too."""
    log = logging.getLogger("monitor")
    if not log.isEnabledFor(logging.INFO):
        log.setLevel(logging.ERROR)


class Live:
    """Prints the progress of the stages for a person; quiet about repeats.

    A feed is told about when its state changes: its first baseline, its first
    failure and its recovery, never at each poll.
    """

    def __init__(
        self, config: Config, *, quiet: bool = False, silent: bool = False
    ) -> None:
        self._zone = ZoneInfo(config.timezone)
        self._quiet = quiet
        # the log says it all
        self._silent = silent
        self._failing: set[str] = set()
        self._waiting: list[str] = []
        self._service: Service | None = None
        self._turn = threading.Lock()

    def attach(self, service: Service) -> None:
        """Listen to this service."""
        self._service = service
        service.on_poll = self.polled
        service.on_check = self.checked
        if not self._silent:
            service.on_offline = self.offline

    def message(self, message: Message) -> None:
        """The built-in channel: an alert on the terminal."""
        with self._turn:
            click.echo("")
            click.echo(click.style(plain(message.title), bold=True))
            for line in message.body.splitlines():
                click.echo(f"  {plain(line)}".rstrip())
            click.echo("")

    def polled(self, done: PollDone) -> None:
        """Tell a baseline, a failure or a recovery; once each."""
        if done.error is not None:
            if done.feed not in self._failing:
                self._failing.add(done.feed)
                self._say(f"{done.feed}: {done.error}", err=True)
            return
        if done.feed in self._failing:
            self._failing.discard(done.feed)
            self._say(f"{done.feed}: answers again")
        if done.is_baseline:
            self._waiting.append(done.feed)
            self._say(
                f"{done.feed}: {counted(done.entries_new, 'entry')}, reading "
                f"{counted(done.articles_new, 'article')} for the baseline ..."
            )
            self._finish_baselines()

    def offline(self, is_so: bool) -> None:
        """Tell our own outage, and its end; once each."""
        if is_so:
            self._say(
                "nothing answers: is this machine offline? I keep trying, and say "
                "when one answers",
                err=True,
            )
        else:
            self._say("online again")

    def checked(self, done: CheckDone) -> None:
        """Tell when all articles of a feed's first poll were read."""
        self._finish_baselines()

    def _finish_baselines(self) -> None:
        if self._service is None:
            return
        for name in list(self._waiting):
            found = baselines.of_feed(self._service.store, name)
            if found.unread:
                continue
            self._waiting.remove(name)
            unreadable = (
                f" ({found.unreadable} could not be read)" if found.unreadable else ""
            )
            due = to_time(found.next_poll_at).astimezone(self._zone)
            self._say(
                f"{name}: {counted(found.entries, 'entry')}, "
                f"{counted(found.articles, 'article')}{unreadable}, "
                f"{counted(found.claims, 'claim')} baselined, "
                f"next poll {due:%H:%M}"
            )

    def _say(self, text: str, *, err: bool = False) -> None:
        if self._silent or (self._quiet and not err):
            return
        with self._turn:
            click.echo(plain(text), err=err)
