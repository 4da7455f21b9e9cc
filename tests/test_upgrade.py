"""A newer engine over a database that an older one filled: silent (I3).

The older engine read the same texts differently in every way that one can: other
values and measures, another certainty and source, narrower spans, claims that the new
one does not find, and none where the new one finds some.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.store import sqlite
from tests.desk import FIRE, Desk, Item, baseline

OTHER = (
    "A ferry hit the pier of Brask on Friday, and 40 people were injured.",
    "The coast guard of Brask said that the captain had been arrested.",
    "The ferry company Norrin Lines declined to comment.",
)
WORSE = (FIRE[0].replace("12", "19"), *FIRE[1:])
HOURS = timedelta(hours=1)


@pytest.fixture
def at(at: Desk) -> Desk:
    """Its two articles were read by an older engine."""
    at.publish("/fire")
    at.publish("/ferry", OTHER, title="Ferry hits pier in Brask")
    # seen as news, not as a silent first poll
    baseline(at, Item("/fire"), Item("/ferry"))
    with at.service.store.writing() as db:
        _as_read_by_an_older_engine(db)
    at.service.store.db.execute("DELETE FROM changes")
    at.messages.clear()
    return at


def _as_read_by_an_older_engine(db: sqlite.Connection) -> None:
    db.execute(
        "UPDATE revisions SET analysis = "
        "substr(analysis, 1, instr(analysis, ' · ') - 1) || ' · claims-0+rules'"
    )
    # other values, another measure, a surer and sourceless reading
    db.execute(
        "UPDATE assertions SET value_min = 11, value_max = 11, comparator = '=' "
        "WHERE value_min = 12"
    )
    db.execute("UPDATE measures SET key = 'hurt/passenger' WHERE key LIKE 'injured/%'")
    db.execute(
        "UPDATE assertions SET certainty = 'asserted', source_id = NULL, chain = '[]' "
        "WHERE quote LIKE '%arrested%'"
    )
    # narrower spans
    db.execute(
        "UPDATE sightings SET end_offset = end_offset - 9, "
        "quote = substr(quote, 1, length(quote) - 9) WHERE quote LIKE '%shelter%'"
    )
    # a claim that it missed
    db.execute("DELETE FROM claims WHERE text LIKE '%declined%'")
    # claims that only it found: inside a sentence of others, and one that is none
    for quote in ("Rescue teams", "the pier of Brask"):
        db.execute(
            "INSERT INTO claims (text, predicate, checkworthy, first_seen_at, "
            "last_seen_at) SELECT ?, 'be', 0.9, first_seen_at, last_seen_at "
            "FROM claims LIMIT 1",
            (quote,),
        )
        columns = [
            row[1] for row in db.execute("PRAGMA table_info(assertions)") if row[1]
        ][2:]
        changed = {"text": "?2", "quote": "?2", "source_id": "NULL", "chain": "'[]'"}
        db.execute(
            f"INSERT INTO assertions (claim_id, {', '.join(columns)}) SELECT "
            "(SELECT max(claim_id) FROM claims), "
            + ", ".join(changed.get(column, column) for column in columns)
            + " FROM assertions WHERE value_min = ?1 LIMIT 1",
            (11, quote),
        )
        db.execute(
            "INSERT INTO sightings (assertion_id, article_id, revision_id, quote, "
            "start_offset, end_offset, sentence, weight, first_seen_at, last_seen_at) "
            "SELECT (SELECT max(assertion_id) FROM assertions), article_id, "
            "revision_id, ?1, instr(text, ?1) - 1, instr(text, ?1) - 1 + length(?1), "
            "9, 'body', fetched_at, fetched_at FROM revisions "
            "WHERE instr(text, ?1) > 0",
            (quote,),
        )


def test_the_older_reading_differs_in_every_way(at: Desk) -> None:
    """The fixture is what it says: the other tests would pass on an empty one."""
    texts = {row[0] for row in at.rows("SELECT quote FROM sightings")}
    assert {"Rescue teams", "the pier of Brask"} <= texts
    assert at.one("SELECT count(*) FROM assertions WHERE value_min = 11") >= 1
    assert at.one("SELECT count(*) FROM measures WHERE key = 'hurt/passenger'") == 1
    assert at.one("SELECT count(*) FROM claims WHERE text LIKE '%declined%'") == 0


def test_an_upgrade_tells_nothing(at: Desk) -> None:
    """Not at once, and not when removals would be confirmed."""
    for _ in range(4):
        at.pass_(after=HOURS)
    assert at.told() == []
    assert at.messages == []
    assert at.one("SELECT count(*) FROM changes WHERE disposition = 'digest'") == 0
    assert at.one("SELECT count(*) FROM sightings WHERE gone_since IS NOT NULL") == 0
    stamps = at.rows("SELECT DISTINCT analysis FROM revisions")
    assert len(stamps) == 1
    assert "claims-0" not in stamps[0][0]
    # the baseline is what the new engine reads
    assert at.one("SELECT count(*) FROM assertions WHERE value_min = 12") >= 1
    assert at.one("SELECT count(*) FROM claims WHERE text LIKE '%declined%'") == 1


def test_after_an_upgrade_real_changes_are_told(at: Desk) -> None:
    at.pass_()
    at.publish("/fire", WORSE)
    at.pass_()
    assert at.told() == ["figure"]


def test_an_edit_that_meets_an_upgrade_tells_only_the_edit(at: Desk) -> None:
    """The text before is read by the new engine, too."""
    at.publish("/fire", WORSE)
    for _ in range(4):
        at.pass_(after=HOURS)
    assert at.told() == ["figure"]
    [(before, after)] = at.rows(
        "SELECT json_extract(before, '$.value_min'), "
        "json_extract(after, '$.value_min') FROM changes WHERE kind = 'figure'"
    )
    assert (before, after) == (12, 19)
