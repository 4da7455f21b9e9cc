"""Feed bytes to a ParsedFeed: RSS, Atom and RDF, JSON Feed, and news sitemaps.

Pure. Ordinary feeds are read by lxml (`quick`), all others by feedparser (`thorough`),
with the same result. feedparser can burn minutes on hostile bytes while it holds the
interpreter, so the daemon calls this in a worker process only. Nothing here is
sanitised: titles, links and content are untrusted and are escaped on output.
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping, Sequence
from typing import Any

from monitor import urls
from monitor.errors import ParseError
from monitor.feeds import build, jsonfeed, quick, sitemap, thorough
from monitor.feeds.body import HEAD, HTML_PAGE, is_other_markup, is_sitemap, nature
from monitor.feeds.build import EARLIEST, LATEST, LONGEST_GUID, LONGEST_TITLE
from monitor.feeds.roles import Unusual
from monitor.model import ParsedFeed

__all__ = [
    "EARLIEST",
    "LATEST",
    "LONGEST_GUID",
    "LONGEST_TITLE",
    "MOST_ENTRIES",
    "parse",
    "parse_quickly",
    "parse_thoroughly",
]

# The longest real feed seen holds 1,046 entries; feedparser takes 1 ms for each.
MOST_ENTRIES = 2_000


def parse(
    body: bytes, *, url: str, charset: str | None, limit: int = MOST_ENTRIES
) -> ParsedFeed:
    """Read a feed fetched from `url`, whose HTTP header named `charset`.

    Entries come in the feed's order, each once (by id, else link, else title).
    Raises ParseError with the cause in a few words, whatever the bytes are.
    """
    start = body[:HEAD].removeprefix(codecs.BOM_UTF8).lstrip()
    if not start:
        raise ParseError("is empty")
    if HTML_PAGE.match(start):
        raise ParseError("is an HTML page, not a feed")
    if is_other_markup(body) and not is_sitemap(start):
        raise ParseError(nature(body))
    try:
        if start.startswith(b"{"):
            return jsonfeed.parse(body, url, limit)
        if is_sitemap(start):
            return sitemap.parse(body, url, limit)
        quickly = parse_quickly(body, url=url, limit=limit)
        return quickly or parse_thoroughly(body, url=url, charset=charset, limit=limit)
    except ParseError:
        raise
    except Exception as error:
        # 7 % of damaged feeds make feedparser raise instead of setting `bozo`
        raise ParseError(f"can't be parsed ({type(error).__name__})") from error


def parse_quickly(body: bytes, *, url: str, limit: int) -> ParsedFeed | None:
    """An ordinary feed; None when it may be anything else."""
    try:
        head, entries, total = quick.read(body, limit)
    except Unusual:
        return None
    return _feed(head, entries, total=total, note=None, url=url)


def parse_thoroughly(
    body: bytes, *, url: str, charset: str | None, limit: int
) -> ParsedFeed:
    """Any feed; raises ParseError, or whatever feedparser raises."""
    starts = [match.start() for match in quick.ENTRY.finditer(body)]
    excess = max(0, len(starts) - limit)
    # nested without end, entries cost feedparser more the deeper they are
    parsed, note = thorough.read(body[: starts[limit]] if excess else body, charset)
    raw: Sequence[Any] = parsed["entries"]
    if not raw and not parsed.get("version"):
        raise ParseError(nature(body))
    if not raw and note is not None and note.startswith("is malformed"):
        raise ParseError(note)
    head = dict(parsed["feed"])
    entries = [dict(each) for each in raw[:limit]]
    note = None if excess else note
    return _feed(head, entries, total=len(raw) + excess, note=note, url=url)


def _feed(
    head: Mapping[str, Any],
    entries: Sequence[Mapping[str, Any]],
    *,
    total: int,
    note: str | None,
    url: str,
) -> ParsedFeed:
    base = urls.canonical(str(head.get("link") or ""), url) or url
    return build.feed(
        [build.entry(each, base) for each in entries],
        total=total,
        title=build.plain(head.get("title")),
        language=build.language(head.get("language")),
        note=note,
        ttl=build.ttl(head),
        hub=build.hub(head.get("links"), url),
    )
