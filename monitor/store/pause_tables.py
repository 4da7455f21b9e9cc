"""Migration: channels that refuse, and how long they are left alone."""

from __future__ import annotations

PAUSES = """
CREATE TABLE pauses (
  channel TEXT PRIMARY KEY,
  -- attempts in a row that failed
  failures INTEGER NOT NULL,
  -- nothing is sent to it before then; NULL while it is still tried
  paused_until TEXT,
  -- what the last attempt brought, one line
  reason TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""
