"""Lists for people and programs: changes and claims, filtered. Reads only.

What is listed is read in steps, so that a list of a million rows takes no memory.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.model import Certainty, Change, Comparator, Polarity, Side, Status
from monitor.store import changes, sqlite
from monitor.store.database import Store
from monitor.store.times import to_text

# Rows fetched at once.
STEP = 200


@dataclass(frozen=True, slots=True)
class ListedChange:
    """A change with what was done with it. `alert_key` is its first alert's."""

    change: Change
    alert_key: str | None
    disposition: str
    disposition_reason: str
    severity_reason: str = ""


@dataclass(frozen=True, slots=True)
class ChangeFilter:
    """Which changes to list; empty fields take all. `alert` is an exact key."""

    since: datetime | None = None
    kinds: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    alert: str | None = None
    change_id: int | None = None
    claim_id: int | None = None
    article_id: int | None = None
    with_recorded: bool = False
    after_id: int = 0


@dataclass(frozen=True, slots=True)
class ListedAssertion:
    """An assertion with where it was last seen. `source` None = the outlet's voice."""

    assertion_id: int
    source: str | None
    source_kind: str | None
    source_chain: tuple[str, ...]
    outlet: str
    value_min: float | None
    value_max: float | None
    comparator: str | None
    unit: str | None
    certainty: str
    polarity: str
    status: str | None
    quote: str
    article_url: str | None
    revision: int | None
    start: int | None
    end: int | None
    is_historic: bool
    is_removed: bool
    is_pinned: bool
    as_of: str
    last_seen_at: str

    @property
    def side(self) -> Side:
        """As a side of a change."""
        return Side(
            text=self.quote,
            value_min=self.value_min,
            value_max=self.value_max,
            comparator=Comparator(self.comparator) if self.comparator else None,
            unit=self.unit,
            source=self.source,
            certainty=Certainty(self.certainty),
            polarity=Polarity(self.polarity),
            status=Status(self.status) if self.status else None,
        )


@dataclass(frozen=True, slots=True)
class ListedClaim:
    """A claim with its assertions, first seen first."""

    claim_id: int
    text: str
    measure: str | None
    story: str | None
    first_seen_at: str
    last_seen_at: str
    assertions: tuple[ListedAssertion, ...]


@dataclass(frozen=True, slots=True)
class ClaimFilter:
    """Which claims to list; `search` is words, never FTS syntax."""

    search: str | None = None
    measure: str | None = None
    source: str | None = None
    since: datetime | None = None
    with_historic: bool = False


# ------------------------------------------------------------------ changes

_ALERT = """(SELECT a.alert_key FROM alert_changes ac JOIN alerts a USING (alert_id)
  WHERE ac.change_id = c.change_id ORDER BY a.alert_id LIMIT 1) AS alert_key"""


def list_changes(
    store: Store, wanted: ChangeFilter, *, limit: int | None = None
) -> Iterator[ListedChange]:
    """The newest `limit` changes that fit, in the order they were seen."""
    where, values = _change_conditions(wanted)
    rows = store.all(
        f"SELECT c.change_id FROM changes c WHERE {where} "
        "ORDER BY c.change_id DESC LIMIT ?",
        [*values, -1 if limit is None else limit],
    )
    ids = [row[0] for row in reversed(rows)]
    select = changes.SELECT.replace("SELECT c.*,", f"SELECT c.*, {_ALERT},")
    for start in range(0, len(ids), STEP):
        step = ids[start : start + STEP]
        yield from (
            _listed_change(row, wanted)
            for row in store.all(
                f"{select} WHERE c.change_id IN ({sqlite.marks(step)}) ORDER BY c.change_id",
                step,
            )
        )


def newest_change(store: Store) -> int:
    """The id of the last recorded change, 0 if there is none."""
    row = store.one("SELECT coalesce(max(change_id), 0) FROM changes")
    return int(row[0]) if row else 0


def _listed_change(row: sqlite.Row, wanted: ChangeFilter) -> ListedChange:
    return ListedChange(
        change=changes.from_row(row),
        alert_key=wanted.alert or row["alert_key"],
        disposition=row["disposition"],
        disposition_reason=row["disposition_reason"],
        severity_reason=row["severity_reason"],
    )


def _change_conditions(wanted: ChangeFilter) -> tuple[str, list[Any]]:
    where, values = ["c.change_id > ?"], [wanted.after_id]
    conditions: list[tuple[str, Sequence[Any]]] = []
    if wanted.since is not None:
        conditions.append(("c.detected_at >= ?", [to_text(wanted.since)]))
    if wanted.kinds:
        marks = sqlite.marks(wanted.kinds)
        conditions.append(
            (
                (
                    f"(c.kind IN ({marks}) OR EXISTS (SELECT 1 FROM "
                    f"json_each(c.sub_kinds) j WHERE j.value IN ({marks})))"
                ),
                [*wanted.kinds, *wanted.kinds],
            )
        )
    if wanted.topics:
        conditions.append(
            (
                (
                    "EXISTS (SELECT 1 FROM json_each(c.topics) j "
                    f"WHERE j.value IN ({sqlite.marks(wanted.topics)}))"
                ),
                [storable(topic) for topic in wanted.topics],
            )
        )
    if wanted.alert is not None:
        conditions.append(
            (
                (
                    "c.change_id IN (SELECT ac.change_id FROM alert_changes ac "
                    "JOIN alerts a USING (alert_id) WHERE a.alert_key = ?)"
                ),
                [wanted.alert],
            )
        )
    for column, value in (
        ("change_id", wanted.change_id),
        ("claim_id", wanted.claim_id),
        ("article_id", wanted.article_id),
    ):
        if value is not None:
            conditions.append((f"c.{column} = ?", [value]))
    if not wanted.with_recorded:
        conditions.append(("c.disposition <> 'record'", []))
    for condition, bound in conditions:
        where.append(condition)
        values.extend(bound)
    return " AND ".join(where), values


# ------------------------------------------------------------------ claims


def list_claims(
    store: Store, wanted: ClaimFilter, *, limit: int | None = None
) -> Iterator[ListedClaim]:
    """The claims that fit, the most recently seen first."""
    where, values = _claim_conditions(wanted)
    rows = store.all(
        f"SELECT c.claim_id FROM claims c WHERE {where} "
        "ORDER BY c.last_seen_at DESC, c.claim_id LIMIT ?",
        [*values, -1 if limit is None else limit],
    )
    for row in rows:
        found = claim(store, row[0], with_historic=wanted.with_historic)
        if found is not None:
            yield found


def claim(
    store: Store, claim_id: int, *, with_historic: bool = False
) -> ListedClaim | None:
    """One claim with its assertions, or None; a merged one's id finds what it is in."""
    row = store.one(
        "SELECT c.*, m.label, st.title AS story FROM claims c "
        "LEFT JOIN measures m USING (measure_id) "
        "LEFT JOIN stories st ON st.story_id = c.story_id WHERE c.claim_id = "
        "(SELECT coalesce(merged_into, claim_id) FROM claims WHERE claim_id = ?)",
        (claim_id,),
    )
    if row is None:
        return None
    historic = "" if with_historic else "AND a.is_historic = 0"
    assertions = store.all(
        f"{_ASSERTIONS} WHERE a.claim_id = ? {historic} ORDER BY a.assertion_id",
        (row["claim_id"],),
    )
    return ListedClaim(
        claim_id=row["claim_id"],
        text=row["text"],
        measure=row["label"],
        story=row["story"],
        first_seen_at=row["first_seen_at"],
        last_seen_at=row["last_seen_at"],
        assertions=tuple(_listed_assertion(r) for r in assertions),
    )


# The newest sighting that still stands, else the newest.
_ASSERTIONS = """
SELECT a.*, src.name AS source_name, src.kind AS source_kind, s.quote AS seen_quote,
  s.start_offset, s.end_offset, s.removed_at, r.number AS revision, ar.url
FROM assertions a
LEFT JOIN sources src ON src.source_id = a.source_id
LEFT JOIN sightings s ON s.sighting_id = (
  SELECT x.sighting_id FROM sightings x WHERE x.assertion_id = a.assertion_id
  ORDER BY x.removed_at IS NULL DESC, x.gone_since IS NULL DESC, x.last_seen_at DESC,
    x.sighting_id DESC LIMIT 1)
LEFT JOIN revisions r ON r.revision_id = s.revision_id
LEFT JOIN articles ar ON ar.article_id = s.article_id
"""


def _listed_assertion(row: sqlite.Row) -> ListedAssertion:
    return ListedAssertion(
        assertion_id=row["assertion_id"],
        source=row["source_name"],
        source_kind=row["source_kind"],
        source_chain=tuple(json.loads(row["chain"])),
        outlet=row["outlet"],
        value_min=row["value_min"],
        value_max=row["value_max"],
        comparator=row["comparator"],
        unit=row["unit"],
        certainty=row["certainty"],
        polarity=row["polarity"],
        status=row["status"],
        quote=row["seen_quote"] or row["quote"],
        article_url=row["url"],
        revision=row["revision"],
        start=row["start_offset"],
        end=row["end_offset"],
        is_historic=bool(row["is_historic"]),
        is_removed=row["removed_at"] is not None,
        is_pinned=row["pinned_at"] is not None,
        as_of=row["as_of"],
        last_seen_at=row["last_seen_at"],
    )


def _claim_conditions(wanted: ClaimFilter) -> tuple[str, list[Any]]:
    where, values = ["c.merged_into IS NULL"], []
    if not wanted.with_historic:
        where.append(
            "EXISTS (SELECT 1 FROM assertions a WHERE a.claim_id = c.claim_id "
            "AND a.is_historic = 0)"
        )
    if wanted.search:
        where.append(
            "(c.claim_id IN (SELECT rowid FROM claims_fts WHERE claims_fts MATCH ?) "
            "OR c.claim_id IN (SELECT a.claim_id FROM assertions a "
            "JOIN sources s USING (source_id) WHERE s.name LIKE ? ESCAPE '\\'))"
        )
        values += [words_query(wanted.search), _like(wanted.search)]
    if wanted.measure:
        where.append(
            "c.measure_id IN (SELECT measure_id FROM measures "
            "WHERE key = ? OR label LIKE ? ESCAPE '\\')"
        )
        values += [storable(wanted.measure), _like(wanted.measure)]
    if wanted.source:
        where.append(
            "c.claim_id IN (SELECT a.claim_id FROM assertions a "
            "LEFT JOIN sources s USING (source_id) "
            "WHERE coalesce(s.name, a.outlet) LIKE ? ESCAPE '\\')"
        )
        values.append(_like(wanted.source))
    if wanted.since is not None:
        where.append("c.last_seen_at >= ?")
        values.append(to_text(wanted.since))
    return " AND ".join(where), values


def words_query(search: str) -> str:
    """An FTS query for claims that hold all these words, whatever the text is.

    Every word is quoted, so that no operator, column or quote of the user's means
    anything; the last may be the beginning of a word.
    """
    words = [word.replace('"', "") for word in storable(search).split()]
    quoted = [f'"{word}"' for word in words if any(c.isalnum() for c in word)]
    return " ".join(quoted) + "*" if quoted else '""'


def storable(text: str) -> str:
    """The text as SQLite can take it: no half characters, no NUL (it ends a text)."""
    return text.encode("utf-8", "replace").decode().replace("\0", " ")


def _like(text: str) -> str:
    """A LIKE pattern for texts that contain this one."""
    escaped = storable(text).strip()
    for special in ("\\", "%", "_"):
        escaped = escaped.replace(special, "\\" + special)
    return f"%{escaped}%"
