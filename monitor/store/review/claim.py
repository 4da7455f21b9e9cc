"""What the page of one claim reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from monitor.store import corrections, reading, trail
from monitor.store.corrections import Correction, NearClaim
from monitor.store.database import Store
from monitor.store.reading import ListedClaim
from monitor.store.trail import Row

# A claim that more articles carry shows the first and counts the rest.
CARRIERS = 60
# Near misses that are shown: more than a person compares.
NEAR = 8


@dataclass(frozen=True, slots=True)
class Read:
    """A claim with all that stands around it."""

    listed: ListedClaim
    claim_id: int
    story_id: int | None
    measure_id: int | None
    checkworthy: float
    pins: dict[int, Row]
    carriers: list[Row]
    # all of them, and their outlets
    carried_by: tuple[int, int]
    notes: list[Row]
    near: list[NearClaim]
    corrections: list[Correction]


def read(store: Store, claim_id: int) -> Read | None:
    """The claim of that id, or the one that it was merged into, or None."""
    listed = reading.claim(store, claim_id, with_historic=True)
    if listed is None:
        return None
    claim_id = listed.claim_id
    row = store.one(
        "SELECT story_id, measure_id, checkworthy FROM claims WHERE claim_id = ?",
        (claim_id,),
    )
    if row is None:
        return None
    shown = carriers(store, claim_id)
    return Read(
        listed=listed,
        claim_id=claim_id,
        story_id=row["story_id"],
        measure_id=row["measure_id"],
        checkworthy=row["checkworthy"],
        pins=_pins(store, claim_id),
        carriers=shown,
        carried_by=(
            carried_by(store, claim_id)
            if len(shown) == CARRIERS
            else (len(shown), len({one["outlet"] for one in shown}))
        ),
        notes=trail.notes(store, claim_id),
        near=near(store, claim_id),
        corrections=corrections.of_claim(store.db, claim_id),
    )


def near(store: Store, claim_id: int) -> list[NearClaim]:
    """The nearest claims that are others, each once."""
    found: dict[int, NearClaim] = {}
    for one in corrections.near_claim(store.db, claim_id):
        other = one.claim_id if one.claim_id != claim_id else one.seen_as
        if other != claim_id:
            found.setdefault(other, one)
    return list(found.values())[:NEAR]


def _pins(store: Store, claim_id: int) -> dict[int, Row]:
    rows = store.all(
        "SELECT assertion_id, pinned_at, pinned_by, is_independent, first_seen_at, "
        "event_on, place FROM assertions WHERE claim_id = ?",
        (claim_id,),
    )
    return {row["assertion_id"]: dict(row) for row in rows}


def carriers(store: Store, claim_id: int) -> list[Row]:
    """The articles that state or stated it, first seen first."""
    rows = store.all(
        """
        SELECT ar.article_id, ar.outlet, ar.title, ar.url, ar.wire_key,
          min(s.first_seen_at) AS first_seen_at, max(s.last_seen_at) AS last_seen_at,
          min(s.removed_at IS NOT NULL) AS is_removed,
          max(a.is_independent) AS is_independent
        FROM assertions a JOIN sightings s USING (assertion_id)
        JOIN articles ar ON ar.article_id = s.article_id
        WHERE a.claim_id = ? GROUP BY ar.article_id
        ORDER BY min(s.first_seen_at), ar.article_id LIMIT ?
        """,
        (claim_id, CARRIERS),
    )
    return [dict(row) for row in rows]


def carried_by(store: Store, claim_id: int) -> tuple[int, int]:
    """How many articles state or stated it, of how many outlets."""
    [row] = store.all(
        "SELECT count(DISTINCT s.article_id), count(DISTINCT ar.outlet) "
        "FROM assertions a JOIN sightings s USING (assertion_id) "
        "JOIN articles ar ON ar.article_id = s.article_id WHERE a.claim_id = ?",
        (claim_id,),
    )
    return row[0], row[1]


def values(store: Store, claim_id: int, *, most: int) -> list[dict[str, Any]]:
    """What each source said when: the sides of the newest changes, in order."""
    rows = store.all(
        "SELECT assertion_id, source, outlet, kind, before, after, detected_at "
        "FROM changes WHERE claim_id = ? AND assertion_id IS NOT NULL "
        "ORDER BY change_id DESC LIMIT ?",
        (claim_id, most),
    )
    return [dict(row) for row in reversed(rows)]
