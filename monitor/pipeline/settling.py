"""Before an alert is first sent: what is left of it, and who is told later."""

from __future__ import annotations

from datetime import datetime

from monitor.alerts import route
from monitor.alerts import silences as rules
from monitor.model import Change
from monitor.settings import Config
from monitor.store import Store, escalations, settling, silences
from monitor.store.escalations import Escalation


def settle(store: Store, config: Config, alert_id: int, *, now: datetime) -> None:
    """Decide once and for all channels what of the alert is withheld."""
    told = settling.unsettled(store, alert_id)
    if told is None:
        return
    left_out = withheld(store, config, told, now=now)
    steps = []
    if len(left_out) < len(told):
        steps = escalation(store, config, alert_id, now=now)
    settling.settle(store, alert_id, left_out, steps=steps, now=now)


def escalation(
    store: Store, config: Config, alert_id: int, *, now: datetime
) -> list[Escalation]:
    """Who is told, and when, while nobody acknowledges the alert.

    Counted from the first attempt, whatever becomes of it: a channel that fails is
    the more reason to tell the next.
    """
    name = escalations.route_of(store, alert_id)
    taken = None if name is None else route.named(config, name)
    if taken is None or taken.escalate_after is None:
        return []
    return [
        Escalation(step, channel, now + step * taken.escalate_after)
        for step, channel in enumerate(taken.escalate_to, start=1)
    ]


def withheld(
    store: Store, config: Config, told: list[Change], *, now: datetime
) -> dict[int, str]:
    """The reason for each change that must not be sent."""
    if not told:
        return {}
    first = min(change.detected_at for change in told)
    # one that ended before the first of them can't matter
    known = silences.listed(store, ending_after=first)
    others: list[Change] = []
    if config.inhibitions:
        within = max(rule.within for rule in config.inhibitions)
        last = max(change.detected_at for change in told)
        others = settling.told_between(store, first - within, last + within)
    found = {}
    for change in told:
        reason = rules.silenced(change, known, now=now) or rules.inhibited(
            change, others, config.inhibitions
        )
        if reason is not None:
            found[change.change_id] = reason
    return found
