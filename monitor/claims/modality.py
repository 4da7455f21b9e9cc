"""Words that hedge or negate a sentence, where they stand, and which come or go. Pure.

Two wordings of a sentence are compared by these words alone, so that a hedge is seen
whatever carries it: an adverb, a modal, an adjective ("the alleged hacker"), a verb
("suspect that") or a phrase ("it is possible that").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.claims import wording
from monitor.claims.details import Edit
from monitor.claims.wording import Word

_HEDGE = re.compile(
    r"\b(?:allegedly|reportedly|apparently|purportedly|supposedly|presumably|possibly"
    r"|probably|perhaps|maybe|seemingly|potentially|conceivably|ostensibly"
    r"|tentatively|provisionally"
    r"|(?:un)?likely|alleged|suspected|presumed|possible|probable|apparent|potential"
    r"|purported|supposed|rumou?red|(?<!\bthe )(?<!most )feared|rumou?rs?|speculation|(?<!on )suspicions?"
    r"|reports(?= of\b)|(?:indications?|signs?|suggestions?|allegations?)"
    r"(?= of\b| that\b(?! (?:reads?|says?|said)\b))"
    r"|might|(?-i:may)|could(?! not|n[o’']t| be (?:heard|seen|felt|smelt|reached|read)\b)"
    r"|(?:seem|appear)(?:s|ed|ing)?(?= to\b| that\b| as if\b)"
    r"|(?:believe|suspect|think|fear(?! of)|assume|presume|doubt)s?(?= (?:that|the|an?|it|he"
    r"|she|they|of)\b)|(?:believed|thought|assumed|understood)(?= to\b| that\b)"
    r"|(?:said|reported|expected)(?= to\b))\b",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    r"\b(?:not|no|never|none|nobody|neither|nor|without|cannot|unable|incapable"
    r"|nothing|fail(?:s|ed|ing)?(?= to\b)|refus(?:es?|ed|ing)(?= to\b)"
    r"|declin(?:es?|ed|ing)(?= to\b)|neglect(?:s|ed|ing)?(?= to\b))\b|n[’']t\b",
    re.IGNORECASE,
)
# What is said not to be sure: "it is unclear whether", "have not confirmed that".
_OPEN = re.compile(
    r"\b(?:remains?|is|was|were|are|still|it) (?:as yet |still |largely )?"
    r"(?:unclear|unknown|uncertain|unconfirmed|unverified|unproven)\b"
    r"|(?<!had )(?<!have )(?<!has )\bnot (?:yet |immediately )?(?:clear|known|certain)\b(?! to\b)"
    r"|\bun(?:confirmed|verified|substantiated|corroborated)\b"
    r"|\b(?:(?:not|yet to|no)\b|n[’']t\b)(?: \w+){0,3}? (?:confirm(?:ed|ation)?|verif(?:y"
    r"|ied|ication)|establish(?:ed)?|corroborat(?:e|ed))\b(?=,? (?:that|whether|if|of)\b)"
    r"|\b(?:not|yet to|n[’']t)(?: \w+)?? be(?:en)? (?:\w+ )?(?:confirmed|verified"
    r"|established|corroborated|determined|ascertained|clarified)\b",
    re.IGNORECASE,
)
# "no fewer than", "not only", "not until": nothing is negated.
_IDLE = re.compile(
    r"\b(?:no (?:fewer|less|more|later|earlier|sooner)(?= than\b)|not (?:only|just)"
    r"|no doubt)\b|\b(?:not|n[o’']t)\b(?=(?: \w+){1,6} until\b)",
    re.IGNORECASE,
)


# Words that say how well a thing is known.
_FIRM = re.compile(
    r"\b(?:proof|evidence|confirm(?:s|ed)?|establish(?:es|ed)?|certain(?:ly)?|definitely"
    r"|official(?:ly)?|sure|verified)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Shift:
    """The hedges (or negations) of one sentence that its other wording lacks."""

    edit: Edit

    @property
    def raises(self) -> bool:
        """Whether they are gone: the sentence is surer, or no longer negated."""
        return bool(self.edit.lost)

    @property
    def words(self) -> tuple[Word, ...]:
        """The words that came or went."""
        return self.edit.lost or self.edit.gained

    @property
    def hearsay(self) -> bool:
        """Whether they only say that it is said ("reportedly")."""
        return all(_is_hearsay(w) for w in self.words)

    @property
    def shown(self) -> str:
        """The words, as they stand in the text."""
        return " ".join(w.text for w in self.words)


# Words that say that something is not there, or did not happen, without a "not".
_PRIVATIVE = frozenset(
    map(
        wording.stem,
        [
            *("lose", "lost", "lack", "cut", "knock", "deprive", "prevent", "avoid"),
            *("escape", "unhurt", "unharmed", "uninjured", "absence", "empty"),
            *("shortage", "survive", "withhold", "abstain", "stop", "lacking"),
            *("missing", "reject", "exclude", "deny"),
        ],
    )
)
# What is warned of may happen, with or without a "could".
_WARNED = re.compile(
    r"\b(?:warn(?:s|ed|ing|ings)?|risk(?:s|ed|ing)?|threat(?:s|en(?:s|ed|ing)?)?)\b",
    re.IGNORECASE,
)
_MODALS = frozenset(["may", "might", "could"])


def hedges(before: str, after: str) -> Shift | None:
    """The hedges that come or go; None where hedges are merely exchanged."""
    old, new = _hedges(before), _hedges(after)
    if _WARNED.search(before) and _WARNED.search(after):
        old, new = (
            [w for w in side if w.text.lower() not in _MODALS] for side in (old, new)
        )
    shift = _shift(_rest(old, new), _rest(new, old))
    if shift is not None and _is_able(shift, after if shift.raises else before):
        return None
    return _heard_anyway(shift, before, after)


_CAN = re.compile(r"\b(?:can|could|able)\b", re.IGNORECASE)


def _is_able(shift: Shift, other: str) -> bool:
    """Whether what is "possible" can be done, in the other wording."""
    possible = all(w.text.lower() == "possible" for w in shift.words)
    return possible and _CAN.search(other) is not None


def only_heard(before: str, after: str) -> bool:
    """Whether both say that it is hearsay, each by a word of its own."""
    old, new = _hedges(before), _hedges(after)
    left, come = _rest(old, new), _rest(new, old)
    return bool(left and come) and all(_is_hearsay(w) for w in (*left, *come))


def _is_hearsay(word: Word) -> bool:
    return word.text.lower() in ("reportedly", "reported", "reports", "said")


_REPORTED = re.compile(r"\breport(?:s|ed|edly)?\b", re.IGNORECASE)


def _heard_anyway(shift: Shift | None, before: str, after: str) -> Shift | None:
    """The shift, unless both wordings say that it is reported, each its own way."""
    if shift is None or not all(w.key.startswith("report") for w in shift.words):
        return shift
    both = _REPORTED.search(before) and _REPORTED.search(after)
    return None if both else shift


def negations(before: str, after: str) -> Shift | None:
    """The negation that comes or goes; None where two cancel each other."""
    old, new = _negations(before), _negations(after)
    if (len(old) - len(new)) % 2 == 0:
        return None
    return _shift(_rest(old, new), _rest(new, old))


def lacks(edit: Edit) -> bool:
    """Whether a word that says without a "not" that something is not there goes.

    "Without power" is "lost power", and nobody hurt is unhurt. What is left out
    with nothing in its place ("to avoid a split") stands for no negation.
    """
    old, new = ({w.key for w in side} for side in (edit.old, edit.new))
    return bool(old and new and (old ^ new) & _PRIVATIVE)


def count_negations(text: str) -> int:
    """How often a sentence negates."""
    return len(_negations(text))


def _shift(lost: list[Word], gained: list[Word]) -> Shift | None:
    """A difference of one side only."""
    if bool(lost) == bool(gained):
        return None
    return Shift(Edit(tuple(lost), tuple(gained), tuple(lost), tuple(gained)))


def _rest(own: Sequence[Word], other: Sequence[Word]) -> list[Word]:
    left = [w.key for w in other]
    rest = []
    for word in own:
        if word.key in left:
            left.remove(word.key)
        else:
            rest.append(word)
    return rest


def _hedges(text: str) -> list[Word]:
    """The hedges of a sentence; what is unverified counts as one word."""
    open_ = [_word(m, "unverified") for m in _OPEN.finditer(text)]
    return open_ + [
        _word(m)
        for m in _HEDGE.finditer(text)
        if not any(w.start <= m.start() < w.end for w in open_)
    ]


def _negations(text: str) -> list[Word]:
    idle = [m.span() for m in (*_IDLE.finditer(text), *_OPEN.finditer(text))]
    return [
        _word(m)
        for m in _NEGATION.finditer(text)
        if not any(start <= m.start() < end for start, end in idle)
    ]


def _word(match: re.Match[str], key: str = "") -> Word:
    found = match[0]
    own = key or wording.stem(wording.fold(found))
    return Word(found, own, match.start(), match.end())


def bears(word: Word, text: str, *, firm: bool = False) -> bool:
    """Whether a word of a text hedges or negates it; with `firm`, or makes it sure."""
    patterns = (_HEDGE, _NEGATION, _OPEN, *([_FIRM] if firm else []))
    return any(
        m.start() <= word.start < m.end()
        for pattern in patterns
        for m in pattern.finditer(text)
    )
