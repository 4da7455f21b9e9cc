"""The one place that imports a SQLite library.

A process must use one copy of SQLite: two copies on one file cancel each other's
POSIX locks (sqlite.org/howtocorrupt.html, section 2.2.1). sqlite-utils prefers
pysqlite3 when it is installed, so we do too; its bundled SQLite is newer than
3.51.3, which fixed the WAL-reset bug (sqlite.org/wal.html#walresetbug).
"""

from __future__ import annotations

import importlib
from collections.abc import Sized
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlite3

    Connection = sqlite3.Connection
    Cursor = sqlite3.Cursor
    Row = sqlite3.Row
    DatabaseError = sqlite3.DatabaseError
    sqlite_version_info: tuple[int, int, int] = sqlite3.sqlite_version_info
    _library: Any = sqlite3
else:
    try:
        _library = importlib.import_module("pysqlite3.dbapi2")
    except ImportError:  # no wheel for this platform: the system's copy
        _library = importlib.import_module("sqlite3")
    Connection = _library.Connection
    Cursor = _library.Cursor
    Row = _library.Row
    DatabaseError = _library.DatabaseError
    sqlite_version_info = _library.sqlite_version_info

# STRICT tables (3.37) and the FTS5 and JSON functions we use.
OLDEST_USABLE = (3, 38, 0)
# Fixed in 3.51.3, with backports to two older lines.
WAL_RESET_FIXED = (3, 51, 3)
WAL_RESET_BACKPORTS = ((3, 44, 6), (3, 50, 7))


def has_wal_reset_bug(version: tuple[int, ...] = sqlite_version_info) -> bool:
    """Whether this SQLite can lose commits when a WAL reset races a checkpoint."""
    if version >= WAL_RESET_FIXED:
        return False
    return not any(
        version[:2] == fixed[:2] and version >= fixed for fixed in WAL_RESET_BACKPORTS
    )


def connect(path: Path, *, read_only: bool, busy: float) -> Connection:
    """A connection in autocommit mode; `busy` is how long a lock is waited for (s)."""
    if read_only:
        location = f"{path.absolute().as_uri()}?mode=ro"
    else:
        location = path.absolute().as_uri()
    connection: Connection = _library.connect(
        location, uri=True, timeout=busy, isolation_level=None
    )
    connection.row_factory = _library.Row
    return connection


def marks(values: Sized) -> str:
    """The placeholders for a list of values: `?,?,?`."""
    return ",".join("?" * len(values))


def is_complete(statement: str) -> bool:
    """Whether the text ends a statement (a trigger's body holds semicolons)."""
    return bool(_library.complete_statement(statement))
