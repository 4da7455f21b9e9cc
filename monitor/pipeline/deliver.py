"""deliver: due deliveries -> render -> send -> record. No channel waits for another."""

from __future__ import annotations

import queue
import threading
from dataclasses import replace
from datetime import timedelta

from monitor import schedule
from monitor.alerts import render, route
from monitor.errors import StoreError
from monitor.model import Alert, DeliveryStatus, Message, Outcome
from monitor.pipeline import coverage
from monitor.pipeline.service import Service, log
from monitor.pipeline.settling import settle
from monitor.store import episodes, outbox, settling
from monitor.store.outbox import Delivery

# Deliveries taken at once; each channel gets its own one after the other.
BATCH = 50
# A burst to a slow-paced channel goes on in the next turn of that channel.
PATIENCE = timedelta(seconds=20)
POISON_DELAY = timedelta(hours=1)
# How long the pass waits for an outcome before it looks for other channels' work.
_MOMENT = 0.5

# Begins the title of an alert that nobody acknowledged; its length is spare room.
REMINDER = "Again: "

Job = tuple[int, str, Message]


def deliver(service: Service, *, force: bool = False) -> list[tuple[str, bool]]:
    """Try every due delivery once; returns (channel, ok) for each attempt.

    `force` flushes groups that still wait and tries failed ones at once.
    """
    coverage.watch(service)
    return _Pass(service, force=force).run()


class _Pass:
    """One pass over the outbox: a thread for each channel that has something due.

    The database is touched by the calling thread only.
    """

    def __init__(self, service: Service, *, force: bool) -> None:
        self.service = service
        self.force = force
        self.started = service.clock.now()
        self.attempts: list[tuple[str, bool]] = []
        self.held: dict[int, tuple[Delivery, Alert]] = {}
        self.had: set[int] = set()
        self.senders: dict[str, threading.Thread] = {}
        # an outcome, or the name of a channel whose thread is through
        self.results: queue.SimpleQueue[tuple[int, Outcome] | str]
        self.results = queue.SimpleQueue()

    def run(self) -> list[tuple[str, bool]]:
        """Work until nothing is due, nothing is being sent."""
        try:
            while self._begin() or self.senders:
                try:
                    self._take(self.results.get(timeout=_MOMENT))
                except queue.Empty:
                    continue
        finally:
            for sender in self.senders.values():
                sender.join()
        return self.attempts

    def _begin(self) -> bool:
        """Take what is due for channels that are free; whether there was any."""
        service = self.service
        if service.stop.is_set() or service.pause.is_set():
            return False
        now = service.clock.now() if service.is_daemon else self.started
        batch = outbox.due(
            service.store,
            now=now,
            limit=BATCH,
            force=self.force,
            but=self.had,
            without=self.senders.keys(),
        )
        if not service.is_daemon:
            self.had.update(delivery.delivery_id for delivery in batch)
        jobs: dict[str, list[Job]] = {}
        for delivery in batch:
            job = self._render(delivery)
            if job is not None:
                jobs.setdefault(delivery.channel, []).append(job)
        for channel, its in jobs.items():
            thread = threading.Thread(target=self._send, args=(channel, its))
            self.senders[channel] = thread
            thread.start()
        return bool(batch)

    def _render(self, delivery: Delivery) -> Job | None:
        """The message to send, unless the delivery is settled without one."""
        service = self.service
        known = {channel.name for channel in service.config.channels} | {route.CONSOLE}
        try:
            settle(
                service.store,
                service.config,
                delivery.alert_id,
                now=service.clock.now(),
            )
            alert = outbox.alert(service.store, delivery.alert_id)
            notice = episodes.notice(service.store, delivery.alert_id)
            if not alert.changes and notice is None:
                self._withhold(delivery, alert)
                return None
            if delivery.channel not in known:
                self.attempts.append(_record(service, delivery, alert, _UNKNOWN))
                return None
            standing = settling.standing(service.store, delivery)
            if standing.was_sent and standing.acknowledged_by is not None:
                settling.finish(service.store, delivery)
                return None
            message = notice or render.message(alert, timezone=service.config.timezone)
            if standing.was_sent:
                message = replace(message, title=f"{REMINDER}{message.title}")
        except StoreError:
            raise
        except Exception as error:
            self.attempts.append(_poisoned(service, delivery, error))
            return None
        self.held[delivery.delivery_id] = (delivery, alert)
        return delivery.delivery_id, delivery.channel, message

    def _withhold(self, delivery: Delivery, alert: Alert) -> None:
        """Nothing of the alert is left to send."""
        store = self.service.store
        reasons = "; ".join(settling.why_withheld(store, delivery.alert_id))
        settling.withhold(store, delivery, reasons or "it has no changes")
        self.service.progress += 1
        log.info(
            "deliver alert=%s channel=%s withheld: %s",
            alert.key,
            delivery.channel,
            reasons,
        )

    def _send(self, channel: str, jobs: list[Job]) -> None:
        """The thread of one channel."""
        try:
            for result in self.service.notifier.send_many(jobs, patience=PATIENCE):
                self.results.put(result)
        finally:
            self.results.put(channel)

    def _take(self, result: tuple[int, Outcome] | str) -> None:
        if isinstance(result, str):
            self.senders.pop(result).join()
            self._give_back(result)
            return
        delivery_id, outcome = result
        delivery, alert = self.held[delivery_id]
        if self.service.stop.is_set() and not outcome.ok:
            return  # abandoned at the end: it stays due
        del self.held[delivery_id]
        self.attempts.append(_record(self.service, delivery, alert, outcome))

    def _give_back(self, channel: str) -> None:
        """What the channel's pace left untried is due still."""
        untried = [id_ for id_, (d, _) in self.held.items() if d.channel == channel]
        for delivery_id in untried:
            del self.held[delivery_id]
        self.had.difference_update(untried)
        outbox.give_back(self.service.store, untried)


_UNKNOWN = Outcome(
    ok=False, detail="the channel is no longer configured", permanent=True
)


def _poisoned(
    service: Service, delivery: Delivery, error: Exception
) -> tuple[str, bool]:
    """An unforeseen exception: the delivery steps aside, the others go on (I6)."""
    log.exception("deliver delivery=%d poisoned", delivery.delivery_id)
    text = f"unforeseen: {type(error).__name__}: {error}".replace("\n", " ")[:300]
    now = service.clock.now()
    outbox.record_delivery(
        service.store,
        delivery,
        Outcome(ok=False, detail=text),
        next_attempt_at=now + POISON_DELAY,
        now=now,
    )
    service.progress += 1
    return delivery.channel, False


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
    taken = route.named(service.config, alert.route)
    every = taken.repeat_interval if taken is not None and not alert.digest else None
    status = outbox.record_delivery(
        service.store,
        delivery,
        outcome,
        next_attempt_at=again,
        now=now,
        repeat_at=None if every is None else now + every,
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
