"""Where an article and its mentions belong: story, copies, earlier sightings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from monitor import urls
from monitor.claims import story, wire, wording
from monitor.model import Mention, Weight
from monitor.store import articles, sqlite, stories, wires
from monitor.store.articles import Article, Known
from monitor.store.sightings import Sighting


def link(
    mentions: Sequence[Mention], stored: Sequence[Sighting]
) -> dict[int, Sighting]:
    """The stored sighting of each mention of the same text, by its index.

    The same engine finds the same spans; another one (after an upgrade) overlapping
    ones, the same measure first.
    """
    by_span = {(s.start, s.end): s for s in stored}
    linked: dict[int, Sighting] = {}
    taken: set[int] = set()
    for index, mention in enumerate(mentions):
        exact = by_span.get((mention.start, mention.end))
        if exact is not None and exact.sighting_id not in taken:
            linked[index] = exact
            taken.add(exact.sighting_id)
    for index, mention in enumerate(mentions):
        if index in linked:
            continue
        free = [s for s in stored if s.sighting_id not in taken]
        best = max(free, key=lambda s: _nearness(mention, s), default=None)
        if best is not None and _nearness(mention, best)[1] > 0:
            linked[index] = best
            taken.add(best.sighting_id)
    return linked


def _nearness(mention: Mention, sighting: Sighting) -> tuple[bool, int]:
    shared = min(mention.end, sighting.end) - max(mention.start, sighting.start)
    return (shared > 0 and mention.measure == sighting.measure, shared)


# Before a capitalised word: in German all nouns have capitals, and few names an article.
_ARTICLE = re.compile(
    r"\b(?:der|die|das|des|dem|den|eine?[mnrs]?|im|am|zu[mr]|vom|beim|und)\s+(\w+)",
    re.IGNORECASE,
)
_NOUNS_IN_CAPITALS = frozenset(("de", "lb"))


def names_of(
    mentions: Sequence[Mention], title: str = "", *, language: str | None = None
) -> list[str]:
    """Folded names of what an article is about, those that most of it names first.

    About a name is what has it in the headline, in its first sentence or in two
    sentences: a town that somebody comes from ties the article to no other. A word
    that the article also writes small is no name: a headline that begins with
    "Museum" names no more than its text does.
    """
    small = {word for m in mentions for word in m.quote.split() if word.islower()}
    if (language or "")[:2].lower() in _NOUNS_IN_CAPITALS:
        small.update(
            noun.lower() for m in mentions for noun in _ARTICLE.findall(m.quote)
        )
    body = [m.sentence for m in mentions if m.weight is Weight.BODY]
    first = min(body, default=0)
    sentences: dict[str, set[int]] = {}
    for mention in mentions:
        for name in mention.entities:
            if name.lower() not in small:
                sentences.setdefault(wording.fold(name), set()).add(mention.sentence)
    head = wording.fold(title)
    about = [
        name
        for name, found in sentences.items()
        if len(found) > 1 or first in found or name in head
    ]
    return sorted(about, key=lambda name: -len(sentences[name]))


# A second address of a page turns up within days, in the feed of another section.
SAME_PAGE = timedelta(days=30)
# Renderings of one page differ in captions and boxes at most.
SAME_TEXT = 0.7
# Names looked up for an article: the long tail says nothing about its event.
MOST_NAMES = 25


def join_story(
    db: sqlite.Connection,
    article: Article,
    mentions: Sequence[Mention],
    *,
    wire_key: str | None,
    title: str,
    now: datetime,
) -> int:
    """The story that the article joins, made if there is none; stored with it."""
    names = names_of(mentions, title, language=article.language)[:MOST_NAMES]
    published = article.published_at or article.first_seen_at
    bands = wire.bands(wire_key)
    copies = wires.candidates(db, article.article_id, bands, since=now - story.WINDOW)
    counts, total = stories.rarity(db, names)
    found = stories.candidates(db, names, since=min(published, now) - story.WINDOW)
    keys = {id_: key for key, _, id_ in copies if id_ is not None}
    formed = story.form(
        {name: story.rarity(counts[name], total) for name in names},
        measures={m.measure for m in mentions if m.measure},
        wire_key=wire_key,
        published=published,
        candidates=[
            story.StoryCandidate(
                story_id=s.story_id,
                entities=story.core(s.entities, s.size),
                measures=s.measures,
                wire_keys=(keys[s.story_id],) if s.story_id in keys else (),
                last_seen_at=s.last_seen_at,
                size=s.size,
                headlines=(s.title,),
            )
            for s in found
        ],
        now=now,
        headline=title,
    )
    story_id = formed.story_id
    if story_id is None:
        story_id = stories.create(db, title or article.url, now=now)
    stories.join(db, story_id, names, now=now)
    articles.set_story(db, article.article_id, story_id)
    wires.note(db, article.article_id, wire_key, bands)
    return story_id


def same_page(
    db: sqlite.Connection,
    article: Article,
    canonical: str,
    wire_key: str | None,
    *,
    now: datetime,
) -> Known | None:
    """A known article of the outlet that is this page under another address."""
    bands = wire.bands(wire_key)
    like = wires.same_outlet(
        db, article.article_id, article.outlet, bands, since=now - SAME_PAGE
    )
    for known_id, url, named, key in like:
        shared = (named or url) == canonical or urls.same_article(url, article.url)
        if shared and wire.similarity(wire_key, key) >= SAME_TEXT:
            return Known(known_id, url)
    return None


def has_copy(
    db: sqlite.Connection, article: Article, wire_key: str | None, *, now: datetime
) -> bool:
    """Whether an article of another outlet is a copy of the same text."""
    copies = wires.candidates(
        db, article.article_id, wire.bands(wire_key), since=now - story.WINDOW
    )
    return any(
        wire.is_copy(wire_key, key) and outlet != article.outlet
        for key, outlet, _ in copies
    )
