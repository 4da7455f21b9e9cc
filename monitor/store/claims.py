"""The baseline: sources, measures, claims and assertions.

Writers take the connection of an open `store.writing()` block.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from monitor.model import (
    Assertion,
    Certainty,
    Comparator,
    Mention,
    Polarity,
    Source,
    SourceKind,
    Status,
    Weight,
)
from monitor.store import sqlite
from monitor.store.times import to_text, to_time


@dataclass(frozen=True, slots=True)
class Known:
    """A claim as changes name it: its words, what it counts, its story."""

    text: str
    measure: str | None
    story_id: int | None
    story: str | None
    first_seen_at: datetime


# Assertions of a story that a new claim is held against: a day of a live story.
MOST_TOLD = 400

# ------------------------------------------------------------------ reading

# In the order of `Assertion`'s fields: a mention has some thirty candidates, and to
# look for each of thirty columns by its name took a quarter of matching.
_ASSERTIONS = """
SELECT a.assertion_id, a.claim_id, a.text, a.quote, s.name, s.kind, a.chain,
  a.value_min, a.value_max, a.comparator, a.unit, a.certainty, a.polarity, a.status,
  a.predicate, a.participants, a.entities, a.place, a.event_on, m.key, a.scope,
  a.denies, a.is_absence, a.as_of, c.story_id, a.outlet, ar.wire_key,
  a.pinned_at IS NOT NULL, a.weight, a.setting
FROM assertions a
JOIN claims c ON c.claim_id = coalesce(a.origin_claim_id, a.claim_id)
LEFT JOIN articles ar ON ar.article_id = a.article_id
LEFT JOIN measures m ON m.measure_id = c.measure_id
LEFT JOIN sources s ON s.source_id = a.source_id
"""


def _listed(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


def _member(words: Iterable[StrEnum]) -> Callable[[str], StrEnum]:
    """The member of a word, in a quarter of the time that the class takes."""
    return {word.value: word for word in words}.__getitem__


# What a column's text stands for, by the field that it becomes.
_READERS: dict[str, Callable[[Any], object]] = {
    "source_kind": _member(SourceKind),
    "chain": _listed,
    "comparator": _member(Comparator),
    "certainty": _member(Certainty),
    "polarity": _member(Polarity),
    "status": _member(Status),
    "participants": _listed,
    "entities": _listed,
    "event_on": date.fromisoformat,
    "scope": _listed,
    "denies": bool,
    "absence": bool,
    "as_of": to_time,
    "pinned": bool,
    "weight": _member(Weight),
    "setting": _listed,
}
_PLACED = tuple(
    (at, _READERS[field.name])
    for at, field in enumerate(fields(Assertion))
    if field.name in _READERS
)


def _assertion(row: sqlite.Row) -> Assertion:
    return _read(*row)


# What the candidates of one mention are made of: most are those of the next, too.
@lru_cache(maxsize=500)
def _read(*columns: Any) -> Assertion:
    values = list(columns)
    for at, read in _PLACED:
        if values[at] is not None:
            values[at] = read(values[at])
    return Assertion(*values)


def assertions_of(db: sqlite.Connection, claim_ids: Sequence[int]) -> list[Assertion]:
    """The baseline of these claims, without historic values.

    A merged claim's are those of the claim that it went into, each read with the
    measure and story that it had.
    """
    rows = db.execute(
        f"{_ASSERTIONS} WHERE a.claim_id IN (SELECT coalesce(merged_into, claim_id) "
        f"FROM claims WHERE claim_id IN ({sqlite.marks(claim_ids)})) "
        "AND a.is_historic = 0 ORDER BY a.assertion_id",
        list(claim_ids),
    )
    return [_assertion(row) for row in rows]


def assertion(db: sqlite.Connection, assertion_id: int) -> Assertion:
    """One assertion; it must exist."""
    row = db.execute(f"{_ASSERTIONS} WHERE a.assertion_id = ?", (assertion_id,))
    return _assertion(row.fetchone())


def known(db: sqlite.Connection, claim_id: int) -> Known:
    """The claim of that id; it must exist."""
    row = db.execute(
        "SELECT c.text, c.story_id, c.first_seen_at, m.label, st.title AS story "
        "FROM claims c LEFT JOIN measures m USING (measure_id) "
        "LEFT JOIN stories st ON st.story_id = c.story_id WHERE c.claim_id = ?",
        (claim_id,),
    ).fetchone()
    return Known(
        text=row["text"],
        measure=row["label"],
        story_id=row["story_id"],
        story=row["story"],
        first_seen_at=to_time(row["first_seen_at"]),
    )


def outlets_of(db: sqlite.Connection, claim_id: int) -> tuple[str, ...]:
    """Outlets that carried the claim, first seen first."""
    rows = db.execute(
        "SELECT ar.outlet, min(s.sighting_id) AS first FROM sightings s "
        "JOIN assertions a USING (assertion_id) "
        "JOIN articles ar ON ar.article_id = s.article_id "
        "WHERE a.claim_id = ? GROUP BY ar.outlet ORDER BY first",
        (claim_id,),
    )
    return tuple(row["outlet"] for row in rows)


def independent_sources(db: sqlite.Connection, claim_id: int) -> int:
    """How many independent sources stand behind the claim now."""
    row = db.execute(
        "SELECT count(DISTINCT coalesce('s' || source_id, 'o' || outlet)) "
        "FROM assertions WHERE claim_id = ? AND is_independent = 1 "
        "AND is_historic = 0 AND denies = 0",
        (claim_id,),
    ).fetchone()
    return int(row[0])


def told_in_story(
    db: sqlite.Connection, story_id: int, *, before: datetime
) -> list[str]:
    """What each article of a story had said before a moment, oldest first."""
    rows = db.execute(
        "SELECT a.article_id, a.quote FROM claims c JOIN assertions a USING (claim_id) "
        "WHERE c.story_id = ? AND a.first_seen_at < ? "
        "ORDER BY a.as_of DESC, a.assertion_id DESC LIMIT ?",
        (story_id, to_text(before), MOST_TOLD),
    ).fetchall()
    quotes_by_article: dict[int | None, list[str]] = {}
    for row in reversed(rows):
        quotes_by_article.setdefault(row["article_id"], []).append(row["quote"])
    return [" ".join(quotes) for quotes in quotes_by_article.values()]


# ------------------------------------------------------------------ writing


def ensure_source(db: sqlite.Connection, source: Source) -> int:
    """The row of this source, made on first sight."""
    db.execute(
        "INSERT INTO sources (name, kind) VALUES (?, ?) ON CONFLICT (name) DO NOTHING",
        (source.name, source.kind),
    )
    row = db.execute("SELECT source_id FROM sources WHERE name = ?", (source.name,))
    return int(row.fetchone()[0])


def ensure_measure(
    db: sqlite.Connection, mention: Mention, *, story_id: int | None, story: str
) -> int | None:
    """The row of what the mention counts, within its story."""
    if mention.measure is None:
        return None
    scope = json.dumps(sorted(mention.scope), ensure_ascii=False)
    found = db.execute(
        "SELECT measure_id FROM measures WHERE key = ? AND scope = ? AND story_id IS ?",
        (mention.measure, scope, story_id),
    ).fetchone()
    if found is not None:
        return int(found[0])
    label = mention.measure_label or mention.measure
    cursor = db.execute(
        "INSERT INTO measures (key, label, scope, story_id) VALUES (?, ?, ?, ?)",
        (mention.measure, f"{label} · {story}" if story else label, scope, story_id),
    )
    return int(cursor.lastrowid or 0)


def add_claim(
    db: sqlite.Connection,
    mention: Mention,
    *,
    measure_id: int | None,
    story_id: int | None,
    keys: Iterable[str],
    now: datetime,
) -> int:
    """A proposition not seen before. `keys` are what it will be looked up by."""
    moment = to_text(now)
    cursor = db.execute(
        "INSERT INTO claims (text, predicate, measure_id, story_id, checkworthy, "
        "first_seen_at, last_seen_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            mention.text,
            mention.predicate,
            measure_id,
            story_id,
            mention.checkworthy,
            moment,
            moment,
        ),
    )
    claim_id = int(cursor.lastrowid or 0)
    db.executemany(
        "INSERT OR IGNORE INTO claim_keys (key, claim_id) VALUES (?, ?)",
        [(key, claim_id) for key in keys],
    )
    return claim_id


def set_measure(
    db: sqlite.Connection, assertion_id: int, measure_id: int | None
) -> None:
    """What the assertion's claim counts, as read by another engine."""
    db.execute(
        "UPDATE claims SET measure_id = ? WHERE claim_id = (SELECT "
        "coalesce(origin_claim_id, claim_id) FROM assertions WHERE assertion_id = ?)",
        (measure_id, assertion_id),
    )


def _values(db: sqlite.Connection, mention: Mention) -> dict[str, object]:
    quantity = mention.quantity if mention.measure else None
    source = mention.source
    return {
        "source_id": None if source is None else ensure_source(db, source),
        "chain": json.dumps([s.name for s in mention.chain], ensure_ascii=False),
        "text": mention.text,
        "quote": mention.quote,
        "value_min": quantity.minimum if quantity else None,
        "value_max": quantity.maximum if quantity else None,
        "comparator": quantity.comparator if quantity else None,
        "unit": quantity.unit if quantity else None,
        "certainty": mention.certainty,
        "polarity": mention.polarity,
        "status": mention.status,
        "predicate": mention.predicate,
        "participants": json.dumps(mention.participants, ensure_ascii=False),
        "entities": json.dumps(mention.entities, ensure_ascii=False),
        "place": mention.place,
        "event_on": mention.event_on.isoformat() if mention.event_on else None,
        "scope": json.dumps(sorted(mention.scope), ensure_ascii=False),
        "setting": json.dumps(mention.setting, ensure_ascii=False),
        "weight": mention.weight,
        "denies": int(mention.denies),
        "is_absence": int(mention.absence),
    }


def add_assertion(
    db: sqlite.Connection,
    claim_id: int,
    mention: Mention,
    *,
    outlet: str,
    article_id: int,
    as_of: datetime,
    now: datetime,
    historic: bool = False,
    independent: bool = True,
) -> Assertion:
    """A claim as said by a source that had not said it before."""
    values = _values(db, mention) | {
        "claim_id": claim_id,
        "outlet": outlet,
        "article_id": article_id,
        "as_of": to_text(as_of),
        "first_seen_at": to_text(now),
        "last_seen_at": to_text(now),
        "is_historic": int(historic or mention.historic),
        "is_independent": int(independent),
    }
    names = ", ".join(values)
    marks = ", ".join(f":{name}" for name in values)
    cursor = db.execute(f"INSERT INTO assertions ({names}) VALUES ({marks})", values)
    return assertion(db, int(cursor.lastrowid or 0))


def update_assertion(
    db: sqlite.Connection,
    assertion_id: int,
    mention: Mention,
    *,
    as_of: datetime,
    now: datetime,
) -> None:
    """The source now says it like this: the baseline moves."""
    values = _values(db, mention)
    sets = ", ".join(f"{name} = :{name}" for name in values)
    db.execute(
        f"UPDATE assertions SET {sets}, as_of = :as_of, last_seen_at = :now "
        "WHERE assertion_id = :id",
        values | {"as_of": to_text(as_of), "now": to_text(now), "id": assertion_id},
    )
    # the claim is shown in the words of the source that was first with it
    db.execute(
        "UPDATE claims SET text = :text WHERE claim_id = "
        "(SELECT claim_id FROM assertions WHERE assertion_id = :id) AND :id = "
        "(SELECT min(a.assertion_id) FROM assertions a "
        "WHERE a.claim_id = claims.claim_id)",
        {"text": mention.text, "id": assertion_id},
    )


def touch(db: sqlite.Connection, assertion_id: int, *, now: datetime) -> None:
    """The assertion was seen again, unchanged."""
    moment = to_text(now)
    db.execute(
        "UPDATE assertions SET last_seen_at = ? WHERE assertion_id = ?",
        (moment, assertion_id),
    )
    db.execute(
        "UPDATE claims SET last_seen_at = ? WHERE claim_id = "
        "(SELECT claim_id FROM assertions WHERE assertion_id = ?)",
        (moment, assertion_id),
    )
