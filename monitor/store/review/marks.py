"""What a reader keeps: up to where the changes are read, and saved searches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.store.database import Store
from monitor.store.reading import storable
from monitor.store.times import to_text


@dataclass(frozen=True, slots=True)
class Search:
    """A page that somebody wants to find again."""

    search_id: int
    author: str
    name: str
    address: str


def looked(store: Store, reader: str) -> tuple[int, str] | None:
    """The newest change that the reader has seen, and when that was noted."""
    row = store.one(
        "SELECT change_id, looked_at FROM looks WHERE reader = ?", (storable(reader),)
    )
    return None if row is None else (int(row[0]), str(row[1]))


def look(store: Store, reader: str, change_id: int, *, now: datetime) -> None:
    """Everything up to this change is read."""
    with store.writing() as db:
        db.execute(
            "INSERT INTO looks (reader, change_id, looked_at) VALUES (?, ?, ?) "
            "ON CONFLICT (reader) DO UPDATE SET change_id = excluded.change_id, "
            "looked_at = excluded.looked_at",
            (storable(reader), change_id, to_text(now)),
        )


def searches(store: Store) -> list[Search]:
    """All that are kept, by name: a desk shares them."""
    rows = store.all(
        "SELECT search_id, author, name, address FROM searches ORDER BY name, search_id"
    )
    return [Search(*row) for row in rows]


def keep(store: Store, *, author: str, name: str, address: str, now: datetime) -> None:
    """Keep a search; one of the same author and name is replaced."""
    with store.writing() as db:
        db.execute(
            "INSERT INTO searches (author, name, address, created_at) "
            "VALUES (?, ?, ?, ?) ON CONFLICT (author, name) DO UPDATE SET "
            "address = excluded.address, created_at = excluded.created_at",
            (storable(author), storable(name), storable(address), to_text(now)),
        )


def drop(store: Store, search_id: int) -> bool:
    """Forget a search; False if there is none of that id."""
    with store.writing() as db:
        cursor = db.execute("DELETE FROM searches WHERE search_id = ?", (search_id,))
    return cursor.rowcount > 0
