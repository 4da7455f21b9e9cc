"""How much a statement is worth checking: facts, not opinions or manners. Pure.

A sum of signs, each of one word class, weighed by hand: figures, comparisons and
accounts of what somebody did or said speak for it; wishes, plans, advice,
questions and talk about the talk speak against it.
"""

from __future__ import annotations

import re

_FOR = tuple(
    (weight, re.compile(pattern))
    for weight, pattern in (
        # figures
        (0.26, r"[$£€]\s?\d|\b\d[\d,.]*\s?(?:%|percent|per cent|cents|dollars)"),
        (0.22, r"\b\d{1,3}(?:,\d{3})+\b|\b\d+(?:\.\d+)?\b(?!\s?(?:minutes?|seconds?))"),
        (
            0.22,
            r"(?i)\b(?:hundred|thousand|million|billion|trillion|dozen|percent)s?\b",
        ),
        (
            0.12,
            r"(?i)\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
            r"|fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)\b",
        ),
        (
            0.10,
            r"(?i)\b(?:half|twice|double[ds]?|triple[ds]?|third|quarter|majority)\b",
        ),
        # comparisons and trends
        (
            0.16,
            r"(?i)\b(?:more|less|fewer|higher|lower|larger|bigger|greater|faster|worse"
            r"|better) than\b",
        ),
        (
            0.16,
            r"(?i)\b(?:highest|lowest|largest|biggest|fastest|worst|record|most"
            r"|longest|greatest (?:number|amount)|first time|only (?:one|country))\b",
        ),
        (
            0.14,
            r"(?i)\b(?:increas|decreas|reduc|rais|lower|cut|grow|grew|rise|rose|risen"
            r"|fell|fallen|drop|declin|expand|lost|gain|add|creat)(?:e?d|ing|s|es)?\b",
        ),
        # what somebody did or said
        (
            0.14,
            r"\b(?:[Hh]e|[Ss]he|[Tt]hey|[Ww]e|[Ii]t|[Ii])(?:'ve|’ve|'s|’s)? "
            r"(?:\w+ly )?(?:have |had |has |been |also |just |already |never )*"
            r"(?:\w{2,}ed|did|was|were|had|gave|went|took|made|put|came|got|spent|sent"
            r"|left|lost|won|ran|built|brought|paid|sold|held|led|met|began|became"
            r"|fought|wrote|stood|voted)\b",
        ),
        (
            0.16,
            r"(?i)\b(?:vote[ds]?|oppos(?:e[ds]?|ing)|support(?:ed|s)|promis(?:ed|es)"
            r"|vetoed|signed|passed|proposed|appointed|approved|rejected|introduced"
            r"|sponsored|enacted|invested|exported?|imported?|deployed|invaded"
            r"|negotiated|withdrew|eliminated|deregulated)\b",
        ),
        (
            0.12,
            r"(?i)\b(?:he|she|they|senator \w+|governor \w+|mr\. \w+|president \w+"
            r"|\w+) (?:has |have |had )?(?:said|says|called|claimed|told|announced"
            r"|admitted|testified|indicated)\b",
        ),
        (
            0.12,
            r"(?i)\b(?:since|ago|last (?:year|month|week|decade)|this year|in the (?:last"
            r"|past)|years? (?:in|of)|over the (?:last|past)|(?:in|of) (?:19|20)\d\d"
            r"|when (?:I|he|she|we|they) (?:was|were|came|took))\b",
        ),
        # matters of record
        (
            0.12,
            r"(?i)\b(?:tax(?:es)?|budget|deficit|debt|unemployment|inflation|jobs?|wages?"
            r"|income|spending|trade|economy|rate|crime|prices?|insurance|medicare"
            r"|medicaid|social security|welfare|poverty|exports?|imports?|oil|troops"
            r"|nuclear|weapons?|missiles?|forces|treaty|deal|bill|law|legislation"
            r"|amendment|congress|senate|court|schools?|hospitals?|doctors?|workers"
            r"|companies|banks?|agency|program|health|energy|coal|gas|population)\b",
        ),
        (0.08, r"(?<=[a-z,] )[A-Z][a-z]+"),
    )
)
_AGAINST = tuple(
    (weight, re.compile(pattern))
    for weight, pattern in (
        (0.40, r"\?[\"”’']?\s*$"),
        (0.18, r"\b(?:I|[Ww]e|you|[Yy]ou|[Tt]hey|it|[Ii]t|he|she)(?:'ll|’ll| will| shall"
               r"| would|'d|’d)\b|\b(?:will|shall|going to|gonna)\b"),
        (0.22, r"(?i)\b(?:should|must|ought|need(?:s)? to|have to|has to|got to|let's|let’s"
               r"|let us|let me|want to|would like|try to|can do|can't afford)\b"),
        (0.16, r"(?i)\bI(?:'m| am|’m)? (?:think|believe|hope|feel|guess|wish|want|know|mean"
               r"|suppose|understand|agree|disagree|sure|going|happy|glad|proud|sorry"
               r"|don't|don’t|do not|love|like|respect|appreciate|trust|say|ask)\b"),
        (0.25, r"(?i)\b(?:thank|thanks|please|good evening|welcome|congratulat|sir|sorry"
               r"|excuse me|wait a minute|next question|applause|ladies and gentlemen)\b"),
        (0.12, r"(?i)\b(?:if|whether|could|may|might|maybe|perhaps|unless|hopefully)\b"),
        (0.10, r"(?i)\b(?:what|why|how) (?:I|we|you|he|she|they|do|does|is|are|kind)\b"),
        (0.10, r"(?i)\b(?:question|issue|answer|point|debate|discussion|differences?|problem"
               r"|idea|view|opinion|leadership|values|freedom|hope|future|dream|principle)"
               r"s?\b"),
        (0.08, r"(?i)\b(?:you|your)\b"),
        (0.08, r"(?i)\b(?:great|wonderful|terrible|important|strong|tough|right|wrong|good"
               r"|bad|fair|beautiful|tremendous|disaster)\b"),
    )
)  # fmt: skip
# A statement starts here; what is too short states nothing whole.
BASE = 0.34
SHORT_WORDS = 7
SHORT = 0.15
LONG_WORDS = 14
LONG = 0.06


def score(text: str) -> float:
    """0 (nothing to check) to 1."""
    value = BASE
    value += sum(weight for weight, pattern in _FOR if pattern.search(text))
    value -= sum(weight for weight, pattern in _AGAINST if pattern.search(text))
    words = len(text.split())
    if words < SHORT_WORDS:
        value -= SHORT
    elif words >= LONG_WORDS:
        value += LONG
    return round(min(1.0, max(0.0, value)), 3)
