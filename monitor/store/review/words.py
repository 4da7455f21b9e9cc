"""Full-text search over claims and revisions, the newest first, with highlights."""

from __future__ import annotations

from monitor.store.database import Store
from monitor.store.reading import storable
from monitor.store.trail import Row

# What surrounds a hit in a snippet: characters that no text holds.
OPENS, CLOSES = "\x02", "\x03"
# Words of a revision that are shown around a hit.
SNIPPET = 40
# A shorter beginning of a word stands in too many claims.
LEAST_BEGINNING = 3


def query(text: str) -> str:
    """An FTS query for all these words, whatever the text is; '' for none.

    "quoted words" must stand together; a word that ends in * is a beginning.
    """
    found = []
    for index, piece in enumerate(storable(text).split('"')):
        if index % 2:
            found.append(_quoted(piece))
            continue
        for word in piece.split():
            is_beginning = word.endswith("*") and len(word) > LEAST_BEGINNING
            found.append(
                _quoted(word) + ("*" if is_beginning and _quoted(word) else "")
            )
    return " ".join(term for term in found if term)


def _quoted(text: str) -> str:
    return f'"{text.strip("*")}"' if any(c.isalnum() for c in text) else ""


def claims(store: Store, wanted: str, *, before_id: int, size: int) -> list[Row]:
    """Claims that hold the words, the newest first."""
    rows = store.all(
        "SELECT c.claim_id, highlight(claims_fts, 0, ?, ?) AS marked, c.text, "
        "c.story_id, c.first_seen_at, c.last_seen_at, m.label AS measure, "
        "(SELECT count(*) FROM assertions a WHERE a.claim_id = c.claim_id) AS assertions "
        "FROM claims_fts JOIN claims c ON c.claim_id = claims_fts.rowid "
        "LEFT JOIN measures m USING (measure_id) "
        "WHERE claims_fts MATCH ? AND claims_fts.rowid < ? "
        "ORDER BY claims_fts.rowid DESC LIMIT ?",
        (OPENS, CLOSES, wanted, before_id, size),
    )
    return [dict(row) for row in rows]


def revisions(store: Store, wanted: str, *, before_id: int, size: int) -> list[Row]:
    """Revisions that hold the words, the newest first."""
    rows = store.all(
        "SELECT r.revision_id, r.number, r.fetched_at, a.article_id, a.title, a.outlet, "
        "a.revision_count, snippet(revisions_fts, 0, ?, ?, '…', ?) AS marked "
        "FROM revisions_fts JOIN revisions r ON r.revision_id = revisions_fts.rowid "
        "JOIN articles a USING (article_id) "
        "WHERE revisions_fts MATCH ? AND revisions_fts.rowid < ? "
        "ORDER BY revisions_fts.rowid DESC LIMIT ?",
        (OPENS, CLOSES, SNIPPET, wanted, before_id, size),
    )
    return [dict(row) for row in rows]
