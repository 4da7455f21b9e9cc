"""Sources: their kinds, their names within an article, their chains. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from monitor.claims import cues, stems
from monitor.claims.grammar import SUBJECTS, can_speak, phrase
from monitor.claims.told import Saying
from monitor.model import Source, SourceKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.claims.parsed import Doc, Token

PERSONAL = frozenset(("he", "she", "him", "her", "his", "hers"))
NOBODY = frozenset(
    ("nobody", "no one", "none", "this", "that", "these", "those", "which", "what")
)
_PRONOUNS = {"mr": "he", "sir": "he", "lord": "he"} | dict.fromkeys(
    ("mrs", "ms", "miss", "dame", "lady"), "she"
)
_SUFFIXES = frozenset(("jr", "sr", "ii", "iii", "iv"))
_SUBJECTS = frozenset(("he", "she"))
_WITHIN = frozenset(("in", "near", "into", "outside", "around", "across", "inside"))
PLURAL = frozenset(("they", "them", "we", "us"))
SELF = frozenset(("i", "we", "me", "us", "my", "our"))
_LEADING = re.compile(r"^(?:the|a|an|its|their|his|her)\s+", re.IGNORECASE)
# Where the head of a name ends and its modifiers begin.
_INNER = re.compile(r"\s(?:of|in|at|for|from|with|on|who|serving|based|near)\s")
# A sentence that turns away from the last source.
CONTRAST = re.compile(
    r"^(?:however|but|meanwhile|separately|elsewhere|in contrast|by contrast|yet"
    r"|on the other hand|still|nevertheless|nonetheless|instead|earlier|previously"
    r"|last (?:week|month|year)|on (?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|for (?:his|her|its|their) part)\b",
    re.IGNORECASE,
)
# A sentence about the figure just told goes on with its source.
FIGURE = re.compile(
    r"^(?:the|this|that|these|those|its|their)\s(?:\w+\s)?"
    r"(?:figure|toll|number|total|count|tally|estimate|death toll)s?\b",
    re.IGNORECASE,
)


def clean(text: str) -> str:
    """A source phrase without article, quotes and possessive ending."""
    text = text.strip(' ,.;:—–-“”"()')
    text = re.sub(r"[’']s?$", "", text)
    return _LEADING.sub("", text).strip() or text


def kind(name: str, head: str = "", *, named: bool | None = None) -> SourceKind:
    """What sort of source a phrase names.

    `head` is the lemma of its head noun; `named` says whether a proper name narrows
    it ("the Riverside police"), None = judge by capitals.
    """
    words = re.findall(r"[\w’'-]+", _INNER.split(name)[0])
    lower = {w.lower() for w in words}
    last = words[-1] if words else ""
    head = (head or last).lower()
    common = head != last.lower() or head in _common()
    proper = last[:1].isupper() and not (common and len(words) == 1)
    document = not proper and head in cues.words("source.document")
    if document and (last.lower() == head or not lower & cues.words("source.vague")):
        return SourceKind.DOCUMENT  # "another report" is one, "some reports" are talk
    if lower & cues.words("source.vague") and not proper:
        return SourceKind.ANONYMOUS
    if head in cues.words("source.outlet"):
        return SourceKind.OUTLET
    if named is None:
        named = any(w[:1].isupper() for w in words[:-1])
    if proper or (named and head in cues.words("source.institution")):
        known = lower & (
            cues.words("source.outlet_names") | cues.words("source.outlet")
        )
        return SourceKind.OUTLET if known and proper else SourceKind.NAMED
    return SourceKind.ANONYMOUS if _unnamed(head, words) else SourceKind.ROLE


@cache
def _common() -> frozenset[str]:
    """Nouns that name a sort of source, not one source."""
    kinds = ("person", "institution", "anonymous", "document")
    return frozenset().union(*(cues.words(f"source.{k}") for k in kinds))


def _unnamed(head: str, words: list[str]) -> bool:
    lower = {w.lower() for w in words}
    if lower & cues.words("source.vague"):
        return True
    if head in cues.words("source.anonymous"):
        return True
    # one official of many hides his name; "officials" speak for their office
    return head in ("official", "officer") and lower.isdisjoint(
        ("officials", "officers")
    )


@dataclass(slots=True)
class Speakers:
    """Who has been named so far in an article; resolves short names and pronouns."""

    aliases: Mapping[str, str] = field(default_factory=dict)
    full: dict[str, str] = field(default_factory=dict)
    # lone names of what something was in, at or near: no persons
    places: set[str] = field(default_factory=set)
    # the persons in the order of their last naming, each with his or her pronoun
    persons: dict[str, str | None] = field(default_factory=dict)
    last: str | None = None
    _folded: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._folded = {k.casefold(): v for k, v in self.aliases.items()}

    def note(self, doc: Doc, *, late: bool = False) -> None:
        """Remember the names of a sentence, the last person as antecedent.

        Those behind a "he" or "she" are `late`: they are not yet who is meant.
        """
        pronoun = next((t.i for t in doc if t.lower_ in _SUBJECTS), len(doc))
        for start, end in names(doc):
            if (start > pronoun) is not late:
                continue
            words = [t.text for t in doc[start:end]]
            name = " ".join(words)
            while len(words) > 1 and words[-1].casefold().strip(".") in _SUFFIXES:
                words = words[:-1]
            if " " in untitled(name):
                self.full.setdefault(words[-1].casefold(), untitled(name))
            head = doc[end - 1]
            if head.dep_ == "pobj" and head.head.lower_ in _WITHIN:
                self.places.add(words[-1].casefold())
            at = head
            while at.dep_ in ("compound", "flat") and at.head.pos_ == "PROPN":
                at = at.head
            if at.dep_ == "appos" and at.head.pos_ == "NOUN":
                at = at.head  # "the director, Goran Pell, said"
            place = any(c.dep_ == "det" for c in head.children)  # "the Sierra Lona"
            subject = at.dep_ in ("nsubj", "nsubjpass", "attr")
            if subject and not place and self._is_person(words):
                self._remember(words, untitled(name))

    def _remember(self, words: list[str], name: str) -> None:
        named = self.full.get(words[-1].casefold(), name)
        known = _PRONOUNS.get(words[0].lower().strip("."))
        self.persons[named] = self.persons.pop(named, None) or known

    def meant(self, pronoun: str, but: str | None = None) -> str | None:
        """Whom "he" or "she" means: the last person who is not the other of the two.

        `but` = who speaks: nobody calls himself so.
        """
        pronoun = "she" if pronoun.lower() in ("she", "her", "hers") else "he"
        for name, known in reversed(self.persons.items()):
            if known in (None, pronoun) and name != but:
                self.persons[name] = pronoun
                return name
        return None

    def pronoun(self, name: str) -> str | None:
        """By which of "he" and "she" a source is meant, if the text has told."""
        return self.persons.get(name)

    def _who_spoke(self, pronoun: str) -> str | None:
        """The last source, if it is a person who can be meant: "he said" goes on."""
        last = self.last
        if last is None or not is_one_person(last):
            return None
        word = _INNER.split(last)[0].split()[-1]
        if word.islower() and word.endswith("s"):
            return None  # "aid agencies"
        she = pronoun in ("she", "her", "hers")
        return last if self.pronoun(last) in (None, "she" if she else "he") else None

    def _is_person(self, words: list[str]) -> bool:
        """Whether "he" may mean the name: a lone one only if it is known or the first."""
        office = all(w.lower() in cues.words("source.person") for w in words)
        if office or not _personal(words):
            return False
        known = words[-1].casefold() in self.full
        lone = len(words) == 1 and not known
        if lone and words[0].casefold() in self.places:
            return False
        return not lone or (
            not self.persons and not stems.is_place(words[0].casefold())
        )

    def _is_no_it(self, pronoun: str) -> bool:
        """Whether "it" would mean somebody who is "he" or "she" elsewhere."""
        return pronoun == "it" and self.pronoun(self.last or "") is not None

    def _owned(self, text: str) -> str | None:
        """ "Her office" → "Lena Marsh’s office"."""
        first, _, rest = text.strip().partition(" ")
        owner = _owner_of(first.casefold(), self) if rest else None
        return f"{owner}’s {rest}" if owner else None

    def resolve(self, text: str) -> str:
        """The fullest name this article has for the source, aliases applied."""
        owned = self._owned(text)
        name = owned or untitled(clean(text))
        lower = name.casefold()
        if lower in PERSONAL:
            name = self._who_spoke(lower) or self.meant(lower) or name
        elif lower in PLURAL | {"it"} and self.last and not self._is_no_it(lower):
            name = self.last
        elif " " not in name and lower in self.full:
            name = self.full[lower]
        return self._folded.get(name.casefold(), name)


def _owner_of(word: str, speakers: Speakers) -> str | None:
    if word in ("his", "her"):
        return speakers.meant(word)
    return speakers.last if word in ("its", "their") else None


def untitled(name: str) -> str:
    """A name without the office, sort or nationality before it.

    "the mayor Tom Riedel" → "Tom Riedel"; "rights group NRG" → "NRG".
    """
    words = name.split()
    for at in range(len(words) - 2, -1, -1):
        if words[at].lower().strip(".") in cues.words("source.honorific"):
            return " ".join(words[at + 1 :])
        word = words[at].strip(",.")
        office = word.lower() in cues.words("source.person")
        sort = word in cues.words("source.institution") | cues.words("source.outlet")
        if "by" in words[:at]:
            continue  # "a report obtained by the magazine Der Bote" is the report
        if (office or sort) and words[at + 1][:1].isupper():
            return " ".join(words[at + 1 :])
    return name


def unhonoured(name: str) -> str:
    """A name without "Mr" and the like before it; others as they are."""
    first, _, rest = name.partition(" ")
    plain = first.lower().strip(".") in cues.words("source.honorific")
    return rest if plain and rest[:1].isupper() else name


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
    """A run of capitalised words that is no institution's name or acronym."""
    for at in range(len(words) - 2, -1, -1):
        if words[at].lower() in cues.words("source.person"):
            words = words[at + 1 :]  # "News Director Ena Holt"
            break
    lower = {w.lower() for w in words}
    bodies = cues.words("source.outlet_names") | cues.words("source.institution")
    lone = len(words) == 1 and words[0].isupper()
    return not lone and not lower & bodies


def text_of(doc: Doc, indices: list[int]) -> str:
    """The source text from its first to its last token."""
    return doc.stretch(indices[0], indices[-1] + 1) if indices else ""


def chain(doc: Doc, sayings: list[Saying], speakers: Speakers) -> tuple[Source, ...]:
    """The sources of a clause, outermost first."""
    found: list[Source] = []
    for saying in sayings:
        if saying.recipient is not None:
            outlet = _recipient(doc[saying.recipient], speakers)
            if outlet is not None:
                found.append(outlet)
        if saying.kind == "evidence":
            continue
        rumour = saying.kind == "noun" and doc[saying.cue].lemma_ in cues.words(
            "hearsay"
        )
        if not saying.source and rumour:
            found.append(Source(saying.cue_text.lower(), SourceKind.ANONYMOUS))
        if saying.source and not is_nobody(doc, saying):
            found.extend(_through(doc, saying, speakers))
            found.append(_source(doc, saying, speakers))
        if saying.cited:
            cited = text_of(doc, saying.cited)
            inside = set(saying.cited)
            head = next(doc[i] for i in saying.cited if doc[i].head.i not in inside)
            found.append(
                Source(speakers.resolve(cited), kind(clean(cited), head.lemma_))
            )
    return tuple(dict.fromkeys(found))


def is_nobody(doc: Doc, saying: Saying) -> bool:
    """ "Nobody told us", "we can't rule out": said inside what somebody else says."""
    name = text_of(doc, saying.source).casefold()
    return name in NOBODY | SELF or name.startswith("no ")


def _source(doc: Doc, saying: Saying, speakers: Speakers) -> Source:
    text = text_of(doc, saying.source)
    if text.casefold() == "it":
        text = _meant(doc, saying.source[0]) or text
    name = speakers.resolve(text)
    head = doc[saying.head] if saying.head is not None else None
    lemma = head.lemma_ if head is not None else ""
    if name != clean(text):
        return Source(name, kind(name))
    named = any(doc[i].pos_ == "PROPN" for i in saying.source if i != saying.head)
    return Source(name, kind(name, lemma, named=named))


def _meant(doc: Doc, at: int) -> str | None:
    """What "it" stands for inside its sentence: the last subject before it."""
    before = [t for t in doc[:at] if t.dep_ in SUBJECTS and t.tag_ in ("NN", "NNP")]
    before = [t for t in before if t.pos_ == "PROPN" or can_speak(t)]
    return text_of(doc, phrase(before[-1])) if before else None


def _through(doc: Doc, saying: Saying, speakers: Speakers) -> list[Source]:
    """Who obtained or published the document that speaks."""
    head = doc[saying.head] if saying.head is not None else None
    if head is None or head.dep_ != "dobj" or head.i >= saying.cue:
        return []
    if head.head.lemma_ not in cues.words("source.obtain"):
        return []
    owners = [c for c in head.head.children if c.dep_ == "nsubj"]
    return [named(speakers.resolve(text_of(doc, phrase(o)))) for o in owners]


def _recipient(token: Token, speakers: Speakers) -> Source | None:
    """Told to whom: only an outlet belongs to the chain."""
    indices = phrase(token)
    words = [token.doc[i] for i in indices]
    acronym = token.text.isupper() and len(token.text) > 2
    outlet = any(
        w.lemma_.lower() in cues.words("source.outlet")
        or (w.text[:1].isupper() and w.lower_ in cues.words("source.outlet_names"))
        for w in words
    )
    if not outlet and not acronym:
        return None
    return Source(speakers.resolve(text_of(token.doc, indices)), SourceKind.OUTLET)


def named(name: str) -> Source:
    """A source given by its plain name."""
    return Source(clean(name), kind(clean(name)))


def is_body(name: str) -> bool:
    """Whether a name is that of an institution, an outlet or a document."""
    words = [w.lower() for w in re.findall(r"\w+", _INNER.split(name)[0])]
    if not words or words[-1] in cues.words("source.person"):
        return False
    bodies = cues.words("source.institution") | cues.words("source.outlet")
    bodies |= cues.words("source.outlet_names") | cues.words("source.document")
    return bool(bodies & set(words)) or (name.isupper() and len(name) > 1)


def is_one_person(name: str) -> bool:
    """Whether a name can be meant by "he" or "she"."""
    last = _INNER.split(name)[0].rsplit(" ", 1)[-1].lower()
    plural = last.endswith("s") and last[:-1] in _common()
    return not plural and last not in ("people", "police") and not is_body(name)
