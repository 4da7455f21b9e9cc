"""Statements that are new in an article: known elsewhere, back, or new at all."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from monitor.claims import match, near, novelty, voices, wording
from monitor.model import (
    Assertion,
    ChangeKind,
    Mention,
    Polarity,
    Side,
    Transition,
    Weight,
)
from monitor.pipeline import telling
from monitor.pipeline.telling import Context
from monitor.store import (
    Store,
    carriers,
    claims,
    corrections,
    search,
    sightings,
    stories,
)


class Statements:
    """Puts the mentions of one revision into the baseline.

    `placed` maps an assertion to the mentions of this revision that state it.
    """

    def __init__(
        self, context: Context, store: Store, *, as_of: datetime, now: datetime
    ) -> None:
        self.context = context
        self.db = store.db
        self.as_of = as_of
        self.now = now
        self.placed: dict[int, list[Mention]] = {}
        # what the story had told before, read when it is first needed
        self._told: novelty.Known | None = None

    def sight(
        self, assertion_id: int, mention: Mention, *, first_seen_at: str | None = None
    ) -> None:
        """The assertion stands in this revision."""
        carriers.note(
            self.db,
            assertion_id,
            mention,
            outlet=self.context.article.outlet,
            article_url=self.context.article.url,
            now=self.now,
        )
        sightings.add(
            self.db,
            assertion_id,
            mention,
            article_id=self.context.article.article_id,
            revision_id=self.context.revision_id,
            now=self.now,
            first_seen_at=first_seen_at,
        )
        claims.touch(self.db, assertion_id, now=self.now)
        self.placed.setdefault(assertion_id, []).append(mention)

    def place(self, mention: Mention, *, quietly: bool = False) -> None:
        """A statement that is new in this article: known elsewhere, or new at all."""
        quiet = self.context.quiet
        if quietly and quiet is None:
            self.context.quiet = "read anew in an unchanged sentence"
        try:
            if self._restore(mention):
                return
            lookup = match.lookup(mention)
            keys = telling.keys(mention, lookup)
            found = search.claims(
                self.db,
                # counting a function word's postings costs more than all the rest
                text=" ".join(lookup.terms) or mention.text,
                measure=mention.measure,
                keys=keys,
                story_id=self.context.story_id,
            )
            known = [
                a
                for a in claims.assertions_of(self.db, found)
                # a text that tells of silence and of a voice contradicts nobody
                if mention.absence or not a.absence or a.assertion_id not in self.placed
            ]
            matched = match.match(
                mention,
                known,
                story_id=self.context.story_id,
                outlet=self.context.article.outlet,
                as_of=self.as_of,
                apart=self._apart,
            )
            claim_id = matched.claim_id
            if claim_id is None or self._is_other_count(mention, known, claim_id):
                stored_id = self._new(mention, keys, matched.reason)
                claim_id = None
            else:
                own_claim = [a for a in known if a.claim_id == claim_id]
                stored_id = self._known(mention, near.as_one(mention, own_claim))
            if len(self.placed[stored_id]) == 1:  # else it was compared with itself
                corrections.add_near(
                    self.db,
                    stored_id,
                    self.context.revision_id,
                    near.misses(matched.considered, claim_id),
                )
        finally:
            self.context.quiet = quiet

    @cached_property
    def _apart(self) -> frozenset[corrections.Pair]:
        return corrections.apart(self.db)

    @cached_property
    def _gone(self) -> list[sightings.Sighting]:
        """What is missing from the article; only what is placed here comes back."""
        return sightings.gone_from(self.db, self.context.article.article_id)

    def _summed_up(self, mention: Mention, known: list[Assertion]) -> Assertion | None:
        """What of the body a headline or caption repeats, in short.

        It may round or lag behind; it is never a second voice against its own text.
        """
        if mention.weight is Weight.BODY or mention.source is not None:
            return None
        return next((a for a in known if a.assertion_id in self.placed), None)

    def _is_other_count(
        self, mention: Mention, known: list[Assertion], claim_id: int
    ) -> bool:
        """One source gives two values in one text: they count different things."""
        if mention.quantity is None or mention.historic:
            return False
        for assertion in known:
            if assertion.claim_id != claim_id:
                continue
            said = self.placed.get(assertion.assertion_id)
            if not said or not voices.speaks_for(
                mention, assertion, outlet=self.context.article.outlet
            ):
                continue
            if any(telling.values_differ(earlier, mention) for earlier in said):
                return True
        return False

    def _restore(self, mention: Mention) -> bool:
        """Whether the statement had been missing from this very article."""
        for sighting in self._gone:
            if wording.fold(sighting.quote) != wording.fold(mention.quote):
                continue
            back = [s for s in self._gone if s.assertion_id == sighting.assertion_id]
            sightings.mark_back(self.db, [s.sighting_id for s in back])
            self._gone = [s for s in self._gone if s not in back]
            stored = claims.assertion(self.db, sighting.assertion_id)
            self.sight(stored.assertion_id, mention)
            if sighting.removed_at is not None:
                reason = (
                    "back in the article after its removal on "
                    f"{sighting.removed_at:%Y-%m-%d %H:%M} UTC"
                )
                telling.tell(
                    self.context,
                    Transition((ChangeKind.RESTORED,), reason),
                    claim_id=stored.claim_id,
                    assertion=stored,
                    before=None,
                    after=mention.side,
                    mention=mention,
                )
            return True
        return False

    def _retold(self, mention: Mention) -> str | None:
        """Why a claim that matches none is no news all the same.

        What is negated has the words of its opposite, and is never only told again.
        """
        context = self.context
        quiet = context.quiet is not None or not telling.is_worth(context, mention)
        if quiet or context.story_id is None or mention.polarity is Polarity.NEGATIVE:
            return None
        if self._told is None:
            texts = claims.told_in_story(self.db, context.story_id, before=self.now)
            self._told = novelty.Known(texts)
        return self._told.retold(mention.text)

    def _new(self, mention: Mention, keys: tuple[str, ...], reason: str) -> int:
        """A claim of its own; returns its assertion."""
        measure_id = claims.ensure_measure(
            self.db,
            mention,
            story_id=self.context.story_id,
            story=stories.title(self.db, self.context.story_id),
        )
        claim_id = claims.add_claim(
            self.db,
            mention,
            measure_id=measure_id,
            story_id=self.context.story_id,
            keys=keys,
            now=self.now,
        )
        stored = self._add(claim_id, mention, independent=True)
        self.sight(stored.assertion_id, mention)
        telling.tell(
            self.context,
            Transition((ChangeKind.NEW,), telling.first_seen(mention)),
            claim_id=claim_id,
            assertion=stored,
            before=None,
            after=mention.side,
            mention=mention,
            withheld=self._retold(mention),
            matched=reason,
        )
        return stored.assertion_id

    def _add(
        self,
        claim_id: int,
        mention: Mention,
        *,
        independent: bool,
        historic: bool = False,
    ) -> Assertion:
        return claims.add_assertion(
            self.db,
            claim_id,
            mention,
            outlet=self.context.article.outlet,
            article_id=self.context.article.article_id,
            as_of=self.as_of,
            now=self.now,
            historic=historic,
            independent=independent,
        )

    def _known(self, mention: Mention, known: list[Assertion]) -> int:
        """A stored claim, said (again, differently or by another) in this article.

        Returns the assertion that the mention went to.
        """
        article = self.context.article
        own = match.same_source(mention, known, outlet=article.outlet)
        again = own if own is not None else self._summed_up(mention, known)
        if again is not None and again.assertion_id in self.placed:
            self.sight(again.assertion_id, mention)
            return again.assertion_id
        others = [a for a in known if own is None or a.assertion_id != own.assertion_id]
        verdict = match.judge(
            mention,
            own,
            others,
            as_of=self.as_of,
            outlet=article.outlet,
            wire_key=self.context.wire_key,
            thresholds=self.context.config.thresholds,
        )
        before: Side | None = None
        if own is None or verdict.historic:
            stored = self._add(
                known[0].claim_id,
                mention,
                independent=verdict.independent and not self.context.is_copy,
                historic=verdict.historic,
            )
        else:
            stored = own
            if verdict.transition is not None and mention.weight is Weight.BODY:
                claims.update_assertion(
                    self.db,
                    own.assertion_id,
                    mention,
                    as_of=self.as_of,
                    now=self.now,
                )
        self.sight(stored.assertion_id, mention)
        if verdict.transition is None:
            return stored.assertion_id
        if verdict.against is not None:
            before = verdict.against.side
        telling.tell(
            self.context,
            verdict.transition,
            claim_id=known[0].claim_id,
            assertion=stored,
            before=before,
            after=mention.side,
            mention=mention,
        )
        return stored.assertion_id
