"""What the pages of alerts and deliveries read."""

from __future__ import annotations

import json

from monitor.store.database import Store
from monitor.store.trail import Row


def listed(store: Store, *, status: str, before_id: int, size: int) -> list[Row]:
    """Alerts, newest first, below this id; `status`: with such a delivery.

    A status goes by its deliveries, which stand in the order of their alerts.
    """
    if status:
        ids = store.all(
            "SELECT DISTINCT alert_id FROM deliveries WHERE status = ? "
            "AND alert_id < ? ORDER BY delivery_id DESC LIMIT ?",
            (status, before_id, size),
        )
    else:
        ids = store.all(
            "SELECT alert_id FROM alerts WHERE alert_id < ? "
            "ORDER BY alert_id DESC LIMIT ?",
            (before_id, size),
        )
    given = (json.dumps([row[0] for row in ids]),)
    rows = store.all(
        "SELECT a.alert_id, a.alert_key, a.route, a.group_key, a.is_digest, "
        "a.created_at, a.flush_at, a.closed_at, a.acknowledged_at, a.acknowledged_by, "
        "a.notice, (SELECT count(*) FROM alert_changes x WHERE x.alert_id = a.alert_id) "
        "AS changes, (SELECT count(*) FROM alert_changes x "
        "WHERE x.alert_id = a.alert_id AND x.withheld IS NOT NULL) AS withheld, "
        "(SELECT c.reason FROM alert_changes x JOIN changes c USING (change_id) "
        "WHERE x.alert_id = a.alert_id ORDER BY x.change_id LIMIT 1) AS reason, "
        "(SELECT cl.text FROM alert_changes x JOIN changes c USING (change_id) "
        "JOIN claims cl USING (claim_id) WHERE x.alert_id = a.alert_id "
        "ORDER BY x.change_id LIMIT 1) AS claim "
        "FROM alerts a WHERE a.alert_id IN (SELECT value FROM json_each(?)) "
        "ORDER BY a.alert_id DESC",
        given,
    )
    deliveries = store.all(
        "SELECT alert_id, channel, status, attempts, next_attempt_at, sent_at, error "
        "FROM deliveries WHERE alert_id IN (SELECT value FROM json_each(?)) "
        "ORDER BY delivery_id",
        given,
    )
    by_alert: dict[int, list[Row]] = {}
    for row in deliveries:
        by_alert.setdefault(row["alert_id"], []).append(dict(row))
    return [dict(row) | {"deliveries": by_alert.get(row[0], [])} for row in rows]


def read(store: Store, key: str) -> Row | None:
    """The alert of that key, or None."""
    row = store.one("SELECT * FROM alerts WHERE alert_key = ?", (key,))
    return None if row is None else dict(row)


def in_alert(store: Store, alert_id: int, *, most: int) -> list[Row]:
    """Its changes: why the route took each, and why one is left out."""
    rows = store.all(
        "SELECT change_id, reason, withheld FROM alert_changes WHERE alert_id = ? "
        "ORDER BY change_id LIMIT ?",
        (alert_id, most),
    )
    return [dict(row) for row in rows]


def counts(store: Store) -> dict[str, int]:
    """What waits and what failed for good."""
    found = {}
    for status in ("pending", "dead"):
        row = store.one("SELECT count(*) FROM deliveries WHERE status = ?", (status,))
        found[status] = int(row[0]) if row else 0
    return found
