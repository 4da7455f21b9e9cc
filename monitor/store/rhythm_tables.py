"""Migration: what is known of each feed's rhythm, and why it is polled when it is."""

from __future__ import annotations

RHYTHM = """
-- first failure in a row, NULL when well
ALTER TABLE feeds ADD COLUMN failing_since TEXT;
-- last poll that brought a new entry
ALTER TABLE feeds ADD COLUMN last_new_at TEXT;
-- median gap between its newest entries, by their dates
ALTER TABLE feeds ADD COLUMN gap_s INTEGER;
-- the wait between polls that the feed itself asks for (ttl, sy:updatePeriod)
ALTER TABLE feeds ADD COLUMN ttl_s INTEGER;
-- the wait in use, without its jitter, and why
ALTER TABLE feeds ADD COLUMN wait_s INTEGER;
ALTER TABLE feeds ADD COLUMN wait_reason TEXT;

DROP VIEW feed_health;
-- how each feed is doing, and how often and why it is polled
CREATE VIEW feed_health AS
SELECT f.name, f.outlet, f.state, f.error, f.failures, f.failing_since,
  f.last_polled_at, f.last_ok_at, f.next_poll_at, f.wait_s, f.wait_reason,
  f.baselined_at, f.url,
  (SELECT count(*) FROM entries e WHERE e.feed_id = f.feed_id) AS entries,
  (SELECT count(DISTINCT e.article_id) FROM entries e WHERE e.feed_id = f.feed_id)
    AS articles,
  f.is_active
FROM feeds f ORDER BY f.name;
"""
