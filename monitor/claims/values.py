"""The figures and dates of one sentence, and the mention built on them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from monitor.claims import checkworthy, cues, dates, measures, parts, quantities
from monitor.model import Mention, Quantity

if TYPE_CHECKING:
    from monitor.claims.dates import EventDate
    from monitor.claims.sentences import Sentence

# Units of time and age narrow a claim more often than they are what it counts.
SECONDARY = frozenset(
    (
        *("year", "month", "week", "day", "hour", "minute", "second", "decade"),
        *("year of age", "time"),
    )
)


@dataclass(frozen=True, slots=True)
class Values:
    """What the grammars found in a sentence; offsets are the sentence's."""

    sentence: Sentence
    quantities: tuple[Quantity, ...]
    stated: tuple[EventDate, ...]
    language: str = "en"

    @property
    def text(self) -> str:
        """The sentence."""
        return self.sentence.text

    def mention(
        self,
        span: tuple[int, int],
        *,
        text: str,
        predicate: str,
        own: Sequence[Quantity] | None = None,
        **known: Any,
    ) -> Mention:
        """The span as a mention; `own` quantities default to those inside it."""
        start, end = span
        if own is None:
            own = [q for q in self.quantities if start <= q.start and q.end <= end]
        own = sorted(own, key=self._rank)
        measure = None
        if own:
            sentence = cues.without_false_events(self.text, self.language)
            measure = measures.of(
                own[0], sentence=sentence, predicate=predicate, told=text
            )
        quote = self.text[start:end]
        return Mention(
            start=self.sentence.start + start,
            end=self.sentence.start + end,
            quote=quote,
            text=text,
            predicate=predicate,
            quantities=tuple(self._placed(q) for q in own),
            event_on=self._event_on(start, end),
            measure=measure.key if measure else None,
            measure_label=measure.label if measure else None,
            scope=measure.scope if measure else (),
            weight=self.sentence.weight,
            historic=bool(own)
            and parts.is_historic(
                self.text[: own[0].start], f"{known.get('cue') or ''} {quote}"
            ),
            checkworthy=checkworthy.score(text),
            **known,
        )

    def _rank(self, quantity: Quantity) -> tuple[bool, bool]:
        """The first by this is what the claim counts."""
        before = self.text[: quantity.start]
        aside = parts.is_old(before) or parts.is_whole(before)
        return quantity.unit in SECONDARY, aside

    def _placed(self, quantity: Quantity) -> Quantity:
        """The quantity with the document's offsets."""
        shift = self.sentence.start
        return replace(quantity, start=shift + quantity.start, end=shift + quantity.end)

    def _event_on(self, start: int, end: int) -> date | None:
        """The day stated inside the span; a day beside the cue is the report's."""
        return next((d.first for d in self.stated if start <= d.start < end), None)


def read(
    sentence: Sentence,
    published: date | None,
    *,
    language: str = "en",
    text: str | None = None,
) -> Values:
    """The figures and dates of a sentence.

    `text` is the sentence as it is read where its capitals say nothing, of one length.
    """
    text = sentence.text if text is None else text
    stated = dates.find(text, published, language=language)
    found = quantities.find(text, language=language, dates=stated)
    return Values(sentence, found, stated, language)
