"""Rows to put into a test's database, about an invented harbour fire."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.model import (
    Certainty,
    Change,
    ChangeKind,
    Comparator,
    Document,
    Mention,
    ParsedEntry,
    Placement,
    Quantity,
    Severity,
    Side,
    Source,
    SourceKind,
)
from monitor.settings import FeedConfig
from monitor.store import (
    Store,
    articles,
    changes,
    checks,
    claims,
    feeds,
    outbox,
    sightings,
    stories,
)
from monitor.store.changes import Trail

NOON = datetime(2031, 3, 4, 12, 0, tzinfo=UTC)
URL = "https://gazette.example/fire"
TEXT = (
    "Harbour fire\n"
    "At least 12 people were killed in the harbour fire, the fire service said."
)
QUOTE = "At least 12 people were killed in the harbour fire"


def mention(text: str = QUOTE, *, count: float | None = 12, **more: Any) -> Mention:
    """A statement of a toll (or, without a count, of something else)."""
    start = max(TEXT.find(text), 0)
    quantity = Quantity(
        count, None, Comparator.AT_LEAST, "person", "people", "at least 12", 0, 11
    )
    values: dict[str, Any] = {
        "start": start,
        "end": start + len(text),
        "quote": text,
        "text": text,
        "sentence": 1,
        "chain": (Source("fire service", SourceKind.ROLE),),
        "certainty": Certainty.REPORTED,
        "quantities": () if count is None else (quantity,),
        "measure": None if count is None else "killed/person",
        "measure_label": None if count is None else "people killed",
        "predicate": "kill",
        "entities": ("Port Arlen",),
        "checkworthy": 0.9,
    }
    return Mention(**(values | more))


def add_feed(
    store: Store, name: str = "gazette", *, now: datetime = NOON
) -> feeds.Feed:
    """A configured feed that was never polled."""
    known = [(FeedConfig(f.name, f.url), f.outlet) for f in feeds.listed(store)]
    config = FeedConfig(name, f"https://{name}.example/feed")
    feeds.sync(store, [*known, (config, name.title())], now=now)
    return next(f for f in feeds.listed(store) if f.name == name)


def add_article(
    store: Store, url: str = URL, *, now: datetime = NOON, feed: str = "gazette"
) -> articles.Article:
    """An article with one revision, listed by a feed."""
    known = next((f for f in feeds.listed(store) if f.name == feed), None)
    known = known or add_feed(store, feed, now=now)
    entry = ParsedEntry(url, url, "Harbour fire", "", now, None)
    record = feeds.PollRecord(
        ok=True, state="ok", next_poll_at=now + timedelta(hours=1)
    )
    feeds.record_poll(store, known, record, [entry], outlets={}, now=now)
    [article] = [a for a in articles.due(store, now=now, limit=50) if a.url == url]
    with store.writing() as db:
        articles.add_revision(db, article, Document(TEXT, 12), analysis="test", now=now)
        again = checks.CheckRecord(next_check_at=now + timedelta(hours=1))
        checks.record(db, article.article_id, again, now=now, keep=120)
    return article


def add_claim(
    store: Store,
    said: Mention | None = None,
    *,
    article: articles.Article | None = None,
    now: datetime = NOON,
    keys: tuple[str, ...] = (),
) -> int:
    """A claim with one assertion and, in an article, one sighting."""
    said = said or mention()
    with store.writing() as db:
        story = stories.create(db, "Harbour fire", now=now)
        measure = claims.ensure_measure(db, said, story_id=story, story="Harbour fire")
        claim_id = claims.add_claim(
            db, said, measure_id=measure, story_id=story, keys=keys, now=now
        )
        if article is None:
            return claim_id
        revision = articles.latest(db, article.article_id)
        assert revision is not None
        assertion = claims.add_assertion(
            db,
            claim_id,
            said,
            outlet="Gazette",
            article_id=article.article_id,
            as_of=now,
            now=now,
        )
        sightings.add(
            db,
            assertion.assertion_id,
            said,
            article_id=article.article_id,
            revision_id=revision.revision_id,
            now=now,
        )
    return claim_id


def change(claim_id: int, *, toll: float = 19, **more: Any) -> Change:
    """A toll that rose from 12."""
    values: dict[str, Any] = {
        "change_id": 0,
        "kind": ChangeKind.FIGURE,
        "severity": Severity.NORMAL,
        "claim_id": claim_id,
        "claim": QUOTE,
        "before": Side("12 people", 12, 12, Comparator.EQUAL, "person"),
        "after": Side(f"{toll:g} people", toll, toll, Comparator.EQUAL, "person"),
        "reason": f"fire service: 12 → {toll:g}",
        "detected_at": NOON,
        "article_url": URL,
        "outlet": "Gazette",
        "source": "fire service",
        "topics": ("fire",),
    }
    return Change(**(values | more))


def placement(
    *channels: str,
    group: str = "story=1",
    now: datetime = NOON,
    wait: timedelta = timedelta(seconds=30),
) -> Placement:
    """Where the default route puts a change."""
    return Placement(
        "all", group, channels or ("desk",), now + wait, False, "takes all"
    )


def add_change(
    store: Store,
    told: Change,
    *placements: Placement,
    disposition: str = "alert",
    article: articles.Article | None = None,
    assertion_id: int | None = None,
    now: datetime = NOON,
) -> tuple[int, list[str]]:
    """Record a change with its alerts, in one transaction as the pipeline does."""
    with store.writing() as db:
        change_id = changes.add(
            db,
            told,
            Trail(
                assertion_id,
                article.article_id if article else None,
                None,
                disposition,
                "because it is a test",
            ),
        )
        keys = outbox.place(
            db, replace(told, change_id=change_id), placements, revision=2, now=now
        )
    return change_id, keys
