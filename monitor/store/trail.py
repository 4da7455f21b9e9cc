"""Trails for `show` and `explain`: from entry to delivery. Reads only.

Rows come as plain dicts with the names of the columns: they are for reading.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from monitor.store import pauses, sqlite
from monitor.store.database import Store
from monitor.store.reading import ListedChange
from monitor.store.times import to_text

Row = dict[str, Any]

# Characters of the sentence's surroundings that make a quote understandable.
CONTEXT = 80


def _rows(store: Store, sql: str, values: Sequence[Any] = ()) -> list[Row]:
    return [_row(row) for row in store.all(sql, values)]


def _row(row: sqlite.Row) -> Row:
    return {key: row[key] for key in row.keys()}  # noqa: SIM118  (Row iterates values)


# ------------------------------------------------------------------ claims and changes


def sightings(store: Store, claim_id: int) -> list[Row]:
    """Every sighting of a claim in time order, with the words around its quote.

    `seen_at` is when that revision was fetched; an unchanged sentence keeps the
    `first_seen_at` of an earlier revision.
    """
    found = _rows(
        store,
        """
        SELECT s.sighting_id, s.assertion_id, coalesce(src.name, a.outlet) AS source,
          ar.url AS article_url, ar.outlet, ar.title, r.number AS revision, s.weight,
          s.quote, s.start_offset AS start, s.end_offset AS end,
          r.fetched_at AS seen_at, s.first_seen_at,
          s.last_seen_at, s.gone_since, s.removed_at,
          substr(r.text, max(1, s.start_offset + 1 - ?1),
            min(?1, s.start_offset)) AS context_before,
          substr(r.text, s.end_offset + 1, ?1) AS context_after
        FROM sightings s JOIN assertions a USING (assertion_id)
        JOIN revisions r ON r.revision_id = s.revision_id
        JOIN articles ar ON ar.article_id = s.article_id
        LEFT JOIN sources src ON src.source_id = a.source_id
        WHERE a.claim_id = ?2
        ORDER BY r.fetched_at, ar.article_id, s.start_offset, s.sighting_id
        """,
        (CONTEXT, claim_id),
    )
    for row in found:
        # only of the same paragraph
        row["context_before"] = row["context_before"].rpartition("\n")[2]
        row["context_after"] = row["context_after"].partition("\n")[0]
    return found


def notes(store: Store, claim_id: int) -> list[Row]:
    """What users wrote about a claim."""
    return _rows(
        store,
        "SELECT note_id, author, text, created_at, change_id FROM notes "
        "WHERE claim_id = ? ORDER BY note_id",
        (claim_id,),
    )


def alerts_of(store: Store, change_id: int) -> list[Row]:
    """The alerts that a change went into, each with its deliveries."""
    found = _rows(
        store,
        "SELECT a.alert_id, a.alert_key AS alert, a.route, a.group_key, a.is_digest, "
        "ac.reason, ac.withheld, a.created_at, a.flush_at, a.closed_at, a.acknowledged_at, "
        "a.acknowledged_by FROM alert_changes ac JOIN alerts a USING (alert_id) "
        "WHERE ac.change_id = ? ORDER BY a.alert_id",
        (change_id,),
    )
    for row in found:
        row["deliveries"] = deliveries_of(store, row["alert_id"])
    return found


def why_not_sent(store: Store, listed: ListedChange) -> str | None:
    """Why nobody was told of a change (yet); None if somebody was."""
    if listed.disposition == "record":
        return listed.disposition_reason
    alerts = alerts_of(store, listed.change.change_id)
    if not alerts:
        return "no route took it"
    if all(alert["withheld"] for alert in alerts):
        return f"withheld: {alerts[0]['withheld']}"
    deliveries = [row for alert in alerts for row in alert["deliveries"]]
    if any(row["status"] == "sent" for row in deliveries):
        return None
    pending = {row["channel"] for row in deliveries if row["status"] == "pending"}
    if pending:
        waiting = "the digest" if listed.disposition == "digest" else "its group"
        due = min(r["next_attempt_at"] for r in deliveries if r["next_attempt_at"])
        failed = next((row["error"] for row in deliveries if row["error"]), None)
        why = f"the last try failed: {failed}" if failed else f"waits for {waiting}"
        paused = [
            f"; {one.channel} is left alone until {to_text(one.until)}"
            for one in pauses.listed(store)
            if one.until is not None and one.channel in pending
        ]
        return f"{why}; due {due}" + "".join(paused)
    statuses = ", ".join(f"{row['channel']} {row['status']}" for row in deliveries)
    return f"not delivered: {statuses}"


def deliveries_of(store: Store, alert_id: int) -> list[Row]:
    """The deliveries of an alert with every attempt and the message as sent."""
    found = _rows(
        store,
        "SELECT delivery_id AS id, channel, status, attempts, next_attempt_at, "
        "sent_at, error, escalation, message FROM deliveries WHERE alert_id = ? "
        "ORDER BY delivery_id",
        (alert_id,),
    )
    for row in found:
        row["message"] = row["message"] and json.loads(row["message"])
        row["tries"] = _rows(
            store,
            "SELECT attempted_at, is_ok, detail FROM attempts "
            "WHERE delivery_id = ? ORDER BY attempt_id",
            (row["id"],),
        )
    return found


def alert_keys(store: Store, beginning: str) -> list[tuple[int, str]]:
    """Ids and keys of the alerts whose key begins so; an exact match alone."""
    exact = store.all(
        "SELECT alert_id, alert_key FROM alerts WHERE lower(alert_key) = lower(?)",
        (beginning,),
    )
    found = exact or store.all(
        "SELECT alert_id, alert_key FROM alerts "
        "WHERE substr(lower(alert_key), 1, ?) = lower(?) ORDER BY alert_id LIMIT 10",
        (len(beginning), beginning),
    )
    return [(row[0], row[1]) for row in found]


# ------------------------------------------------------------------ articles and feeds


def article(store: Store, urls: Sequence[str]) -> Row | None:
    """The article at one of these spellings of a URL: its page's, or an entry's."""
    marks = sqlite.marks(urls)
    found = _rows(
        store,
        f"SELECT * FROM articles WHERE url IN ({marks}) UNION ALL "
        "SELECT a.* FROM entries e JOIN articles a USING (article_id) "
        f"WHERE e.url IN ({marks}) LIMIT 1",
        [*urls, *urls],
    )
    if not found:
        return None
    kept = found[0]["same_as_article_id"]
    if kept is None:
        return found[0]
    return _rows(store, "SELECT * FROM articles WHERE article_id = ?", (kept,))[0]


def entries(store: Store, article_id: int) -> list[Row]:
    """The feeds' entries that point to an article."""
    return _rows(
        store,
        "SELECT f.name AS feed, e.guid, e.title, e.published_at, e.first_seen_at, "
        "e.last_seen_at, f.baselined_at FROM entries e JOIN feeds f USING (feed_id) "
        "WHERE e.article_id = ? ORDER BY e.first_seen_at, e.entry_id",
        (article_id,),
    )


def revisions(store: Store, article_id: int) -> list[Row]:
    """The stored states of an article's text, without the text."""
    return _rows(
        store,
        "SELECT number, fetched_at, length(text) AS characters, correction, "
        "is_from_feed, is_silent_edit, analysis, revision_id FROM revisions WHERE article_id = ? "
        "ORDER BY number",
        (article_id,),
    )


def claims_in(store: Store, article_id: int) -> list[Row]:
    """The claims that an article states or stated, in the order of its text."""
    return _rows(
        store,
        "SELECT c.claim_id, c.text AS claim, coalesce(src.name, a.outlet) AS source, "
        "a.certainty, m.label AS measure, s.quote, r.number AS revision, "
        "s.gone_since, s.removed_at FROM sightings s "
        "JOIN assertions a USING (assertion_id) JOIN claims c USING (claim_id) "
        "JOIN revisions r ON r.revision_id = s.revision_id "
        "LEFT JOIN sources src ON src.source_id = a.source_id "
        "LEFT JOIN measures m ON m.measure_id = c.measure_id "
        # by revision: there is no index of all sightings of an article
        "WHERE s.revision_id IN (SELECT revision_id FROM revisions "
        "WHERE article_id = ?) AND s.sighting_id = (SELECT max(x.sighting_id) "
        "FROM sightings x WHERE x.assertion_id = s.assertion_id "
        "AND x.article_id = s.article_id) ORDER BY r.number DESC, s.start_offset",
        (article_id,),
    )


def purged_at(store: Store, urls: Sequence[str]) -> str | None:
    """When retention removed the article, if it did."""
    marks = sqlite.marks(urls)
    row = store.one(
        f"SELECT max(purged_at) FROM tombstones WHERE url IN ({marks})", list(urls)
    )
    return None if row is None else row[0]


def feed(store: Store, urls: Sequence[str]) -> Row | None:
    """The feed at one of these addresses."""
    marks = sqlite.marks(urls)
    found = _rows(
        store,
        "SELECT name, state, error, last_ok_at, next_poll_at, is_active FROM feeds "
        f"WHERE url IN ({marks}) OR fetch_url IN ({marks}) LIMIT 1",
        [*urls, *urls],
    )
    return found[0] if found else None


def origin(store: Store, change_id: int) -> list[Row]:
    """Where a change was read: its revision, once for each feed that listed it."""
    return _rows(
        store,
        "SELECT f.name AS feed, e.guid, e.first_seen_at AS listed_at, "
        "ar.url AS article_url, r.number AS revision, r.fetched_at "
        "FROM changes c JOIN articles ar USING (article_id) "
        "LEFT JOIN revisions r ON r.revision_id = c.revision_id "
        "LEFT JOIN entries e ON e.article_id = ar.article_id "
        "LEFT JOIN feeds f ON f.feed_id = e.feed_id "
        "WHERE c.change_id = ? ORDER BY e.first_seen_at, e.entry_id",
        (change_id,),
    )


# ------------------------------------------------------------------ deliveries


def deliveries(store: Store, statuses: Sequence[str], *, limit: int) -> list[Row]:
    """The outbox, newest first; no status = all of them."""
    where = f"WHERE status IN ({sqlite.marks(statuses)})" if statuses else ""
    return _rows(
        store,
        "SELECT delivery_id AS id, alert_key AS alert, route, channel, status, "
        "attempts, next_attempt_at, sent_at, error, created_at, changes "
        f"FROM outbox {where} ORDER BY id DESC LIMIT ?",
        [*statuses, limit],
    )


def delivery_statuses(store: Store, ids: Sequence[int]) -> dict[int, str]:
    """Which of these deliveries exist, and how they stand."""
    rows = store.all(
        "SELECT delivery_id, status FROM deliveries WHERE delivery_id IN "
        "(SELECT value FROM json_each(?))",
        (json.dumps(list(ids)),),
    )
    return {row[0]: row[1] for row in rows}


def deliveries_with(store: Store, status: str) -> list[int]:
    """Ids of all deliveries of that status."""
    rows = store.all(
        "SELECT delivery_id FROM deliveries WHERE status = ? ORDER BY delivery_id",
        (status,),
    )
    return [row[0] for row in rows]


def channel_counts(store: Store) -> dict[str, dict[str, int]]:
    """Deliveries of each channel by status."""
    found: dict[str, dict[str, int]] = {}
    for row in store.all(
        "SELECT channel, status, count(*) FROM deliveries GROUP BY channel, status"
    ):
        found.setdefault(row[0], {})[row[1]] = int(row[2])
    return found
