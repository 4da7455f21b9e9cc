"""What goes into the workers and what comes out: plain values that pickle."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.model import (
    THRESHOLDS,
    Alignment,
    Document,
    Mention,
    Thresholds,
    Transition,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class FeedJob:
    """One fetched feed. `charset` is the HTTP header's."""

    body: bytes
    url: str
    charset: str | None = None


@dataclass(frozen=True, slots=True)
class PageJob:
    """One fetched page, or (`body` None) an entry whose own content is the document.

    `title`, `published_at` and `language` are the feed's. `previous_*` describe the
    last revision; `previous_correction` is its correction notice, so that an old
    notice retracts nothing anew. `reanalyse` finds claims even in unchanged text.
    """

    body: bytes | None
    feed_html: str | None
    url: str
    final_url: str
    status: int
    charset: str | None
    title: str | None
    published_at: datetime | None
    language: str | None
    previous_text: str | None = None
    previous_headline_end: int = 0
    last_good_length: int | None = None
    reanalyse: bool = False
    previous_correction: str | None = None
    thresholds: Thresholds = THRESHOLDS


@dataclass(frozen=True, slots=True)
class PageAnalysis:
    """What one page says now, and what changed since its last revision.

    `transitions` hold indices into `previous_mentions` and `mentions`. Unless the
    verdict is OK and the text is new (or `reanalyse`), nothing was looked for.
    """

    verdict: Verdict
    reason: str
    document: Document | None
    stamp: str
    mentions: tuple[Mention, ...] = ()
    previous_mentions: tuple[Mention, ...] = ()
    alignment: Alignment | None = None
    transitions: tuple[tuple[int | None, int | None, Transition], ...] = ()
    wire_key: str | None = None
    same_text: bool = False
