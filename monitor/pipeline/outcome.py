"""What a poll's answer means for its feed: state, cause, and when to poll again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache

from monitor import articles, schedule, urls
from monitor.errors import ClaimwatchError, FetchError, ParseError
from monitor.model import ParsedFeed, Response
from monitor.pipeline.service import Service
from monitor.schedule import Bounds, Failure, Rhythm
from monitor.settings import FeedConfig
from monitor.store.feeds import Feed, PollRecord

# A permanent redirect is adopted only after this many identical sightings, and given
# up after as many failures in a row.
MOVES_BEFORE_ADOPTING = 3
BOT_WALL = " with a bot challenge instead of the feed"
# What these kinds say of an address will not mend itself soon.
_HARD_KINDS = ("tls", "refused-address", "redirect", "too-large")
_BLOCKING = (401, 403, 429, 451)
# Too many requests and errors of the server pass by; other refusals stay.
_PASSING = (408, 425, 429)


def of_error(service: Service, feed: Feed, error: FetchError) -> PollRecord:
    """No answer at all, or none that could be used."""
    hard = error.kind in _HARD_KINDS
    return failed(service, feed, f"{error.kind}: {error}", hard=hard)


def of_status(service: Service, feed: Feed, answer: Response) -> PollRecord:
    """An answer that is neither the feed nor "unchanged"."""
    status = answer.status
    if status == 410:
        cause = "the feed says it is gone for good (410)"
        return failed(service, feed, cause, state="gone")
    wall = articles.is_challenge(answer.body)
    return failed(
        service,
        feed,
        f"the host answered {status}{BOT_WALL if wall else ''}",
        state="blocked" if wall or status in _BLOCKING else "failing",
        hard=400 <= status < 500 and status not in _PASSING,
        retry_after=_seconds(answer.retry_after),
    )


def of_body(
    service: Service, feed: Feed, answer: Response, error: ClaimwatchError
) -> PollRecord:
    """An answer that is no feed."""
    if isinstance(error, ParseError) and articles.is_challenge(answer.body):
        cause = f"the host answered 200{BOT_WALL}"
        return failed(service, feed, cause, state="blocked", hard=True)
    return failed(service, feed, str(error), hard=isinstance(error, ParseError))


def unchanged(service: Service, feed: Feed, answer: Response) -> PollRecord:
    """304, or the very body that is known."""
    now = service.clock.now()
    due = _due(service, feed, _rhythm(feed, answer, now), now)
    record = PollRecord(
        ok=True,
        state="ok",
        next_poll_at=due.at,
        wait=due.wait,
        wait_reason=due.reason,
        was_unconditional=answer.status == 200,
    )
    return _with_moves(service, record, feed, answer)


def changed(
    service: Service, feed: Feed, answer: Response, digest: str, parsed: ParsedFeed
) -> PollRecord:
    """A feed was read; `timed` completes the record."""
    now = service.clock.now()
    dates = (e.published_at or e.updated_at for e in parsed.entries)
    ttl = parsed.ttl_minutes
    record = PollRecord(
        ok=True,
        state="ok",
        next_poll_at=now,
        is_changed=True,
        was_unconditional=True,
        title=parsed.title,
        language=parsed.language,
        # a feed cut short must be read again in full
        etag=answer.header("etag") if parsed.trustworthy else None,
        last_modified=answer.header("last-modified") if parsed.trustworthy else None,
        body_sha256=digest if parsed.trustworthy else None,
        gap=schedule.publishing_gap((d for d in dates if d), now),
        ttl=None if ttl is None else timedelta(minutes=ttl),
    )
    return _with_moves(service, record, feed, answer)


def timed(
    service: Service,
    feed: Feed,
    answer: Response,
    record: PollRecord,
    *,
    new: int,
    entries: int,
) -> PollRecord:
    """The record of a feed that was read, with its next poll."""
    now = service.clock.now()
    known = replace(feed, gap=record.gap, ttl=record.ttl)
    rhythm = _rhythm(known, answer, now)
    if new:
        rhythm = replace(rhythm, quiet=timedelta(0))
    if feed.baselined_at is not None:
        rhythm = replace(rhythm, new=new, entries=entries)
    due = _due(service, feed, rhythm, now)
    return replace(record, next_poll_at=due.at, wait=due.wait, wait_reason=due.reason)


def failed(
    service: Service,
    feed: Feed,
    error: str,
    *,
    state: str = "failing",
    hard: bool = False,
    retry_after: timedelta | None = None,
) -> PollRecord:
    """A poll that went wrong, weighted; after a month of it the feed is gone."""
    now = service.clock.now()
    failure = Failure(
        count=feed.failures + 1,
        lasting=now - (feed.failing_since or now),
        hard=hard,
        gone=state == "gone",
    )
    due = schedule.next_poll(
        _bounds(service, feed),
        Rhythm(),
        failure=failure,
        retry_after=retry_after,
        now=now,
        jitter_key=feed.name,
    )
    lost = feed.fetch_url != feed.url and failure.count >= MOVES_BEFORE_ADOPTING
    return PollRecord(
        ok=False,
        state="gone" if failure.is_over else state,
        next_poll_at=due.at,
        wait=due.wait,
        wait_reason=due.reason,
        error=error,
        # an adopted address that fails is left for the configured one
        adopt_url=feed.url if lost else None,
    )


def _due(service: Service, feed: Feed, rhythm: Rhythm, now: datetime) -> schedule.Due:
    return schedule.next_poll(
        _bounds(service, feed),
        rhythm,
        failure=None,
        retry_after=None,
        now=now,
        jitter_key=feed.name,
    )


def _bounds(service: Service, feed: Feed) -> Bounds:
    config = service.feed_config(feed.name) or FeedConfig(feed.name, "")
    return _within(config.interval, config.interval_min, config.interval_max)


@lru_cache(64)
def _within(
    interval: timedelta, shortest: timedelta | None, longest: timedelta | None
) -> Bounds:
    # most feeds share them, and a division a poll is dear beside the rest of it
    config = FeedConfig("", "", interval, shortest, longest)
    return Bounds(interval, config.shortest, config.longest)


def _rhythm(feed: Feed, answer: Response, now: datetime) -> Rhythm:
    wishes = [feed.ttl, _seconds(answer.fresh_for)]
    return Rhythm(
        gap=feed.gap,
        quiet=now - feed.last_new_at if feed.last_new_at else timedelta(0),
        asked=max((wish for wish in wishes if wish), default=None),
    )


def _with_moves(
    service: Service, record: PollRecord, feed: Feed, answer: Response
) -> PollRecord:
    """A permanent redirect: remembered, and adopted after repeated sightings.

    The leave to be in a private network is for the host that the user named: such a
    feed never moves to another.
    """
    moved = answer.moved_to
    if moved is None or moved == feed.fetch_url:
        return record
    config = service.feed_config(feed.name)
    private = config is not None and config.allow_private
    if private and urls.host(moved) != urls.host(feed.url):
        return record
    again = feed.moved_count + 1 if moved == feed.moved_to else 1
    adopt = moved if again >= MOVES_BEFORE_ADOPTING else None
    return replace(record, moved_to=moved, adopt_url=adopt)


def _seconds(value: float | None) -> timedelta | None:
    return None if value is None else timedelta(seconds=value)
