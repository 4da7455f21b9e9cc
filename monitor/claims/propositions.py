"""The propositions of one parsed sentence: one clause each. Pure.

A clause with its own predicate and participants, or its own quantity, is a
proposition; a restrictive modifier (name, age, place) stays inside its clause.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from monitor.claims import asides, borrowing, cues
from monitor.claims.asides import ENOUGH
from monitor.claims.grammar import (
    OPEN_QUOTES,
    SUBJECTS,
    children,
    set_off,
)
from monitor.claims.told import Saying

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from monitor.claims.parsed import Doc, Token

VERBAL = frozenset(("VERB", "AUX"))
# A restrictive clause of more content words says something of its own: of four,
# what "the area that was burned in a fire last year" adds.
LONG = 3
# Clauses that say something with a subject and a verb alone.
SENTENTIAL = frozenset(("content", "conj", "adverbial"))
# Conjunctions whose clause is a condition, a purpose or a comparison, not a fact.
UNREAL = frozenset(("if", "unless", "whether", "until", "lest", "than", "so", "once"))
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
    # the tokens of its wording where they are not the borrowed and its own in a row
    order: list[int] = field(default_factory=list)
    main: int = -1  # the head of the clause whose figure counts what this one does
    unsure: bool = False  # its figures are of several, and whose each is not told


def split(
    doc: Doc, sayings: Sequence[Saying], counted: Collection[int] = ()
) -> list[Clause]:
    """The clauses in text order; `counted` are the tokens of quantities."""
    sayings = [s for s in sayings if not _is_state_of_mind(doc, s, sayings)]
    spoken = {s.cue for s in sayings if s.kind != "act"}
    spoken |= {s.holder for s in sayings if s.holder is not None}
    heads = _heads(doc, sayings, spoken, frozenset(counted))
    above = [token.head.i for token in doc]
    members = _members(doc, above, heads, spoken)
    thin = _thin(doc, above, heads, members, spoken)
    if thin:
        heads = {h: kind for h, kind in heads.items() if h not in thin}
        members = _members(doc, above, heads, spoken)
    apparatus = _apparatus(doc, sayings)
    clauses = []
    for head, kind in heads.items():
        tokens = [i for i in members[head] if i not in apparatus or i == head]
        tokens = trimmed(doc, tokens)
        if tokens:
            governing = _governing(doc[head], kind, sayings, counted)
            borrowed = borrowing.subject_of(doc[head], kind, tokens)
            if any(s.cue_text == ":" and s.head in borrowed for s in governing):
                borrowed = []
            clauses.append(Clause(head, kind, tokens, borrowed, governing))
    kept = [c for c in clauses if _states(doc, c, spoken, counted)]
    kept = kept or clauses[:1] or _unparsed(doc, sayings)
    return sorted(kept, key=lambda c: c.tokens[0])


def _unparsed(doc: Doc, sayings: Sequence[Saying]) -> list[Clause]:
    """What is said as one clause, where the parse found no predicate in it."""
    for saying in sorted(sayings, key=lambda s: -len(s.content)):
        tokens = trimmed(doc, saying.content)
        if asides.weighty([doc[i] for i in tokens]) >= 2:
            return [Clause(tokens[-1], "content", tokens, [], [saying])]
    return []


def _members(
    doc: Doc, above: Sequence[int], heads: dict[int, str], spoken: set[int]
) -> dict[int, list[int]]:
    """The tokens of each head's clause; `above` has the head of each token."""
    members: dict[int, list[int]] = {h: [] for h in heads}
    for at in range(len(above)):
        owner = _owner(at, above, heads, spoken)
        if owner >= 0 and not doc[at].is_space:
            members[owner].append(at)
    return members


def _thin(
    doc: Doc,
    above: Sequence[int],
    heads: dict[int, str],
    members: dict[int, list[int]],
    spoken: set[int],
) -> set[int]:
    """Adjuncts without which the clause above says too little: they stay in it."""
    found: set[int] = set()
    for head, kind in heads.items():
        if kind not in ("presupposed", "cause", "blamed") or above[head] == head:
            continue
        owner = _owner(above[head], above, heads, spoken)
        if owner >= 0 and asides.weighty([doc[i] for i in members[owner]]) < ENOUGH:
            found.add(head)
    return found


def _is_state_of_mind(doc: Doc, saying: Saying, sayings: Sequence[Saying]) -> bool:
    """ "He believes" inside somebody else's words is a fact told, not a source."""
    return doc[saying.cue].lemma_ in cues.words("attitude") and any(
        saying.cue in s.content for s in sayings if s is not saying
    )


def _apparatus(doc: Doc, sayings: Sequence[Saying]) -> set[int]:
    """Tokens of sources that belong to their cue alone."""
    found: set[int] = set()
    for saying in sayings:
        for i in saying.cited:
            citing = [a for a in doc[i].ancestors if a.lemma_ == "cite"]
            if citing[:1] == [doc[saying.cue].head.head]:
                continue  # "cited an official as saying": the verb is the cue's
            found.update(t.i for a in citing[:1] for t in a.subtree)
        cue = doc[saying.cue]
        if saying.kind == "act":
            continue
        own = saying.head is not None and doc[saying.head].head.i == cue.i
        if own or cue.text == ":":
            found.update(saying.source)
    return found


def _governing(
    head: Token, kind: str, sayings: Sequence[Saying], counted: Collection[int]
) -> list[Saying]:
    """The sayings around a clause, outermost first."""
    found = [s for s in sayings if head.i in s.content or s.cue == head.i]
    aside = kind in ("age", "turned") or (kind == "relative" and set_off(head))
    passing = aside and not any(t.text in OPEN_QUOTES for t in head.doc[: head.i])
    # its figures are: "in the capital, where 11,000 died, the minister said"
    counts = any(t.i in counted for t in head.subtree)
    told = asides.whole(head) is not None or head.left_edge.tag_ == "WRB"
    passing = passing and not (kind == "relative" and counts and told)
    if passing or (kind == "apposition" and not any(s.source for s in found)):
        # what the writer adds about a participant is not what the source says
        return []
    return sorted(found, key=lambda s: -len(s.content))


def _heads(
    doc: Doc, sayings: Sequence[Saying], spoken: set[int], counted: frozenset[int]
) -> dict[int, str]:
    heads = {h: "content" for s in sayings for h in s.heads if h not in spoken}
    speakers = {s.head for s in sayings}
    told = {i for s in sayings for i in s.content}
    for token in doc:
        if token.i in spoken or token.i in heads:
            continue
        kind = _kind(token, counted)
        if token.dep_ == "ccomp" and _stands_alone(token, spoken, told):
            kind = "main"
        if kind in ("conj", "shared") and token.head.i not in heads.keys() | spoken:
            continue
        above = (token, *token.ancestors)
        if kind == "apposition" and any(a.i in speakers for a in above):
            continue
        if kind == "participle" and token.head.i in speakers and _is_speech(token):
            continue  # "an official, speaking on condition of anonymity, said"
        if kind:
            heads[token.i] = kind
    return heads


def _is_speech(token: Token) -> bool:
    lemma = token.lemma_.lower()
    return any(lemma in cues.words(kind) for kind in ("saying", "touching", "passing"))


def _stands_alone(token: Token, spoken: set[int], told: set[int]) -> bool:
    """A first main clause that the parse took for a complement of the second."""
    before = token.i < token.head.i and bool(children(token, *SUBJECTS, "expl"))
    return before or (token.head.i in spoken and token.i not in told)


def _kind(token: Token, counted: frozenset[int]) -> str:
    """Why a token heads a proposition of its own, or nothing."""
    dep = token.dep_
    if dep == "ROOT":
        return "main"
    if dep in ("prep", "mark"):
        return asides.prepositional(token, counted)
    if dep == "amod":
        return asides.modifier(token, counted)
    if token.pos_ in VERBAL or token.tag_ in ("VBG", "VBN"):
        test = _VERBS.get(dep)
        return test(token, counted) if test is not None else ""
    if dep == "appos":
        return asides.apposition(token, counted)
    return ""


def _conj(token: Token, counted: frozenset[int]) -> str:
    if token.head.pos_ not in VERBAL:
        return ""
    if children(token, *SUBJECTS, "expl"):
        return "conj"
    if any(c.i in counted for c in children(token, "nummod")):
        return "conj"  # "and at least 30 wounded"
    if _is_misread(token):
        return ""
    complements = children(
        token, "dobj", "prep", "attr", "acomp", "xcomp", "ccomp", "agent"
    )
    inside = [t for c in complements for t in c.subtree]
    amounts = [t for c in children(token, "npadvmod") for t in c.subtree]
    moved = any(t.i in counted for t in amounts)  # "but rose about 1 percent"
    return "shared" if moved or asides.weighty(inside) else ""


def _is_misread(token: Token) -> bool:
    """ "from the guard and affiliated militia force": an adjective, no verb."""
    objects = children(token, "dobj")
    if token.tag_ not in ("VBN", "VBD") or not objects:
        return False
    first = objects[0]
    named = first.left_edge.pos_ == "PROPN" and first.tag_ == "NN"
    bare = named and first.left_edge.i == token.i + 1
    before = token.doc[token.i - 1]
    return bare and before.dep_ == "cc" and not children(first, "det", "poss", "nummod")


def _adverbial(token: Token, counted: frozenset[int]) -> str:
    marks = {m.lower_ for m in children(token, "mark", "advmod")}
    if marks & UNREAL:
        return ""
    if asides.is_infinitive(token):
        return asides.purpose(token, counted)
    if children(token, *SUBJECTS, "expl"):
        return "adverbial"
    return _participle(token, counted)


def _participle(token: Token, counted: frozenset[int]) -> str:
    """A participle set off by a comma with something to say."""
    if token.lemma_ in cues.words("asking") and token.tag_ == "VBN":
        return ""  # "asked whether taxes will rise, the premier replied"
    if token.tag_ not in ("VBG", "VBN"):
        return asides.purpose(token, counted) if asides.is_infinitive(token) else ""
    if asides.is_infinitive(token):
        return ""
    acts = token.tag_ == "VBG" and (
        token.lemma_ in cues.words("directive")
        or token.lemma_ in cues.words("judgement")
    )
    if not acts and not set_off(token):
        return ""
    inside = list(token.subtree)
    exact = any(t.pos_ in ("NUM", "PROPN") for t in inside)
    return "participle" if asides.weighty(inside) + exact >= ENOUGH else ""


def _relative(token: Token, counted: frozenset[int]) -> str:
    if asides.is_infinitive(token):
        return asides.purpose(token, counted)  # not "a way to get help"
    inside = list(token.subtree)
    weight = asides.weighty(inside)
    # a figure of its own is a claim of its own: "a fire that left 40 homes in ruins"
    own = weight >= asides.ENOUGH and any(t.i in counted for t in inside)
    long = own or weight > LONG
    return "relative" if token.left_edge.i and (set_off(token) or long) else ""


def _complement(token: Token, counted: frozenset[int]) -> str:
    """A stranded clause; contents of sayings are added by the caller."""
    return "conj" if token.dep_ == "parataxis" and children(token, *SUBJECTS) else ""


_VERBS = {
    "conj": _conj,
    "advcl": _adverbial,
    "acl": _participle,
    "relcl": _relative,
    "parataxis": _complement,
}


def _owner(
    at: int, above: Sequence[int], heads: Collection[int], spoken: set[int]
) -> int:
    """The head that a token belongs to; -1 = the apparatus of a saying."""
    while at not in heads:
        if at in spoken or above[at] == at:
            return -1
        at = above[at]
    return at


def trimmed(doc: Doc, tokens: list[int]) -> list[int]:
    """The tokens without conjunctions, discourse words and punctuation at the ends."""
    low, high = 0, len(tokens)
    while low < high and _is_edge(doc[tokens[low]]):
        low += 1
    while high > low and (
        (
            doc[tokens[high - 1]].is_punct
            and doc[tokens[high - 1]].text not in "”\"'’)]%"
        )
        or doc[tokens[high - 1]].dep_ == "cc"
    ):
        high -= 1
    return tokens[low:high]


def _is_edge(token: Token) -> bool:
    if token.is_punct:
        return token.text not in "“\"'‘(["
    if token.dep_ == "advmod" and token.head.tag_ in ("JJ", "IN", "RB", "CD"):
        return False  # "as many as 40"
    return token.lower_ in DISCOURSE or (
        token.lower_ in OPENERS
        and token.dep_ in ("cc", "mark", "prep", "advmod", "nsubj", "nsubjpass")
    )


def _states(
    doc: Doc, clause: Clause, spoken: set[int], counted: Collection[int]
) -> bool:
    words = [doc[i] for i in clause.tokens if i not in spoken]
    if any(t.i in counted for t in words) and asides.weighty(words) >= 2:
        return True
    own = [t for t in words if t.dep_ in (*SUBJECTS, "expl")]
    borrowed = bool(clause.subject) or any(t.pos_ == "PRON" for t in own)
    if clause.kind in ("turned", "age", "blamed"):
        return True
    if clause.kind == "content" and doc[clause.head].dep_ == "prep":
        return any(t.i in counted for t in words)  # "the toll at 40"
    if clause.kind == "content" and doc[clause.head].dep_ == "oprd":
        return True
    brief = clause.kind in SENTENTIAL or (clause.kind == "main" and not borrowed)
    enough = ENOUGH - 1 if brief and own else ENOUGH
    if clause.kind == "relative" and doc[clause.head].pos_ == "VERB":
        enough = ENOUGH - 1  # "the captain, who survived"
    return asides.weighty(words) + borrowed >= enough
