"""Many fetches at once: pacing, fairness, stopping."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from monitor.errors import FetchError
from monitor.fetch import Fetcher, hops
from monitor.fetch.pacing import Batch
from monitor.model import Request, Response
from monitor.settings import FetchConfig
from tests.servers import LONGEST_WAIT, Crowd, Exchange, NewsServer

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


def ask(url: str) -> Request:
    return Request(url, allow_private=True)


def loopback(host: str, port: int, **_: object) -> list[tuple[Any, ...]]:
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]


def hang(exchange: Exchange) -> None:
    exchange.wait()
    exchange.hang_up()


def test_many_yields_each_with_its_key(server: NewsServer, fetcher: Fetcher) -> None:
    for n in range(200):
        server.put(f"/{n}", f"page {n}")
    wanted = [(n, ask(server.url(f"/{n}"))) for n in range(200)]
    got = dict(fetcher.many(wanted))
    assert {n: f"page {n}".encode() for n in range(200)} == {
        key: result.body for key, result in got.items() if isinstance(result, Response)
    }


def test_one_bad_url_harms_no_other(server: NewsServer, fetcher: Fetcher) -> None:
    good = ask(server.put("/a", "x"))
    bad = [
        ask(url) for url in ("", "ftp://x/", "http://[", "http://x:99999/", "http:///a")
    ]
    results = dict(fetcher.many(enumerate([*bad, good])))
    kinds = [getattr(results[n], "kind", "ok") for n in range(6)]
    assert kinds == ["protocol"] * 5 + ["ok"]


def test_a_host_is_asked_two_at_a_time(server: NewsServer, fetcher: Fetcher) -> None:
    crowd = Crowd()

    def busy(exchange: Exchange) -> None:
        crowd.gather(CONFIG.per_host, then=0.02)
        exchange.send("x")

    for n in range(12):
        server.handle(f"/{n}", busy)
    done = list(fetcher.many((n, ask(server.url(f"/{n}"))) for n in range(12)))
    assert len(done) == 12
    assert crowd.most == CONFIG.per_host


def test_requests_to_a_host_keep_their_distance(server: NewsServer) -> None:
    config = replace(CONFIG, per_host_pause=timedelta(milliseconds=400))
    server.put("/a", "x")
    with Fetcher(config, contact="", version="1") as fetcher:
        began = time.monotonic()
        list(fetcher.many((n, ask(server.url("/a"))) for n in range(3)))
        fetcher.get(ask(server.url("/a")))
    assert server.paths() == ["/a"] * 4
    assert server.are_spaced(0.4, "/a", since=began)


def test_a_slow_host_blocks_no_other(server: NewsServer) -> None:
    release = threading.Event()

    def slow(exchange: Exchange) -> None:
        release.wait(LONGEST_WAIT)
        exchange.send("late")

    server.handle("/slow", slow)
    server.put("/quick", "x")
    port = server.port
    slow_ones = [("slow", ask(f"http://slow.example:{port}/slow")) for _ in range(100)]
    quick = [("quick", ask(f"http://quick.example:{port}/quick")) for _ in range(20)]
    with Fetcher(CONFIG, contact="", version="1", lookup=loopback) as fetcher:
        results = fetcher.many([*slow_ones, *quick])
        first = [next(results)[0] for _ in range(20)]
        release.set()
        rest = [key for key, _ in results]
    assert first == ["quick"] * 20
    assert rest == ["slow"] * 100


def test_dead_name_servers_block_no_other_host(server: NewsServer) -> None:
    release = threading.Event()

    def lookup(host: str, port: int, **_: object) -> list[tuple[Any, ...]]:
        if host.startswith("dead"):
            release.wait(LONGEST_WAIT)
            raise socket.gaierror(socket.EAI_AGAIN, "no answer")
        return loopback(host, port)

    server.put("/a", "x")
    dead = [("dead", Request(f"http://dead{n}.example/")) for n in range(20)]
    alive = ("alive", ask(f"http://alive.example:{server.port}/a"))
    with Fetcher(CONFIG, contact="", version="1", lookup=lookup) as fetcher:
        results = fetcher.many([*dead, alive])
        assert next(results)[0] == "alive"
        release.set()
        assert {getattr(result, "kind", "") for _, result in results} == {"dns"}


def test_a_slow_reader_does_not_pile_up_bodies(server: NewsServer) -> None:
    config = replace(CONFIG, concurrency=3, per_host=3)
    server.put("/a", "x")
    with Fetcher(config, contact="", version="1") as fetcher:
        results = fetcher.many((n, ask(server.url("/a"))) for n in range(30))
        next(results)
        assert server.wait_for_requests(4)
        assert len(server.requests) <= 4, "no more than taken plus three"
        assert len(list(results)) == 29


def test_hosts_asked_once_leave_few_connections(server: NewsServer) -> None:
    said: list[str] = []

    def note(exchange: Exchange) -> None:
        said.append(exchange.headers.get("connection", "stay"))
        exchange.send("x")

    server.handle("/a", note)
    config = replace(CONFIG, per_host=1)
    with Fetcher(config, contact="", version="1", lookup=loopback) as fetcher:
        once = [(n, ask(f"http://host{n}.example:{server.port}/a")) for n in range(100)]
        assert all(isinstance(got, Response) for _, got in fetcher.many(once))
        assert said.count("close") == 100 - hops.MOST_IDLE
        said.clear()
        same = [(n, ask(f"http://host.example:{server.port}/a")) for n in range(5)]
        assert all(isinstance(got, Response) for _, got in fetcher.many(same))
        assert said == ["stay"] * 4 + ["close"], "more follows, then no more"


def test_leaving_early_cancels_the_rest(server: NewsServer, fetcher: Fetcher) -> None:
    server.handle("/hang", hang)
    server.put("/a", "x")
    wanted = [("a", ask(server.url("/a"))), *[("h", ask(server.url("/hang")))] * 5]
    for key, _ in fetcher.many(wanted):
        assert key == "a"
        break
    assert fetcher.get(ask(server.url("/a"))).status == 200, "its places are free again"


def test_what_is_cancelled_before_it_began_leaves_its_place(
    server: NewsServer, fetcher: Fetcher
) -> None:
    stop = threading.Event()
    stop.set()
    url = server.put("/a", "x")
    for _ in range(3 * CONFIG.concurrency):
        assert not list(fetcher.many([("a", ask(url))], stop=stop))
    assert fetcher.get(ask(url)).status == 200


def test_an_end_while_a_caller_leaves_waits_for_no_host(server: NewsServer) -> None:
    server.handle("/hang", hang)
    stop = threading.Event()
    with Fetcher(CONFIG, contact="", version="1") as fetcher:
        closer = threading.Thread(target=fetcher.close)

        class Batches(set[Batch]):
            def discard(self, batch: Batch, /) -> None:
                super().discard(batch)
                # the end comes now, as far as it can
                closer.start()
                closer.join(0.5)

        fetcher._batches = Batches()
        wanted = [("h", ask(server.url("/hang")))]
        reader = threading.Thread(target=lambda: list(fetcher.many(wanted, stop=stop)))
        reader.start()
        assert server.wait_for_requests(1)
        stop.set()
        reader.join()
        closer.join(CONFIG.timeout.total_seconds() / 2)
        assert not closer.is_alive()


@pytest.mark.parametrize("how", ["close", "stop"])
def test_stopping_is_prompt(server: NewsServer, how: str) -> None:
    stop = threading.Event()
    server.handle("/hang", hang)
    results: list[Any] = []
    with Fetcher(CONFIG, contact="", version="1") as fetcher:
        wanted = [(n, ask(server.url("/hang"))) for n in range(5)]
        reader = threading.Thread(
            target=lambda: results.extend(fetcher.many(wanted, stop=stop))
        )
        reader.start()
        assert server.wait_for_requests(2)
        if how == "close":
            fetcher.close()
            stop.set()
        else:
            stop.set()
        # half of what the hanging host may take
        reader.join(CONFIG.timeout.total_seconds() / 2)
        assert not reader.is_alive()
    assert results == []
    with pytest.raises(FetchError, match="stopping"):
        fetcher.get(ask(server.url("/hang")))
