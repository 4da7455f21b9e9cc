"""Migration: who says later what a change told."""

from __future__ import annotations

CARRIERS = """
-- outlets that came to say what a change told, after it was told
CREATE TABLE carriers (
  change_id INTEGER NOT NULL REFERENCES changes (change_id) ON DELETE CASCADE,
  outlet TEXT NOT NULL,
  article_url TEXT NOT NULL,
  seen_at TEXT NOT NULL,
  PRIMARY KEY (change_id, outlet)
) STRICT, WITHOUT ROWID;
"""
