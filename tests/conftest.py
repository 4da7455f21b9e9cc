"""Fixtures shared by all tests; loopback only."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from monitor.analysis import Analyst
from tests.desk import Desk, desk

ROOT = Path(__file__).parents[1]

# An example's time says how busy the machine is; speed is measured in benchmarks.
settings.register_profile(
    "busy", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("busy")


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


@pytest.fixture
def at(tmp_path: Path, analyst: Analyst) -> Iterator[Desk]:
    """A desk with one feed, which a module may replace or furnish."""
    with desk(tmp_path / "claimwatch.db", analyst) as at:
        yield at


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
