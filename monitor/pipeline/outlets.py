"""What the outlets are used to, counted now and then and remembered between."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from monitor import habits
from monitor.habits import Habit
from monitor.store import habits as stored

if TYPE_CHECKING:
    from monitor.pipeline.service import Service

# A habit of a month does not change within the hour.
COUNT_EVERY = timedelta(hours=1)


@dataclass(slots=True)
class Outlets:
    """The memory of one program."""

    habits: dict[str, Habit] = field(default_factory=dict)
    counted_at: datetime | None = None


def count(service: Service) -> None:
    """Count anew if the last count is old, or of a clock that was set back."""
    now, known = service.clock.now(), service.outlets
    if known.counted_at is None or not (
        timedelta(0) <= now - known.counted_at < COUNT_EVERY
    ):
        known.habits = stored.by_outlet(service.store, now=now)
        known.counted_at = now


def stretch(service: Service, outlet: str) -> float:
    """How many times further apart the checks of its articles may lie."""
    habit = service.outlets.habits.get(outlet)
    return habits.stretch(habit, most=service.config.checks.stretch)
