"""Feed bytes to a ParsedFeed: RSS, Atom and RDF through feedparser, and JSON Feed.

Pure. The only import of feedparser. It can burn minutes on hostile bytes while it
holds the interpreter, so the daemon calls this in a worker process only. Nothing here
is sanitised: titles, links and content are untrusted and are escaped on output.
"""

from __future__ import annotations

import calendar
import codecs
import hashlib
import html
import io
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor import urls
from monitor.errors import ParseError
from monitor.model import ParsedEntry, ParsedFeed

# The longest real feed seen holds 1,046 entries; an ordinary one costs 1 ms each.
MOST_ENTRIES = 2_000
# A guid is compared, indexed and shown; longer ones are kept as their hash.
LONGEST_GUID = 1_024
LONGEST_TITLE = 1_000
# News on the web starts here; far-future dates are typing errors (99999-01-01).
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
# A week: more is a mistake of unit (seconds for minutes), not a wish.
LONGEST_TTL_MINUTES = 7 * 24 * 60
_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(days=7),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
# How far into the body its nature shows.
_HEAD = 2_000
# Where an XML declaration and a DOCTYPE may stand.
_PROLOGUE = 16_000
_NATURES: tuple[tuple[re.Pattern[bytes], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), nature)
    for pattern, nature in (
        (rb"%pdf-", "is a PDF file, not a feed"),
        (rb"\x1f\x8b|pk\x03\x04", "is a compressed file, not a feed"),
        (rb"\x89png|\xff\xd8\xff|gif8|riff", "is an image, not a feed"),
        (rb"[{\[]", "is JSON, but not a JSON Feed"),
        (rb"(?s).*?<opml[\s>]", "is an OPML list of feeds, not a feed"),
        (rb"(?s).*?<(?:urlset|sitemapindex)[\s>]", "is a sitemap, not a feed"),
        (rb"(?s).*?<(?:html|head|body)[\s>]", "is an HTML page, not a feed"),
        (rb"(?s).*?<(?:rss|feed|rdf:rdf|channel)[\s>]", "is a feed without entries"),
        (rb"<", "is markup of some other kind, not a feed"),
    )
)
_HTML_PAGE = re.compile(
    rb"(?:<!--(?:(?!-->).)*-->|\s)*(?:<!doctype\s+html|<html[\s>])",
    re.IGNORECASE | re.DOTALL,
)
_DECLARATION = re.compile(rb"^\s*<\?xml[^>]*?\?>", re.IGNORECASE)
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=", re.IGNORECASE)
_DOCTYPE = re.compile(rb"<!DOCTYPE[^>\[]*(?:\[[^\]]*\])?[^>]*>", re.IGNORECASE)
_REFERENCE = re.compile(rb"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));")
_INLINE_TAG = re.compile(
    r"</?(?:a|abbr|b|big|br|cite|code|div|em|font|i|img|mark|p|q|s|small|span|strong"
    r"|sub|sup|u|wbr)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
# Complaints of feedparser that say nothing about the entries.
_HARMLESS = ("CharacterEncodingOverride", "NonXMLContentType")


def parse(
    body: bytes, *, url: str, charset: str | None, limit: int = MOST_ENTRIES
) -> ParsedFeed:
    """Read a feed fetched from `url`, whose HTTP header named `charset`.

    Entries come in the feed's order, each once (by id, else link, else title).
    Raises ParseError with the cause in a few words, whatever the bytes are.
    """
    start = body[:_HEAD].removeprefix(codecs.BOM_UTF8).lstrip()
    if not start:
        raise ParseError("is empty")
    if _HTML_PAGE.match(start):
        raise ParseError("is an HTML page, not a feed")
    try:
        if start.startswith(b"{"):
            return _parse_json(body, url, limit)
        return _parse_xml(body, url, charset, limit)
    except ParseError:
        raise
    except Exception as error:
        # 7 % of damaged feeds make feedparser raise instead of setting `bozo`
        raise ParseError(f"can't be parsed ({type(error).__name__})") from error


# ------------------------------------------------------------------ RSS, Atom, RDF


def _parse_xml(body: bytes, url: str, charset: str | None, limit: int) -> ParsedFeed:
    try:
        parsed = _feedparser(body, charset)
        note = None
    except Exception:
        # one impossible character reference or encoding name need not cost the feed
        parsed = _feedparser(_defused(body), None)
        note = "was repaired before parsing"
    raw: Sequence[Any] = parsed["entries"]
    head = dict(parsed["feed"])
    version = str(parsed.get("version") or "")
    if not raw and not version:
        raise ParseError(_nature(body))
    bozo = bool(parsed["bozo"]) and (
        type(parsed.get("bozo_exception")).__name__ not in _HARMLESS
    )
    if bozo:
        fault = f"is malformed: {_one_line(parsed.get('bozo_exception'))}"
        if not raw:
            raise ParseError(fault)
        note = note or fault
    base = urls.canonical(str(head.get("link") or ""), url) or url
    entries = [_entry(dict(each), base) for each in raw[:limit]]
    return _feed(
        entries,
        total=len(raw),
        title=_plain(head.get("title")),
        language=_language(head.get("language")),
        note=note,
        ttl=_ttl(head),
        hub=_hub(head.get("links"), url),
    )


def _feedparser(body: bytes, charset: str | None) -> dict[str, Any]:
    # lazily: 60 ms that only a worker needs
    import feedparser

    headers = {}
    if charset and _needs_charset(body, charset):
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


def _needs_charset(body: bytes, charset: str) -> bool:
    """Whether the header's charset is our best knowledge: servers often send a default."""
    if _DECLARED.match(body[:_HEAD]) or not _is_text_encoding(charset):
        return False
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


def _is_text_encoding(name: str) -> bool:
    try:
        b"<feed>".decode(name)
    except (LookupError, ValueError):
        return False
    return name.lower() not in ("idna", "punycode", "undefined")


def _defused(body: bytes) -> bytes:
    def possible(match: re.Match[bytes]) -> bytes:
        hexadecimal, decimal = match.groups()
        digits = hexadecimal or decimal
        code = int(digits, 16 if hexadecimal else 10) if len(digits) < 9 else 0
        fine = 0 < code < 0xD800 or 0xDFFF < code < 0x110000
        return match.group() if fine else b"&#xFFFD;"

    head = _DECLARATION.sub(b"", body[:_PROLOGUE], count=1)
    without = _DOCTYPE.sub(b"", head, count=1) + body[_PROLOGUE:]
    return _REFERENCE.sub(possible, without)


def _entry(raw: Mapping[str, Any], base: str) -> ParsedEntry:
    title = _plain(raw.get("title"))
    link = str(raw.get("feedburner_origlink") or raw.get("link") or "")
    published, updated, created = (
        _when(raw.get(f"{name}_parsed")) for name in ("published", "updated", "created")
    )
    identity = str(raw.get("id") or "") or str(raw.get("link") or "")
    return ParsedEntry(
        guid=_guid(identity, str(raw.get("title") or "")),
        url=urls.canonical(link, base) if link.strip() else None,
        title=title,
        content_html=_content(raw),
        published_at=published or created or updated,
        updated_at=updated,
    )


def _content(raw: Mapping[str, Any]) -> str:
    """The longest of content and summary, as HTML."""
    details = [dict(each) for each in raw.get("content") or ()]
    details.append(dict(raw.get("summary_detail") or {"value": raw.get("summary")}))
    best = max(details, key=lambda each: len(str(each.get("value") or "")))
    value = str(best.get("value") or "")
    return (
        html.escape(value, quote=False) if best.get("type") == "text/plain" else value
    )


def _hub(links: object, url: str) -> str | None:
    for link in links if isinstance(links, list) else ():
        if link.get("rel") == "hub":
            return urls.canonical(str(link.get("href") or ""), url)
    return None


def _ttl(head: Mapping[str, Any]) -> int | None:
    minutes = _number(head.get("ttl"))
    period = _PERIODS.get(str(head.get("sy_updateperiod") or "").strip().lower())
    if minutes is None and period:
        frequency = _number(head.get("sy_updatefrequency")) or 1
        minutes = period / timedelta(minutes=1) / max(frequency, 1)
    if minutes is None or minutes < 1:
        return None
    return round(min(minutes, LONGEST_TTL_MINUTES))


# ------------------------------------------------------------------ JSON Feed


def _parse_json(body: bytes, url: str, limit: int) -> ParsedFeed:
    try:
        document = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ParseError("is JSON, but malformed") from error
    if "jsonfeed.org/version" not in str(document.get("version")):
        raise ParseError("is JSON, but not a JSON Feed")
    raw = [item for item in _list(document.get("items")) if isinstance(item, dict)]
    hubs = [hub for hub in _list(document.get("hubs")) if isinstance(hub, dict)]
    return _feed(
        [_json_entry(item, url) for item in raw[:limit]],
        total=len(raw),
        title=_plain(document.get("title")),
        language=_language(document.get("language")),
        note=None,
        ttl=None,
        hub=urls.canonical(str(hubs[0].get("url") or ""), url) if hubs else None,
    )


def _json_entry(item: Mapping[str, Any], url: str) -> ParsedEntry:
    title = _plain(item.get("title"))
    link = str(item.get("url") or item.get("external_url") or "")
    published = _iso(item.get("date_published"))
    updated = _iso(item.get("date_modified"))
    content = item.get("content_html")
    if not isinstance(content, str):
        content = html.escape(str(item.get("content_text") or ""), quote=False)
    identity = item.get("id")
    return ParsedEntry(
        guid=_guid(str(link if identity is None else identity), title),
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
        return _sane(when if when.tzinfo else when.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None


# ------------------------------------------------------------------ both


def _feed(
    entries: Sequence[ParsedEntry],
    *,
    total: int,
    title: str,
    language: str | None,
    note: str | None,
    ttl: int | None,
    hub: str | None,
) -> ParsedFeed:
    distinct: dict[str, ParsedEntry] = {}
    for entry in entries:
        distinct.setdefault(entry.guid, entry)
    capped = total > len(entries)
    if capped:
        note = f"holds {total} entries, of which {len(entries)} were read"
    return ParsedFeed(
        title=title,
        language=language,
        entries=tuple(distinct.values()),
        trustworthy=not capped and note is None,
        ttl_minutes=ttl,
        hub=hub,
        note=note,
    )


def _guid(identity: str, title: str) -> str:
    """The entry's identity: its id or link, else a hash of its title.

    Without the date: an entry whose date moves, or is retyped, is still the same.
    """
    identity = identity.strip()
    if not identity:
        return _hash(title)
    return identity if len(identity) <= LONGEST_GUID else _hash(identity)


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
    return f"sha256:{digest[:32]}"


def _when(parsed: object) -> datetime | None:
    """feedparser's UTC time tuple; it lets the years -1 and 9999 through."""
    try:
        seconds = calendar.timegm(tuple(parsed))  # type: ignore[arg-type]
        return _sane(datetime.fromtimestamp(seconds, UTC))
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _sane(when: datetime) -> datetime | None:
    return when.astimezone(UTC) if EARLIEST <= when <= LATEST else None


def _number(value: object) -> float | None:
    try:
        number = float(str(value).strip())
    except ValueError:
        return None
    return number if 0 <= number < 1e9 else None


def _language(value: object) -> str | None:
    code = str(value or "").strip().replace("_", "-")
    return (
        code.lower()
        if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*", code)
        else None
    )


def _plain(value: object) -> str:
    """A title as text: inline markup and doubly escaped references resolved."""
    text = str(value or "")[: 10 * LONGEST_TITLE]
    text = html.unescape(_INLINE_TAG.sub("", text))
    return " ".join(text.split())[:LONGEST_TITLE]


def _one_line(error: object) -> str:
    return " ".join(str(error).split())[:200]


def _nature(body: bytes) -> str:
    start = body[:_HEAD].removeprefix(codecs.BOM_UTF8).lstrip()
    for pattern, nature in _NATURES:
        if pattern.match(start):
            return nature
    return "is text, not a feed"
