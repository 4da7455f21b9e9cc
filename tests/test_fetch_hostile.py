"""Every misbehaviour of tests/hostile.py ends in time, with its cause, reaching nothing.

They are fetched together, as a daemon would: one bad host may not disturb another.
"""

from __future__ import annotations

import gzip
import socket
import ssl
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import trustme

from monitor.errors import FetchError
from monitor.fetch import Fetcher
from monitor.fetch.body import Inflater
from monitor.fetch.headers import LONGEST_RETRY_AFTER, retry_after
from monitor.model import Request, Response
from monitor.settings import FetchConfig
from tests import hostile
from tests.servers import Exchange, NewsServer, reserved_port
from tests.watched import Metronome

DEADLINE = 1.0
LIMIT = 1_000_000
CONFIG = FetchConfig(
    # what does not wait for it ends by itself, on a busy machine a little later
    timeout=timedelta(seconds=60),
    per_host=200,
    concurrency=200,
    per_host_pause=timedelta(0),
)
HASTY = replace(CONFIG, timeout=timedelta(seconds=DEADLINE))
NAMES = [name for cases in hostile.ALL for name in cases]
PLACES = [f"to-{place}" for place in hostile.PRIVATE_PLACES.split()]


@dataclass
class Round:
    """What came of fetching them: first those that end at the deadline, then the rest.

    `took` is how long (s) the first took, without what the machine was late by itself.
    """

    expected: dict[str, str]
    results: dict[str, Response | FetchError]
    took: float
    secrets_read: int


def lookup(host: str, port: int, **options: Any) -> Any:
    if host == "inside.example":
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
    return socket.getaddrinfo(host, port, **options)


@pytest.fixture(scope="module")
def outcome() -> Iterator[Round]:
    with NewsServer() as server, NewsServer() as inside:
        inside.put("/secret", "INTERNAL")
        cases = {k: v for some in hostile.ALL for k, v in some.items()}
        cases |= hostile.private_redirects(inside.port)
        hanging, others = [], []
        for name, (kind, behaviour) in cases.items():
            url = server.handle(f"/{name}", behaviour)
            request = Request(url, allow_private=True, body_limit=LIMIT)
            (hanging if kind == "timeout" else others).append((name, request))
        server.handle("/circle", cases["in-a-circle"][1])
        with (
            Fetcher(HASTY, contact="", version="1", lookup=lookup) as fetcher,
            Metronome() as machine,
        ):
            started = time.monotonic()
            results = dict(fetcher.many(hanging))
            took = time.monotonic() - started - machine.late
        with Fetcher(CONFIG, contact="", version="1", lookup=lookup) as fetcher:
            results |= dict(fetcher.many(others))
        yield Round(
            {name: kind for name, (kind, _) in cases.items()},
            results,
            took,
            len(inside.requests),
        )


@pytest.mark.parametrize("name", NAMES + PLACES)
def test_it_ends_with_its_cause(outcome: Round, name: str) -> None:
    result = outcome.results[name]
    kind = result.kind if isinstance(result, FetchError) else "ok"
    assert kind == outcome.expected[name], str(result)[:300]
    assert len(str(result)) < 400 or isinstance(result, Response)


def test_all_of_them_end_in_time(outcome: Round) -> None:
    assert outcome.took < DEADLINE + 2, "one deadline, and the work of some fetches"
    assert len(outcome.results) == len(NAMES) + len(PLACES)


def test_nothing_private_was_reached(outcome: Round) -> None:
    assert outcome.secrets_read == 0


def test_an_error_holds_nothing_that_it_passed(outcome: Round) -> None:
    errors = [e for e in outcome.results.values() if isinstance(e, FetchError)]
    assert len(errors) > 60
    for error in errors:
        # each would hold the frame that holds the body
        assert (error.__traceback__, error.__cause__, error.__context__) == (None,) * 3


def test_odd_headers_leave_clean_values(outcome: Round) -> None:
    for name, expected in (
        ("garbage-retry-after", None),
        ("negative-retry-after", None),
        ("huge-retry-after", LONGEST_RETRY_AFTER),
    ):
        result = outcome.results[name]
        assert isinstance(result, Response)
        assert result.retry_after == expected
    for name in ("garbage-charset", "harmful-charset"):
        result = outcome.results[name]
        assert isinstance(result, Response)
        assert result.charset is None
    for result in outcome.results.values():
        if isinstance(result, Response):
            # what a database can hold: no lone surrogates
            "".join(k + v for k, v in result.headers).encode("utf-8")


def test_a_bomb_goes_off_piece_by_piece() -> None:
    pieces = Inflater("gzip").feed(hostile.BOMB)
    assert len(next(pieces)) <= 65_536
    assert sum(map(len, pieces)) > len(hostile.ZEROS) - 65_537
    assert len(hostile.BOMB) < 50_000


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 131_072, 1_000_003])
@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_what_fills_a_piece_is_not_the_end(size: int, encoding: str) -> None:
    plain = bytes(n % 251 for n in range(1_000)) * (size // 1_000 + 1)
    for data in (plain[:size], bytes(size)):
        packed = gzip.compress(data) if encoding == "gzip" else zlib.compress(data)
        for step in (len(packed), 997):
            inflater = Inflater(encoding)
            parts = [packed[at : at + step] for at in range(0, len(packed), step)]
            found = b"".join(p for part in parts for p in inflater.feed(part))
            assert found == data
            assert inflater.complete


def test_gzip_may_be_cut_anywhere() -> None:
    data = gzip.compress(b"one") + gzip.compress(b"two")
    for size in (1, 2, 3, 7, len(data)):
        inflater = Inflater("gzip")
        pieces = [data[at : at + size] for at in range(0, len(data), size)]
        found = b"".join(p for piece in pieces for p in inflater.feed(piece))
        assert found == b"onetwo"
        assert inflater.complete


DATE = "Sun, 01 Mar 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("value", "date", "seconds"),
    [
        ("120", None, 120),
        (" 0 ", None, 0),
        ("86401", None, LONGEST_RETRY_AFTER),
        ("1" + "0" * 20, None, LONGEST_RETRY_AFTER),
        ("Sun, 01 Mar 2026 12:10:00 GMT", DATE, 600),
        ("Sun, 01 Mar 2026 11:00:00 GMT", DATE, 0),
        ("Fri, 01 Jan 2100 00:00:00 GMT", DATE, LONGEST_RETRY_AFTER),
        ("Sun, 01 Mar 2026 12:10:00 GMT", None, None),
        ("Sun, 99 Foo 2026 12:10:00 GMT", DATE, None),
        ("1e9", None, None),
        ("-1", None, None),
        ("٣", None, None),
        ("", None, None),
        (None, DATE, None),
    ],
)
def test_retry_after(
    value: str | None, date: str | None, seconds: float | None
) -> None:
    assert retry_after(value, date) == seconds


def test_a_name_that_moves_inside_is_caught_at_the_door() -> None:
    looks: list[str] = []

    def rebinding(host: str, port: int, **_: Any) -> Any:
        looks.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    def send_on(exchange: Exchange) -> None:
        exchange.send(status=302, headers={"Location": f"http://b.example:{port}/x"})

    with (
        NewsServer() as server,
        Fetcher(CONFIG, contact="", version="1", lookup=rebinding) as fetcher,
    ):
        port = server.port
        server.handle("/go", send_on)
        for url in (f"http://a.example:{port}/x", server.url("/go")):
            with pytest.raises(FetchError) as caught:
                fetcher.get(Request(url, allow_private=url.startswith("http://127")))
            assert caught.value.kind == "refused-address"
        assert looks == ["a.example", "b.example"]
        assert server.paths() == ["/go"]


def test_a_handshake_that_never_comes() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, NewsServer() as plain:
        for port, config, kind in (
            (silent.getsockname()[1], HASTY, "timeout"),
            (plain.port, CONFIG, "tls"),
        ):
            request = Request(f"https://127.0.0.1:{port}/", allow_private=True)
            with (
                Fetcher(config, contact="", version="1") as fetcher,
                pytest.raises(FetchError) as caught,
            ):
                fetcher.get(request)
            assert caught.value.kind == kind


def test_nobody_listens() -> None:
    with (
        reserved_port() as port,
        Fetcher(CONFIG, contact="", version="1") as fetcher,
    ):
        with pytest.raises(FetchError) as caught:
            fetcher.get(Request(f"http://127.0.0.1:{port}/", allow_private=True))
        assert caught.value.kind == "connect"


def tls_server(*names: str, **options: Any) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server context for these names and a client context that trusts its issuer."""
    authority = trustme.CA()
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names, **options).configure_cert(serving)
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    return serving, trust


@pytest.mark.parametrize(
    ("names", "options"),
    [
        (["other.example"], {}),
        (["127.0.0.1"], {"not_after": datetime(2020, 1, 1, tzinfo=UTC)}),
        (["127.0.0.1"], {"not_before": datetime(2090, 1, 1, tzinfo=UTC)}),
    ],
    ids=["another-name", "expired", "not-yet"],
)
def test_bad_certificates_are_refused(
    names: list[str], options: dict[str, Any]
) -> None:
    serving, trust = tls_server(*names, **options)
    with (
        NewsServer(tls=serving) as server,
        Fetcher(CONFIG, contact="", version="1", tls=trust) as fetcher,
    ):
        url = server.put("/a", "x")
        with pytest.raises(FetchError) as caught:
            fetcher.get(Request(url, allow_private=True))
        assert caught.value.kind == "tls"
        assert not server.requests
