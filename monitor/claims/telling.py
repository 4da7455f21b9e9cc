"""Who tells a clause, and how sure that makes it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.claims import certainty, cues, grammar, parts, sources
from monitor.model import Certainty, Source, SourceKind

if TYPE_CHECKING:
    from monitor.claims.parsed import Doc
    from monitor.claims.propositions import Clause
    from monitor.claims.told import Saying
    from monitor.claims.values import Values


def is_told_of(found: Values, doc: Doc, saying: Saying) -> bool:
    """Whether the saying is itself what is told: by whom no source is made.

    "No group has claimed the attack", "some 62 percent of respondents said …".
    """
    if saying.kind == "act" and sources.is_nobody(doc, saying):
        return True
    shares = [q for q in found.quantities if q.unit in ("percent", "fraction")]
    inside = set(saying.source)
    return any(inside & set(grammar.tokens_in(doc, q.start, q.end)) for q in shares)


def by(clause: Clause) -> list[Saying]:
    """Who tells the clause: of an act that somebody reports, not who does it."""
    acts = [s for s in clause.sayings if s.kind == "act" and s.cue == clause.head]
    others = [s for s in clause.sayings if s not in acts]
    return others if any(s.source for s in others) else clause.sayings


def sure(
    doc: Doc, clause: Clause, text: str, chain: tuple[Source, ...], carried: bool
) -> Certainty:
    """How sure the clause is, from its words and who stands behind it."""
    told = [s for s in clause.sayings if not _is_firm(doc, s)]
    signed = any(s.source and s.kind != "evidence" for s in clause.sayings)
    anonymous = bool(chain) and chain[-1].kind is SourceKind.ANONYMOUS
    words = parts.governed(doc, clause, text)
    weak = bool(told) and not signed
    if any(_accuses(doc, s) for s in clause.sayings):
        words = f"allegedly {words}"
    lemma = doc[clause.sayings[-1].cue].lemma_ if clause.sayings else ""
    if weak and told[-1].kind == "hearsay" and lemma == "report":
        # "is reported to" says no less than "reportedly"
        words, weak = f"reportedly {words}", False
    told_so = certainty.of(words, attributed=carried or signed, weak=weak or anonymous)
    alone = len(clause.sayings) == 1  # what Fenn says they confirmed is Fenn's word
    if lemma == "confirm" and alone and told_so is Certainty.REPORTED and not anonymous:
        return Certainty.ASSERTED
    return told_so


def _accuses(doc: Doc, saying: Saying) -> bool:
    """ "Alleged that", "accused her of", "denounced it as part of a plot"."""
    cue = doc[saying.cue]
    if cue.lemma_ in cues.words("accusing"):
        return True
    as_what = any(c.lower_ == "as" for c in grammar.children(cue, "prep"))
    return as_what and cue.lemma_ in cues.words("branding")


def _is_firm(doc: Doc, saying: Saying) -> bool:
    """ "was confirmed to be": nobody named, yet no hearsay."""
    return saying.kind == "evidence" and doc[saying.cue].lemma_ in cues.words("firm")
