"""Sentences that say of other claims that nobody could check them. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from monitor.claims.sentences import Sentence
from monitor.claims.sought import sought
from monitor.model import Certainty, Mention

_VERIFY = r"(?:verif|confirm|validat|corroborat|authenticat)\w*"
_NOT = sought(
    rf"\b(?:not|n[o’']t|cannot|unable to|yet to)\b.{{0,40}}?\b{_VERIFY}"
    rf"|\bno (?:\w+ ){{0,2}}{_VERIFY}\b|\bimpossible to {_VERIFY}",
    "not n cannot unable yet no impossible",
)
# What it names: "the figures", "these rescue claims", "his account".
_NAMED = re.compile(
    r"\b(?:these|the|those|this|that|such|any|either|his|her|their|its|all)\s"
    r"(?P<which>(?:[\w’'-]+\s){0,2}?)"
    r"(?P<what>claims?|reports?|accounts?|figures?|numbers?|tolls?|information|details"
    r"|allegations?|statements?|assertions?|videos?|footage|images?|casualty)\b",
    re.IGNORECASE,
)
# "But that could not be confirmed": what was told last.
_POINTS = re.compile(
    rf"\b(?:that|this|which|it) (?:could|can|has|had)(?: ?not|n[’']t)\b.{{0,30}}?{_VERIFY}"
    r"(?! (?:that|whether|how|if|who))",
    re.IGNORECASE,
)
_FIGURES = frozenset(("figure", "figures", "number", "numbers", "toll", "tolls"))
_PLAIN = frozenset(("latest", "reported", "various", "other", "same", "two", "new"))
# A general disclaimer speaks of the paragraph that reports something last; alone
# in the last paragraph of an article it speaks of the whole.
# Letters by which "defection" and "defected" are one word.
STEM = 5


def lower(
    mentions: Sequence[Mention], split: Sequence[Sentence]
) -> tuple[Mention, ...]:
    """The mentions, those that a disclaimer names lowered to unverified."""
    found = list(mentions)
    lines = {s.index: s.line for s in split}
    last = max(lines.values(), default=0)
    for sentence in split:
        if not _NOT.search(sentence.text):
            continue
        named = _NAMED.search(sentence.text)
        if named is None:
            if _POINTS.search(sentence.text):
                _lower_last(found, sentence)
            continue
        line = _line_meant(sentence, lines, found)
        which = {w for w in named.group("which").lower().split() if w not in _PLAIN}
        for at, mention in enumerate(found):
            if not _is_told(mention) or _NOT.search(mention.quote):
                continue
            near = lines[mention.sentence] == line
            if which:
                hit = _shares(which, mention)
            else:
                alone = line != sentence.line and sentence.line == last
                hit = near or alone
                figures = named.group("what").lower() in _FIGURES
                hit = hit and (not figures or bool(mention.quantities))
            if hit:
                found[at] = replace(mention, certainty=Certainty.UNVERIFIED)
    return tuple(found)


def _lower_last(found: list[Mention], sentence: Sentence) -> None:
    """What was told last before the disclaimer, in its sentence or the one before."""
    for at in range(len(found) - 1, -1, -1):
        mention = found[at]
        if mention.sentence > sentence.index or _NOT.search(mention.quote):
            continue
        if mention.sentence >= sentence.index - 1 and _is_told(mention):
            found[at] = replace(mention, certainty=Certainty.UNVERIFIED)
        return


def _line_meant(
    sentence: Sentence, lines: dict[int, int], mentions: Sequence[Mention]
) -> int:
    """Its own paragraph if that reports something, else the one before."""
    reported = [
        lines[m.sentence]
        for m in mentions
        if _is_told(m) and m.sentence <= sentence.index and not _NOT.search(m.quote)
    ]
    return max(reported, default=sentence.line)


def _is_told(mention: Mention) -> bool:
    """Whether somebody says it, or it is said to be said."""
    return bool(mention.chain) or mention.certainty is not Certainty.ASSERTED


def _shares(which: set[str], mention: Mention) -> bool:
    stems = {w[:STEM] for w in which}
    return any(w[:STEM] in stems for w in re.findall(r"\w+", mention.quote.lower()))
