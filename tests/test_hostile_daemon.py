"""A running daemon among hostile feeds: it stays punctual, small and out of private places."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from monitor.store import open_store
from tests import hostile
from tests.desk import RSS, Item, rss
from tests.servers import NewsServer
from tests.watched import WATCH, Metronome, Watched, watched

pytestmark = [pytest.mark.long, pytest.mark.alone, pytest.mark.timeout(300)]

HEALTHY = [f"healthy{n}" for n in range(10)]
# Seconds that the daemon's watch, and a healthy feed, may be late.
MOST_LATE, MOST_DELAY = 1.0, 10.0
# MB. What one alone may cost; all at once cost 22 to 33.
MOST_GROWN = 50.0
LONGEST = 120.0
ROOT = Path(__file__).parents[1]


@dataclass
class Siege:
    """What came of it."""

    seen: dict[str, Any]
    expected: dict[str, str]
    private: int
    machine_late: float
    status: dict[str, Any] = field(default_factory=dict)


def values_in(database: Path, column: str) -> dict[str, str]:
    """The value by feed name, where there is one."""
    if not database.exists():
        return {}
    with open_store(database, read_only=True) as store:
        rows = store.all(f"SELECT name, {column} FROM feeds WHERE {column} IS NOT NULL")
        return {row["name"]: row[column] for row in rows}


def wait_for(database: Path, column: str, names: set[str], child: Watched) -> None:
    """Until each of these feeds has a value there."""
    ends = time.monotonic() + LONGEST
    while names - set(values_in(database, column)):
        assert time.monotonic() < ends, names - set(values_in(database, column))
        assert child.process.poll() is None
        threading.Event().wait(0.5)


@pytest.fixture(scope="module")
def siege(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Siege]:
    folder = tmp_path_factory.mktemp("siege")
    database = folder / "claimwatch.db"
    with NewsServer() as news, NewsServer() as inside:
        inside.put("/secret", "INTERNAL")
        cases = {k: v for some in hostile.ALL for k, v in some.items()}
        cases |= hostile.private_redirects(inside.port)
        bad = [*cases, *hostile.CONTENTS]
        number_by_name = {name: n for n, name in enumerate([*HEALTHY, *bad])}
        good = rss(news, Item("", guid="1"), title="Gazette")
        for number in number_by_name.values():
            news.put(f"/{number}", good, content_type=RSS, etag=False)
        orders = {
            "database": str(database),
            "feeds": [
                [name, news.url(f"/{n}", host=f"host{n}.example")]
                for name, n in number_by_name.items()
            ],
            "seconds": {"tick": WATCH, "interval": 1, "timeout": 5, "check": 60},
        }
        with watched(orders) as child:
            assert news.wait_for_requests(1)
            wait_for(database, "baselined_at", set(number_by_name), child)
            child.rest()
            with Metronome() as machine:
                for name, (_, behaviour) in cases.items():
                    news.handle(f"/{number_by_name[name]}", behaviour)
                for name, body in hostile.CONTENTS.items():
                    news.put(f"/{number_by_name[name]}", body, etag=False)
                news.handle("/circle", cases["in-a-circle"][1])
                wait_for(database, "error", set(bad) - set(hostile.FEEDS), child)
        yield Siege(
            child.seen,
            {name: kind for name, (kind, _) in cases.items()},
            len(inside.requests),
            machine.late,
            status_of(folder, database),
        )


def status_of(folder: Path, database: Path) -> dict[str, Any]:
    config = folder / "claimwatch.toml"
    config.write_text(f'[claimwatch]\ndatabase = "{database}"\n')
    answer = subprocess.run(
        [
            sys.executable,
            "-m",
            "monitor.cli",
            "--config",
            str(config),
            "status",
            "--json",
        ],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def test_the_watch_is_never_late(siege: Siege) -> None:
    assert siege.seen["late"] - siege.machine_late <= MOST_LATE


def test_no_other_feed_is_delayed(siege: Siege) -> None:
    delays = {name: siege.seen["delays"].get(name) for name in HEALTHY}
    assert all(d is not None and d <= MOST_DELAY for d in delays.values()), delays


def test_memory_stays_small(siege: Siege) -> None:
    assert siege.seen["grown"] <= MOST_GROWN, "all of them together"


def test_nothing_private_is_reached(siege: Siege) -> None:
    assert siege.private == 0


def test_status_names_each_cause(siege: Siege) -> None:
    told = {feed["name"]: feed["error"] for feed in siege.status["feeds"]}
    for name, kind in siege.expected.items():
        error = told[name]
        assert error, name
        flood = kind == "too-large" and error.startswith("timeout")
        assert kind == "ok" or error.startswith(kind) or flood, (name, error)
    contents = set(hostile.CONTENTS) - set(hostile.FEEDS)
    assert not [name for name in contents if not told[name]]
