"""Stories: articles about one event, for grouping alerts and comparing measures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.store import sqlite
from monitor.store.times import to_text, to_time

# Stories that an article is held against: the one that it belongs to shares its names.
MOST = 20


@dataclass(frozen=True, slots=True)
class Story:
    """A recent story that an article may belong to."""

    story_id: int
    title: str
    last_seen_at: datetime
    size: int
    entities: dict[str, int]
    measures: frozenset[str]


def candidates(
    db: sqlite.Connection, entities: Sequence[str], *, since: datetime
) -> list[Story]:
    """Stories seen since then that share the most of these names."""
    if not entities:
        return []
    marks = sqlite.marks(entities)
    rows = db.execute(
        f"""
        SELECT s.*, count(*) AS shared FROM story_entities e JOIN stories s
          USING (story_id)
        WHERE e.entity IN ({marks}) AND s.last_seen_at >= ?
        GROUP BY s.story_id ORDER BY shared DESC, s.last_seen_at DESC LIMIT ?
        """,
        [*entities, to_text(since), MOST],
    ).fetchall()
    return [_story(db, row) for row in rows]


def _story(db: sqlite.Connection, row: sqlite.Row) -> Story:
    story_id = row["story_id"]
    names = db.execute(
        "SELECT entity, articles FROM story_entities WHERE story_id = ?", (story_id,)
    ).fetchall()
    keys = db.execute("SELECT key FROM measures WHERE story_id = ?", (story_id,))
    return Story(
        story_id=story_id,
        title=row["title"],
        last_seen_at=to_time(row["last_seen_at"]),
        size=row["size"],
        entities={name["entity"]: name["articles"] for name in names},
        measures=frozenset(key[0] for key in keys),
    )


def rarity(
    db: sqlite.Connection, entities: Sequence[str]
) -> tuple[dict[str, int], int]:
    """In how many stories each name occurs, and how many stories there are."""
    total = db.execute("SELECT count(*) FROM stories").fetchone()[0]
    counts = {}
    for entity in entities:
        row = db.execute(
            "SELECT count(*) FROM story_entities WHERE entity = ?", (entity,)
        ).fetchone()
        counts[entity] = row[0]
    return counts, int(total)


def create(db: sqlite.Connection, title: str, *, now: datetime) -> int:
    """A story with no article yet."""
    moment = to_text(now)
    cursor = db.execute(
        "INSERT INTO stories (title, first_seen_at, last_seen_at) VALUES (?, ?, ?)",
        (title, moment, moment),
    )
    return int(cursor.lastrowid or 0)


def join(
    db: sqlite.Connection, story_id: int, entities: Iterable[str], *, now: datetime
) -> None:
    """An article joins the story and brings its names."""
    db.execute(
        "UPDATE stories SET size = size + 1, last_seen_at = ? WHERE story_id = ?",
        (to_text(now), story_id),
    )
    db.executemany(
        "INSERT INTO story_entities (story_id, entity) VALUES (?, ?) "
        "ON CONFLICT (story_id, entity) DO UPDATE SET articles = articles + 1",
        [(story_id, entity) for entity in entities],
    )


def touch(db: sqlite.Connection, story_id: int, *, now: datetime) -> None:
    """Something happened in the story: it stays open for new articles."""
    db.execute(
        "UPDATE stories SET last_seen_at = ? WHERE story_id = ?",
        (to_text(now), story_id),
    )


def title(db: sqlite.Connection, story_id: int | None) -> str:
    """The story's title, '' for none."""
    if story_id is None:
        return ""
    row = db.execute("SELECT title FROM stories WHERE story_id = ?", (story_id,))
    found = row.fetchone()
    return "" if found is None else str(found[0])
