"""What was sent, for comparing. Reads only."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from monitor.store.database import Store
from monitor.store.times import to_text, to_time


@dataclass(frozen=True, slots=True)
class SentAlert:
    """An alert that at least one channel took."""

    key: str
    route: str
    sent_at: datetime


def names_of(
    store: Store, since: datetime
) -> dict[int, tuple[tuple[str, ...], str | None]]:
    """By change: the names in its assertion and its measure, as topics know them."""
    rows = store.all(
        "SELECT c.change_id, a.entities, m.key FROM changes c "
        "JOIN assertions a USING (assertion_id) "
        "JOIN claims cl ON cl.claim_id = c.claim_id "
        "LEFT JOIN measures m ON m.measure_id = cl.measure_id WHERE c.detected_at >= ?",
        (to_text(since),),
    )
    return {row[0]: (tuple(json.loads(row[1])), row[2]) for row in rows}


def sent_alerts(store: Store, since: datetime) -> list[SentAlert]:
    """Alerts made since then that were sent, notices aside."""
    rows = store.all(
        "SELECT a.alert_key, a.route, min(t.attempted_at) AS sent FROM alerts a "
        "JOIN deliveries d USING (alert_id) JOIN attempts t USING (delivery_id) "
        "WHERE a.notice IS NULL AND t.is_ok = 1 AND a.created_at >= ? "
        "GROUP BY a.alert_id ORDER BY a.alert_id",
        (to_text(since),),
    )
    return [SentAlert(row[0], row[1], to_time(row[2])) for row in rows]
