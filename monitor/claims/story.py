"""Decides which story an article's claims belong to. Pure.

A story is one event as many articles tell it: a copied text, people whom the same
befell and a rare name, or two rare names within three days. Two similar incidents that
share no two rare names stay apart.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.claims import evidence, similarity, wire
from monitor.claims.measures import befalls_people

WINDOW = timedelta(hours=72)
# A story that keeps growing is a topic, not an event.
LARGEST = 500
SHARED_NAMES = 2
# A name that fewer of a story's articles are about came with one of them: by such names
# a story would grow from event to event.
CORE = 0.25
# Below this rarity a name says little (about 3 % of all articles name it).
RARE = 3.4
# Stories supposed to have been seen before the first: in an empty database every name
# is rare, and one that the first three stories have in common is no longer.
PRIOR = 100
# What a capital, a parliament or a news agency adds: two of them are as good as a name.
BUSY = 0.5


@dataclass(frozen=True, slots=True)
class StoryCandidate:
    """A stored story; names folded, `measures` as on mentions."""

    story_id: int
    entities: frozenset[str]
    measures: frozenset[str] = frozenset()
    wire_keys: tuple[str, ...] = ()
    last_seen_at: datetime | None = None
    size: int = 0
    headlines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Formed:
    """The story an article joins (None = a new one) and why."""

    story_id: int | None
    reason: str


def core(articles_by_name: Mapping[str, int], size: int) -> frozenset[str]:
    """The names that a story of so many articles is about."""
    least = CORE * size
    return frozenset(n for n, count in articles_by_name.items() if count >= least)


def rarity(count: int, total: int) -> float:
    """How telling a name is that `count` of `total` recent articles name."""
    return math.log((total + PRIOR) / (count + 1))


def form(
    entities: Mapping[str, float],
    *,
    measures: Collection[str],
    wire_key: str | None,
    published: datetime,
    candidates: Sequence[StoryCandidate],
    now: datetime,
    headline: str = "",
) -> Formed:
    """The story that an article with these names, measures and text belongs to.

    Among stories that share enough, the one whose headlines are most alike wins.
    `entities` maps each folded name to its `rarity`. `published` is the article's
    time; a time after `now` is a mistake of the feed and read as `now`.
    """
    moment = min(published, now)
    best: tuple[float, int, str] | None = None
    for candidate in candidates:
        link = _link(entities, measures, wire_key, moment, candidate)
        if link is None:
            continue
        strength, reason = link
        strength += _closest(headline, candidate.headlines)
        ranked = (-strength, candidate.story_id, reason)
        if best is None or ranked < best:
            best = ranked
    if best is None:
        return Formed(None, "no story shares enough")
    return Formed(best[1], best[2])


def _closest(headline: str, theirs: Sequence[str]) -> float:
    """How surely one of the story's headlines tells of the same story and event."""
    if not headline:
        return 0.0
    scores = [
        similarity.same_story(headline, other).score
        + similarity.same_event(headline, other).score
        for other in theirs
    ]
    return max(scores, default=0.0)


def _link(
    entities: Mapping[str, float],
    measures: Collection[str],
    wire_key: str | None,
    moment: datetime,
    candidate: StoryCandidate,
) -> tuple[float, str] | None:
    """How strongly, and why, an article belongs to a story."""
    if candidate.size >= LARGEST:
        return None
    if any(wire.is_copy(wire_key, key) for key in candidate.wire_keys):
        return math.inf, "a copy of the same text"
    last = candidate.last_seen_at
    if last is not None and abs(moment - last) > WINDOW:
        return None
    shared = _shared(entities, candidate.entities)
    strength = sum(shared.values())
    names = ", ".join(sorted(shared))
    telling = sum(
        BUSY if evidence.is_busy(tuple(name.split())) else 1.0 for name in shared
    )
    counted = sorted(m for m in set(measures) & candidate.measures if befalls_people(m))
    if counted and telling >= 1.0:
        return strength + 1.0, f"both count {counted[0]} and name {names}"
    if telling >= SHARED_NAMES:
        return strength, f"both name {names}"
    return None


def _shared(entities: Mapping[str, float], theirs: frozenset[str]) -> dict[str, float]:
    """The rare names that both have, one entry for each person or place."""
    shared: dict[str, float] = {}
    for name, weight in sorted(entities.items()):
        if weight < RARE or not evidence.names([name]):
            continue  # a country's name does not tell one event in it from another
        if name in theirs or any(_same_person(name, other) for other in theirs):
            busy = evidence.is_busy(tuple(name.split()))
            last = name if busy else name.split()[-1]
            shared[last] = max(weight, shared.get(last, 0.0))
    return shared


def _same_person(a: str, b: str) -> bool:
    """A surname and the full name that ends in it."""
    short, long = sorted((a.split(), b.split()), key=len)
    return len(short) < len(long) and short == long[-len(short) :]
