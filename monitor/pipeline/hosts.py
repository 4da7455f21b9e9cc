"""What is known of hosts between passes: whether any answers, and who asked for peace.

When nothing answers any more, the outage is most likely ours: then the stages pause, and
no feed and no article is blamed for it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from monitor import urls
from monitor.errors import FetchError
from monitor.model import Request, Response
from monitor.store import facts, host_pauses
from monitor.store.times import to_text, to_time

if TYPE_CHECKING:
    from monitor.pipeline.service import Service

# Failures that say nothing of the host when nobody else answers either: name servers,
# routes, captive portals and a wrong clock fail for all hosts alike.
NO_ANSWER = ("timeout", "connect", "dns", "tls")
# So long an answer from anywhere proves that we are online (s).
PROVEN_FOR = 60.0
# Other hosts that are asked before we believe that it is us.
WITNESSES = 3
# So many hosts without an answer, and no more are tried before it is settled.
ENOUGH_SILENT = 3
# While offline, this often somebody is asked (also when a deferred row is due again).
LOOK_AGAIN = timedelta(minutes=1)


@dataclass(slots=True)
class Hosts:
    """The memory of one program; `offline_since` and pauses are in the database too."""

    offline_since: datetime | None = None
    _answered_at: float | None = None
    _look_at: float = 0.0
    paused: dict[str, datetime] = field(default_factory=dict)

    def answered(self, *, at: float) -> None:
        """Somebody answered, at this monotonic time."""
        self._answered_at = at

    def may_look(self, at: float) -> bool:
        """Whether it is time to ask again if we are online; then not for a minute."""
        if at < self._look_at:
            return False
        self._look_at = at + LOOK_AGAIN.total_seconds()
        return True

    def is_proven(self, at: float) -> bool:
        """Whether an answer so recent shows that we are online."""
        return self._answered_at is not None and at - self._answered_at < PROVEN_FOR

    def pause(self, hosts: Mapping[str, datetime]) -> None:
        """Remember until when these hosts are left alone."""
        self.paused.update(hosts)

    def paused_until(self, url: str, *, now: datetime) -> datetime | None:
        """When the host may be asked again; None = now."""
        if not self.paused:
            return None
        until = self.paused.get(urls.host(url))
        if until is not None and until <= now:
            del self.paused[urls.host(url)]
            return None
        return until


def is_waiting(service: Service, witnesses: Iterable[Request]) -> bool:
    """Whether the daemon is offline and stays so; looks once a minute."""
    if service.hosts.offline_since is None:
        return False
    if not service.hosts.may_look(service.clock.monotonic()):
        return True
    return not _any_answers(service, witnesses)


def heard(service: Service, url: str, answer: Response) -> None:
    """A host answered: we are online. A pause it asks for holds for all it serves."""
    _note_online(service)
    if answer.status in (429, 503) and answer.retry_after:
        # the store keeps whole seconds: never sooner than asked
        wait = timedelta(seconds=math.ceil(answer.retry_after))
        host, until = urls.host(url), service.clock.now() + wait
        service.hosts.pause({host: until})
        host_pauses.put(service.store, host, until=until)


def _note_online(service: Service) -> None:
    service.hosts.answered(at=service.clock.monotonic())
    if service.hosts.offline_since is not None:
        service.hosts.offline_since = None
        facts.note(service.store, {facts.OFFLINE: ""}, now=service.clock.now())
        service.tell_offline(False)


def is_our_outage(
    service: Service, silent: set[str], witnesses: Iterable[Request]
) -> bool:
    """Whether the silence of these hosts is ours; told once, when it begins.

    Other hosts are asked first. If there is no other, two silent hosts are enough; a
    single one can't be told from its own outage.
    """
    asked = list(islice(witnesses, WITNESSES))
    if len(asked) + len(silent) < 2 or _any_answers(service, asked):
        return False
    if service.hosts.offline_since is None:
        _set_offline(service)
    return True


def recall(service: Service) -> None:
    """Take over what the last program knew."""
    known = facts.read(service.store, facts.OFFLINE)
    if known is not None and known[0]:
        service.hosts.offline_since = to_time(known[0])
    recall_pauses(service)


def recall_pauses(service: Service) -> None:
    """Take over the stored pauses: at the start, and when due times were moved."""
    now = service.clock.now()
    service.hosts.pause(host_pauses.listed(service.store, now=now))


def _any_answers(service: Service, witnesses: Iterable[Request]) -> bool:
    requests = [(None, request) for request in islice(witnesses, WITNESSES)]
    for _, answer in service.fetcher.many(requests, stop=service.stop):
        if not isinstance(answer, FetchError):
            _note_online(service)
            return True
    return False


def _set_offline(service: Service) -> None:
    now = service.clock.now()
    service.hosts.offline_since = now
    service.hosts.may_look(service.clock.monotonic())
    facts.note(service.store, {facts.OFFLINE: to_text(now)}, now=now)
    service.tell_offline(True)
