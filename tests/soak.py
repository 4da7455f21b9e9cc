"""A daemon for as long as you like, while everything around it goes wrong.

    python -m tests.soak [SECONDS]

Honest articles whose toll rises, among feeds that turn hostile, pages that fail, a
channel that refuses, a locked database, and the daemon killed with -9 every minute.
When the faults end, everything must be as if they had not been: the last text of each
article is stored, its last figure was told, and nothing was told that did not happen.
"""

from __future__ import annotations

import random
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from monitor.errors import StoreError
from monitor.store import open_store
from tests import hostile
from tests.desk import FIRE, RSS, Item, page, rss
from tests.servers import HookServer, NewsServer
from tests.watched import Watched, resident, watched

HONEST, HOSTILE = 6, 6
# How often (s) something happens, the daemon is killed, the database is locked.
BEAT, KILL_EVERY, LOCK_EVERY, LOCKED = 2.0, 60.0, 25.0, 2.0
# After the faults: the longest back-off and retry of this configuration, and more.
SETTLE = 150.0
# A failing feed is asked again after at most 64 times its interval.
INTERVAL = 1.0
MOST_GROWN_MB = 50.0


@dataclass
class Report:
    """What is wrong in the end; empty when all is well."""

    problems: list[str] = field(default_factory=list)
    kills: int = 0
    edits: int = 0
    told: int = 0
    memory: list[float] = field(default_factory=list)
    seen: dict[str, Any] = field(default_factory=dict)


def article(number: int, toll: int) -> str:
    first = (
        f"At least {toll} people were killed in a fire at mill {number}, police said."
    )
    return page(f"Fire at mill {number}", (first, *FIRE[1:]))


class Soak:
    """The world around the daemon."""

    def __init__(self, folder: Path, seconds: float, seed: int) -> None:
        self.database = folder / "claimwatch.db"
        self.seconds = seconds
        self.pick = random.Random(seed)
        self.report = Report()
        self.tolls = dict.fromkeys(range(HONEST), 10)
        self.harm = [b for some in hostile.ALL for _, b in some.values()]
        self.bodies = list(hostile.CONTENTS.values())

    def run(self) -> Report:
        with NewsServer() as self.news, HookServer() as self.hook:
            self._publish_all()
            feeds = [
                [f"honest{n}", self.news.url(f"/h{n}.xml", host=f"honest{n}.example")]
                for n in range(HONEST)
            ] + [
                [f"hostile{n}", self.news.url(f"/x{n}", host=f"hostile{n}.example")]
                for n in range(HOSTILE)
            ]
            orders = {
                "database": str(self.database),
                "hook": self.hook.url("/").replace("http://", "json://"),
                "feeds": feeds,
                "seconds": {"tick": 1, "interval": INTERVAL, "timeout": 3, "check": 2},
            }
            ends = time.monotonic() + self.seconds
            while time.monotonic() < ends:
                left = ends - time.monotonic()
                with (
                    suppress(ProcessLookupError),
                    watched(orders, may_die=True) as child,
                ):
                    self._storm(child, min(KILL_EVERY, left))
                    child.process.kill()
                    self.report.kills += 1
            self._publish_all()
            self.hook.statuses.clear()
            with watched(orders) as child:
                self._settle(child)
            self.report.seen = child.seen
            self._judge()
        return self.report

    # -------------------------------------------------------------- the storm

    def _publish_all(self) -> None:
        """Everything is as it should be, with the tolls of now."""
        for number, toll in self.tolls.items():
            self._publish(number, toll)
            item = Item(self.news.url(f"/a{number}", host=f"honest{number}.example"))
            feed = rss(self.news, item, title=f"Honest {number}")
            self.news.put(f"/h{number}.xml", feed, content_type=RSS)
        for number in range(HOSTILE):
            feed = rss(self.news, Item("", guid="1"), title="Hostile")
            self.news.put(f"/x{number}", feed, content_type=RSS, etag=False)

    def _publish(self, number: int, toll: int) -> None:
        self.news.put(f"/a{number}", article(number, toll))

    def _storm(self, child: Watched, seconds: float) -> None:
        ends = time.monotonic() + seconds
        lock_at = time.monotonic() + LOCK_EVERY
        while time.monotonic() < ends:
            assert child.process.poll() is None, "the daemon ended by itself"
            self._happen()
            self.report.memory.append(resident(child.process.pid) / 1024)
            if time.monotonic() >= lock_at:
                lock_at += LOCK_EVERY
                self._lock()
            threading.Event().wait(BEAT)

    def _happen(self) -> None:
        number = self.pick.randrange(HONEST)
        what = self.pick.choice(("edit", "edit", "fail", "harm", "heal", "refuse"))
        if what == "edit":
            self.tolls[number] += self.pick.randint(1, 9)
            self.report.edits += 1
            self._publish(number, self.tolls[number])
        elif what == "fail":
            status = self.pick.choice((500, 502, 403, 429))
            self.news.put(f"/a{number}", "<h1>Trouble</h1>", status=status)
        elif what == "heal":
            self._publish(number, self.tolls[number])
        elif what == "harm":
            self._harm()
        else:
            self.hook.statuses.append(self.pick.choice((500, 503, "drop")))

    def _harm(self) -> None:
        path = f"/x{self.pick.randrange(HOSTILE)}"
        if self.pick.random() < 0.5:
            self.news.handle(path, self.pick.choice(self.harm))
        else:
            self.news.put(path, self.pick.choice(self.bodies), etag=False)

    def _lock(self) -> None:
        with suppress(StoreError), open_store(self.database) as store, store.writing():
            threading.Event().wait(LOCKED)

    # -------------------------------------------------------------- the end

    def _settle(self, child: Watched) -> None:
        """Until all texts are stored and nothing waits to be sent."""
        ends = time.monotonic() + SETTLE
        while time.monotonic() < ends and child.process.poll() is None:
            if not self._unsettled():
                return
            threading.Event().wait(1.0)

    def _unsettled(self) -> list[str]:
        found = []
        with open_store(self.database, read_only=True) as store:
            for number, toll in self.tolls.items():
                row = store.one(
                    "SELECT text FROM revisions JOIN articles USING (article_id) "
                    "WHERE url LIKE ? ORDER BY number DESC LIMIT 1",
                    (f"%/a{number}",),
                )
                if row is None or f"At least {toll} people" not in row[0]:
                    found.append(f"article {number} is not stored with its last toll")
            waiting = store.one(
                "SELECT count(*) FROM deliveries WHERE status NOT IN ('sent', 'dropped')"
            )[0]
            if waiting:
                found.append(f"{waiting} deliveries wait")
        return found

    def _judge(self) -> None:
        problems = self.report.problems
        problems += self._unsettled()
        with open_store(self.database, read_only=True) as store:
            check = store.one("PRAGMA integrity_check")[0]
            if check != "ok":
                problems.append(f"the database is damaged: {check}")
            kinds = Counter(
                dict(store.all("SELECT kind, count(*) FROM changes GROUP BY kind"))
            )
            wrong = set(kinds) - {"new", "figure", "detail", "reworded"}
            if wrong:
                problems.append(f"told what did not happen: {sorted(wrong)}")
            lost = store.one(
                "SELECT count(*) FROM changes WHERE disposition = 'alert' AND change_id"
                " NOT IN (SELECT change_id FROM alert_changes)"
            )[0]
            if lost:
                problems.append(f"{lost} changes without their alert")
            self.report.told = kinds["figure"]
        texts = " ".join(str(body) for body in self.hook.bodies)
        problems += [
            f"toll {toll} of article {number} was never told"
            for number, toll in self.tolls.items()
            if toll > 10 and str(toll) not in texts
        ]
        memory = self.report.memory
        half = len(memory) // 2
        if half and max(memory[half:]) > max(memory[:half]) + MOST_GROWN_MB:
            problems.append(
                f"memory grew from {max(memory[:half])} to {max(memory)} MB"
            )


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 3600.0
    with tempfile.TemporaryDirectory() as name:
        report = Soak(Path(name), seconds, seed=int(time.time())).run()
    sys.stdout.write(
        f"{seconds:g} s, {report.kills} kills, {report.edits} edits, {report.told} figures"
        f" told, most {max(report.memory, default=0):.0f} MB\n"
        + "".join(f"wrong: {problem}\n" for problem in report.problems)
    )
    raise SystemExit(bool(report.problems))


if __name__ == "__main__":
    main()
