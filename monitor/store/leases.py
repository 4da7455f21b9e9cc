"""Who works on a row right now: so that two programs never do the same work.

`run`, `once`, `poll` and `deliver` take the same leases. A lease ends by itself;
the leases of a process that no longer lives are given back at the next start.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Collection
from datetime import datetime, timedelta

from monitor.store.database import Store
from monitor.store.times import to_text

# Longer than any unit of work (a page: 20 s fetch + 30 s analysis, batch of 50).
LEASE = timedelta(minutes=10)
TABLES = ("feeds", "articles", "deliveries")


def holder() -> str:
    """This process, as it signs its leases."""
    return f"{os.getpid()}@{socket.gethostname()}"


def until(now: datetime) -> str:
    """When a lease taken now is no longer believed."""
    return to_text(now + LEASE)


def is_alive(name: str) -> bool:
    """Whether the signer still runs; of another machine we can't know: yes."""
    pid, _, host = name.partition("@")
    if host != socket.gethostname():
        return True
    if not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def release(store: Store, name: str) -> None:
    """Give back everything `name` holds (at its clean end)."""
    with store.writing() as db:
        for table in TABLES:
            db.execute(
                f"UPDATE {table} SET leased_by = NULL, leased_until = NULL "
                "WHERE leased_by = ?",
                (name,),
            )


# The due time of each table, and its key.
_DUE = {
    "feeds": ("next_poll_at", "feed_id"),
    "articles": ("next_check_at", "article_id"),
}


def defer(store: Store, table: str, ids: Collection[int], *, until: datetime) -> None:
    """Put off leased feeds or articles and nothing else: they were not visited."""
    due, key = _DUE[table]
    with store.writing() as db:
        db.execute(
            f"UPDATE {table} SET {due} = ?, leased_by = NULL, leased_until = NULL "
            f"WHERE {key} IN (SELECT value FROM json_each(?))",
            (to_text(until), json.dumps(list(ids))),
        )


def release_dead(store: Store) -> None:
    """Give back the leases of processes that no longer live, and our own."""
    names: set[str] = set()
    for table in TABLES:
        rows = store.all(
            f"SELECT DISTINCT leased_by FROM {table} WHERE leased_by IS NOT NULL"
        )
        names.update(row[0] for row in rows)
    for name in names:
        if name == holder() or not is_alive(name):
            release(store, name)


def shift(store: Store, by: timedelta, *, now: datetime) -> None:
    """Move every due time and lease by `by`: the wall clock was set to `now`.

    An article whose watch ended at a time that has not come yet goes on being watched.
    """
    modifier = f"{int(by.total_seconds()):+d} seconds"
    columns = {
        "feeds": ("next_poll_at", "leased_until"),
        "articles": ("next_check_at", "leased_until"),
        "deliveries": ("next_attempt_at", "leased_until"),
        "alerts": ("flush_at",),
        "pauses": ("paused_until",),
        "host_pauses": ("paused_until",),
    }
    with store.writing() as db:
        for table, names in columns.items():
            for name in names:
                db.execute(
                    f"UPDATE {table} SET {name} = "
                    f"strftime('%Y-%m-%dT%H:%M:%SZ', {name}, ?) "
                    f"WHERE {name} IS NOT NULL",
                    (modifier,),
                )
        db.execute(
            "UPDATE articles SET next_check_at = :now WHERE next_check_at IS NULL "
            "AND last_checked_at > :now AND same_as_article_id IS NULL",
            {"now": to_text(now)},
        )
