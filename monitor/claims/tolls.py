"""Whether two counts of what befell people are of one event. Pure.

In a war, an epidemic or a campaign of bombs every article counts the dead, and one
story holds many events. Two counts are of one event if enough ties them: where, what
kind of incident, of what day, by whom counted, or that one goes on from the other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from monitor.claims import evidence, measures, wording
from monitor.claims.sought import sought
from monitor.model import Assertion, Comparator, Mention, SourceKind

# What ties two counts, in points; a place where much happens is half of one, and so
# is a kind of incident that both bring up as new ("a car bomb").
FULL, HALF = 1.0, 0.5
# Of these, so many make one event in one story; in two, where one outlet gives both
# counts and does not say that the one goes on from the other, or where a count falls,
# more.
ENOUGH = 1.5
ENOUGH_APART = 2.0
# Content said of both, names and figures left out, that is a point: one word more than
# "killed" and who.
SAID = 3.0
SHARE = 0.3
# Words beside figure and names of a count that tells no more than that.
BARE = 2
# Tolls of one event that sources dispute differ by a factor of 60 at the most we know
# (the injured of a crackdown); "3 children" and "100 million" are two events.
SAME_SIZE = 100
# A count of the dead is taken back by an error in ten at most without a word of it; a
# larger fall is of another event unless more ties it to this one.
FALL = 0.15
# Counts that do not go down by themselves, as those of the missing do.
_GATHERINGS = frozenset(("attend", "rally", "march", "gather", "demonstrate"))
_GROWING = _GATHERINGS | {"killed", "executed", "injured", "protested", "casualties"}
# From so many on, the same number is no chance.
TELLING = 3

UNTIED = "nothing ties these counts to one event"
OTHER_SIZE = "figures of another size"
FELL = "lower than the source's last count, and no word of a correction"
PERSON = "one person, not a count"
PART = "a count beside another"
SPAN = "a count of a length of time"
NATIONS = "people of two countries"
REASONS = frozenset((UNTIED, OTHER_SIZE, FELL, PERSON, PART, SPAN, NATIONS))

_ONE = re.compile(r"\b(?:one|1|single|only|first)\b", re.IGNORECASE)
_ADDED = sought(
    r"\b(?:another|further|additional)\b(?!\s+(?:round|wave|day))|\b(?:others|more)\b(?!\s+than)"
    r"|\bagain\b",
    "another further additional others more again",
)
_GOES_ON = sought(
    r"\b(?:(?:death )?tolls?|so far|in all|in total|total(?:s|led)?|altogether|overall"
    r"|(?:ha(?:s|ve)|had) (?:now |since |already )?(?:risen|climbed|reached|grown|jumped"
    r"|increased)|(?:number|count) of (?:the )?(?:dead|deaths|casualties|wounded|injured)"
    r"|now (?:stands|at)|ris(?:es|en)|rose|climb(?:s|ed)|up from|updated?"
    r"|revised)\b",
    "toll tolls far all total totals totalled altogether overall risen climbed reached"
    " grown jumped increased number count now rises rose climbs up update updated revised",
)
_UNTIL_NOW = sought(
    r"\b(?:has|have|had) (?:now |since |already )?(?:been|died|killed)\b",
    "been died killed",
)
_SPAN = sought(
    r"\b(?:over|in|during|within) the (?:past|last|previous)\b|\b\w+ (?:days|weeks|months) of\b",
    "past last previous days weeks months",
)
_TAKEN_BACK = re.compile(
    r"\b(?:revis(?:e[sd]?|ing|ion)|correct(?:s|ed|ion)?|lower(?:s|ed|ing)?|reduc(?:es|ed)"
    r"|down|instead|not|earlier|previously|initially|fewer|recount(?:ed)?|confirmed)\b",
    re.IGNORECASE,
)
_DEFINITE = frozenset(("the", "this", "that", "these", "those", "its", "their"))
# How far before its noun an article may stand ("the massive overnight car bomb").
_REACH = 4


def is_one(measure: str | None) -> bool:
    """Whether a measure is of what befell people, or of who came together."""
    event = (measure or "").partition("/")[0]
    return measures.befalls_people(measure) or event in _GATHERINGS


def apart(
    mention: Mention,
    assertion: Assertion,
    ties: Sequence[evidence.Name],
    *,
    same_story: bool,
    same_speaker: bool,
    as_of: datetime | None = None,
) -> str | None:
    """Why two counts of one measure are not of one event, None if they are.

    `as_of` is the mention's time: an older count may well be lower.
    """
    later = as_of is not None and as_of > assertion.as_of and not mention.historic
    if _is_person(mention.text, mention) != _is_person(assertion.text, assertion):
        return PERSON
    counted = (mention.measure or "").partition("/")[0].partition("-")[0]
    added = [bool(_ADDED.search(t)) for t in (mention.text, assertion.text)]
    if counted == "killed" and added[0] != added[1]:
        return PART
    if _SPAN.search(mention.text) and not _SPAN.search(assertion.text):
        return SPAN
    nations = _nation(mention.text), _nation(assertion.text)
    if all(nations) and nations[0] != nations[1]:
        return NATIONS
    if _sizes_differ(mention, assertion) and not ties:
        return OTHER_SIZE
    if not (same_story or ties or _place(mention, assertion)):
        return UNTIED
    found = points(mention, assertion, ties, same_speaker=same_speaker)
    anew = same_speaker and mention.source is None and not _GOES_ON.search(mention.text)
    fell = same_speaker and later and counted in _GROWING and _fell(mention, assertion)
    enough = ENOUGH if same_story and not (anew or fell) else ENOUGH_APART
    if found >= enough:
        return None
    return FELL if fell else UNTIED


def points(
    mention: Mention,
    assertion: Assertion,
    ties: Sequence[evidence.Name],
    *,
    same_speaker: bool,
) -> float:
    """How much ties two counts to one event."""
    texts = mention.text, assertion.text
    found = FULL * len(_named(mention, texts, ties)) + _place(mention, assertion)
    came = (mention.measure or "").partition("/")[0] in _GATHERINGS | {"protested"}
    found += _incident(*texts, bare=0.0 if came else HALF)
    if mention.event_on is not None and mention.event_on == assertion.event_on:
        found += FULL
    if _GOES_ON.search(mention.text):
        found += FULL
    elif _UNTIL_NOW.search(mention.text):
        found += HALF
    if same_speaker and mention.source is not None:
        found += FULL if mention.source.kind is not SourceKind.ANONYMOUS else 0.0
    alike = evidence.shared(*texts, numbers=False)
    # one rally is told like any other
    if not came and alike.said >= SAID and alike.less >= SHARE:
        found += FULL
    return found + (FULL if _same_number(mention, assertion) else 0.0)


def _named(
    mention: Mention, texts: Sequence[str], ties: Sequence[evidence.Name]
) -> list[evidence.Name]:
    """The names in both that are no places, nor of those who are counted."""
    return [
        name
        for name in ties
        if not evidence.is_busy(name)
        and not any(evidence.is_scene(name, text) for text in texts)
        and not any(wording.coverage(word, " ".join(name)) for word in mention.scope)
    ]


def _place(mention: Mention, assertion: Assertion) -> float:
    """What the places of both say: most the one in both texts, of little news."""
    texts = mention.text, assertion.text
    left = evidence.names(mention.entities, texts[0])
    right = evidence.names(assertion.entities, texts[1])
    both = evidence.common_names(left, right)
    scenes = [n for n in both if all(evidence.is_scene(n, t) for t in texts)]
    here, there = evidence.names(mention.setting), evidence.names(assertion.setting)
    for one, other in ((here, there), (here, right), (left, there)):
        scenes += evidence.common_names(one, other)
    if not scenes:
        country = mention.place is not None and mention.place == assertion.place
        return HALF if country else 0.0
    return HALF if all(evidence.is_busy(n) for n in scenes) else FULL


def _incident(a: str, b: str, *, bare: float) -> float:
    """What the kinds of incident say: little if both tell of it for the first time."""
    left, right = evidence.incidents(a), evidence.incidents(b)
    if not (left and right):
        # a count alone is of what its article is about
        return bare if _is_bare(a, left) or _is_bare(b, right) else 0.0
    if not any(x & y for x in left.values() for y in right.values()):
        return 0.0
    if _is_known(a, left) or _is_known(b, right):
        return FULL
    # a bomb and the bombs of a year
    return HALF if _are_many(left) == _are_many(right) else 0.0


def _are_many(nouns: dict[str, frozenset[int]]) -> bool:
    return all(word.endswith("s") for word in nouns)


def _is_bare(text: str, nouns: dict[str, frozenset[int]]) -> bool:
    said = [w for w in wording.words(text) if w.content and not w.generic]
    return not nouns and sum(not (w.number or w.name) for w in said) <= BARE


@lru_cache(maxsize=5_000)
def _nation(text: str) -> str | None:
    """Whose people are counted: "three British soldiers"."""
    words = wording.words(text)
    return next(
        (
            other.key
            for at, word in enumerate(words)
            if word.number
            for other in words[at + 1 : at + 3]
            if wording.is_place(other.key)
        ),
        None,
    )


def _is_known(text: str, nouns: dict[str, frozenset[int]]) -> bool:
    """Whether a text speaks of its incident as of one that is known: "the blaze"."""
    words = [wording.fold(w) for w in re.findall(r"[\w’'-]+", text)]
    return any(
        word in nouns
        and any(
            w in _DEFINITE or w.endswith(("'s", "’s")) for w in words[at - _REACH : at]
        )
        for at, word in enumerate(words)
        if at >= 1
    )


def _is_person(text: str, said: Mention | Assertion) -> bool:
    """Whether one is counted because one is told of: "a woman was killed"."""
    value = said.quantity if isinstance(said, Mention) else said
    if value is None or not value.minimum == value.maximum == 1:
        return False
    return not _ONE.search(text) and (said.measure or "").endswith("/person")


def _same_number(mention: Mention, assertion: Assertion) -> bool:
    value = mention.quantity
    if value is None or value.comparator is Comparator.VAGUE:
        return False
    bounds = value.minimum, value.maximum
    # "at least 19" in both is as telling as 19
    telling = value.minimum is not None and value.minimum >= TELLING
    return telling and bounds == (assertion.minimum, assertion.maximum)


def _fell(mention: Mention, assertion: Assertion) -> bool:
    value = mention.quantity
    now = None if value is None else value.maximum or value.minimum
    before = assertion.minimum or assertion.maximum
    if now is None or before is None or _TAKEN_BACK.search(mention.text):
        return False
    return now < before * (1 - FALL)


def _sizes_differ(mention: Mention, assertion: Assertion) -> bool:
    figures = [q.minimum or q.maximum for q in mention.quantities[:1]]
    figures.append(assertion.minimum or assertion.maximum)
    known = [x for x in figures if x]
    return len(known) > 1 and max(known) >= SAME_SIZE * min(known)
