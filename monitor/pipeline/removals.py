"""Removals: a statement, or a whole article, that is gone and stays gone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.model import ChangeKind, Transition
from monitor.pipeline import telling
from monitor.pipeline.telling import Context
from monitor.plurals import counted
from monitor.settings import Config
from monitor.store import Store, articles, claims, sightings
from monitor.store.articles import Article
from monitor.store.sightings import Sighting


def record_gone(
    config: Config, store: Store, article: Article, status: int, now: datetime
) -> int:
    """The whole article is gone, twice: one change that stands for all its claims."""
    if article.revision is None:
        return 0
    context = Context(config, store.db, article, article.revision, now)
    standing = [
        s
        for s in sightings.seen_in(store.db, article.revision.revision_id)
        if s.removed_at is None
    ]
    ids = [s.sighting_id for s in standing]
    sightings.mark_gone(store.db, ids, now=article.gone_since or now)
    sightings.mark_removed(store.db, ids, now=now)
    if standing:
        lead = _lead(standing)
        reason = (
            f"the article is gone: {status} twice, first at "
            f"{(article.gone_since or now):%Y-%m-%d %H:%M} UTC, and with it "
            f"{counted(len(standing), 'statement')}"
        )
        before = claims.assertion(store.db, lead.assertion_id)
        telling.tell(
            context,
            Transition((ChangeKind.REMOVED,), reason),
            claim_id=lead.claim_id,
            assertion=before,
            before=replace(before.side, text=lead.quote),
            after=None,
        )
    return context.told


def record_back(context: Context) -> None:
    """The whole article, told as removed, is there again: one change says so."""
    article = context.article
    if article.gone_at is None or article.revision is None:
        return
    back = [
        s
        for s in sightings.seen_in(context.db, article.revision.revision_id)
        if s.removed_at is not None and s.removed_at >= article.gone_at
    ]
    sightings.mark_back(context.db, [s.sighting_id for s in back])
    if not back:
        return
    lead = _lead(back)
    stored = claims.assertion(context.db, lead.assertion_id)
    reason = (
        "the article is back after its removal on "
        f"{article.gone_at:%Y-%m-%d %H:%M} UTC, with {counted(len(back), 'statement')}"
    )
    telling.tell(
        context,
        Transition((ChangeKind.RESTORED,), reason),
        claim_id=lead.claim_id,
        assertion=stored,
        before=None,
        after=replace(stored.side, text=lead.quote),
    )


def _lead(group: list[Sighting]) -> Sighting:
    """The statement that stands for all: one with a figure, else the first."""
    return next((s for s in group if s.measure is not None), group[0])


def confirm(context: Context) -> datetime | None:
    """Tell the removals that are old enough; returns since when the oldest other is."""
    wait = context.config.checks.confirm_removal_after
    open_ones = [
        s
        for s in sightings.gone_from(context.db, context.article.article_id)
        if s.removed_at is None and s.gone_since is not None
    ]
    ripe = [s for s in open_ones if _age(s, context.now) >= wait]
    for group in _by_sentence(ripe):
        _tell_removed(context, group)
    rest = [s.gone_since for s in open_ones if s not in ripe and s.gone_since]
    return min(rest, default=None)


def _age(sighting: Sighting, now: datetime) -> timedelta:
    return now - (sighting.gone_since or now)


def _by_sentence(sightings: list[Sighting]) -> Iterator[list[Sighting]]:
    groups: dict[tuple[int, int], list[Sighting]] = {}
    for sighting in sightings:
        key = (sighting.revision_id, sighting.sentence)
        groups.setdefault(key, []).append(sighting)
    yield from groups.values()


def _tell_removed(context: Context, group: list[Sighting]) -> None:
    """One change for a sentence; its other claims are gone with it."""
    sightings.mark_removed(context.db, [s.sighting_id for s in group], now=context.now)
    lead = _lead(group)
    before = claims.assertion(context.db, lead.assertion_id)
    since = lead.gone_since or context.now
    reason = (
        f"removed from the article: missing since {since:%Y-%m-%d %H:%M} UTC, "
        "confirmed by a second visit"
    )
    if len(group) > 1:
        reason += f"; {len(group)} statements of one sentence"
    # the edit that took it out was seen a visit ago
    silent, context.silent_edit = (
        context.silent_edit,
        articles.was_silent_edit(context.db, context.article.article_id, since),
    )
    telling.tell(
        context,
        Transition((ChangeKind.REMOVED,), reason),
        claim_id=lead.claim_id,
        assertion=before,
        before=replace(before.side, text=lead.quote),
        after=None,
    )
    context.silent_edit = silent
