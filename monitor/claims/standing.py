"""How two statements of one claim stand to each other, by their words. Pure.

Whether one says, negated, what the other says; whether one tells what is and the other
what may be. A conflict or a second voice is told only of statements of one kind.
"""

from __future__ import annotations

import re

from monitor.claims import evidence, predicates, wording
from monitor.model import Assertion, Comparator, Mention, Polarity, Quantity, Status

# Shares of the shorter and of the longer statement that both must say to be one
# statement, by the same verb and by another: a conflict or a second voice is of the
# very thing, not of its neighbour.
BY_ONE_VERB = 0.6, 0.5
BY_ANOTHER = 0.8, 0.5
# And by another verb so much, names left out.
SAID = 2.0
# Whom a statement is about is known only where it stands.
_OPEN = re.compile(
    r"(?:he|she|it|they|these|those|we|I|you|who|whom|which|to|is|are|was|were|has|have"
    r"|had)\b",
    re.IGNORECASE,
)
# Each poll counts for itself: two of them contradict each other as little as two days.
_POLL = re.compile(r"\b(?:polls?|polling|surveys?|pollsters?)\b", re.IGNORECASE)
_POSSIBLE = re.compile(r"\b(?:could|would|might|may|should|can)\b")
_MARKS = re.compile(r"[\"“”]")
# Nearly a "not", and verbs that are one.
_UNSAID = re.compile(
    r"\b(?:hardly|barely|scarcely|rul(?:e|es|ed|ing) out|refus(?:e|es|ed|al)\b"
    r"|reject(?:s|ed)?|den(?:y|ies|ied)|dismiss(?:es|ed)?|lack(?:s|ed|ing)?|absence)\b",
    re.IGNORECASE,
)


def one_statement(mention: Mention, other: Assertion) -> bool:
    """Whether both are one statement but for a "not": not only on one subject."""
    one = mention.predicate == other.predicate
    one = one and not evidence.is_light(wording.stem(mention.predicate))
    more, less = BY_ONE_VERB if one else BY_ANOTHER
    found = evidence.shared(mention.text, other.text)
    alike = found.more >= more and found.less >= less
    if not alike or one:
        return alike
    return found.said >= SAID and _is_deed_told(mention, other)


def is_second_voice(mention: Mention, other: Assertion) -> bool:
    """Whether both are one statement, of a subject that both name."""
    if _OPEN.match(mention.text) or _OPEN.match(other.text):
        return False
    return one_statement(mention, other)


def _is_deed_told(mention: Mention, other: Assertion) -> bool:
    """Whether what one says was done stands in the other, if either says any deed."""
    pairs = ((mention.predicate, other.text), (other.predicate, mention.text))
    deeds = [(p, t) for p, t in pairs if not evidence.is_light(wording.stem(p))]
    return not deeds or any(
        deed in (predicates.of_key(word.key), word.key)
        or wording.stem(deed) == word.key
        for deed, text in deeds
        for word in wording.words(text)
    )


def are_polls(mention: Mention, other: Assertion) -> bool:
    """Whether a poll or a survey says one of them."""
    said = [s.name for s in mention.chain] + list(other.chain)
    return any(_POLL.search(text) for text in (*said, mention.text, other.text))


def is_negative(assertion: Assertion) -> bool:
    """Whether an assertion says that something is not so."""
    if assertion.denies or assertion.polarity is Polarity.NEGATIVE:
        return True
    return _says_not(assertion.text)


def _says_not(text: str) -> bool:
    bare = _MARKS.sub(" ", text)
    return wording.is_negated(bare) != bool(_UNSAID.search(bare))


def is_opposite(mention: Mention, other: Assertion) -> bool:
    """Whether one says "not" and the other does not, in their verbs and in their words."""
    if mention.polarity is other.polarity:
        return False
    return _says_not(mention.text) != _says_not(other.text)


def are_of_one_kind(mention: Mention, other: Assertion) -> bool:
    """Whether both tell what is, or both what may be or is to be."""
    planned = [s is Status.PLANNED for s in (mention.status, other.status)]
    possible = [bool(_POSSIBLE.search(t)) for t in (mention.text, other.text)]
    settled = mention.status is None or other.status is None
    if not settled and planned[0] != planned[1]:
        return False
    return possible[0] == possible[1]


def is_vague(quantity: Quantity) -> bool:
    """Whether it is no number ("dozens"), which a number does not contradict."""
    return quantity.comparator is Comparator.VAGUE
