"""Time of each review page at size, and the daemon's writes while pages are read.

    python benchmarks/make_history.py /tmp/history.db --claims 1000000
    python benchmarks/bench_review.py /tmp/history.db [--requests 40] [--limit-ms 150]

Without a database it makes one of 50,000 claims.
Starts `claimwatch review` over the database and asks for every page with many ids,
one request at a time. Prints the 95th percentile of the answer's time, and the
processor time of the server for each answer, which other work on the machine cannot
lengthen. Then writes changes as the daemon does, in turns with and without a reader
that asks for pages without a pause, and prints the ratio of the medians. Exits 1 when
a page is above the limit or the writes are above 1.2 times.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pipe import quietly
from verdict import row

from monitor.model import Certainty, Change, ChangeKind, Severity, Side
from monitor.store import changes, open_store
from monitor.store.changes import Trail
from monitor.store.database import Store

CLAIMS = 50_000
SLOWER = 1.2
TURNS, WRITES = 6, 120
TICKS = os.sysconf("SC_CLK_TCK")
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
WORDS = ("people", "fire", "harbour", "minister")

Ask = Callable[[str], tuple[int, float]]


@contextmanager
def served(database: Path) -> Iterator[tuple[int, Ask]]:
    """A running review: its process id, and a way to ask it."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "claimwatch.toml"
        config.write_text(f'[claimwatch]\ndatabase = "{database.absolute()}"\n')
        command = (
            sys.executable,
            "-m",
            "monitor.cli",
            "review",
            "--config",
            str(config),
            "--port",
            "0",
        )
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        try:
            found = re.search(r"http://([\d.]+):(\d+)/", process.stdout.readline())
            assert found, "it did not start"
            connection = http.client.HTTPConnection(found[1], int(found[2]), timeout=60)

            def ask(path: str) -> tuple[int, float]:
                begun = time.perf_counter()
                connection.request("GET", path)
                answer = connection.getresponse()
                answer.read()
                return answer.status, (time.perf_counter() - begun) * 1_000

            yield process.pid, ask
        finally:
            process.terminate()
            process.wait()


def used(pid: int) -> float:
    """Processor time of a process so far, in ms."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS * 1_000


def pages(store: Store, chance: random.Random) -> dict[str, Callable[[], str]]:
    """A way to make an address of each page, another one each time."""

    def most(table: str, column: str) -> int:
        return int(store.all(f"SELECT max({column}) FROM {table}")[0][0])

    claims, articles = most("claims", "claim_id"), most("articles", "article_id")
    stories, all_changes = most("stories", "story_id"), most("changes", "change_id")
    keys = [row[0] for row in store.all("SELECT alert_key FROM alerts LIMIT 500")]
    names = [
        row[0].replace(" ", "%20")
        for row in store.all(
            "SELECT value FROM change_counts WHERE label = 'source' AND kind = '' "
            "ORDER BY changes DESC LIMIT 60"
        )
    ]
    words = [
        row[0]
        for row in store.all(
            "SELECT term FROM claims_terms ORDER BY doc DESC LIMIT 400"
        )
    ]
    before = lambda: f"from={chance.randint(all_changes // 2, all_changes)}"  # noqa: E731
    return {
        "now": lambda: "/?state=all",
        "now, importance": lambda: "/?state=all&order=importance",
        "now, further back": lambda: f"/?state=all&{before()}",
        "now, topic": lambda: f"/?topic=topic-{chance.randrange(24)}",
        "now, rare filter": lambda: (
            f"/?topic=topic-{chance.randrange(10, 24)}&kind=denied&severity=high&state=open"
        ),
        "now, source": lambda: f"/?source={chance.choice(names)}&recorded=1",
        "now, acknowledged": lambda: "/?state=acknowledged",
        "now, silenced": lambda: "/?state=silenced",
        "now, since": lambda: "/?since=2000d&until=2026-01-01",
        "claim": lambda: f"/claim/{chance.randint(1, claims)}",
        "claim, the largest": lambda: "/claim/1",
        "article": lambda: f"/article/{chance.randint(1, articles)}",
        "article, side": lambda: (
            f"/article/{chance.randint(1, articles)}?old=1&new=4&side=1"
        ),
        "change": lambda: f"/change/{chance.randint(1, all_changes)}",
        "stories": lambda: "/stories",
        "story": lambda: f"/story/{chance.randint(1, stories)}",
        "topic": lambda: f"/topic/topic-{chance.randrange(24)}",
        "sources": lambda: "/sources",
        "outlets": lambda: "/outlets",
        "source": lambda: f"/source/{chance.choice(names)}",
        "outlet": lambda: f"/outlet/Outlet%20{chance.randrange(20):02}",
        "feeds": lambda: "/feeds",
        "alerts": lambda: "/alerts",
        "alerts, failed": lambda: "/alerts?status=dead",
        "alert": lambda: f"/alert/{chance.choice(keys)}",
        "search, a word": lambda: f"/search?q={chance.choice(words)}",
        "search, two words": lambda: (
            f"/search?q={chance.choice(words)}+{chance.choice(words)}"
        ),
        "search, beginning": lambda: f"/search?q={chance.choice(words)[:4]}*",
        "search, articles": lambda: (
            f"/search?in=articles&q={chance.choice(words)}+{chance.choice(words)}"
        ),
        "changes.atom": lambda: "/topic/topic-3.atom",
    }


def example() -> Change:
    """A change as the daemon records it."""
    side = Side("12 people", 12, 12, None, "person")
    return Change(
        0, ChangeKind.FIGURE, Severity.NORMAL, 1, "", side, side, "", NOW, "https://x.example/",
        outlet="Outlet 01", source="a source", topics=("topic-1",), certainty=Certainty.REPORTED,
    )  # fmt: skip


def write(store: Store, told: Change, number: int) -> float:
    """Record a change as the daemon does; how long it took, in ms."""
    begun = time.perf_counter()
    with store.writing() as db:
        trail = Trail(None, None, None, "alert", "a benchmark")
        changes.add(db, replace(told, reason=f"change {number}"), trail)
        db.execute("UPDATE claims SET last_seen_at = last_seen_at WHERE claim_id = 1")
    return (time.perf_counter() - begun) * 1_000


def writes(database: Path, ask: Ask, paths: list[str]) -> tuple[float, float]:
    """Median of a write alone, and with a reader, taken in turns."""
    told = example()
    taken: dict[bool, list[float]] = {True: [], False: []}
    ending = threading.Event()
    reading = threading.Event()

    def read() -> None:
        while not ending.is_set():
            if not reading.wait(0.05):
                continue
            for path in paths:
                if reading.is_set():
                    ask(path)

    reader = threading.Thread(target=read)
    reader.start()
    with open_store(database) as store:
        for turn in range(TURNS * 2):
            is_read = bool(turn % 2)
            (reading.set if is_read else reading.clear)()
            time.sleep(0.3)
            taken[is_read] += [write(store, told, number) for number in range(WRITES)]
    ending.set()
    reading.set()
    reader.join()
    return statistics.median(taken[False]), statistics.median(taken[True])


def over_history(text: str | None) -> argparse.ArgumentParser:
    """The options of what runs over a history: a database, or how large a one to make."""
    parser = argparse.ArgumentParser(description=text)
    parser.add_argument("database", type=Path, nargs="?")
    parser.add_argument("--claims", type=int, default=CLAIMS, help="without a database")
    return parser


@contextmanager
def history(given: argparse.Namespace) -> Iterator[Path]:
    """The database that was named, or one made for this run."""
    if given.database is not None:
        yield given.database
        return
    # beside this file
    from make_history import make

    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "history.db"
        make(database, claims_=given.claims)
        yield database


def main() -> None:
    """Ask for every page, then write."""
    parser = over_history(__doc__)
    parser.add_argument("--requests", type=int, default=40)
    parser.add_argument("--limit-ms", type=float, default=150.0)
    given = parser.parse_args()
    with history(given) as database:
        run(given, database)


def run(given: argparse.Namespace, database: Path) -> None:
    """Over this database."""
    chance = random.Random(3)
    slow = []
    with (
        open_store(database, read_only=True) as store,
        served(database) as (pid, ask),
    ):
        made = pages(store, chance)
        print(f"{'page':22} {'p50 ms':>8} {'p95 ms':>8} {'CPU ms':>8}")
        for name, path in made.items():
            ask(path())
            begun = used(pid)
            answers = [ask(path()) for _ in range(given.requests)]
            cpu = (used(pid) - begun) / given.requests
            assert all(status in (200, 404) for status, _ in answers), name
            times = sorted(taken for _, taken in answers)
            p95 = times[min(int(len(times) * 0.95), len(times) - 1)]
            print(f"{name:22} {statistics.median(times):8.1f} {p95:8.1f} {cpu:8.1f}")
            if p95 > given.limit_ms:
                slow.append(name)
        alone, beside = writes(database, ask, [path() for path in made.values()])
    ratio = beside / alone
    row(
        f"review: pages above {given.limit_ms:g} ms at the 95th percentile",
        ", ".join(slow) or f"none of {len(made)}",
        "none",
        not slow,
    )
    row(
        "review: a write beside a reader / alone",
        f"{ratio:.2f} ({beside:.2f} ms, {alone:.2f} ms)",
        f"<= {SLOWER}",
        ratio <= SLOWER,
    )
    sys.exit(bool(slow) or ratio > SLOWER)


if __name__ == "__main__":
    quietly(main)
