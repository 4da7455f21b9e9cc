"""What users correct of the matching: two claims are one, or one claim is two.

Writers take the connection of an open `store.writing()` block. Only the last word
counts: what was split may be merged again, and the other way round.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.errors import UsageError
from monitor.store import sqlite
from monitor.store.times import to_text

# Two claims that a user told apart.
Pair = frozenset[int]


@dataclass(frozen=True, slots=True)
class Correction:
    """One merge or split, as it was asked for."""

    correction_id: int
    kind: str
    claim_id: int
    other_claim_id: int
    assertions: tuple[int, ...]
    author: str
    note: str
    corrected_at: str


@dataclass(frozen=True, slots=True)
class NearClaim:
    """A claim that a statement was compared with; `lost` None = it is this one.

    `seen_as` is the claim that the statement went to, `quote` its words.
    """

    claim_id: int
    text: str
    score: float
    lost: str | None
    seen_as: int
    quote: str


# ------------------------------------------------------------------ reading


def resolve(db: sqlite.Connection, claim_id: int) -> int | None:
    """The claim under which this one now stands; None if there is no such claim."""
    row = db.execute(
        "SELECT coalesce(merged_into, claim_id) FROM claims WHERE claim_id = ?",
        (claim_id,),
    ).fetchone()
    return None if row is None else int(row[0])


def apart(db: sqlite.Connection) -> frozenset[Pair]:
    """The pairs of claims that users told apart."""
    rows = db.execute(
        "SELECT coalesce(a.merged_into, a.claim_id), coalesce(b.merged_into, b.claim_id)"
        " FROM corrections c JOIN claims a ON a.claim_id = c.claim_id"
        " JOIN claims b ON b.claim_id = c.other_claim_id WHERE c.kind = 'split'"
    )
    return frozenset(frozenset(row) for row in rows if row[0] != row[1])


def of_claim(db: sqlite.Connection, claim_id: int) -> list[Correction]:
    """The corrections of a claim and of those merged into it, in order."""
    rows = db.execute(
        "SELECT * FROM corrections WHERE claim_id IN (SELECT claim_id FROM claims "
        "WHERE claim_id = ?1 OR merged_into = ?1) OR other_claim_id IN (SELECT "
        "claim_id FROM claims WHERE claim_id = ?1 OR merged_into = ?1) ORDER BY correction_id",
        (claim_id,),
    )
    return [
        Correction(
            correction_id=row["correction_id"],
            kind=row["kind"],
            claim_id=row["claim_id"],
            other_claim_id=row["other_claim_id"],
            assertions=tuple(json.loads(row["assertions"])),
            author=row["author"],
            note=row["note"],
            corrected_at=row["corrected_at"],
        )
        for row in rows
    ]


_NEAR = """
SELECT coalesce(o.merged_into, o.claim_id) AS claim_id, o.text, n.score, n.lost,
  a.claim_id AS seen_as, a.quote
FROM near_claims n JOIN assertions a USING (assertion_id)
JOIN claims o ON o.claim_id = n.claim_id
"""


def near_change(db: sqlite.Connection, change_id: int) -> list[NearClaim]:
    """What the statement of a change was compared with, the claim first."""
    rows = db.execute(
        f"{_NEAR} JOIN changes c ON c.assertion_id = n.assertion_id "
        "AND c.revision_id = n.revision_id WHERE c.change_id = ? "
        "ORDER BY n.lost IS NOT NULL, n.score DESC, n.claim_id",
        (change_id,),
    )
    return [_near(row) for row in rows]


def near_claim(db: sqlite.Connection, claim_id: int) -> list[NearClaim]:
    """The near misses of a claim, from either side, the nearest first.

    What now stands under one claim is none any more.
    """
    apart = "n.lost IS NOT NULL AND a.claim_id <> coalesce(o.merged_into, o.claim_id)"
    # each side by its own index: one OR over both would read every near miss
    rows = db.execute(
        f"{_NEAR} WHERE {apart} AND a.claim_id = ?1 UNION "
        f"{_NEAR} WHERE {apart} AND n.claim_id IN "
        "(SELECT claim_id FROM claims WHERE claim_id = ?1 UNION ALL "
        "SELECT claim_id FROM claims WHERE merged_into = ?1) "
        "ORDER BY score DESC, claim_id, seen_as",
        (claim_id,),
    )
    return [_near(row) for row in rows]


def _near(row: sqlite.Row) -> NearClaim:
    return NearClaim(
        claim_id=row["claim_id"],
        text=row["text"],
        score=row["score"],
        lost=row["lost"],
        seen_as=row["seen_as"],
        quote=row["quote"],
    )


# ------------------------------------------------------------------ writing


def add_near(
    db: sqlite.Connection,
    assertion_id: int,
    revision_id: int,
    near: Iterable[tuple[int, float, str | None]],
) -> None:
    """Keep (claim, score, why not) of the claims that a statement came near."""
    db.executemany(
        "INSERT OR IGNORE INTO near_claims (assertion_id, revision_id, claim_id, "
        "score, lost) VALUES (?, ?, ?, ?, ?)",
        [(assertion_id, revision_id, *row) for row in near],
    )


def merge(
    db: sqlite.Connection, kept: int, gone: int, *, by: str, note: str, now: datetime
) -> int:
    """Make two claims one; returns the id of the one that is kept.

    The other's id still finds it, and so do its words, names and measure. Raises
    UsageError if either does not exist or both are one already.
    """
    one, other = _known(db, kept), _known(db, gone)
    if one == other:
        raise UsageError(f"claims {kept} and {gone} are one already")
    moved = _assertions(db, other)
    db.execute(
        "UPDATE assertions SET origin_claim_id = coalesce(origin_claim_id, claim_id), "
        "claim_id = ? WHERE claim_id = ?",
        (one, other),
    )
    for table in ("changes", "notes"):
        db.execute(f"UPDATE {table} SET claim_id = ? WHERE claim_id = ?", (one, other))
    db.execute(
        "UPDATE claims SET merged_into = ?1 WHERE claim_id = ?2 OR merged_into = ?2",
        (one, other),
    )
    db.execute(
        "UPDATE claims SET (first_seen_at, last_seen_at) = "
        "(SELECT min(first_seen_at), max(last_seen_at) FROM claims "
        "WHERE claim_id = ?1 OR merged_into = ?1) WHERE claim_id = ?1",
        (one,),
    )
    _record(db, "merge", one, other, moved, by=by, note=note, now=now)
    return one


def split(
    db: sqlite.Connection,
    claim_id: int,
    assertion_ids: Sequence[int],
    *,
    by: str,
    note: str,
    now: datetime,
) -> int:
    """Make these assertions a claim of their own; returns its id.

    What one merge brought goes back to its old id. Raises UsageError unless they are
    some, and not all, of the claim's assertions.
    """
    source = _known(db, claim_id)
    moved = sorted(set(assertion_ids))
    own = _assertions(db, source)
    strangers = [f"a{a}" for a in moved if a not in own]
    if strangers:
        raise UsageError(f"claim {source} has no assertion {', '.join(strangers)}")
    if not moved or len(moved) == len(own):
        raise UsageError(
            f"claim {source}: split off some of its {len(own)} assertions, not "
            + ("all" if moved else "none")
        )
    marks = sqlite.marks(moved)
    other = _merge_of(db, source, moved) or _copy(db, source, moved)
    db.execute(
        "UPDATE assertions SET claim_id = ?, origin_claim_id = NULL "
        f"WHERE assertion_id IN ({marks})",
        [other, *moved],
    )
    db.execute(
        "UPDATE changes SET claim_id = ? WHERE claim_id = ? "
        f"AND assertion_id IN ({marks})",
        [other, source, *moved],
    )
    for changed in (source, other):
        _refresh(db, changed)
    _record(db, "split", source, other, moved, by=by, note=note, now=now)
    return other


def _known(db: sqlite.Connection, claim_id: int) -> int:
    found = resolve(db, claim_id)
    if found is None:
        raise UsageError(f"there is no claim {claim_id}")
    return found


def _assertions(db: sqlite.Connection, claim_id: int) -> list[int]:
    rows = db.execute(
        "SELECT assertion_id FROM assertions WHERE claim_id = ? ORDER BY assertion_id",
        (claim_id,),
    )
    return [row[0] for row in rows]


def _merge_of(db: sqlite.Connection, claim_id: int, moved: Sequence[int]) -> int | None:
    """The merged claim that these very assertions were; it stands alone again."""
    rows = db.execute(
        "SELECT assertion_id, origin_claim_id FROM assertions WHERE claim_id = ?",
        (claim_id,),
    ).fetchall()
    origins = {row[1] for row in rows if row[0] in moved}
    if len(origins) != 1 or None in origins:
        return None
    [origin] = origins
    if {row[0] for row in rows if row[1] == origin} != set(moved):
        return None
    db.execute("UPDATE claims SET merged_into = NULL WHERE claim_id = ?", (origin,))
    return int(origin)


def _copy(db: sqlite.Connection, claim_id: int, moved: Sequence[int]) -> int:
    """A claim of its own, with the measure, story and keys of the first that moved."""
    cursor = db.execute(
        "INSERT INTO claims (text, predicate, measure_id, story_id, checkworthy, "
        "first_seen_at, last_seen_at) SELECT a.text, a.predicate, c.measure_id, "
        "c.story_id, c.checkworthy, a.first_seen_at, a.last_seen_at FROM assertions a "
        "JOIN claims c ON c.claim_id = coalesce(a.origin_claim_id, a.claim_id) "
        "WHERE a.assertion_id = ?",
        (moved[0],),
    )
    made = int(cursor.lastrowid or 0)
    db.execute(
        "INSERT OR IGNORE INTO claim_keys (key, claim_id) SELECT k.key, ?1 "
        "FROM claim_keys k JOIN claims c USING (claim_id) "
        "WHERE c.claim_id = ?2 OR c.merged_into = ?2",
        (made, claim_id),
    )
    return made


def _refresh(db: sqlite.Connection, claim_id: int) -> None:
    """A claim is shown in the words of its first assertion, and seen when they were."""
    db.execute(
        "UPDATE claims SET text = (SELECT text FROM assertions WHERE claim_id = ?1 "
        "ORDER BY assertion_id LIMIT 1), (first_seen_at, last_seen_at) = "
        "(SELECT min(first_seen_at), max(last_seen_at) FROM assertions "
        "WHERE claim_id = ?1) WHERE claim_id = ?1",
        (claim_id,),
    )


def _record(
    db: sqlite.Connection,
    kind: str,
    claim_id: int,
    other: int,
    moved: Sequence[int],
    *,
    by: str,
    note: str,
    now: datetime,
) -> None:
    db.execute(
        "INSERT INTO corrections (kind, claim_id, other_claim_id, assertions, author, "
        "note, corrected_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (kind, claim_id, other, json.dumps(moved), by, note, to_text(now)),
    )
