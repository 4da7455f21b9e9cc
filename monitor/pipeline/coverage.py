"""Watch what can't be seen: note troubles, and tell them once, and their end."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.alerts import coverage, route
from monitor.alerts.coverage import Episode, FeedState
from monitor.pipeline.service import Service, log
from monitor.settings import CONSOLE
from monitor.store import episodes

# Troubles last hours; looking at each tick would be for nothing.
LOOK_EVERY = timedelta(minutes=1)


def watch(service: Service) -> None:
    """Note what is in trouble now, and put a notice into the outbox when one is due."""
    config = service.config.coverage
    now = service.clock.now()
    looked = service.coverage_looked_at
    # a clock set back must not stop the looks
    if looked is not None and timedelta(0) <= now - looked < LOOK_EVERY:
        return
    service.coverage_looked_at = now
    if not config.enabled:
        return
    store = service.store
    known = {channel.name for channel in service.config.channels}
    channels = [c for c in episodes.failing_channels(store) if c.name in known]
    found = coverage.troubles(
        _feeds(service),
        channels,
        config,
        offline_since=service.hosts.offline_since,
        now=now,
    )
    if {trouble.subject for trouble in found} != episodes.open_subjects(store):
        episodes.update(store, found, now=now)
    untold = episodes.untold(store)
    due = [one for one in untold if _is_due(service, one, now)]
    if not due:
        return
    # a notice that goes out takes along what waits for the digest
    key = episodes.key_of(untold, now)
    told = coverage.message(untold, key=key, timezone=service.config.timezone)
    log.warning("coverage %s: %s", key, told.title)
    episodes.tell(store, untold, told, key=key, channels=_channels(service), now=now)


def _feeds(service: Service) -> list[FeedState]:
    found = []
    for feed in episodes.feeds(service.store):
        configured = service.feed_config(feed.name)
        if configured is None:
            continue
        since = feed.last_ok_at or feed.failing_since
        found.append(
            FeedState(
                feed.name,
                feed.error,
                since,
                configured.interval,
                feed.last_new_at,
                feed.gap,
            )
        )
    return found


def _is_due(service: Service, episode: Episode, now: datetime) -> bool:
    config = service.config
    if config.coverage.at_once or coverage.is_urgent(episode):
        return True
    happened = episode.ended_at if episode.told_at else episode.started_at
    return route.next_digest(config.digest, config.timezone, now=happened or now) <= now


def _channels(service: Service) -> tuple[str, ...]:
    """Where notices go: never to a channel that is in trouble itself."""
    config = service.config
    wanted = config.coverage.channels or tuple(c.name for c in config.channels)
    broken = episodes.open_subjects(service.store)
    good = tuple(name for name in wanted if f"channel {name}" not in broken)
    others = tuple(c.name for c in config.channels if f"channel {c.name}" not in broken)
    if not config.channels:
        return (CONSOLE,)
    return good or others
