"""How sure an assertion is: hedges in the clause they govern. Pure."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from monitor.claims import cues
from monitor.claims.sought import sought, words
from monitor.model import Certainty

UNVERIFIED = sought(
    r"\bunder (?:review|investigation|examination|verification)\b"
    r"|\b(?:is|are|was|were) (?:still )?being (?:reviewed|investigated|examined|verified)\b"
    r"|\b(?:remains?|is|was|were|are|still) (?:as yet |still |largely )?"
    r"(?:unclear|unknown|uncertain|unconfirmed|unverified|unproven|disputed)\b"
    r"|\bnot (?:yet |immediately )?(?:clear|known|certain)\b"
    r"|\b(?:unknown|unclear|unconfirmed)$"
    r"|\b(?:un(?:confirmed|verified|substantiated|corroborated))\b"
    r"|\b(?:not|n[o’']t|yet to|no|none|without|neither)\b.{0,40}\b(?:been )?"
    r"(?:independently |officially )?(?:verif(?:y|ied|ication)|confirm(?:ed|ation)?"
    r"|corroborat(?:e|ed|ion)|validat(?:e|ed|ion)|authenticat(?:e|ed))\b",
    "review investigation examination verification being unclear unknown uncertain"
    " unconfirmed unverified unproven disputed clear known certain unsubstantiated"
    " uncorroborated verify verified confirm confirmed confirmation corroborate"
    " corroborated corroboration validate validated validation authenticate authenticated",
)
# A reader is told that it is only said, or looks so.
_HEARSAY = sought(
    r"\b(?:said|believed|thought|rumou?red|alleged|feared|suspected|understood"
    r"|reputed|presumed|assumed|considered likely) to\b"
    r"|\b(?:signs?|indications?|rumou?rs?|allegations?|speculation|suspicions?) "
    r"(?:that|of)\b"
    r"|\blook(?:s|ed)? (?:set|likely|imminent|certain|poised|like|as if|to be)\b",
    "said believed thought rumored rumoured alleged feared suspected understood reputed"
    " presumed assumed considered sign signs indication indications rumor rumors rumour"
    " rumours allegation allegations speculation suspicion suspicions look looks looked",
)
# Also where somebody is named who says so: he has only heard it.
_HEARD = sought(
    r"(?<!\bthey )(?<!\bhe )(?<!\bshe )(?<!\bwe )"
    r"\b(?:said|believed|thought|rumou?red|alleged|reputed|presumed|understood) to\b",
    "said believed thought rumored rumoured alleged reputed presumed understood",
)
_CONDITIONAL = frozenset(("would", "could", "may", "might"))
# Hedge weight from which a sentence as a whole is held at arm's length: one plain
# cue (0.7) or two weak ones.
HEDGED = 0.7


@dataclass(frozen=True, slots=True)
class _Cue:
    weight: float
    possible: bool
    pattern: re.Pattern[str]


@cache
def _cues() -> tuple[_Cue, ...]:
    file = resources.files("monitor.claims") / "data" / "hedges.toml"
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    return tuple(
        _Cue(row["weight"], row.get("possible", False), re.compile(row["pattern"]))
        for row in table["cue"]
    )


@cache
def _possible() -> re.Pattern[str]:
    """The cues of what is possible as one: each begins with a word."""
    cues = (c.pattern.pattern.removeprefix(r"\b") for c in _cues() if c.possible)
    return re.compile(rf"\b(?:{'|'.join(cues)})")


def is_hedged(sentence: str) -> bool:
    """Whether a sentence leaves open if, who or how many."""
    return sum(c.weight for c in _cues() if c.pattern.search(sentence)) >= HEDGED


def is_possible(clause: str) -> bool:
    """Whether a clause states a possibility or hearsay, not a fact."""
    heard = _HEARSAY.search(clause) is not None
    return heard or _possible().search(clause) is not None


def of(clause: str, *, attributed: bool, weak: bool = False) -> Certainty:
    """The certainty of one clause.

    `attributed` = somebody who can be asked says it; `weak` = it is only said to be
    said, or nobody in particular says it.
    """
    if UNVERIFIED.search(clause):
        return Certainty.UNVERIFIED
    said = words(clause)
    if said & cues.words("adverbs.alleged"):
        return Certainty.ALLEGED
    # a plain "X said" leaves nothing to ask
    possible = (weak or not attributed) and is_possible(clause)
    heard = "reportedly" in said
    if not attributed and heard and _CONDITIONAL & said:
        return Certainty.ALLEGED
    if weak and (possible or not attributed):
        return Certainty.ALLEGED
    if attributed and _HEARD.search(clause):
        return Certainty.ALLEGED
    if possible and not attributed:
        return Certainty.ALLEGED
    return Certainty.REPORTED if attributed or heard else Certainty.ASSERTED
