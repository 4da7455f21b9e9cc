"""JSON Feed."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from monitor import urls
from monitor.errors import ParseError
from monitor.feeds import build
from monitor.model import ParsedEntry, ParsedFeed


def parse(body: bytes, url: str, limit: int) -> ParsedFeed:
    """Read a JSON Feed; raises ParseError."""
    try:
        document = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ParseError("is JSON, but malformed") from error
    if "jsonfeed.org/version" not in str(document.get("version")):
        raise ParseError("is JSON, but not a JSON Feed")
    raw = [item for item in _list(document.get("items")) if isinstance(item, dict)]
    hubs = [hub for hub in _list(document.get("hubs")) if isinstance(hub, dict)]
    return build.feed(
        [_entry(item, url) for item in raw[:limit]],
        total=len(raw),
        title=build.plain(document.get("title")),
        language=build.language(document.get("language")),
        note=None,
        ttl=None,
        hub=urls.canonical(str(hubs[0].get("url") or ""), url) if hubs else None,
    )


def _entry(item: Mapping[str, Any], url: str) -> ParsedEntry:
    title = build.plain(item.get("title"))
    link = str(item.get("url") or item.get("external_url") or "")
    published = _iso(item.get("date_published"))
    updated = _iso(item.get("date_modified"))
    content = item.get("content_html")
    if not isinstance(content, str):
        content = html.escape(str(item.get("content_text") or ""), quote=False)
    identity = item.get("id")
    return ParsedEntry(
        guid=build.guid(str(link if identity is None else identity), title),
        url=urls.canonical(link, url) if link.strip() else None,
        title=title,
        content_html=content,
        published_at=published or updated,
        updated_at=updated,
    )


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _iso(value: object) -> datetime | None:
    try:
        when = datetime.fromisoformat(str(value))
        return build.sane(when if when.tzinfo else when.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None
