"""Migration 0002: why a change is loud, what withholds it, pins, notices, episodes."""

from __future__ import annotations

ALERTING = """
-- why the severity is what it is
ALTER TABLE changes ADD COLUMN severity_reason TEXT NOT NULL DEFAULT '';
-- the feeds' own labels when it was seen, JSON list of [name, value]
ALTER TABLE changes ADD COLUMN labels TEXT NOT NULL DEFAULT '[]';
-- why this change is left out of this alert (a silence, an inhibition)
ALTER TABLE alert_changes ADD COLUMN withheld TEXT;
-- what is withheld was decided then, once, before the first attempt
ALTER TABLE alerts ADD COLUMN settled_at TEXT;
-- a notice about Claimwatch itself instead of changes, JSON with title and body
ALTER TABLE alerts ADD COLUMN notice TEXT;
-- what the user confirmed, JSON like a side of a change
ALTER TABLE assertions ADD COLUMN pinned_side TEXT;

-- trouble with a feed, all feeds or a channel, from its beginning to its end
CREATE TABLE episodes (
  episode_id INTEGER PRIMARY KEY,
  -- what is in trouble: feed bbc, all feeds, channel desk
  subject TEXT NOT NULL,
  reason TEXT NOT NULL,
  started_at TEXT NOT NULL,
  told_at TEXT,
  ended_at TEXT
) STRICT;
CREATE UNIQUE INDEX episodes_open ON episodes (subject) WHERE ended_at IS NULL;
"""
