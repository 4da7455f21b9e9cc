"""deliver: due deliveries -> render -> send -> record."""

from __future__ import annotations

from datetime import timedelta

from monitor import schedule
from monitor.alerts import render, route
from monitor.model import Alert, DeliveryStatus, Message, Outcome
from monitor.pipeline.service import Service, log
from monitor.store import outbox
from monitor.store.outbox import Delivery

# Deliveries worked on at once; each channel takes them one after the other.
BATCH = 50


def deliver(service: Service, *, force: bool = False) -> list[tuple[str, bool]]:
    """Try every due delivery once; returns (channel, ok) for each attempt.

    `force` flushes groups that still wait and tries failed ones at once.
    """
    started = service.clock.now()
    attempts: list[tuple[str, bool]] = []
    seen: set[int] = set()
    while not service.stop.is_set():
        batch = outbox.due(service.store, now=started, limit=BATCH, force=force)
        batch = [d for d in batch if d.delivery_id not in seen]
        if not batch:
            break
        seen.update(d.delivery_id for d in batch)
        attempts += _deliver_batch(service, batch)
    return attempts


def _deliver_batch(service: Service, batch: list[Delivery]) -> list[tuple[str, bool]]:
    by_id = {delivery.delivery_id: delivery for delivery in batch}
    known = {channel.name for channel in service.config.channels} | {route.CONSOLE}
    alerts: dict[int, Alert] = {}
    jobs: list[tuple[int, str, Message]] = []
    attempts: list[tuple[str, bool]] = []
    for delivery in batch:
        alert = alerts.get(delivery.alert_id)
        if alert is None:
            alert = outbox.alert(service.store, delivery.alert_id)
            alerts[delivery.alert_id] = alert
        if delivery.channel not in known:
            outcome = Outcome(
                ok=False, detail="the channel is no longer configured", permanent=True
            )
            attempts.append(_record(service, delivery, alert, outcome))
            continue
        message = render.message(alert, timezone=service.config.timezone)
        jobs.append((delivery.delivery_id, delivery.channel, message))
    for delivery_id, outcome in service.notifier.send_many(jobs):
        delivery = by_id[delivery_id]
        attempts.append(_record(service, delivery, alerts[delivery.alert_id], outcome))
    return attempts


def _record(
    service: Service, delivery: Delivery, alert: Alert, outcome: Outcome
) -> tuple[str, bool]:
    now = service.clock.now()
    retry_after = (
        None if outcome.retry_after is None else timedelta(seconds=outcome.retry_after)
    )
    again = schedule.next_attempt(
        attempts=delivery.attempts + 1,
        config=service.config.delivery,
        retry_after=retry_after,
        now=now,
        jitter_key=f"{alert.key} {delivery.channel}",
    )
    status = outbox.record_delivery(
        service.store, delivery, outcome, next_attempt_at=again, now=now
    )
    service.progress += 1
    level = "info" if outcome.ok else "warning"
    getattr(log, level)(
        "deliver alert=%s channel=%s changes=%d status=%s attempt=%d: %s",
        alert.key,
        delivery.channel,
        len(alert.changes),
        status,
        delivery.attempts + 1,
        outcome.detail,
    )
    if service.on_alert is not None and status is not DeliveryStatus.PENDING:
        service.on_alert(alert, delivery.channel, outcome.ok)
    return delivery.channel, outcome.ok
