"""What comes from the net: feeds, entries, documents, requests, responses."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ParsedEntry:
    """One entry of a feed as published. `url` is canonical, http(s) or None."""

    guid: str
    url: str | None
    title: str
    content_html: str
    published_at: datetime | None
    updated_at: datetime | None


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A parsed feed. `trustworthy` is False when bozo, truncated or capped.

    `ttl_minutes` is the feed's own wish (RSS `ttl` or `sy:updatePeriod`).
    """

    title: str
    language: str | None
    entries: tuple[ParsedEntry, ...]
    trustworthy: bool
    ttl_minutes: int | None = None
    hub: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """What the extractor made of one fetched article (in memory).

    `text` is the headline, a newline, then the body with one paragraph a line;
    `headline_end` is the length of the headline (0 = no headline).
    `correction` is the text of a correction notice, if the page carries one.
    `linked` is the share of the body that is links to other pages and their teasers.
    """

    text: str
    headline_end: int = 0
    language: str | None = None
    published_at: datetime | None = None
    modified_at: datetime | None = None
    correction: str | None = None
    canonical_url: str | None = None
    from_feed: bool = False
    linked: float = 0.0


@dataclass(frozen=True, slots=True)
class Request:
    """One GET. `headers` may hold secrets and are never logged.

    A body beyond `body_limit` is an error unless it `may_be_cut`. What `asks_leave` stops
    before a redirect to another site; the same request with the answer's `trail` goes on.
    """

    url: str
    etag: str | None = None
    last_modified: str | None = None
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    proxy: str | None = field(default=None, repr=False)
    allow_private: bool = False
    body_limit: int = 5_000_000
    may_be_cut: bool = False
    asks_leave: bool = False
    trail: object = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Response:
    """The answer to a Request after redirects. `status` 304 has an empty body.

    `url` is where the body came from; `moved_to` is set only when every hop of a
    redirect was permanent (301/308). `retry_after` is seconds, clamped; `fresh_for`
    is how many seconds the host wants the answer to be used again. `leads_to` is where
    a redirect leads that wants leave first, and `trail` what to go on with.
    """

    url: str
    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
    charset: str | None = None
    moved_to: str | None = None
    retry_after: float | None = None
    fresh_for: float | None = None
    elapsed: float = 0.0
    leads_to: str | None = None
    trail: object = field(default=None, repr=False)

    def header(self, name: str) -> str | None:
        """The first header of that name, case-insensitive."""
        wanted = name.lower()
        return next((v for k, v in self.headers if k.lower() == wanted), None)
