"""A host that asks for a pause gets it, also when the program ends in between."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from monitor.analysis import Analyst
from monitor.cli import cli
from monitor.errors import StoreError
from monitor.pipeline import hosts, poll
from monitor.pipeline.tidy import tidy
from monitor.store import host_pauses, leases, open_store
from tests.desk import RSS, STEP, Desk, Item, desk, rss
from tests.servers import LONGEST_WAIT, Exchange, NewsServer
from tests.watched import watched

HOUR = timedelta(hours=1)
BUSY = {"Retry-After": "7200"}


def refuse(at: Desk, status: int = 429) -> None:
    at.news.put("/gazette.xml", "", status=status, headers=BUSY)
    at.clock.advance(STEP)
    poll(at.service)


def make_due(at: Desk) -> None:
    with at.service.store.writing() as db:
        db.execute("UPDATE feeds SET next_poll_at = '2026-01-01T00:00:00Z'")


@pytest.mark.parametrize("status", [429, 503])
def test_a_pause_outlives_the_program(
    tmp_path: Path, analyst: Analyst, status: int
) -> None:
    with NewsServer() as news:
        with desk(tmp_path / "x.db", analyst, news=news) as at:
            refuse(at, status)
            clock = at.clock
        with desk(tmp_path / "x.db", analyst, news=news, clock=clock) as at:
            hosts.recall(at.service)
            make_due(at)
            asked = len(news.requests)
            clock.advance(HOUR)
            assert poll(at.service) == []
            assert len(news.requests) == asked
            at.feed("gazette", Item("/fire"))
            clock.advance(HOUR)
            assert len(poll(at.service)) == 1
            assert len(news.requests) == asked + 1


def test_status_names_the_hosts_that_wait(tmp_path: Path, analyst: Analyst) -> None:
    with desk(tmp_path / "x.db", analyst) as at:
        with at.service.store.writing():
            for n in range(5):
                until = at.clock.now() + timedelta(days=9_000, hours=n)
                host_pauses.put(at.service.store, f"host{n}.example", until=until)
        shown = CliRunner().invoke(
            cli, ["status", "--database", str(tmp_path / "x.db")]
        )
        assert "asked for by host0.example until 20" in shown.output
        assert "and 2 more" in shown.output


def test_a_pause_moves_with_the_clock(tmp_path: Path, analyst: Analyst) -> None:
    with desk(tmp_path / "x.db", analyst) as at:
        refuse(at)
        at.clock.jump(at.clock.now() - 9 * HOUR)
        leases.shift(at.service.store, -9 * HOUR, now=at.clock.now())
        hosts.recall_pauses(at.service)
        [(_, until)] = at.service.hosts.paused.items()
        assert HOUR < until - at.clock.now() <= 2 * HOUR


def test_what_is_over_is_forgotten(tmp_path: Path, analyst: Analyst) -> None:
    with desk(tmp_path / "x.db", analyst) as at:
        refuse(at)
        tidy(at.service)
        assert at.one("SELECT count(*) FROM host_pauses") == 1
        at.clock.advance(3 * HOUR)
        tidy(at.service)
        assert at.one("SELECT count(*) FROM host_pauses") == 0


@pytest.mark.long
def test_kill_9_does_not_forget_it(tmp_path: Path) -> None:
    """The moment after it is stored the program dies; the next leaves the host alone."""
    database = tmp_path / "claimwatch.db"

    def busy(exchange: Exchange) -> None:
        exchange.send(status=429, headers=BUSY)

    with NewsServer() as news:
        for n in range(3):
            news.put(f"/{n}", rss(news, Item("", guid="1")), content_type=RSS)
        news.handle("/0", busy)
        orders: dict[str, Any] = {
            "database": str(database),
            # the first and the last are of one host
            "feeds": [
                [name, news.url(f"/{name}", host=f"{host}.example")]
                for name, host in (("0", "busy"), ("1", "calm"), ("2", "busy"))
            ],
            "seconds": {"tick": 0.2, "interval": 0.5, "timeout": 5, "check": 60},
            "per_host": 1,
        }
        with suppress(ProcessLookupError), watched(orders, may_die=True) as child:
            ends = time.monotonic() + LONGEST_WAIT
            while "busy.example" not in paused_hosts(database):
                assert time.monotonic() < ends
                threading.Event().wait(0.05)
            child.process.kill()
        asked = len(news.requests)
        with watched(orders):
            assert news.wait_for_requests(asked + 3)
        assert set(news.paths()[asked:]) == {"/1"}


def paused_hosts(database: Path) -> set[str]:
    """As the other program stored them; nothing while it still makes its tables."""
    with suppress(StoreError), open_store(database, read_only=True) as store:
        return {row[0] for row in store.all("SELECT host FROM host_pauses")}
    return set()
