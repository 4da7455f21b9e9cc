"""Clocks for tests: turned by hand, or set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from monitor.clock import SystemClock


class FakeClock:
    """A clock that moves only when told to."""

    def __init__(self, now: datetime = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)) -> None:
        self._now = now
        self._monotonic = 1000.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def advance(self, by: timedelta) -> datetime:
        """Let time pass; both clocks move."""
        self._now += by
        self._monotonic += by.total_seconds()
        return self._now

    def jump(self, to: datetime) -> None:
        """Set the wall clock only, as an administrator or NTP would."""
        self._now = to


class ShiftedClock(SystemClock):
    """The real clock, whose wall time can be set."""

    def __init__(self) -> None:
        self.by = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self.by
