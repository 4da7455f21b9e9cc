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
    kind: str  # speech | denial | phrase | hearsay | noun | act | evidence
    content: list[int]
    heads: list[int]
    source: list[int] = field(default_factory=list)
    head: int | None = None  # the source's head token
    recipient: int | None = None  # told to whom, if an outlet
    cited: list[int] = field(default_factory=list)
    cue_text: str = ""
    holder: int | None = None  # the verb that holds a speech noun


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
        if at.head.i == at.i:
            return None
        at = at.head
    return None


def speaker(cue: Token) -> Token | None:
    """Who a cue's words belong to; a trailing participle takes the main subject."""
    own = children(cue, *SUBJECTS)
    if own:
        relative = own[0].tag_ in ("WDT", "WP") and cue.dep_ == "relcl"
        return _antecedent(cue) if relative else own[0]
    if cue.tag_ == "VBG" and cue.dep_ in ("advcl", "acl") and speaks(cue):
        return _main_subject(cue) or subject(cue)
    return subject(cue)


def set_off(token: Token) -> bool:
    """Whether a clause opens the sentence or stands behind a comma or dash."""
    left = token.left_edge.i
    return left == 0 or token.doc[left - 1].text in (",", "—", "–", "-", ";", ":", "(")


def speaks(verb: Token) -> bool:
    """Whether a verb is one of saying, urging, judging or promising."""
    lemma = verb.lemma_.lower()
    kinds = ("saying", "directive", "commitment", "judgement", "objects")
    return any(lemma in cues.words(kind) for kind in kinds)


def _antecedent(verb: Token) -> Token:
    """What "which" stands for: a document in the phrase, else what can speak."""
    nouns = [verb.head]
    while set_off(verb) and nouns[-1].dep_ == "pobj":
        above = nouns[-1].head.head
        if above.pos_ not in ("NOUN", "PROPN"):
            break
        nouns.append(above)
    documents = [n for n in nouns if n.lemma_.lower() in cues.words("source.document")]
    able = documents or [n for n in nouns if _can_speak(n)] or nouns
    return able[0]


def _can_speak(noun: Token) -> bool:
    lemma = noun.lemma_.lower()
    kinds = ("document", "anonymous", "person", "institution", "outlet")
    return any(lemma in cues.words(f"source.{kind}") for kind in kinds)


def _is_mute(noun: Token) -> bool:
    """A thing that can show but not say: "the measures suggest"."""
    return noun.pos_ == "NOUN" and not _can_speak(noun)


def _main_subject(cue: Token) -> Token | None:
    at = cue.head
    for _ in range(CLIMB * 2):
        own = children(at, "nsubj", "nsubjpass")
        if own and at.dep_ in ("ROOT", "conj"):
            return own[0]
        if at.head.i == at.i:
            break
        at = at.head
    return None


def phrase(head: Token) -> list[int]:
    """The tokens of a noun phrase without its asides and relative clauses."""
    drop: set[int] = set()
    for token in head.subtree:
        if token.i == head.i or token.i in drop:
            continue
        near = token.head.i == head.i
        clause = token.dep_ in ("relcl", "advcl", "parataxis", "ccomp", "acl")
        if (
            (clause and (set_off(token) or (near and token.dep_ != "acl")))
            or (near and token.dep_ == "acl" and token.i > head.i + 1)
            or (token.dep_ == "appos" and token.i > head.i and set_off(token))
        ):
            drop.update(t.i for t in token.subtree)
        elif near and token.is_punct and token.i > head.i:
            drop.add(token.i)
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
        saying = _phrase(token) or _verb(token) or _noun(token) or _act(token)
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
    while verb.pos_ not in ("VERB", "AUX") and verb.head.i != verb.i:
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
    heads = children(token, "ccomp") or _trailed(token)
    if not heads:
        return None
    who = speaker(token)
    source = phrase(who) if who is not None else []
    own = {t.i for t in token.subtree} if heads[0].i == token.head.i else set()
    blocked = own | set(source) | {token.i}
    content = [t.i for h in heads for t in h.subtree if t.i not in blocked]
    kind = "denial" if lemma in cues.words("denial") else "speech"
    if lemma in cues.words("showing") and who is not None and _is_mute(who):
        kind = "evidence"
    saying = Saying(
        token.i,
        kind,
        sorted(set(content)),
        [h.i for h in heads],
        source,
        who.i if who is not None else None,
        cue_text=token.text,
    )
    _add_chain(saying, token)
    return saying


def _add_chain(saying: Saying, token: Token) -> None:
    """To whom it was told, and whom the speaker cites."""
    for child in token.children:
        if child.dep_ in ("dobj", "dative") and token.lemma_.lower() == "tell":
            saying.recipient = child.i
        if child.dep_ in ("advcl", "acl") and child.lemma_ == "cite":
            saying.cited = [
                t for o in children(child, "dobj") if _can_speak(o) for t in phrase(o)
            ]


def _act(token: Token) -> Saying | None:
    """Speech whose content is a thing: "announced plans", "put the toll at 40"."""
    lemma = token.lemma_.lower()
    if token.pos_ != "VERB" or children(token, "auxpass"):
        return None
    objects = children(token, "dobj") + [
        c for c in children(token, "ccomp") if c.left_edge.tag_ == "WP"
    ]
    at = [c for c in children(token, "prep") if c.lower_ == "at"]
    puts = lemma in cues.words("gauging") and bool(at)
    judged = lemma in cues.words("judgement") or lemma in cues.words("directive")
    quoted = any(t.text in OPEN_QUOTES and not _aside(t, token) for t in token.subtree)
    trailing = token.tag_ == "VBG" and token.dep_ in ("advcl", "acl")
    if not (
        lemma in cues.words("objects") or puts or (judged and (quoted or trailing))
    ):
        return None
    who = speaker(token)
    if who is None or not objects or _is_mute(who) or who.i > token.i:
        return None
    parts = [*objects, *children(token, "prep", "xcomp", "oprd", "ccomp", "dative")]
    content = sorted({t.i for p in parts if p.i > token.i for t in p.subtree})
    return Saying(token.i, "act", content, [], phrase(who), who.i, cue_text=token.text)


def _aside(token: Token, verb: Token) -> bool:
    """Whether a token stands in a participle set off from the verb."""
    at = token
    while at.i != verb.i and at.head.i != at.i:
        if at.tag_ == "VBG" and set_off(at):
            return True
        at = at.head
    return False


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


def _trailed(token: Token) -> list[Token]:
    """The content before a cue that follows it after a comma: "…, he said"."""
    head = token.head
    if head.i == token.i or token.i < head.i:
        return []
    if token.dep_ == "parataxis":
        return [head]
    trails = (
        token.dep_ in ("ccomp", "advcl")
        and bool(children(token, "nsubj"))
        and not children(token, "mark")
        and any(c.text in (",", "”", '"') for c in head.doc[head.i : token.i])
    )
    return [head] if trails else []


def _noun(token: Token) -> Saying | None:
    """ "reports that …": a noun that carries a clause."""
    if token.pos_ != "NOUN" or token.lemma_.lower() not in cues.words("nouns"):
        return None
    clauses = [
        c
        for c in children(token, "acl", "ccomp", "relcl")
        if c.i > token.i and any(m.lower_ == "that" for m in children(c, "mark"))
    ]
    if not clauses and token.lemma_ in cues.words("hearsay"):
        clauses = [
            o
            for c in children(token, "prep")
            if c.lower_ == "of"
            for o in children(c, "pobj", "pcomp")
            if any(t.tag_ == "VBG" and t.dep_ in ("acl", "pcomp") for t in o.subtree)
        ]
    if not clauses:
        return None
    content = [t.i for t in clauses[0].subtree]
    verb, who = _holder(token)
    kind = "noun"
    if verb is not None and _denies(verb, token):
        kind = "denial"
    source = phrase(who) if who is not None else []
    return Saying(
        token.i,
        kind,
        content,
        [clauses[0].i],
        source,
        who.i if who is not None else None,
        cue_text=token.text,
        holder=verb.i if verb is not None else None,
    )


def _holder(noun: Token) -> tuple[Token | None, Token | None]:
    """The verb that governs a speech noun, and who owns the noun."""
    owner = children(noun, "poss")
    verb = noun.head.head if noun.dep_ == "pobj" else noun.head
    while verb.pos_ == "NOUN" and verb.dep_ in ("dobj", "pobj"):
        verb = verb.head.head if verb.dep_ == "pobj" else verb.head
    if verb.pos_ != "VERB" or noun.dep_ not in ("dobj", "pobj"):
        return None, owner[0] if owner else None
    if owner and verb.lemma_ not in cues.words("denial"):
        return verb, owner[0]
    holds = cues.words("holding") | cues.words("denial") | cues.words("saying")
    able = verb.lemma_ in holds - cues.words("attitude")
    return verb, speaker(verb) if able else None


def _denies(verb: Token, noun: Token) -> bool:
    if verb.lemma_ in cues.words("denial"):
        return True
    doubts = [c for c in children(verb, "dobj") if c.lemma_ in ("doubt", "cold")]
    return bool(doubts) and noun not in doubts


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
