"""Forks short-lived programs that route and deliver, and kills them where it is told.

Started once by test_kills, so that apprise and the stages are loaded once, not five
hundred times. A line of JSON is a run: DATABASE, HOOK, NOW, MODE, and when to kill it:
`at` the so-manieth moment (before a statement, before and after a send) or `after` so
many seconds. The answer is how it ended and how many moments there were.

The parts are the real ones: routing, outbox, `deliver`, and apprise in the way a
sender calls it; but in the forked process itself, not in a child of it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

from monitor.alerts import render
from monitor.model import Alert, Message, Outcome
from monitor.notify import _outcome, _request
from monitor.notify.child import Sender, _quiet_logging, load
from monitor.notify.waits import Watch
from monitor.pipeline import Service, deliver, rhythm
from monitor.settings import (
    ChannelConfig,
    Config,
    CoverageConfig,
    DeliveryConfig,
    RouteConfig,
)
from monitor.store import changes, leases, open_store, outbox
from monitor.store.changes import Trail
from tests.clock import FakeClock
from tests.store_rows import add_claim, change

CLAIMS = 50
# Changes that one run takes in: never two of one claim.
INTAKE = 12
REAL = "real"
SEND_FIRST = "send-first"


@dataclass
class Moments:
    """Counts where a run can be killed, and does it at one of them."""

    at: int = 0
    count: int = 0

    def pass_(self, *_: object) -> None:
        self.count += 1
        if self.count == self.at:
            os.kill(os.getpid(), signal.SIGKILL)


@dataclass
class Direct:
    """In the notifier's place: apprise, as a sender has it, in this process."""

    sender: Sender
    channels: dict[str, ChannelConfig]
    moments: Moments

    def send(self, channel: str, message: Message) -> Outcome:
        self.moments.pass_()
        answer = self.sender.answer(_request(self.channels[channel], message))
        self.moments.pass_()
        return _outcome(answer)

    def send_many(
        self, jobs: Iterable[tuple[int, str, Message]], *, patience: timedelta
    ) -> Iterator[tuple[int, Outcome]]:
        for key, channel, message in jobs:
            outcome = self.send(channel, message)
            yield key, outcome
            if not outcome.ok:
                return


def configuration(database: Path, hook: str) -> Config:
    return Config(
        database=database,
        channels=(ChannelConfig("desk", hook, allow_private=True),),
        routes=(
            RouteConfig(
                "all",
                ("desk",),
                group_by=("claim",),
                group_wait=timedelta(0),
                flood_cap=10_000,
            ),
        ),
        coverage=CoverageConfig(enabled=False),
        # a minute lies between two runs
        delivery=DeliveryConfig(
            attempts=100,
            first_retry=timedelta(seconds=10),
            last_retry=timedelta(seconds=30),
        ),
    )


def prepare(database: Path) -> None:
    """The claims that will change."""
    with open_store(database) as store, store.writing():
        for _ in range(CLAIMS):
            add_claim(store)


def intake(service: Service, limit: int, direct: Direct, mode: str) -> None:
    """Take in what has changed since the last committed change, as a check does."""
    store, now = service.store, service.clock.now()
    for _ in range(INTAKE):
        with store.writing() as db:
            done = int(db.execute("SELECT count(*) FROM changes").fetchone()[0])
            if done >= limit:
                return
            claim, step = done % CLAIMS, done // CLAIMS
            told = replace(
                change(claim + 1, toll=100 + step, detected_at=now),
                claim=f"claim {claim}",
                digest=False,
            )
            placements = rhythm.placed(db, told, service.config, now=now)
            if mode == SEND_FIRST:
                # the mutant: the commit comes after the send
                key = outbox.alert_key(told, placements[0], step)
                alert = Alert(0, key, "all", placements[0].group_key, (told,))
                direct.send("desk", render.message(alert, timezone="UTC"))
            why = Trail(None, None, None, "alert", "because it is a test")
            told = replace(told, change_id=changes.add(db, told, why))
            outbox.place(db, told, placements, revision=step, now=now)
            if mode == SEND_FIRST:
                db.execute("UPDATE deliveries SET status='sent', next_attempt_at=NULL")


def run(order: dict[str, Any], sender: Sender) -> None:
    """One program, from its start to its end or its death."""
    config = configuration(Path(order["database"]), order["hook"])
    moments = Moments(order.get("at", 0))
    direct = Direct(sender, {c.name: c for c in config.channels}, moments)
    clock = FakeClock(datetime.fromisoformat(order["now"]))
    with open_store(config.database) as store:
        leases.release_dead(store)
        store.db.set_trace_callback(moments.pass_)
        nobody = cast("Any", None)
        service = Service(config, store, nobody, nobody, cast("Any", direct), clock)
        intake(service, order["limit"], direct, order.get("mode", REAL))
        deliver(service)
        store.db.set_trace_callback(None)
        Path(order["count"]).write_text(str(moments.count))


def answer(said: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


def main() -> None:
    sender = Sender(_quiet_logging(), Watch())
    load("json://localhost")
    for line in sys.stdin:
        order = json.loads(line)
        if "prepare" in order:
            prepare(Path(order["prepare"]))
            answer({})
            continue
        child = os.fork()
        if child == 0:
            code = 1
            try:
                run(order, sender)
                code = 0
            finally:
                os._exit(code)
        if "after" in order:
            time.sleep(order["after"])  # the random moment itself
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        answer({"ended": os.waitstatus_to_exitcode(status)})


if __name__ == "__main__":
    main()
