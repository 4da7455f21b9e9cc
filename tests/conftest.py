"""Fixtures shared by all tests; loopback only."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from monitor.analysis import Analyst
from monitor.store import Store, open_store
from tests import cli_calls, newsroom
from tests.analysis_jobs import PATIENCE
from tests.config_texts import MINE
from tests.desk import Desk, desk
from tests.known_rows import add_known

ROOT = Path(__file__).parents[1]

# An example's time says how busy the machine is; speed is measured in benchmarks.
settings.register_profile(
    "busy", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("busy")

# Tens of thousands of commits wait for the disk; no test is about a power cut. Only
# `tmp_path` is there, so what a benchmark measures is on the disk as ever.
IN_MEMORY, ROOM = Path("/dev/shm"), 2 << 30
if os.access(IN_MEMORY, os.W_OK) and shutil.disk_usage(IN_MEMORY).free > ROOM:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(IN_MEMORY))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The soak, which waits for nine minutes, goes first: others run beside it."""
    items.sort(key=lambda item: item.path.name != "test_soak.py")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real articles, corpora and labelled data beside the checkout."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("needs the folder ../shared with real data, absent here")
    return folder


@pytest.fixture(scope="session")
def analyst() -> Iterator[Analyst]:
    """Workers for all tests that do not break theirs: each start loads the model."""
    with Analyst(workers=1, aliases={}) as analyst:
        yield analyst


@pytest.fixture(scope="module")
def pair() -> Iterator[Analyst]:
    """Two workers with all the time they may need, for tests of the analyst itself."""
    with Analyst(workers=2, aliases={}, wall_limit=PATIENCE) as analyst:
        yield analyst


@pytest.fixture
def at(tmp_path: Path, analyst: Analyst) -> Iterator[Desk]:
    """A desk with one feed, which a module may replace or furnish."""
    with desk(tmp_path / "claimwatch.db", analyst) as at:
        yield at


@pytest.fixture
def empty_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to be in, and nobody's configuration."""
    cli_calls.empty_place(tmp_path, monkeypatch)
    return tmp_path


@pytest.fixture
def mine(empty_place: Path) -> Path:
    """A configuration that somebody wrote by hand."""
    path = empty_place / "mine.toml"
    path.write_bytes(MINE.encode())
    return path


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to be in, with the newsroom's configuration."""
    cli_calls.own_place(tmp_path, monkeypatch)
    newsroom.write_config(tmp_path)
    return tmp_path


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty database, where the newsroom's configuration has its own."""
    with open_store(tmp_path / "claimwatch.db") as opened:
        yield opened


@pytest.fixture
def known(store: Store) -> Store:
    """One article, one claim; a figure that was sent, a rewording only recorded."""
    return add_known(store)


@pytest.fixture
def played(place: Path) -> Path:
    """What the real stages made of the newsroom's story."""
    return newsroom.filled(place)


@pytest.fixture(name="desk")
def _review_desk(tmp_path: Path) -> Iterator[Any]:
    """The review pages of the newsroom's database."""
    from tests.review_desk import review, told_four  # needs the extra `review`

    with review(told_four(tmp_path)) as pages:
        yield pages


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse connections beyond loopback in this process."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        local = host in ("", "localhost", "::1") or str(host).startswith("127.")
        if not local:
            raise AssertionError(f"a test tried to reach {host}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
