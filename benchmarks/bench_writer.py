"""Reads while we write, and while twenty competing writers do: one run, one file each.

    python benchmarks/bench_writer.py [SECONDS]

Ours: threads hand in records as the stages do; each transaction holds at most 50 (the
poll's records of unchanged feeds, as `pipeline.poll` writes them). The peer: twenty
connections of their own with one record a transaction, as 20 jobs of a scheduler would
write. A reader asks for due feeds and a feed's row throughout; its 99th percentile and
the longest transaction are what counts.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from pipe import quietly
from verdict import row

from monitor.pipeline.poll import MOST_TOGETHER
from monitor.settings import FeedConfig
from monitor.store import Store, feeds, open_store
from monitor.store.feeds import Feed, PollRecord

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FEEDS = 5_000
WRITERS = 20
MOST_MS = 5.0
MOST_BATCH = 50
PAUSE = 0.002
RECORD = PollRecord(ok=True, state="ok", next_poll_at=NOW + timedelta(minutes=15))


class Meter:
    """Times of transactions and reads, from any thread."""

    def __init__(self) -> None:
        self.writes: list[float] = []
        self.reads: list[float] = []
        self.records = 0
        self.lock = threading.Lock()
        self.end = threading.Event()


def write(store: Store, known: list[Feed], batch: int, meter: Meter) -> None:
    """Transactions of so many records until the end."""
    at = 0
    while not meter.end.is_set():
        start = time.perf_counter()
        records = [(feed, RECORD) for feed in known[at : at + batch]]
        feeds.record_states(store, records, now=NOW)
        took = 1000 * (time.perf_counter() - start)
        with meter.lock:
            meter.writes.append(took)
            meter.records += batch
        at = (at + batch) % (len(known) - batch)
    store.close()


def read(store: Store, meter: Meter) -> None:
    number = 0
    while not meter.end.wait(PAUSE):
        number = number % FEEDS + 1
        start = time.perf_counter()
        store.one("SELECT * FROM feeds WHERE feed_id = ?", (number,))
        store.all(
            "SELECT feed_id FROM feeds WHERE is_active = 1 AND next_poll_at <= ? LIMIT 50",
            ("2026-03-01T12:00:00Z",),
        )
        meter.reads.append(1000 * (time.perf_counter() - start))
    store.close()


def measure(path: Path, seconds: float, jobs: list[Callable[[Meter], None]]) -> Meter:
    meter = Meter()
    threads = [threading.Thread(target=job, args=(meter,)) for job in jobs]
    with open_store(path, read_only=True) as store:
        threads.append(threading.Thread(target=read, args=(store, meter)))
        for thread in threads:
            thread.start()
        time.sleep(seconds)
        meter.end.set()
        for thread in threads:
            thread.join()
    return meter


def told(name: str, meter: Meter, seconds: float) -> float:
    p99 = statistics.quantiles(meter.reads, n=100)[98]
    print(
        f"{name:28} {meter.records / seconds:8.0f} records/s   longest transaction"
        f" {max(meter.writes):7.1f} ms   reads {len(meter.reads):5} p99 {p99:6.2f}"
        f" longest {max(meter.reads):6.1f} ms"
    )
    return p99


def known_feeds(path: Path) -> list[Feed]:
    with open_store(path) as store:
        pairs = [
            (FeedConfig(f"f{n}", f"https://h{n}.example/rss"), "h")
            for n in range(FEEDS)
        ]
        feeds.sync(store, pairs, now=NOW)
        return feeds.listed(store)


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 8.0
    results = {}
    for name, batch in (("ours, 50 a transaction", MOST_TOGETHER), ("20 writers", 1)):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "x.db"
            known = known_feeds(path)
            # ours is one Store for all threads; the peers have a connection each and
            # nothing but SQLite's lock between them
            stores = [open_store(path) for _ in range(1 if batch > 1 else WRITERS)]
            jobs = [
                partial(write, stores[n % len(stores)], known, batch)
                for n in range(2 if batch > 1 else WRITERS)
            ]
            meter = measure(path, seconds, jobs)
            results[name] = told(name, meter, seconds), max(meter.writes)
    (p99, longest), (peer_p99, peer_longest) = results.values()
    row(
        f"reads while writing {MOST_TOGETHER} a transaction: p99",
        f"{p99:.2f} ms (20 competing writers {peer_p99:.2f}; longest transaction"
        f" {longest:.0f} ms against {peer_longest:.0f})",
        f"<= {MOST_MS:g} ms, batches <= {MOST_BATCH}",
        p99 <= MOST_MS and MOST_TOGETHER <= MOST_BATCH,
    )


if __name__ == "__main__":
    quietly(main)
