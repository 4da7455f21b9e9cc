"""The daemon: ends soon, reloads, watches its clock, and survives a bad database."""

from __future__ import annotations

import logging
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.daemon import STALLED_AFTER, Daemon
from monitor.errors import ConfigError
from monitor.pipeline.opening import open_service
from monitor.settings import Config, HeartbeatConfig
from tests.cli_calls import ROOT, process, start
from tests.clock import FakeClock, ShiftedClock
from tests.daemons import SECOND, config_of, ended, hang, heard, running, serve
from tests.desk import Item
from tests.servers import LONGEST_WAIT, NewsServer


@pytest.fixture
def news() -> Iterator[NewsServer]:
    with NewsServer() as news:
        yield news


def test_it_ends_soon_while_a_host_hangs(tmp_path: Path, news: NewsServer) -> None:
    asked = hang(news, "/slow.xml")
    serve(news, "quick", Item("/1"))
    with running(config_of(tmp_path / "x.db", news, "slow", "quick")) as (daemon, at):
        assert asked.wait(LONGEST_WAIT)
        daemon.stop()
        assert ended(at)
        # the abandoned feed is due at the next start: no failure, no lease
        row = daemon.service.store.one(
            "SELECT failures, error, leased_by FROM feeds WHERE name = 'slow'"
        )
        assert row is not None
        assert tuple(row)[:2] == (0, None)
    with sqlite3.connect(tmp_path / "x.db") as db:
        held = db.execute("SELECT count(*) FROM feeds WHERE leased_by NOT NULL")
        assert held.fetchone()[0] == 0


def test_the_end_waits_for_a_stage_that_wakes_the_next(
    tmp_path: Path, news: NewsServer
) -> None:
    """The scheduler's own end holds the lock which that needs."""
    serve(news, "one", Item("/1"))
    waking, ending, go_on = (threading.Event() for _ in range(3))
    with running(config_of(tmp_path / "x.db", news, "one")) as (daemon, at):
        scheduler = daemon._scheduler
        get_job, shutdown = scheduler.get_job, scheduler.shutdown

        def slowly(name: str) -> object:
            waking.set()
            go_on.wait(LONGEST_WAIT)
            return get_job(name)

        def told(**how: bool) -> None:
            ending.set()
            shutdown(**how)

        scheduler.get_job, scheduler.shutdown = slowly, told
        assert waking.wait(LONGEST_WAIT)
        daemon.stop()
        ending.wait(1)
        go_on.set()
        assert ended(at)


def test_reload_adds_a_feed_and_keeps_the_old_when_wrong(
    tmp_path: Path, news: NewsServer, caplog: pytest.LogCaptureFixture
) -> None:
    database = tmp_path / "x.db"
    for name in ("one", "two"):
        serve(news, name, Item(f"/{name}"))
    config = config_of(database, news, "one")
    answers: list[Config | ConfigError] = [
        ConfigError(["feeds.0.url: not a URL", "tick: not a duration"]),
        replace(config, database=tmp_path / "other.db"),
        config_of(database, news, "one", "two"),
    ]

    def read() -> Config:
        answer = answers.pop(0)
        if isinstance(answer, ConfigError):
            raise answer
        return answer

    polled: dict[str, threading.Event] = {
        "one": threading.Event(),
        "two": threading.Event(),
    }
    caplog.set_level(logging.ERROR, "monitor.daemon")
    with running(config, reload=read) as (daemon, _):
        daemon.service.on_poll = lambda done: polled[done.feed].set()
        assert polled["one"].wait(LONGEST_WAIT)
        assert not daemon.reload()
        assert "feeds.0.url: not a URL" in caplog.text
        assert "tick: not a duration" in caplog.text
        assert not daemon.reload()
        assert "another database needs a restart" in caplog.text
        assert [feed.name for feed in daemon.service.config.feeds] == ["one"]
        assert daemon.reload()
        assert polled["two"].wait(LONGEST_WAIT)
        polled["one"].clear()
        assert polled["one"].wait(LONGEST_WAIT)


def test_a_reload_does_not_wait_in_the_way_of_stop(
    tmp_path: Path, news: NewsServer
) -> None:
    asked = hang(news, "/slow.xml")
    config = config_of(tmp_path / "x.db", news, "slow")
    with running(config, reload=lambda: config) as (daemon, at):
        assert asked.wait(LONGEST_WAIT)
        assert daemon.reload()
        daemon.stop()
        assert ended(at)


def test_a_clock_set_back_moves_due_times(tmp_path: Path, news: NewsServer) -> None:
    serve(news, "one", Item("/1"))
    clock = ShiftedClock()
    polled = threading.Semaphore(0)
    with running(config_of(tmp_path / "x.db", news, "one"), clock=clock) as (daemon, _):
        daemon.service.on_poll = lambda done: polled.release()
        assert polled.acquire(timeout=LONGEST_WAIT)
        with heard("set back") as told:
            clock.by = timedelta(hours=-1)
            assert told.acquire(timeout=LONGEST_WAIT)
        while polled.acquire(blocking=False):
            pass
        for _ in range(3):
            assert polled.acquire(timeout=LONGEST_WAIT)
        row = daemon.service.store.one("SELECT max(next_poll_at) FROM feeds")
        assert row is not None
        assert row[0] < f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"


def test_due_times_shift_with_a_fake_clock(tmp_path: Path, news: NewsServer) -> None:
    clock = FakeClock()
    with open_service(
        config_of(tmp_path / "x.db", news, "one"), clock=clock, workers=1
    ) as service:
        daemon = Daemon(service)
        due = "SELECT next_poll_at FROM feeds"
        (before,) = service.store.one(due) or ("",)
        clock.jump(clock.now() - timedelta(hours=1))
        daemon._scheduler.start(paused=True)
        for job in daemon._jobs:
            daemon._scheduler.add_job(int, "interval", seconds=60, id=job.name)
        daemon._watch_clock()
        daemon._scheduler.shutdown()
        (after,) = service.store.one(due) or ("",)
        assert before == "2026-03-01T12:00:00Z"
        assert after == "2026-03-01T11:00:00Z"


def test_a_stage_without_progress_is_stalled(tmp_path: Path, news: NewsServer) -> None:
    clock = FakeClock()
    with open_service(
        config_of(tmp_path / "x.db", news, "one"), clock=clock, workers=1
    ) as service:
        daemon = Daemon(service)
        poll = daemon._jobs[0]
        assert not daemon._is_stalled(clock.monotonic())
        clock.advance(timedelta(seconds=STALLED_AFTER * 2))
        # nothing to do is no stall
        assert not daemon._is_stalled(clock.monotonic())
        poll.busy_since = clock.monotonic()
        assert not daemon._is_stalled(clock.monotonic())
        clock.advance(timedelta(seconds=STALLED_AFTER + 1))
        assert daemon._is_stalled(clock.monotonic())
        service.progress += 1
        assert not daemon._is_stalled(clock.monotonic())


def test_the_heartbeat_follows_progress_and_a_hanging_one_stops_nothing(
    tmp_path: Path, news: NewsServer
) -> None:
    asked = hang(news, "/beat")
    serve(news, "one", Item("/1"))
    config = replace(
        config_of(tmp_path / "x.db", news, "one"),
        heartbeat=HeartbeatConfig(news.url("/beat"), SECOND, allow_private=True),
    )
    with running(config) as (daemon, at):
        assert asked.wait(LONGEST_WAIT)
        daemon.stop()
        assert ended(at)


def test_a_database_locked_for_a_while_is_told_once_and_survived(
    tmp_path: Path,
    news: NewsServer,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("monitor.store.database.BUSY_SECONDS", 0.2)
    caplog.set_level(logging.WARNING, "monitor.daemon")
    serve(news, "one", Item("/1"))
    polled = threading.Semaphore(0)
    with running(config_of(tmp_path / "x.db", news, "one")) as (daemon, _):
        daemon.service.on_poll = lambda done: polled.release()
        assert polled.acquire(timeout=LONGEST_WAIT)
        # another copy of SQLite in this process would cancel the locks: a child
        hold = (
            "import sqlite3, sys; db = sqlite3.connect(sys.argv[1], "
            "isolation_level=None); db.execute('BEGIN IMMEDIATE'); "
            "print('held', flush=True); sys.stdin.read()"
        )
        with heard("locked by another program") as told:
            holder = subprocess.Popen(
                [sys.executable, "-c", hold, str(tmp_path / "x.db")],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
            assert holder.stdout is not None
            assert holder.stdout.readline() == b"held\n"
            assert told.acquire(timeout=LONGEST_WAIT)
        while polled.acquire(blocking=False):
            pass
        holder.communicate(b"")
        assert polled.acquire(timeout=LONGEST_WAIT)
        assert polled.acquire(timeout=LONGEST_WAIT)
    lines = [r.getMessage() for r in caplog.records if "poll: " in r.getMessage()]
    assert len(lines) == len(set(lines)) or len(lines) <= 2


# ------------------------------------------------------------------ the program

CONFIG = """
[claimwatch]
database = "x.db"
tick = "1s"

[fetch]
per_host = 8
per_host_pause = "0s"

[[feeds]]
name = "one"
url = "{url}"
interval = "1s"
allow_private = true
"""


def write(folder: Path, url: str) -> Path:
    path = folder / "claimwatch.toml"
    path.write_text(CONFIG.format(url=url), encoding="utf-8")
    return path


def test_the_program_runs_alone_and_ends_on_sigterm(
    tmp_path: Path, news: NewsServer
) -> None:
    serve(news, "one", Item("/1"))
    path = write(tmp_path, news.url("/one.xml"))
    first = start("run", "--config", path)
    try:
        assert news.wait_for_requests(1)
        second = process("run", "--config", path)
        assert second.returncode == 4
        assert str(first.pid) in second.stderr
        assert len(second.stderr.strip().splitlines()) == 1
        # `once` beside it works on what is due and takes nothing twice
        once = process("once", "--config", path)
        assert once.returncode == 0, once.stderr
        first.send_signal(signal.SIGHUP)
        first.send_signal(signal.SIGTERM)
        output, errors = first.communicate(timeout=60)
        assert first.returncode == 0, output + errors
        assert "Traceback" not in output + errors
    finally:
        if first.poll() is None:
            first.kill()
            first.communicate()


def test_a_full_disk_is_one_clear_line_and_no_damage(
    tmp_path: Path, news: NewsServer
) -> None:
    items = [
        Item(f"/{n}", content=f"<p>{os.urandom(9000).hex()}</p>") for n in range(40)
    ]
    serve(news, "one", Item("/first"))
    path = write(tmp_path, news.url("/one.xml"))

    def once(limit: int | None) -> subprocess.CompletedProcess[str]:
        child = (
            "import resource, runpy, signal, sys\n"
            "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
            "limit = int(sys.argv.pop(1))\n"
            "if limit: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))\n"
            "runpy.run_module('monitor.cli', run_name='__main__')\n"
        )
        return subprocess.run(
            [sys.executable, "-c", child, str(limit or 0), "once", "--force",
             "--config", str(path)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )  # fmt: skip

    assert once(None).returncode == 0
    size = (tmp_path / "x.db").stat().st_size
    serve(news, "one", *items)
    full = once(size + 50_000)
    assert full.returncode == 4, (full.stdout, full.stderr)
    assert "Traceback" not in full.stderr
    assert "no space" in full.stderr
    clear = [line for line in full.stderr.splitlines() if "no space" in line]
    assert len(clear) == 1
    with sqlite3.connect(tmp_path / "x.db") as db:
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert db.execute("SELECT count(*) FROM entries").fetchone()[0] == 1
    assert once(None).returncode == 0
    with sqlite3.connect(tmp_path / "x.db") as db:
        assert db.execute("SELECT count(*) FROM entries").fetchone()[0] == 41
