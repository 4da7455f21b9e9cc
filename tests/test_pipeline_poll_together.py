"""Polls without news share a transaction; one that can't be stored harms no other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from monitor.analysis import Analyst
from monitor.pipeline import poll
from monitor.pipeline.poll import MOST_TOGETHER
from monitor.store import feeds
from tests.desk import STEP, Desk, Item, desk

NAMES = [f"feed{n:02}" for n in range(MOST_TOGETHER + 10)]


@pytest.fixture
def at(tmp_path: Path, analyst: Analyst) -> Iterator[Desk]:
    """Many feeds, read once, which then answer 304."""
    with desk(tmp_path / "x.db", analyst, *NAMES) as at:
        for name in NAMES:
            at.feed(name, Item(f"/{name}/1"))
        assert all(done.error is None for done in poll(at.service))
        at.clock.advance(STEP)
        yield at


def test_unchanged_feeds_share_transactions(
    at: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    stored = 0
    record_states = feeds.record_states

    def counted(store: Any, records: Any, **options: Any) -> None:
        nonlocal stored
        record_states(store, records, **options)
        stored += len(records)

    def told(done: object) -> None:
        # told only after the commit
        assert not at.service.store.db.in_transaction
        sizes.append(stored)

    monkeypatch.setattr(feeds, "record_states", counted)
    at.service.on_poll = told
    done = poll(at.service)
    assert sorted(each.feed for each in done) == NAMES
    assert len(set(sizes)) < len(NAMES) / 2
    assert max(b - a for a, b in zip([0, *sizes], sizes, strict=False)) <= MOST_TOGETHER
    assert at.one("SELECT count(*) FROM feeds WHERE leased_by IS NOT NULL") == 0
    assert at.one("SELECT count(*) FROM feeds WHERE state = 'ok'") == len(NAMES)
    assert poll(at.service) == []


def test_a_record_that_fails_poisons_itself_alone(
    at: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_states = feeds.record_states

    def choosy(store: Any, records: Any, **options: Any) -> None:
        if any(feed.name == NAMES[3] for feed, _ in records):
            raise ValueError("impossible")
        record_states(store, records, **options)

    monkeypatch.setattr(feeds, "record_states", choosy)
    done = {each.feed: each.error for each in poll(at.service)}
    assert set(done) == set(NAMES)
    assert "impossible" in str(done.pop(NAMES[3]))
    assert set(done.values()) == {None}
    assert at.one("SELECT count(*) FROM feeds WHERE state = 'failing'") == 1
    assert poll(at.service) == []
