"""What withholds a change from its alert: silences and inhibition."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.alerts import matchers, route
from monitor.model import Change
from monitor.settings import InhibitionConfig, Matcher


@dataclass(frozen=True, slots=True)
class Silence:
    """A time-bounded matcher that withholds what it meets."""

    silence_id: int
    matchers: tuple[Matcher, ...]
    starts_at: datetime
    ends_at: datetime
    author: str
    reason: str

    def covers(self, moment: datetime) -> bool:
        """Whether it is in force at that moment."""
        return self.starts_at <= moment < self.ends_at


def silenced(
    change: Change, silences: Iterable[Silence], *, now: datetime
) -> str | None:
    """Why the change is silenced, or None.

    In force when it happened or when it would be sent: what was silenced is not sent
    later, as in Alertmanager an event that is over is not.
    """
    had = route.labels(change)
    for silence in silences:
        if not (silence.covers(change.detected_at) or silence.covers(now)):
            continue
        if matchers.unmet(silence.matchers, had) is None:
            return f"silence {silence.silence_id} by {silence.author}: {silence.reason}"
    return None


def inhibited(
    change: Change, others: Sequence[Change], rules: Sequence[InhibitionConfig]
) -> str | None:
    """Why another change withholds this one, or None.

    One that is both source and target of a rule is not inhibited by its like
    (Alertmanager's rule against mutual inhibition).
    """
    had = route.labels(change)
    for rule in rules:
        if matchers.unmet(rule.target, had) is not None:
            continue
        is_both = matchers.unmet(rule.source, had) is None
        for other in others:
            if other.change_id == change.change_id:
                continue
            if abs(other.detected_at - change.detected_at) > rule.within:
                continue
            its = route.labels(other)
            if is_both and matchers.unmet(rule.target, its) is None:
                continue
            if matchers.unmet(rule.source, its) is None and all(
                _same(had.get(label, ()), its.get(label, ())) for label in rule.equal
            ):
                return f"inhibited by change c{other.change_id} ({other.kind})"
    return None


def _same(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Labels with many values are the same when they share one; both absent, too."""
    return (not one and not other) or bool(set(one) & set(other))
