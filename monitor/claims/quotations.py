"""Who speaks a quotation that the parse joined to no cue: sieves, surest first. Pure.

After Muzny et al. (2017): the quotation comes first and gets the nearest speaker that
a rule allows. The verb need not be one of saying: "chanted “What curfew?”", "has gone
after him as a “con artist”".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from monitor.claims import quotes
from monitor.claims.grammar import (
    can_speak,
    children,
    phrase,
    speaker,
    speaks,
    subject,
    tokens_in,
)
from monitor.claims.told import Saying

if TYPE_CHECKING:
    from monitor.claims.parsed import Doc, Token

# A shorter stretch in quotation marks is a word held at arm's length.
SPEECH = 4
# A verb further above a quotation governs something else.
HIGHEST = 6
# Up to so many words, all capitalised, a quotation is a title.
TITLE = 6
SHORT = 3  # words of so many letters stay small in titles
# What stands behind one of these after a quotation is said of it, not by its speaker.
_STOPS = frozenset((",", ";", ":", "-", "–", "—", "--"))
_PERSONS = frozenset(("he", "she", "they", "i", "we", "who"))


def find(
    doc: Doc, known: list[Saying], regions: list[tuple[int, int]], shortest: int
) -> list[Saying]:
    """The sayings of the quotations of at least `shortest` words, known ones apart."""
    spans = {r: tokens_in(doc, *r) for r in regions}
    quoted = {i for own in spans.values() for i in own}
    told = {i for s in known if s.cue not in quoted for i in s.content}
    # of a quotation that began before, the last words are enough
    fit = [r for r in regions if r[0] < 0 or quotes.words(doc.text, r) >= shortest]
    free = [spans[r] for r in fit if spans[r] and not told & set(spans[r])]
    long = [r for r in fit if r[0] < 0 or quotes.words(doc.text, r) >= SPEECH]
    found = (
        _by_nearest(doc, [spans[r] for r in long], quoted) if not told & quoted else []
    )
    if found:
        return found
    claimed = [_by_clause(doc, own, quoted) for own in free if not _is_title(doc, own)]
    return [saying for saying in claimed if saying is not None]


def _by_nearest(doc: Doc, spans: list[list[int]], quoted: set[int]) -> list[Saying]:
    """All quotations of the sentence, by the verb of saying nearest to one."""
    content = sorted({i for own in spans for i in own})
    outside = [t for t in doc if t.i not in quoted and t.pos_ == "VERB" and speaks(t)]
    for cue in sorted(
        outside, key=lambda t: min((abs(t.i - i) for i in content), default=0)
    ):
        who = speaker(cue)
        if who is None or who.i in quoted or not content:
            continue
        inside = set(content)
        tops = [i for i in content if doc[i].head.i not in inside]
        verbs = [i for i in tops if doc[i].pos_ in ("VERB", "AUX")]
        source, text = phrase(who), cue.text
        return [Saying(cue.i, "speech", content, verbs, source, who.i, cue_text=text)]
    return []


def _by_clause(doc: Doc, own: list[int], quoted: set[int]) -> Saying | None:
    """One quotation, by the nearest verb above it that a person does."""
    inside = set(own)
    top = next((doc[i] for i in own if doc[i].head.i not in inside), doc[own[0]])
    for verb in _above(top, quoted):
        who = subject(verb)
        if who is None or who.i in quoted or not _is_person(who):
            continue
        part = _part(verb, inside)
        if who.i not in part:
            text = verb.text
            return Saying(verb.i, "act", part, [], phrase(who), who.i, cue_text=text)
    return None


def _above(top: Token, quoted: set[int]) -> list[Token]:
    """The verbs above a token, nearest first, that stand in no quotation."""
    found, at = [], top
    for _ in range(HIGHEST):
        if at.pos_ == "VERB" and at.i not in quoted:
            found.append(at)
        if at.head.i == at.i:
            break
        at = at.head
    return found


def _is_person(who: Token) -> bool:
    if who.pos_ == "PRON":
        return who.lower_ in _PERSONS
    return who.pos_ == "PROPN" or can_speak(who)


def _part(verb: Token, inside: set[int]) -> list[int]:
    """What the verb has about the quotation: the whole of its objects."""
    labels = ("dobj", "ccomp", "xcomp", "oprd", "prep", "attr", "dative", "advcl")
    parts = [c for c in children(verb, *labels) if {t.i for t in c.subtree} & inside]
    whole = sorted({t.i for p in parts for t in p.subtree} or inside)
    doc, end = verb.doc, max(inside)
    if any(doc[i].pos_ == "VERB" and speaks(doc[i]) for i in whole if i not in inside):
        return sorted(inside)
    stop = next((i for i in whole if i > end and doc[i].text in _STOPS), len(doc))
    return [i for i in whole if i < stop]


def is_title(said: str) -> bool:
    """ "Face the Nation": capitals throughout, the name of a thing."""
    words = [w for w in re.findall(r"[^\W\d_]+", said) if len(w) > SHORT]
    return 0 < len(words) <= TITLE and all(word[0].isupper() for word in words)


def _is_title(doc: Doc, own: list[int]) -> bool:
    """A title that nobody utters: "said on “Face the Nation”"."""
    inside = set(own)
    top = next((doc[i] for i in own if doc[i].head.i not in inside), doc[own[0]])
    said = doc.stretch(own[0], own[-1] + 1)
    return is_title(said) and top.dep_ not in ("dobj", "oprd", "nsubjpass")
