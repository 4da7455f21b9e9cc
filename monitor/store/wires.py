"""Signatures of article texts, by which copies of one wire text are found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from monitor.store import sqlite
from monitor.store.times import to_text


def note(
    db: sqlite.Connection, article_id: int, wire_key: str | None, bands: Iterable[str]
) -> None:
    """Note the text's signature, by which copies of one wire text are found."""
    db.execute(
        "UPDATE articles SET wire_key = ? WHERE article_id = ?", (wire_key, article_id)
    )
    db.execute("DELETE FROM wire_bands WHERE article_id = ?", (article_id,))
    db.executemany(
        "INSERT OR IGNORE INTO wire_bands (band, article_id) VALUES (?, ?)",
        [(band, article_id) for band in bands],
    )


def same_outlet(
    db: sqlite.Connection,
    article_id: int,
    outlet: str,
    bands: Sequence[str],
    *,
    since: datetime,
) -> list[tuple[int, str, str | None, str]]:
    """(id, address, canonical address, signature) of the outlet's like texts."""
    if not bands:
        return []
    marks = sqlite.marks(bands)
    rows = db.execute(
        "SELECT DISTINCT a.article_id, a.url, a.canonical_url, a.wire_key "
        "FROM wire_bands b JOIN articles a USING (article_id) "
        f"WHERE b.band IN ({marks}) AND a.article_id <> ? AND a.outlet = ? "
        "AND a.first_seen_at >= ? AND a.same_as_article_id IS NULL "
        "ORDER BY a.article_id",
        [*bands, article_id, outlet, to_text(since)],
    )
    return [tuple(row) for row in rows]


def candidates(
    db: sqlite.Connection, article_id: int, bands: Sequence[str], *, since: datetime
) -> list[tuple[str, str, int | None]]:
    """(signature, outlet, story) of other articles that share a band, seen since."""
    if not bands:
        return []
    marks = sqlite.marks(bands)
    rows = db.execute(
        "SELECT DISTINCT a.article_id, a.wire_key, a.outlet, a.story_id "
        "FROM wire_bands b JOIN articles a USING (article_id) "
        f"WHERE b.band IN ({marks}) AND a.article_id <> ? AND a.first_seen_at >= ?",
        [*bands, article_id, to_text(since)],
    )
    return [(row["wire_key"], row["outlet"], row["story_id"]) for row in rows]
