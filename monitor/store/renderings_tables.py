"""Migration: the address that a page itself calls the right one."""

from __future__ import annotations

RENDERINGS = """
-- the address that the page itself calls the right one, if it is not this one
ALTER TABLE articles ADD COLUMN canonical_url TEXT;
"""
