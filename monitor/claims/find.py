"""Find the claims of a document: mentions with their parsed parts. Pure.

The order is: sentences → parse → sayings → clauses → parts. Without a model the
same sentences are read by rules alone, and `ENGINE` says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from monitor.claims import (
    attribution,
    certainty,
    checkworthy,
    dates,
    disclaimers,
    headlines,
    implied,
    measures,
    parts,
    predicates,
    propositions,
    quantities,
    sentences,
    sources,
    spacy_model,
)
from monitor.model import (
    Document,
    Mention,
    Polarity,
    Quantity,
    Source,
    SourceKind,
    Weight,
)

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from monitor.claims.attribution import Saying
    from monitor.claims.dates import EventDate
    from monitor.claims.propositions import Clause
    from monitor.claims.sentences import Sentence

# Raise with every change of what `find` returns for the same text: stored
# baselines are then re-anchored silently instead of alerting.
VERSION = "1"
ENGINE = f"claims-{VERSION}+{spacy_model.name()}"


@dataclass(slots=True)
class _Article:
    """What is known so far while reading one article."""

    speakers: sources.Speakers
    published: date | None
    carried: tuple[Source, ...] = ()
    carried_line: int = -1
    in_quote: bool = False
    mentions: list[Mention] = field(default_factory=list)


def find(document: Document, *, aliases: Mapping[str, str] = {}) -> tuple[Mention, ...]:
    """The mentions of a document in text order, offsets into its text."""
    published = document.published_at.date() if document.published_at else None
    return _find(
        document.text,
        headline_end=document.headline_end,
        day=published,
        aliases=aliases,
    )


def find_in_text(
    text: str, *, aliases: Mapping[str, str] = {}, published: date | None = None
) -> tuple[Mention, ...]:
    """The mentions of a bare text, without headline."""
    return _find(text, headline_end=0, day=published, aliases=aliases)


def _find(
    text: str, *, headline_end: int, day: date | None, aliases: Mapping[str, str]
) -> tuple[Mention, ...]:
    split = sentences.split(text, headline_end)
    article = _Article(sources.Speakers(aliases), day)
    spelling = headlines.spelling(s.text for s in split if s.weight is Weight.BODY)
    with spacy_model.zone():
        docs = spacy_model.parse([_parsed(s, spelling) for s in split])
        for sentence, doc in zip(split, docs, strict=True):
            _read(article, sentence, doc)
    return disclaimers.lower(_distinct(article.mentions), split)


def _parsed(sentence: Sentence, spelling: Mapping[str, str]) -> str:
    """What the parser sees: title case confuses it, so headlines lose theirs."""
    if sentence.weight is not Weight.HEADLINE:
        return sentence.text
    return headlines.sentence_case(sentence.text, spelling)


def _distinct(mentions: list[Mention]) -> list[Mention]:
    """Verbatim repeats are one mention: the first."""
    seen: set[tuple[str, bool]] = set()
    kept = []
    for mention in mentions:
        key = (mention.quote.casefold().strip(" .“”\"'"), bool(mention.chain))
        if key not in seen:
            kept.append(mention)
        seen.add(key)
    return kept


def _read(article: _Article, sentence: Sentence, doc: Doc) -> None:
    """Add the mentions of one sentence."""
    sayings = attribution.find(doc)
    colon = headlines.source(doc) if sentence.weight is Weight.HEADLINE else None
    if colon is not None:
        sayings = [colon]
    stated = dates.find(sentence.text, article.published)
    found = quantities.find(sentence.text, dates=stated)
    counted = {i for q in found for i in attribution.tokens_in(doc, q.start, q.end)}
    names = predicates.entities(doc)
    clauses = propositions.split(doc, sayings, counted)
    carried = _carry(article, sentence, doc, sayings, bool(found))
    article.speakers.note(doc)
    last: Quantity | None = None
    for clause in clauses:
        own = [q for q in found if _inside(doc, clause, q)]
        if not own:
            own = implied.find(doc, clause, last)
        last = own[0] if own else last
        article.mentions.append(
            _mention(article, sentence, doc, clause, carried, own, stated, names)
        )


def _mention(
    article: _Article,
    sentence: Sentence,
    doc: Doc,
    clause: Clause,
    carried: tuple[Source, ...],
    own: list[Quantity],
    stated: tuple[EventDate, ...],
    names: tuple[str, ...],
) -> Mention:
    """One clause with its parts."""
    start, end = parts.quote_span(doc, clause)
    chain = sources.chain(doc, clause.sayings, article.speakers) or carried
    text = parts.wording(doc, clause, article.speakers, chain[-1] if chain else None)
    signed = any(s.source and s.kind != "evidence" for s in clause.sayings)
    said = bool(carried) or signed
    weak = (bool(clause.sayings) and not signed) or (
        bool(chain) and chain[-1].kind is SourceKind.ANONYMOUS
    )
    denies = any(s.kind == "denial" for s in clause.sayings)
    event = parts.predicate(doc, clause)
    measure = (
        measures.of(own[0], sentence=sentence.text, predicate=event) if own else None
    )
    sure = certainty.of(parts.governed(doc, clause, text), attributed=said, weak=weak)
    return Mention(
        start=sentence.start + start,
        end=sentence.start + end,
        quote=sentence.text[start:end],
        text=text,
        sentence=sentence.index,
        chain=chain,
        cue=clause.sayings[-1].cue_text if clause.sayings else None,
        quantities=tuple(
            replace(q, start=sentence.start + q.start, end=sentence.start + q.end)
            for q in own
        ),
        certainty=sure,
        polarity=Polarity.NEGATIVE if denies else parts.polarity(doc, clause),
        status=parts.status(doc, clause, text, event),
        predicate=event,
        participants=predicates.participants(doc, [*clause.subject, *clause.tokens]),
        entities=names,
        place=parts.place(doc, clause),
        event_on=_event_on(start, end, stated),
        measure=measure.key if measure else None,
        measure_label=measure.label if measure else None,
        scope=measure.scope if measure else (),
        weight=sentence.weight,
        historic=bool(own)
        and parts.is_historic(sentence.text[: own[0].start], sentence.text[start:end]),
        denies=denies,
        absence=parts.is_absence(sentence.text[start:end]),
        checkworthy=checkworthy.score(text),
    )


def _inside(doc: Doc, clause: Clause, quantity: Quantity) -> bool:
    own = set(clause.tokens)
    tokens = attribution.tokens_in(doc, quantity.start, quantity.end)
    return bool(tokens) and sum(i in own for i in tokens) * 2 >= len(tokens)


def _event_on(start: int, end: int, stated: tuple[EventDate, ...]) -> date | None:
    """The day stated inside the clause; a day beside the cue is the report's."""
    return next((d.first for d in stated if start <= d.start < end), None)


def _carry(
    article: _Article,
    sentence: Sentence,
    doc: Doc,
    sayings: list[Saying],
    has_value: bool,
) -> tuple[Source, ...]:
    """The source that an unattributed sentence takes over, and the next one's."""
    previous, line = article.carried, article.carried_line
    if sentence.speaker:
        return (sources.named(sentence.speaker),)
    quoted = sources.is_quoted(sentence.text, article.in_quote)
    article.in_quote = sources.leaves_quote_open(sentence.text, article.in_quote)
    said = [s for s in sayings if s.source and s.kind != "noun"]
    said.sort(key=lambda s: -len(s.content))
    if said:
        article.carried = sources.chain(doc, said[:1], article.speakers)
        article.carried_line = sentence.line
        if article.carried:
            article.speakers.last = article.carried[-1].name
        return previous if quoted else ()
    if quoted:
        article.carried_line = sentence.line
        return previous
    same_line = line == sentence.line
    if same_line and has_value and not sources.CONTRAST.match(sentence.text):
        return previous
    article.carried = ()
    return ()
