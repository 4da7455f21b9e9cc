"""Open the database, migrate it, and the one way to write.

`with store.writing():` is a `BEGIN IMMEDIATE` transaction: a deferred one that
reads and then writes fails at once with "database is locked", whatever
`busy_timeout` says. A connection belongs to the thread that made it, so each
thread of the daemon gets its own from the same `Store`.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from monitor import errors
from monitor.store import migrations, sqlite

# How long a statement waits for another process's short write.
BUSY_SECONDS = 10.0
# A migration by the program that was first takes a fraction of a second.
SWITCH_TRIES = 100
SWITCH_PAUSE = 0.05
_FULL = re.compile(r"full|disk I/O error", re.IGNORECASE)


def explain(error: Exception, path: Path) -> errors.StoreError:
    """Our error for one of SQLite's: which file, what is wrong, what to do."""
    text = str(error)
    if "locked" in text or "busy" in text:
        return errors.StoreLocked(
            f"{path}: the database is locked by another program; close it and try again"
        )
    if "readonly" in text or "unable to open" in text:
        return _barred(path, text)
    if "not a database" in text:
        return errors.StoreForeign(f"{path}: this file is not a SQLite database")
    if "malformed" in text or "corrupt" in text:
        return errors.StoreDamaged(
            f"{path}: the database is damaged ({text}); see `claimwatch db check`, "
            "and restore a backup with `claimwatch db restore`"
        )
    if _FULL.search(text):
        return _full(path, text)
    return errors.StoreError(f"{path}: {text}")


def unwritable(error: OSError, path: Path) -> errors.StoreError:
    """Our error for one of the system's, about a file or a folder of ours."""
    text = error.strerror or str(error)
    return _full(path, text) if error.errno in errors.NO_SPACE else _barred(path, text)


def _full(path: Path, text: str) -> errors.StoreFull:
    return errors.StoreFull(
        f"{path}: no space left on the device, or it fails ({text}); nothing was "
        "lost, free some space and start again"
    )


def _barred(path: Path, text: str) -> errors.StoreReadOnly:
    return errors.StoreReadOnly(
        f"{path}: can't be opened or written ({text}); check the folder, its owner "
        "and its permissions"
    )


class Store:
    """An open database, shared by the threads of one process."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self.read_only = read_only
        self._local = threading.local()
        # one writer at a time in this process: fair, where SQLite's lock is not
        self._turn = threading.RLock()

    @property
    def db(self) -> sqlite.Connection:
        """This thread's connection."""
        connection: sqlite.Connection | None = getattr(self._local, "db", None)
        if connection is None:
            connection = self._connect()
            self._local.db = connection
        return connection

    def _connect(self) -> sqlite.Connection:
        try:
            db = sqlite.connect(self.path, read_only=self.read_only, busy=BUSY_SECONDS)
        except sqlite.DatabaseError as error:
            raise explain(error, self.path) from error
        try:
            db.execute("PRAGMA foreign_keys = ON")
            # FULL: a power cut loses no acknowledged commit (NORMAL loses them all)
            db.execute("PRAGMA synchronous = FULL")
            if not self.read_only:
                # the switch writes: never into another program's file
                migrations.check_ours(db, self.path)
                _switch_to_wal(db)
        except sqlite.DatabaseError as error:
            db.close()
            raise explain(error, self.path) from error
        except errors.StoreError:
            db.close()
            raise
        return db

    @contextmanager
    def writing(self) -> Iterator[sqlite.Connection]:
        """A short write transaction: all of the block is stored, or none of it.

        Nested use joins the outer transaction. Never wait for a network inside.
        Raises StoreError.
        """
        with self._turn:
            db = self.db
            if db.in_transaction:
                yield db
                return
            try:
                db.execute("BEGIN IMMEDIATE")
                yield db
                db.execute("COMMIT")
            except sqlite.DatabaseError as error:
                self._roll_back(db)
                raise explain(error, self.path) from error
            except BaseException:
                self._roll_back(db)
                raise

    @staticmethod
    def _roll_back(db: sqlite.Connection) -> None:
        if db.in_transaction:
            with suppress(sqlite.DatabaseError):
                db.execute("ROLLBACK")

    def all(self, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> list[Any]:
        """All rows of a read."""
        try:
            return self.db.execute(sql, values).fetchall()
        except sqlite.DatabaseError as error:
            raise explain(error, self.path) from error

    def one(self, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> Any | None:
        """The first row of a read, or None."""
        try:
            return self.db.execute(sql, values).fetchone()
        except sqlite.DatabaseError as error:
            raise explain(error, self.path) from error

    def close(self) -> None:
        """Close this thread's connection; the others close with their threads."""
        connection: sqlite.Connection | None = getattr(self._local, "db", None)
        if connection is not None:
            connection.close()
            self._local.db = None

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _switch_to_wal(db: sqlite.Connection) -> None:
    """Once for a file; programs that start together get in each other's way.

    The switch needs the file for itself and does not wait for it, whatever
    `busy_timeout` says: so we do.
    """
    for _ in range(SWITCH_TRIES):
        if db.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
            return
        try:
            db.execute("PRAGMA journal_mode = WAL")
        except sqlite.DatabaseError as error:
            if "locked" not in str(error):
                raise
            threading.Event().wait(SWITCH_PAUSE)
    db.execute("PRAGMA journal_mode = WAL")


def _create(path: Path) -> None:
    """Make the file ours and our group's, never the world's: the umask decides.

    SQLite itself would create it 0644 and copy that to -wal and -shm, which a reviewing
    user of the service's group must be able to write.
    """
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o660))
    except OSError as error:
        raise unwritable(error, path) from error


def present(path: Path) -> bool:
    """Whether there is such a file; raises StoreError where that can't be one."""
    try:
        if path.is_dir():
            raise errors.StoreError(f"{path}: is a folder; name a file in it")
        return path.exists()
    except OSError as error:
        raise unwritable(error, path) from error


def open_store(path: Path, *, read_only: bool = False) -> Store:
    """Open (and create or migrate) the database at `path`.

    Raises StoreForeign for a file that is not ours or is newer than this program,
    StoreReadOnly, StoreLocked, StoreFull or StoreDamaged. A read-only open never
    migrates: it refuses a database that is older than this program.
    """
    if sqlite.sqlite_version_info < sqlite.OLDEST_USABLE:
        version = ".".join(map(str, sqlite.sqlite_version_info))
        raise errors.StoreError(f"SQLite {version} is too old; 3.38 or newer is needed")
    if not present(path) and read_only:
        raise errors.StoreError(
            f"{path}: there is no database yet; `claimwatch run` or `claimwatch once` "
            "makes it"
        )
    if not read_only and not path.parent.is_dir():
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise unwritable(error, path.parent) from error
    store = Store(path, read_only=read_only)
    if not read_only:
        _create(path)
    try:
        migrations.prepare(store.db, path, read_only=read_only)
    except sqlite.DatabaseError as error:
        store.close()
        raise explain(error, path) from error
    except errors.StoreError:
        store.close()
        raise
    return store
