"""Real servers on loopback for tests: pages and webhooks.

Every server is a context manager that leaves no thread and no socket behind. Port
numbers are ephemeral. Nothing here sleeps: handlers that hang wait on an event which
closing the server sets.
"""

from __future__ import annotations

import hashlib
import json
import socket
import ssl
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

# Seconds, for what comes within one on an idle machine; below the tests' own limit.
LONGEST_WAIT = 100.0
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Page:
    """What a path answers."""

    body: bytes
    status: int = 200
    content_type: str = HTML
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: bool = True


class Exchange:
    """One request and the means to answer it, well or badly."""

    def __init__(
        self, handler: _Handler, body: bytes, stopping: threading.Event
    ) -> None:
        self.method: str = handler.command
        self.path: str = handler.path
        self.headers: dict[str, str] = {
            k.lower(): v for k, v in handler.headers.items()
        }
        self.body = body
        self.stopping = stopping
        self._handler = handler

    def send(
        self,
        body: bytes | str = b"",
        *,
        status: int = 200,
        content_type: str = HTML,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Answer correctly."""
        data = body.encode() if isinstance(body, str) else body
        lines = [f"HTTP/1.1 {status} Said"]
        if status != 304:
            lines += [f"Content-Type: {content_type}", f"Content-Length: {len(data)}"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        head = "\r\n".join(lines).encode("utf-8") + b"\r\n\r\n"
        self.raw(head + (data if self.method != "HEAD" else b""))

    def raw(self, data: bytes) -> None:
        """Write these bytes to the connection as they are."""
        self._handler.wfile.write(data)
        self._handler.wfile.flush()

    def wait(self, seconds: float = LONGEST_WAIT) -> bool:
        """Hang; True when the server closes meanwhile."""
        return self.stopping.wait(seconds)

    def drip(self, data: bytes, *, every: float = 0.05) -> None:
        """Write one byte at a time until the client or the test has enough."""
        for byte in data:
            self.raw(bytes([byte]))
            if self.wait(every):
                return

    def hang_up(self) -> None:
        """Close the connection after this answer, or instead of one."""
        self._handler.close_connection = True


Behaviour = Callable[[Exchange], None]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Listener

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else b""
        self.server.owner.answer(Exchange(self, body, self.server.owner.stopping))

    do_POST = do_HEAD = do_CONNECT = do_GET  # noqa: N815

    def handle(self) -> None:
        # a client that leaves in the middle is what many tests are about
        try:
            super().handle()
        except OSError:
            self.close_connection = True

    def finish(self) -> None:
        try:
            super().finish()
        except OSError:
            self.rfile.close()

    def log_message(self, *args: Any) -> None:
        """Stay silent: requests are recorded instead."""


class _Listener(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True
    request_queue_size = 256

    def __init__(self, owner: HttpServer, tls: ssl.SSLContext | None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.owner = owner
        self.tls = tls
        self.open: set[socket.socket] = set()
        self.lock = threading.Lock()

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        if self.tls:
            # the handshake happens in the connection's own thread, on first read
            connection = self.tls.wrap_socket(
                connection, server_side=True, do_handshake_on_connect=False
            )
        with self.lock:
            self.open.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        with self.lock:
            self.open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A broken connection is the client's business."""

    def cut(self) -> None:
        with self.lock:
            for connection in self.open:
                try:
                    # not SSLSocket.shutdown, which would race with a reading thread
                    socket.socket.shutdown(connection, socket.SHUT_RDWR)
                except OSError:
                    continue


@contextmanager
def reserved_port() -> Iterator[int]:
    """A port that nobody else is given; connections are refused until one listens.

    A number that was free a moment ago may be another program's by now.
    """
    with socket.socket() as holder:
        # a server may still take it, as it sets the same
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", 0))
        yield int(holder.getsockname()[1])


class Crowd:
    """How many requests a server holds at once."""

    def __init__(self) -> None:
        self.most = 0
        self._inside = 0
        self._changed = threading.Condition()

    def gather(self, count: int, *, then: float) -> None:
        """Stay until so many have been here at once, and `then` s for one too many.

        To be called before the answer: it lets the next one in.
        """
        with self._changed:
            self._inside += 1
            self.most = max(self.most, self._inside)
            self._changed.notify_all()
            self._changed.wait_for(lambda: self.most >= count, LONGEST_WAIT)
            self._changed.wait_for(lambda: self.most > count, then)
            self._inside -= 1


class Server(ABC):
    """A thread that serves between `with` and its end."""

    _thread: threading.Thread

    @abstractmethod
    def close(self) -> None:
        """End the thread, and all that it serves."""

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class HttpServer(Server):
    """A threaded HTTP/1.1 server on 127.0.0.1; subclasses say what it answers."""

    def __init__(self, *, tls: ssl.SSLContext | None = None) -> None:
        self.stopping = threading.Event()
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        self._arrived: list[float] = []
        self._changed = threading.Condition()
        self._scheme = "https" if tls else "http"
        self._listener = _Listener(self, tls)
        self._thread = threading.Thread(
            target=self._listener.serve_forever, kwargs={"poll_interval": 0.02}
        )

    @property
    def port(self) -> int:
        return int(self._listener.server_address[1])

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"{self._scheme}://{host}:{self.port}{path}"

    def answer(self, exchange: Exchange) -> None:
        # before the answer: whoever has that may look at once
        with self._changed:
            self.note(exchange)
            self._changed.notify_all()
        self.respond(exchange)

    def note(self, exchange: Exchange) -> None:
        """Keep what tests look at; one at a time."""
        self.requests.append((exchange.method, exchange.path, exchange.headers))
        self._arrived.append(time.monotonic())

    @abstractmethod
    def respond(self, exchange: Exchange) -> None:
        """Answer a request, well or badly."""

    def wait_for_requests(self, count: int, seconds: float = LONGEST_WAIT) -> bool:
        """Block until so many requests have come; False when they don't."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self.requests) >= count, seconds)

    def paths(self) -> list[str]:
        """The paths asked for, in order."""
        with self._changed:
            return [path for _, path, _ in self.requests]

    def are_spaced(self, pause: float, *paths: str, since: float) -> bool:
        """Whether the requests for these paths kept that distance (s).

        They were due one after the other from `since` on. A busy machine may note each
        of them late, and then the next one seems too soon after it; but not too soon
        after the beginning.
        """
        with self._changed:
            arrived = [
                at
                for (_, path, _), at in zip(self.requests, self._arrived, strict=True)
                if path in paths
            ]
        return all(at - since >= n * pause for n, at in enumerate(sorted(arrived)))

    def close(self) -> None:
        self.stopping.set()
        if self._thread.is_alive():
            self._listener.shutdown()
            self._thread.join()
        self._listener.cut()
        self._listener.server_close()


class NewsServer(HttpServer):
    """Serves what tests put there, with ETags; anything else is 404."""

    def __init__(self, *, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(tls=tls)
        self._pages: dict[str, Page] = {}
        self._behaviours: dict[str, Behaviour] = {}

    def put(
        self,
        path: str,
        body: bytes | str,
        *,
        content_type: str = HTML,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        etag: bool = True,
    ) -> str:
        """Serve this from now on; returns the URL."""
        data = body.encode() if isinstance(body, str) else body
        self._behaviours.pop(path, None)
        self._pages[path] = Page(data, status, content_type, headers or {}, etag)
        return self.url(path)

    def remove(self, path: str) -> None:
        for answers in (self._pages, self._behaviours):
            answers.pop(path, None)

    def handle(self, path: str, behaviour: Behaviour) -> str:
        """Let a function answer this path; returns the URL."""
        self._behaviours[path] = behaviour
        return self.url(path)

    def respond(self, exchange: Exchange) -> None:
        # a request through a proxy names the whole URL
        path = exchange.path.removeprefix(self.url("")).split("?")[0]
        behaviour = self._behaviours.get(exchange.path) or self._behaviours.get(path)
        if behaviour:
            behaviour(exchange)
            return
        page = self._pages.get(exchange.path) or self._pages.get(path)
        if page is None:
            exchange.send("<h1>Not found</h1>", status=404)
            return
        headers = dict(page.headers)
        if page.etag and page.status == 200:
            headers.setdefault(
                "ETag", f'"{hashlib.sha256(page.body).hexdigest()[:16]}"'
            )
            if exchange.headers.get("if-none-match") == headers["ETag"]:
                exchange.send(status=304, headers={"ETag": headers["ETag"]})
                return
        kind = page.content_type
        exchange.send(page.body, status=page.status, content_type=kind, headers=headers)


class HookServer(HttpServer):
    """Receives JSON webhooks. `statuses` are used up in order, then 200.

    A status may also be "hang" (no answer until the server closes) or "drop" (the
    connection is closed after the body was read: delivered, but nobody says so).
    """

    def __init__(
        self, *, statuses: list[int | str] | None = None, reply: str = "ok"
    ) -> None:
        super().__init__()
        self.bodies: list[Any] = []
        self.statuses: list[int | str] = list(statuses or [])
        self.retry_after: str | None = None
        self.reply = reply
        self._lock = threading.Lock()

    def wait_for(self, count: int, seconds: float = LONGEST_WAIT) -> bool:
        """Block until so many messages have come, accepted or not."""
        return self.wait_for_requests(count, seconds)

    def note(self, exchange: Exchange) -> None:
        super().note(exchange)
        try:
            self.bodies.append(json.loads(exchange.body))
        except ValueError:
            self.bodies.append(exchange.body)

    def respond(self, exchange: Exchange) -> None:
        with self._lock:
            status = self.statuses.pop(0) if self.statuses else 200
        if status == "hang":
            exchange.wait()
        if isinstance(status, str):
            exchange.hang_up()
            return
        headers = {"Retry-After": self.retry_after} if self.retry_after else {}
        exchange.send(self.reply, status=status, headers=headers)
