"""The parts of a clause that make a mention: wording, polarity, status. Pure."""

from __future__ import annotations

import calendar
import re
from typing import TYPE_CHECKING

from monitor.claims import cues, nouns, predicates
from monitor.claims.grammar import OPEN_QUOTES, SUBJECTS, children
from monitor.claims.sought import sought
from monitor.claims.sources import SELF, is_body, is_one_person
from monitor.model import Polarity, Source, SourceKind, Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.claims.parsed import Doc, Token
    from monitor.claims.propositions import Clause
    from monitor.claims.sources import Speakers

_HISTORIC = sought(
    r"\b(?:initially|originally|previously|at first|formerly|earlier (?:put|reported"
    r"|said|given|estimated)|had (?:earlier|initially|previously|first)|an earlier"
    r"|a previous|the previous|until then|at the time)\b",
    "initially originally previously first formerly earlier had previous until time",
)
# The number right after these is the old one: "rose to 15, up from 13".
_BEFORE_OLD = re.compile(
    r"\b(?:up|down|revised|raised|lowered|increased|cut|rose|fell|risen|fallen|dropped"
    r"|jumped|climbed|rising|falling)(?: \w+){0,3}? from"
    r"\s+(?:an? |the )?(?:earlier |initial |previous |estimated )*$"
    r"|\b(?:compared (?:with|to)|against|instead of|rather than|higher than the"
    r"|lower than the|more than the)\s+(?:an? |the )?(?:earlier |initial |previous )*$",
    re.IGNORECASE,
)
# How such a text ends.
_ENDS_OLD = (
    *("from", "with", "to", "against", "of", "than", "the", "a", "an"),
    *("earlier", "initial", "previous", "estimated"),
)
_LONGEST_END = max(map(len, _ENDS_OLD))
_ABSENCE = sought(
    r"\bthere (?:has|have|had|was|were|is|are)(?: been)? (?:yet |as yet |still )?no\b"
    r"|\bno (?:\w+ ){0,3}?(?:response|comment|statement|confirmation|reaction|claim of"
    r" responsibility|details|information|injuries|casualties|arrests|reports of)\b"
    r"|\b(?:not|n[o’']t) (?:immediately |yet |publicly )*(?:respond|repl(?:y|ied)"
    r"|comment|issued?|released?|commented|responded|returned?)\b"
    r"|\bdeclined to comment\b|\bno ?(?:one|body|group) has (?:yet )?claimed\b"
    r"|\b(?:has|have) yet to\b",
    "no not n declined noone nobody nogroup yet",
)
_PLANNED = sought(
    r"\b(?:will|shall|is (?:due|set|scheduled|expected|slated|about) to|are (?:due|set"
    r"|scheduled|expected|slated|about) to|plans? to|planning to|intends? to|vow(?:s|ed)?"
    r" to|pledge[sd]? to|promise[sd]? to|plans? for)\b|’ll\b|'ll\b|\bwould\b",
    "will shall due set scheduled expected slated about plan plans planning intend intends"
    " vow vows vowed pledge pledges pledged promise promises promised ll would",
)
_CANCELLED = re.compile(
    r"\b(?:cancel|abandon|scrap|call|shelv|postpon)\w*\b", re.IGNORECASE
)
_CASE = (
    ("acquit", Status.ACQUITTED),
    ("convict", Status.CONVICTED),
    ("charge", Status.CHARGED),
)
_SUSPECT = sought(
    r"\b(?:suspect(?:ed|s)?|person of interest|wanted for)\b",
    "suspect suspected suspects person wanted",
)
_MONTHS = frozenset((*calendar.month_name, *calendar.month_abbr))
NEGATIVES = frozenset(("no", "neither", "nobody", "none", "nothing", "never"))


def wording(doc: Doc, clause: Clause, meant: Mapping[int, str]) -> str:
    """The clause on its own: borrowed subject first, pronoun subjects resolved.

    `meant` has whom its pronouns mean.
    """
    borrowed = [i for i in clause.subject if i not in clause.tokens]
    own = clause.tokens
    if borrowed and doc[own[0]].tag_ == "TO":
        own = own[1:]
    words: list[str] = []
    last = -1
    for i in clause.order or borrowed + own:
        token = doc[i]
        word = token.text
        if i == own[0] != clause.tokens[0] and word == "be":
            word = "is" if _is_single(doc, borrowed) else "are"
        word = meant.get(i, word)
        space = " " if last >= 0 and (last + 1 != i or doc[last].whitespace_) else ""
        words.append(space + word)
        last = i
        if borrowed and i == borrowed[-1] and not clause.order:
            words.append(_copula(doc, clause, borrowed))
    text = "".join(words)
    text = re.sub(r"\s+([,.;:!?”)\]])", r"\1", text)
    return re.sub(r"(?:,\s*)+([.,]|$)", r"\1", text).strip(" ,;:")


def _is_single(doc: Doc, borrowed: list[int]) -> bool:
    """Whether the borrowed subject is one thing, by its head noun."""
    inside = set(borrowed)
    head = next((doc[i] for i in borrowed if doc[i].head.i not in inside), None)
    return head is not None and head.tag_ in ("NN", "NNP", "PRP")


def _copula(doc: Doc, clause: Clause, borrowed: list[int]) -> str:
    named = clause.kind == "content" and doc[clause.head].dep_ in ("oprd", "prep")
    if clause.kind == "purpose":
        return " is to" if _is_single(doc, borrowed) else " are to"
    return " is" if named or clause.kind in ("apposition", "age", "turned") else ""


_SUBJECT_LABELS = SUBJECTS | {"nmod"}


def meant(
    doc: Doc, clause: Clause, speakers: Speakers, said: Source | None
) -> dict[int, str]:
    """Whom the pronouns of a clause mean that its wording names, by their tokens."""
    found = {}
    for token in _pronouns(doc, clause):
        if token.dep_ in _SUBJECT_LABELS:
            name = _antecedent(token, clause, speakers, said)
            if name is not None:
                found[token.i] = name
    return found


def _pronouns(doc: Doc, clause: Clause) -> list[Token]:
    told = dict.fromkeys(clause.order or (*clause.subject, *clause.tokens))
    return [doc[i] for i in told if doc[i].pos_ == "PRON"]


def _is_subjects(token: Token) -> bool:
    """A subject, or who owns it: "our losses"."""
    owner = token.dep_ == "poss" and token.head.dep_ in SUBJECTS
    return owner or token.dep_ in _SUBJECT_LABELS


def _is_speaker(token: Token, clause: Clause, said: Source, speakers: Speakers) -> bool:
    """Whether a pronoun means who says the clause."""
    if token.lower_ in SELF:
        return True
    if not clause.sayings or token.i < clause.sayings[-1].cue:
        return False
    if _is_quoted(token, clause) or not _is_near(token, clause):
        return False
    if token.lower_ in ("they", "their"):
        return not is_one_person(said.name)
    if token.lower_ == "it":
        many = said.kind is not SourceKind.NAMED and nouns.is_plural(said.name)
        return not (many or _is_stative(token.head) or speakers.pronoun(said.name))
    return token.lower_ in ("its", "his", "her")


def _is_stative(verb: Token) -> bool:
    """ "It is clear", "it seems": nobody is meant."""
    return verb.lemma_ in ("be", "remain", "seem", "appear", "become")


def _is_near(token: Token, clause: Clause) -> bool:
    """Whether nothing else that "it" could mean stands behind the cue."""
    between = token.doc[clause.sayings[-1].cue + 1 : token.i]
    return not any(t.dep_ in SUBJECTS and t.pos_ in ("NOUN", "PROPN") for t in between)


def _is_quoted(token: Token, clause: Clause) -> bool:
    first = clause.tokens[0] if clause.tokens else token.i
    begin = token.doc[max(0, first - 1) : first + 1]
    return any(t.text in OPEN_QUOTES for t in begin)


def _antecedent(
    token: Token, clause: Clause, speakers: Speakers, said: Source | None
) -> str | None:
    """Whom "he", "she" or "it" means: in reported speech its speaker, else the last."""
    lower = token.lower_
    quoted = _is_quoted(token, clause)
    indirect = bool(clause.sayings) and not quoted and said is not None
    follows = bool(clause.sayings) and token.i > clause.sayings[-1].cue
    name = said.name if said is not None and indirect and follows else ""
    if lower in ("he", "she"):
        if name and is_one_person(name):
            return name
        return speakers.meant(lower, but=said.name if quoted and said else None)
    if lower == "it" and name and is_body(name):
        if not _is_near(token, clause):
            return None  # "Wire News reported that Norvale is asked whether it knew"
        return None if _is_stative(token.head) else name
    return None


def participants(
    doc: Doc,
    clause: Clause,
    meant: Mapping[int, str],
    speakers: Speakers,
    said: Source | None,
) -> tuple[str, ...]:
    """Who and what fill the slots of a clause, its subject first.

    Where it has none, what is said is of who says it: "reported losses of 40 million".
    """
    told = clause.order or [*clause.subject, *clause.tokens]
    if said is None:
        return predicates.participants(doc, told, meant)
    own = {
        token.i: said.name
        for token in _pronouns(doc, clause)
        if _is_subjects(token) and _is_speaker(token, clause, said, speakers)
    }
    found = predicates.participants(doc, told, own | dict(meant))
    bare = clause.kind == "content" and not clause.subject
    if bare and not children(doc[clause.head], *SUBJECTS, "expl"):
        found = tuple(dict.fromkeys((said.name.lower(), *found)))
    return found


def governed(doc: Doc, clause: Clause, text: str) -> str:
    """The clause with the adverbs of the verb that it hangs on."""
    if any(_is_aside(doc[i]) for i in clause.tokens):
        text = " ".join(doc[i].text for i in clause.tokens if not _is_aside(doc[i]))
    if clause.kind not in ("cause", "shared", "blamed"):
        return text
    above = [doc[clause.head].head, doc[clause.head].head.head]
    adverbs = [a.text for v in above for a in children(v, "advmod")]
    return " ".join([*adverbs, text])


def _is_aside(token: Token) -> bool:
    """A hedge about a participant alone: "feared a possible flood", "who could die"."""
    if token.tag_ == "MD":
        return token.head.dep_ == "relcl" and token.head.head.i < token.i
    if token.tag_ == "RB" and token.head.dep_ == "pcomp":
        return token.lower_ in cues.words("adverbs.alleged")  # "for allegedly lying"
    remote = token.dep_ == "amod" and token.head.dep_ == "pobj"
    return remote and token.lower_ in ("potential", "possible", "likely")


def quote_span(doc: Doc, clause: Clause) -> tuple[int, int]:
    """Character span from the first to the last own token."""
    first, last = doc[clause.tokens[0]], doc[clause.tokens[-1]]
    return first.idx, last.idx + len(last.text)


def predicate(doc: Doc, clause: Clause) -> str:
    """The class of the verb that carries the clause."""
    head = doc[clause.head]
    if clause.kind == "apposition" or (
        clause.kind == "content" and head.dep_ == "prep"
    ):
        return "be"
    if head.pos_ in ("ADP", "SCONJ"):
        inner = [c for c in head.children if c.dep_ in ("pobj", "pcomp")]
        head = inner[0] if inner else head
        verbs = [t for t in head.children if t.tag_ in ("VBG", "VBN")]
        head = verbs[0] if verbs else head
    if head.lemma_ in ("begin", "continue", "start", "be", "have", "do"):
        inner = [c for c in children(head, "xcomp") if c.pos_ == "VERB"]
        head = inner[0] if inner else head
    return predicates.of(head.lemma_)


# "Failed to agree", "unable to agree": what follows did not happen.
_FAILING = cues.words("silent") | {"neglect"}
_INCAPABLE = frozenset(("unable", "incapable"))


def polarity(doc: Doc, clause: Clause) -> Polarity:
    """Negated at the predicate or its complement, or by "no" on a participant."""
    head = doc[clause.head]
    own = set(clause.tokens)
    scope = [head, *(t for t in head.children if t.i in own)]
    complements = [t for t in scope[1:] if t.dep_ in ("acomp", "oprd")]
    if any(t.lower_ in _INCAPABLE for t in complements) or (
        head.lemma_ in _FAILING and children(head, "xcomp")
    ):
        return Polarity.NEGATIVE
    scope += [c for t in complements for c in t.children if c.dep_ == "neg"]
    negated = any(t.dep_ == "neg" for t in scope) or any(
        t.lower_ in NEGATIVES for h in scope for t in h.children if t.dep_ != "prep"
    )
    return Polarity.NEGATIVE if negated else Polarity.POSITIVE


def status(doc: Doc, clause: Clause, text: str, event: str) -> Status | None:
    """Where the event or the case stands; None where the clause is no event."""
    for name, value in _CASE:
        if event == name:
            return value
    if _SUSPECT.search(text):
        return Status.SUSPECT
    head = doc[clause.head]
    if head.pos_ not in ("VERB", "AUX"):
        return None
    if _CANCELLED.fullmatch(head.text) and (
        head.lemma_ != "call" or children(head, "prt")
    ):
        return Status.CANCELLED
    if clause.kind == "purpose" or _PLANNED.search(text):
        return Status.PLANNED
    auxiliaries = {a.lower_ for a in children(head, "aux", "auxpass")}
    if head.tag_ == "VBG" and auxiliaries & {"is", "are", "’s", "’re", "'s", "'re"}:
        return Status.ONGOING
    past = head.tag_ in ("VBD", "VBN")
    return Status.HAPPENED if past and head.pos_ == "VERB" else None


def is_old(before: str) -> bool:
    """Whether the number that follows this text is the earlier of two."""
    ends = before.rstrip()[-_LONGEST_END:].casefold().endswith(_ENDS_OLD)
    return ends and _BEFORE_OLD.search(before) is not None


# "Of the 31 dead, 26 were killed by shells": the claim counts the 26.
_WHOLE = re.compile(
    r"(?:^|[,;:“\"]\s*)(?:out )?of (?:the|its|their|these|those|our|his|her)"
    r"(?: [\w-]+)?\s+$",
    re.IGNORECASE,
)


def is_whole(before: str) -> bool:
    """Whether the number that follows this text is the whole of which one is told."""
    return bool(_WHOLE.search(before))


def is_historic(before: str, clause: str) -> bool:
    """Whether a value is an earlier one; `before` is the text before its number."""
    return is_old(before) or bool(_HISTORIC.search(clause))


def is_absence(text: str) -> bool:
    """Whether the clause claims that something has not come."""
    return bool(_ABSENCE.search(text))


def place(doc: Doc, clause: Clause) -> str | None:
    """The first proper name after "in", "at" or "near" in the clause."""
    own = set(clause.tokens)
    for i in clause.tokens:
        token = doc[i]
        if token.dep_ != "pobj" or token.pos_ != "PROPN":
            continue
        if token.text.rstrip(".") in _MONTHS:
            continue
        if token.head.lower_ in ("in", "at", "near", "outside", "across"):
            return _name(token, own)
    return None


def _name(token: Token, own: set[int]) -> str:
    words = [t for t in token.subtree if t.pos_ == "PROPN" and t.i in own]
    run = [t.text for t in words if t.i <= token.i]
    return " ".join(run)
