"""One way out: connections to hosts, kept open for a while, and a GET over each.

Answers are parsed by aiohttp's own protocol and parser, which the hostile servers of
the tests are held against; its session, which can do far more than a GET, costs twice
what the rest of a poll does and is left to proxies.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aiohappyeyeballs
import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.http_parser import RawResponseMessage
from aiohttp.streams import StreamReader
from yarl import URL

from monitor.fetch import guard
from monitor.fetch.readiness import Readiness
from monitor.fetch.transport import PlainTransport

if TYPE_CHECKING:
    from multidict import CIMultiDictProxy

LONGEST_HEADERS = 64 * 1024
# A connection stays open so long (s) for the host's next feed or its articles.
IDLE_FOR = 15.0
# RFC 8305: the next address is tried when one has not answered for so long (s).
_NEXT_ADDRESS = 0.25
# Of a body, so much may wait for us before the host has to.
_AHEAD = 64 * 1024

_Key = tuple[str, str | None, int | None]


@dataclass(slots=True, eq=False)
class Answer:
    """The head of an answer, and its body as it comes in."""

    url: URL
    status: int
    headers: CIMultiDictProxy[str]
    raw_headers: tuple[tuple[bytes, bytes], ...]
    content: StreamReader
    _protocol: ResponseHandler
    _take_back: Callable[[ResponseHandler, URL], None]

    def release(self) -> None:
        """Lend the connection to the next request if all was read, else close it."""
        protocol = self._protocol
        if (
            self.content.is_eof()
            and not protocol.should_close
            and protocol.is_connected()
        ):
            self._take_back(protocol, self.url)
        else:
            protocol.close()

    def close(self) -> None:
        """Give the connection up, whatever still comes."""
        self._protocol.close()


class Door:
    """Asks hosts for pages over connections that `gate` opens the sockets of."""

    def __init__(
        self,
        resolver: guard.Resolver,
        gate: guard.Gate,
        readiness: Readiness,
        *,
        tls: ssl.SSLContext,
        headers: Mapping[str, str],
    ) -> None:
        self._resolver = resolver
        self._gate = gate
        self._tls = tls
        self._ours = {name.lower(): f"{name}: {headers[name]}" for name in headers}
        self._readiness = readiness
        self._loop = asyncio.get_running_loop()
        self._idle: dict[_Key, list[tuple[float, ResponseHandler]]] = {}
        self._sweeping: asyncio.TimerHandle | None = None

    async def get(self, url: URL, headers: Mapping[str, str]) -> Answer:
        """The answer's head; raises OSError, aiohttp's errors or a parser's."""
        request = self._request(url, headers)
        protocol = self._left_open(url)
        if protocol is not None:
            try:
                return await self._ask(protocol, url, request)
            except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError):
                pass  # closed by the host while nobody asked
        return await self._ask(await self._connected(url), url, request)

    def close(self) -> None:
        """Close what waits for a request."""
        if self._sweeping is not None:
            self._sweeping.cancel()
        for protocols in self._idle.values():
            for _, protocol in protocols:
                protocol.abort()
        self._idle.clear()

    # ------------------------------------------------ a request and its answer

    def _request(self, url: URL, headers: Mapping[str, str]) -> bytes:
        lines = [
            f"GET {url.raw_path_qs} HTTP/1.1",
            f"Host: {url.host_port_subcomponent}",
        ]
        # as a dict has one value for each, their own takes the place of ours
        said = self._ours | {n.lower(): f"{n}: {v}" for n, v in headers.items()}
        lines += said.values()
        text = "\r\n".join(lines)
        breaks = len(lines) - 1
        if text.count("\r") != breaks or text.count("\n") != breaks or "\0" in text:
            raise ValueError("a header of more than one line")
        return f"{text}\r\n\r\n".encode("utf-8", "surrogateescape")

    async def _ask(self, protocol: ResponseHandler, url: URL, request: bytes) -> Answer:
        protocol.set_response_params(
            read_until_eof=True,
            auto_decompress=False,
            read_bufsize=_AHEAD,
            max_line_size=LONGEST_HEADERS,
            max_field_size=LONGEST_HEADERS,
        )
        try:
            # none any more: lost since, which reading tells
            if protocol.transport is not None:
                protocol.transport.write(request)
            message, body = await _final(protocol)
        except BaseException:
            protocol.close()
            raise
        return Answer(
            url=url,
            status=message.code,
            headers=message.headers,
            raw_headers=message.raw_headers,
            content=body,
            _protocol=protocol,
            _take_back=self._take_back,
        )

    # ------------------------------------------------ connections

    async def _connected(self, url: URL) -> ResponseHandler:
        """A new connection; a plain one to a single address may still be under way."""
        refused: list[str] = []
        guard.refused.set(refused)
        host, protocol = url.raw_host or "", ResponseHandler(self._loop)
        addresses = await self._resolver.addresses_of(host, url.port or 80)
        try:
            if len(addresses) == 1 and url.scheme == "http":
                to = addresses[0]
                protocol.transport = PlainTransport(
                    self._readiness, self._gate(to), protocol, to=to[4]
                )
                return protocol
            sock = await aiohappyeyeballs.start_connection(
                addresses,
                happy_eyeballs_delay=_NEXT_ADDRESS,
                socket_factory=self._gate,
            )
        except OSError as error:
            guard.tell_refused(refused, error)
            raise
        if url.scheme == "http":
            protocol.transport = PlainTransport(self._readiness, sock, protocol)
        else:
            await self._loop.create_connection(
                lambda: protocol,
                sock=sock,
                ssl=self._tls,
                server_hostname=host.rstrip("."),
            )
        return protocol

    def _left_open(self, url: URL) -> ResponseHandler | None:
        """A connection to this host that an earlier answer left, if it still stands."""
        waiting = self._idle.get(_key(url))
        if waiting:
            # what has come on them may still wait for the loop's turn
            self._readiness.tell()
        now = self._loop.time()
        while waiting:
            since, protocol = waiting.pop()
            # what comes unasked would be taken for the next answer
            fit = protocol.is_connected() and not protocol.should_close
            if fit and now - since <= IDLE_FOR:
                return protocol
            protocol.close()
        return None

    def _take_back(self, protocol: ResponseHandler, url: URL) -> None:
        waiting = self._idle.setdefault(_key(url), [])
        waiting.append((self._loop.time(), protocol))
        if self._sweeping is None:
            self._sweeping = self._loop.call_later(IDLE_FOR, self._sweep)

    def _sweep(self) -> None:
        """Close what has waited too long; again as long as anything waits."""
        oldest = self._loop.time() - IDLE_FOR
        for key, waiting in list(self._idle.items()):
            kept = [(since, one) for since, one in waiting if since > oldest]
            for since, protocol in waiting:
                if since <= oldest:
                    protocol.close()
            if kept:
                self._idle[key] = kept
            else:
                del self._idle[key]
        self._sweeping = None
        if self._idle:
            self._sweeping = self._loop.call_later(IDLE_FOR, self._sweep)


async def _final(protocol: ResponseHandler) -> tuple[RawResponseMessage, StreamReader]:
    """The next answer that is not a mere "continue"."""
    while True:
        message, body = await protocol.read()
        if message.code == 101 or not 100 <= message.code <= 199:
            return message, body


def _key(url: URL) -> _Key:
    return url.scheme, url.raw_host, url.port
