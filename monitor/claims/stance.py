"""Which side a headline takes on a claim: for, against, or only observing. Pure."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache


class Stance(StrEnum):
    """What a text does with a claim."""

    FOR = "for"
    AGAINST = "against"
    OBSERVING = "observing"


# The text says outright that the claim does not hold.
_REFUTES = re.compile(
    r"\b(?:hoax(?:es)?|fake[ds]?|faking|debunk\w*|untrue|bogus|fabricat\w+|satir\w+|myth"
    r"|spoof|prank|made[- ]up|made (?:it|this|that|them) (?:all )?up|baseless|unfounded|misinformation|disproved?|discredit\w*"
    r"|refut\w+|rebut\w*|retract\w*|denie[sd]|deny|denying|denial|dispel\w*|quash\w*"
    r"|rubbish\w*|dismiss(?:es|ed)?|shot down|shoots down|contradict\w*|nonsense|lies?"
    r"|lied|lying|doubts?|false(?:ly)?|fiction\w*|photoshop\w*|doctored|staged|wrong|incorrect"
    r"|no truth|not(?! (?:only|just|sure|say|comment|know))"
    r"|never (?:happened|existed|said|was|did)|no evidence|alive and well|still alive"
    r"|is alive|calls? bull\w*|bull(?:shit)?|busted|nope|actually,? (?:no|not|just)"
    r"|don[’']t believe|didn[’']t|isn[’']t(?! sure)|wasn[’']t|aren[’']t|doesn[’']t|hasn[’']t"
    r"|can[’']t|weren[’']t|ain[’']t|apologi[sz]e[sd]?|fool(?:s|ed)|troll(?:s|ed)|rebuff\w*|tricked|pants on fire|is safe|shoot down|safe and)\b",
    re.IGNORECASE,
)
# The text keeps its distance: a question, hearsay, a doubt, a source at its end.
_DISTANCE = re.compile(
    r"\?|(?-i:(?::\s|\s[-–—]+\s?)(?:[A-Z][\w.&’']*\s?){1,3}$)|\b(?:claim(?:s|ed|ing)?|reports?:|report(?:s|ed|edly)?|rumou?r\w*|alleg\w+"
    r"|officials?:|unconfirmed|unverified|supposed(?:ly)?|apparent(?:ly)?|purported(?:ly)?"
    r"|possibl[ey]|may|might|could|suspect\w*|question\w*|doubtful|skeptic\w*"
    r"|sceptic\w*|investigat\w+|prob(?:e[sd]?|ing)|so-called|said to|says?|according to"
    r"|believed|thought|presum(?:ed|ably)|fears?|feared|mystery|unclear|is it|or not"
    r"|what we know|source[sd]?|tabloid|(?:appear|seem)(?:s|ed|ing)? to|purports?"
    r"|seemingly|probably|perhaps|maybe|set to|consider\w*|in talks|negotiat\w+"
    r"|in (?:\w+ )?(?:talks|discussions)|near(?:s|ing)|looking (?:at|to|into)|planning"
    r"|expected|likely|analysts?|predict(?:s|ed|ion)?|forecasts?|pegs|estimate[sd]?)\b",
    re.IGNORECASE,
)
_OUTRIGHT_NO = re.compile(
    r"^(?:UPDATE: )?(?:no\b|nope\b|false\b|hoax\b)|: no\b", re.IGNORECASE
)
# Stronger than a mere "not": these refute a negative claim too.
_STRONG = re.compile(
    r"\b(?:hoax(?:es)?|fake|debunk\w*|untrue|bogus|myth|isn[’']t real|not real|not true"
    r"|no truth|satir\w+)\b",
    re.IGNORECASE,
)
_NEGATIVE_CLAIM = re.compile(
    r"\b(?:not|never|no|hoax|fake|false)\b|n[’']t\b", re.IGNORECASE
)
_WORD = re.compile(r"[a-z0-9]+(?:['’][a-z]+)?", re.IGNORECASE)
_SPEECH = frozenset(("say", "says", "said", "claim", "claims", "claimed"))
_PLANS = frozenset(("set", "will", "plan", "expected", "planning", "considering"))
# Letters by which two words are one, and the share of a claim's words that a text
# on another matter does not reach.
STEM = 5
UNRELATED = 0.1


@lru_cache(maxsize=2_000)
def is_outright(text: str) -> bool:
    """Whether a text says of something, in so many words, that it does not hold."""
    return bool(_STRONG.search(text) or _OUTRIGHT_NO.search(text))


def of(claim: str, headline: str) -> Stance:
    """The stance of a headline on a claim. The claim's own words tell nothing."""
    own = {w.lower() for w in _WORD.findall(claim)}
    outright = _OUTRIGHT_NO.search(headline)
    strong = outright or _beside(_STRONG, headline, own)
    refutes = outright or _beside(_REFUTES, headline, own)
    if refutes and (strong or not _NEGATIVE_CLAIM.search(claim)):
        questioned = headline.rstrip().endswith("?")
        return Stance.OBSERVING if questioned else Stance.AGAINST
    distance = _beside(_DISTANCE, headline, own)
    if own & _SPEECH:
        distance = [d for d in distance if d not in _SPEECH]
    if own & _PLANS:
        distance = [d for d in distance if d.split()[0] not in _PLANS]
    if distance or _shared(claim, headline) < UNRELATED:
        return Stance.OBSERVING
    return Stance.FOR


def _beside(cue: re.Pattern[str], text: str, own: set[str]) -> list[str]:
    """The cues of a text that are no words of the claim."""
    found = (match.group().lower() for match in cue.finditer(text))
    return [word for word in found if word not in own]


def _shared(claim: str, headline: str) -> float:
    """The share of the claim's longer words that the headline has too."""
    want = {w.lower()[:STEM] for w in _WORD.findall(claim) if len(w) > 3}
    have = {w.lower()[:STEM] for w in _WORD.findall(headline)}
    return len(want & have) / len(want) if want else 1.0
