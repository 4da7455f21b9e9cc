"""10,000 feeds at 15 minutes for a simulated hour: who is late, what is lost, how big.

    python benchmarks/bench_scale.py [FEEDS] [MINUTES] [FACTOR]

The real daemon in a process of its own, with a clock that runs FACTOR (10) times as
fast; fetches and their deadlines take real time. Each feed has a host of its own, 20
entries and a latency of 50 to 300 ms; 2 % hang until the deadline, 5 % answer 500.
Lateness is what passes between a feed's due time and its request at the server. Then
2,000 feeds become due at once. Memory is the daemon's own process. The configuration is
the default one; at ten times the speed 111 polls a second, 0.6 s each on average, need
64 places where a real hour needs 7. Exits 1 if a limit is missed.
"""

from __future__ import annotations

import asyncio
import json
import logging
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pipe import quietly
from verdict import row

INTERVAL = timedelta(minutes=15)
BURST = 2_000
# Issue 4.
MOST_LATE_S, MOST_MB = 60.0, 110.0
# What became due within this (simulated) time before the end may still be on its way.
ON_ITS_WAY = timedelta(seconds=60)
HANG = 60.0


def nature(number: int) -> str:
    if number % 50 == 0:
        return "hangs"
    return "fails" if number % 20 == 1 else "well"


# ------------------------------------------------------------------ the feed server


def serve(folder: Path) -> None:
    # here alone: the daemon's process is weighed
    from aiohttp import web
    from bench_polling import feed

    arrivals: list[tuple[int, float]] = []
    calm = [True]

    async def answer(request: web.Request) -> web.Response:
        number = int(request.match_info["number"])
        arrivals.append((number, time.monotonic()))
        if not calm[0]:
            await asyncio.sleep(0.05 + number % 26 / 100)
            kind = nature(number)
            if kind == "hangs":
                await asyncio.sleep(HANG)
            if kind != "well":
                return web.Response(status=500)
        etag = f'"{number}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        # entries without a page: only polls are measured here
        body = feed(number, links=False)
        return web.Response(
            body=body, content_type="application/rss+xml", headers={"ETag": etag}
        )

    async def log(_: web.Request) -> web.Response:
        return web.json_response(arrivals)

    async def begin(_: web.Request) -> web.Response:
        calm[0] = False
        arrivals.clear()
        return web.Response()

    async def main() -> None:
        app = web.Application()
        app.router.add_get("/{number}.xml", answer)
        app.router.add_get("/log", log)
        app.router.add_get("/begin", begin)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "0.0.0.0", 0, backlog=1024)
        await site.start()
        port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        (folder / "port.new").write_text(str(port))
        (folder / "port.new").rename(folder / "port")
        await asyncio.Event().wait()

    asyncio.run(main())


# ------------------------------------------------------------------ the daemon


class QuickClock:
    """Runs `factor` times as fast and ends up at the real time: never ahead of it."""

    def __init__(self, factor: float, length: timedelta) -> None:
        self.factor = factor
        self.began = time.monotonic()
        self.start = datetime.now(UTC) - (factor - 1) * length

    def now(self) -> datetime:
        return self.at(time.monotonic())

    def at(self, monotonic: float) -> datetime:
        return self.start + timedelta(seconds=(monotonic - self.began) * self.factor)

    def real(self, moment: datetime) -> float:
        """The monotonic time at which this clock shows `moment`."""
        return self.began + (moment - self.start).total_seconds() / self.factor

    @staticmethod
    def monotonic() -> float:
        return time.monotonic()


def memory_mb() -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return float("nan")


def run_daemon(folder: Path, count: int, minutes: float, factor: float) -> None:
    from monitor.daemon import Daemon
    from monitor.pipeline import poll
    from monitor.pipeline.opening import open_service
    from monitor.settings import Config, FeedConfig
    from monitor.store.times import to_text

    port = (folder / "port").read_text()
    config = Config(
        database=folder / "claimwatch.db",
        tick=timedelta(seconds=1),
        feeds=tuple(
            FeedConfig(
                f"feed{n}",
                f"http://127.{1 + n // 40_000}.{n // 200 % 200}.{n % 200 + 1}:{port}/{n}.xml",
                interval=INTERVAL,
                interval_min=INTERVAL,
                interval_max=INTERVAL,
                allow_private=True,
            )
            for n in range(count)
        ),
    )
    # some slack: the burst and the end come after the simulated time
    length = timedelta(seconds=60 * minutes / factor + 300)
    clock = QuickClock(factor, length)
    due: dict[str, list[float]] = defaultdict(list)
    # a line for each of 700 feeds that are to fail says nothing here
    logging.disable(logging.WARNING)
    with open_service(config, clock=clock, workers=1) as service:
        poll(service, force=True)
        start = clock.now()
        spread = INTERVAL.total_seconds()
        with service.store.writing() as db:
            for n in range(count):
                moment = start + timedelta(
                    seconds=5 + n * 7919 % count / count * spread
                )
                due[f"feed{n}"].append(clock.real(moment))
                db.execute(
                    "UPDATE feeds SET next_poll_at = ? WHERE name = ?",
                    (to_text(moment), f"feed{n}"),
                )
        urllib.request.urlopen(f"http://127.0.0.1:{port}/begin").close()
        done_at: dict[str, float] = {}

        def note(done: Any) -> None:
            due[done.feed].append(clock.real(done.next_poll_at))
            done_at[done.feed] = time.monotonic()

        service.on_poll = note
        daemon = Daemon(service)
        found: dict[str, Any] = {"memory": [memory_mb()]}

        def conduct() -> None:
            ends = clock.real(start + timedelta(minutes=minutes))
            while time.monotonic() < ends:
                time.sleep(1)
                found["memory"].append(memory_mb())
            found["until"] = clock.real(clock.at(ends) - ON_ITS_WAY)
            found["due"] = {name: list(times) for name, times in due.items()}
            burst = [f"feed{n}" for n in range(count) if nature(n) == "well"][:BURST]
            began = time.monotonic()
            with service.store.writing() as db:
                for name in burst:
                    db.execute(
                        "UPDATE feeds SET next_poll_at = ? WHERE name = ?",
                        (to_text(clock.now()), name),
                    )
            limit = began + 120
            while time.monotonic() < limit and any(
                done_at.get(name, 0.0) < began for name in burst
            ):
                time.sleep(0.1)
            lost = sum(done_at.get(name, 0.0) < began for name in burst)
            found["burst"] = {
                "of": len(burst),
                "lost": lost,
                "took": time.monotonic() - began,
            }
            daemon.stop()

        threading.Thread(target=conduct, daemon=True).start()
        cpu = time.process_time()
        daemon.run()
        found["cpu"] = time.process_time() - cpu
        found["entries"] = service.store.one("SELECT count(*) FROM entries")[0]
    (folder / "found.json").write_text(json.dumps(found))


# ------------------------------------------------------------------ the verdict


def lateness(
    found: dict[str, Any], arrivals: list[list[float]]
) -> tuple[list[float], int]:
    """Seconds (real) each due poll was late, and how many never came."""
    came: dict[str, list[float]] = defaultdict(list)
    for number, at in arrivals:
        came[f"feed{int(number)}"].append(at)
    late, lost = [], 0
    for name, times in found["due"].items():
        expected = [at for at in times if at <= found["until"]]
        got = came[name]
        lost += max(0, len(expected) - len(got))
        late += [max(0.0, at - due) for due, at in zip(expected, got, strict=False)]
    return late, lost


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    minutes = float(sys.argv[2]) if len(sys.argv) > 2 else 60.0
    factor = float(sys.argv[3]) if len(sys.argv) > 3 else 10.0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = subprocess.Popen([sys.executable, __file__, "serve", name])
        try:
            while not (folder / "port").exists():
                time.sleep(0.05)
            subprocess.run(
                [
                    sys.executable,
                    __file__,
                    "daemon",
                    name,
                    *map(str, (count, minutes, factor)),
                ],
                check=True,
            )
            port = (folder / "port").read_text()
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/log") as answer:
                arrivals = json.load(answer)
        finally:
            server.terminate()
            server.wait()
        found = json.loads((folder / "found.json").read_text())
    late, lost = lateness(found, arrivals)
    p99 = statistics.quantiles(late, n=100)[98]
    print(
        f"{count} feeds, {found['entries']} entries, {minutes:g} simulated minutes at"
        f" {factor:g} times: {len(late)} polls, {found['cpu']:.1f} CPU s of the daemon's"
        f" process ({1000 * found['cpu'] / max(1, len(late)):.2f} per 1,000)"
    )
    for label, value in (
        ("median", statistics.median(late)),
        ("p99", p99),
        ("most", max(late)),
    ):
        print(f"late, {label:7} {factor * value:7.1f} s simulated, {value:6.2f} s real")
    burst, most = found["burst"], max(found["memory"])
    fine = factor * p99 <= MOST_LATE_S and lost == 0
    row(
        f"{count} feeds, {minutes:g} min simulated ({factor:g} x): p99 late, polls lost",
        f"{factor * p99:.1f} s ({p99:.2f} s real), {lost} of {len(late) + lost}",
        f"<= {MOST_LATE_S:g} s, 0",
        fine,
    )
    row(
        f"a burst of {burst['of']} due at once: lost",
        f"{burst['lost']}, done in {burst['took']:.1f} s real",
        "0",
        burst["lost"] == 0,
    )
    row(
        f"memory of the daemon at {count} feeds, {found['entries']} entries",
        f"{most:.0f} MB",
        f"<= {MOST_MB:g} MB",
        most <= MOST_MB,
    )
    if not fine or burst["lost"] or most > MOST_MB:
        raise SystemExit(1)


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1] == "serve":
        serve(Path(sys.argv[2]))
    elif len(sys.argv) > 1 and sys.argv[1] == "daemon":
        run_daemon(
            Path(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]), float(sys.argv[5])
        )
    else:
        quietly(main)
