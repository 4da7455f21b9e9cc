"""Which of our plain sockets may be read or written, told with little ado.

The loop's own add_reader() and add_writer() make an object and look in three places for
each change; a connection that lives for one request changes four times. Here all hang
on one selector, which the loop watches as if it were one socket.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable

# Told with what the socket is ready for.
Ready = Callable[[int], None]
READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE


class Readiness:
    """Calls each socket's function when it is ready, on the loop's thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        # epoll or kqueue, which can be watched themselves
        self._selector = selectors.DefaultSelector()
        loop.add_reader(self._selector, self.tell)

    def watch(self, socket: int, events: int, ready: Ready) -> None:
        """Begin to watch a socket, by its number, for READ, WRITE or both."""
        self._selector.register(socket, events, ready)

    def change(self, socket: int, events: int, ready: Ready) -> None:
        """Watch for other events."""
        self._selector.modify(socket, events, ready)

    def forget(self, socket: int) -> None:
        """Watch no more; before the socket is closed."""
        self._selector.unregister(socket)

    def close(self) -> None:
        """Watch nothing any more."""
        self._loop.remove_reader(self._selector)
        self._selector.close()

    def tell(self) -> None:
        """Call what is ready now; the loop does so by itself, when its turn comes."""
        for key, events in self._selector.select(0):
            ready: Ready = key.data
            ready(events)
