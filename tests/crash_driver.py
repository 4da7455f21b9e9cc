"""Runs one pass of the real stages and kills itself at a chosen commit.

Started as a process of its own by test_crash: CONFIG START COMMIT WHEN MODE. COMMIT
counts this process's transactions from 1 (0 = never die); WHEN is `before` or `after`
that commit. MODE `real` is the program as it is; `send-first` is a mutant that commits
the outbox after sending, which the harness must catch.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from monitor import config as configuration
from monitor.model import Alert, Change, Placement
from monitor.pipeline import Service, check, deliver, poll, telling
from monitor.pipeline.opening import open_service
from monitor.store import Store, outbox
from tests.clock import FakeClock


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_at(number: int, when: str) -> list[int]:
    """Count commits, and die at the chosen one; returns the counter."""
    original = Store.writing
    count = [0]

    @contextmanager
    def writing(self: Store) -> Iterator[Any]:
        nested = self.db.in_transaction
        with original(self) as db:
            yield db
            if not nested:
                count[0] += 1
                if count[0] == number and when == "before":
                    die()
        if not nested and count[0] == number and when == "after":
            die()

    Store.writing = writing  # type: ignore[method-assign]
    return count


class SendFirst:
    """The mutant: alerts are sent from memory, and stored when that went well."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Change, list[Placement], int, datetime]] = []

    def place(
        self,
        db: Any,
        change: Change,
        placements: list[Placement],
        *,
        revision: int,
        now: datetime,
    ) -> list[str]:
        self.waiting.append((change, placements, revision, now))
        return []

    def flush(self, service: Service) -> None:
        from monitor.alerts import render

        for change, placements, revision, now in self.waiting:
            for placement in placements:
                key = outbox.alert_key(change, placement, revision)
                alert = Alert(0, key, placement.route, placement.group_key, (change,))
                message = render.message(alert, timezone="UTC")
                for channel in placement.channels:
                    service.notifier.send(channel, message)
            with service.store.writing() as db:
                outbox_place(db, change, placements, revision=revision, now=now)
                db.execute("UPDATE deliveries SET status='sent', next_attempt_at=NULL")


outbox_place = outbox.place


def main() -> None:
    path, start, number, when, mode = sys.argv[1:6]
    config = configuration.load(Path(path), environ={})
    clock = FakeClock(datetime.fromisoformat(start))
    mutant = SendFirst()
    if mode == "send-first":
        telling.outbox.place = mutant.place  # type: ignore[assignment]
    with open_service(config, clock=clock, workers=1) as service:
        count = die_at(int(number), when)
        poll(service, force=True)
        check(service, force=True)
        if mode == "send-first":
            mutant.flush(service)
        else:
            deliver(service, force=True)
        sys.stdout.write(str(count[0]))


if __name__ == "__main__":
    main()
