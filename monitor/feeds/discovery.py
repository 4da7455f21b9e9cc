"""Where a site's feeds may be: what its page links to, and where they often are. Pure.

Read with patterns of bounded length: a page is hostile until proven otherwise, and this
runs in the program that the user waits for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

from monitor import urls

# Links stand in the head; a page's own text may be long.
SEARCHED = 300_000
# Beyond this a page lists the feeds of each of its sections.
MOST = 12
# Where common software keeps its feed, in the order of what we found most.
PATHS = (
    "/feed",
    "/rss",
    "/rss.xml",
    "/feed.xml",
    "/atom.xml",
    "/index.xml",
    "/feed.json",
    "/news-sitemap.xml",
)
_LINK = re.compile(r"<link\b([^<>]{1,2000})>", re.IGNORECASE)
_BASE = re.compile(r"<base\b([^<>]{1,2000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"""([a-z:-]{1,30})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))""", re.IGNORECASE
)
_TYPES = re.compile(r"application/(?:(?:rss|atom|rdf)\+xml|feed\+json)", re.IGNORECASE)
_COMMENTS = re.compile(r"comment|kommentar|/replies", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address that may be a feed's, and what the page calls it."""

    url: str
    title: str = ""

    @property
    def is_comments(self) -> bool:
        """Whether it seems to hold readers' comments, not news."""
        return bool(_COMMENTS.search(f"{self.url} {self.title}"))


def linked(html: str, url: str) -> tuple[Candidate, ...]:
    """The feeds that a page at `url` links to, in its order, comments last."""
    head = html[:SEARCHED]
    base = _BASE.search(head)
    home = urls.canonical(_attributes(base[1]).get("href", ""), url) if base else None
    found: dict[str, Candidate] = {}
    for link in _LINK.finditer(head):
        facts = _attributes(link[1])
        if "alternate" not in facts.get("rel", "").lower().split():
            continue
        if not _TYPES.fullmatch(facts.get("type", "").strip()):
            continue
        target = urls.canonical(facts.get("href", ""), home or url)
        if target is not None:
            title = " ".join(facts.get("title", "").split())[:200]
            found.setdefault(target, Candidate(target, title))
    ordered = sorted(found.values(), key=lambda each: each.is_comments)
    return tuple(ordered[:MOST])


def guessed(url: str) -> tuple[Candidate, ...]:
    """Where the feeds of a site often are."""
    places = (urls.canonical(path, url) for path in PATHS)
    return tuple(Candidate(place) for place in places if place is not None)


def _attributes(text: str) -> dict[str, str]:
    return {
        match[1].lower(): unescape(match[2] or match[3] or match[4] or "")
        for match in _ATTRIBUTE.finditer(text)
    }
