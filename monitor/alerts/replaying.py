"""What a configuration would have sent for stored changes. Pure: nothing is sent.

Grouping and times are played as the outbox does it: an alert takes the changes of its
group until it is flushed. Silences are those of the time; retries and reminders are
left out, and so are acknowledgements.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from monitor.alerts import pacing, policy, route, severity, topics
from monitor.alerts.silences import Silence, inhibited, silenced
from monitor.model import Change, Placement
from monitor.settings import Config

# The reasons of `policy` that other topics may change.
_BY_TOPIC = ("matches no topic", "new, without a measure or a topic's term")


@dataclass(slots=True)
class Played:
    """An alert as it would have been. `withheld` counts what was left out of it."""

    route: str
    group_key: str
    channels: tuple[str, ...]
    opened_at: datetime
    flush_at: datetime
    digest: bool
    changes: list[Change] = field(default_factory=list)
    withheld: int = 0


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored change with what it was decided by; `told` = alerted or in a digest.

    `entities` and `measure` are the assertion's, which topics are matched with.
    """

    change: Change
    told: bool
    reason: str
    entities: tuple[str, ...] = ()
    measure: str | None = None


def replayed(
    stored: Iterable[Stored], config: Config, silences: Sequence[Silence]
) -> list[Played]:
    """The alerts that these changes, oldest first, would have made."""
    player = _Player(config)
    for one in stored:
        change = decided(one, config)
        if change is not None:
            player.take(change)
    told = [change for alert in player.alerts for change in alert.changes]
    for alert in player.alerts:
        kept = [
            change
            for change in alert.changes
            if silenced(change, silences, now=alert.flush_at) is None
            and inhibited(change, told, config.inhibitions) is None
        ]
        alert.withheld = len(alert.changes) - len(kept)
        alert.changes = kept
    return [alert for alert in player.alerts if alert.changes or alert.withheld]


def decided(one: Stored, config: Config) -> Change | None:
    """The change under this configuration's topics and severities; None = recorded.

    What was recorded for a reason other than its topics stays recorded: the reason
    lay in the article, which we do not read again.
    """
    change = one.change
    if not one.told and not one.reason.startswith(_BY_TOPIC):
        return None
    wanted = topics.of_change(
        config.topics, change, entities=one.entities, measure=one.measure
    )
    change, _ = severity.judged(replace(change, topics=wanted), config)
    disposition = policy.decide(
        change.kind,
        has_measure=change.measure is not None,
        topics_configured=bool(config.topics),
        topics_matched=bool(wanted),
        checkworthy=True,
        matched_by_terms=topics.by_terms(config.topics, wanted),
    )
    if disposition.action is policy.Action.RECORD:
        return None
    return replace(change, digest=disposition.action is policy.Action.DIGEST)


class _Player:
    """The outbox, played."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.alerts: list[Played] = []
        self._open: dict[tuple[str, str, bool], Played] = {}
        self._sent: dict[tuple[str, str], datetime] = {}

    def take(self, change: Change) -> None:
        """Put a change into its alerts."""
        now = change.detected_at
        for placement in route.place(change, self.config, now=now):
            self._place(change, self._paced(change, placement, now), now)

    def _paced(self, change: Change, placement: Placement, now: datetime) -> Placement:
        taken = route.named(self.config, placement.route)
        if taken is None or placement.digest:
            return placement
        joined = self._opened(placement, now)
        past = pacing.Past(
            joins=None if joined is None else joined.flush_at,
            opened=[
                alert.opened_at
                for alert in self.alerts
                if alert.route == placement.route
                and not alert.digest
                and alert.opened_at > now - pacing.DAY
            ],
            closed_at=self._sent.get((placement.route, placement.group_key)),
        )
        return pacing.paced(change, placement, taken, self.config, past, now=now)

    def _opened(self, placement: Placement, now: datetime) -> Played | None:
        key = (placement.route, placement.group_key, placement.digest)
        alert = self._open.get(key)
        if alert is None:
            return None
        return alert if alert.flush_at > now or alert.opened_at == now else None

    def _place(self, change: Change, placement: Placement, now: datetime) -> None:
        alert = self._opened(placement, now)
        if alert is None:
            alert = Played(
                route=placement.route,
                group_key=placement.group_key,
                channels=placement.channels,
                opened_at=now,
                flush_at=placement.flush_at,
                digest=placement.digest,
            )
            self.alerts.append(alert)
            key = (placement.route, placement.group_key, placement.digest)
            self._open[key] = alert
        alert.changes.append(change)
        alert.flush_at = min(alert.flush_at, placement.flush_at)
        if not alert.digest:
            self._sent[alert.route, alert.group_key] = alert.flush_at
