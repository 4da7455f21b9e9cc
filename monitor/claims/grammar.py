"""Grammar of a parsed sentence: subjects, phrases, who speaks. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.claims import cues, parsed

if TYPE_CHECKING:
    from monitor.claims.parsed import Doc, Token

SUBJECTS = frozenset(("nsubj", "nsubjpass", "csubj"))
# How far up a participle looks for its subject; deeper is parse noise.
CLIMB = 4
_CLIMBED = frozenset(
    # the last two: "moved in after accusing them"
    ("conj", "xcomp", "advcl", "aux", "ccomp", "dep", "acl", "pcomp", "prep")
)
OPEN_QUOTES = frozenset('“"‘«„')


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
        if at.dep_ not in _CLIMBED:
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
        return _antecedent(cue) if relative else own[-1]
    document = cue.head.lemma_.lower() in cues.words("source.document")
    if cue.dep_ == "acl" and document and cue.head.dep_ == "dobj":
        return subject(cue.head.head)  # "the firm released a statement saying"
    if cue.tag_ == "VBG" and cue.dep_ in ("advcl", "acl") and speaks(cue):
        return _main_subject(cue) or subject(cue)
    return subject(cue)


def mend(doc: Doc) -> None:
    """Give a second predicate the subject that the parse left with the first.

    "People left their homes and two bridges were swept away": what stands between
    "and" and a finite verb without subject is that subject, no second home.
    """
    for verb in doc:
        _rejoin(verb)
        if verb.dep_ not in ("conj", "advcl") or verb.pos_ not in ("VERB", "AUX"):
            continue
        if children(verb, "mark"):
            continue
        finite = children(verb, "aux", "auxpass")[:1] or [verb]
        if finite[0].tag_ not in ("VBD", "VBP", "VBZ", "MD"):
            continue
        if children(verb, *SUBJECTS, "expl") or not finite[0].i:
            continue
        noun = doc[finite[0].i - 1]
        while (
            noun.dep_ in ("pobj", "prep", "amod", "compound") and noun.i > verb.head.i
        ):
            noun = noun.head
        joined = noun.dep_ == "conj" and noun.head.pos_ in ("NOUN", "PROPN", "NUM")
        if joined and noun.i > verb.head.i and noun.right_edge.i == finite[0].i - 1:
            passive = bool(children(verb, "auxpass"))
            parsed.move(noun, verb, "nsubjpass" if passive else "nsubj")


def _rejoin(verb: Token) -> None:
    """ "Reported 360 killed and 900 injured": the second count is reported too."""
    if verb.dep_ != "conj" or verb.tag_ != "VBN" or verb.head.pos_ != "VERB":
        return
    counts = children(verb, "nsubj", "nummod")
    if children(verb, "aux", "auxpass") or not counts or counts[0].pos_ != "NUM":
        return
    first = [
        state
        for count in children(verb.head, "dobj")
        for state in children(count, "acl")
        if count.pos_ == "NUM" and state.tag_ == "VBN"
    ]
    if first:
        parsed.move(verb, first[0], verb.dep_)


def set_off(token: Token) -> bool:
    """Whether a clause opens the sentence or stands behind a comma or dash."""
    left = token.left_edge.i
    if left > 1 and token.doc[left - 1].text in "”\"'’»":
        left -= 1  # “… at once,” adding that …
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
    if verb.lemma_ in cues.words("showing") and documents[:1] != nouns[:1]:
        return nouns[0]  # a thing may suggest; only who speaks can state
    able = documents or [n for n in nouns if can_speak(n)] or nouns
    return able[0]


def can_speak(noun: Token) -> bool:
    """Whether a noun names somebody or something that makes statements."""
    if noun.lower_ in cues.words("source.outlet"):
        return True  # the lemma of "media" is "medium"
    return names_speaker(noun.lemma_.lower())


def names_speaker(lemma: str) -> bool:
    """Whether the lemma is a noun for a person, a body, an outlet or a document."""
    kinds = ("document", "anonymous", "person", "institution", "outlet")
    if any(lemma in cues.words(f"source.{kind}") for kind in kinds):
        return True
    return lemma in cues.speakers("person") or lemma in cues.speakers("body")


def is_mute(noun: Token) -> bool:
    """A thing that can show but not say: "the measures suggest"."""
    return noun.pos_ == "NOUN" and not can_speak(noun)


def is_standard(noun: Token) -> bool:
    """ "Packed according to the rules": what is kept to, not who says it."""
    return noun.pos_ == "NOUN" and noun.lemma_.lower() in cues.words("standards")


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
    named = [c for c in children(head, "appos") if c.pos_ == "PROPN" and set_off(c)]
    office = head.pos_ == "PROPN" and head.lemma_.lower() in cues.words("source.person")
    if head.lower_ == "one":  # "one of the marchers, Ena Holt, said"
        named = [
            a
            for of in children(head, "prep")
            for group in children(of, "pobj")
            for a in [*named, *children(group, "appos")]
            if a.pos_ == "PROPN" and set_off(a)
        ]
        office = bool(named)
    if named and (head.pos_ == "NOUN" or office) and head.tag_ != "NNS":
        # "the mayor of Estwick, Tom Riedel": the name says who; not so in "doctors in
        # the capital, Sarabe"
        return phrase(named[0])
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
            or (token.lower_ == "including" and token.i > head.i and set_off(token))
        ):
            drop.update(t.i for t in token.subtree)
        elif near and token.is_punct and token.i > head.i:
            drop.add(token.i)
    kept = _joined([t.i for t in head.subtree if t.i not in drop], head.i)
    while len(kept) > 1 and head.doc[kept[-1]].is_punct:
        kept.pop()
    return kept


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


def aside(token: Token, verb: Token) -> bool:
    """Whether a token stands in a participle set off from the verb."""
    at = token
    while at.i != verb.i and at.head.i != at.i:
        if at.tag_ == "VBG" and set_off(at):
            return True
        at = at.head
    return False


def tokens_in(doc: Doc, start: int, end: int) -> list[int]:
    """Indices of the tokens that begin inside the character span."""
    return [t.i for t in doc if start <= t.idx < end and not t.is_space]
