"""Migration: how many alerts a route opened of late is read at each new one."""

from __future__ import annotations

OPENED = """
CREATE INDEX alerts_opened ON alerts (route, created_at) WHERE is_digest = 0;
"""
