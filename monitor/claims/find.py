"""Find the claims of a document: mentions with their parsed parts. Pure.

The order is: sentences → parse → sayings → clauses → parts. Without a model the
same sentences are read by rules alone, and `ENGINE` says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from monitor.claims import (
    attitudes,
    attribution,
    certainty,
    disclaimers,
    grammar,
    headlines,
    implied,
    measures,
    nouns,
    parts,
    plain,
    predicates,
    propositions,
    scenes,
    sentences,
    sources,
    spacy_model,
    tails,
    telling,
    values,
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
    from monitor.claims.parsed import Doc
    from monitor.claims.propositions import Clause
    from monitor.claims.sentences import Sentence
    from monitor.claims.told import Saying
    from monitor.claims.values import Values

# Raise with every change of what `find` returns for the same text: stored
# baselines are then re-anchored silently instead of alerting.
VERSION = "10"
ENGINE = f"claims-{VERSION}+{spacy_model.name()}"

ENGLISH = "en"
# Events that one source counts together: so many dead, so many homes destroyed.
_HARM = frozenset(
    (
        *("killed", "injured", "missing", "arrested", "destroyed", "damaged"),
        *("displaced", "evacuated", "infected", "casualties", "rescued"),
    )
)


@dataclass(slots=True)
class _Article:
    """What is known so far while reading one article."""

    reader: attribution.Reader
    speakers: sources.Speakers
    published: date | None
    carried: tuple[Source, ...] = ()
    carried_line: int = -1
    # what the sentences of the carried source count: its next figures count that too;
    # of the one that names it, only asked when there is a next
    carried_from: Values | None = None
    carried_counts: frozenset[str] = frozenset()
    mentions: list[Mention] = field(default_factory=list)


def find(document: Document, *, aliases: Mapping[str, str] = {}) -> tuple[Mention, ...]:
    """The mentions of a document in text order, offsets into its text."""
    published = document.published_at.date() if document.published_at else None
    return _find(
        document.text,
        headline_end=document.headline_end,
        day=published,
        aliases=aliases,
        language=document.language or ENGLISH,
    )


def find_in_text(
    text: str,
    *,
    aliases: Mapping[str, str] = {},
    published: date | None = None,
    language: str = ENGLISH,
) -> tuple[Mention, ...]:
    """The mentions of a bare text, without headline."""
    return _find(
        text, headline_end=0, day=published, aliases=aliases, language=language
    )


def _find(
    text: str,
    *,
    headline_end: int,
    day: date | None,
    aliases: Mapping[str, str],
    language: str,
) -> tuple[Mention, ...]:
    split = sentences.split(text, headline_end)
    english = language.lower().split("-")[0].split("_")[0] == ENGLISH
    if english and spacy_model.package() is not None:
        speakers = sources.Speakers(aliases)
        article = _Article(attribution.Reader(text), speakers, day)
        mentions = _by_parse(article, split)
    else:
        reader = plain.Reader(sources.Speakers(aliases), language)
        for sentence in split:
            plain.read(reader, values.read(sentence, day, language=language))
        mentions = reader.mentions
    return scenes.settle(disclaimers.lower(_distinct(mentions), split), split)


def _by_parse(article: _Article, split: Sequence[Sentence]) -> list[Mention]:
    spelling = headlines.spelling(s.text for s in split if s.weight is Weight.BODY)
    with spacy_model.zone():
        docs = spacy_model.parse([_parsed(s, spelling) for s in split])
        for sentence, doc in zip(split, docs, strict=True):
            headlines.name(doc, spelling)
            _read(article, sentence, doc)
    return article.mentions


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
        words = mention.quote.casefold().replace("’", "'").strip(" .“”\"'")
        key = (words, bool(mention.chain))
        if key not in seen:
            kept.append(mention)
        seen.add(key)
    return kept


def _read(article: _Article, sentence: Sentence, doc: Doc) -> None:
    """Add the mentions of one sentence."""
    told = article.reader.read(sentence, doc)
    colon = headlines.source(doc) if sentence.weight is Weight.HEADLINE else None
    if colon is not None:
        told = [colon]
    found = values.read(sentence, article.published, text=doc.text)
    told = [s for s in told if not telling.is_told_of(found, doc, s)]
    counted = {
        i for q in found.quantities for i in grammar.tokens_in(doc, q.start, q.end)
    }
    names = predicates.entities(doc)
    # a question of the writer's states nothing
    asks = not told and sentence.text.rstrip(" ”’\"'").endswith("?")
    clauses = [] if asks else propositions.split(doc, told, counted)
    clauses = tails.split(doc, clauses, counted)
    carried = _carry(article, found, doc, told)
    article.speakers.note(doc)
    last: Quantity | None = None
    by_head: dict[int, Mention] = {}
    for clause in clauses:
        own = [q for q in found.quantities if _inside(doc, clause.tokens, q)]
        if not own and clause.kind == "content":
            # "at least 10 people are said to have starved": of no other clause
            whole = [q for q in found.quantities if _inside(doc, clause.subject, q)]
            other = [c.tokens for c in clauses]
            own = [q for q in whole if not any(_inside(doc, t, q) for t in other)]
        if not own:
            own = implied.find(doc, clause, last)
        last = own[0] if own else last
        mention = _mention(article, found, doc, clause, carried, own, names)
        if clause.unsure:
            mention = replace(mention, measure=None, measure_label=None, scope=())
        if clause.main in by_head:
            older = clause.kind == "earlier"
            mention = _counts_as(mention, by_head[clause.main], older=older)
        by_head[clause.head] = mention
        article.mentions.append(mention)
    article.speakers.note(doc, late=True)
    if article.carried:
        article.speakers.last = article.carried[-1].name


def _counts_as(mention: Mention, main: Mention, *, older: bool) -> Mention:
    """A figure whose clause is another's: "45, up from 40", "45 here and 12 there".

    It measures what the main one does; an older one also in the same scope.
    """
    if not mention.quantities or not main.quantities:
        return mention
    first, *rest = mention.quantities
    like = main.quantities[0]
    if first.unit not in ("", like.unit):
        return mention
    where = mention.scope or ((mention.place.lower(),) if mention.place else ())
    return replace(
        mention,
        quantities=(replace(first, unit=like.unit, counted=like.counted), *rest),
        predicate=main.predicate,
        measure=main.measure,
        measure_label=main.measure_label,
        scope=main.scope if older else where,
        historic=older or mention.historic,
    )


def _mention(
    article: _Article,
    found: Values,
    doc: Doc,
    clause: Clause,
    carried: tuple[Source, ...],
    own: list[Quantity],
    names: tuple[str, ...],
) -> Mention:
    """One clause with its parts."""
    chain = sources.chain(doc, telling.by(clause), article.speakers) or carried
    said = chain[-1] if chain else None
    meant = parts.meant(doc, clause, article.speakers, said)
    text = parts.wording(doc, clause, meant)
    denies = any(s.kind == "denial" or s.denies for s in clause.sayings)
    event = parts.predicate(doc, clause)
    span = parts.quote_span(doc, clause)
    return found.mention(
        span,
        text=text,
        predicate=event,
        own=own,
        sentence=found.sentence.index,
        chain=chain,
        cue=clause.sayings[-1].cue_text if clause.sayings else None,
        certainty=telling.sure(doc, clause, text, chain, bool(carried)),
        polarity=Polarity.NEGATIVE if denies else parts.polarity(doc, clause),
        status=parts.status(doc, clause, text, event),
        participants=parts.participants(doc, clause, meant, article.speakers, said),
        entities=names,
        place=parts.place(doc, clause),
        denies=denies,
        absence=parts.is_absence(found.text[span[0] : span[1]]),
    )


def _inside(doc: Doc, indices: Sequence[int], quantity: Quantity) -> bool:
    own = set(indices)
    tokens = grammar.tokens_in(doc, quantity.start, quantity.end)
    return bool(tokens) and sum(i in own for i in tokens) * 2 >= len(tokens)


def _carry(
    article: _Article, found: Values, doc: Doc, told: list[Saying]
) -> tuple[Source, ...]:
    """The source that an unattributed sentence takes over, and the next one's."""
    sentence = found.sentence
    previous, line = article.carried, article.carried_line
    if sentence.speaker:
        return (sources.named(sentence.speaker),)
    signer = article.reader.signer(sentence)
    if signer is not None:
        return (sources.named(signer),)
    said = [s for s in told if s.source and s.kind != "noun"]
    said = [s for s in said if not sources.is_nobody(doc, s)]
    said.sort(key=lambda s: -len(s.content))
    if said:
        article.carried = sources.chain(doc, said[:1], article.speakers)
        _sign_earlier(article, sentence, doc, said[0])
        article.carried_line = sentence.line
        article.carried_from, article.carried_counts = found, frozenset()
        return ()
    # a paragraph of nothing but quotation goes on with who spoke in the last one
    quoted = article.reader.share(sentence) >= attribution.WHOLLY
    if article.reader.goes_on(sentence) or (quoted and sentence.line - line <= 1):
        article.carried_line = sentence.line
        return previous
    same_line = line == sentence.line
    goes_on = same_line and _counts_alike(article, found)
    goes_on = goes_on or sources.FIGURE.match(sentence.text) is not None
    goes_on = goes_on or _is_own(article, doc)
    if same_line and goes_on and not sources.CONTRAST.match(sentence.text):
        article.carried_counts |= _counted(found)
        return previous
    article.carried = ()
    return ()


def _is_own(article: _Article, doc: Doc) -> bool:
    """Whether the last source is what the sentence tells of, as only it can."""
    if not article.carried:
        return False
    name = article.carried[-1].name
    return attitudes.is_own(doc, name, article.speakers.pronoun(name))


def _sign_earlier(
    article: _Article, sentence: Sentence, doc: Doc, said: Saying
) -> None:
    """ "“It burned all night. Nobody came,” Fenn said": the first half is Fenn's too."""
    begun = article.reader.begun_before(sentence)
    first = min(said.content, default=0)
    if begun is None or not article.carried or said.cue < first:
        return
    anonymous = article.carried[-1].kind is SourceKind.ANONYMOUS
    for at in range(len(article.mentions) - 1, -1, -1):
        mention = article.mentions[at]
        if mention.end <= begun:
            break
        if mention.start >= begun and mention.cue is None:
            article.mentions[at] = replace(
                mention,
                chain=article.carried,
                cue=said.cue_text,
                certainty=certainty.of(mention.text, attributed=True, weak=anonymous),
            )


def _counts_alike(article: _Article, found: Values) -> bool:
    if not found.quantities:
        return False
    if article.carried_from is not None:
        article.carried_counts |= _counted(article.carried_from)
        article.carried_from = None
    return bool(_counted(found) & article.carried_counts)


def _counted(found: Values) -> frozenset[str]:
    """What a sentence counts, by class: people of any sort are one, harm another."""
    keys = [measures.of(q, sentence=found.text) for q in found.quantities]
    told = {m.key.partition("/")[::2] for m in keys if m is not None}
    heads = {"person" if nouns.is_person(h) else h for _, h in told} - {"time"}
    harm = any(event.partition("-")[0] in _HARM for event, _ in told)
    return frozenset(heads | {"harm"} if harm else heads)
