"""What `run`, `once` and `poll` print while they work."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from monitor.cli.options import plain

if TYPE_CHECKING:
    from monitor.model import Message
    from monitor.pipeline import CheckDone, PollDone, Service
    from monitor.settings import Config


class Live:
    """Prints the progress of the stages for a person; quiet about repeats.

    A feed's state is told when it changes: its first baseline, its first failure and
    its recovery, never each poll.
    """

    def __init__(self, config: Config, *, out: bool = True) -> None:
        self._zone = ZoneInfo(config.timezone)
        self._out = out
        self._errors: dict[str, str] = {}
        self._baselines: dict[str, PollDone] = {}
        self._waiting: dict[str, int] = {}
        self._claims = 0
        self._articles = 0

    def attach(self, service: Service) -> None:
        """Listen to this service."""
        service.on_poll = self.polled
        service.on_check = self.checked

    def message(self, message: Message) -> None:
        """The built-in channel: an alert on the terminal."""
        self._say("")
        self._say(click.style(plain(message.title), bold=True), styled=True)
        for line in message.body.splitlines():
            self._say(f"  {line}")
        self._say("")

    def polled(self, done: PollDone) -> None:
        """Tell a baseline, a failure or a recovery; once each."""
        if done.error is not None:
            if done.feed not in self._errors:
                self._say(f"{done.feed}: {done.error}", error=True)
            self._errors[done.feed] = done.error
            return
        if self._errors.pop(done.feed, None) is not None:
            self._say(f"{done.feed}: answers again")
        if done.is_baseline:
            self._say(
                f"{done.feed}: first poll, {done.entries_new} entries, "
                f"{done.articles_new} articles to read, next poll "
                f"{self._clock(done.next_poll_at)}"
            )

    def checked(self, done: CheckDone) -> None:
        """Count the baseline as it grows."""
        if done.error is None and done.revision is not None:
            self._articles += 1
            self._claims += done.claims
            if done.is_baseline and self._articles % 25 == 0:
                self._say(
                    f"baseline: {self._articles} articles read, {self._claims} claims"
                )

    def totals(self) -> tuple[int, int]:
        """Articles read and claims found since the start."""
        return self._articles, self._claims

    def _clock(self, moment: datetime) -> str:
        return moment.astimezone(self._zone).strftime("%H:%M")

    def _say(self, text: str, *, error: bool = False, styled: bool = False) -> None:
        if not self._out and not error:
            return
        click.echo(text if styled else plain(text), err=error)
        if not error:
            sys.stdout.flush()
