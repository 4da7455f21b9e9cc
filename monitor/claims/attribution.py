"""Who says what in one parsed sentence: cues, sources, contents. Pure.

Works on the dependency parse of a sentence; carrying a source from one sentence
to the next is `sources`' business.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from monitor.claims import cues

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

SUBJECTS = frozenset(("nsubj", "nsubjpass", "csubj"))
# How far up a participle looks for its subject; deeper is parse noise.
CLIMB = 4
OPEN_QUOTES = frozenset('“"‘«„')


@dataclass(slots=True)
class Saying:
    """A cue with its source and content as token indices of one sentence."""

    cue: int
    kind: str  # speech | denial | phrase | hearsay | noun | act | continued
    content: list[int]
    heads: list[int]
    source: list[int] = field(default_factory=list)
    head: int | None = None  # the source's head token
    recipient: int | None = None  # told to whom, if an outlet
    cited: list[int] = field(default_factory=list)
    cue_text: str = ""


def children(token: Token, *labels: str) -> list[Token]:
    """The children with one of these dependency labels, in order."""
    return [c for c in token.children if c.dep_ in labels]


def subject(verb: Token) -> Token | None:
    """The subject of a verb, shared by conjuncts and taken over by participles."""
    at = verb
    for _ in range(CLIMB):
        own = [c for c in at.children if c.dep_ in SUBJECTS]
        if own:
            return own[0]
        agent = [g for c in children(at, "agent") for g in children(c, "pobj")]
        if agent:
            return agent[0]
        if at.dep_ in ("acl", "relcl") and at.head.pos_ in ("NOUN", "PROPN", "PRON"):
            return at.head
        if at.dep_ not in ("conj", "xcomp", "advcl", "aux", "ccomp", "dep", "acl"):
            return None
        if at.head is at:
            return None
        at = at.head
    return None


def phrase(head: Token) -> list[int]:
    """The tokens of a noun phrase without its relative clauses."""
    drop: set[int] = set()
    for child in head.children:
        if child.dep_ in ("relcl", "advcl", "parataxis", "ccomp") or (
            child.dep_ == "acl" and child.i > head.i + 1
        ):
            drop.update(t.i for t in child.subtree)
        elif child.is_punct and child.i > head.i:
            drop.add(child.i)
        elif child.dep_ in ("appos", "conj", "cc") and child.i > head.i + 1:
            drop.update(t.i for t in child.subtree) if child.dep_ == "appos" else None
    kept = [t.i for t in head.subtree if t.i not in drop]
    return _joined(kept, head.i)


def _joined(indices: list[int], anchor: int) -> list[int]:
    """The unbroken run of indices around the anchor, gaps of one allowed."""
    run = [anchor]
    present = set(indices)
    at = anchor
    while at - 1 in present or at - 2 in present:
        at -= 1 if at - 1 in present else 2
        run.append(at)
    at = anchor
    while at + 1 in present or at + 2 in present:
        at += 1 if at + 1 in present else 2
        run.append(at)
    return sorted(run)


def find(doc: Doc) -> list[Saying]:
    """All sayings of a sentence, outermost first."""
    found: list[Saying] = []
    for token in doc:
        saying = _phrase(token) or _verb(token) or _noun(token)
        if saying is not None and saying.content:
            found.append(saying)
    if not found:
        tail = _tail(doc)
        if tail is not None:
            found.append(tail)
    return found


def _phrase(token: Token) -> Saying | None:
    """ "According to X, …" and the like."""
    doc = token.doc
    if token.lower_ == "according" and token.i + 1 < len(doc):
        prep = doc[token.i + 1]
        if prep.lower_ != "to":
            return None
        cue_text = "according to"
    elif token.lower_ == "per" and token.dep_ == "prep" and token.head.pos_ == "VERB":
        prep, cue_text = token, "per"
    else:
        return None
    heads = children(prep, "pobj") or children(token, "pobj")
    if not heads:
        return None
    source = phrase(heads[0])
    own = {t.i for t in token.subtree} | {t.i for t in prep.subtree}
    verb = token.head
    while verb.pos_ not in ("VERB", "AUX") and verb.head is not verb:
        verb = verb.head
    content = [t.i for t in verb.subtree if t.i not in own]
    return Saying(
        token.i, "phrase", content, [verb.i], source, heads[0].i, cue_text=cue_text
    )


def _verb(token: Token) -> Saying | None:
    if token.pos_ not in ("VERB", "AUX"):
        return None
    lemma = token.lemma_.lower()
    if lemma not in cues.words("saying") and lemma not in cues.words("showing"):
        return None
    passive = _said_to(token)
    if passive is not None:
        return passive
    heads = children(token, "ccomp")
    if not heads and token.dep_ == "parataxis" and token.head is not token:
        heads = [token.head]
    if not heads and token.dep_ in ("ccomp", "advcl") and _trails(token):
        heads = [token.head]
    if not heads:
        return None
    speaker = subject(token)
    source = phrase(speaker) if speaker is not None else []
    own = {t.i for t in token.subtree} if heads[0] is token.head else set()
    blocked = own | set(source) | {token.i}
    content = [t.i for h in heads for t in h.subtree if t.i not in blocked]
    kind = "denial" if lemma in cues.words("denial") else "speech"
    saying = Saying(
        token.i,
        kind,
        sorted(set(content)),
        [h.i for h in heads],
        source,
        speaker.i if speaker is not None else None,
        cue_text=token.text,
    )
    for child in token.children:
        if child.dep_ in ("dobj", "dative") and lemma == "tell":
            saying.recipient = child.i
        if child.dep_ in ("advcl", "acl") and child.lemma_ == "cite":
            saying.cited = [t for o in children(child, "dobj") for t in phrase(o)]
    return saying


def _said_to(token: Token) -> Saying | None:
    """ "are said to be preparing": hearsay without a source."""
    if not children(token, "auxpass"):
        return None
    complements = children(token, "xcomp", "oprd")
    if not complements:
        return None
    first = complements[0]
    content = [t.i for t in first.subtree]
    who = children(token, "nsubjpass", "nsubj")
    content += [t.i for w in who for t in w.subtree]
    return Saying(
        token.i, "hearsay", sorted(content), [first.i], cue_text=f"{token.text} to"
    )


def _trails(token: Token) -> bool:
    """Whether a cue follows its content after a comma: "…, he said"."""
    head = token.head
    return (
        token.i > head.i
        and bool(children(token, "nsubj"))
        and not children(token, "mark")
        and any(c.text in (",", "”", '"') for c in head.doc[head.i : token.i])
    )


def _noun(token: Token) -> Saying | None:
    """ "reports that …": a noun that carries a clause."""
    if token.pos_ != "NOUN" or token.lemma_.lower() not in cues.words("nouns"):
        return None
    clauses = [
        c
        for c in children(token, "acl", "ccomp", "relcl")
        if c.i > token.i and any(m.lower_ == "that" for m in children(c, "mark"))
    ]
    if not clauses:
        return None
    owner = children(token, "poss")
    source = phrase(owner[0]) if owner else []
    content = [t.i for t in clauses[0].subtree]
    head = owner[0].i if owner else None
    return Saying(
        token.i, "noun", content, [clauses[0].i], source, head, cue_text=token.text
    )


_TAIL = re.compile(
    r",[”\"’']?\s(?P<source>(?:[A-Z]|the |a |an |one |some |several |two )[^,“”\"]{1,70}?)"
    r"\s(?P<cue>said|says|reported|reports|announced|warned|wrote|noted|claimed|argued"
    r"|added|confirmed|told)(?P<rest>\s[^,“”\"]{0,50})?"
    r"(?:, citing (?P<cited>[^.“”\"]+))?[.]?$"
)


def _tail(doc: Doc) -> Saying | None:
    """A final ", X reported on Wednesday, citing Y" that the parse lost."""
    match = _TAIL.search(doc.text)
    if match is None:
        return None
    source = tokens_in(doc, *match.span("source"))
    cue = tokens_in(doc, *match.span("cue"))
    content = [t.i for t in doc if t.idx < match.start()]
    if not source or not cue or not content:
        return None
    inside = set(content)
    heads = [i for i in content if doc[i].head.i not in inside or doc[i].head.i == i]
    heads = [i for i in heads if doc[i].pos_ in ("VERB", "AUX", "NOUN")] or heads
    cited = tokens_in(doc, *match.span("cited")) if match.group("cited") else []
    return Saying(
        cue[0],
        "speech",
        content,
        heads[:1],
        source,
        source[-1],
        cited=cited,
        cue_text=match.group("cue"),
    )


def tokens_in(doc: Doc, start: int, end: int) -> list[int]:
    """Indices of the tokens that begin inside the character span."""
    return [t.i for t in doc if start <= t.idx < end and not t.is_space]
