"""Bring a database to this program's schema. Append only: never edit a migration.

sqlite-utils keeps the record of what was applied. Its own transaction is a plain
BEGIN, with which of three processes starting at once only one succeeds; so all
of it runs inside our BEGIN IMMEDIATE, where its BEGIN becomes a savepoint.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from monitor.errors import StoreForeign
from monitor.store import schema, sqlite
from monitor.store.alerting_tables import ALERTING
from monitor.store.carrier_tables import CARRIERS
from monitor.store.check_tables import CHECKS
from monitor.store.corrections_tables import CORRECTIONS
from monitor.store.habit_tables import HABITS
from monitor.store.host_pause_tables import HOST_PAUSES
from monitor.store.message_tables import MESSAGES
from monitor.store.opened_tables import OPENED
from monitor.store.pause_tables import PAUSES
from monitor.store.renderings_tables import RENDERINGS
from monitor.store.review_tables import REVIEW
from monitor.store.rhythm_tables import RHYTHM
from monitor.store.robots_tables import ROBOTS
from monitor.store.setting_tables import SETTINGS

SET_NAME = "claimwatch"
# in order; the name is the record, the text is what it does
MIGRATIONS: tuple[tuple[str, str], ...] = (
    ("0001_first", schema.FIRST),
    ("0002_alerting", ALERTING),
    ("0003_corrections", CORRECTIONS),
    ("0004_pauses", PAUSES),
    ("0005_rhythm", RHYTHM),
    ("0006_review", REVIEW),
    ("0007_messages", MESSAGES),
    ("0008_robots", ROBOTS),
    ("0009_renderings", RENDERINGS),
    ("0010_carriers", CARRIERS),
    ("0011_host_pauses", HOST_PAUSES),
    ("0012_checks", CHECKS),
    ("0013_opened", OPENED),
    ("0014_habits", HABITS),
    ("0015_settings", SETTINGS),
)


def statements(script: str) -> Iterator[str]:
    """The statements of an SQL script (executescript would commit our transaction)."""
    statement = ""
    for line in script.splitlines():
        statement += line + "\n"
        if line.rstrip().endswith(";") and sqlite.is_complete(statement):
            yield statement.strip()
            statement = ""


def _is_empty(db: sqlite.Connection) -> bool:
    return bool(db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0)


def _applied(db: sqlite.Connection) -> set[str]:
    has_record = db.execute(
        "SELECT count(*) FROM sqlite_master WHERE name = '_sqlite_migrations'"
    ).fetchone()[0]
    if not has_record:
        return set()
    rows = db.execute(
        "SELECT name FROM _sqlite_migrations WHERE migration_set = ?", (SET_NAME,)
    )
    return {row[0] for row in rows}


def check_ours(db: sqlite.Connection, path: Path) -> None:
    """Raise StoreForeign unless the file is empty or ours and not newer than us."""
    if _is_empty(db):
        return
    marked = db.execute("PRAGMA application_id").fetchone()[0]
    if marked != schema.APPLICATION_ID:
        raise StoreForeign(
            f"{path}: this is another program's database; set `database` to a "
            "file of its own"
        )
    unknown = _applied(db) - {name for name, _ in MIGRATIONS}
    if unknown:
        raise StoreForeign(
            f"{path}: made by a newer Claimwatch (it has {max(unknown)}); "
            "upgrade this program, or restore a backup"
        )


def pending(db: sqlite.Connection) -> list[str]:
    """Names of the migrations this database still lacks."""
    applied = _applied(db)
    return [name for name, _ in MIGRATIONS if name not in applied]


def prepare(db: sqlite.Connection, path: Path, *, read_only: bool) -> None:
    """Check the file and apply what is pending.

    Raises StoreForeign; a read-only open of an older database too.
    """
    check_ours(db, path)
    if not pending(db):
        return
    if read_only:
        raise StoreForeign(
            f"{path}: made by an older Claimwatch; run `claimwatch db migrate` first"
        )
    library = _sqlite_utils()
    recorded = library.Migrations(SET_NAME)
    for name, script in MIGRATIONS:
        recorded(name=name)(_runner(script))
    db.execute("BEGIN IMMEDIATE")
    try:
        check_ours(db, path)
        recorded.apply(library.Database(db))
        db.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def _sqlite_utils() -> ModuleType:
    """Imported late: a database that is up to date never pays for it.

    And without numpy, which it takes where it finds it to store numbers of that kind:
    10 MB that the daemon which made the database would keep.
    """
    modules: dict[str, Any] = sys.modules
    hides = "numpy" not in modules
    if hides:
        modules["numpy"] = None
    try:
        import sqlite_utils
    finally:
        if hides:
            del modules["numpy"]
    return sqlite_utils


def _runner(script: str):  # type: ignore[no-untyped-def]  # sqlite-utils' own protocol
    def run(database):  # type: ignore[no-untyped-def]
        for statement in statements(script):
            database.conn.execute(statement)

    return run
