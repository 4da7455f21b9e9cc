"""Who says what in one parsed sentence: cues, sources, contents. Pure.

Works on the dependency parse of a sentence; carrying a source from one sentence
to the next is `sources`' business.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from monitor.claims import acts, complements, cues, quotations, quotes
from monitor.claims.grammar import (
    can_speak,
    children,
    is_mute,
    is_standard,
    names_speaker,
    phrase,
    set_off,
    speaker,
    speaks,
    tokens_in,
)
from monitor.claims.quotations import SPEECH
from monitor.claims.told import Saying

if TYPE_CHECKING:
    from monitor.claims.parsed import Doc, Token

_FOUND = frozenset(("find", "discover", "detect"))
_INFERRING = frozenset(("suggest", "indicate", "imply", "show", "reveal", "signal"))


def find(
    doc: Doc, spoken: list[tuple[int, int]] | None = None, shortest: int = SPEECH
) -> list[Saying]:
    """All sayings of a sentence, outermost first.

    A quotation of `shortest` words needs no verb of saying.

    `spoken` are the quotations that the sentence has a part in, as the whole text
    shows them: of a long one it may hold the closing mark alone.
    """
    regions = quotes.regions(doc.text) if spoken is None else spoken
    found: list[Saying] = []
    hidden: Token | None = None  # an "according" that the parse misread
    for token in doc:
        part, lower = token.pos_, token.lower_
        saying = _phrase(token) if lower in ("according", "per") else None
        if lower == "according" and not (saying and saying.content):
            hidden = token
        if saying is None and part in ("VERB", "AUX"):
            saying = _verb(token) or (acts.find(token) if part == "VERB" else None)
        elif saying is None and part == "NOUN":
            saying = _noun(token)
        if saying is not None and saying.content:
            found.append(saying)
    found = _without_inferred(doc, _not_from_inside(doc, found, regions))
    found += quotations.find(doc, found, regions, shortest)
    if not found:
        tail = _tail(doc)
        if tail is not None:
            found.append(tail)
    if hidden is not None:
        accorded = _accorded(doc, hidden)
        found += [accorded] if accorded is not None else []
    return found


def trimmed(doc: Doc, saying: Saying) -> list[int]:
    """The content without a trailing participle and punctuation at its ends."""
    drop: set[int] = set()
    for i in saying.content:
        token = doc[i]
        trails = token.tag_ == "VBG" and token.dep_ == "advcl" and set_off(token)
        if trails and i > min(saying.content) + 1 and token.head.i in saying.heads:
            drop.update(t.i for t in token.subtree)
        aside_of_thing = token.dep_ in ("relcl", "appos") and set_off(token)
        if aside_of_thing and not saying.heads and i > min(saying.content) + 1:
            drop.update(t.i for t in token.subtree)
    kept = [i for i in saying.content if i not in drop] or list(saying.content)
    while len(kept) > 1 and _is_mere_mark(doc[kept[-1]]):
        kept.pop()
    while len(kept) > 1 and _is_mere_mark(doc[kept[0]]):
        kept.pop(0)
    return kept


def _is_mere_mark(token: Token) -> bool:
    return token.is_space or token.text in (",", ".", ";", ":", "—", "–", "-")


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
    if not heads or is_standard(heads[0]):
        return None
    source = phrase(heads[0])
    own = {t.i for t in token.subtree} | {t.i for t in prep.subtree}
    verb = token.head
    while verb.pos_ not in ("VERB", "AUX") and verb.head.i != verb.i:
        verb = verb.head
    while _shares_end(verb, token):
        verb = verb.head
    content = [t.i for t in verb.subtree if t.i not in own]
    return Saying(
        token.i, "phrase", content, [verb.i], source, heads[0].i, cue_text=cue_text
    )


def _shares_end(verb: Token, phrase_at: Token) -> bool:
    """ "A happened and B happened, according to X": the phrase covers both."""
    behind = phrase_at.i > verb.i and set_off(phrase_at)
    return behind and verb.dep_ == "conj" and not speaks(verb.head)


def _verb(token: Token) -> Saying | None:
    lemma = token.lemma_.lower()
    if lemma not in cues.words("saying") and lemma not in cues.words("showing"):
        return None
    if token.dep_ == "xcomp" and token.head.lemma_ in cues.words("silent"):
        return None  # "declined to say how many": nothing is said
    indirect = _said_to(token) or acts.quoted(token)
    if indirect is not None:
        return indirect
    unsigned = bool(children(token, "auxpass")) and not children(token, "agent")
    unsigned = unsigned and lemma not in cues.words("receiving")
    heads = complements.of(token)
    if not heads or (lemma in _FOUND and _is_thing(heads[0])):
        return None
    who = speaker(token) if not unsigned else None
    source = phrase(who) if who is not None else []
    own: set[int] = set()
    if heads[0].i == token.head.i:
        own = {t.i for t in token.subtree}
        # "The mine, said Fenn, has closed": the first subject is the content's
        for other in children(token, "nsubj")[:-1]:
            own -= {t.i for t in other.subtree}
    blocked = own | set(source) | {token.i}
    content = [t.i for h in heads for t in h.subtree if t.i not in blocked]
    kind = "denial" if lemma in cues.words("denial") else "speech"
    if lemma in cues.words("showing") and who is not None and is_mute(who):
        kind = "evidence"
    if _infers(token):
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
    acts.add_chain(saying, token)
    return saying


def _is_thing(head: Token) -> bool:
    """ "Found what may be a wing", "found her guilty": nothing is told."""
    judged = head.pos_ == "ADJ" and not children(head, "cop", "aux")
    return judged or head.left_edge.tag_ == "WP"


def _not_from_inside(
    doc: Doc, found: list[Saying], spans: list[tuple[int, int]]
) -> list[Saying]:
    """Without cues inside a quotation that claim what stands outside it."""
    if not spans:
        return found
    quoted = {i for r in spans for i in tokens_in(doc, *r)}
    return [
        s for s in found if s.cue not in quoted or all(h in quoted for h in s.heads)
    ]


def _infers(token: Token) -> bool:
    """ ", suggesting that …": what the writer makes of what was said before."""
    participle = token.tag_ == "VBG" and token.dep_ in ("advcl", "acl")
    return token.lemma_ in _INFERRING and participle and set_off(token)


def _without_inferred(doc: Doc, found: list[Saying]) -> list[Saying]:
    """What the writer infers belongs to nobody's words."""
    for inferred in [s for s in found if _infers(doc[s.cue])]:
        own = {t.i for t in doc[inferred.cue].subtree}
        for saying in found:
            if saying is not inferred and saying.cue < inferred.cue:
                saying.content = [i for i in saying.content if i not in own]
    return found


def _said_to(token: Token) -> Saying | None:
    """ "are said to be preparing": hearsay, unless "by" names who says it."""
    if not children(token, "auxpass"):
        return None
    complements = children(token, "xcomp", "oprd")
    for prep in children(token, "prep"):
        if prep.lower_ == "as":
            complements += children(prep, "pcomp")
    if not complements:
        return None
    content = {t.i for t in complements[0].subtree}
    agents = [o for a in children(token, "agent") for o in children(a, "pobj")]
    # the parse may hang "by police" on the complement
    agents += [
        o
        for a in complements[0].children
        if a.dep_ in ("agent", "prep") and a.lower_ == "by"
        for o in children(a, "pobj")
        if can_speak(o) or (o.pos_ == "PROPN" and o.text.isalpha())
    ]
    for agent in agents:
        content -= {t.i for t in agent.head.subtree}
    who = children(token, "nsubjpass", "nsubj")
    content |= {t.i for w in who for t in w.subtree}
    source = agents[0] if agents else None
    lemma = token.lemma_.lower()
    heard = "hearsay" if lemma in cues.words("hearsay_verbs") else "evidence"
    return Saying(
        token.i,
        "speech" if source is not None else heard,
        sorted(content),
        [complements[0].i],
        phrase(source) if source is not None else [],
        source.i if source is not None else None,
        cue_text=f"{token.text} to",
    )


def _noun(token: Token) -> Saying | None:
    """ "reports that …": a noun that carries a clause."""
    if token.lemma_.lower() not in cues.words("nouns"):
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


_TOLD = (
    r",[”\"’']?\s(?P<source>(?:[A-Z]|the |a |an |one |some |several |two |its |their |his "
    r"|her |official |figures |data |documents |records |estimates |polls? "
    r"|(?P<many>[a-z]+)s (?:of|in|at|for|from|with) )"
    r"[^,“”\"]{1,70}?)"
    r"\s(?:have |has |had )?(?P<cue>said|says|say|reported|reports|announced|warned|wrote"
    r"|noted|claimed|argued|added|confirmed|told|shows?|showed|indicates?|indicated"
    r"|suggests?|suggested|found|finds|estimates?|estimated|revealed|reveals?)"
)
_TAIL = re.compile(
    _TOLD + r"(?P<rest>\s[^,“”\"]{0,50})?(?:, citing (?P<cited>[^.“”\"]+))?[.]?$"
)
# The same in the midst of what is said: "…, a newspaper reported on Tuesday, in …".
_MIDST = re.compile(_TOLD + r"(?:\son\s[A-Z][a-z]+)?,\s(?P<after>[^“”\"]+)$")


def _tail(doc: Doc) -> Saying | None:
    """A final ", X reported on Wednesday, citing Y" that the parse lost."""
    match = _TAIL.search(doc.text) or _MIDST.search(doc.text)
    if match is None:
        return None
    source = tokens_in(doc, *match.span("source"))
    cue = tokens_in(doc, *match.span("cue"))
    content = [t.i for t in doc if t.idx < match.start()]
    if "after" in match.groupdict():
        content += tokens_in(doc, *match.span("after"))
    many = match.group("many")
    if many is not None and not names_speaker(many):
        return None
    states = any(doc[i].pos_ in ("VERB", "AUX", "NOUN") for i in content)
    if not source or not cue or not states:
        return None  # "However, the ministry reported …" says nothing before its cue
    inside = set(content)
    heads = [i for i in content if doc[i].head.i not in inside or doc[i].head.i == i]
    heads = [i for i in heads if doc[i].pos_ in ("VERB", "AUX", "NOUN")] or heads
    cited = match.groupdict().get("cited")
    citing = tokens_in(doc, *match.span("cited")) if cited else []
    return Saying(
        cue[0],
        "speech",
        content,
        heads[:1],
        source,
        source[-1],
        cited=citing,
        cue_text=match.group("cue"),
    )


_ACCORDED = (
    re.compile(r"^[Aa]ccording to (?P<source>[^,“”\"]{2,80}), (?P<content>.+)$"),
    re.compile(r"^(?P<content>.+), according to (?P<source>[^,“”\"]{2,80}?)[.]?$"),
)


def _accorded(doc: Doc, cue: Token) -> Saying | None:
    """ "According to X, …" whose parse hides the source or what it says."""
    matches = (pattern.match(doc.text) for pattern in _ACCORDED)
    match = next((m for m in matches if m is not None), None)
    if match is None:
        return None
    source = tokens_in(doc, *match.span("source"))
    content = tokens_in(doc, *match.span("content"))
    inside = set(content)
    heads = [i for i in content if doc[i].head.i not in inside or doc[i].head.i == i]
    if not source or not heads or is_standard(doc[source[-1]]):
        return None
    verbs = [i for i in heads if doc[i].pos_ in ("VERB", "AUX")] or heads
    return Saying(
        cue.i,
        "phrase",
        content,
        verbs[:1],
        source,
        source[-1],
        cue_text="according to",
    )
