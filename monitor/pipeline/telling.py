"""Record a change and put it into its alerts: severity, topics, policy, routes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from monitor.alerts import policy, severity, topics
from monitor.claims import figures, intervals, match
from monitor.model import (
    Assertion,
    Change,
    ChangeKind,
    Mention,
    Severity,
    Side,
    Transition,
    Weight,
)
from monitor.pipeline import pins, rhythm
from monitor.settings import Config
from monitor.store import changes, claims, outbox, sqlite
from monitor.store.articles import Article, Revision
from monitor.store.changes import Trail

# A statement that neither counts anything nor names what the topic is about is most
# often the scene ("relatives waited at the gate"); a headline or caption sums up the
# body, by its manner ("minister answers"). They must state more.
WORTH_CHECKING_ASIDE = 0.6
# The first good poll of a feed is silent: nothing of it is even a change.
BASELINE = "first baseline"


@dataclass(slots=True)
class Context:
    """What all changes of one check share. `quiet` says why none may alert."""

    config: Config
    db: sqlite.Connection
    article: Article
    revision: Revision | None
    now: datetime
    quiet: str | None = None
    title: str = ""
    story_id: int | None = None
    wire_key: str | None = None
    is_copy: bool = False
    silent_edit: bool = False
    # changes that are alerted or go to the digest
    told: int = 0

    @property
    def revision_id(self) -> int:
        """The revision that is being recorded."""
        return self.revision.revision_id if self.revision else 0


@dataclass(frozen=True, slots=True)
class Withheld:
    """Why a change of the text is no change of the baseline; `moves` = it is stored."""

    reason: str
    moves: bool


def extractor(stamp: str) -> str:
    """The part of an analysis stamp that names the extractor."""
    return stamp.partition(" · ")[0]


def keys(mention: Mention, lookup: match.Lookup) -> tuple[str, ...]:
    """What a claim is looked up by: its measure and its names."""
    names = [f"e:{name}" for name in lookup.entities]
    if mention.measure is not None:
        names.append(f"m:{mention.measure}")
    return tuple(dict.fromkeys(names))


def is_worth(context: Context, mention: Mention, *, aside: bool = False) -> bool:
    """Whether a new claim is worth checking; `aside` = not about the topic itself."""
    least = context.config.thresholds.worth_checking
    if aside or mention.weight is not Weight.BODY:
        least = max(least, WORTH_CHECKING_ASIDE)
    return mention.checkworthy >= least


def first_seen(mention: Mention) -> str:
    """The reason of a new claim."""
    said = mention.source.name if mention.source else "the outlet itself"
    return f"first seen, said by {said}"


def values_differ(a: Mention, b: Mention) -> bool:
    """Whether two statements of one source give values that exclude each other."""
    if a.quantity is None or b.quantity is None:
        return False
    return not intervals.same_value(a.quantity, b.quantity)


def already_told(
    db: sqlite.Connection, stored: Assertion, before: Mention, after: Mention
) -> Withheld | None:
    """Whether another article had moved this source's baseline before.

    An outlet that catches up repeats what is known; one that lags behind is history;
    but a value that the source never had is news, whatever it replaces.
    """
    value = figures.stored(stored)
    if value is None or before.quantity is None or after.quantity is None:
        return None
    old, new = before.quantity, after.quantity
    if intervals.same_value(old, new):
        return None
    if intervals.same_value(value, new):
        known = intervals.describe(new)
        return Withheld(f"the baseline already has {known}", moves=False)
    if intervals.same_value(value, old):
        return None
    past = changes.values_of(db, stored.assertion_id)
    # a headline over the same statement sums it up, and need not be as exact
    if after.weight is not Weight.BODY or (new.minimum, new.maximum) in past:
        return Withheld(
            f"behind the baseline ({intervals.describe(value)})", moves=False
        )
    return None


def tell(
    context: Context,
    transition: Transition,
    *,
    claim_id: int,
    assertion: Assertion,
    before: Side | None,
    after: Side | None,
    mention: Mention | None = None,
    withheld: str | None = None,
    matched: str | None = None,
) -> None:
    """Append the change with its disposition, and its alerts in the same commit.

    `matched` says why a new claim is none that we know, for `explain`.
    """
    if context.quiet == BASELINE:
        return
    transition, before = pins.against(
        context.db, transition, assertion.assertion_id, before, after
    )
    change = _change(context, transition, claim_id, assertion, before, after)
    change = replace(change, topics=_topics(context, change, assertion))
    change, why_loud = severity.judged(change, context.config)
    named = change.topics and _topics(context, change, assertion, with_title=False)
    disposition = _disposition(context, change, mention, withheld, named=bool(named))
    change = replace(change, digest=disposition.action is policy.Action.DIGEST)
    trail = Trail(
        assertion_id=assertion.assertion_id,
        article_id=context.article.article_id,
        revision_id=context.revision_id or None,
        disposition=disposition.action,
        disposition_reason=disposition.reason + (f" ({matched})" if matched else ""),
        severity_reason=why_loud,
    )
    change = replace(change, change_id=changes.add(context.db, change, trail))
    if disposition.action is policy.Action.RECORD:
        return
    context.told += 1
    outbox.place(
        context.db,
        change,
        rhythm.placed(context.db, change, context.config, now=context.now),
        revision=context.revision.number if context.revision else 0,
        now=context.now,
    )


def _change(
    context: Context,
    transition: Transition,
    claim_id: int,
    assertion: Assertion,
    before: Side | None,
    after: Side | None,
) -> Change:
    """The change before its topics and severity are known."""
    article = context.article
    known = claims.known(context.db, claim_id)
    return Change(
        change_id=0,
        kind=transition.kind,
        sub_kinds=transition.kinds[1:],
        severity=Severity.NORMAL,
        claim_id=claim_id,
        claim=known.text,
        before=before,
        after=after,
        reason=transition.reason,
        detected_at=context.now,
        article_url=article.url,
        article_title=context.title or article.title,
        outlet=article.outlet,
        source=after.source if after else assertion.source,
        source_kind=assertion.source_kind,
        chain=assertion.chain,
        measure=known.measure,
        certainty=(after or before or _plain(assertion)).certainty,
        language=article.language,
        story_id=known.story_id,
        story=known.story,
        feeds=article.feeds,
        outlets=_outlets(context, transition.kind, claim_id, before, after),
        labels=_labels(context),
        independent_sources=max(1, claims.independent_sources(context.db, claim_id)),
        first_seen_at=known.first_seen_at,
        silent_edit=context.silent_edit,
    )


def _outlets(
    context: Context,
    kind: ChangeKind,
    claim_id: int,
    before: Side | None,
    after: Side | None,
) -> tuple[str, ...]:
    """Who carries it: a value that has just changed is said by one outlet so far."""
    own = (context.article.outlet,)
    replaced = kind in (ChangeKind.FIGURE, ChangeKind.CORRECTED)
    if replaced and before is not None and after is not None:
        was, is_now = ((s.value_min, s.value_max) for s in (before, after))
        if was != is_now:
            return own
    return claims.outlets_of(context.db, claim_id) or own


def _plain(assertion: Assertion) -> Side:
    return Side(text=assertion.quote, certainty=assertion.certainty)


def _labels(context: Context) -> tuple[tuple[str, str], ...]:
    """The user's own labels of the feeds that carried the article."""
    configured = {feed.name: feed for feed in context.config.feeds}
    return tuple(
        dict.fromkeys(
            pair
            for name in context.article.feeds
            if name in configured
            for pair in configured[name].labels.items()
        )
    )


def _topics(
    context: Context, change: Change, assertion: Assertion, *, with_title: bool = True
) -> tuple[str, ...]:
    return topics.of_change(
        context.config.topics,
        change,
        entities=assertion.entities,
        measure=assertion.measure,
        with_title=with_title,
    )


def _disposition(
    context: Context,
    change: Change,
    mention: Mention | None,
    withheld: str | None,
    *,
    named: bool,
) -> policy.Disposition:
    """What becomes of the change; a reason to stay quiet outweighs the policy."""
    reason = context.quiet or withheld
    if reason is not None:
        return policy.Disposition(policy.Action.RECORD, reason)
    configured = context.config.topics
    measured = mention is not None and mention.measure is not None
    aside = bool(configured) and not named and not measured
    worth = (
        mention is None
        or change.kind is not ChangeKind.NEW
        or is_worth(context, mention, aside=aside)
    )
    return policy.decide(
        change.kind,
        has_measure=measured,
        topics_configured=bool(configured),
        topics_matched=bool(change.topics),
        checkworthy=worth,
        matched_by_terms=topics.by_terms(configured, change.topics),
    )
