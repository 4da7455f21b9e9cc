"""What a user pinned is what later changes compare with."""

from __future__ import annotations

from dataclasses import replace

from monitor.alerts import words
from monitor.model import Side, Transition
from monitor.store import confirmations, sqlite


def against(
    db: sqlite.Connection,
    transition: Transition,
    assertion_id: int,
    before: Side | None,
    after: Side | None,
) -> tuple[Transition, Side | None]:
    """The transition and its "before", compared with the pin if there is one.

    A statement of another source is no change of what was pinned.
    """
    pin = confirmations.pinned(db, assertion_id)
    if pin is None or before is None or before.source != pin.side.source:
        return transition, before
    said = f"pinned by {pin.author} on {pin.pinned_at:%Y-%m-%d}"
    if after is not None and _says(pin.side) == _says(after):
        return _with(transition, f"now again as {said}"), before
    value = words.value(pin.side)
    told = f"{value}, {said}" if value else f"what was {said}"
    return _with(transition, f"compared with {told}"), pin.side


def _with(transition: Transition, told: str) -> Transition:
    return replace(transition, reason=f"{transition.reason}; {told}")


def _says(side: Side) -> tuple[object, ...]:
    if side.value_min is None and side.value_max is None:
        return (side.text, side.certainty, side.polarity, side.status)
    return (
        side.value_min,
        side.value_max,
        side.comparator,
        side.certainty,
        side.polarity,
        side.status,
    )
