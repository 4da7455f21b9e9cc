"""Migration: hosts that asked for a pause."""

from __future__ import annotations

HOST_PAUSES = """
-- hosts that asked for a pause (429 or 503 with Retry-After)
CREATE TABLE host_pauses (
  host TEXT PRIMARY KEY,
  -- none of its feeds and pages is asked for before then
  paused_until TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""
