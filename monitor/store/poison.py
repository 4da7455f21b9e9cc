"""Rows that broke a stage by an unforeseen error: they step aside, marked (I6)."""

from __future__ import annotations

from datetime import timedelta

# How far such a row moves ahead, so that the loop goes on.
DELAY = timedelta(hours=1)
# What marks its error, as a LIKE pattern.
MARKED = "unforeseen:%"
# Characters of the error that are kept.
_LONGEST = 300


def text_of(error: Exception) -> str:
    """The error as the row keeps it, in one line."""
    text = f"unforeseen: {type(error).__name__}: {error}"
    return text.replace("\n", " ")[:_LONGEST]
