"""kill -9 between any two statements: all of a write is there, or none of it."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
from collections import Counter
from pathlib import Path

import pytest

from monitor.store import Store, maintenance, open_store
from tests.store_rows import add_article, add_claim

ROOT = Path(__file__).parents[1]

# Records a change with its alert and deliveries, and dies before statement number N.
CHILD = textwrap.dedent(
    """
    import os, signal, sys
    from pathlib import Path
    from monitor.store import open_store
    from tests.store_rows import add_change, change, placement

    path, fatal, safely = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "safely"
    with open_store(path) as store:
        count = 0

        def trace(statement):
            global count
            count += 1
            if count == fatal:
                os.kill(os.getpid(), signal.SIGKILL)

        if not safely:
            # the mistake this test is there to catch: each statement by itself
            from contextlib import contextmanager
            store.writing = contextmanager(lambda: (yield store.db))
        store.db.set_trace_callback(trace)
        add_change(store, change(1), placement("desk", "mail"))
        print(count)
    """
)


def run(path: Path, fatal: int, how: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", CHILD, str(path), str(fatal), how],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "claimwatch.db"
    with open_store(path) as store:
        add_claim(store, article=add_article(store))
    return path


def stored(store: Store) -> tuple[int, int, int, int]:
    tables = ("changes", "alerts", "alert_changes", "deliveries")
    counts = (store.all(f"SELECT count(*) FROM {table}")[0][0] for table in tables)
    return tuple(counts)  # type: ignore[return-value]


def outcomes(path: Path, how: str) -> Counter[tuple[int, int, int, int]]:
    """What is found after a kill at each statement in turn, up to one that is none."""
    found: Counter[tuple[int, int, int, int]] = Counter()
    for fatal in range(1, 100):
        done = run(path, fatal, how)
        with open_store(path) as store:
            found[stored(store)] += 1
            with store.writing() as db:
                for table in ("deliveries", "alert_changes", "alerts", "changes"):
                    db.execute(f"DELETE FROM {table}")
        if done.returncode == 0:
            return found
        assert done.returncode == -signal.SIGKILL, done.stderr
    raise AssertionError("the child never came to its end")


NOTHING = (0, 0, 0, 0)
ALL = (1, 1, 1, 2)


def test_a_kill_at_any_statement_leaves_all_or_nothing(path: Path) -> None:
    found = outcomes(path, "safely")
    assert set(found) == {NOTHING, ALL}
    # BEGIN, the change, the alert, two deliveries and COMMIT at the least
    assert found[NOTHING] >= 6
    assert maintenance.check(path, thorough=True).problems == ()


def test_the_harness_sees_halves_where_there_is_no_transaction(path: Path) -> None:
    assert set(outcomes(path, "carelessly")) - {NOTHING, ALL}
