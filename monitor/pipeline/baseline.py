"""Move the baseline to what a check found, and record what changed on the way.

Called inside one write transaction. Deciding is left to `monitor.claims` (same
claim? changed how? independent?) and `monitor.alerts` (tell whom?); these modules
read the candidates, ask, and store the answers.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.pipeline import removals, telling
from monitor.pipeline.recording import Check, Recording, Seen
from monitor.pipeline.telling import Context
from monitor.settings import Config
from monitor.store import Store, articles, sqlite
from monitor.store.articles import Article

# Older news is history when we first read it: recorded, never alerted.
OLD_NEWS = timedelta(days=30)


def record(check: Check) -> Seen:
    """Store the revision if the text changed, and everything that follows from it."""
    article, found = check.article, check.analysis
    document = found.document
    if document is not None and document.modified_at is not None:
        modified = document.modified_at
        if found.same_text and modified != article.modified_at:
            articles.note_modified(check.store.db, article.article_id, modified)
    if found.same_text and found.mentions == () and article.revision is not None:
        return record_unchanged(check.config, check.store, article, check.now)
    quiet = _silence(check.store.db, check)
    recording = Recording(check, quiet)
    removals.record_back(recording.context)
    seen, context = recording.run()
    seen.pending = removals.confirm(context)
    seen.changes = context.told
    return seen


def record_unchanged(
    config: Config, store: Store, article: Article, now: datetime
) -> Seen:
    """The page is as it was: what was missing from it before may now be confirmed."""
    context = Context(config, store.db, article, article.revision, now)
    removals.record_back(context)
    pending = removals.confirm(context)
    return Seen(revision=article.revision, changes=context.told, pending=pending)


def _silence(db: sqlite.Connection, check: Check) -> str | None:
    """Why nothing of this text may alert, or None."""
    article, document = check.article, check.analysis.document
    if document is None:
        return None
    before = article.revision
    if before is None:
        if article.is_silent:
            return telling.BASELINE
        published = document.published_at or article.published_at
        if published is not None and check.now - published > OLD_NEWS:
            return f"published on {published:%Y-%m-%d}: old news is history"
        return None
    if article.is_resumed:
        return "watched again after a pause: silent re-baseline"
    if before.is_from_feed != document.from_feed:
        return "the text comes from another place (page or feed) than before"
    if telling.extractor(before.analysis) != telling.extractor(check.analysis.stamp):
        return "another extractor version: silent re-baseline"
    if before.text == document.text:
        return "another engine version: silent re-baseline"
    digest = articles.sha256(document.text)
    if articles.was_seen(db, article.article_id, digest):
        return "flapping: the text went back to an earlier revision"
    return None
