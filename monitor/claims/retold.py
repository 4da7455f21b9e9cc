"""Whether two figures count one thing though another verb tells it. Pure.

"Schools have lost 415 teachers" and "415 teachers have left schools" have measures
of different events; what is counted, a name and most of the words are the same.
"""

from __future__ import annotations

from monitor.claims import details, senses, wording
from monitor.model import Assertion, Mention

# Share of the content of the shorter statement that the other must hold, names
# counted: the verb alone may differ, with a word or two of its phrase.
RETOLD = 0.6
# Counted in every second sentence: the event must tell these apart.
_COMMON = frozenset(
    [
        "person",
        "percent",
        "money",
        "time",
        "rank",
        "year of age",
        "case",
        "home",
        "child",
        "point",
    ]
)


def same_measure(mention: Mention, assertion: Assertion) -> bool:
    """Whether both count one thing, by their measures or by their words."""
    if mention.measure == assertion.measure:
        return True
    if mention.measure is None or assertion.measure is None:
        return False
    event, _, head = mention.measure.partition("/")
    other_event, _, other_head = assertion.measure.partition("/")
    if head != other_head or head in _COMMON:
        return False
    if _deeds_differ(mention.predicate, assertion.predicate) or "-" in (
        event + other_event
    ):
        return False
    named = {w.key for w in wording.words(mention.text) if w.name}
    named &= {w.key for w in wording.words(assertion.text) if w.name}
    return bool(named) and wording.coverage(mention.text, assertion.text) >= RETOLD


def _deeds_differ(a: str, b: str) -> bool:
    one, two = wording.stem(wording.fold(a)), wording.stem(wording.fold(b))
    return senses.opposed(one, two) or details.other_deed(one, two)
