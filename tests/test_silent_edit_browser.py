"""An article in a real browser: silent edits are marked, and visits are listed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from monitor.analysis import Analyst
from tests import browser
from tests.desk import FIRE, Item, baseline, desk
from tests.review_window import Desk, window

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(browser.why_not() is not None, reason=str(browser.why_not())),
    pytest.mark.timeout(300),
]
DATED = '<meta property="article:modified_time" content="2026-11-20T08:00:00Z">'
LATER = DATED.replace("08:00", "11:30")
WORSE = (FIRE[0].replace("12", "19"), *FIRE[1:])
# no claim's words change: the edit is silent all the same
FEWER = (FIRE[0].replace("12", "19"), *FIRE[1:3])
NOTICE = "Correction: An earlier version of this article gave a wrong number of dead."
NOTED = (*WORSE, NOTICE)
# what each page becomes, in turn, and the revisions whose edit was silent
EDITS: dict[str, tuple[list[tuple[tuple[str, ...], str]], list[int]]] = {
    "/silent": ([(WORSE, DATED), (FEWER, DATED)], [2, 3]),
    "/dated": ([(WORSE, LATER)], []),
    "/noticed": ([(NOTED, DATED)], []),
    # the notice of an earlier edit does not speak for a later one
    "/again": ([(NOTED, DATED), ((*FEWER, NOTICE), DATED)], [3]),
    # who gives no date hides none
    "/undated": ([(WORSE, "")], []),
}


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Five articles that change in five ways, read by the real engine."""
    folder = tmp_path_factory.mktemp("silent")
    with (
        Analyst(workers=1, aliases={}) as analyst,
        desk(folder / "claimwatch.db", analyst) as at,
    ):
        for path, (turns, _) in EDITS.items():
            at.publish(path, title=f"Fire {path}", head=turns[0][1] and DATED)
        baseline(at, *(Item(path, title=f"Fire {path}") for path in EDITS))
        for turn in range(2):
            for path, (turns, _) in EDITS.items():
                if turn < len(turns):
                    text, head = turns[turn]
                    at.publish(path, text, title=f"Fire {path}", head=head)
            at.pass_()
        for _ in range(3):
            at.pass_(after=timedelta(hours=2))
        config = folder / "claimwatch.toml"
        config.write_text('[claimwatch]\ndatabase = "claimwatch.db"\n')
        with browser.served(config) as served, browser.opened() as chromium:
            window_ = window(chromium, served.base, at.service.store, served.link)
            yield window_
            assert window_.complaints == []


def article(desk: Desk, path: str) -> int:
    sql = "SELECT article_id FROM articles WHERE url LIKE ?"
    return int(desk.store.all(sql, (f"%{path}",))[0][0])


@pytest.mark.parametrize("path", EDITS)
def test_only_silent_edits_are_marked(edited: Desk, path: str) -> None:
    turns, silent = EDITS[path]
    number = article(edited, path)
    edited.go(f"/article/{number}")
    table = edited.page.get_by_role("region", name="Revisions")
    rows = table.locator("tr", has_text="revision")
    assert rows.count() == len(turns) + 1
    marked = [
        n + 1
        for n in range(rows.count())
        if rows.nth(n).locator("strong.silent").count()
    ]
    assert marked == silent
    # so is a removal that a later visit confirmed
    removed = edited.page.locator("#changes .k-removed")
    for n in range(removed.count()):
        text = removed.nth(n).inner_text()
        assert ("silent edit" in text) is (len(turns) + 1 in silent), text
    # and over the comparison of each two
    for revision in range(2, len(turns) + 2):
        edited.go(f"/article/{number}?old={revision - 1}&new={revision}")
        heading = edited.page.locator(".reading h2").first.inner_text()
        assert ("silent edit" in heading) is (revision in silent), heading


def test_a_silent_removal_is_told_as_silent(edited: Desk) -> None:
    found = edited.store.all(
        "SELECT a.url, c.is_silent_edit FROM changes c JOIN articles a USING (article_id) "
        "WHERE c.kind = 'removed' ORDER BY 1"
    )
    assert {(row[0].rpartition("/")[2], row[1]) for row in found} == {
        ("again", 1),
        ("silent", 1),
    }


def test_alike_visits_are_one_line(edited: Desk) -> None:
    edited.go(f"/article/{article(edited, '/dated')}")
    visits = edited.page.locator("#visits")
    assert "6 visits kept" in visits.locator("h2").inner_text()
    lines: list[Any] = visits.locator("tbody tr").all_inner_texts()
    assert len(lines) == 3
    assert "4 visits, unchanged" in lines[0]
    assert "revision 2" in lines[1]
    assert "revision 1" in lines[2]
    edited.follow(visits.get_by_role("link", name="revision 2"))
    assert "Revision 1 → 2" in edited.page.locator(".reading h2").first.inner_text()
    edited.page.go_back()
    assert "/article/" in edited.page.url
