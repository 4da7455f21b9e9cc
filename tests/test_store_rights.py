"""A database, or its folder, that the system does not let us use."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from monitor.errors import StoreReadOnly
from monitor.store import maintenance, open_store

NOBODY = 65534


@pytest.fixture
def public(tmp_path: Path) -> Iterator[Path]:
    """A folder that another user can reach (pytest's own can't be)."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)
        Path(name).chmod(0o755)


@contextmanager
def not_root() -> Iterator[None]:
    """Rights count for root only when it acts as somebody else."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def refused(path: Path, *actions: Callable[[Path], object], named: Path) -> None:
    for action in actions:
        with pytest.raises(StoreReadOnly) as error:
            action(path)
        text = str(error.value)
        assert text.startswith(f"{named}: can't be opened or written")
        assert "\n" not in text
        assert error.value.exit_code == 4


def opened_to_read(path: Path) -> None:
    open_store(path, read_only=True)


def test_a_folder_we_may_not_write_is_named(public: Path) -> None:
    public.chmod(0o555)
    with not_root():
        path = public / "claimwatch.db"
        refused(path, open_store, named=path)
        refused(public / "new" / "claimwatch.db", open_store, named=public / "new")


def test_a_file_we_may_not_write_is_named(public: Path) -> None:
    path = public / "claimwatch.db"
    open_store(path).close()
    path.chmod(0o444)
    public.chmod(0o555)
    with not_root():
        refused(path, open_store, named=path)


def test_a_folder_we_may_not_enter_is_named(public: Path) -> None:
    path = public / "claimwatch.db"
    open_store(path).close()
    public.chmod(0)
    with not_root():
        refused(
            *(path, open_store, opened_to_read, maintenance.check, maintenance.pending),
            named=path,
        )
