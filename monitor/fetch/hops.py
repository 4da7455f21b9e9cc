"""One GET from its first hop to its last: redirects, gates, deadline, and errors."""

from __future__ import annotations

import asyncio
import base64
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from urllib.parse import urljoin

import aiohttp
from aiohttp.http_exceptions import HttpProcessingError
from yarl import URL

from monitor.errors import FetchError
from monitor.fetch import body, guard, headers
from monitor.fetch.causes import cause_of
from monitor.fetch.door import IDLE_FOR, LONGEST_HEADERS, Answer, Door
from monitor.model import Request, Response

MOST_REDIRECTS = 5
# Of an error page only its nature matters, so its body may be cut.
LONGEST_ERROR_BODY = 64 * 1024
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_PERMANENT = frozenset((301, 308))
_CHUNK = 64 * 1024
# So many may wait for what may never come: each holds a descriptor (often 1,024 in all)
# and 5 to 50 KB, and a round of ten thousand hosts would leave thousands.
MOST_IDLE = 64
_KEEP: dict[str, str] = {}
_CLOSE = {"Connection": "close"}
_Heard = Answer | aiohttp.ClientResponse
# Set by us alone: another encoding would be refused on arrival, a range is half a page.
_OURS = frozenset(("accept-encoding", "host", "range", "content-length", "connection"))


@dataclass(slots=True)
class Doors:
    """The ways out, with separate pools.

    A connection once opened to a private address must never be reused by a fetch that
    may not go there.
    """

    public: Door
    any: Door
    proxied: aiohttp.ClientSession
    resolver: guard.Resolver
    _left_open: deque[float] = field(default_factory=deque)

    def may_stay_open(self, now: float) -> bool:
        """Whether one more connection may wait for a request that nobody has yet."""
        left = self._left_open
        while left and left[0] <= now - IDLE_FOR:
            left.popleft()
        if len(left) >= MOST_IDLE:
            return False
        left.append(now)
        return True


@dataclass(slots=True)
class _Trail:
    """Where a fetch stands: the hop, what may be sent to it, what it left behind.

    `named` is the URL that was asked for.
    """

    named: URL
    url: URL
    text: str
    secrets: dict[str, str]
    validators: dict[str, str]
    statuses: list[int] = field(default_factory=list)
    cookies: aiohttp.CookieJar | None = None

    def move(self, answer: _Heard) -> None:
        """Follow the Location of a redirect."""
        shown = redacted(self.url)
        self.statuses.append(answer.status)
        location = answer.headers.get("Location", "").strip()
        if not location:
            raise FetchError("redirect", f"{shown}: a redirect to nowhere")
        if len(self.statuses) > MOST_REDIRECTS:
            raise FetchError(
                "redirect", f"{shown}: more than {MOST_REDIRECTS} redirects"
            )
        cookies = answer.headers.getall("Set-Cookie", ())
        if cookies:
            # consent and session walls redirect in circles without their cookie
            self.cookies = self.cookies or aiohttp.CookieJar(unsafe=True)
            self.cookies.update_cookies_from_headers(cookies, self.url)
        target = _target(self.url, location)
        if not _same_site(self.url, target):
            self.secrets, self.validators = {}, {}
        self.url, self.text = target, str(target)

    @property
    def moved_for_good(self) -> bool:
        return bool(self.statuses) and _PERMANENT.issuperset(self.statuses)


async def fetch(
    request: Request, doors: Doors, deadline: float, *, is_last: bool
) -> Response:
    """Answer a request within `deadline` seconds or raise FetchError.

    `is_last` says that nothing follows which could use the same connection.
    """
    started = asyncio.get_running_loop().time()
    try:
        async with asyncio.timeout(deadline):
            return await _follow(request, doors, started, is_last=is_last)
    except TimeoutError as error:
        message = f"{redacted(request.url)}: no complete answer within {deadline:g} s"
        raise FetchError("timeout", message) from error
    except guard.RefusedAddress as error:
        message = f"{redacted(request.url)}: leads to {error.strerror}"
        raise FetchError("refused-address", message) from error
    except (aiohttp.ClientError, HttpProcessingError, OSError, ValueError) as error:
        kind, cause = cause_of(error)
        raise FetchError(kind, f"{redacted(request.url)}: {cause}") from error


# each body that is read would want it, for an error that seldom comes
@lru_cache(1_024)
def redacted(url: str | URL) -> str:
    """A URL to show: no credentials, no query (it may hold a token), one line."""
    try:
        parsed = URL(url) if isinstance(url, str) else url
        text = str(parsed.with_user(None).with_query(None).with_fragment(None))
    except ValueError:
        text = "an unreadable URL"
    return "".join(c if c.isprintable() else "?" for c in text)[:200]


async def _follow(
    request: Request, doors: Doors, started: float, *, is_last: bool
) -> Response:
    trail = request.trail if isinstance(request.trail, _Trail) else _begin(request)
    manners = _CLOSE if is_last and not doors.may_stay_open(started) else _KEEP
    _check_proxy(request)
    while True:
        await _check_target(request, trail.url, doors)
        answer = await _ask(request, trail, doors, manners)
        try:
            _check_headers(answer)
            if answer.status not in _REDIRECTS:
                return await _response(request, trail, answer, started)
            trail.move(answer)
            # the body of a redirect is never read: the connection is given up
            answer.close()
            if request.asks_leave and not _same_site(answer.url, trail.url):
                return Response(
                    str(answer.url),
                    answer.status,
                    b"",
                    leads_to=trail.text,
                    trail=trail,
                )
        finally:
            answer.release()


async def _ask(
    request: Request, trail: _Trail, doors: Doors, manners: dict[str, str]
) -> _Heard:
    sent = {**manners, **trail.validators, **trail.secrets, **_cookies(trail)}
    if not request.proxy:
        door = doors.any if _may_be_private(request, trail) else doors.public
        return await door.get(trail.url, sent)
    refused: list[str] = []
    guard.refused.set(refused)
    try:
        return await doors.proxied.get(
            trail.url, headers=sent, proxy=request.proxy, allow_redirects=False
        )
    except aiohttp.ClientConnectorError as error:
        guard.tell_refused(refused, error)
        raise


def _begin(request: Request) -> _Trail:
    named, url, text, auth = _read(request.url)
    secrets = {k: v for k, v in request.headers if k.lower() not in _OURS}
    if auth and not any(name.lower() == "authorization" for name in secrets):
        secrets["Authorization"] = auth
    return _Trail(named, url, text, secrets, _validators(request))


async def _response(
    request: Request, trail: _Trail, answer: _Heard, started: float
) -> Response:
    if answer.status == 304 and not trail.validators:
        raise FetchError(
            "protocol", f"{redacted(trail.url)}: 304, but nothing was conditional"
        )
    if answer.status == 206:
        shown = redacted(trail.url)
        raise FetchError("truncated", f"{shown}: 206, but no part was asked for")
    return Response(
        url=trail.text,
        status=answer.status,
        body=b"" if answer.status == 304 else await _body(request, answer, trail),
        headers=_pairs(answer),
        charset=headers.charset(answer.headers.get("Content-Type", "")),
        moved_to=trail.text if trail.moved_for_good else None,
        retry_after=headers.retry_after(
            answer.headers.get("Retry-After"), answer.headers.get("Date")
        ),
        fresh_for=headers.fresh_for(answer.headers),
        elapsed=asyncio.get_running_loop().time() - started,
    )


async def _body(request: Request, answer: _Heard, trail: _Trail) -> bytes:
    content, shown = answer.content, redacted(trail.url)
    if answer.status >= 400:
        try:
            return await _beginning(content.iter_chunked(_CHUNK))
        except aiohttp.ClientError:
            return b""
    encoding = headers.encoding(answer.headers.getall("Content-Encoding", []), shown)
    return await body.read(
        content.iter_chunked(_CHUNK),
        encoding=encoding,
        limit=request.body_limit,
        may_be_cut=request.may_be_cut,
        shown=shown,
    )


async def _beginning(chunks: AsyncIterator[bytes]) -> bytes:
    """The start of an error page as sent; its status is what counts."""
    found = b""
    async for chunk in chunks:
        found += chunk
        if len(found) >= LONGEST_ERROR_BODY:
            break
    return found[:LONGEST_ERROR_BODY]


# ------------------------------------------------------------------ gates


# the same feeds again and again; most people have fewer
@lru_cache(1_024)
def _read(text: str) -> tuple[URL, URL, str, str | None]:
    """A URL as it was named, without credentials, that as text, and the credentials."""
    named = _parsed(text)
    url, auth = _without_credentials(named)
    return named, url, str(url), auth


def _parsed(text: str) -> URL:
    try:
        fine = text.isascii() and text.isprintable() and " " not in text
        url = URL(text, encoded=fine)
        port = url.port
    except ValueError as error:
        raise FetchError("protocol", f"{redacted(text)}: not a valid URL") from error
    if url.scheme not in ("http", "https") or not url.host or port is None:
        raise FetchError("protocol", f"{redacted(text)}: neither http nor https")
    return url


def _target(base: URL, location: str) -> URL:
    # header bytes arrive as surrogates; a Location may hold raw UTF-8
    text = location.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    try:
        url, _ = _without_credentials(_parsed(urljoin(str(base), text)))
    except (FetchError, ValueError) as error:
        message = f"{redacted(base)}: a redirect to what is not a web address"
        raise FetchError("redirect", message) from error
    return url.with_fragment(None)


def _same_site(one: URL, other: URL) -> bool:
    """Whether secrets for one may go to the other: same origin, or http made https."""
    if one.origin() == other.origin():
        return True
    upgrade = (one.scheme, one.port, other.scheme, other.port)
    return one.host == other.host and upgrade == ("http", 80, "https", 443)


def _check_proxy(request: Request) -> None:
    if not request.proxy:
        return
    scheme = request.proxy.partition(":")[0].lower()
    if scheme not in ("http", "https"):
        shown = redacted(request.url)
        raise FetchError(
            "protocol", f"{shown}: {scheme[:20]} proxies are not supported"
        )


def _may_be_private(request: Request, trail: _Trail) -> bool:
    """Whether this hop may end at any address.

    The user vouches for the door he named, not for where it sends us: another port of
    the same machine may be its database.
    """
    if request.proxy:
        return True
    if not request.allow_private:
        return False
    if trail.url is trail.named:
        return True
    ports = {trail.named.port, trail.url.port}
    same_door = len(ports) == 1 or ports == {80, 443}
    return trail.named.host == trail.url.host and same_door


async def _check_target(request: Request, url: URL, doors: Doors) -> None:
    """What can be told before connecting; the socket factory tells the rest.

    Through a proxy we don't see the connection: judge by name and our own look-up.
    """
    host = url.host or ""
    if guard.is_disguised(host):
        message = f"{redacted(url)}: an address in disguise"
        raise FetchError("refused-address", message)
    if not request.proxy or request.allow_private:
        return
    addresses = await doors.resolver.addresses(host, url.port or 80)
    if not guard.looks_public(host, addresses):
        message = f"{redacted(url)}: leads to what is not a public address"
        raise FetchError("refused-address", message)


def _check_headers(answer: _Heard) -> None:
    sizes = map(len, chain.from_iterable(answer.raw_headers))
    size = sum(sizes) + 4 * len(answer.raw_headers)
    if size > LONGEST_HEADERS:
        raise FetchError(
            "too-large", f"{redacted(answer.url)}: {size} bytes of headers"
        )


def _without_credentials(url: URL) -> tuple[URL, str | None]:
    if url.user is None and url.password is None:
        return url, None
    pair = f"{url.user or ''}:{url.password or ''}".encode()
    return url.with_user(None), f"Basic {base64.b64encode(pair).decode('ascii')}"


def _validators(request: Request) -> dict[str, str]:
    pairs = (
        ("If-None-Match", headers.validator(request.etag)),
        ("If-Modified-Since", headers.validator(request.last_modified)),
    )
    return {name: value for name, value in pairs if value}


def _cookies(trail: _Trail) -> dict[str, str]:
    """The header with the user's cookies and those that this fetch was given."""
    if trail.cookies is None:
        return {}
    given = trail.cookies.filter_cookies(trail.url).items()
    pairs = [f"{name}={morsel.coded_value}" for name, morsel in given]
    for name, value in trail.secrets.items():
        if name.lower() == "cookie":
            return {name: "; ".join([value, *pairs])}
    return {"Cookie": "; ".join(pairs)} if pairs else {}


def _pairs(answer: _Heard) -> tuple[tuple[str, str], ...]:
    """The headers as text that a database takes."""
    pairs = tuple(answer.headers.items())
    if "".join([value for _, value in pairs]).isascii():
        return pairs
    return tuple(
        (name, value.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))
        for name, value in pairs
    )
