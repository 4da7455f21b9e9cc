"""Which addresses a stranger's URL may lead to, checked where connect() happens.

A check of the URL is no use: a name may resolve to anything, and differently a moment
later. The socket factory sees the very address that is about to be connected.
"""

from __future__ import annotations

import _thread
import asyncio
import errno
import ipaddress
import re
import socket
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult
from typing_extensions import override

from monitor.addresses import is_public

# Cloud metadata outside the link-local blocks: AWS, Alibaba, Azure.
_METADATA = ("fd00:ec2::254", "100.100.100.200", "168.63.129.16")
# Names that mean this machine or this network whatever a resolver says.
_LOCAL_NAMES = ("localhost", "local", "internal", "lan", "home.arpa", "intranet")

_NUMBERS = re.compile(
    r"(?:0x[0-9a-f]*|\d+)(?:\.(?:0x[0-9a-f]*|\d+))*\.?", re.IGNORECASE
)

Lookup = Callable[..., Sequence[tuple[Any, ...]]]
# As getaddrinfo gives it: family, type, protocol, name, what connect() takes.
Address = tuple[int, int, int, str, tuple[Any, ...]]
Gate = Callable[[tuple[Any, ...]], socket.socket]

# What a name resolved to holds so long (s): pages of one host follow each other.
_KNOWN_FOR = 10.0
# So many names at most; then all are looked up again.
_MOST_KNOWN = 1_000

# The same hosts again and again; a look through all blocks costs as much as a send().
_is_public = lru_cache(1_024)(is_public)

# What the factory refused during the current attempt to connect.
refused: ContextVar[list[str]] = ContextVar("refused")


class RefusedAddress(OSError):
    """A connection to an address that is not public."""

    def __init__(self, address: str) -> None:
        message = f"{address}, which is not a public address"
        super().__init__(errno.EACCES, message)


def tell_refused(addresses: Sequence[str], error: OSError) -> None:
    """Raise RefusedAddress if that is what led to the error.

    The library may merge our error with those of other addresses into one without a
    type.
    """
    if addresses:
        raise RefusedAddress(addresses[0]) from error


class UnknownHost(OSError):
    """A name that nothing is known of."""


@lru_cache(1_024)
def is_disguised(host: str) -> bool:
    """Whether a host is an IPv4 address in a spelling that only attackers use.

    Decimal, octal, hexadecimal and shortened forms: some parsers take them for names.
    """
    if not _NUMBERS.fullmatch(host):
        return False
    try:
        socket.inet_pton(socket.AF_INET, host.rstrip("."))
    except OSError:
        return True
    return False


def public_socket(info: tuple[Any, ...]) -> socket.socket:
    """A socket for this address, unless it is not public."""
    family, kind, protocol, _, address = info
    if not _is_public(str(address[0])):
        refused.get([]).append(str(address[0]))
        raise RefusedAddress(str(address[0]))
    return socket.socket(family=family, type=kind, proto=protocol)


def private_socket(info: tuple[Any, ...]) -> socket.socket:
    """A socket for any address that may be in an intranet.

    Link-local ones and cloud metadata hand out keys and serve no news: refused even to
    a feed that may be private.
    """
    family, kind, protocol, _, address = info
    if _hands_out_keys(str(address[0])):
        refused.get([]).append(str(address[0]))
        raise RefusedAddress(str(address[0]))
    return socket.socket(family=family, type=kind, proto=protocol)


@lru_cache(1_024)
def _hands_out_keys(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(ip, "ipv4_mapped", None) or ip
    return mapped.is_link_local or str(mapped) in _METADATA


def looks_public(host: str, addresses: Sequence[str]) -> bool:
    """Whether a host behind a proxy may be asked for.

    `addresses` is what we resolve it to; nothing if we can't, and then the proxy
    decides. What the proxy itself resolves is out of our sight.
    """
    try:
        ipaddress.ip_address(host)
    except ValueError:
        name = host.lower().rstrip(".")
        if name.rpartition(".")[2] in _LOCAL_NAMES or name.endswith(".home.arpa"):
            return False
        return all(is_public(address) for address in addresses)
    return is_public(host)


@lru_cache(1_024)
def _literal(host: str, port: int) -> Address | None:
    """An address that is written as one; None of a name."""
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return _address(host, port)


def _address(host: str, port: int) -> Address:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (host, port)


class Resolver(AbstractResolver):
    """Looks names up in a daemon thread each.

    Not in an executor: its few threads would all hang on a few dead name servers and
    hold up every other host, and the interpreter's exit.
    """

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self._known: dict[tuple[str, int], tuple[float, list[Address]]] = {}

    async def addresses_of(self, host: str, port: int) -> list[Address]:
        """Where to connect to; raises UnknownHost."""
        literal = _literal(host, port)
        if literal is not None:
            return [literal]
        now = asyncio.get_running_loop().time()
        until, known = self._known.get((host, port), (now, []))
        if until > now:
            return known
        try:
            found = await self.resolve(host, port)
        except OSError as error:
            raise UnknownHost(*error.args) from error
        if not found:
            raise UnknownHost(f"{host} has no address")
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        known = [_address(one["host"], one["port"]) for one in found]
        self._known[host, port] = now + _KNOWN_FOR, known
        return known

    @override
    async def resolve(
        self, host: str, port: int = 0, family: int = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """All addresses of a host; raises OSError when there is none."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Sequence[tuple[Any, ...]]] = loop.create_future()

        def tell(result: Sequence[tuple[Any, ...]] | Exception) -> None:
            if answer.done():
                return
            if isinstance(result, Exception):
                answer.set_exception(result)
            else:
                answer.set_result(result)

        def look() -> None:
            result: Sequence[tuple[Any, ...]] | Exception
            try:
                result = self._lookup(
                    host, port, family=family, type=socket.SOCK_STREAM
                )
            except OSError as error:
                result = error
            except Exception as error:  # a name the codec can't take
                result = OSError(str(error))
            try:
                loop.call_soon_threadsafe(tell, result)
            except RuntimeError:
                return  # the fetcher was closed meanwhile

        # not threading.Thread, whose start() waits for the new thread: 0.5 ms of the loop
        try:
            _thread.start_new_thread(look, ())
        except RuntimeError as error:
            raise OSError("no thread is left for the look-up") from error
        return [
            ResolveResult(
                hostname=host,
                host=str(address[0]),
                port=int(address[1]),
                family=found,
                proto=protocol,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for found, _, protocol, _, address in await answer
        ]

    async def addresses(self, host: str, port: int) -> list[str]:
        """The same as plain text; empty when the name is unknown."""
        try:
            return [result["host"] for result in await self.resolve(host, port)]
        except OSError:
            return []

    @override
    async def close(self) -> None:
        """Nothing is held."""
