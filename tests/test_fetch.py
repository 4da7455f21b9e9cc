"""Fetching from servers that mean well: manners, redirects, pacing, stopping."""

from __future__ import annotations

import gzip
import logging
import socket
import ssl
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import trustme

from monitor.errors import FetchError
from monitor.fetch import Fetcher
from monitor.model import Request
from monitor.settings import FetchConfig
from tests.servers import Exchange, NewsServer

# no test here is about the deadline, however busy the machine is
CONFIG = FetchConfig(timeout=timedelta(seconds=60), per_host_pause=timedelta(0))


@pytest.fixture
def server() -> Iterator[NewsServer]:
    with NewsServer() as server:
        yield server


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with Fetcher(CONFIG, contact="https://example.org/bot", version="1.2") as fetcher:
        yield fetcher


def ask(url: str, **changes: Any) -> Request:
    return replace(Request(url, allow_private=True), **changes)


def kind_of(fetcher: Fetcher, request: Request) -> str:
    with pytest.raises(FetchError) as caught:
        fetcher.get(request)
    assert "\n" not in str(caught.value)
    return caught.value.kind


def redirect(status: int, location: str, **headers: str) -> Callable[[Exchange], None]:
    def behaviour(exchange: Exchange) -> None:
        exchange.send(status=status, headers={"Location": location, **headers})

    return behaviour


def test_a_page_comes_with_what_its_headers_say(
    server: NewsServer, fetcher: Fetcher
) -> None:
    url = server.put("/a", "Köln", content_type='text/html; charset="ISO-8859-1"')
    answer = fetcher.get(ask(url))
    assert (answer.status, answer.body, answer.url) == (200, "Köln".encode(), url)
    assert answer.charset == "iso-8859-1"
    assert answer.header("etag")
    assert answer.moved_to is None
    assert 0 < answer.elapsed < CONFIG.timeout.total_seconds()


def test_we_say_who_we_are(server: NewsServer, fetcher: Fetcher) -> None:
    fetcher.get(ask(server.put("/a", "x")))
    headers = server.requests[0][2]
    assert headers["user-agent"] == "Claimwatch/1.2 (+https://example.org/bot)"
    assert headers["accept-encoding"] == "gzip, deflate"
    assert "cookie" not in headers


def test_an_unchanged_page_is_not_sent_again(
    server: NewsServer, fetcher: Fetcher
) -> None:
    url = server.put("/a", "x")
    etag = fetcher.get(ask(url)).header("ETag")
    answer = fetcher.get(
        ask(url, etag=etag, last_modified="Sun, 01 Mar 2026 12:00:00 GMT")
    )
    assert (answer.status, answer.body) == (304, b"")
    assert "if-modified-since" in server.requests[1][2]


def test_a_validator_that_can_not_be_sent_is_left_out(
    server: NewsServer, fetcher: Fetcher
) -> None:
    url = server.put("/a", "x")
    for bad in ('"a\r\nX-Evil: 1"', "\x00", "e" * 5000):
        assert fetcher.get(ask(url, etag=bad)).status == 200
    assert all("if-none-match" not in headers for _, _, headers in server.requests)


@pytest.mark.parametrize("status", [400, 403, 404, 410, 429, 500, 503])
def test_an_error_status_is_an_answer(
    server: NewsServer, fetcher: Fetcher, status: int
) -> None:
    url = server.put("/a", "sorry", status=status, headers={"Retry-After": "7"})
    answer = fetcher.get(ask(url))
    assert (answer.status, answer.body, answer.retry_after) == (status, b"sorry", 7)


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", gzip.compress),
        ("identity, gzip", gzip.compress),
        ("gzip", lambda data: gzip.compress(data[:50]) + gzip.compress(data[50:])),
        ("gzip", lambda data: gzip.compress(data) + b"\0\0\0"),
        ("deflate", zlib.compress),
        ("deflate", lambda data: zlib.compress(data)[2:-4]),
        ("identity", lambda data: data),
    ],
    ids=["gzip", "x-gzip", "named-twice", "members", "padded", "zlib", "bare", "none"],
)
def test_compressed_pages(
    server: NewsServer, fetcher: Fetcher, encoding: str, pack: Callable[[bytes], bytes]
) -> None:
    body = b"The toll rose to 40. " * 50_000
    url = server.put("/a", pack(body), headers={"Content-Encoding": encoding})
    assert fetcher.get(ask(url)).body == body


def test_redirects_are_followed_and_permanent_ones_told(
    server: NewsServer, fetcher: Fetcher
) -> None:
    end = server.put("/end", "here")
    server.handle("/for-good", redirect(301, "/again"))
    server.handle("/again", redirect(308, end))
    server.handle("/for-now", redirect(301, "/maybe"))
    server.handle("/maybe", redirect(302, end))
    good = fetcher.get(ask(server.url("/for-good")))
    assert (good.body, good.url, good.moved_to) == (b"here", end, end)
    assert fetcher.get(ask(server.url("/for-now"))).moved_to is None


def test_a_location_may_hold_what_it_should_not(
    server: NewsServer, fetcher: Fetcher
) -> None:
    server.put("/K%C3%B6ln%20a", "found")
    server.handle("/go", redirect(302, "/Köln a"))
    assert fetcher.get(ask(server.url("/go"))).body == b"found"


def test_a_cookie_wall_is_passed_within_one_fetch(
    server: NewsServer, fetcher: Fetcher
) -> None:
    def wall(exchange: Exchange) -> None:
        if "seen=1" in exchange.headers.get("cookie", ""):
            exchange.send("article")
        else:
            headers = {"Location": "/wall", "Set-Cookie": "seen=1; Path=/"}
            exchange.send(status=302, headers=headers)

    url = server.handle("/wall", wall)
    assert fetcher.get(ask(url)).body == b"article"
    fetcher.get(ask(url))
    assert "cookie" not in server.requests[2][2], "the next fetch starts without"


def test_secrets_and_validators_stay_with_their_site(server: NewsServer) -> None:
    with (
        NewsServer() as other,
        Fetcher(CONFIG, contact="", version="1", lookup=loopback) as fetcher,
    ):
        other.put("/b", "theirs")
        server.put("/b", "ours")
        server.handle("/same", redirect(302, "/b"))
        server.handle("/other", redirect(302, other.url("/b")))
        secret = (("Authorization", "Bearer hunter2"), ("Cookie", "s=1"))
        fetcher.get(ask(server.url("/same"), headers=secret, etag='"v1"'))
        kept = server.requests[-1][2]
        assert (kept["authorization"], kept["if-none-match"]) == (
            "Bearer hunter2",
            '"v1"',
        )
        # another port is another door: private, so it is not even asked
        assert kind_of(fetcher, ask(server.url("/other"), headers=secret)) == (
            "refused-address"
        )
        assert not other.requests


def loopback(host: str, port: int, **_: object) -> list[tuple[Any, ...]]:
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]


def test_credentials_in_the_url_are_used_and_never_shown(
    server: NewsServer, fetcher: Fetcher, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.put("/a", "x")
    url = server.url("/a?token=tttt").replace("//", "//user:hunter2@")
    answer = fetcher.get(ask(url))
    assert server.requests[0][2]["authorization"].startswith("Basic ")
    assert "hunter2" not in answer.url
    server.handle("/a", lambda exchange: exchange.hang_up())
    with pytest.raises(FetchError) as caught:
        fetcher.get(ask(url))
    shown = f"{caught.value} {caplog.text}"
    assert "hunter2" not in shown
    assert "tttt" not in shown


def test_certificates_are_checked() -> None:
    authority, stranger = trustme.CA(), trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    for known, expected in ((authority, "ok"), (stranger, "tls")):
        trust = ssl.create_default_context()
        known.configure_trust(trust)
        with (
            NewsServer(tls=context) as server,
            Fetcher(CONFIG, contact="", version="1", tls=trust) as fetcher,
        ):
            url = server.put("/a", "x")
            if expected == "ok":
                assert fetcher.get(ask(url)).body == b"x"
            else:
                assert kind_of(fetcher, ask(url)) == "tls"


def test_private_addresses_need_leave(server: NewsServer, fetcher: Fetcher) -> None:
    url = server.put("/a", "x")
    assert kind_of(fetcher, Request(url)) == "refused-address"
    assert not server.requests
    # and a connection kept open by one who may is not lent to one who may not
    assert fetcher.get(ask(url)).status == 200
    assert kind_of(fetcher, Request(url)) == "refused-address"
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "place",
    ["169.254.169.254", "[fe80::1]", "[::ffff:169.254.169.254]", "[fd00:ec2::254]"],
)
def test_metadata_is_refused_even_with_leave(fetcher: Fetcher, place: str) -> None:
    assert kind_of(fetcher, ask(f"http://{place}/latest/")) == "refused-address"


def test_a_proxy_is_used_and_private_targets_stay_refused(server: NewsServer) -> None:
    with (
        NewsServer() as proxy,
        Fetcher(CONFIG, contact="", version="1", lookup=no_such_name) as fetcher,
    ):
        proxy.handle(
            "http://news.example.com/a", lambda exchange: exchange.send("proxied")
        )
        via = proxy.url("/").replace("//", "//me:hunter2@")
        answer = fetcher.get(Request("http://news.example.com/a", proxy=via))
        assert answer.body == b"proxied"
        assert "proxy-authorization" in proxy.requests[0][2]
        for target in (
            "127.0.0.1",
            "[::1]",
            "169.254.169.254",
            "localhost",
            "db.local",
        ):
            assert kind_of(fetcher, Request(f"http://{target}/", proxy=via)) == (
                "refused-address"
            )
        assert len(proxy.requests) == 1
        socks = Request(
            "http://news.example.com/a", proxy="socks5://u:hunter2@127.0.0.1:1"
        )
        with pytest.raises(
            FetchError, match="socks5 proxies are not supported"
        ) as caught:
            fetcher.get(socks)
        assert "hunter2" not in str(caught.value)


def no_such_name(host: str, port: int, **_: object) -> list[tuple[Any, ...]]:
    try:
        return socket.getaddrinfo(host, port, flags=socket.AI_NUMERICHOST)
    except socket.gaierror:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known") from None
