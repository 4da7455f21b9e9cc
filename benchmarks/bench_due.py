"""The scan for due feeds over 50,000 of them.

    python benchmarks/bench_due.py [FEEDS]

CPU milliseconds of the thread, and those on the clock; median of 20: nothing due, 200
due (with their leases), and a burst of 2,000.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipe import quietly
from verdict import row

from monitor.settings import FeedConfig
from monitor.store import Store, feeds, open_store
from monitor.store.times import to_text

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
REPEATS = 20
MOST_MS = 20.0


def prepare(store: Store, number: int) -> None:
    pairs = [
        (FeedConfig(f"feed{n}", f"https://host{n}.example/rss"), f"host{n}.example")
        for n in range(number)
    ]
    feeds.sync(store, pairs, now=NOW)


def make_due(store: Store, number: int) -> None:
    """`number` feeds scattered over the table are due, the others in an hour."""
    later = to_text(NOW + timedelta(hours=1))
    with store.writing() as db:
        db.execute(
            "UPDATE feeds SET next_poll_at = ?, leased_by = NULL, leased_until = NULL",
            (later,),
        )
        db.execute(
            "UPDATE feeds SET next_poll_at = ? WHERE feed_id IN (SELECT feed_id FROM"
            " feeds ORDER BY feed_id * 7919 % 100003 LIMIT ?)",
            (to_text(NOW - timedelta(minutes=1)), number),
        )


def scan(store: Store, due: int) -> tuple[float, float]:
    """CPU and wall ms."""
    times, walls = [], []
    for _ in range(REPEATS):
        with store.writing() as db:
            db.execute("UPDATE feeds SET leased_by = NULL, leased_until = NULL"
                       " WHERE leased_by IS NOT NULL")  # fmt: skip
        start, began = time.thread_time(), time.perf_counter()
        found = feeds.due(store, now=NOW, limit=max(due, 200))
        times.append(1000 * (time.thread_time() - start))
        walls.append(1000 * (time.perf_counter() - began))
        if len(found) != due:
            raise SystemExit(f"{len(found)} feeds found instead of {due}")
    return statistics.median(times), statistics.median(walls)


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    with (
        tempfile.TemporaryDirectory() as folder,
        open_store(Path(folder) / "x.db") as store,
    ):
        prepare(store, number)
        print(f"{number} feeds")
        for due in (0, 200, 2_000):
            make_due(store, due)
            cost, wall = scan(store, due)
            each = f", {1000 * cost / due:.0f} us a feed" if due else ""
            print(f"{due:6} due: {cost:7.2f} ms{each}; {wall:.2f} ms on the clock")
            if due == 200:
                row(
                    f"due-scan over {number} feeds, {due} due",
                    f"{cost:.1f} ms CPU ({wall:.1f} on the clock)",
                    f"<= {MOST_MS:g} ms",
                    cost <= MOST_MS,
                )


if __name__ == "__main__":
    quietly(main)
