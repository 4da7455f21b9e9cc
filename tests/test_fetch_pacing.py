"""The pacer alone: places, hosts, pauses, patience. No network."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from typing import Any

from monitor.fetch.pacing import Batch, Job, Pacer


class Bench:
    """Records what starts; ends jobs when told."""

    def __init__(self, **options: Any) -> None:
        self.started: list[str] = []
        self.jobs: dict[str, Job[str]] = {}
        self.changed = asyncio.Event()
        settings = {"concurrency": 3, "per_host": 2, "pause": 0.0, "patience": 60.0}
        self.pacer: Pacer[str] = Pacer(self._start, **(settings | options))
        self.batch = Batch()

    def _start(self, job: Job[str]) -> None:
        self.started.append(job.work)
        self.jobs[job.work] = job
        self.changed.set()

    def add(self, *works: str, batch: Batch | None = None) -> None:
        """Each work is named host/number."""
        self.pacer.add([Job(w.split("/")[0], w, batch or self.batch) for w in works])

    def end(self, *works: str, taken: bool = True) -> None:
        for work in works:
            job = self.jobs.pop(work)
            self.pacer.finished(job)
            if taken:
                self.pacer.taken(job.batch)

    def end_all(self) -> None:
        while self.jobs:
            self.end(*list(self.jobs))

    async def until(self, count: int) -> None:
        async with asyncio.timeout(10):
            while len(self.started) < count:
                self.changed.clear()
                await self.changed.wait()


def run(test: Coroutine[Any, Any, None]) -> None:
    asyncio.run(test)


def test_places_in_all_and_per_host() -> None:
    async def scene() -> None:
        bench = Bench()
        bench.add("a/1", "a/2", "a/3", "b/1", "b/2", "c/1")
        assert bench.started == ["a/1", "b/1", "c/1"], "hosts take turns"
        bench.end("c/1")
        assert bench.started[3:] == ["a/2"]
        bench.end("a/1", "b/1")
        assert bench.started[4:] == ["b/2", "a/3"]
        bench.end_all()

    run(scene())


def test_hosts_may_have_long_queues_without_holding_up_others() -> None:
    async def scene() -> None:
        bench = Bench(concurrency=10)
        bench.add(*(f"a/{n}" for n in range(50)), "b/1", "c/1")
        assert sorted(bench.started) == ["a/0", "a/1", "b/1", "c/1"]
        bench.end_all()
        assert len(bench.started) == 52

    run(scene())


def test_the_pause_holds_across_batches() -> None:
    async def scene() -> None:
        bench = Bench(pause=0.05)
        loop, now = asyncio.get_running_loop(), 1000.0
        # the loop's clock: a busy machine might let the pause pass before we look
        loop.time = lambda: now  # type: ignore[method-assign]
        bench.add("a/1")
        bench.end("a/1")
        bench.add("a/2", batch=Batch())
        now += 0.049
        for _ in range(3):
            await asyncio.sleep(0)
        assert bench.started == ["a/1"]
        now += 0.002
        await bench.until(2)
        bench.end_all()

    run(scene())


def test_results_not_taken_hold_back_their_own_batch_only() -> None:
    async def scene() -> None:
        bench = Bench(concurrency=2)
        other = Batch()
        bench.add("a/1", "b/1", "c/1", "d/1")
        bench.end("a/1", "b/1", taken=False)
        assert bench.started == ["a/1", "b/1"]
        bench.add("e/1", batch=other)
        assert bench.started[2:] == ["e/1"]
        bench.pacer.taken(bench.batch)
        assert bench.started[3:] == ["c/1"]
        bench.end("e/1")
        bench.pacer.taken(bench.batch)
        assert bench.started[4:] == ["d/1"]
        bench.end_all()

    run(scene())


def test_hanging_jobs_give_their_places_away() -> None:
    async def scene() -> None:
        bench = Bench(concurrency=2, patience=0.02)
        bench.add(*(f"hang{n}/1" for n in range(6)), "good/1")
        await bench.until(7)
        assert bench.started[-1] == "good/1", "six hang and it came all the same"
        bench.end_all()
        bench.add("x/1", "y/1", "z/1")
        assert len(bench.started) == 9, "and the places are counted right afterwards"
        bench.end_all()
        assert len(bench.started) == 10

    run(scene())


def test_patience_has_an_end_too() -> None:
    async def scene() -> None:
        bench = Bench(concurrency=1, patience=0.01)
        bench.add(*(f"hang{n}/1" for n in range(50)))
        await bench.until(8)
        await asyncio.sleep(0.1)
        assert len(bench.started) == 8, "eight times the places, and no more"
        bench.end_all()
        assert len(bench.started) == 50

    run(scene())


def test_a_rush_opens_places_and_its_end_closes_them() -> None:
    async def scene() -> None:
        bench = Bench(concurrency=2, patience=0.02)
        bench.add(*(f"rush{n}/1" for n in range(12)))
        assert len(bench.started) == 2
        await bench.until(8)
        while len(bench.started) < 12:
            bench.end(next(iter(bench.jobs)))
        bench.end_all()
        bench.add(*(f"calm{n}/1" for n in range(6)))
        assert len(bench.started) == 12 + 2, "as many as usual"
        bench.end_all()

    run(scene())


def test_a_caller_that_takes_its_time_opens_no_places() -> None:
    async def scene() -> None:
        bench = Bench(concurrency=2, patience=0.01)
        bench.add(*(f"a{n}/1" for n in range(9)))
        bench.end(*list(bench.jobs), taken=False)
        await asyncio.sleep(0.1)
        assert len(bench.started) == 2
        bench.pacer.taken(bench.batch, 2)
        assert len(bench.started) == 4
        bench.end_all()
        assert len(bench.started) == 9

    run(scene())


def test_the_last_request_to_a_host_is_known() -> None:
    async def scene() -> None:
        bench = Bench(per_host=1)
        bench.add("a/1", "a/2", "b/1")
        assert not bench.jobs["a/1"].is_last
        assert bench.jobs["b/1"].is_last
        bench.end("a/1")
        assert bench.jobs["a/2"].is_last
        bench.end_all()

    run(scene())


def test_cancelled_batches_start_nothing_more() -> None:
    async def scene() -> None:
        bench = Bench(concurrency=1)
        bench.add("a/1", "a/2", "b/1")
        bench.pacer.cancel(bench.batch)
        bench.end("a/1")
        assert bench.started == ["a/1"]
        bench.add("a/9", batch=Batch())
        assert bench.started == ["a/1", "a/9"]
        bench.end_all()

    run(scene())


def test_forgotten_hosts_take_no_memory() -> None:
    async def scene() -> None:
        bench = Bench(concurrency=5_000)
        for at in range(0, 20_000, 2_000):
            bench.add(*(f"host{n}/1" for n in range(at, at + 2_000)))
            bench.end_all()
        assert len(bench.started) == 20_000
        assert len(bench.pacer._hosts) <= 2_000

    run(scene())


def test_ten_thousand_hosts_cost_ten_thousand_steps() -> None:
    async def scene() -> None:
        bench = Bench(concurrency=30)
        bench.add(*(f"host{n}/1" for n in range(10_000)))
        began = time.process_time()
        while bench.jobs:
            work = next(iter(bench.jobs))
            bench.end(work, taken=False)
            bench.pacer.taken(bench.batch)
        assert len(bench.started) == 10_000
        # moving every waiting host each time took 10 s and more
        assert time.process_time() - began < 3

    run(scene())
