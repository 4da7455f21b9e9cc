"""Which hosts left their pages without an answer, and are asked for no more for now."""

from __future__ import annotations

from collections import Counter

from monitor import urls

# After so many pages that a host left unanswered it is asked for no more ...
STRIKES = 3
# ... for so long after the last of them (s): a busy daemon's pass may not end for hours.
HELD_FOR = 900.0


class Strikes:
    """Pages unanswered, by host; times are monotonic seconds."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._last: dict[str, float] = {}

    def unanswered(self, url: str, *, at: float) -> None:
        """A page of this host got no answer."""
        host = urls.host(url)
        if self._is_over(host, at):
            del self._counts[host]
        self._counts[host] += 1
        self._last[host] = at

    def answered(self, url: str) -> None:
        """The host speaks again: what was before no longer counts."""
        host = urls.host(url)
        self._counts.pop(host, None)
        self._last.pop(host, None)

    def is_out(self, url: str, *, at: float) -> bool:
        """Whether this host's pages are not worth asking for now."""
        host = urls.host(url)
        return self._counts[host] >= STRIKES and not self._is_over(host, at)

    def _is_over(self, host: str, at: float) -> bool:
        return at - self._last.get(host, at) >= HELD_FOR
