"""A real mail server on loopback for tests."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.servers import LONGEST_WAIT, Server


class SmtpServer(Server):
    """Collects mail. `mode` is "accept", "refuse" (550), "defer" (451) or "hang".

    With `tls` it speaks TLS from the first byte.
    """

    def __init__(self, mode: str = "accept", tls: ssl.SSLContext | None = None) -> None:
        self.mode = mode
        self._tls = tls
        self.messages: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self._changed = threading.Condition()
        self._loop = asyncio.new_event_loop()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._sessions: set[SMTP] = set()
        self._released = asyncio.Event()
        self._ended = asyncio.Event()
        self._thread = threading.Thread(target=self._run)

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])

    def wait_for(self, count: int, seconds: float = LONGEST_WAIT) -> bool:
        """Block until so many messages have been accepted."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self.messages) >= count, seconds)

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """aiosmtpd's hook: a message has come."""
        if self.mode == "hang":
            await self._released.wait()
        if self.mode != "accept":
            return "550 no such box" if self.mode == "refuse" else "451 come back later"
        raw = envelope.content
        data = raw.encode() if isinstance(raw, str) else (raw or b"")
        message = message_from_bytes(data, policy=policy.default)
        with self._changed:
            self.messages.append(message)
            self.recipients.append(list(map(str, envelope.rcpt_tos)))
            self._changed.notify_all()
        return "250 taken"

    def _session(self) -> SMTP:
        session = SMTP(self, loop=self._loop, hostname="mail.example.com")
        self._sessions.add(session)
        return session

    async def _serve(self) -> None:
        server = await self._loop.create_server(
            self._session, sock=self._socket, ssl=self._tls
        )
        await self._ended.wait()
        self._released.set()
        server.close()
        for session in self._sessions:
            if session.transport is not None:
                session.transport.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await server.wait_closed()

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    def close(self) -> None:
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._ended.set)
            self._thread.join()
