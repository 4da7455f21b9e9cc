"""tidy: retention, statistics, the write-ahead log, unused memory."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor import memory
from monitor.pipeline.service import Service, log
from monitor.robots import STALE_FOR
from monitor.store import host_pauses, retention, robots

# A clock that leaps so far ahead is more likely wrong than right, and what retention
# removes by it is lost for good; machines sleep for days, not for months.
LEAP = timedelta(days=30)
# Time for somebody, or NTP, to set it right.
HELD = timedelta(days=1)


def tidy(service: Service) -> retention.Tidied:
    """Remove what is past its retention and keep the file in shape."""
    now = service.clock.now()
    keep = service.config.retention
    done = retention.Tidied(0, 0)
    if not _is_doubtful(service, now):
        done = retention.prune(
            service.store,
            articles_before=now - keep.articles,
            deliveries_before=now - keep.deliveries,
        )
    host_pauses.forget(service.store, before=now)
    robots.forget(service.store, before=now - STALE_FOR)
    retention.keep_in_shape(service.store)
    memory.give_back()
    if done.articles or done.deliveries:
        log.info("tidy articles=%d alerts=%d", done.articles, done.deliveries)
    return done


def _is_doubtful(service: Service, now: datetime) -> bool:
    """Whether the wall clock leapt, of late, by what the other clock knows nothing of."""
    at = timedelta(seconds=service.clock.monotonic())
    last_now, last_at = service.clocks or (now, at)
    service.clocks = (now, at)
    leap = (now - last_now) - (at - last_at)
    if leap >= LEAP:
        days = leap.days
        log.warning("the clock leapt %d days ahead: nothing is removed for a day", days)
        service.doubtful_until = at + HELD
    return service.doubtful_until is not None and at < service.doubtful_until
