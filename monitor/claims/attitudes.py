"""Wishes, plans and judgements: attributions that are no source of a claim. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.claims import cues, sources
from monitor.claims.grammar import children, is_mute, phrase, speaker
from monitor.claims.told import Saying

if TYPE_CHECKING:
    from monitor.claims.parsed import Doc, Token

_ABOUT = frozenset(("of", "for", "about", "on", "against", "to", "with", "over"))


def find(doc: Doc, known: list[Saying]) -> list[Saying]:
    """Wishes, plans and judgements: attributions that are no source of a claim."""
    taken = {s.cue for s in known}
    told = {i for s in known if s.kind not in ("act", "noun") for i in s.content}
    found = []
    for token in doc:
        if token.pos_ == "NOUN" and token.i not in taken | told:
            found += _wish_noun(token)
        minded = token.lemma_.lower() in cues.words("minded") and token.dep_ == "acomp"
        verb = token.pos_ == "VERB" and not children(token, "auxpass")
        if token.i in taken or not (verb or minded):
            continue
        if token.i in told:
            # a wish that somebody reports is part of what he says
            continue
        who = speaker(token.head if minded else token)
        content = _object_of(token)
        if who is None or who.i > token.i or not content or is_mute(who):
            continue
        found.append(
            Saying(
                token.i,
                "attitude",
                content,
                [],
                phrase(who),
                who.i,
                cue_text=_cue_text(token),
            )
        )
    return found


def is_own(doc: Doc, name: str, pronoun: str | None) -> bool:
    """ "It plans to send doses", after its source: what only it can know of itself.

    `pronoun` is "he" or "she" where the source is known by it.
    """
    verb = next((t for t in doc if t.dep_ == "ROOT"), None)
    if verb is None or verb.pos_ != "VERB":
        return False
    lemma = verb.lemma_.lower()
    wishes = lemma in cues.words("wish") and bool(children(verb, "xcomp", "ccomp"))
    knows = lemma in cues.words("attitude") or lemma in cues.words("tallying")
    if not (wishes or knows):
        return False
    who = next((c.lower_ for c in children(verb, "nsubj")), "")
    if who in ("he", "she"):
        return sources.is_one_person(name)
    return who in ("it", "they") and pronoun is None


def _wish_noun(token: Token) -> list[Saying]:
    """ "the mayor’s promise to", "her criticism of"."""
    if token.lemma_.lower() not in cues.words("attitude_nouns"):
        return []
    owners = children(token, "poss")
    parts = [c for c in children(token, "acl") if c.i > token.i]
    parts += [c for c in children(token, "prep") if c.lower_ in _ABOUT]
    if not owners or not parts:
        return []
    content = [t.i for t in parts[0].subtree]
    if parts[0].dep_ == "prep":
        content = content[1:]
    owner = phrase(owners[0])
    cue_text = token.text
    return [
        Saying(token.i, "attitude", content, [], owner, owners[0].i, cue_text=cue_text)
    ]


def _object_of(token: Token) -> list[int]:
    """What is wished, asked or judged, after the cue."""
    lemma = token.lemma_.lower()
    parts: list[Token] = []
    if lemma in cues.words("wish"):
        parts = children(token, "xcomp", "ccomp")
    if lemma in cues.words("directive"):
        wanted = children(token, "xcomp", "ccomp", "prep")
        parts = [*children(token, "dobj", "dative"), *wanted] if wanted else []
    if lemma in cues.words("mention"):
        parts = children(token, "dobj", "ccomp")
        parts += children(token, "prep", "oprd") if parts else []
    if lemma in cues.words("judgement"):
        parts = children(token, "dobj", "prep", "oprd", "ccomp")
    if lemma in cues.words("minded"):
        parts = children(token, "ccomp", "xcomp", "prep")
    if lemma in cues.words("asking"):
        parts = children(token, "ccomp")
    return sorted({t.i for p in parts if p.i > token.i for t in p.subtree})


def _cue_text(token: Token) -> str:
    """The cue with its particle or preposition: "called on"."""
    particle = [c for c in children(token, "prt") if c.i == token.i + 1]
    return f"{token.text} {particle[0].text}" if particle else token.text
