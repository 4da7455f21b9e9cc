"""One daemon per database: a lock file beside it, held while the daemon lives."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from monitor.errors import StoreLocked
from monitor.store.database import unwritable


def lock_path(database: Path) -> Path:
    """Where the lock of this database stands."""
    return database.with_name(database.name + ".lock")


@contextmanager
def only_instance(database: Path) -> Iterator[None]:
    """Hold the database for this process; StoreLocked says who holds it instead.

    The kernel gives the lock back when the process ends, however it ends.
    """
    path = lock_path(database)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o660)
    except OSError as error:
        raise unwritable(error, path) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = os.read(descriptor, 32).decode("ascii", "replace").strip()
            raise StoreLocked(
                f"{database}: a daemon already runs on this database"
                f"{f' (process {pid})' if pid else ''}; stop it, or give this one "
                "another --database"
            ) from None
        try:
            os.ftruncate(descriptor, 0)
            os.write(descriptor, f"{os.getpid()}\n".encode())
        except OSError as error:
            raise unwritable(error, path) from error
        yield
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def running(database: Path) -> int | None:
    """The process id of the daemon that holds the database, or None."""
    try:
        descriptor = os.open(lock_path(database), os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        text = os.read(descriptor, 32).decode("ascii", "replace").strip()
        return int(text) if text.isdigit() else 0
    else:
        return None
    finally:
        os.close(descriptor)
