"""Find baseline claims that a mention may repeat, among a million, in a few ms.

Three roads: the same measure in the same story; shared keys (measure, names); and
the rarest words. Words are read from the rarest on until their postings reach a
budget; the next ones only where they stand beside another word of the text, which
the index finds by skipping. OR of all words would read 300 times as much
(docs/design.md, section 5; decision 81).
"""

from __future__ import annotations

import heapq
import itertools
import json
import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from monitor.store import sqlite

# The posting budget. With 5,000, and nothing of the commoner words, a claim of which
# half the words were replaced was found less often and in twice the time (decision 81).
POSTINGS = 2_000
# How many further words are read, where they stand beside another; a fourth found
# nothing more.
BESIDE = 3
# A word of more claims than that is read by none of the ways: one claim in twenty
# of a million; reading it beside others takes a millisecond.
COMMON = 50_000
# What is read of one of them, newest first: half a millisecond.
PER_PAIR = 5_000
# A word of so few claims is counted in 0.05 ms, and each time.
RARE = 500
# What one road may bring; the matcher compares each by its fields, at a tenth of a
# millisecond. With 25 the right claim was among them in 200 of 200 (bench_match).
PER_ROAD = 25
# Of the weight of the claim that shares most: with half of it none was missed yet that
# the 25 best held (300 mentions, as they were and with half the words replaced).
LEAST_OF_BEST = 0.4
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


def _counted(
    db: sqlite.Connection, terms: Sequence[str]
) -> tuple[dict[str, int], dict[str, list[int]]]:
    """How many claims hold each term, rarest first, counted to COMMON and one more.

    Counting "open" among a million claims takes 5 ms: a term that is not rare is
    counted once for each connection, and again when its claims are read. The claims of
    rare terms, which are read to be counted, come with the counts.
    """
    db.execute(
        "CREATE TABLE IF NOT EXISTS temp.term_counts "
        "(term TEXT PRIMARY KEY, claims INTEGER NOT NULL) WITHOUT ROWID"
    )
    marks = sqlite.marks(terms)
    rows = db.execute(
        f"SELECT term, claims FROM temp.term_counts WHERE term IN ({marks})",
        list(terms),
    )
    counts = {row["term"]: int(row["claims"]) for row in rows}
    held: dict[str, list[int]] = {}
    for term in terms:
        if term not in counts:
            found = _read(db, _quoted(term), RARE + 1)
            if len(found) <= RARE:
                held[term], counts[term] = found, len(found)
                continue
            counts[term] = _count(db, term, COMMON + 1)
            _remember(db, term, counts[term])
    ranked = sorted(counts, key=lambda t: (counts[t], t))
    return {t: counts[t] for t in ranked}, held


def _count(db: sqlite.Connection, term: str, most: int) -> int:
    [count] = db.execute(
        "SELECT count(*) FROM (SELECT 1 FROM claims_fts WHERE claims_fts MATCH ? "
        "LIMIT ?)",
        (_quoted(term), most),
    ).fetchone()
    return int(count)


def _remember(db: sqlite.Connection, term: str, count: int) -> None:
    db.execute(
        "INSERT OR REPLACE INTO temp.term_counts (term, claims) VALUES (?, ?)",
        (term, count),
    )


def _split(counts: Mapping[str, int]) -> tuple[list[str], list[str]]:
    """Terms to read to their end, and the next ones; both from the rarest on."""
    held = [term for term, count in counts.items() if count]
    totals = itertools.accumulate(counts[term] for term in held)
    rare = [t for t, total in zip(held, totals, strict=True) if total <= POSTINGS]
    rest = [t for t in held[len(rare) :] if counts[t] <= COMMON]
    return rare, rest[:BESIDE]


def _read(db: sqlite.Connection, query: str, most: int) -> list[int]:
    """The newest claims that answer the query.

    As one JSON text, which takes less than half the time of as many rows.
    """
    [listed] = db.execute(
        "SELECT json_group_array(rowid) FROM (SELECT rowid FROM claims_fts "
        "WHERE claims_fts MATCH ? ORDER BY rowid DESC LIMIT ?)",
        (query, most),
    ).fetchone()
    claim_ids: list[int] = json.loads(listed)
    return claim_ids


def _quoted(term: str) -> str:
    return '"' + term.replace('"', '""') + '"'


def by_words(db: sqlite.Connection, text: str, *, limit: int = PER_ROAD) -> list[int]:
    """Claims that share the rarest words of the text, best first.

    A word weighs the more the rarer it is; FTS5's own rank reads the length of each
    claim beside it, at ten times the cost. Where no word tells claims apart, the
    newest that hold them all.
    """
    terms = stems(db, text)
    if not terms:
        return []
    counts, read = _counted(db, terms)
    rare, rest = _split(counts)
    held: dict[str, list[int]] = {}
    for term in rare:
        if term in read:
            held[term] = read[term]
            continue
        held[term] = _read(db, _quoted(term), POSTINGS + 1)
        if len(held[term]) > RARE:  # it spreads
            _remember(db, term, len(held[term]))
    for term in rest:
        beside = " OR ".join(_quoted(t) for t in (*rare, *rest) if t != term)
        if beside:
            held[term] = _read(db, f"{_quoted(term)} AND ({beside})", PER_PAIR)
    if any(held.values()):
        return _best(db, held, counts, limit)
    return _read(db, " AND ".join(map(_quoted, terms)), limit)


def _best(
    db: sqlite.Connection,
    held: Mapping[str, Sequence[int]],
    counts: Mapping[str, int],
    limit: int,
) -> list[int]:
    """Claims with the greatest weight of shared terms, of equals the newest first."""
    [newest] = db.execute("SELECT max(claim_id) FROM claims").fetchone()
    weights: defaultdict[int, float] = defaultdict(float)
    for term, claim_ids in held.items():
        weight = math.log(1 + newest / counts[term])
        for claim_id in claim_ids:
            weights[claim_id] += weight
    best = heapq.nlargest(limit, ((w, claim_id) for claim_id, w in weights.items()))
    least = LEAST_OF_BEST * best[0][0]
    return [claim_id for weight, claim_id in best if weight >= least]


def by_measure(db: sqlite.Connection, key: str, story_id: int | None) -> list[int]:
    """Claims that count the same thing in the same story, newest first."""
    rows = db.execute(
        "SELECT c.claim_id FROM claims c JOIN measures m USING (measure_id) "
        "WHERE m.key = ? AND c.story_id = ? ORDER BY c.claim_id DESC LIMIT ?",
        (key, story_id, PER_ROAD),
    )
    return [row[0] for row in rows]


def by_keys(db: sqlite.Connection, keys: Sequence[str]) -> list[int]:
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
    return [claim_id for _, claim_id in sorted(best, reverse=True)[:PER_ROAD]]


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
