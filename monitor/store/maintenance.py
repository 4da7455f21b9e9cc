"""Back up, restore and check the database file."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from monitor.errors import (
    StoreDamaged,
    StoreError,
    StoreForeign,
    StoreFull,
    StoreLocked,
    StoreReadOnly,
)
from monitor.store import migrations, sqlite
from monitor.store.database import BUSY_SECONDS, explain, present, unwritable
from monitor.store.instance import only_instance

# More lines say nothing new.
MOST_PROBLEMS = 20
SEARCH_TABLES = ("claims_fts", "revisions_fts")
SIDE_FILES = ("-wal", "-shm")


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found; no problems = healthy. `skipped` says what was not done."""

    problems: tuple[str, ...]
    pending: tuple[str, ...]
    skipped: tuple[str, ...] = ()


def _existing(path: Path) -> None:
    if not present(path) or not path.is_file():
        raise StoreError(f"{path}: there is no such file")


@contextmanager
def _raw(path: Path, *, read_only: bool) -> Iterator[sqlite.Connection]:
    """A connection without migrations: the file may be anything."""
    try:
        with closing(
            sqlite.connect(path, read_only=read_only, busy=BUSY_SECONDS)
        ) as db:
            yield db
    except sqlite.DatabaseError as error:
        raise explain(error, path) from error


# ------------------------------------------------------------------ check


def pending(path: Path) -> list[str]:
    """Names of the migrations that an existing database still lacks."""
    with _raw(path, read_only=True) as db:
        migrations.check_ours(db, path)
        return migrations.pending(db)


def check(path: Path, *, thorough: bool = False) -> Checked:
    """Look for damage: pages, foreign keys, the search index.

    `thorough` also compares every index with its table. Raises StoreForeign for a
    file that is not ours, StoreError for a missing one.
    """
    _existing(path)
    writable = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    lacking: tuple[str, ...] = ()
    with _raw(path, read_only=not writable) as db:
        try:
            migrations.check_ours(db, path)
            lacking = tuple(migrations.pending(db))
            problems = _page_problems(db, thorough=thorough)
            if not problems:
                problems += _reference_problems(db)
            if not problems and not lacking:
                problems += _search_problems(db, path)
        except sqlite.DatabaseError as error:
            found = explain(error, path)
            if isinstance(found, StoreDamaged):
                return Checked((str(error),), ())
            if isinstance(found, StoreReadOnly):
                return Checked(
                    (), lacking, ("the search index: it may not be written",)
                )
            raise found from error
    return Checked(tuple(problems), lacking)


def _page_problems(db: sqlite.Connection, *, thorough: bool) -> list[str]:
    pragma = "integrity_check" if thorough else "quick_check"
    rows = db.execute(f"PRAGMA {pragma}({MOST_PROBLEMS})").fetchall()
    return [str(row[0]) for row in rows if row[0] != "ok"]


def _reference_problems(db: sqlite.Connection) -> list[str]:
    rows = db.execute("PRAGMA foreign_key_check").fetchmany(MOST_PROBLEMS)
    return [
        f"{row[0]} row {row[1]} refers to a missing row of {row[2]}" for row in rows
    ]


def _search_problems(db: sqlite.Connection, path: Path) -> list[str]:
    """FTS5 compares its index with the table by a command that looks like a write.

    So the daemon's writes wait for it: each index has a transaction of its own.
    """
    problems = []
    for table in SEARCH_TABLES:
        db.execute("BEGIN IMMEDIATE")
        try:
            db.execute(
                f"INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)"
            )
        except sqlite.DatabaseError as error:
            if not isinstance(explain(error, path), StoreDamaged):
                raise
            problems.append(f"the search index {table} is damaged: {error}")
        finally:
            db.execute("ROLLBACK")
    return problems


# ------------------------------------------------------------------ backup


def backup(path: Path, target: Path, *, overwrite: bool = False) -> int:
    """Write a consistent copy while others read and write; returns its bytes.

    The copy appears under its name only when it is complete and on the disk.
    """
    _existing(path)
    taken = present(target)
    if taken and target.samefile(path):
        raise StoreError(f"{target}: is the database itself")
    if taken and not overwrite:
        raise StoreError(f"{target}: exists already; --force replaces it")
    with _raw(path, read_only=True) as db:
        migrations.check_ours(db, path)
    temporary = _temporary(target)
    try:
        # the same rights as the database: it holds the same
        temporary.touch(mode=path.stat().st_mode & 0o777)
        with _raw(path, read_only=True) as db:
            _copy_into(db, temporary, source=path, target=target)
        _sync(temporary)
        temporary.replace(target)
        _sync(target.parent)
    except OSError as error:
        raise unwritable(error, target) from error
    finally:
        temporary.unlink(missing_ok=True)
    return target.stat().st_size


def _temporary(target: Path) -> Path:
    return target.with_name(f".{target.name}.{os.getpid()}.part")


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# ------------------------------------------------------------------ restore


def restore(path: Path, source: Path, *, now: datetime) -> Path | None:
    """Put a healthy backup in the database's place; returns where the old one went.

    Raises StoreLocked while a daemon or anybody else uses the database, StoreForeign
    or StoreDamaged when the backup is not ours or not healthy: nothing changed then.
    """
    _existing(source)
    if present(path) and source.samefile(path):
        raise StoreError(f"{source}: is the database itself")
    with only_instance(path):
        temporary = _temporary(path)
        try:
            _copy(source, temporary, path)
            found = check(temporary, thorough=True)
            if found.problems:
                raise StoreDamaged(
                    f"{source}: this backup is damaged ({found.problems[0]}); "
                    "nothing was changed"
                )
            aside = _set_aside(path, now) if path.exists() else None
            temporary.replace(path)
            _sync(path.parent)
        except OSError as error:
            raise unwritable(error, path) from error
        finally:
            for suffix in ("", *SIDE_FILES):
                Path(f"{temporary}{suffix}").unlink(missing_ok=True)
    return aside


def _copy(source: Path, temporary: Path, path: Path) -> None:
    """A copy through SQLite: a -wal beside the backup is part of it."""
    temporary.unlink(missing_ok=True)
    with _raw(source, read_only=True) as db:
        migrations.check_ours(db, source)
        if db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0:
            raise StoreForeign(f"{source}: is empty, not a backup of ours")
        temporary.touch(mode=0o600)
        _copy_into(db, temporary, source=source, target=path)
    _sync(temporary)


def _copy_into(
    db: sqlite.Connection, temporary: Path, *, source: Path, target: Path
) -> None:
    """Write the copy; what is wrong with the place is said of the target."""
    try:
        db.execute("VACUUM INTO ?", (str(temporary),))
    except sqlite.DatabaseError as error:
        found = explain(error, source)
        if isinstance(found, StoreFull | StoreReadOnly):
            found = explain(error, target)
        raise found from error


def _set_aside(path: Path, now: datetime) -> Path:
    """Keep the old database under another name, complete and in one file."""
    aside = path.with_name(f"{path.name}.before-restore-{now:%Y%m%dT%H%M%SZ}")
    if aside.exists():
        raise StoreError(f"{aside}: exists already; try again in a second")
    temporary_mode = path.stat().st_mode & 0o777
    _fold_log(path)
    try:
        # the database keeps its name until the moment it is replaced
        aside.hardlink_to(path)
    except OSError:
        shutil.copy2(path, aside)
    for suffix in SIDE_FILES:
        with suppress(FileNotFoundError):
            Path(f"{path}{suffix}").rename(f"{aside}{suffix}")
    _temporary(path).chmod(temporary_mode)
    return aside


def _fold_log(path: Path) -> None:
    """Fold the write-ahead log back; works only while nobody else has it open."""
    try:
        with closing(sqlite.connect(path, read_only=False, busy=1.0)) as db:
            db.execute("PRAGMA journal_mode = DELETE")
    except sqlite.DatabaseError as error:
        # a damaged or foreign old file is what restore is for; a used one is not
        if isinstance(explain(error, path), StoreLocked):
            raise StoreLocked(
                f"{path}: another program uses the database; close it and try again"
            ) from error
