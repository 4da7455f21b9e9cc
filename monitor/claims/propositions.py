"""The propositions of one parsed sentence: one clause each. Pure.

A clause with its own predicate and participants, or its own quantity, is a
proposition; a restrictive modifier (name, age, place) stays inside its clause.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.claims import cues
from monitor.claims.attribution import SUBJECTS, Saying, children, phrase, subject

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from spacy.tokens import Doc, Token

VERBAL = frozenset(("VERB", "AUX"))
CONTENT = frozenset(("NOUN", "PROPN", "VERB", "NUM", "ADJ", "SYM"))
# Content words a clause needs to state something on its own.
ENOUGH = 3
# Conjunctions whose clause is a condition, a purpose or a comparison, not a fact.
UNREAL = frozenset(("if", "unless", "whether", "until", "lest", "than", "so", "once"))
# Prepositions that presuppose what they introduce: "amid rising tension".
PRESUPPOSING = frozenset(("amid", "amidst", "despite", "following", "after"))
DISCOURSE = cues.words("clause.discourse")
OPENERS = cues.words("clause.openers")


@dataclass(slots=True)
class Clause:
    """A proposition as token indices; `subject` is taken over from elsewhere."""

    head: int
    kind: str
    tokens: list[int]
    subject: list[int]
    sayings: list[Saying]


def split(
    doc: Doc, sayings: Sequence[Saying], counted: Collection[int] = ()
) -> list[Clause]:
    """The clauses in text order; `counted` are the tokens of quantities."""
    cues = {s.cue for s in sayings}
    heads = _heads(doc, sayings, cues, frozenset(counted))
    members: dict[int, list[int]] = {h: [] for h in heads}
    owner: list[int] = [_owner(token, heads, cues) for token in doc]
    for token in doc:
        if owner[token.i] >= 0 and not token.is_space:
            members[owner[token.i]].append(token.i)
    apparatus = {i for s in sayings for i in s.source if s.kind != "noun"}
    clauses = []
    for head, kind in heads.items():
        tokens = [i for i in members[head] if i not in apparatus or i == head]
        tokens = _trimmed(doc, tokens)
        if tokens:
            clauses.append(
                Clause(
                    head,
                    kind,
                    tokens,
                    _borrowed(doc[head], kind, tokens),
                    _governing(head, sayings),
                )
            )
    kept = [c for c in clauses if _states(doc, c, cues, counted)]
    return sorted(kept or clauses[:1], key=lambda c: c.tokens[0])


def _governing(head: int, sayings: Sequence[Saying]) -> list[Saying]:
    found = [s for s in sayings if head in s.content]
    return sorted(found, key=lambda s: -len(s.content))


def _heads(
    doc: Doc, sayings: Sequence[Saying], cues: set[int], counted: frozenset[int]
) -> dict[int, str]:
    heads: dict[int, str] = {}
    for token in doc:
        if token.i in cues:
            continue
        kind = _kind(token, counted)
        if kind:
            heads[token.i] = kind
    for saying in sayings:
        for head in saying.heads:
            if head not in cues:
                heads.setdefault(head, "content")
    return heads


def _kind(token: Token, counted: frozenset[int]) -> str:
    """Why a token heads a proposition of its own, or nothing."""
    dep = token.dep_
    if dep == "ROOT":
        return "main"
    if token.pos_ in VERBAL or token.tag_ in ("VBG", "VBN"):
        test = _VERBS.get(dep)
        return test(token) if test is not None else ""
    if dep == "appos":
        return _apposition(token)
    if dep in ("prep", "mark"):
        return _prepositional(token, counted)
    return ""


def _weighty(tokens: Sequence[Token]) -> int:
    return sum(t.pos_ in CONTENT for t in tokens)


def _conj(token: Token) -> str:
    if token.head.pos_ not in VERBAL:
        return ""
    if children(token, *SUBJECTS, "expl"):
        return "conj"
    complements = children(token, "dobj", "prep", "attr", "acomp", "xcomp", "ccomp")
    inside = [t for c in complements for t in c.subtree]
    return "shared" if _weighty(inside) else ""


def _adverbial(token: Token) -> str:
    marks = {m.lower_ for m in children(token, "mark", "advmod")}
    if marks & UNREAL:
        return ""
    if children(token, *SUBJECTS, "expl"):
        return "adverbial"
    return _participle(token)


def _participle(token: Token) -> str:
    """A participle set off by a comma with something to say."""
    if token.tag_ not in ("VBG", "VBN") or any(
        c.lower_ == "to" for c in children(token, "aux")
    ):
        return ""
    left = token.left_edge.i
    set_off = left == 0 or token.doc[left - 1].text in (",", "—", "–", "-", ";", ":")
    return "participle" if set_off and _weighty(list(token.subtree)) >= ENOUGH else ""


def _relative(token: Token) -> str:
    left = token.left_edge.i
    if left and token.doc[left - 1].text in (",", "—", "–", "("):
        return "relative"
    return ""


def _complement(token: Token) -> str:
    """A stranded clause; contents of sayings are added by the caller."""
    return "conj" if token.dep_ == "parataxis" and children(token, *SUBJECTS) else ""


_VERBS = {
    "conj": _conj,
    "advcl": _adverbial,
    "acl": _participle,
    "relcl": _relative,
    "parataxis": _complement,
}


def _apposition(token: Token) -> str:
    left = token.left_edge.i
    set_off = left and token.doc[left - 1].text in (",", "—", "–")
    starts = token.doc[left].lower_ in ("a", "an", "the")
    inside = _weighty(list(token.subtree))
    return "apposition" if set_off and starts and inside >= ENOUGH else ""


def _prepositional(token: Token, counted: frozenset[int]) -> str:
    """ "with another 40 missing", "despite a build-up of troops"."""
    inside = list(token.subtree)
    if token.lower_ in PRESUPPOSING and _weighty(inside) >= ENOUGH:
        return "presupposed"
    if token.lower_ != "with" or token.head.pos_ not in VERBAL:
        return ""
    if any(t.i in counted for t in inside) or any(
        c.tag_ in ("VBG", "VBN") for p in token.children for c in [p, *p.children]
    ):
        return "with"
    return ""


def _owner(token: Token, heads: dict[int, str], cues: set[int]) -> int:
    """The head that a token belongs to; -1 = the apparatus of a saying."""
    at = token
    while True:
        if at.i in heads:
            return at.i
        if at.i in cues or at.head is at:
            return -1
        at = at.head


def _trimmed(doc: Doc, tokens: list[int]) -> list[int]:
    """Without conjunctions, discourse words and punctuation at the ends."""
    low, high = 0, len(tokens)
    while low < high and _is_edge(doc[tokens[low]]):
        low += 1
    while high > low and (
        (doc[tokens[high - 1]].is_punct and doc[tokens[high - 1]].text not in "”\"'’)]")
        or doc[tokens[high - 1]].dep_ == "cc"
    ):
        high -= 1
    return tokens[low:high]


def _is_edge(token: Token) -> bool:
    if token.is_punct:
        return token.text not in "“\"'‘(["
    return token.lower_ in DISCOURSE or (
        token.lower_ in OPENERS
        and token.dep_ in ("cc", "mark", "prep", "advmod", "nsubj", "nsubjpass")
    )


def _borrowed(head: Token, kind: str, tokens: list[int]) -> list[int]:
    """The subject phrase of another clause, where this one has none."""
    if kind in ("main", "with", "presupposed"):
        return []
    if kind == "apposition":
        return phrase(head.head)
    if kind == "relative":
        return phrase(head.head)
    own = [c for c in head.children if c.dep_ in (*SUBJECTS, "expl")]
    if own:
        return []
    found = subject(head)
    return phrase(found) if found is not None and found.i not in tokens else []


def _states(doc: Doc, clause: Clause, cues: set[int], counted: Collection[int]) -> bool:
    words = [doc[i] for i in clause.tokens if i not in cues]
    if any(t.i in counted for t in words) and _weighty(words) >= 2:
        return True
    extra = len(clause.subject) > 0
    return _weighty(words) + extra >= ENOUGH
