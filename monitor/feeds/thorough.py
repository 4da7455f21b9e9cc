"""Any feed, through feedparser: the reference for `quick`, and its fallback."""

from __future__ import annotations

import io
from typing import Any

from monitor.feeds.body import defused, needs_charset

# Complaints of feedparser that say nothing about the entries.
_HARMLESS = ("CharacterEncodingOverride", "NonXMLContentType")


def read(body: bytes, charset: str | None) -> tuple[dict[str, Any], str | None]:
    """The feed as feedparser gives it, and what is wrong with it, if anything."""
    try:
        parsed = _feedparser(body, charset)
        note = None
    except Exception:
        # one impossible character reference or encoding name need not cost the feed
        parsed = _feedparser(defused(body), None)
        note = "was repaired before parsing"
    error = parsed.get("bozo_exception")
    if parsed["bozo"] and type(error).__name__ not in _HARMLESS:
        note = note or f"is malformed: {' '.join(str(error).split())[:200]}"
    return parsed, note


def _feedparser(body: bytes, charset: str | None) -> dict[str, Any]:
    # lazily: 60 ms that only a worker needs
    import feedparser

    headers = {}
    if charset and needs_charset(body, charset):
        headers["content-type"] = f"application/xml; charset={charset}"
    # only a stream: feedparser opens a path or URL that bytes or str happen to spell
    return dict(
        feedparser.parse(
            io.BytesIO(body),
            response_headers=headers,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    )
