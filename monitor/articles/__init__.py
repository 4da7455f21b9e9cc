"""HTML to Document, and whether a fetched page is the article at all.

Pure: bytes in, values out. Nothing heavy is imported until the first call, so the
daemon's own process may import this package; only analysis workers call it.
"""

from __future__ import annotations

from monitor.articles.extraction import RULES, extract, from_feed, preload
from monitor.articles.quality import is_challenge, judge

__all__ = ["RULES", "extract", "from_feed", "is_challenge", "judge", "preload"]
