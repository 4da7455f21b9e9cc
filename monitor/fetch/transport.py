"""A plain TCP connection, from connect() to close(), with as few steps as it takes.

asyncio's own way makes a future for the connect, another for the transport, four
callbacks and a buffer of 256 KB: more processor time than all else of a poll that
brings nothing. This one serves a client that sends one small request at a time.
"""

from __future__ import annotations

import asyncio
import os
import socket
from typing import Any

from typing_extensions import override

from monitor.fetch.readiness import READ, WRITE, Readiness

# Read at once: most feeds fit in, and it is allocated for each read.
_PIECE = 64 * 1024


class PlainTransport(asyncio.Transport):
    """Connects `sock` and carries bytes between it and `protocol`.

    What is written before the connection stands is sent then; a connect that fails is
    told as a lost connection. Raises OSError where the system refuses at once.
    """

    def __init__(
        self,
        readiness: Readiness,
        sock: socket.socket,
        protocol: asyncio.Protocol,
        *,
        to: Any = None,
    ) -> None:
        super().__init__()
        self._loop = asyncio.get_running_loop()
        self._readiness = readiness
        self._sock = sock
        self._number = sock.fileno()
        self._protocol = protocol
        self._unsent = b""
        self._watched = 0
        self._stands = self._paused = self._telling = self._closing = False
        sock.setblocking(False)
        if to is not None:
            try:
                sock.connect(to)
            except BlockingIOError:
                self._watch()
                return
            except OSError:
                sock.close()
                raise
        self._begin()

    @override
    def write(self, data: bytes | bytearray | memoryview) -> None:
        if not self._closing:
            self._unsent += data
            if self._stands:
                self._send()

    @override
    def pause_reading(self) -> None:
        if not self._paused and not self._closing:
            self._paused = True
            self._watch()

    @override
    def resume_reading(self) -> None:
        if self._paused and not self._closing:
            self._paused = False
            self._watch()

    @override
    def is_closing(self) -> bool:
        return self._closing

    @override
    def close(self) -> None:
        """Give up at once, what is unsent included."""
        self._lose(None)

    @override
    def abort(self) -> None:
        self._lose(None)

    def _watch(self) -> None:
        """Be told of what there is something to do for."""
        events = 0
        if self._unsent or not self._stands:
            events = WRITE
        if self._stands and not self._paused:
            events |= READ
        if events == self._watched:
            return
        if not events:
            self._readiness.forget(self._number)
        elif self._watched:
            self._readiness.change(self._number, events, self._ready)
        else:
            self._readiness.watch(self._number, events, self._ready)
        self._watched = events

    def _begin(self) -> None:
        self._stands = True
        self._protocol.connection_made(self)
        self._send()

    def _ready(self, events: int) -> None:
        if events & WRITE:
            self._writable()
        # whichever was first may have ended it
        if events & READ and self._stands and not self._paused and not self._closing:
            self._readable()

    def _writable(self) -> None:
        if self._closing:
            return
        if self._stands:
            self._send()
            return
        code = self._sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            self._lose(OSError(code, os.strerror(code)))
        else:
            self._begin()

    def _send(self) -> None:
        if self._unsent:
            try:
                sent = self._sock.send(self._unsent)
            except BlockingIOError:
                sent = 0
            except OSError as error:
                self._lose(error)
                return
            self._unsent = self._unsent[sent:]
        self._watch()

    def _readable(self) -> None:
        try:
            data = self._sock.recv(_PIECE)
        except BlockingIOError:
            return
        except OSError as error:
            self._lose(error)
            return
        if not data:
            self._protocol.eof_received()
            self._lose(None)
            return
        self._telling = True
        try:
            self._protocol.data_received(data)
        finally:
            self._telling = False

    def _lose(self, error: OSError | None) -> None:
        if self._closing:
            return
        self._closing = True
        if self._watched:
            self._readiness.forget(self._number)
        self._sock.close()
        if self._telling:
            # it has more to say of what it was just told
            self._loop.call_soon(self._protocol.connection_lost, error)
        else:
            self._protocol.connection_lost(error)
