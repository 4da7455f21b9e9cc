"""Quantities that a text states without a number of their own.

"The second largest city" is a place in an order, "large amounts of gold" is vague and open at both ends; "the figure could be much
higher" bounds the figure named before it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.claims import nouns, numerals, units
from monitor.claims.sought import sought
from monitor.model import Comparator, Quantity

# The unit of a place in an order.
RANK = "rank"
_AMOUNTS = sought(
    r"\b(?:an?[ ])?(?:large|huge|vast|massive|substantial|significant|considerable|"
    r"enormous|unknown|growing|record)[ ](?:amount|number|quantit(?:y|ie)|sum|volume)s?"
    r"(?=[ ]of\b)",
    "amount amounts number numbers quantity quantitys quantitie quantities sum sums"
    " volume volumes",
)
# The subject must be a figure: "prices could be higher" bounds nothing.
_COMPARISON = sought(
    r"\b(?:figures?|numbers?|toll|totals?|count|tally)\b"
    r"(?:[ ][a-z]{1,15}){0,2}[ ](?:is|are|was|were|be|may|might|could)\b"
    r"(?:[ ][a-z]{1,15}){0,4}?[ ](?P<said>(?:(?:much|far|even|significantly|"
    r"considerably|substantially)[ ])?(?P<way>higher|greater|larger|lower|smaller))\b"
    r"(?![ ]than\b)",
    "higher greater larger lower smaller",
)
# A place in an order is a value too: "the second highest-ranking official".
_ORDINALS = ("second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")  # fmt: skip
_RANK = sought(
    rf"\b(?P<nth>{'|'.join(_ORDINALS)})[ -](?:most|least|[a-z]{{2,12}}est)\b(?:-[a-z]{{2,12}})?",
    " ".join(_ORDINALS),
)
_LOWER = frozenset(("lower", "smaller"))


def find(text: str, stated: Sequence[Quantity]) -> list[Quantity]:
    """The unstated quantities of `text`, given those found by their numbers."""
    found = []
    for match in _AMOUNTS.finditer(text):
        counted = _counted(text, match.end())
        unit = nouns.singular(counted.split()[-1]) if counted else ""
        found.append(
            Quantity(
                None, None, Comparator.VAGUE, unit, counted, match[0], *match.span()
            )
        )
    for match in _RANK.finditer(text):
        value = float(_ORDINALS.index(match["nth"].lower()) + 2)
        counted = _counted(text, match.end())
        found.append(
            Quantity(
                value, value, Comparator.EQUAL, RANK, counted, match[0], *match.span()
            )
        )
    for match in _COMPARISON.finditer(text):
        before = [q for q in stated if q.end <= match.start() and not _measured(q)]
        if before:
            found.append(_bound(match, before[-1]))
    return found


def is_comparison(quantity: Quantity) -> bool:
    """Whether it is "much higher" than a figure named before."""
    last = quantity.text.lower().split()[-1:]
    return last in (["higher"], ["greater"], ["larger"], ["lower"], ["smaller"])


def _measured(quantity: Quantity) -> bool:
    vague = quantity.comparator is Comparator.VAGUE or quantity.minimum is None
    return vague or units.named(quantity.unit) is not None


def _bound(match: re.Match[str], earlier: Quantity) -> Quantity:
    fewer = match["way"].lower() in _LOWER
    value = earlier.minimum
    return Quantity(
        None if fewer else value,
        value if fewer else None,
        Comparator.LESS if fewer else Comparator.MORE,
        earlier.unit,
        earlier.counted,
        match["said"],
        *match.span("said"),
    )


def _counted(text: str, at: int) -> str:
    # Far enough for any noun phrase, so that the work does not grow with the text.
    tokens = numerals.tokenize(text[at : at + 120])
    span = nouns.phrase_after(tokens, 0, plural=False)
    if span is None:
        return ""
    return text[at + tokens[span[0]].start : at + tokens[span[1] - 1].end]
