"""Candidate lookup and match for one mention, against a baseline of N claims.

    python benchmarks/bench_match.py [--claims N] [--mentions M] [--words few|news]

Fills a store with fictional claims about N/20 incidents (each has twenty sentences
with its own place, month and people, so that names and words repeat as they do in
news), then asks for mentions of known claims in other words. Does so twice: with a
vocabulary of a few dozen common words, which makes each commoner than any word of
news, and with one of NEWS_WORDS that follow Zipf's law, as those of news do. Prints
the mean, the 95th percentile and the slowest CPU and wall time per mention, and how
often the right claim was among the candidates: of these mentions, and of others of
which half the words, names too, were replaced. Exits 1 when a mean is above the limit
or a claim is missed that no word was taken from.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from history_names import SYLLABLES
from pipe import quietly
from verdict import row

from monitor.claims import find, match
from monitor.model import Mention
from monitor.pipeline import telling
from monitor.store import claims, open_store, search, sqlite

LIMIT_MS = 12.0
NOW = datetime(2026, 3, 1, tzinfo=UTC)
PER_INCIDENT = 20
# Stems in a million sentences of news, names not counted.
NEWS_WORDS = 60_000
BATCH = 20_000

_EVENTS = (
    ("flood", "killed", "people died in the flood"),
    ("fire", "injured", "people were hurt in the fire"),
    ("strike", "stopped", "trains stood still in the strike"),
    ("storm", "destroyed", "houses were lost in the storm"),
    ("quake", "displaced", "families lost their homes in the quake"),
)
_ROLES = ("mayor", "minister", "doctor", "judge", "engineer", "captain", "farmer")
_ACTS = (
    "visited the {noun} in {place}",
    "opened the road to {place}",
    "closed the {noun} near {place}",
    "praised the rescue workers in {place}",
    "promised money for the {noun} of {place}",
    "asked for a new {noun} in {place}",
    "blamed the {noun} company of {place}",
)
_NOUNS = [
    "harbour",
    "bridge",
    "school",
    "hospital",
    "market",
    "dam",
    "airport",
    "factory",
]


@dataclass(frozen=True)
class Said:
    """One sentence of the baseline, and its claim's parts."""

    text: str
    names: tuple[str, ...]
    number: int | None


def name(seed: random.Random, count: int) -> str:
    """A made-up name; a few thousand of them share all incidents."""
    value = int(count * seed.random() ** 2)
    letters = []
    for _ in range(4):
        value, rest = divmod(value, len(SYLLABLES))
        letters.append(SYLLABLES[rest])
    return "".join(letters).capitalize()


def news_word(seed: random.Random) -> str:
    """A made-up common noun; the n-th commonest comes up 1/n as often as the first."""
    rank = int(NEWS_WORDS ** seed.random())
    letters = []
    for _ in range(4):
        rank, rest = divmod(rank, len(SYLLABLES))
        letters.append(SYLLABLES[rest])
    return "".join(letters) + "n"


def incident(seed: random.Random, *, few: bool) -> Iterator[Said]:
    """Twenty sentences about one event."""
    place, person = name(seed, 40_000), f"{name(seed, 9_000)} {name(seed, 90_000)}"
    event, verb, _ = seed.choice(_EVENTS)
    number = seed.randint(3, 9_000)
    yield Said(f"The {event} in {place} {verb} {number} people", (place,), number)
    for _ in range(PER_INCIDENT - 1):
        noun = seed.choice(_NOUNS) if few else news_word(seed)
        act = seed.choice(_ACTS).format(noun=noun, place=place)
        if not few:
            act += f" after the {news_word(seed)} in the {news_word(seed)}"
        yield Said(f"{seed.choice(_ROLES)} {person} {act}", (place, person), None)


def fill(
    db: sqlite.Connection, total: int, seed: random.Random, *, few: bool
) -> list[Said]:
    """Insert the claims, each with one assertion; returns a sample."""
    sample: list[Said] = []
    db.execute("PRAGMA synchronous = OFF")
    template = find.find_in_text("The mayor opened the road to Hesper.")[0]
    first = claims.add_claim(
        db, template, measure_id=None, story_id=None, keys=(), now=NOW
    )
    claims.add_assertion(
        db, first, template, outlet="a", article_id=_article(db), as_of=NOW, now=NOW
    )
    columns = [r[1] for r in db.execute("PRAGMA table_info(assertions)")][2:]
    copied = ", ".join(columns)
    changed = {"text": "?", "quote": "?", "entities": "?"}
    copy = (
        f"INSERT INTO assertions (claim_id, {copied}) SELECT ?, "
        + ", ".join(changed.get(c, c) for c in columns)
        + " FROM assertions WHERE assertion_id = 1"
    )
    claim_id = first
    while claim_id <= total:
        db.execute("BEGIN")
        for _ in range(BATCH // PER_INCIDENT):
            for said in incident(seed, few=few):
                claim_id += 1
                _add(db, copy, claim_id, said)
                if len(sample) < 2 * BATCH and seed.random() < 0.01:
                    sample.append(said)
        db.execute("COMMIT")
    return sample


def _add(db: sqlite.Connection, copy: str, claim_id: int, said: Said) -> None:
    db.execute(
        "INSERT INTO claims (claim_id, text, predicate, checkworthy, first_seen_at, "
        "last_seen_at) SELECT ?, ?, predicate, checkworthy, first_seen_at, "
        "last_seen_at FROM claims WHERE claim_id = 1",
        (claim_id, said.text),
    )
    db.executemany(
        "INSERT INTO claim_keys (key, claim_id) VALUES (?, ?)",
        [(f"e:{n.lower()}", claim_id) for n in said.names],
    )
    names = "[" + ", ".join(f'"{n}"' for n in said.names) + "]"
    db.execute(copy, (claim_id, said.text, said.text, names))


def _article(db: sqlite.Connection) -> int:
    row = db.execute("SELECT article_id FROM articles LIMIT 1").fetchone()
    if row is not None:
        return int(row[0])
    required = [
        (column[1], column[2])
        for column in db.execute("PRAGMA table_info(articles)")
        if column[3] and column[4] is None and not column[5]
    ]
    names = ", ".join(column for column, _ in required)
    values = ["0" if kind == "INTEGER" else "bench" for _, kind in required]
    marks = ", ".join("?" * len(values))
    done = db.execute(f"INSERT INTO articles ({names}) VALUES ({marks})", values)
    return int(done.lastrowid or 0)


def ask(db: sqlite.Connection, mention: Mention) -> tuple[str, int]:
    """What the service does for one new mention: look up, read, match."""
    lookup = match.lookup(mention)
    found = search.claims(
        db,
        text=" ".join(lookup.terms) or mention.text,
        measure=mention.measure,
        keys=telling.keys(mention, lookup),
        story_id=None,
    )
    known = claims.assertions_of(db, found)
    matched = match.match(mention, known, story_id=None)
    return " ".join(a.text for a in known), matched.claim_id or 0


def run(total: int, asked: int, *, few: bool) -> bool:
    """Fill, ask, print; whether it is quick enough and misses nothing."""
    seed = random.Random(20261122)
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "bench.db")
        start = time.monotonic()
        sample = fill(store.db, total, seed, few=few)
        words = "few words" if few else f"{NEWS_WORDS} words"
        print(f"{total} claims of {words} in {time.monotonic() - start:.0f} s")
        chosen = seed.sample(sample, min(asked, len(sample)))
        cpu, wall, hits = ask_all(store.db, [(s, s.text) for s in chosen])
        half = [(said, half_replaced(said, seed, few=few)) for said in chosen]
        half_cpu, _, half_hits = ask_all(store.db, half)
        store.close()
    for label, times in (("CPU", cpu), ("wall", wall), ("half", half_cpu)):
        times.sort()
        print(
            f"{label:5} mean {sum(times) / len(times):6.2f} ms   "
            f"95 % {times[int(0.95 * len(times))]:6.2f}   slowest {times[-1]:6.2f}"
        )
    print(f"right claim among the candidates: {hits} of {len(cpu)}")
    print(f"the same with half the words replaced: {half_hits} of {len(half)}")
    mean = sum(cpu) / len(cpu)
    good = mean <= LIMIT_MS and hits == len(cpu)
    row(
        f"matching, {total:,} claims of {words}",
        f"{mean:.1f} ms CPU a mention, {hits} of {len(cpu)} found",
        f"{LIMIT_MS:.0f} ms, all found",
        good,
    )
    return good


def half_replaced(said: Said, seed: random.Random, *, few: bool) -> str:
    """The sentence with every second of its telling words another, at random."""
    words = said.text.split()
    telling = [n for n, w in enumerate(words) if re.fullmatch(r"[A-Z]\w+|\w{5,}", w)]
    for n in seed.sample(telling, len(telling) // 2):
        if words[n][0].isupper():
            words[n] = name(seed, 40_000)
        else:
            words[n] = seed.choice(_NOUNS) if few else news_word(seed)
    return " ".join(words)


def ask_all(
    db: sqlite.Connection, told: list[tuple[Said, str]]
) -> tuple[list[float], list[float], int]:
    """CPU and wall milliseconds of each mention, and how many were found."""
    mentions = [
        (said, find.find_in_text(f"On Friday, {text}, police said.")[0])
        for said, text in told
    ]
    for _, mention in mentions[:5]:
        ask(db, mention)
    cpu, wall, hits = [], [], 0
    for said, mention in mentions:
        cpu_start, wall_start = time.process_time(), time.monotonic()
        read, _ = ask(db, mention)
        cpu.append(1000 * (time.process_time() - cpu_start))
        wall.append(1000 * (time.monotonic() - wall_start))
        hits += said.text in read
    return cpu, wall, hits


def main(total: int, asked: int, words: str | None) -> int:
    """Measure with either vocabulary; 1 when above the limit."""
    good = [
        run(total, asked, few=name == "few")
        for name in ("few", "news")
        if words in (None, name)
    ]
    return int(not all(good))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--claims", type=int, default=1_000_000)
    parser.add_argument("--mentions", type=int, default=200)
    parser.add_argument("--words", choices=("few", "news"))
    options = parser.parse_args()
    quietly(main, options.claims, options.mentions, options.words)
