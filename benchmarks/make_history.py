"""A large, invented history: N claims, N/10 articles, 4 revisions each.

    python benchmarks/make_history.py DATABASE [--claims 1000000] [--seed 7]

The same arguments give the same rows. Nothing is polled or parsed: rows are written
in bulk, the full-text indices and the labels of changes at the end. Words, names and
the number of claims of a source, a topic and a story are spread as in news: a few
have most. The newest change is an hour before NOW.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from history_claims import alerts, claims
from history_names import History
from history_pages import checks, feeds, texts
from pipe import quietly

from monitor.store import migrations, open_store, sqlite
from monitor.store.review_tables import REVIEW


def indices(db: sqlite.Connection) -> None:
    """What triggers would have kept, at once."""
    db.execute("BEGIN")
    for table in ("claims_fts", "revisions_fts"):
        db.execute(f"INSERT INTO {table} ({table}) VALUES ('rebuild')")
    for statement in migrations.statements(REVIEW):
        if statement.lstrip().startswith("INSERT INTO change_"):
            db.execute(statement)
    db.execute("COMMIT")


def make(path: Path, *, claims_: int, seed: int = 7) -> None:
    """Write the database, which must not be there yet."""
    with open_store(path) as store:
        db = store.db
        for pragma in (
            "synchronous = OFF",
            "foreign_keys = OFF",
            "cache_size = -400000",
        ):
            db.execute(f"PRAGMA {pragma}")
        triggers = db.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall()
        for name, _ in triggers:
            db.execute(f"DROP TRIGGER {name}")
        history = History(claims_, seed)
        feeds(db)
        texts(db, history)
        checks(db, history)
        claims(db, history)
        alerts(db)
        indices(db)
        for _, sql in triggers:
            db.execute(sql)
        db.execute("ANALYZE")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def main() -> None:
    """Make it, and say how large it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", type=Path)
    parser.add_argument("--claims", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    begun = time.monotonic()
    make(given.database, claims_=given.claims, seed=given.seed)
    size = given.database.stat().st_size / 1e9
    print(f"{given.database}: {size:.2f} GB in {time.monotonic() - begun:.0f} s")
    with open_store(given.database, read_only=True) as store:
        for table in (
            "claims",
            "articles",
            "revisions",
            "checks",
            "assertions",
            "sightings",
            "changes",
            "alerts",
        ):
            print(f"{table:12} {store.all(f'SELECT count(*) FROM {table}')[0][0]:>10,}")


if __name__ == "__main__":
    quietly(main)
