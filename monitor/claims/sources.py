"""Sources: their kinds, their names within an article, their chains. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from monitor.claims import cues
from monitor.claims.attribution import Saying, phrase
from monitor.model import Source, SourceKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spacy.tokens import Doc, Token

PERSONAL = frozenset(("he", "she", "him", "her", "his", "hers"))
PLURAL = frozenset(("they", "them", "we", "us"))
SELF = frozenset(("i", "we", "me", "us", "my", "our"))
_LEADING = re.compile(r"^(?:the|a|an|its|their|his|her)\s+", re.IGNORECASE)
# A sentence that turns away from the last source.
CONTRAST = re.compile(
    r"^(?:however|but|meanwhile|separately|elsewhere|in contrast|by contrast|yet"
    r"|on the other hand|still|nevertheless|nonetheless|instead|earlier|previously"
    r"|last (?:week|month|year)|on (?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|for (?:his|her|its|their) part)\b",
    re.IGNORECASE,
)


def clean(text: str) -> str:
    """A source phrase without article, quotes and possessive ending."""
    text = text.strip(' ,.;:—–-“”"()')
    text = re.sub(r"[’']s?$", "", text)
    return _LEADING.sub("", text).strip() or text


def kind(name: str, head: str = "") -> SourceKind:
    """What sort of source a phrase names; `head` is the lemma of its head noun."""
    words = re.findall(r"[\w’'-]+", name)
    lower = {w.lower() for w in words}
    head = head.lower() or (words[-1].lower() if words else "")
    proper = bool(words) and any(w[:1].isupper() for w in words[-1:])
    if head in cues.words("source.document") and not proper:
        return SourceKind.DOCUMENT
    if proper:
        outlet = lower & cues.words("source.outlet")
        return SourceKind.OUTLET if outlet else SourceKind.NAMED
    if head in cues.words("source.outlet"):
        return SourceKind.OUTLET
    if _unnamed(head, lower):
        return SourceKind.ANONYMOUS
    return SourceKind.ROLE


def _unnamed(head: str, words: set[str]) -> bool:
    vague = {"some", "several", "many", "one", "another", "unnamed", "anonymous"}
    if head in ("official", "officer", "analyst", "expert", "doctor", "researcher"):
        return bool(words & vague) or head == "official"
    return head in cues.words("source.anonymous") or bool(words & vague)


@dataclass(slots=True)
class Speakers:
    """Who has been named so far in an article; resolves short names and pronouns."""

    aliases: Mapping[str, str] = field(default_factory=dict)
    full: dict[str, str] = field(default_factory=dict)
    person: str | None = None
    last: str | None = None
    _folded: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._folded = {k.casefold(): v for k, v in self.aliases.items()}

    def note(self, doc: Doc) -> None:
        """Remember the names of a sentence, the last person as antecedent."""
        for start, end in names(doc):
            words = [t.text for t in doc[start:end]]
            name = " ".join(words)
            if len(words) > 1:
                self.full.setdefault(words[-1].casefold(), name)
            head = doc[end - 1]
            at = head
            while at.dep_ in ("compound", "appos", "flat") and at.head is not at:
                at = at.head
            if at.dep_ in ("nsubj", "nsubjpass") and _personal(words):
                self.person = self.full.get(words[-1].casefold(), name)

    def resolve(self, text: str) -> str:
        """The fullest name this article has for the source, aliases applied."""
        name = clean(text)
        lower = name.casefold()
        if lower in PERSONAL and self.person:
            name = self.person
        elif lower in PLURAL | {"it", "who", "which"} and self.last:
            name = self.last
        elif " " not in name and lower in self.full:
            name = self.full[lower]
        return self._folded.get(name.casefold(), name)


def names(doc: Doc) -> list[tuple[int, int]]:
    """Token spans of runs of capitalised proper nouns."""
    found: list[tuple[int, int]] = []
    for token in doc:
        if token.pos_ != "PROPN" or not token.text[:1].isupper():
            continue
        if found and found[-1][1] == token.i:
            found[-1] = (found[-1][0], token.i + 1)
        else:
            found.append((token.i, token.i + 1))
    return found


def _personal(words: list[str]) -> bool:
    """Two or three plain capitalised words, none of them an institution's."""
    lower = {w.lower() for w in words}
    institution = cues.words("source.outlet") | cues.words("source.role")
    lone = len(words) == 1 and words[0].isupper()
    return not lone and (len(words) == 1 or not lower & (institution - {"minister"}))


def text_of(doc: Doc, indices: list[int]) -> str:
    """The source text from its first to its last token."""
    return doc[indices[0] : indices[-1] + 1].text if indices else ""


def chain(doc: Doc, sayings: list[Saying], speakers: Speakers) -> tuple[Source, ...]:
    """The sources of a clause, outermost first."""
    found: list[Source] = []
    for saying in sayings:
        if saying.recipient is not None:
            outlet = _recipient(doc[saying.recipient], speakers)
            if outlet is not None:
                found.append(outlet)
        if saying.source:
            found.append(_source(doc, saying, speakers))
        if saying.cited:
            cited = text_of(doc, saying.cited)
            head = doc[saying.cited[-1]].lemma_
            found.append(Source(speakers.resolve(cited), kind(clean(cited), head)))
    return tuple(dict.fromkeys(found))


def _source(doc: Doc, saying: Saying, speakers: Speakers) -> Source:
    text = text_of(doc, saying.source)
    name = speakers.resolve(text)
    head = doc[saying.head] if saying.head is not None else None
    lemma = head.lemma_ if head is not None else ""
    named = name != clean(text)
    return Source(name, kind(name, "" if named else lemma))


def _recipient(token: Token, speakers: Speakers) -> Source | None:
    """Told to whom: only an outlet belongs to the chain."""
    indices = phrase(token)
    words = {token.doc[i].lower_ for i in indices}
    acronym = token.text.isupper() and len(token.text) > 2
    if not words & cues.words("source.outlet") and not acronym:
        return None
    return Source(speakers.resolve(text_of(token.doc, indices)), SourceKind.OUTLET)


def named(name: str) -> Source:
    """A source given by its plain name."""
    return Source(clean(name), kind(clean(name)))


def is_quoted(text: str, in_quote: bool) -> bool:
    """Whether a sentence is wholly somebody's words."""
    stripped = text.strip()
    closing = next((i for i, c in enumerate(stripped) if c == "”"), None)
    opens = stripped[:1] in ("“", '"')
    if opens or in_quote:
        return closing is None or len(stripped) - closing <= 2
    return False


def leaves_quote_open(text: str, in_quote: bool) -> bool:
    """Whether a quotation goes on into the next sentence."""
    for char in text:
        if char == "“":
            in_quote = True
        elif char == "”":
            in_quote = False
    return in_quote
