"""What the review pages read: labels kept by triggers, pages complete, no scans."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.model import ChangeKind, Severity
from monitor.store import (
    articles,
    checks,
    corrections,
    migrations,
    sqlite,
    trail,
)
from monitor.store.database import Store, open_store
from monitor.store.review import (
    NEWEST,
    alerts,
    article,
    changed,
    claim,
    marks,
    stories,
    voices,
    words,
)
from monitor.store.review.changed import Place, Wanted
from tests import store_rows
from tests.store_rows import NOON

KINDS = (ChangeKind.FIGURE, ChangeKind.DENIED, ChangeKind.REWORDED)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Three hundred changes of three claims, of many kinds, topics and outlets."""
    chance = random.Random(7)
    with open_store(tmp_path_factory.mktemp("review") / "claimwatch.db") as store:
        store_rows.add_article(store)
        article = next(a for a in articles.due(store, now=NOON + 3 * HOUR, limit=9))
        ids = [
            store_rows.add_claim(
                store, store_rows.mention(f"Claim number {n}"), article=article
            )
            for n in range(3)
        ]
        for number in range(300):
            told = chance.random() < 0.4
            told_change = store_rows.change(
                ids[number % 3],
                kind=chance.choice(KINDS),
                severity=chance.choice(list(Severity)),
                sub_kinds=(ChangeKind.CERTAINTY,) if number % 5 == 0 else (),
                topics=("fire",) if number % 4 == 0 else ("sea", "ships"),
                outlet=chance.choice(("Gazette", "Herald")),
                outlets=("Gazette", "Daily"),
                source=chance.choice(("mayor", "fire service", None)),
                detected_at=NOON + number * MINUTE,
            )
            disposition = "alert" if told else "record"
            store_rows.add_change(store, told_change, disposition=disposition)
        yield store


def ids_of(page: changed.Page) -> list[int]:
    return [shown.listed.change.change_id for shown in page.shown]


def walk(store: Store, wanted: Wanted, *, size: int = 7) -> list[int]:
    found: list[int] = []
    place: Place | None = Place()
    while place is not None:
        page = changed.page(store, wanted, place, size=size)
        found += ids_of(page)
        place = page.following
    return found


def expected(store: Store, where: str, *values: Any) -> list[int]:
    rows = store.all(
        f"SELECT change_id FROM changes WHERE {where} ORDER BY change_id DESC", values
    )
    return [row[0] for row in rows]


TOLD = "disposition <> 'record'"
TOPIC = "EXISTS (SELECT 1 FROM json_each(topics) WHERE value = ?)"


@pytest.mark.parametrize(
    ("wanted", "where", "values"),
    [
        (Wanted(), TOLD, ()),
        (Wanted(with_recorded=True), "1", ()),
        (Wanted(topic="fire"), f"{TOLD} AND {TOPIC}", ("fire",)),
        (Wanted(topic="fire", kind="denied"), f"{TOLD} AND {TOPIC} AND kind='denied'", ("fire",)),
        (Wanted(kind="certainty", with_recorded=True), "sub_kinds LIKE '%certainty%'", ()),
        (Wanted(source="mayor", severity="high"), f"{TOLD} AND source='mayor' AND severity='high'", ()),
        (Wanted(outlet="Daily"), TOLD, ()),
        (Wanted(outlet="Herald", with_recorded=True), "outlet='Herald'", ()),
        (Wanted(claim_id=2, with_recorded=True), "claim_id = 2", ()),
        (Wanted(after_id=250, with_recorded=True), "change_id > 250", ()),
        (Wanted(since=NOON + 100 * MINUTE, until=NOON + 110 * MINUTE, with_recorded=True), "change_id BETWEEN 101 AND 111", ()),
        (Wanted(since=NOON + 999 * MINUTE), "0", ()),
        (Wanted(until=NOON - MINUTE), "0", ()),
        (Wanted(topic="no such"), "0", ()),
        (Wanted(state="open"), "0", ()),
    ],
)  # fmt: skip
def test_every_change_that_fits_is_on_one_page(
    filled: Store, wanted: Wanted, where: str, values: tuple[Any, ...]
) -> None:
    assert walk(filled, wanted) == expected(filled, where, *values)


def test_by_importance_the_loudest_come_first(filled: Store) -> None:
    found = walk(filled, Wanted(by_importance=True, topic="fire"))
    order = "CASE severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'normal' THEN 2 ELSE 3 END"
    rows = filled.all(
        f"SELECT change_id FROM changes WHERE {TOLD} AND {TOPIC} "
        f"ORDER BY {order}, change_id DESC",
        ("fire",),
    )
    assert found == [row[0] for row in rows]
    assert walk(filled, Wanted(by_importance=True, topic="fire"), size=1000) == found


def test_a_page_reads_no_more_than_its_budget(
    filled: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changed, "BUDGET", 20)
    wanted = Wanted(kind="denied", source="mayor")
    page = changed.page(filled, wanted, Place(), size=50)
    assert page.is_cut
    assert page.following is not None
    assert walk(filled, wanted) == expected(
        filled, f"{TOLD} AND kind='denied' AND source='mayor'"
    )


def test_counts_and_labels_follow_the_changes(tmp_path: Path) -> None:
    with open_store(tmp_path / "x.db") as store:
        claim_id = store_rows.add_claim(store)
        for name in ("mayor", "mayor", None):
            told = store_rows.change(
                claim_id, source=name, topics=("mayor",), outlets=("Gazette",)
            )
            store_rows.add_change(store, told)
        assert voices.counts(store, "source", before=None, size=9) == [
            {"name": "mayor", "changes": 2, "kinds": {"figure": 2}}
        ]
        assert voices.kinds(store, "topic", "mayor") == {"figure": 3}
        with store.writing() as db:
            db.execute("DELETE FROM changes WHERE change_id = 1")
        assert voices.kinds(store, "source", "mayor") == {"figure": 1}
        assert voices.kinds(store, "topic", "mayor") == {"figure": 2}
        left = store.all("SELECT DISTINCT change_id FROM change_labels ORDER BY 1")
        assert [row[0] for row in left] == [2, 3]
        with store.writing() as db:
            db.execute("DELETE FROM changes")
        assert not store.all("SELECT * FROM change_labels")
        assert not voices.names(store, "source", most=9)


def test_an_older_database_gets_its_labels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, filled: Store
) -> None:
    """The same labels whether triggers made them or the migration did."""
    older = tuple(m for m in migrations.MIGRATIONS if not m[0].endswith("_review"))
    monkeypatch.setattr(migrations, "MIGRATIONS", older)
    path = tmp_path / "older.db"
    columns = [
        row[0] for row in filled.all("SELECT name FROM pragma_table_info('changes')")
    ]
    names, marks_ = ", ".join(columns), ", ".join("?" * len(columns))
    with open_store(path) as store, store.writing() as db:
        db.execute("PRAGMA defer_foreign_keys = ON")
        for table in ("measures", "stories", "claims"):
            _copy(filled, db, table)
        db.executemany(
            f"INSERT INTO changes ({names}) VALUES ({marks_})",
            [
                tuple(
                    row[c]
                    if c not in {"assertion_id", "article_id", "revision_id"}
                    else None
                    for c in columns
                )
                for row in filled.all("SELECT * FROM changes")
            ],
        )
    monkeypatch.undo()
    with open_store(path) as store:
        for table in ("change_labels", "change_counts"):
            rows = [
                sorted(tuple(row) for row in one.all(f"SELECT * FROM {table}"))
                for one in (store, filled)
            ]
            assert rows[0] == rows[1]
            assert rows[0]


def _copy(source: Store, db: sqlite.Connection, table: str) -> None:
    for row in source.all(f"SELECT * FROM {table}"):
        db.execute(
            f"INSERT INTO {table} VALUES ({','.join('?' * len(row))})", tuple(row)
        )


# ------------------------------------------------------------------ plans

# Tables that grow with the news; a page may not read one from end to end.
BIG = (
    *("changes", "claims", "assertions", "sightings", "articles", "revisions"),
    *("entries", "alerts", "alert_changes", "deliveries", "attempts", "stories"),
    *("change_labels", "sources", "measures"),
)
# The rowid descending with a LIMIT is a scan by name, and reads a page.
SCAN = re.compile(rf"SCAN (?:\w+ AS )?({'|'.join(BIG)}|c|a|s|r|ar|cl)\b(?! USING)")


@contextmanager
def planned(store: Store) -> Iterator[list[str]]:
    """Every query that is read meanwhile is explained instead, too."""
    plans: list[str] = []
    read = store.all

    def explained(sql: str, values: Any = ()) -> list[Any]:
        if sql.lstrip().upper().startswith("SELECT"):
            lines = [row["detail"] for row in read(f"EXPLAIN QUERY PLAN {sql}", values)]
            plans.extend(f"{line}   <- {' '.join(sql.split())}" for line in lines)
        return read(sql, values)

    def one(sql: str, values: Any = ()) -> Any:
        rows = explained(sql, values)
        return rows[0] if rows else None

    store.all = explained  # type: ignore[method-assign]
    store.one = one  # type: ignore[method-assign]
    try:
        yield plans
    finally:
        del store.all, store.one  # type: ignore[method-assign]


def scans(plans: list[str]) -> list[str]:
    return [
        line
        for line in plans
        if (found := SCAN.match(line))
        and not re.search(r"ORDER BY (?:\w+\.)?\w*id DESC LIMIT", line)
        and found
    ]


def read_everything(store: Store) -> None:
    wanteds = [
        Wanted(),
        Wanted(with_recorded=True),
        Wanted(topic="fire", kind="denied", outlet="Daily", source="mayor"),
        Wanted(severity="high", by_importance=True, state="open"),
        Wanted(state="acknowledged", since=NOON, until=NOON + MINUTE),
        Wanted(state="silenced"),
        Wanted(claim_id=1),
        Wanted(article_id=1),
        Wanted(story_id=1),
        replace(Wanted(), after_id=5),
    ]
    for wanted in wanteds:
        changed.page(store, wanted, Place(), size=5)
    changed.newest_told(store)
    changed.unread(store, 3, most=10)
    claim.read(store, 1)
    claim.carried_by(store, 1)
    claim.values(store, 1, most=10)
    article.read(store, 1)
    article.revisions(store, 1)
    article.revision(store, 1, 1)
    article.sightings(store, 1)
    article.kinds(store, 1)
    checks.of_article(store, 1)
    trail.claims_in(store, 1)
    stories.listed(store, before=None, size=5)
    stories.claims(store, 1)
    stories.assertions(store, 1)
    stories.articles(store, 1)
    stories.of_changes(store, [1, 2])
    voices.counts(store, "source", before=(5, "x"), size=5)
    voices.names(store, "topic", most=5)
    voices.kinds(store, "outlet", "Gazette")
    voices.source(store, "mayor")
    voices.said(store, 1)
    alerts.listed(store, status="sent", before_id=NEWEST, size=5)
    alerts.listed(store, status="", before_id=NEWEST, size=5)
    alerts.read(store, "A-1")
    alerts.in_alert(store, 1, most=5)
    words.claims(store, words.query("claim"), before_id=NEWEST, size=5)
    words.revisions(store, words.query("fire"), before_id=NEWEST, size=5)
    marks.looked(store, "ana")


def test_no_page_reads_a_big_table_from_end_to_end(filled: Store) -> None:
    with planned(filled) as plans:
        read_everything(filled)
    assert len(plans) > 50
    assert scans(plans) == []


def test_near_misses_go_by_their_indices(filled: Store) -> None:
    """They are read by connection, which the check above does not see."""
    asked: list[str] = []
    filled.db.set_trace_callback(asked.append)
    corrections.near_claim(filled.db, 1)
    corrections.of_claim(filled.db, 1)
    filled.db.set_trace_callback(None)
    assert asked
    for sql in asked:
        plan = [row["detail"] for row in filled.all(f"EXPLAIN QUERY PLAN {sql}")]
        assert not [
            line for line in plan if re.match(r"SCAN (a|n|o|corrections)\b", line)
        ]


def test_the_check_of_plans_can_fail(filled: Store) -> None:
    with planned(filled) as plans:
        filled.all("SELECT * FROM changes WHERE reason = 'x'")
        filled.all("SELECT a.* FROM assertions a WHERE a.unit = 'x'")
    assert len(scans(plans)) == 2


# ------------------------------------------------------------------ words and marks


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("harbour fire", '"harbour" "fire"'),
        ('"harbour fire" toll', '"harbour fire" "toll"'),
        ("kill*", '"kill"*'),
        ("ki*", '"ki"'),
        ("NOT x OR y:", '"NOT" "x" "OR" "y:"'),
        ("* ( ) - \0", ""),
        ("", ""),
        ("۴٬۵۱۹", '"۴٬۵۱۹"'),
    ],
)
def test_words_are_never_syntax(filled: Store, text: str, query: str) -> None:
    assert words.query(text) == query
    if query:
        words.claims(filled, query, before_id=NEWEST, size=1)
