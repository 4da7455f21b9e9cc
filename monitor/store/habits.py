"""How many of each outlet's recent articles were read, and how many edited."""

from __future__ import annotations

from datetime import datetime

from monitor.habits import LATELY, SETTLED, Habit
from monitor.store.database import Store
from monitor.store.times import to_text

# Answered from an index alone: 1,000,000 articles must not stop the checks each hour.
COUNT = (
    "SELECT outlet, count(*) AS read, count(*) FILTER (WHERE revision_count > 1) "
    "AS edited FROM articles WHERE is_silent = 0 AND first_seen_at >= ? "
    "AND first_seen_at < ? AND revision_count > 0 GROUP BY outlet"
)


def by_outlet(store: Store, *, now: datetime) -> dict[str, Habit]:
    """The habit of each outlet whose articles were read lately.

    Not of what was in a feed's first poll: most of that was past its edits.
    """
    rows = store.all(COUNT, (to_text(now - LATELY), to_text(now - SETTLED)))
    return {row["outlet"]: Habit(row["read"], row["edited"]) for row in rows}
