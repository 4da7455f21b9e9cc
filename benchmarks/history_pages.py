"""Feeds, stories, articles, revisions and checks of the invented history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from history_names import (
    ARTICLES,
    BATCH,
    NOW,
    OUTLETS,
    REVISIONS,
    History,
    outlets,
    put,
    stamp,
)

from monitor.store import sqlite

FEEDS = 80
# As the default taper visits an article that is not edited.
CHECKS = 104


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


def checks(db: sqlite.Connection, history: History) -> None:
    """The visits to each article: a few revisions, now and then an error."""
    put(
        db,
        "checks",
        "article_id, number, checked_at, status, bytes, duration_ms, verdict, reason, "
        "revision, wait_s",
        (
            row
            for number in range(1, history.stories * ARTICLES + 1)
            for row in _visits(history, number)
        ),
    )


def _visits(history: History, article: int) -> Iterator[Sequence[Any]]:
    story, part = divmod(article - 1, ARTICLES)
    for number in range(CHECKS):
        minutes = part * 60 + number * 100
        # revisions come every 200 minutes
        revision = (
            number // 2 + 1 if number < 2 * REVISIONS and number % 2 == 0 else None
        )
        if revision is not None:
            found = (200, 48_000 + number, "ok", None)
        elif article % 7 == 0 and number % 40 == 33:
            found = (503, 0, "error", "the host answered 503")
        else:
            found = (304, 0, "ok", None)
        status, size, verdict, reason = found
        moment = stamp(history.at(story, minutes))
        took = 80 + (article + number) % 400
        yield (
            *(article, number + 1, moment, status, size, took, verdict, reason),
            *(revision, 6_000 if number < CHECKS - 1 else None),
        )
