"""How sure an assertion is: hedges in the clause they govern. Pure."""

from __future__ import annotations

import re

from monitor.claims import cues
from monitor.model import Certainty

UNVERIFIED = re.compile(
    r"\bunder (?:review|investigation|examination|verification)\b"
    r"|\b(?:remains?|is|was|were|are|still) (?:as yet |still |largely )?"
    r"(?:unclear|unknown|uncertain|unconfirmed|unverified|unproven|disputed)\b"
    r"|\b(?:un(?:confirmed|verified|substantiated|corroborated))\b"
    r"|\b(?:not|n[o’']t|yet to|no|without|neither)\b.{0,40}\b(?:been )?"
    r"(?:independently |officially )?(?:verif(?:y|ied|ication)|confirm(?:ed|ation)?"
    r"|corroborat(?:e|ed|ion)|validat(?:e|ed|ion)|authenticat(?:e|ed))\b",
    re.IGNORECASE,
)
# Words that make a statement a possibility.
ALLEGED = re.compile(
    r"\b(?:may|might|could)\b(?! not only)(?!\s+\d)"
    r"|\b(?:possibly|perhaps|maybe|potentially|conceivably)\b"
    r"|\b(?:said|believed|thought|rumou?red|alleged|feared|suspected|understood"
    r"|reputed|presumed|assumed|considered likely) to\b"
    r"|\b(?:appears?|appeared|seems?|seemed) (?:to|that|as if|likely)\b"
    r"|\b(?:signs?|indications?|rumou?rs?|allegations?|speculation|suspicions?) "
    r"(?:that|of)\b",
    re.IGNORECASE,
)
_CONDITIONAL = re.compile(r"\b(?:would|could|may|might)\b", re.IGNORECASE)
_ADVERB = re.compile(r"\b\w+ly\b", re.IGNORECASE)
# The article lowers itself: nobody could check what it says.
DISCLAIMER = re.compile(
    r"\b(?:could|can|cannot|can’t|can't|has|have|had|were|was|is|are|been)\b.{0,30}"
    r"\b(?:not|n[o’']t|unable|no)\b.{0,40}\b(?:independently |immediately |further )?"
    r"(?:verif|confirm|validat|corroborat|authenticat)\w*"
    r"|\b(?:no|not) (?:further |independent )?(?:validation|verification|confirmation"
    r"|corroboration) (?:of|has|have)\b",
    re.IGNORECASE,
)
# What such a sentence names when it speaks of the article as a whole.
WHOLE = re.compile(
    r"\b(?:these|the|those|this|such)\s(?:\w+\s){0,3}?(?:claims?|reports?|accounts?"
    r"|figures?|numbers?|information|details|allegations?|tolls?|statements?)\b",
    re.IGNORECASE,
)


def of(clause: str, *, attributed: bool, weak: bool = False) -> Certainty:
    """The certainty of one clause.

    `attributed` = somebody who can be asked says it; `weak` = it is only said to be
    said, or nobody in particular says it.
    """
    if UNVERIFIED.search(clause):
        return Certainty.UNVERIFIED
    adverbs = {m.group().lower() for m in _ADVERB.finditer(clause)}
    if adverbs & cues.words("adverbs.alleged"):
        return Certainty.ALLEGED
    possible = bool(ALLEGED.search(clause))
    heard = "reportedly" in adverbs
    if not attributed and heard and _CONDITIONAL.search(clause):
        return Certainty.ALLEGED
    if weak and (possible or not attributed):
        return Certainty.ALLEGED
    if possible and not attributed:
        return Certainty.ALLEGED
    return Certainty.REPORTED if attributed or heard else Certainty.ASSERTED


def disclaims(sentence: str) -> bool:
    """Whether a sentence says of the whole article that it is unverified."""
    return bool(DISCLAIMER.search(sentence) and WHOLE.search(sentence))
