"""Pages of changes: filtered, newest or loudest first, from any place in the list.

A filter reads the shortest of its lists in `change_labels` and asks the others for
each candidate. It reads at most `BUDGET` candidates: a page of what is rare among
what is common says how far back it looked, and the next page goes on from there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.model import Severity
from monitor.store import changes
from monitor.store.database import Store
from monitor.store.reading import ListedChange, storable
from monitor.store.review import NEWEST
from monitor.store.times import to_text

# Candidates that one page may read: some 20 ms of CPU; of 5,000 a rare filter took
# 180 to 240 ms on the clock at a million claims.
BUDGET = 3_000
# Candidates filtered at once.
STEP = 200
# What can be asked of a change's alerts.
STATES = {
    "open": (
        "EXISTS (SELECT 1 FROM alert_changes x JOIN alerts a USING (alert_id) "
        "WHERE x.change_id = c.change_id AND x.withheld IS NULL "
        "AND a.acknowledged_at IS NULL)"
    ),
    "acknowledged": (
        "EXISTS (SELECT 1 FROM alert_changes x JOIN alerts a USING (alert_id) "
        "WHERE x.change_id = c.change_id AND a.acknowledged_at IS NOT NULL)"
    ),
    "silenced": (
        "EXISTS (SELECT 1 FROM alert_changes x WHERE x.change_id = c.change_id "
        "AND x.withheld IS NOT NULL)"
    ),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which changes a page shows; empty fields take all. `after_id`: newer ones."""

    topic: str = ""
    kind: str = ""
    source: str = ""
    outlet: str = ""
    severity: str = ""
    state: str = ""
    since: datetime | None = None
    until: datetime | None = None
    after_id: int = 0
    claim_id: int | None = None
    article_id: int | None = None
    story_id: int | None = None
    with_recorded: bool = False
    by_importance: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: below this change, and when by importance, from here."""

    before_id: int = NEWEST
    severity: str = ""


@dataclass(frozen=True, slots=True)
class InAlert:
    """An alert that a change went into."""

    key: str
    withheld: str | None
    acknowledged_at: str | None
    acknowledged_by: str | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A change with what became of it."""

    listed: ListedChange
    alerts: tuple[InAlert, ...]
    article_id: int | None


@dataclass(frozen=True, slots=True)
class Page:
    """Some changes, and where the next page begins. `is_cut`: the budget ended it."""

    shown: tuple[Shown, ...]
    following: Place | None
    is_cut: bool = False


def page(store: Store, wanted: Wanted, place: Place, *, size: int) -> Page:
    """One page of the changes that fit."""
    if not wanted.by_importance:
        return _newest(store, wanted, place, size, wanted.severity)
    loudest = [severity.value for severity in reversed(Severity)]
    if wanted.severity:
        loudest = [wanted.severity]
    if place.severity in loudest:
        loudest = loudest[loudest.index(place.severity) :]
    shown: list[Shown] = []
    before = place.before_id
    for severity in loudest:
        found = _newest(store, wanted, Place(before), size - len(shown), severity)
        shown += found.shown
        if found.following is not None:
            onward = Place(found.following.before_id, severity)
            return Page(tuple(shown), onward, found.is_cut)
        before = NEWEST
        if len(shown) == size and severity != loudest[-1]:
            louder = loudest[loudest.index(severity) + 1]
            return Page(tuple(shown), Place(NEWEST, louder))
    return Page(tuple(shown), None)


def details(store: Store, ids: Sequence[int]) -> list[Shown]:
    """These changes, in this order."""
    given = (json.dumps(list(ids)),)
    rows = store.all(
        f"{changes.SELECT} WHERE c.change_id IN (SELECT value FROM json_each(?))",
        given,
    )
    alerts: dict[int, list[InAlert]] = {}
    for row in store.all(
        "SELECT x.change_id, a.alert_key, x.withheld, a.acknowledged_at, "
        "a.acknowledged_by FROM alert_changes x JOIN alerts a USING (alert_id) "
        "WHERE x.change_id IN (SELECT value FROM json_each(?)) ORDER BY a.alert_id",
        given,
    ):
        alerts.setdefault(row[0], []).append(InAlert(*row[1:]))
    found = {}
    for row in rows:
        number = row["change_id"]
        told = tuple(alerts.get(number, ()))
        listed = ListedChange(
            change=changes.from_row(row),
            alert_key=told[0].key if told else None,
            disposition=row["disposition"],
            disposition_reason=row["disposition_reason"],
            severity_reason=row["severity_reason"],
        )
        found[number] = Shown(listed, told, row["article_id"])
    return [found[number] for number in ids if number in found]


def newest_told(store: Store) -> int:
    """The id of the last change that was worth telling, 0 if there is none."""
    row = store.one(
        "SELECT change_id FROM change_labels WHERE label = 'told' AND value = 'yes' "
        "ORDER BY change_id DESC LIMIT 1"
    )
    return int(row[0]) if row else 0


def unread(store: Store, after_id: int, *, most: int) -> int:
    """How many told changes are newer, counted up to `most`."""
    row = store.one(
        "SELECT count(*) FROM (SELECT 1 FROM change_labels WHERE label = 'told' "
        "AND value = 'yes' AND change_id > ? LIMIT ?)",
        (after_id, most),
    )
    return int(row[0]) if row else 0


# ------------------------------------------------------------------ one list


def _newest(
    store: Store, wanted: Wanted, place: Place, size: int, severity: str
) -> Page:
    """The newest that fit below the place."""
    if size <= 0:
        return Page((), Place(place.before_id))
    labels = _labels(wanted, severity)
    floor, ceiling = _bounds(store, wanted, place)
    candidates, condition = _candidates(store, wanted, labels, floor, ceiling)
    wheres, values = _conditions(wanted, labels, condition)
    ids: list[int] = []
    for step in _steps(candidates):
        ids += [
            row[0]
            for row in store.all(
                "SELECT c.change_id FROM changes c WHERE c.change_id IN "
                f"(SELECT value FROM json_each(?)) {wheres} "
                "ORDER BY c.change_id DESC",
                [json.dumps(step), *values],
            )
        ]
        if len(ids) > size:
            ids = ids[:size]
            return Page(tuple(details(store, ids)), Place(ids[-1]))
    is_cut = len(candidates) == BUDGET
    onward = Place(candidates[-1]) if is_cut else None
    return Page(tuple(details(store, ids)), onward, is_cut)


def _labels(wanted: Wanted, severity: str) -> list[tuple[str, str]]:
    labels = [
        ("topic", wanted.topic),
        ("kind", wanted.kind),
        ("source", wanted.source),
        ("outlet", wanted.outlet),
        ("severity", severity),
        ("told", "" if wanted.with_recorded else "yes"),
    ]
    return [(label, storable(value)) for label, value in labels if value]


def _bounds(store: Store, wanted: Wanted, place: Place) -> tuple[int, int]:
    """Ids rise with time: a span of time is a span of ids."""
    floor, ceiling = wanted.after_id, place.before_id
    if wanted.since is not None:
        first = store.one(
            "SELECT change_id FROM changes WHERE detected_at >= ? "
            "ORDER BY detected_at, change_id LIMIT 1",
            (to_text(wanted.since),),
        )
        floor = max(floor, NEWEST if first is None else first[0] - 1)
    if wanted.until is not None:
        last = store.one(
            "SELECT change_id FROM changes WHERE detected_at <= ? "
            "ORDER BY detected_at DESC, change_id DESC LIMIT 1",
            (to_text(wanted.until),),
        )
        ceiling = min(ceiling, 0 if last is None else last[0] + 1)
    return floor, ceiling


def _candidates(
    store: Store,
    wanted: Wanted,
    labels: list[tuple[str, str]],
    floor: int,
    ceiling: int,
) -> tuple[list[int], tuple[str, str] | None]:
    """The newest ids of the shortest list, and the label that need not be asked."""
    within = "change_id < ? AND change_id > ? ORDER BY change_id DESC LIMIT ?"
    bounds = [ceiling, floor, BUDGET]
    for column in ("claim_id", "article_id"):
        value = getattr(wanted, column)
        if value is not None:
            sql = f"SELECT change_id FROM changes WHERE {column} = ? AND {within}"
            return _ids(store, sql, [value, *bounds]), None
    if wanted.story_id is not None:
        sql = (
            "SELECT change_id FROM changes WHERE claim_id IN (SELECT claim_id "
            f"FROM claims WHERE story_id = ?) AND {within}"
        )
        return _ids(store, sql, [wanted.story_id, *bounds]), None
    if wanted.state == "silenced":
        sql = (
            "SELECT DISTINCT change_id FROM alert_changes "
            f"WHERE withheld IS NOT NULL AND {within}"
        )
        return _ids(store, sql, bounds), None
    if not labels:
        return _ids(
            store, f"SELECT change_id FROM changes WHERE {within}", bounds
        ), None
    sql = f"SELECT change_id FROM change_labels WHERE label = ? AND value = ? AND {within}"
    lists = [(_ids(store, sql, [*label, *bounds]), label) for label in labels]
    # a list that is shorter than the budget is complete; of full ones the one that
    # reaches furthest back is the rarest
    return min(lists, key=lambda found: (len(found[0]), found[0][-1:]))


def _ids(store: Store, sql: str, values: Sequence[Any]) -> list[int]:
    return [row[0] for row in store.all(sql, values)]


def _conditions(
    wanted: Wanted, labels: list[tuple[str, str]], known: tuple[str, str] | None
) -> tuple[str, list[Any]]:
    wheres = ""
    values: list[Any] = []
    for label in labels:
        if label != known:
            wheres += (
                " AND EXISTS (SELECT 1 FROM change_labels l WHERE l.label = ? "
                "AND l.value = ? AND l.change_id = c.change_id)"
            )
            values += label
    if wanted.state in STATES:
        wheres += f" AND {STATES[wanted.state]}"
    for operator, moment in ((">=", wanted.since), ("<=", wanted.until)):
        if moment is not None:
            wheres += f" AND c.detected_at {operator} ?"
            values.append(to_text(moment))
    return wheres, values


def _steps(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), STEP):
        yield ids[start : start + STEP]
