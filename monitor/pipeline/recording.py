"""Record one new text of an article: what it still says, says anew, says no more."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from monitor.analysis import PageAnalysis
from monitor.claims import compare, match, turning
from monitor.model import Assertion, ChangeKind, Mention, Transition, Weight
from monitor.pipeline import belonging, telling
from monitor.pipeline.statements import Statements
from monitor.pipeline.telling import Context
from monitor.plurals import counted
from monitor.settings import Config
from monitor.store import Store, articles, claims, sightings, stories
from monitor.store.articles import Article, Revision
from monitor.store.sightings import Sighting


@dataclass(frozen=True, slots=True)
class Check:
    """One finished analysis, ready to be recorded."""

    config: Config
    store: Store
    article: Article
    analysis: PageAnalysis
    now: datetime


@dataclass(slots=True)
class Seen:
    """What recording brought. `pending` is the oldest unconfirmed removal."""

    revision: Revision | None = None
    revision_is_new: bool = False
    claims: int = 0
    changes: int = 0
    is_baseline: bool = False
    pending: datetime | None = None

    @property
    def new_number(self) -> int | None:
        """Of the revision that was stored now, if one was."""
        if self.revision is None or not self.revision_is_new:
            return None
        return self.revision.number


def as_of(check: Check) -> datetime:
    """When the text was true: published, else first seen; an edit is of now (I10)."""
    if check.article.revision is not None:
        return check.now
    document = check.analysis.document
    stated = document.published_at if document is not None else None
    published = stated or check.article.published_at
    return min(published or check.article.first_seen_at, check.now)


def _carried(found: PageAnalysis) -> dict[int, int]:
    """The index before of each mention that is as it was."""
    if found.same_text:
        return {i: i for i in range(len(found.mentions))}
    return {j: i for i, j in found.alignment.pairs} if found.alignment else {}


def _is_rewrite(found: PageAnalysis) -> bool:
    """Whether the whole text was replaced."""
    return found.alignment is not None and compare.is_rewrite(
        found.alignment, len(found.previous_mentions), len(found.mentions)
    )


class Recording:
    """The state while one new text is recorded."""

    def __init__(self, check: Check, quiet: str | None) -> None:
        self.check = check
        self.db = check.store.db
        self.seen = Seen()
        before = check.article.revision
        # other tools than those that made the baseline
        self.reads_anew = before is not None and before.analysis != check.analysis.stamp
        self.context = self._context(quiet)
        self.statements = Statements(
            self.context, check.store, as_of=as_of(check), now=check.now
        )

    def run(self) -> tuple[Seen, Context]:
        """Record it all; the context has counted what was told."""
        before = self.check.article.revision
        if before is None:
            self._first()
        else:
            self._next(before)
        if self.context.told and self.context.story_id is not None:
            stories.touch(self.db, self.context.story_id, now=self.check.now)
        self.seen.claims = len(self.check.analysis.mentions)
        return self.seen, self.context

    def _context(self, quiet: str | None) -> Context:
        check, found = self.check, self.check.analysis
        article, document = check.article, found.document
        if document is None:
            raise ValueError("only a document can be recorded")
        same = article.revision is not None and article.revision.text == document.text
        is_silent_edit = (
            article.revision is not None
            and document.modified_at is not None
            and document.modified_at == article.modified_at
            # a notice stays on the page: it tells of the edit that it came with
            and document.correction in (None, article.revision.correction)
        )
        if same and article.revision is not None:
            revision = article.revision
            articles.restamp(self.db, revision, analysis=found.stamp)
        else:
            revision = articles.add_revision(
                self.db,
                article,
                document,
                analysis=found.stamp,
                now=check.now,
                is_silent_edit=is_silent_edit,
            )
        self.seen.revision, self.seen.revision_is_new = revision, not same
        context = Context(check.config, self.db, article, revision, check.now)
        context.quiet = quiet
        context.title = document.text[: document.headline_end] or article.title
        context.wire_key = found.wire_key
        context.silent_edit = is_silent_edit
        return context

    def _first(self) -> None:
        article, found = self.check.article, self.check.analysis
        self.seen.is_baseline = article.is_silent
        self.context.is_copy = belonging.has_copy(
            self.db, article, found.wire_key, now=self.check.now
        )
        self.context.story_id = belonging.join_story(
            self.db,
            article,
            found.mentions,
            wire_key=found.wire_key,
            title=self.context.title,
            now=self.check.now,
        )
        # the headline last: it sums up what the body says
        for mention in sorted(
            found.mentions, key=lambda m: m.weight is not Weight.BODY
        ):
            self.statements.place(mention)

    def _next(self, before: Revision) -> None:
        found = self.check.analysis
        self.context.story_id = self.check.article.story_id
        stored = sightings.seen_in(self.db, before.revision_id)
        if before.revision_id == self.context.revision_id:
            # the same text read by another engine: its sightings are made anew
            sightings.forget_present(self.db, before.revision_id)
        linked = belonging.link(found.previous_mentions, stored)
        if _is_rewrite(found):
            self._rewrite(stored)
            return
        moved = {j: (i, t) for i, j, t in found.transitions if j is not None}
        gone = {i: t for i, j, t in found.transitions if i is not None and j is None}
        carried = _carried(found)
        for j, mention in enumerate(found.mentions):
            i, transition = moved.get(j, (carried.get(j), None))
            known = linked.get(i) if i is not None else None
            if known is not None:
                self._carry(known, mention, transition, found.previous_mentions, i)
            elif transition is not None or i is None:
                self.statements.place(mention, quietly=transition is None)
            else:
                self.statements.place(mention, quietly=True)
        for i, transition in gone.items():
            sighting = linked.get(i)
            if (
                sighting is not None
                and sighting.assertion_id not in self.statements.placed
            ):
                self._miss(sighting, transition)

    def _carry(
        self,
        known: Sighting,
        mention: Mention,
        transition: Transition | None,
        previous: tuple[Mention, ...],
        i: int | None,
    ) -> None:
        """The same statement as in the last revision, perhaps changed."""
        stored = claims.assertion(self.db, known.assertion_id)
        if transition is None or i is None:
            if self.reads_anew:
                self._re_anchor(stored, mention)
            self.statements.sight(
                stored.assertion_id, mention, first_seen_at=known.first_seen_at
            )
            return
        transition = turning.among(
            transition,
            claims.assertions_of(self.db, [stored.claim_id]),
            outlet=self.check.article.outlet,
            wire_key=self.context.wire_key,
        )
        before = previous[i].side
        after = mention.side
        target = stored
        withheld = None
        if ChangeKind.ATTRIBUTION in transition.kinds:
            target = self._voice(stored, mention)
        else:
            withheld = telling.already_told(self.db, stored, previous[i], mention)
            if withheld is None or withheld.moves:
                claims.update_assertion(
                    self.db,
                    stored.assertion_id,
                    mention,
                    as_of=self.statements.as_of,
                    now=self.check.now,
                )
        self.statements.sight(
            target.assertion_id, mention, first_seen_at=known.first_seen_at
        )
        telling.tell(
            self.context,
            transition,
            claim_id=stored.claim_id,
            assertion=target,
            before=before,
            after=after,
            mention=mention,
            withheld=withheld.reason if withheld else None,
        )

    def _re_anchor(self, stored: Assertion, mention: Mention) -> None:
        """The same words, read by another engine: the baseline moves silently (I3)."""
        claims.update_assertion(
            self.db,
            stored.assertion_id,
            mention,
            as_of=stored.as_of,
            now=self.check.now,
        )
        claims.set_measure(
            self.db,
            stored.assertion_id,
            claims.ensure_measure(
                self.db,
                mention,
                story_id=stored.story_id,
                story=stories.title(self.db, stored.story_id),
            ),
        )

    def _voice(self, stored: Assertion, mention: Mention) -> Assertion:
        """The assertion of the source that now says it."""
        known = claims.assertions_of(self.db, [stored.claim_id])
        own = match.same_source(mention, known, outlet=self.check.article.outlet)
        if own is not None and own.assertion_id != stored.assertion_id:
            return own
        return claims.add_assertion(
            self.db,
            stored.claim_id,
            mention,
            outlet=self.check.article.outlet,
            article_id=self.check.article.article_id,
            as_of=self.statements.as_of,
            now=self.check.now,
            independent=False,
        )

    def _miss(self, sighting: Sighting, transition: Transition) -> None:
        """A statement is missing: a removal, now (with a notice) or once confirmed."""
        if self.context.quiet is not None:
            # a text that may not alert may not alert later either
            return
        sightings.mark_gone(self.db, [sighting.sighting_id], now=self.check.now)
        if ChangeKind.RETRACTED not in transition.kinds:
            return
        sightings.mark_removed(self.db, [sighting.sighting_id], now=self.check.now)
        before = claims.assertion(self.db, sighting.assertion_id)
        telling.tell(
            self.context,
            transition,
            claim_id=sighting.claim_id,
            assertion=before,
            before=replace(before.side, text=sighting.quote),
            after=None,
        )

    def _rewrite(self, stored: list[Sighting]) -> None:
        """The whole text was replaced: one change says so, the rest is recorded."""
        context, found = self.context, self.check.analysis
        quiet, context.quiet = context.quiet, "part of a replaced text"
        for mention in found.mentions:
            self.statements.place(mention)
        context.quiet = quiet
        if not stored or not found.mentions:
            return
        lead = stored[0]
        before = claims.assertion(self.db, lead.assertion_id)
        telling.tell(
            context,
            Transition(
                (ChangeKind.CORRECTED,),
                f"the whole text was replaced: {counted(len(stored), 'statement')} before, "
                f"{len(found.mentions)} after",
            ),
            claim_id=lead.claim_id,
            assertion=before,
            before=replace(before.side, text=lead.quote),
            after=found.mentions[0].side,
        )
