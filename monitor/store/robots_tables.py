"""Migration: the robots.txt files that say which pages may be fetched."""

from __future__ import annotations

ROBOTS = """
-- what each host allows, kept for a day
CREATE TABLE robots (
  -- scheme, host and port
  origin TEXT PRIMARY KEY,
  -- the file; '' = there is none, NULL = it could not be read yet
  text TEXT,
  -- asked again after this
  expires_at TEXT NOT NULL,
  -- first of the failures in a row, NULL when it was read
  failing_since TEXT
) STRICT, WITHOUT ROWID;
"""
