"""What a host's robots.txt says of a page (RFC 9309). Pure. [protego]

Only article pages are asked for by its leave: a feed is there to be read by programs,
and the user named it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from monitor import urls

# The name that hosts may address us by.
AGENT = "Claimwatch"
# A parser must read this much (RFC 9309, 2.5); what is longer is cut.
SIZE_LIMIT = 500 * 1024
# So long it may be kept (RFC 9309, 2.4), and so soon it is tried again when it failed.
KEPT_FOR = timedelta(hours=24)
RETRY = timedelta(minutes=15)
# What can't be read forbids all, but not for ever (RFC 9309, 2.3.1.4): after this a host
# that answers pages and never its robots.txt counts as one that has none.
FORBIDS_FOR = timedelta(hours=24)
# A copy that was read once holds this long while a new one can't be had.
STALE_FOR = timedelta(days=30)
# Longer wishes (1e99 occurs) would mean never.
LONGEST_DELAY = timedelta(seconds=30)
# Parsed files kept; the text of each stays in the database.
_PARSED = 128


@dataclass(frozen=True, slots=True)
class RobotsFile:
    """What is known of one origin's file.

    `text` is None if it was never read, "" if there is none. `failing_since` is the
    first of the failures in a row.
    """

    text: str | None
    expires_at: datetime
    failing_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Leave:
    """Whether a page may be fetched, why not, and how far apart requests shall be."""

    allowed: bool
    reason: str = ""
    delay: timedelta = timedelta(0)
    # forbidden for now only, because the file can't be read
    passing: bool = False


def origin(url: str) -> str:
    """Scheme, host and port: what a robots.txt holds for."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def read(
    known: RobotsFile | None, status: int | None, body: bytes, *, now: datetime
) -> RobotsFile:
    """What is known after a visit; `status` None = no answer."""
    if status is not None and 200 <= status < 300:
        text = body[:SIZE_LIMIT].decode("utf-8-sig", "replace").replace("\0", "")
        return RobotsFile(text, now + KEPT_FOR)
    if status is not None and 400 <= status < 500 and status != 429:
        return RobotsFile("", now + KEPT_FOR)
    since = known.failing_since if known is not None else None
    text_before = known.text if known is not None else None
    return RobotsFile(text_before, now + RETRY, since or now)


def leave(known: RobotsFile, url: str, *, now: datetime) -> Leave:
    """Whether this page may be fetched."""
    failing = now - known.failing_since if known.failing_since else timedelta(0)
    if known.text is None or failing >= STALE_FOR:
        if known.text is None and failing < FORBIDS_FOR:
            reason = f"not tried: robots.txt of {urls.host(url)} can't be read"
            return Leave(allowed=False, reason=reason, passing=True)
        return Leave(allowed=True)
    if not known.text:
        return Leave(allowed=True)
    rules = _parsed(known.text)
    if not rules.can_fetch(url, AGENT):
        reason = f"robots.txt of {urls.host(url)} does not allow this page"
        return Leave(allowed=False, reason=reason)
    return Leave(allowed=True, delay=_delay(rules.crawl_delay(AGENT)))


def sitemaps(text: str) -> tuple[str, ...]:
    """The sitemaps that a robots.txt names."""
    return tuple(_parsed(text).sitemaps)


def _delay(seconds: float | None) -> timedelta:
    # not-a-number fails the comparison as well
    if seconds is None or not seconds > 0:
        return timedelta(0)
    return min(timedelta(seconds=min(seconds, 86_400.0)), LONGEST_DELAY)


@lru_cache(_PARSED)
def _parsed(text: str) -> Any:
    # 30 ms that only a daemon with pages to fetch need pay
    from protego import Protego

    return Protego.parse(text)
