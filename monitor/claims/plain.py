"""Claims by rules alone, for when no English model is installed. Pure.

Coarser than the parse: a sentence is one claim unless a conjunction before a number
divides it; sources come from "X said", "said X" and "according to X".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from monitor.claims import certainty, cues, parts, predicates, sources
from monitor.claims.values import Values
from monitor.model import Mention, Polarity, Source, SourceKind, Status

_SOURCE = r"(?P<source>[^,;:“”\"]{2,80}?)"
_LINK = r"^(?:[A-Z][a-z]+,\s)?"
_WHEN = r"(?:\s(?:on|in|late|early|earlier|last|this|during|at)\s[\w\s]{2,30})?"
_DIVIDE = re.compile(
    r"(?:,\s(?:and|but|while|with)|;|\s(?:and|while))\s+"
    r"(?=(?:(?:at least|about|more than|nearly|another|some|over|around|up to)\s)?\d)"
)
_NEGATED = re.compile(r"\b(?:not|no|never|none|nobody)\b|n[o’']t\b", re.IGNORECASE)
_FUTURE = re.compile(r"\b(?:will|plans? to|is to|are to|is set to)\b")
_WORD = re.compile(r"[A-Za-z][A-Za-z’'-]+")
_PROPER = re.compile(r"(?<=[a-z,’”] )[A-Z][\w’'-]*(?:\s(?:of\s)?[A-Z][\w’'-]*)*")


@dataclass(slots=True)
class Reader:
    """Reads one article, sentence by sentence; remembers who spoke last."""

    speakers: sources.Speakers
    language: str = "en"
    carried: tuple[Source, ...] = ()
    line: int = -1
    mentions: list[Mention] = field(default_factory=list)


@cache
def _patterns(language: str) -> tuple[re.Pattern[str], ...]:
    table = cues.plain(language)
    verbs = _either(table["said"])
    by = _either(table["according"])
    that = rf"(?:{_either(table['that'])}\s)?" if table["that"] else ""
    # "has said", "also said", "hat … gesagt": a short word may stand between
    link = r"\s(?:\w{1,4}\s)?"
    return (
        re.compile(rf"{_LINK}(?i:{by})\s{_SOURCE},\s*(?P<content>.+)$", re.DOTALL),
        re.compile(
            rf"^(?P<content>.+?),?[”\"]?,?\s*(?i:{by})\s{_SOURCE}[.]?$", re.DOTALL
        ),
        re.compile(
            rf"^(?P<content>.+?),[”\"]?\s{_SOURCE}\s(?P<cue>{verbs}){_WHEN}[.]?$",
            re.DOTALL,
        ),
        re.compile(
            rf"^(?P<content>[“\"].+?[”\"]),?\s(?P<cue>{verbs})\s{_SOURCE}[.]?$",
            re.DOTALL,
        ),
        re.compile(
            rf"{_LINK}{_SOURCE}{link}(?P<cue>{verbs}){_WHEN},?\s{that}(?P<content>.+)$",
            re.DOTALL,
        ),
    )


def _either(words: str) -> str:
    """One of the words, longest first; "_" stands for a space."""
    found = sorted(words.split(), key=len, reverse=True)
    return "|".join(re.escape(w).replace("_", r"\s") for w in found)


def read(reader: Reader, values: Values) -> None:
    """Add the mentions of one sentence."""
    text, line = values.text, values.sentence.line
    start, end, chain, cue = _attributed(reader, text)
    if chain:
        reader.carried, reader.line = chain, line
    elif reader.line == line and values.quantities:
        chain = reader.carried
    for first, last in _divided(text, start, end):
        reader.mentions.append(_mention(values, (first, last), chain, cue))


def _attributed(
    reader: Reader, text: str
) -> tuple[int, int, tuple[Source, ...], str | None]:
    for pattern in _patterns(reader.language):
        match = pattern.match(text)
        if match is None:
            continue
        name = reader.speakers.resolve(match.group("source"))
        cue = match.groupdict().get("cue") or "according to"
        source = Source(name, sources.kind(name))
        return *match.span("content"), (source,), cue
    return 0, len(text), (), None


def _divided(text: str, start: int, end: int) -> list[tuple[int, int]]:
    found = []
    at = start
    for match in _DIVIDE.finditer(text, start, end):
        found.append((at, match.start()))
        at = match.end()
    found.append((at, end))
    return [_trimmed(text, a, b) for a, b in found if text[a:b].strip()]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in " ,.;:":
        start += 1
    while end > start and text[end - 1] in " ,.;:":
        end -= 1
    return start, end


def _mention(
    values: Values,
    span: tuple[int, int],
    chain: tuple[Source, ...],
    cue: str | None,
) -> Mention:
    quote = values.text[span[0] : span[1]]
    words = [w.group().lower() for w in _WORD.finditer(quote)]
    told = cues.without_false_events(quote, values.language).lower()
    event = next(
        (predicates.of(w) for w in _WORD.findall(told) if predicates.known(w)), ""
    )
    denies = bool(cue) and cue in ("denied", "denies")
    negative = denies or bool(_NEGATED.search(quote))
    anonymous = bool(chain) and chain[-1].kind is SourceKind.ANONYMOUS
    return values.mention(
        span,
        text=quote,
        predicate=event,
        sentence=values.sentence.index,
        chain=chain,
        cue=cue,
        certainty=certainty.of(quote, attributed=bool(chain), weak=anonymous),
        polarity=Polarity.NEGATIVE if negative else Polarity.POSITIVE,
        status=Status.PLANNED if _FUTURE.search(quote) else None,
        participants=tuple(dict.fromkeys(w for w in words if len(w) > 3)),
        entities=tuple(m.group() for m in _PROPER.finditer(values.text)),
        denies=denies,
        absence=parts.is_absence(quote),
    )
