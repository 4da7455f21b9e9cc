"""News sitemaps: the list of recent articles that outlets keep for search engines.

Many outlets without a feed have one. https://www.sitemaps.org/protocol.html, with
Google's `news:` elements; elements are told by their local names.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from lxml import etree

from monitor import urls
from monitor.errors import ParseError
from monitor.feeds import build
from monitor.model import ParsedEntry, ParsedFeed


def parse(body: bytes, url: str, limit: int) -> ParsedFeed:
    """Read a news sitemap; raises ParseError."""
    # no entities, no network, no depth or size beyond libxml2's own limits
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    tree = etree.fromstring(body, parser)
    if tree is not None and _name(tree) == "sitemapindex":
        raise ParseError("is a list of sitemaps, not a feed: name one of them")
    found = [facts for facts in map(_facts, _pages(tree)) if facts.get("title")]
    if not found:
        raise ParseError("is a sitemap without news, not a feed")
    note = None
    if parser.error_log:
        note = f"is malformed: {parser.error_log[0].message[:200]}"
    return build.feed(
        [_entry(facts, url) for facts in found[:limit]],
        total=len(found),
        title=build.plain(found[0].get("name")),
        language=build.language(found[0].get("language")),
        note=note,
        ttl=None,
        hub=None,
    )


def _pages(tree: Any) -> Iterator[Any]:
    for page in () if tree is None else tree:
        if _name(page) == "url":
            yield page


def _facts(page: Any) -> dict[str, str]:
    """The texts of a page's own elements and of those under `news:news`."""
    facts: dict[str, str] = {}
    for part in page:
        inner = part.iter() if _name(part) == "news" else (part,)
        for element in inner:
            text = (element.text or "").strip()
            if text:
                facts.setdefault(_name(element), text)
    return facts


def _entry(facts: dict[str, str], url: str) -> ParsedEntry:
    link = facts.get("loc", "")
    title = build.plain(facts.get("title"))
    published = _moment(facts.get("publication_date"))
    return ParsedEntry(
        guid=build.guid(link, title),
        url=urls.canonical(link, url) if link else None,
        title=title,
        content_html="",
        published_at=published or _moment(facts.get("lastmod")),
        updated_at=_moment(facts.get("lastmod")),
    )


def _name(element: Any) -> str:
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _moment(text: str | None) -> datetime | None:
    try:
        when = datetime.fromisoformat(text or "")
        return build.sane(when if when.tzinfo else when.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None
