"""Raw fields of a feed, as feedparser names them, to ParsedFeed and ParsedEntry."""

from __future__ import annotations

import calendar
import hashlib
import html
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor import urls
from monitor.model import ParsedEntry, ParsedFeed

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
_INLINE_TAG = re.compile(
    r"</?(?:a|abbr|b|big|br|cite|code|div|em|font|i|img|mark|p|q|s|small|span|strong"
    r"|sub|sup|u|wbr)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)


def feed(
    entries: Sequence[ParsedEntry],
    *,
    total: int,
    title: str,
    language: str | None,
    note: str | None,
    ttl: int | None,
    hub: str | None,
) -> ParsedFeed:
    """The whole, each entry once, with its trust."""
    distinct: dict[str, ParsedEntry] = {}
    for each in entries:
        distinct.setdefault(each.guid, each)
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


def entry(raw: Mapping[str, Any], base: str) -> ParsedEntry:
    """One entry; `base` is what a relative link refers to."""
    title = plain(raw.get("title"))
    link = str(raw.get("feedburner_origlink") or raw.get("link") or "")
    published, updated, created = (
        _when(raw.get(f"{name}_parsed")) for name in ("published", "updated", "created")
    )
    identity = str(raw.get("id") or "") or str(raw.get("link") or "")
    return ParsedEntry(
        guid=guid(identity, str(raw.get("title") or "")),
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


def hub(links: object, url: str) -> str | None:
    """The WebSub hub among the links of a feed."""
    for link in links if isinstance(links, list) else ():
        if link.get("rel") == "hub":
            return urls.canonical(str(link.get("href") or ""), url)
    return None


def ttl(head: Mapping[str, Any]) -> int | None:
    """The minutes between polls that the feed asks for."""
    minutes = _number(head.get("ttl"))
    period = _PERIODS.get(str(head.get("sy_updateperiod") or "").strip().lower())
    if minutes is None and period:
        frequency = _number(head.get("sy_updatefrequency")) or 1
        minutes = period / timedelta(minutes=1) / max(frequency, 1)
    if minutes is None or minutes < 1:
        return None
    return round(min(minutes, LONGEST_TTL_MINUTES))


def guid(identity: str, title: str) -> str:
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
    """feedparser's UTC time tuple, or our time; the years -1 and 9999 occur."""
    if isinstance(parsed, datetime):
        return sane(parsed)
    try:
        seconds = calendar.timegm(tuple(parsed))  # type: ignore[arg-type]
        return sane(datetime.fromtimestamp(seconds, UTC))
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def sane(when: datetime) -> datetime | None:
    """In UTC; None when it can only be a mistake."""
    return when.astimezone(UTC) if EARLIEST <= when <= LATEST else None


def _number(value: object) -> float | None:
    try:
        number = float(str(value).strip())
    except ValueError:
        return None
    return number if 0 <= number < 1e9 else None


def language(value: object) -> str | None:
    """A language code in lower case; None when it is none."""
    code = str(value or "").strip().replace("_", "-")
    return (
        code.lower()
        if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*", code)
        else None
    )


def plain(value: object) -> str:
    """A title as text: inline markup and doubly escaped references resolved."""
    text = str(value or "")[: 10 * LONGEST_TITLE]
    text = html.unescape(_INLINE_TAG.sub("", text))
    return " ".join(text.split())[:LONGEST_TITLE]
