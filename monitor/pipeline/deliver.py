"""deliver: due deliveries -> render -> send -> record. No channel waits for another."""

from __future__ import annotations

import logging
import queue
import threading
from dataclasses import dataclass
from datetime import timedelta

from monitor import notify, schedule
from monitor.alerts import gathered, route
from monitor.errors import StoreError
from monitor.model import Alert, DeliveryStatus, Form, Message, Outcome
from monitor.pipeline import coverage
from monitor.pipeline.composing import composed, form_of
from monitor.pipeline.service import Service, log
from monitor.pipeline.settling import settle
from monitor.plurals import counted
from monitor.settings import CONSOLE
from monitor.store import (
    episodes,
    escalations,
    messages,
    outbox,
    pauses,
    poison,
    settling,
)
from monitor.store.outbox import Delivery
from monitor.store.times import to_text

# Deliveries taken at once; each channel gets its own one after the other.
BATCH = 50
# A burst to a slow-paced channel goes on in the next turn of that channel.
PATIENCE = timedelta(seconds=20)
# More than a channel's pace lets through in this time is told in few messages, a line
# for each alert: a burst must not be stale before its end is sent.
GATHER_AFTER = timedelta(seconds=15)
# How long the pass waits for an outcome before it looks for other channels' work.
_MOMENT = 0.5


@dataclass(frozen=True, slots=True)
class Job:
    """One message, and the deliveries that it settles: one, or some gathered."""

    its: tuple[tuple[Delivery, Alert], ...]
    message: Message
    # neither a digest nor a notice: those are many in one already
    can_gather: bool

    @property
    def key(self) -> int:
        """What its outcome is known by."""
        return self.its[0][0].delivery_id

    @property
    def channel(self) -> str:
        """Where it goes."""
        return self.its[0][0].channel


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
        self.held: dict[int, Job] = {}
        self.had: set[int] = set()
        # channels that were found to refuse: nothing more for them in this pass
        self.refusing: set[str] = set()
        self.senders: dict[str, threading.Thread] = {}
        # by channel: released when an outcome of it is stored
        self.stored: dict[str, threading.Semaphore] = {}
        self.is_over = False
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
            self.is_over = True
            for channel, sender in self.senders.items():
                self.stored[channel].release()
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
            without=self.senders.keys() | self.refusing,
        )
        if not service.is_daemon:
            self.had.update(delivery.delivery_id for delivery in batch)
        jobs: dict[str, list[Job]] = {}
        for delivery in batch:
            job = self._render(delivery)
            if job is not None:
                jobs.setdefault(delivery.channel, []).append(job)
        for channel, its in jobs.items():
            told = self._gathered(channel, its)
            self.held.update({job.key: job for job in told})
            thread = threading.Thread(target=self._send, args=(channel, told))
            self.senders[channel] = thread
            self.stored[channel] = threading.Semaphore(0)
            thread.start()
        return bool(batch)

    def _render(self, delivery: Delivery) -> Job | None:
        """The message to send, unless the delivery is settled without one."""
        service = self.service
        known = {channel.name for channel in service.config.channels} | {CONSOLE}
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
            if standing.acknowledged_by is not None and self._is_over(
                delivery, standing
            ):
                return None
            message = notice or composed(service, delivery, alert, standing)
        except StoreError:
            raise
        except Exception as error:
            self.attempts.append(_poisoned(service, delivery, error))
            return None
        can_gather = notice is None and not alert.digest
        return Job(((delivery, alert),), message, can_gather)

    def _is_over(self, delivery: Delivery, standing: settling.Standing) -> bool:
        """Whether an acknowledged alert needs this delivery no more; ends it then."""
        if standing.was_sent:
            settling.finish(self.service.store, delivery)
        elif standing.escalation:
            with self.service.store.writing() as db:
                who = standing.acknowledged_by or ""
                escalations.stop(db, delivery.alert_id, who)
        return standing.was_sent or standing.escalation > 0

    def _gathered(self, channel: str, jobs: list[Job]) -> list[Job]:
        """The jobs in few messages, if the channel's pace is too slow for so many."""
        known = {one.name: one for one in self.service.config.channels}
        if channel not in known:
            return jobs
        room = notify.pace_of(known[channel]).within(GATHER_AFTER.total_seconds())
        single = [job for job in jobs if job.can_gather]
        if room is None or len(single) <= room:
            return jobs
        packed = gathered.packed([(job.its[0][1], job.message) for job in single])
        left = iter(single)
        told = []
        for message, count in packed:
            its = tuple(next(left).its[0] for _ in range(count))
            told.append(Job(its, message, can_gather=True))
        return told + [job for job in jobs if not job.can_gather]

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
        """The thread of one channel.

        The next message waits until what became of the last one is stored: after a
        kill at most one message of a channel is repeated.
        """
        clock = self.service.clock
        until = clock.monotonic() + PATIENCE.total_seconds()
        try:
            for job in jobs:
                left = timedelta(seconds=until - clock.monotonic())
                sending = self.service.notifier.send_many(
                    [(job.key, channel, job.message)], patience=left
                )
                result = next(iter(sending), None)
                if result is None:
                    return
                self.results.put(result)
                self.stored[channel].acquire()
                if self.is_over or not result[1].ok:
                    return
        finally:
            self.results.put(channel)

    def _take(self, result: tuple[int, Outcome] | str) -> None:
        if isinstance(result, str):
            self.senders.pop(result).join()
            self._give_back(result)
            return
        key, outcome = result
        try:
            self._settle(key, outcome)
        finally:
            self.stored[self.held.pop(key).channel].release()

    def _settle(self, key: int, outcome: Outcome) -> None:
        """Store what became of a message."""
        job = self.held[key]
        if self.service.stop.is_set() and not outcome.ok:
            # abandoned at the end: it stays due
            ids = [delivery.delivery_id for delivery, _ in job.its]
            outbox.give_back(self.service.store, ids)
            return
        with self.service.store.writing():
            self.attempts += [
                _record(self.service, delivery, alert, outcome)
                for delivery, alert in job.its
            ]
            if outcome.ok:
                self._keep(job, outcome)
            if _pauses(self.service, job.channel, outcome):
                self.refusing.add(job.channel)

    def _keep(self, job: Job, outcome: Outcome) -> None:
        """Note what was sent; several alerts in one message begin no thread."""
        form = (
            form_of(self.service.config, job.channel) if job.message.name else Form.TEXT
        )
        reference = outcome.reference if len(job.its) == 1 else ""
        for delivery, _ in job.its:
            messages.note_sent(
                self.service.store, delivery, job.message, form, reference
            )

    def _give_back(self, channel: str) -> None:
        """What the channel's pace, or a failure, left untried is due still."""
        jobs = [job for job in self.held.values() if job.channel == channel]
        untried = [delivery.delivery_id for job in jobs for delivery, _ in job.its]
        for job in jobs:
            del self.held[job.key]
        self.had.difference_update(untried)
        outbox.give_back(self.service.store, untried)


_UNKNOWN = Outcome(
    ok=False, detail="the channel is no longer configured", permanent=True
)


def _pauses(service: Service, channel: str, outcome: Outcome) -> bool:
    """Note how the channel does; whether it is left alone now."""
    store, now = service.store, service.clock.now()
    if outcome.ok:
        pauses.end(store, channel, now=now)
        return False
    failures = pauses.failures(store, channel) + 1
    until = schedule.next_pause(
        failures=failures,
        slow=outcome.slow,
        config=service.config.delivery,
        retry_after=_asked(outcome),
        now=now,
        jitter_key=channel,
    )
    pauses.note(store, channel, failures=failures, until=until, reason=outcome.detail)
    if until is not None:
        log.warning(
            "deliver channel=%s paused until %s after %s: %s",
            channel,
            to_text(until),
            counted(failures, "failure"),
            outcome.detail,
        )
    return until is not None


def _asked(outcome: Outcome) -> timedelta | None:
    """How long the service asks to wait."""
    if outcome.retry_after is None:
        return None
    return timedelta(seconds=outcome.retry_after)


def _poisoned(
    service: Service, delivery: Delivery, error: Exception
) -> tuple[str, bool]:
    """An unforeseen exception: the delivery steps aside, the others go on (I6)."""
    log.exception("deliver delivery=%d poisoned", delivery.delivery_id)
    now = service.clock.now()
    outbox.record_delivery(
        service.store,
        delivery,
        Outcome(ok=False, detail=poison.text_of(error)),
        next_attempt_at=now + poison.DELAY,
        now=now,
    )
    service.progress += 1
    return delivery.channel, False


def _record(
    service: Service, delivery: Delivery, alert: Alert, outcome: Outcome
) -> tuple[str, bool]:
    now = service.clock.now()
    again = schedule.next_attempt(
        attempts=delivery.attempts + 1,
        config=service.config.delivery,
        retry_after=_asked(outcome),
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
    log.log(
        logging.INFO if outcome.ok else logging.WARNING,
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
