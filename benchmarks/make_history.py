"""A large, invented history: N claims, N/10 articles, 4 revisions each.

    python benchmarks/make_history.py DATABASE [--claims 1000000] [--seed 7]

The same arguments give the same rows. Nothing is polled or parsed: rows are written
in bulk, the full-text indices and the labels of changes at the end. Words, names and
the number of claims of a source, a topic and a story are spread as in news: a few
have most. The newest change is an hour before NOW.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from monitor.store import migrations, open_store, sqlite
from monitor.store.review_tables import REVIEW

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
# What stands for one story.
CLAIMS, ARTICLES, REVISIONS = 50, 5, 4
FEEDS, OUTLETS, TOPICS = 80, 40, 24
BATCH = 20_000
KINDS = (
    "figure",
    "certainty",
    "attribution",
    "corroborated",
    "conflict",
    "denied",
    "removed",
)
CERTAINTIES = ("asserted", "reported", "reported", "alleged", "unverified")
_SYLLABLES = [
    "ba",
    "do",
    "fe",
    "gi",
    "ka",
    "lo",
    "mu",
    "ne",
    "or",
    "pa",
    "ri",
    "sa",
    "te",
    "ul",
    "ve",
    "wy",
    "zo",
    "sk",
    "har",
    "lin",
    "ost",
    "vel",
]
_VERBS = [
    "said",
    "will",
    "has",
    "closed",
    "opened",
    "killed",
    "injured",
    "left",
    "found",
    "sent",
    "built",
    "lost",
    "won",
]
_COUNTED = ("people killed", "people injured", "houses destroyed", "boats missing")


class History:
    """Names and rows, the same for the same seed and size."""

    def __init__(self, claims: int, seed: int) -> None:
        self.claims = claims
        self.stories = max(1, claims // CLAIMS)
        self.chance = random.Random(seed)
        self.words = self._names(20_000)
        self.sources = [
            f"{a} {b}"
            for a, b in zip(self._names(9_000), self._names(9_000), strict=True)
        ]
        self.sources = list(dict.fromkeys(name.title() for name in self.sources))
        self.span = timedelta(days=400)

    def _names(self, count: int) -> list[str]:
        chance = self.chance
        return [
            "".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4)))
            for _ in range(count)
        ]

    def rare(self, names: Sequence[str], most: float = 1.3) -> str:
        """One of the names, the first of them far more often."""
        return names[min(int(self.chance.paretovariate(most)) - 1, len(names) - 1)]

    def sentence(self, subject: str, length: int = 12) -> str:
        """Words of which few are common and most are rare."""
        chance, words = self.chance, self.words
        picked = [words[int(len(words) * chance.random() ** 3)] for _ in range(length)]
        picked[2] = chance.choice(_VERBS)
        return f"{subject} {' '.join(picked)}."

    def at(self, story: int, minutes: float) -> datetime:
        """A moment of a story; stories come one after another."""
        share = story / self.stories
        return NOW - self.span * (1 - share) + timedelta(minutes=minutes - 1_500)


def stamp(moment: datetime) -> str:
    """The stored form."""
    return min(moment, NOW - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")


def batches(rows: Iterable[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    """Rows in steps."""
    step: list[Sequence[Any]] = []
    for row in rows:
        step.append(row)
        if len(step) == BATCH:
            yield step
            step = []
    if step:
        yield step


def put(
    db: sqlite.Connection, table: str, columns: str, rows: Iterable[Sequence[Any]]
) -> None:
    """Insert rows, a transaction for each step."""
    marks = ", ".join("?" * len(columns.split(",")))
    for step in batches(rows):
        db.execute("BEGIN")
        db.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", step)
        db.execute("COMMIT")


# ------------------------------------------------------------------ rows


def outlets() -> list[str]:
    """Their names."""
    return [f"Outlet {number:02}" for number in range(OUTLETS)]


def feeds(db: sqlite.Connection) -> None:
    """Feeds of which two are blind."""
    named = outlets()
    put(
        db,
        "feeds",
        "name, url, fetch_url, outlet, next_poll_at, last_ok_at, state, failures, error, "
        "baselined_at, last_polled_at",
        (
            (
                *(
                    f"feed-{n:02}",
                    f"https://f{n}.example/rss",
                    f"https://f{n}.example/rss",
                ),
                *(named[n % OUTLETS], stamp(NOW + timedelta(days=3650)), stamp(NOW)),
                *(("failing", 3, "HTTP 503") if n < 2 else ("ok", 0, None)),
                *(stamp(NOW), stamp(NOW)),
            )
            for n in range(FEEDS)
        ),
    )


def texts(db: sqlite.Connection, history: History) -> None:
    """Stories, articles, entries and revisions; each edit changes a sentence."""
    named = outlets()
    articles, entries, revisions, told = [], [], [], []
    for story in range(history.stories):
        title = history.sentence(history.rare(history.words).title(), 6)
        told.append(
            (
                story + 1,
                title,
                stamp(history.at(story, 0)),
                stamp(history.at(story, 1_400)),
                ARTICLES,
            )
        )
        for part in range(ARTICLES):
            number = story * ARTICLES + part + 1
            outlet = history.rare(named)
            seen = history.at(story, part * 60)
            url = f"https://outlet.example/{number}"
            articles.append(
                (
                    *(
                        number,
                        url,
                        outlet,
                        title,
                        "en",
                        stamp(seen),
                        stamp(seen),
                        story + 1,
                    ),
                    *(
                        REVISIONS,
                        stamp(history.at(story, 1_300)),
                        "ok",
                        stamp(history.at(story, 900)),
                    ),
                )
            )
            entries.append(
                (
                    history.chance.randrange(FEEDS) + 1,
                    url,
                    url,
                    title,
                    number,
                    stamp(seen),
                    stamp(seen),
                )
            )
            body = [
                history.sentence(history.rare(history.sources), 14) for _ in range(12)
            ]
            for revision in range(REVISIONS):
                if revision:
                    body[revision] = history.sentence(history.rare(history.sources), 14)
                text = "\n".join([title, *body])
                moment = stamp(history.at(story, part * 60 + revision * 200))
                revisions.append(
                    (
                        *(
                            (number - 1) * REVISIONS + revision + 1,
                            number,
                            revision + 1,
                            text,
                        ),
                        *(len(title), f"{number}-{revision}", "en", "bench", moment),
                    )
                )
        if len(revisions) >= BATCH or story == history.stories - 1:
            put(
                db,
                "stories",
                "story_id, title, first_seen_at, last_seen_at, size",
                told,
            )
            put(
                db,
                "articles",
                "article_id, url, outlet, title, language, published_at, first_seen_at, story_id, "
                "revision_count, last_checked_at, verdict, last_changed_at",
                articles,
            )
            put(
                db,
                "entries",
                "feed_id, guid, url, title, article_id, first_seen_at, last_seen_at",
                entries,
            )
            put(
                db,
                "revisions",
                "revision_id, article_id, number, text, headline_end, text_sha256, language, analysis, fetched_at",
                revisions,
            )
            for rows in (told, articles, entries, revisions):
                rows.clear()


def claims(db: sqlite.Connection, history: History) -> None:
    """Claims with their measures, assertions, sightings, changes and near misses."""
    put(
        db,
        "sources",
        "source_id, name, kind",
        ((n + 1, name, "named") for n, name in enumerate(history.sources)),
    )
    number_of = {name: n + 1 for n, name in enumerate(history.sources)}
    rows: dict[str, list[Sequence[Any]]] = {name: [] for name in COLUMNS}
    ids = {"assertion": 0, "change": 0, "measure": 0}
    for claim in range(1, history.claims + 1):
        one_claim(history, claim, rows, ids, number_of)
        if claim % BATCH == 0 or claim == history.claims:
            for name, columns in COLUMNS.items():
                put(db, name, columns, rows[name])
                rows[name].clear()


COLUMNS = {
    "measures": "measure_id, key, label, scope, story_id",
    "claims": "claim_id, text, predicate, measure_id, story_id, checkworthy, first_seen_at, last_seen_at",
    "claim_keys": "key, claim_id",
    "assertions": "assertion_id, claim_id, source_id, outlet, chain, text, quote, value_min, value_max, "
    "comparator, unit, certainty, polarity, predicate, weight, article_id, as_of, first_seen_at, last_seen_at",
    "sightings": "assertion_id, article_id, revision_id, quote, start_offset, end_offset, sentence, weight, "
    "first_seen_at, last_seen_at",
    "near_claims": "assertion_id, revision_id, claim_id, score, lost",
    "changes": "change_id, kind, severity, claim_id, assertion_id, article_id, revision_id, before, after, "
    "reason, source, source_kind, chain, certainty, article_url, outlet, outlets, feeds, topics, "
    "independent_sources, is_silent_edit, disposition, disposition_reason, detected_at",
}


def one_claim(
    history: History,
    claim: int,
    rows: dict[str, list[Sequence[Any]]],
    ids: dict[str, int],
    number_of: dict[str, int],
) -> None:
    """A claim by one to three sources; one in five has a figure that moves."""
    chance = history.chance
    story = (claim - 1) // CLAIMS
    source = history.rare(history.sources, 0.8)
    text = history.sentence(source)
    begins = (claim - 1) % CLAIMS * 20
    seen = [stamp(history.at(story, begins)), stamp(history.at(story, 1_400))]
    measure = None
    has_figure = claim % 5 == 0
    if has_figure:
        ids["measure"] += 1
        measure = ids["measure"]
        counted = _COUNTED[claim // 5 % len(_COUNTED)]
        rows["measures"].append(
            (
                measure,
                counted,
                f"{counted} · story {story}",
                json.dumps([str(claim)]),
                story + 1,
            )
        )
    rows["claims"].append(
        (claim, text, chance.choice(_VERBS), measure, story + 1, chance.random(), *seen)
    )
    rows["claim_keys"] += [
        (f"name:{source}", claim),
        (f"word:{text.split()[-1]}", claim),
    ]
    # one claim that everybody repeats, for the page of a claim at its largest
    voices = (
        150 if claim == 1 else 1 + (chance.random() < 0.25) + (chance.random() < 0.1)
    )
    for voice in range(voices):
        said = source if voice == 0 else history.rare(history.sources, 0.8)
        one_assertion(
            history,
            (claim, story, begins, voice),
            (said, number_of[said]),
            text,
            has_figure,
            rows,
            ids,
        )


def one_assertion(
    history: History,
    at: tuple[int, int, int, int],
    said: tuple[str, int],
    text: str,
    has_figure: bool,
    rows: dict[str, list[Sequence[Any]]],
    ids: dict[str, int],
) -> None:
    """What one source says of it, in two revisions of one article, and its changes."""
    chance = history.chance
    claim, story, begins, voice = at
    ids["assertion"] += 1
    assertion = ids["assertion"]
    article = story * ARTICLES + chance.randrange(ARTICLES) + 1
    last = (article - 1) * REVISIONS + REVISIONS
    outlet = f"Outlet {min(int(chance.paretovariate(1.3)) - 1, OUTLETS - 1):02}"
    certainty = chance.choice(CERTAINTIES)
    value = float(10 + claim % 90 + voice) if has_figure else None
    seen = [stamp(history.at(story, begins + voice)), stamp(history.at(story, 1_400))]
    shape = (
        value,
        value,
        "=" if has_figure else None,
        "person" if has_figure else None,
    )
    rows["assertions"].append(
        (
            *(
                assertion,
                claim,
                said[1],
                outlet,
                json.dumps([said[0]]),
                text,
                text,
                *shape,
            ),
            *(certainty, "positive", "say", "body", article, seen[0], *seen),
        )
    )
    start = 20 + claim % CLAIMS * 30
    for revision in (last - 1, last):
        rows["sightings"].append(
            (
                assertion,
                article,
                revision,
                text,
                start,
                start + 25,
                claim % CLAIMS,
                "body",
                *seen,
            )
        )
    if claim > 1 and claim % 3 == 0:
        rows["near_claims"].append(
            (assertion, last, claim - 1, 0.6, "other participants")
        )
    topics = (
        [f"topic-{min(int(chance.paretovariate(0.9)) - 1, TOPICS - 1)}"]
        if chance.random() < 0.5
        else []
    )
    for step in range(
        1 + (has_figure and chance.random() < 0.6) + (chance.random() < 0.08)
    ):
        ids["change"] += 1
        kind = "new" if step == 0 else "figure" if has_figure else chance.choice(KINDS)
        after = {
            "text": text,
            "value_min": value,
            "value_max": value,
            "comparator": shape[2],
        }
        after |= {
            "unit": shape[3],
            "source": said[0],
            "certainty": certainty,
            "polarity": "positive",
            "status": None,
        }
        before = (
            None
            if step == 0
            else {
                **after,
                "value_min": value and value - 5,
                "value_max": value and value - 5,
            }
        )
        severity = chance.choices(
            ("low", "normal", "high", "critical"), (30, 60, 9, 1)
        )[0]
        done = "record" if step == 0 and chance.random() < 0.8 else "alert"
        rows["changes"].append(
            (
                *(ids["change"], kind, severity, claim, assertion, article, last),
                *(before and json.dumps(before), json.dumps(after)),
                *(
                    f"{said[0]}: {kind}",
                    said[0],
                    "named",
                    json.dumps([said[0]]),
                    certainty,
                ),
                *(
                    f"https://outlet.example/{article}",
                    outlet,
                    json.dumps([outlet]),
                    '["feed-01"]',
                ),
                *(
                    json.dumps(topics),
                    1,
                    int(claim % 97 == 0),
                    done,
                    "made up for a benchmark",
                ),
                stamp(history.at(story, begins + voice + step * 30)),
            )
        )


def alerts(db: sqlite.Connection) -> None:
    """One alert for each told change that is loud, sent to one channel."""
    db.execute("BEGIN")
    db.execute(
        "INSERT INTO alerts (alert_id, alert_key, route, group_key, created_at, flush_at, closed_at, "
        "acknowledged_at, acknowledged_by) SELECT change_id, printf('A-%08x', change_id), 'all', "
        "'story=' || claim_id / 50, detected_at, detected_at, detected_at, "
        "iif(change_id % 10 = 0, detected_at, NULL), iif(change_id % 10 = 0, 'ana', NULL) "
        "FROM changes WHERE disposition = 'alert'"
    )
    db.execute(
        "INSERT INTO alert_changes (alert_id, change_id, reason, withheld) SELECT alert_id, alert_id, "
        "'takes all', iif(alert_id % 500 = 0, 'silence 1 by ana: known', NULL) FROM alerts"
    )
    db.execute(
        "INSERT INTO deliveries (alert_id, channel, status, attempts, sent_at) "
        "SELECT alert_id, 'desk', iif(alert_id % 4000 = 0, 'dead', 'sent'), 1, created_at FROM alerts"
    )
    db.execute(
        "INSERT INTO attempts (delivery_id, attempted_at, is_ok, detail) "
        "SELECT delivery_id, sent_at, status = 'sent', status FROM deliveries"
    )
    db.execute("COMMIT")


# ------------------------------------------------------------------ the whole


def indices(db: sqlite.Connection) -> None:
    """What triggers would have kept, at once."""
    db.execute("BEGIN")
    for table in ("claims_fts", "revisions_fts"):
        db.execute(f"INSERT INTO {table} ({table}) VALUES ('rebuild')")
    for statement in migrations.statements(REVIEW):
        if statement.lstrip().startswith("INSERT INTO change_"):
            db.execute(statement)
    db.execute("COMMIT")


def make(path: Path, *, claims_: int, seed: int = 7) -> None:
    """Write the database, which must not be there yet."""
    with open_store(path) as store:
        db = store.db
        for pragma in (
            "synchronous = OFF",
            "foreign_keys = OFF",
            "cache_size = -400000",
        ):
            db.execute(f"PRAGMA {pragma}")
        triggers = db.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall()
        for name, _ in triggers:
            db.execute(f"DROP TRIGGER {name}")
        history = History(claims_, seed)
        feeds(db)
        texts(db, history)
        claims(db, history)
        alerts(db)
        indices(db)
        for _, sql in triggers:
            db.execute(sql)
        db.execute("ANALYZE")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def main() -> None:
    """Make it, and say how large it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", type=Path)
    parser.add_argument("--claims", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    begun = time.monotonic()
    make(given.database, claims_=given.claims, seed=given.seed)
    size = given.database.stat().st_size / 1e9
    print(f"{given.database}: {size:.2f} GB in {time.monotonic() - begun:.0f} s")
    with open_store(given.database, read_only=True) as store:
        for table in (
            "claims",
            "articles",
            "revisions",
            "assertions",
            "sightings",
            "changes",
            "alerts",
        ):
            print(f"{table:12} {store.all(f'SELECT count(*) FROM {table}')[0][0]:>10,}")


if __name__ == "__main__":
    main()
