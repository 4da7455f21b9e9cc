"""Claims, what sources said of them, changes and alerts of the invented history."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from history_names import (
    ARTICLES,
    BATCH,
    CLAIMS,
    OUTLETS,
    REVISIONS,
    VERBS,
    History,
    put,
    stamp,
)

from monitor.store import sqlite

TOPICS = 24
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
_COUNTED = ("people killed", "people injured", "houses destroyed", "boats missing")


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
        (claim, text, chance.choice(VERBS), measure, story + 1, chance.random(), *seen)
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
