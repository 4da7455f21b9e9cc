"""Connections: which are used again, which are not, and how bytes travel on them."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest
import trustme
from yarl import URL

from monitor.errors import FetchError
from monitor.fetch import Fetcher, guard
from monitor.fetch.door import Door
from monitor.fetch.readiness import Readiness
from monitor.fetch.transport import PlainTransport
from monitor.model import Request
from monitor.settings import FetchConfig
from tests.servers import LONGEST_WAIT, NewsServer

# no test here is about the deadline, however busy the machine is
CONFIG = FetchConfig(timeout=timedelta(seconds=60), per_host_pause=timedelta(0))
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
UNASKED = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"


class Line:
    """One connection of a client to the server below, and what it asked."""

    def __init__(self, sock: socket.socket, number: int) -> None:
        self.sock, self.number = sock, number

    def request(self) -> bytes:
        """The head of the next request, nothing when the client has gone."""
        head = b""
        while b"\r\n\r\n" not in head:
            piece = self.sock.recv(4096)
            if not piece:
                return b""
            head += piece
        return head


@contextmanager
def lines(behave: Callable[[Line], None], count: list[int]) -> Iterator[str]:
    """A server that hands each connection to `behave`; counts them in `count`."""
    listener = socket.create_server(("127.0.0.1", 0))
    threads = []

    def serve(sock: socket.socket, number: int) -> None:
        # the client may leave before it has read all, and then tells with a reset
        with sock, suppress(ConnectionError):
            behave(Line(sock, number))

    def accept() -> None:
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            sock.settimeout(LONGEST_WAIT)
            count.append(1)
            threads.append(threading.Thread(target=serve, args=(sock, len(count))))
            threads[-1].start()

    thread = threading.Thread(target=accept)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()
        for one in threads:
            one.join()


def twice(url: str) -> list[bytes]:
    """Two fetches, the first of which leaves its connection open."""
    with Fetcher(CONFIG, contact="", version="1") as fetcher:
        return [fetcher.get(ask(url)).body for _ in range(2)]


def ask(url: str, **changes: Any) -> Request:
    return Request(url, allow_private=True, **changes)


def test_a_connection_is_used_again() -> None:
    def behave(line: Line) -> None:
        while line.request():
            line.sock.sendall(ANSWER)

    count: list[int] = []
    with lines(behave, count) as url:
        assert twice(url) == [b"ok", b"ok"]
    assert len(count) == 1


def test_one_that_the_host_closed_meanwhile_is_replaced() -> None:
    def behave(line: Line) -> None:
        line.request()
        line.sock.sendall(ANSWER)
        if line.number == 1:
            # the second request is read and left without an answer
            assert line.request()
        else:
            line.request()

    count: list[int] = []
    with lines(behave, count) as url:
        assert twice(url) == [b"ok", b"ok"]
    assert len(count) == 2


def test_a_new_one_that_is_closed_is_not_asked_again() -> None:
    count: list[int] = []
    with (
        lines(lambda line: line.request() and None, count) as url,
        Fetcher(CONFIG, contact="", version="1") as fetcher,
        pytest.raises(FetchError, match="hung up without an answer"),
    ):
        fetcher.get(ask(url))
    assert len(count) == 1


@pytest.mark.parametrize("together", [True, False])
def test_what_comes_unasked_is_nobodys_answer(together: bool) -> None:
    told = threading.Event()

    def behave(line: Line) -> None:
        line.request()
        if line.number > 1:
            line.sock.sendall(ANSWER)
        elif together:
            line.sock.sendall(ANSWER + UNASKED)
        else:
            line.sock.sendall(ANSWER)
            line.sock.sendall(UNASKED)
        told.set()
        line.request()

    count: list[int] = []
    with (
        lines(behave, count) as url,
        Fetcher(CONFIG, contact="", version="1") as fetcher,
    ):
        assert fetcher.get(ask(url)).body == b"ok"
        assert told.wait(LONGEST_WAIT)
        assert fetcher.get(ask(url)).body == b"ok"
    assert len(count) == 2


def test_what_came_unasked_while_the_loop_was_busy_is_nobodys_answer() -> None:
    now, told = threading.Event(), threading.Event()

    def behave(line: Line) -> None:
        line.request()
        line.sock.sendall(ANSWER)
        if line.number == 1:
            assert now.wait(LONGEST_WAIT)
            line.sock.sendall(UNASKED)
            told.set()
        line.request()

    async def scene(url: str) -> list[bytes]:
        readiness = Readiness(asyncio.get_running_loop())
        door = Door(
            guard.Resolver(socket.getaddrinfo),
            guard.private_socket,
            readiness,
            tls=ssl.create_default_context(),
            headers={},
        )
        bodies = []
        for _ in range(2):
            answer = await door.get(URL(url), {})
            bodies.append(await answer.content.read())
            answer.release()
            # the loop stands still, so that it can't have read what comes now
            now.set()
            assert told.wait(LONGEST_WAIT)
        door.close()
        readiness.close()
        return bodies

    count: list[int] = []
    with lines(behave, count) as url:
        assert asyncio.run(scene(url)) == [b"ok", b"ok"]
    assert len(count) == 2


def test_one_with_an_unread_body_is_given_up() -> None:
    def behave(line: Line) -> None:
        line.request()
        body = b"x" * 100_000
        head = f"HTTP/1.1 500 Sorry\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        line.sock.sendall(head + body)
        line.request()

    count: list[int] = []
    with lines(behave, count) as url:
        twice(url)
    assert len(count) == 2


def test_secure_connections_are_used_again() -> None:
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    shaken = []
    context.sni_callback = lambda *_: shaken.append(1)
    with (
        NewsServer(tls=context) as server,
        Fetcher(CONFIG, contact="", version="1", tls=trust) as fetcher,
    ):
        url = server.put("/a", "x" * 300_000)
        assert [len(fetcher.get(ask(url)).body) for _ in range(3)] == [300_000] * 3
    assert len(shaken) == 1


def test_the_next_address_is_tried_when_one_is_dead() -> None:
    def lookup(host: str, port: int, **_: object) -> list[tuple[Any, ...]]:
        places = (
            ("127.0.0.9", "127.0.0.1") if host == "half.example" else ("127.0.0.9",)
        )
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (p, port)) for p in places]

    with (
        NewsServer() as server,
        Fetcher(CONFIG, contact="", version="1", lookup=lookup) as fetcher,
    ):
        server.put("/a", "x")
        alive = server.url("/a").replace("127.0.0.1", "half.example")
        assert fetcher.get(ask(alive)).body == b"x"
        for dead in ("dead.example", "127.0.0.9"):
            with pytest.raises(FetchError, match="Connection refused") as caught:
                fetcher.get(ask(alive.replace("half.example", dead)))
            assert caught.value.kind == "connect"


def test_no_address_of_several_is_connected_where_none_is_public() -> None:
    def lookup(host: str, port: int, **_: object) -> list[tuple[Any, ...]]:
        places = ("10.0.0.1", "127.0.0.1")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (p, port)) for p in places]

    with (
        NewsServer() as server,
        Fetcher(CONFIG, contact="", version="1", lookup=lookup) as fetcher,
    ):
        url = server.put("/a", "x").replace("127.0.0.1", "news.example")
        with pytest.raises(FetchError, match="not a public address") as caught:
            fetcher.get(Request(url))
        assert caught.value.kind == "refused-address"
        assert not server.requests


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nb", "a\rb", "a\0b"])
def test_a_header_is_one_line(value: str) -> None:
    with NewsServer() as server, Fetcher(CONFIG, contact="", version="1") as fetcher:
        url = server.put("/a", "x")
        with pytest.raises(FetchError) as caught:
            fetcher.get(ask(url, headers=(("X-Token", value),)))
        assert caught.value.kind == "protocol"
        assert not server.requests


def test_own_headers_replace_ours_and_cookies_are_joined() -> None:
    def wall(exchange: Any) -> None:
        if "seen" in exchange.headers["cookie"]:
            exchange.send("in")
        else:
            headers = {"Location": "/wall", "Set-Cookie": 'seen="a b"; Path=/'}
            exchange.send(status=302, headers=headers)

    with NewsServer() as server, Fetcher(CONFIG, contact="", version="1") as fetcher:
        url = server.handle("/wall", wall)
        own = (("user-agent", "Gazette/2"), ("cookie", "paid=1"))
        assert fetcher.get(ask(url, headers=own)).body == b"in"
        sent = server.requests[-1][2]
    assert sent["user-agent"] == "Gazette/2"
    assert sent["cookie"] == 'paid=1; seen="a b"'


# ------------------------------------------------ the transport by itself


class Heard(asyncio.Protocol):
    """What a transport told."""

    def __init__(self) -> None:
        self.data = b""
        self.lost = asyncio.get_running_loop().create_future()

    def data_received(self, data: bytes) -> None:
        self.data += data

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost.set_result(exc)


def test_what_does_not_fit_is_sent_later() -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        near, far = socket.socketpair()
        with far:
            heard = Heard()
            transport = PlainTransport(Readiness(loop), near, heard)
            message = bytes(range(256)) * 20_000
            transport.write(message)
            transport.write(b"end")
            far.setblocking(False)
            got = b""
            while not got.endswith(b"end"):
                got += await loop.sock_recv(far, 1 << 20)
            assert got == message + b"end"
            transport.close()
            assert await heard.lost is None

    asyncio.run(asyncio.wait_for(main(), LONGEST_WAIT))


def test_nothing_is_read_while_reading_is_paused() -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        near, far = socket.socketpair()
        heard = Heard()
        transport = PlainTransport(Readiness(loop), near, heard)
        transport.pause_reading()
        far.sendall(b"early")
        far.close()
        for _ in range(5):
            await asyncio.sleep(0)
        assert not heard.data
        transport.resume_reading()
        assert await heard.lost is None
        assert heard.data == b"early"
        assert transport.is_closing()

    asyncio.run(asyncio.wait_for(main(), LONGEST_WAIT))


def test_a_closed_transport_leaves_nothing_behind() -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        listener = socket.create_server(("127.0.0.1", 0))
        with listener:
            heard = Heard()
            sock = socket.socket()
            transport = PlainTransport(
                Readiness(loop), sock, heard, to=listener.getsockname()
            )
            transport.write(b"never sent")
            transport.close()
            transport.close()
            transport.write(b"nor this")
            assert await heard.lost is None
            assert sock.fileno() == -1

    asyncio.run(asyncio.wait_for(main(), LONGEST_WAIT))
