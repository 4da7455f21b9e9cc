"""Migration: how often outlets edit is counted from an index, each hour."""

from __future__ import annotations

HABITS = """
CREATE INDEX articles_habits ON articles (first_seen_at, outlet, revision_count)
  WHERE is_silent = 0;
"""
