"""What people marked as seen or kept, and which values a claim's line shows."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from monitor.review.pages.claim import values
from monitor.store import (
    claims,
)
from monitor.store.database import open_store
from monitor.store.review import (
    claim,
    marks,
)
from monitor.store.times import to_time
from tests import store_rows
from tests.store_rows import NOON

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def test_looks_and_searches_are_kept(tmp_path: Path) -> None:
    with open_store(tmp_path / "x.db") as store:
        assert marks.looked(store, "ana") is None
        marks.look(store, "ana", 4, now=NOON)
        marks.look(store, "ana", 9, now=NOON + MINUTE)
        found = marks.looked(store, "ana")
        assert found is not None
        assert found[0] == 9
        assert to_time(found[1]) == NOON + MINUTE
        for address in ("/search?q=a", "/search?q=b"):
            marks.keep(store, author="ana", name="tolls", address=address, now=NOON)
        [search] = marks.searches(store)
        assert (search.author, search.address) == ("ana", "/search?q=b")
        assert marks.drop(store, search.search_id)
        assert not marks.drop(store, search.search_id)


def test_an_old_figure_that_is_read_late_ends_no_line(tmp_path: Path) -> None:
    with open_store(tmp_path / "claimwatch.db") as store:
        piece = store_rows.add_article(store)
        number = store_rows.add_claim(
            store, store_rows.mention(count=19), article=piece, now=NOON
        )
        with store.writing() as db:
            late = claims.add_assertion(
                db,
                number,
                store_rows.mention(count=12),
                outlet="Gazette",
                article_id=piece.article_id,
                as_of=NOON - HOUR,
                now=NOON + HOUR,
            )
            db.execute(
                "UPDATE assertions SET is_historic = 1 WHERE assertion_id = ?",
                (late.assertion_id,),
            )
        read = claim.read(store, number)
        assert read is not None
        drawn = values(read, claim.values(store, number, most=10))
    assert [(one.low, one.at) for one in drawn] == [(12, NOON - HOUR), (19, NOON)]
