"""Results cross from one thread to another in company, and never wait for long."""

from __future__ import annotations

import asyncio
import queue

import pytest

from monitor.fetch.handover import Handover


def test_those_of_one_moment_go_together_and_the_last_at_once() -> None:
    async def scene() -> None:
        results: Handover[int] = Handover()
        for number in range(3):
            results.put(number, at_once=False)
        with pytest.raises(queue.Empty):
            results.get(timeout=0)
        results.put(3, at_once=True)
        assert [results.get(timeout=0) for _ in range(4)] == [0, 1, 2, 3]

    asyncio.run(scene())


def test_nobody_waits_for_company_for_ever() -> None:
    async def scene() -> int | None:
        results: Handover[int] = Handover()
        results.put(1, at_once=False)
        return await asyncio.to_thread(results.get, 20)

    assert asyncio.run(scene()) == 1


def test_the_end_comes_after_what_waits() -> None:
    async def scene() -> None:
        results: Handover[int] = Handover()
        results.put(1, at_once=False)
        results.end()
        assert [results.get(timeout=0), results.get(timeout=0)] == [1, None]

    asyncio.run(scene())


def test_a_quick_reader_tells_once_for_many() -> None:
    async def scene() -> None:
        results: Handover[int] = Handover()
        told = []
        for number in range(16):
            results.put(number, at_once=False)
        for _ in range(16):
            results.get(timeout=0)
            told.append(results.to_tell())
        assert told[0] == 1, "the first of a slow reader must not wait"
        assert sum(told) == 16, "and none is forgotten"

    asyncio.run(scene())
