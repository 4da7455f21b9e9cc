"""Changes: append-only records of transitions, and reading them back."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from monitor.model import (
    Certainty,
    Change,
    ChangeKind,
    Comparator,
    Polarity,
    Severity,
    Side,
    SourceKind,
    Status,
)
from monitor.store import sqlite
from monitor.store.times import to_text, to_time


@dataclass(frozen=True, slots=True)
class Trail:
    """What a change refers to, and what was done with it."""

    assertion_id: int | None
    article_id: int | None
    revision_id: int | None
    disposition: str
    disposition_reason: str
    severity_reason: str = ""


def side_text(side: Side | None) -> str | None:
    """The stored form of a side."""
    if side is None:
        return None
    return json.dumps(asdict(side), ensure_ascii=False)


def side_of(text: str | None) -> Side | None:
    """A side from its stored form."""
    if text is None:
        return None
    raw = json.loads(text)
    return Side(
        text=raw["text"],
        value_min=raw["value_min"],
        value_max=raw["value_max"],
        comparator=Comparator(raw["comparator"]) if raw["comparator"] else None,
        unit=raw["unit"],
        source=raw["source"],
        certainty=Certainty(raw["certainty"]),
        polarity=Polarity(raw["polarity"]),
        status=Status(raw["status"]) if raw["status"] else None,
    )


def values_of(
    db: sqlite.Connection, assertion_id: int
) -> set[tuple[float | None, float | None]]:
    """The values (minimum, maximum) that changes of an assertion led from and to."""
    rows = db.execute(
        "SELECT before, after FROM changes WHERE assertion_id = ?", (assertion_id,)
    )
    sides = [side_of(text) for row in rows for text in row]
    return {(side.value_min, side.value_max) for side in sides if side is not None}


def add(db: sqlite.Connection, change: Change, trail: Trail) -> int:
    """Append a change (its `change_id` is ignored); returns the new id."""
    values = {
        "kind": change.kind,
        "sub_kinds": json.dumps(change.sub_kinds),
        "severity": change.severity,
        "claim_id": change.claim_id,
        "assertion_id": trail.assertion_id,
        "article_id": trail.article_id,
        "revision_id": trail.revision_id,
        "before": side_text(change.before),
        "after": side_text(change.after),
        "reason": change.reason,
        "source": change.source,
        "source_kind": change.source_kind,
        "chain": json.dumps(change.chain, ensure_ascii=False),
        "measure": change.measure,
        "certainty": change.certainty,
        "article_url": change.article_url,
        "outlet": change.outlet,
        "outlets": json.dumps(change.outlets, ensure_ascii=False),
        "feeds": json.dumps(change.feeds, ensure_ascii=False),
        "topics": json.dumps(change.topics, ensure_ascii=False),
        "independent_sources": change.independent_sources,
        "is_silent_edit": int(change.silent_edit),
        "disposition": trail.disposition,
        "disposition_reason": trail.disposition_reason,
        "severity_reason": trail.severity_reason,
        "labels": json.dumps(change.labels, ensure_ascii=False),
        "detected_at": to_text(change.detected_at),
    }
    names = ", ".join(values)
    marks = ", ".join(f":{name}" for name in values)
    cursor = db.execute(f"INSERT INTO changes ({names}) VALUES ({marks})", values)
    return int(cursor.lastrowid or 0)


SELECT = """
SELECT c.*,
  (SELECT json_group_array(json_array(outlet, seen_at)) FROM carriers k
    WHERE k.change_id = c.change_id) AS carriers,
  cl.text AS claim_text, cl.story_id, cl.first_seen_at AS claim_first_seen,
  st.title AS story_title, ar.title AS article_title, ar.language
FROM changes c JOIN claims cl USING (claim_id)
LEFT JOIN stories st ON st.story_id = cl.story_id
LEFT JOIN articles ar ON ar.article_id = c.article_id
"""


def from_row(row: sqlite.Row, *, until: str | None = None) -> Change:
    """The change as routing and rendering see it, with its carriers `until` then."""
    later = sorted((seen, outlet) for outlet, seen in json.loads(row["carriers"]))
    return Change(
        change_id=row["change_id"],
        kind=ChangeKind(row["kind"]),
        severity=Severity(row["severity"]),
        claim_id=row["claim_id"],
        claim=row["claim_text"],
        before=side_of(row["before"]),
        after=side_of(row["after"]),
        reason=row["reason"],
        detected_at=to_time(row["detected_at"]),
        article_url=row["article_url"],
        article_title=row["article_title"] or "",
        outlet=row["outlet"],
        sub_kinds=tuple(ChangeKind(kind) for kind in json.loads(row["sub_kinds"])),
        source=row["source"],
        source_kind=SourceKind(row["source_kind"]) if row["source_kind"] else None,
        chain=tuple(json.loads(row["chain"])),
        measure=row["measure"],
        certainty=Certainty(row["certainty"]),
        language=row["language"],
        story_id=row["story_id"],
        story=row["story_title"],
        feeds=tuple(json.loads(row["feeds"])),
        outlets=tuple(json.loads(row["outlets"])),
        later_outlets=tuple(o for seen, o in later if until is None or seen <= until),
        topics=tuple(json.loads(row["topics"])),
        labels=tuple((name, value) for name, value in json.loads(row["labels"])),
        independent_sources=row["independent_sources"],
        first_seen_at=to_time(row["claim_first_seen"]),
        silent_edit=bool(row["is_silent_edit"]),
        digest=row["disposition"] == "digest",
    )
