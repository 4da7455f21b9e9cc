"""Pages that turn hostile after they were read: no revision and no removal comes of it.

Each is first an ordinary article; then its address misbehaves, visit after visit.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from monitor.analysis import Analyst
from monitor.settings import FetchConfig
from tests import hostile
from tests.desk import FIRE, Desk, Item, desk, page
from tests.servers import NewsServer

CASES = {
    name: behaviour
    for cases in hostile.ALL
    for name, (_, behaviour) in cases.items()
    # all are of one host here; a pause for it would be one for all
    if name != "huge-retry-after"
}
HOUR = timedelta(hours=1)
UNREAD = "SELECT count(*) FROM articles WHERE article_id NOT IN (SELECT article_id FROM revisions)"
# a removal would need two
VISITS = 2

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    database = tmp_path_factory.mktemp("hostile") / "claimwatch.db"
    fetch = FetchConfig(
        per_host=200,
        concurrency=200,
        per_host_pause=timedelta(0),
        timeout=timedelta(seconds=1),
    )
    with (
        NewsServer() as inside,
        Analyst(workers=2, aliases={}, wall_limit=timedelta(seconds=2)) as analyst,
        desk(database, analyst, fetch=fetch) as desk_,
    ):
        inside.put("/secret", "INTERNAL")
        cases = CASES | {
            name: behaviour
            for name, (_, behaviour) in hostile.private_redirects(inside.port).items()
        }
        path_by_name = {
            name: f"/{number}"
            for number, name in enumerate([*cases, *hostile.CONTENTS])
        }
        for name, path in path_by_name.items():
            # without ETag: a 304 to it would be an honest answer
            desk_.news.put(path, page(name, FIRE), etag=False)
        items = (Item(path, title=name) for name, path in path_by_name.items())
        desk_.feed("gazette", *items)
        desk_.pass_()
        while desk_.one(UNREAD):
            # on a busy machine some miss the short deadline
            desk_.pass_(after=HOUR)
        for name, behaviour in cases.items():
            desk_.news.handle(path_by_name[name], behaviour)
        for name, body in hostile.CONTENTS.items():
            desk_.news.put(path_by_name[name], body, etag=False)
        desk_.news.handle("/circle", CASES["in-a-circle"])
        for _ in range(VISITS):
            # longer than anybody may ask us to wait, with jitter
            desk_.pass_(after=30 * HOUR)
        yield desk_
        assert not inside.requests, "something private was reached"


def test_all_were_read_once_and_visited_again(after: Desk) -> None:
    count = len(CASES) + len(hostile.CONTENTS) + len(hostile.PRIVATE_PLACES.split())
    assert count >= 60
    assert after.one("SELECT count(DISTINCT article_id) FROM revisions") == count
    assert after.one("SELECT count(*) FROM articles WHERE failures >= 2") == count


def test_none_of_them_is_a_revision_or_a_removal(after: Desk) -> None:
    assert (
        after.rows(
            "SELECT url, number FROM revisions JOIN articles USING (article_id) "
            "WHERE number > 1"
        )
        == []
    )
    assert after.rows("SELECT kind, count(*) FROM changes GROUP BY 1") == []
    assert after.rows("SELECT url FROM articles WHERE gone_at IS NOT NULL") == []


def test_each_has_its_cause_on_record(after: Desk) -> None:
    without = after.rows("SELECT url FROM articles WHERE coalesce(error, '') = ''")
    assert without == []
