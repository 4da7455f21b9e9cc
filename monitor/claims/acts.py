"""Acts of speech: a thing announced, a figure put, a promise made, a name given. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.claims import complements, cues
from monitor.claims.grammar import (
    OPEN_QUOTES,
    aside,
    can_speak,
    children,
    is_mute,
    phrase,
    speaker,
)
from monitor.claims.told import Saying

if TYPE_CHECKING:
    from monitor.claims.parsed import Token


def find(token: Token) -> Saying | None:
    """Speech whose content is no clause: "announced plans", "put the toll at 40"."""
    seldom = [a for a in children(token, "advmod") if a.lower_ in cues.words("seldom")]
    if seldom or children(token, "auxpass", "neg"):
        return None  # "has not confirmed any case": nothing is said
    lemma = token.lemma_.lower()
    who = speaker(token)
    if who is None or is_mute(who) or who.i > token.i:
        return None
    named = _named(token, lemma)
    if named is not None:
        name = named[1]
        content = sorted({t.i for part in named for t in part.subtree})
        found = Saying(token.i, "speech", content, [name.i], phrase(who), who.i)
        found.cue_text = token.text
        return found
    gauged = _gauged(token, lemma)
    if gauged:
        content = sorted({t.i for part in gauged for t in part.subtree})
        found = Saying(token.i, "speech", content, [gauged[1].i], phrase(who), who.i)
        early = [a.text for a in children(token, "advmod") if a.i < token.i]
        found.cue_text = " ".join([*early, token.text])  # "initially put"
        add_chain(found, token)
        return found
    accused = _accused(token, lemma)
    if accused:
        content = sorted({t.i for part in accused for t in part.subtree})
        found = Saying(token.i, "speech", content, [accused[-1].i], phrase(who), who.i)
        found.cue_text = token.text
        return found
    denial = lemma in cues.words("denial")
    objects = _objects(token, lemma)
    speech = denial or lemma in cues.words("objects") or _gauges(token, lemma)
    speech = speech or _touches(token, lemma) or _promises(token, lemma)
    speech = speech or _styles(token, lemma) or _airs(token, lemma)
    speech = speech or lemma in cues.words("pointing")
    if denial and objects and _is_somebody(objects[0]):
        return None  # "contradicted the general": whom, and nothing said
    if not objects or not (speech or _judges(token, lemma)):
        return None
    parts = [*objects, *children(token, "prep", "xcomp", "oprd", "ccomp", "dative")]
    content = sorted({t.i for p in parts if p.i > token.i for t in p.subtree})
    # "rejected the offer" is no denial, "rejected the claims" is
    spoken = any(o.lemma_.lower() in cues.words("nouns") for o in objects)
    saying = Saying(
        token.i,
        "act",
        content,
        [],
        phrase(who),
        who.i,
        cue_text=token.text,
        denies=denial and (spoken or lemma == "deny"),
    )
    add_chain(saying, token)
    return saying


def quoted(token: Token) -> Saying | None:
    """ "Cited an official as saying that …", "was quoted by the agency as saying …"."""
    verb = token.head.head
    if token.dep_ != "pcomp" or token.head.lower_ != "as":
        return None
    heads = complements.of(token)
    if verb.lemma_.lower() not in cues.words("passing") or not heads:
        return None
    passes = [o for a in children(verb, "agent") for o in children(a, "pobj")]
    speaks = children(verb, "nsubjpass")
    if not speaks:
        speaks, passes = children(verb, "dobj"), children(verb, "nsubj")
    if not speaks:
        return None
    content = sorted({t.i for h in heads for t in h.subtree})
    who = (passes or speaks)[0]
    found = Saying(token.i, "speech", content, [h.i for h in heads], phrase(who), who.i)
    found.cited = phrase(speaks[0]) if passes else []
    found.cue_text, found.holder = f"{verb.text} as {token.text}", verb.i
    return found


def add_chain(saying: Saying, token: Token) -> None:
    """To whom it was told, and whom the speaker cites."""
    for child in token.children:
        if child.dep_ in ("dobj", "dative") and token.lemma_.lower() == "tell":
            saying.recipient = child.i
        if child.dep_ in ("advcl", "acl") and child.lemma_ == "cite":
            cited = [who for o in children(child, "dobj") for who in _cited(o)]
            saying.cited = [i for who in cited for i in phrase(who)]


def _cited(noun: Token) -> list[Token]:
    """Who is cited: "citing officials", or who made what is: "lists by doctors"."""
    if can_speak(noun) and not _is_record(noun):
        return [noun]
    makers = [
        o
        for t in noun.subtree
        if t.lower_ in ("by", "from") and t.dep_ in ("agent", "prep")
        for o in children(t, "pobj")
        if can_speak(o) or o.pos_ == "PROPN"
    ]
    return makers[:1] or ([noun] if can_speak(noun) else [])


def _is_record(noun: Token) -> bool:
    return noun.lemma_.lower() in cues.words("source.document")


def _objects(token: Token, lemma: str) -> list[Token]:
    found = children(token, "dobj")
    found += [c for c in children(token, "ccomp") if c.left_edge.tag_ == "WP"]
    if _touches(token, lemma):
        found += [c for c in children(token, "prep") if c.lower_ == "of"]
    if lemma == "refer" or lemma in cues.words("pointing"):
        found += [c for c in children(token, "prep") if c.lower_ == "to"]
    if _promises(token, lemma):
        found += children(token, "xcomp")
    return found


def _touches(token: Token, lemma: str) -> bool:
    """ "Spoke of 27 arrests", "warned of a shortage"."""
    return lemma in cues.words("touching") and any(
        c.lower_ == "of" for c in children(token, "prep")
    )


def _styles(token: Token, lemma: str) -> bool:
    """ "Described Brandt as a vice minister"."""
    return lemma in cues.words("styling") and any(
        c.lower_ == "as" for c in children(token, "prep", "mark", "advcl")
    )


def _airs(token: Token, lemma: str) -> bool:
    """ "Showed footage of residents": what is seen there is told by who shows it."""
    return lemma in cues.words("airing") and any(
        o.lemma_.lower() in cues.words("source.document")
        for o in children(token, "dobj")
    )


def _is_somebody(noun: Token) -> bool:
    person = noun.lemma_.lower() in cues.words("source.person")
    return person or noun.pos_ == "PROPN" or noun.lower_ in ("him", "her", "them")


def _promises(token: Token, lemma: str) -> bool:
    """ "Vowed to restore order": what is promised is the content."""
    return lemma in cues.words("promising") and bool(children(token, "xcomp"))


def _named(token: Token, lemma: str) -> tuple[Token, Token] | None:
    """ "Called the ruling a disaster": the thing and what it is called."""
    if lemma not in cues.words("naming"):
        return None
    things, names = children(token, "dobj"), children(token, "oprd")
    if not things or not names or things[0].i > names[0].i:
        return None
    return things[0], names[0]


def _gauged(token: Token, lemma: str) -> list[Token]:
    """ "Put the toll at 40": the thing, and at what."""
    things = children(token, "dobj")
    if lemma not in ("put", "place", "peg") or not things:
        return []
    near = [*children(token, "prep"), *children(things[0], "prep")]
    values = [c for c in near if c.lower_ == "at"]
    return [things[0], values[0]] if values else []


def _accused(token: Token, lemma: str) -> list[Token]:
    """ "Accused the group of spreading panic": whom, and of what."""
    if lemma != "accuse":
        return []
    whom = children(token, "dobj")
    deeds = [
        d
        for of in children(token, "prep")
        if of.lower_ == "of"
        for d in children(of, "pcomp")
    ]
    return [whom[0], deeds[0]] if whom and deeds else []


def _gauges(token: Token, lemma: str) -> bool:
    """ "Put the toll at 40", "raised its estimate to 3,000"."""
    objects = children(token, "dobj")
    near = [token, *objects]
    if lemma in cues.words("gauging"):
        return any(c.lower_ == "at" for t in near for c in children(t, "prep"))
    moved = lemma in cues.words("moving") and any(
        o.lemma_.lower() in cues.words("estimates") for o in objects
    )
    return moved and any(c.lower_ == "to" for t in near for c in children(t, "prep"))


def _judges(token: Token, lemma: str) -> bool:
    """A verb of judgement or order, in the speaker's words or trailing a clause."""
    if lemma not in cues.words("judgement") and lemma not in cues.words("directive"):
        return False
    if token.tag_ == "VBG" and token.dep_ in ("advcl", "acl"):
        return True
    return any(t.text in OPEN_QUOTES and not aside(t, token) for t in token.subtree)
