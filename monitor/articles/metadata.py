"""What a page says about itself: headline, dates, canonical URL, language.

Pure. Reads a parsed tree once and cheaply; htmldate and trafilatura's metadata cost
10 ms a page and guess, so they are not used: no date is better than a wrong one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from monitor import urls
from monitor.articles.lines import is_furniture, same_words, squeeze

_PUBLISHED = (
    "article:published_time",
    "og:published_time",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "dc.date.issued",
    "dcterms.created",
    "dc.date",
    "pubdate",
    "publishdate",
    "publish-date",
    "date",
)
_MODIFIED = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "lastmod",
    "last-modified",
    "dcterms.modified",
    "dc.date.modified",
)
_ARTICLE_TYPES = re.compile(
    r"Article|Posting|Report|Review|LiveBlog|WebPage", re.IGNORECASE
)
# JSON-LD is untrusted: neither its size nor its depth is ours.
_JSON_LIMIT = 500_000
_JSON_DEPTH = 6
# "Talk to us" of h1 elements is short; a headline of more characters is a paragraph.
_HEADLINE_LENGTH = 300
_PLAUSIBLE_YEARS = range(1990, 2101)

_WORD, _CHARACTER = re.compile(r"\w+"), re.compile(r"\w")
# Thai, Lao, Khmer, Japanese and Chinese are written without spaces between words.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_SEPARATORS = re.compile(r"\s+(?:\||»|::|·|•|-{1,2}|–|—)\s+")


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What the page says about itself; every part may be missing."""

    headline: str
    published_at: datetime | None
    modified_at: datetime | None
    canonical_url: str | None
    language: str | None
    article_body: str


def read(tree: Any, *, url: str, title: str | None) -> PageFacts:
    """Read a parsed page. `title` is the feed's title, the fallback headline."""
    metas = _metas(tree)
    linked = next(_linked_articles(tree), {})
    sites = (metas.get("og:site_name", ""), urls.outlet(url))
    language = str(tree.get("lang") or metas.get("og:locale") or "")
    return PageFacts(
        headline=_headline(tree, metas, sites, title),
        published_at=_first_date(metas, _PUBLISHED)
        or parse_date(linked.get("datePublished")),
        modified_at=parse_date(linked.get("dateModified"))
        or _first_date(metas, _MODIFIED),
        canonical_url=_canonical(tree, metas, url),
        language=language[:2].lower() if language[:2].isalpha() else None,
        article_body=_text(linked.get("articleBody")),
    )


def parse_date(value: object) -> datetime | None:
    """An aware UTC time from ISO 8601 or RFC 2822; a bare clock counts as UTC."""
    text = _text(value).strip()
    if len(text) < 8:
        return None
    parsed: datetime | None = None
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            parsed = parse(text)
            break
        except (ValueError, IndexError, OverflowError):
            continue
    if parsed is None or parsed.year not in _PLAUSIBLE_YEARS:
        return None
    aware = parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    return aware.astimezone(UTC)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _metas(tree: Any) -> dict[str, str]:
    """First non-empty content by lower-case property, name or itemprop."""
    metas: dict[str, str] = {}
    for meta in tree.iter("meta"):
        content = (meta.get("content") or "").strip()
        for attribute in ("property", "name", "itemprop"):
            key = (meta.get(attribute) or "").lower()
            if key and content:
                metas.setdefault(key, content)
    return metas


def _linked_articles(tree: Any) -> Iterator[dict[str, Any]]:
    """JSON-LD objects that describe an article, nearest to an article type first."""
    found: list[dict[str, Any]] = []
    for script in tree.iterfind(".//script[@type='application/ld+json']"):
        source = script.text or ""
        if len(source) > _JSON_LIMIT:
            continue
        try:
            found += _objects(json.loads(source, strict=False), _JSON_DEPTH)
        except (ValueError, RecursionError):
            continue
    dated = [o for o in found if "datePublished" in o or "articleBody" in o]
    return iter(sorted(dated, key=lambda o: "WebPage" in str(o.get("@type"))))


def _objects(node: object, depth: int) -> Iterator[dict[str, Any]]:
    if depth == 0:
        return
    if isinstance(node, list):
        for item in node:
            yield from _objects(item, depth - 1)
    elif isinstance(node, dict):
        if _ARTICLE_TYPES.search(str(node.get("@type", ""))):
            yield node
        for key in ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement"):
            yield from _objects(node.get(key), depth - 1)


def _first_date(metas: dict[str, str], keys: tuple[str, ...]) -> datetime | None:
    return next((d for d in (parse_date(metas.get(k)) for k in keys) if d), None)


# ------------------------------------------------------------------ headline


def _headline(
    tree: Any, metas: dict[str, str], sites: tuple[str, ...], title: str | None
) -> str:
    """What readers see: the h1 that other titles vouch for, else the best of those."""
    element = tree.find(".//title")
    shared = metas.get("og:title") or metas.get("twitter:title") or ""
    titles = [
        clean_title(t, sites)
        for t in (
            shared,
            element.text_content() if element is not None else "",
            title or "",
        )
    ]
    vouchers = [t for t in titles if t and not any(same_words(t, s) for s in sites)]
    headings = [squeeze(h.text_content()) for h in tree.iter("h1")]
    headings = [
        h for h in headings if 0 < len(h) <= _HEADLINE_LENGTH and not is_furniture(h)
    ]
    for heading in headings:
        if any(_alike(heading, other) for other in vouchers):
            return clean_title(heading, sites)
    if vouchers:
        return vouchers[0]
    return headings[0] if len(headings) == 1 else squeeze(title or "")


def clean_title(title: str, sites: tuple[str, ...]) -> str:
    """The title without " | Outlet" or " - Outlet" at its end."""
    text = squeeze(title)[: 2 * _HEADLINE_LENGTH]
    while True:
        cuts = list(_SEPARATORS.finditer(text))
        if not cuts:
            return text
        head, mark, tail = (
            text[: cuts[-1].start()],
            cuts[-1].group().strip(),
            text[cuts[-1].end() :],
        )
        section = mark in ("|", "»", "::") and len(tail.split()) <= 4
        if len(head.split()) < 3 or not (
            section or any(_names_site(tail, site) for site in sites)
        ):
            return text
        text = head.rstrip()


def _names_site(tail: str, site: str) -> bool:
    """Whether the tail of a title is the outlet's name or host."""
    one = re.sub(r"[\W_]", "", tail.casefold())
    other = re.sub(r"[\W_]", "", site.casefold().removeprefix("www."))
    return len(one) >= 2 and len(other) >= 2 and (one in other or other in one)


def _alike(one: str, other: str) -> bool:
    """At least half of the words of the shorter title are in the longer."""
    unit = _CHARACTER if _UNSPACED.search(one + other) else _WORD
    first, second = (set(unit.findall(t.casefold())) for t in (one, other))
    shorter = min(len(first), len(second))
    if shorter == 1:
        return first == second
    return shorter > 0 and 2 * len(first & second) >= shorter


# ------------------------------------------------------------------ canonical URL


def _canonical(tree: Any, metas: dict[str, str], url: str) -> str | None:
    """link rel=canonical, else og:url: same site, and no home page for an article."""
    links = (
        link.get("href")
        for link in tree.iter("link")
        if "canonical" in (link.get("rel") or "").lower().split()
    )
    for candidate in (next(links, None), metas.get("og:url")):
        found = urls.canonical(candidate, base=url) if candidate else None
        if found is None or urls.outlet(found) != urls.outlet(url):
            continue
        if _is_root(found) and not _is_root(urls.canonical(url) or ""):
            continue
        return found
    return None


def _is_root(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query
