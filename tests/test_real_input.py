"""All real feeds beside the checkout, through a real server and the whole poll stage.

That the 61 real pages extract with F1 >= 0.95 is in test_articles.
"""

from __future__ import annotations

import gzip
import io
import warnings
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.analysis import Analyst
from monitor.pipeline import poll
from tests.desk import desk


def distinct(body: bytes) -> list[str]:
    """What tells feedparser's entries apart: id, else link, else title."""
    import feedparser

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parsed: Any = feedparser.parse(io.BytesIO(body))
    keys = (
        next(filter(None, (dict.get(e, n) for n in ("id", "link", "title"))), "")
        for e in parsed.entries
    )
    return list(dict.fromkeys(key.strip() for key in keys))


@pytest.mark.long
def test_all_entries_of_real_feeds_are_stored_once(
    shared: Path, tmp_path: Path, analyst: Analyst
) -> None:
    paths = sorted((shared / "corpus" / "feeds").glob("*.gz"))
    assert len(paths) >= 50
    bodies = {path.stem: gzip.decompress(path.read_bytes()) for path in paths}
    with desk(tmp_path / "x.db", analyst, *bodies) as at:
        for number, (name, body) in enumerate(bodies.items()):
            # every other server knows no validators
            etag = number % 2 == 0
            at.news.put(f"/{name}.xml", body, content_type="application/xml", etag=etag)
        first = poll(at.service)
        assert {p.feed: p.error for p in first if p.error} == {}
        assert all(p.is_baseline for p in first)
        expected = {name: len(distinct(body)) for name, body in bodies.items()}
        assert {p.feed: p.entries_new for p in first} == expected
        stored = dict(
            at.rows(
                "SELECT name, count(entry_id) FROM feeds LEFT JOIN entries "
                "USING (feed_id) GROUP BY name"
            )
        )
        assert stored == expected
        for _ in range(2):
            at.clock.advance(timedelta(hours=3))
            again = poll(at.service)
            assert len(again) == len(bodies)
            assert [p.feed for p in again if p.error or p.entries_new] == []
        # a day later they are asked without validators, and still nothing is new
        at.clock.advance(timedelta(days=2))
        assert sum(p.entries_new for p in poll(at.service, force=True)) == 0
        assert at.one("SELECT count(*) FROM changes") == 0
