"""Before an alert is first sent: what silences and inhibition leave of it."""

from __future__ import annotations

from datetime import datetime

from monitor.alerts import silences as rules
from monitor.model import Change
from monitor.settings import Config
from monitor.store import Store, settling, silences


def settle(store: Store, config: Config, alert_id: int, *, now: datetime) -> None:
    """Decide once and for all channels what of the alert is withheld."""
    told = settling.unsettled(store, alert_id)
    if told is None:
        return
    settling.settle(store, alert_id, withheld(store, config, told, now=now), now=now)


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
