"""What the log of checks costs: time of a check's record step, and bytes a row.

    python benchmarks/bench_checks.py [--articles 5000] [--rounds 24]

Every article of a new database is visited in turn, round after round, as the daemon
does: each check is a transaction of its own, once with and once without a line in the
log. Prints the processor time and the wall time of both, and the size of the table at
the 104 visits that the default taper makes of 100,000 articles.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipe import quietly

from monitor.store import checks, open_store
from monitor.store.checks import CheckRecord, Fetched
from monitor.store.database import Store

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
TAPER, AT = 104, 100_000


def articles(store: Store, count: int) -> None:
    """Articles that are watched."""
    with store.writing() as db:
        db.executemany(
            "INSERT INTO articles (url, outlet, title, first_seen_at, next_check_at) "
            "VALUES (?, 'Gazette', 'A fire', '2026-03-01T12:00:00Z', "
            "'2026-03-01T12:00:00Z')",
            ((f"https://outlet.example/{number}",) for number in range(count)),
        )


def visit(store: Store, article: int, number: int) -> tuple[float, float]:
    """Record that the page was not modified: (CPU, wall) in microseconds."""
    now = NOON + timedelta(minutes=15 * number)
    found = CheckRecord(
        next_check_at=now + timedelta(minutes=15),
        etag='"3f1c"',
        fetched=Fetched(304, 0, timedelta(milliseconds=211)),
    )
    cpu, wall = time.process_time_ns(), time.perf_counter_ns()
    with store.writing() as db:
        checks.record(db, article, found, now=now, keep=120)
    return (
        (time.process_time_ns() - cpu) / 1_000,
        (time.perf_counter_ns() - wall) / 1_000,
    )


def main() -> None:
    """Visit, with and without."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=24)
    given = parser.parse_args()
    taken: dict[str, list[tuple[float, float]]] = {"with": [], "without": []}
    logged = checks.log
    with tempfile.TemporaryDirectory() as folder:
        stores = {name: open_store(Path(folder) / f"{name}.db") for name in taken}
        for store in stores.values():
            articles(store, given.articles)
        for number in range(given.rounds):
            for article in range(1, given.articles + 1):
                for name, store in stores.items():
                    checks.log = logged if name == "with" else (lambda *_, **__: None)
                    taken[name].append(visit(store, article, number))
        checks.log = logged
        sizes = {}
        for name, store in stores.items():
            store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            sizes[name] = store.path.stat().st_size
            store.close()
    rows = given.articles * given.rounds
    for name, times in taken.items():
        cpu, wall = (statistics.mean(column) for column in zip(*times, strict=True))
        print(f"{name:8} the log: {cpu:7.1f} us CPU, {wall:7.1f} us a check")
    extra = [
        statistics.mean(column)
        for column in zip(
            *(
                (a[0] - b[0], a[1] - b[1])
                for a, b in zip(taken["with"], taken["without"], strict=True)
            ),
            strict=True,
        )
    ]
    each = (sizes["with"] - sizes["without"]) / rows
    print(f"a line costs {extra[0]:.1f} us CPU, {extra[1]:.1f} us; {each:.1f} bytes")
    print(f"{AT:,} articles of {TAPER} visits: {each * AT * TAPER / 1e6:,.0f} MB")


if __name__ == "__main__":
    quietly(main)
