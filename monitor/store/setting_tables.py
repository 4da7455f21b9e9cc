"""Migration: the places around what a figure counts."""

from __future__ import annotations

SETTINGS = """
-- of a count of people: the places in its sentence, else in its paragraph, else at the
-- head of the article, JSON
ALTER TABLE assertions ADD COLUMN setting TEXT NOT NULL DEFAULT '[]';
"""
