"""What becomes of a change before any route is asked: alert, digest or record.

Topics say what the user follows; without a topic everything is followed. Alerting on
any change of words is nearly nine tenths false alarms (docs/design.md, section 1):
so a rewording is only recorded, a detail waits for the digest, and a new claim must
earn its ping.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from monitor.model import ChangeKind


class Action(StrEnum):
    """What becomes of a change: sent soon, sent with the digest, or kept only."""

    ALERT = "alert"
    DIGEST = "digest"
    RECORD = "record"


@dataclass(frozen=True, slots=True)
class Disposition:
    """What becomes of a change, and why, for `explain`."""

    action: Action
    reason: str


def decide(
    kind: ChangeKind,
    *,
    has_measure: bool,
    topics_configured: bool,
    topics_matched: bool,
    checkworthy: bool,
    matched_by_terms: bool = True,
) -> Disposition:
    """What becomes of a change of this kind.

    `matched_by_terms` is False when only the feeds of a topic match, not its terms:
    such a topic takes a whole feed, and there a new claim needs a measure.
    """
    if kind is ChangeKind.REWORDED:
        return Disposition(Action.RECORD, "only reworded")
    if topics_configured and not topics_matched:
        return Disposition(Action.RECORD, "matches no topic")
    if kind is ChangeKind.DETAIL:
        return Disposition(Action.DIGEST, "a detail waits for the digest")
    if kind is not ChangeKind.NEW:
        return Disposition(Action.ALERT, f"{kind} alerts")
    if not checkworthy:
        return Disposition(Action.RECORD, "new, but not check-worthy")
    if not topics_configured:
        return Disposition(Action.DIGEST, "new, and no topic is configured")
    if has_measure:
        return Disposition(Action.ALERT, "new, with a measure")
    if matched_by_terms:
        return Disposition(Action.ALERT, "new, and matches a topic's terms")
    return Disposition(Action.RECORD, "new, without a measure or a topic's term")
