"""CPU per poll of unchanged feeds: ours, a bare aiohttp GET, and lemon24/reader.

    python benchmarks/bench_polling.py [FEEDS] [ROUNDS] [REPEATS]

A feed server in its own process; each client in its own process too. CPU seconds (user
+ system) per 1,000 polls of steady rounds, database writes included. The clients take
turns and so do the worlds; the table has the median of each, a verdict the median of
the ratios of neighbours, which what else the machine does touches least. reader is
skipped when its environment (benchmarks/requirements.txt) can't be made.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import resource
import ssl
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from html import escape
from pathlib import Path
from statistics import median
from typing import Any

import aiohttp
import certifi
import trustme
from aiohttp import web
from pipe import quietly
from verdict import row

HERE = Path(__file__).parent
PEERS = Path(tempfile.gettempdir()) / f"claimwatch-peers-{os.getuid()}"
CONCURRENCY = 32
# neighbours are compared with each other
WORLDS = ("keep-alive", "same body", "closing", "https")
# As editors' systems write it: links, pictures, classes, styles, references.
PARAGRAPH = (
    '<p class="story-body" style="margin:0"><strong>{0}.</strong> Crews worked through'
    ' the night to restore the supply, <a href="/people/{0}?ref=feed" target="_blank"'
    ' rel="noopener" data-track="body">the mayor&rsquo;s office</a> said &mdash; and'
    " <em>nobody was hurt</em>.</p>"
    '<figure class="image"><img src="/img/{0}.jpg" srcset="/img/{0}-2x.jpg 2x" alt="A'
    ' bridge" width="640" height="360" loading="lazy"><figcaption>The bridge on Monday'
    "</figcaption></figure><ul><li>First</li><li>Second &amp; last</li></ul>"
)
# For bench_cold: entries with their whole text.
FULL = "full content"
# Issue 4, against a bare aiohttp GET, against reader; against our own 304.
MOST_BARE, LEAST_READER, LEAST_READER_TLS, MOST_SAME_BODY = 1.25, 8, 15, 1.3


def feed(
    number: int, entries: int = 20, *, full: bool = False, links: bool = True
) -> bytes:
    text = "Crews worked through the night to restore the supply. " * 8
    if full:
        text = "".join(escape(PARAGRAPH.format(n)) for n in range(14))
    items = "".join(
        f"<item><title>Report {number}-{n}</title><guid>urn:{number}:{n}</guid>"
        + (f"<link>https://gazette.example/{number}/{n}</link>" if links else "")
        + f"<pubDate>Sun, 01 Mar 2026 12:{n:02}:00 GMT</pubDate>"
        f"<description>{text}</description></item>"
        for n in range(entries)
    )
    return (
        f"<rss version='2.0'><channel><title>Gazette {number}</title>"
        f"<link>https://gazette.example/</link>{items}</channel></rss>"
    ).encode()


# ------------------------------------------------------------------ the feed server


def serve(world: str, folder: Path) -> None:
    bodies: dict[str, tuple[bytes, str]] = {}

    async def answer(request: web.Request) -> web.Response:
        number = request.match_info["number"]
        if number not in bodies:
            body = feed(int(number), full=world == FULL)
            bodies[number] = body, f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        body, etag = bodies[number]
        headers = {} if world == "same body" else {"ETag": etag}
        if headers and request.headers.get("If-None-Match") == etag:
            response = web.Response(status=304, headers=headers)
        else:
            response = web.Response(
                body=body, content_type="application/rss+xml", headers=headers
            )
        if world in ("closing", "https"):
            response.force_close()
        return response

    async def main() -> None:
        app = web.Application()
        app.router.add_get("/{number}.xml", answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        tls = None
        if world == "https":
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain(folder / "server.pem")
        site = web.TCPSite(runner, "0.0.0.0", 0, ssl_context=tls, backlog=512)
        await site.start()
        port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        (folder / "port.new").write_text(str(port))
        (folder / "port.new").rename(folder / "port")
        await asyncio.Event().wait()

    asyncio.run(main())


@contextmanager
def server(world: str, feeds: int, folder: Path) -> Iterator[list[str]]:
    hosts = ["127.0.0.1"]
    if world in ("closing", "https"):
        hosts = [f"127.1.{n // 200}.{n % 200 + 1}" for n in range(feeds)]
    if world == "https":
        authority = trustme.CA()
        authority.issue_cert(*hosts).private_key_and_cert_chain_pem.write_to_path(
            str(folder / "server.pem")
        )
        public = Path(certifi.where()).read_bytes() + authority.cert_pem.bytes()
        (folder / "ca.pem").write_bytes(public)
    else:
        (folder / "ca.pem").write_bytes(Path(certifi.where()).read_bytes())
    child = subprocess.Popen([sys.executable, __file__, "serve", world, str(folder)])
    try:
        while not (folder / "port").exists():
            if child.poll() is not None:
                raise SystemExit("the feed server did not start")
            time.sleep(0.02)
        port = (folder / "port").read_text()
        scheme = "https" if world == "https" else "http"
        yield [
            f"{scheme}://{hosts[n % len(hosts)]}:{port}/{n}.xml" for n in range(feeds)
        ]
    finally:
        child.terminate()
        child.wait()


# ------------------------------------------------------------------ clients


def cpu() -> float:
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def ours(folder: Path, urls: list[str], rounds: int) -> dict[str, Any]:
    """Our own stage with everything it needs; the children are counted as well."""
    from monitor.pipeline import poll
    from monitor.pipeline.opening import open_service
    from monitor.settings import Config, FeedConfig, FetchConfig

    config = Config(
        database=folder / "claimwatch.db",
        feeds=tuple(
            FeedConfig(name=f"feed{n}", url=url, allow_private=True)
            for n, url in enumerate(urls)
        ),
        fetch=FetchConfig(
            concurrency=CONCURRENCY,
            per_host=CONCURRENCY,
            per_host_pause=timedelta(0),
        ),
    )
    # where OpenSSL looks for the authorities that are trusted
    os.environ["SSL_CERT_FILE"] = str(folder / "ca.pem")
    with open_service(config, workers=1) as service:
        first = poll(service, force=True)
        failed = sum(done.error is not None for done in first)
        start = cpu()
        polls = sum(len(poll(service, force=True)) for _ in range(rounds))
        spent = cpu() - start
    return {"cpu": spent, "polls": polls, "failed": failed}


def bare(folder: Path, urls: list[str], rounds: int) -> dict[str, Any]:
    """aiohttp alone: one session, conditional GETs, bodies read."""
    etags: dict[str, str] = {}

    async def one(session: aiohttp.ClientSession, url: str) -> bool:
        headers = {"If-None-Match": etags[url]} if url in etags else {}
        async with session.get(url, headers=headers) as response:
            await response.read()
            if "ETag" in response.headers:
                etags[url] = response.headers["ETag"]
            return response.status not in (200, 304)

    async def main() -> dict[str, Any]:
        tls = ssl.create_default_context(cafile=folder / "ca.pem")
        connector = aiohttp.TCPConnector(limit=CONCURRENCY, ssl=tls)
        async with aiohttp.ClientSession(connector=connector) as session:
            failed = sum(await asyncio.gather(*(one(session, url) for url in urls)))
            start = cpu()
            for _ in range(rounds):
                await asyncio.gather(*(one(session, url) for url in urls))
            spent = cpu() - start
        return {"cpu": spent, "polls": rounds * len(urls), "failed": failed}

    return asyncio.run(main())


def client(kind: str, folder: Path, urls: list[str], rounds: int) -> dict[str, Any]:
    (folder / "urls").write_text("\n".join(urls))
    if kind == "reader":
        command = [str(PEERS / "bin" / "python"), str(HERE / "peer_reader.py")]
        command += [str(folder / "reader.db"), str(folder / "urls")]
        command += [str(folder / "ca.pem"), str(rounds)]
    else:
        command = [sys.executable, __file__, kind, str(folder), str(rounds)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    result: dict[str, Any] = json.loads(answer.stdout.splitlines()[-1])
    return result


def has_reader() -> bool:
    python = PEERS / "bin" / "python"
    if not python.exists():
        venv.create(PEERS, with_pip=True)
    wanted = str(HERE / "requirements.txt")
    install = [str(python), "-m", "pip", "install", "-q", "-r", wanted]
    return subprocess.run(install, check=False, capture_output=True).returncode == 0


# ------------------------------------------------------------------ the table


Costs = dict[str, dict[str, list[float]]]


def main() -> None:
    feeds = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 4
    repeats = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    kinds = ["ours", "bare", *(["reader"] if has_reader() else [])]
    costs: Costs = {world: {kind: [] for kind in kinds} for world in WORLDS}
    for _ in range(repeats):
        for kind in kinds:
            for world in WORLDS:
                costs[world][kind].append(cost(kind, world, feeds, rounds))
    print(
        f"{feeds} feeds, {rounds} steady rounds, {repeats} times; CPU s per 1,000 polls"
    )
    print(
        f"{'':12}"
        + "".join(f"{kind:>9}" for kind in kinds)
        + "   ours/bare reader/ours"
    )
    for world, found in costs.items():
        peer = ratio(found["reader"], found["ours"]) if "reader" in found else None
        print(
            f"{world:12}"
            + "".join(f"{median(found[kind]):9.3f}" for kind in kinds)
            + f"   {ratio(found['ours'], found['bare']):8.2f}"
            + (f" {peer:8.1f}" if peer is not None else "")
        )
    judge(costs)


def ratio(one: list[float], other: list[float]) -> float:
    """The median of the ratios of those measured next to each other."""
    return median(a / b for a, b in zip(one, other, strict=True))


def cost(kind: str, world: str, feeds: int, rounds: int) -> float:
    """CPU s per 1,000 polls."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with server(world, feeds, folder) as urls:
            found = client(kind, folder, urls, rounds)
    if found["failed"]:
        print(f"{world}: {kind}: {found['failed']} polls failed")
    return float(1000 * found["cpu"] / found["polls"])


def judge(costs: Costs) -> None:
    """The rows of the table."""
    for world, least in (
        ("https", LEAST_READER_TLS),
        ("keep-alive", LEAST_READER),
        ("closing", LEAST_READER),
    ):
        found = costs[world]
        if "reader" in found:
            times = ratio(found["reader"], found["ours"])
            beyond = ratio(found["reader"], found["bare"])
            row(
                f"304, {world}: reader / ours",
                f"{times:.1f} (reader / bare aiohttp {beyond:.1f})",
                f">= {least}",
                times >= least,
            )
    over = ratio(costs["https"]["ours"], costs["https"]["bare"])
    row(
        "304, https: ours / bare aiohttp",
        f"{over:.2f}",
        f"<= {MOST_BARE}",
        over <= MOST_BARE,
    )
    same, bare = (
        ratio(costs["same body"][kind], costs["keep-alive"][kind])
        for kind in ("ours", "bare")
    )
    row(
        "200 with the same body / 304",
        f"{same:.2f} (bare aiohttp {bare:.2f})",
        f"<= {MOST_SAME_BODY}",
        same <= MOST_SAME_BODY,
    )


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1] == "serve":
        serve(sys.argv[2], Path(sys.argv[3]))
    elif len(sys.argv) > 1 and sys.argv[1] in ("ours", "bare"):
        place = Path(sys.argv[2])
        run = ours if sys.argv[1] == "ours" else bare
        print(
            json.dumps(
                run(place, (place / "urls").read_text().split(), int(sys.argv[3]))
            )
        )
    else:
        quietly(main)
