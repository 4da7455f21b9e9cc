"""Asides that state something: appositions, ages, "with …", "despite …". Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.claims import cues
from monitor.claims.grammar import SUBJECTS, can_speak, children, set_off

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.claims.parsed import Token

CONTENT = frozenset(("NOUN", "PROPN", "VERB", "NUM", "ADJ", "SYM"))
# Content words a clause needs to state something on its own.
ENOUGH = 3
CAUSAL = frozenset(("due", "because"))
# Prepositions that presuppose what they introduce: "amid rising tension".
PRESUPPOSING = frozenset(("amid", "amidst", "despite", "following", "after"))


def modifier(token: Token, counted: frozenset[int]) -> str:
    """ "the 86-year-old leader", "a now-deleted post": facts in a modifier."""
    inside = {t.i for t in token.subtree}
    if token.lower_ == "old" and inside & counted:
        return "age"
    words = {t.lower_ for t in token.subtree if t.i != token.i}
    since = token.tag_ == "VBN" and words & {"now", "since", "later"}
    return "turned" if since and "-" in words else ""


def weighty(tokens: Sequence[Token]) -> int:
    """How many of the tokens carry content."""
    return sum(t.pos_ in CONTENT for t in tokens)


def apposition(token: Token, counted: frozenset[int]) -> str:
    """ ", a third of them children", ", the world's largest port"."""
    left = token.left_edge
    if _is_age(token, counted):
        return "age"
    share = token.pos_ in ("NOUN", "NUM") and {t.i for t in token.subtree} & counted
    if set_off(token) and left.i in counted and share:
        # ", a third of them children"
        return "aside" if weighty(list(token.subtree)) >= ENOUGH else ""
    single = left.lower_ in ("a", "an")
    listed = bool(children(token, "conj"))
    office = token.lemma_ in cues.words("source.person") and bool(
        children(token, "prep")
    )
    article = single or left.lower_ == "the" or office
    if not left.i or not set_off(token) or not article:
        return ""
    if listed and not single:
        return ""
    return "apposition" if weighty(list(token.subtree)) >= ENOUGH else ""


def _is_age(token: Token, counted: frozenset[int]) -> bool:
    """ "Ena Holt, 47, said": a number alone behind a name."""
    alone = token.left_edge.i == token.right_edge.i and token.tag_ == "CD"
    follows = token.i + 1 < len(token.doc) and token.doc[token.i + 1].text in (",", ".")
    who = token.head
    named = who.pos_ == "PROPN" or (who.tag_ == "NN" and can_speak(who))
    named = named and token.doc[token.i - 1].text == ","
    return alone and follows and named and token.i in counted


def prepositional(token: Token, counted: frozenset[int]) -> str:
    """ "with another 40 missing", "despite a build-up of troops"."""
    inside = list(token.subtree)
    if token.lower_ == "after" and children(token, "advmod", "npadvmod", "quantmod"):
        return ""  # "shortly after take-off" says only when
    if token.lower_ in PRESUPPOSING and weighty(inside) >= ENOUGH:
        return "presupposed"
    if token.lower_ in CAUSAL and weighty(inside) >= ENOUGH:
        return "cause"
    if token.i and token.doc[token.left_edge.i - 1].text in ("—", "–"):
        return "aside" if weighty(inside) > ENOUGH else ""
    if token.lower_ == "for" and token.head.lemma_ in cues.words("judgement"):
        return "blamed" if children(token, "pcomp") else ""
    if token.lower_ == "by":
        return _means(token, counted)
    if token.lower_ != "with" or token.head.lower_ == "compared":
        return ""
    if not set_off(token):
        return "with" if _holds(token, counted) else ""
    absolute = any(
        c.tag_ in ("VBG", "VBN") and c.dep_ in ("acl", "pcomp", "advcl", "ccomp")
        for p in token.children
        for c in [p, *p.children]
    )
    # "with storm warnings up for the coast"
    absolute = absolute or any(
        c.dep_ in ("prt", "advmod", "acomp") and c.i > p.i
        for p in children(token, "pobj")
        for c in p.children
    )
    return "with" if absolute or any(t.i in counted for t in inside) else ""


def _means(token: Token, counted: frozenset[int]) -> str:
    """ "charged with fraud by hiding 40 million crowns": what somebody did."""
    done = children(token, "pcomp")
    if not done or not any(t.i in counted for t in done[0].subtree):
        return ""
    judged = token.head.lemma_ in cues.words("judgement")
    return "blamed" if judged else "means"


def _holds(token: Token, counted: frozenset[int]) -> bool:
    """ "with 300 people on board": a count with a place or state of its own."""
    return any(
        any(c.i in counted for c in children(noun, "nummod"))
        and bool(children(noun, "prep", "acl", "advmod"))
        for noun in children(token, "pobj")
    )


def is_infinitive(token: Token) -> bool:
    """Whether a verb has "to" before it."""
    return any(c.tag_ == "TO" for c in children(token, "aux"))


def purpose(token: Token, counted: frozenset[int]) -> str:
    """ "Sent 40 lorries to feed 5,000 families": a second figure's own verb."""
    inside = {t.i for t in token.subtree}
    if not inside & counted or weighty(list(token.subtree)) < ENOUGH:
        return ""
    rest = {t.i for t in token.head.subtree} - inside
    for who in children(token.head, *SUBJECTS):
        rest -= {t.i for t in who.subtree}
    return "purpose" if rest & counted else ""


def whole(head: Token) -> Token | None:
    """Whom "14 of whom are in hospital" is a part of: the last people before it."""
    if head.dep_ != "relcl" or not any(t.lower_ == "whom" for t in head.subtree):
        return None
    if not any(t.pos_ == "NUM" for t in children(head, *SUBJECTS)):
        return None
    before = [t for t in head.doc[: head.left_edge.i] if t.tag_ == "NNS"]
    people = [t for t in before if t.lemma_ == "people" or can_speak(t)]
    people = people or [t for t in before if children(t, "nummod")]
    return people[-1] if people else head.head
