"""tidy: retention, statistics, the write-ahead log."""

from __future__ import annotations

from monitor.pipeline.service import Service, log
from monitor.robots import STALE_FOR
from monitor.store import host_pauses, retention, robots


def tidy(service: Service) -> retention.Tidied:
    """Remove what is past its retention and keep the file in shape."""
    now = service.clock.now()
    keep = service.config.retention
    done = retention.prune(
        service.store,
        articles_before=now - keep.articles,
        deliveries_before=now - keep.deliveries,
    )
    host_pauses.forget(service.store, before=now)
    robots.forget(service.store, before=now - STALE_FOR)
    retention.keep_in_shape(service.store)
    if done.articles or done.deliveries:
        log.info("tidy articles=%d alerts=%d", done.articles, done.deliveries)
    return done
