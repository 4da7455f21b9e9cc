"""Find baseline claims that a mention may repeat, among a million, in a few ms.

Three roads: the same measure in the same story; shared keys (measure, names); and
the rarest words until the postings reach a budget. OR of all words would read
300 times as much (docs/design.md, section 5).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from monitor.store import sqlite

# The posting budget: recall@50 stayed 25/25 at a million claims (research figure).
POSTINGS = 5_000
# What one road may bring; the matcher compares each by its fields, at a tenth of a
# millisecond. With 25 the right claim was among them in 200 of 200 (bench_match).
PER_ROAD = 25
# What is read of one key: half a millisecond.
PER_KEY = 500


def stems(db: sqlite.Connection, text: str) -> list[str]:
    """The text's index terms, made by the very tokenizer of `claims_fts`."""
    db.execute(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.stemmer USING fts5 "
        "(text, tokenize = 'porter unicode61 remove_diacritics 2')"
    )
    db.execute(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.stemmed "
        "USING fts5vocab ('temp', 'stemmer', 'row')"
    )
    db.execute("INSERT INTO temp.stemmer (rowid, text) VALUES (1, ?)", (text,))
    terms = [row[0] for row in db.execute("SELECT term FROM temp.stemmed")]
    db.execute("DELETE FROM temp.stemmer WHERE rowid = 1")
    return terms


def rarest(db: sqlite.Connection, terms: Sequence[str]) -> list[str]:
    """The rarest of the terms that some claim holds, within the posting budget."""
    counted = sorted((count, term) for term, count in _counted(db, terms).items())
    chosen: list[str] = []
    total = 0
    for count, term in counted:
        total += count
        if chosen and total > POSTINGS:
            break
        chosen.append(term)
    return chosen


def _counted(db: sqlite.Connection, terms: Sequence[str]) -> dict[str, int]:
    """How many claims hold each term, without those that are too common.

    Counting "open" among a million claims takes 5 ms: it is counted no further than
    the budget, and once for each connection.
    """
    db.execute(
        "CREATE TABLE IF NOT EXISTS temp.common_terms (term TEXT PRIMARY KEY) "
        "WITHOUT ROWID"
    )
    marks = ",".join("?" * len(terms))
    common = {
        row[0]
        for row in db.execute(
            f"SELECT term FROM temp.common_terms WHERE term IN ({marks})", list(terms)
        )
    }
    found: dict[str, int] = {}
    for term in terms:
        if term in common:
            continue
        [count] = db.execute(
            "SELECT count(*) FROM (SELECT 1 FROM claims_fts WHERE claims_fts MATCH ? "
            "LIMIT ?)",
            (_quoted(term), POSTINGS + 1),
        ).fetchone()
        if count > POSTINGS:
            db.execute("INSERT INTO temp.common_terms (term) VALUES (?)", (term,))
        elif count:
            found[term] = count
    return found


def _quoted(term: str) -> str:
    return '"' + term.replace('"', '""') + '"'


def by_words(db: sqlite.Connection, text: str, *, limit: int = PER_ROAD) -> list[int]:
    """Claims that share the rarest words of the text, best first.

    Where every word is common, the newest claims that hold them all.
    """
    terms = stems(db, text)
    rare = rarest(db, terms)
    if rare:
        query, order = " OR ".join(map(_quoted, rare)), "rank"
    elif terms:
        query, order = " AND ".join(map(_quoted, terms)), "rowid DESC"
    else:
        return []
    rows = db.execute(
        "SELECT rowid FROM claims_fts WHERE claims_fts MATCH ? "
        f"ORDER BY {order} LIMIT ?",
        (query, limit),
    )
    return [row[0] for row in rows]


def by_measure(
    db: sqlite.Connection, key: str, story_id: int | None, *, limit: int = PER_ROAD
) -> list[int]:
    """Claims that count the same thing in the same story, newest first."""
    rows = db.execute(
        "SELECT c.claim_id FROM claims c JOIN measures m USING (measure_id) "
        "WHERE m.key = ? AND c.story_id = ? ORDER BY c.claim_id DESC LIMIT ?",
        (key, story_id, limit),
    )
    return [row[0] for row in rows]


def by_keys(
    db: sqlite.Connection, keys: Sequence[str], *, limit: int = PER_ROAD
) -> list[int]:
    """Claims that share the most of these keys, at least two, newest first.

    Of a key that is everywhere only the newest claims are read: an older one that
    matters shares the measure or the rare words too.
    """
    shared: Counter[int] = Counter()
    for key in keys:
        rows = db.execute(
            "SELECT claim_id FROM claim_keys WHERE key = ? "
            "ORDER BY claim_id DESC LIMIT ?",
            (key, PER_KEY),
        )
        shared.update(row[0] for row in rows)
    best = [(count, claim_id) for claim_id, count in shared.items() if count > 1]
    return [claim_id for _, claim_id in sorted(best, reverse=True)[:limit]]


def claims(
    db: sqlite.Connection,
    *,
    text: str,
    measure: str | None,
    keys: Sequence[str],
    story_id: int | None,
) -> list[int]:
    """All candidate claims for a mention, without repeats, best road first."""
    found: list[int] = []
    if measure is not None and story_id is not None:
        found += by_measure(db, measure, story_id)
    found += by_keys(db, keys)
    found += by_words(db, text)
    return list(dict.fromkeys(found))
