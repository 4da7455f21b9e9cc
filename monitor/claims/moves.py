"""Whether two figures are moves of one period: an index falls anew each day. Pure.

A move ("fell 4.1 %", "498.86 points down") is no level that a later report changes: two
different ones are two moves unless both say of which day or period they are.
"""

from __future__ import annotations

import re

from monitor.model import Assertion, Mention

_CHANGE = "-change"
# A verb of change right before its amount, or a direction right behind the number.
_MOVED = re.compile(
    r"\b(?:ros|fell|fall|drop|gain|lost|los|climb|declin|jump|slid|slump|surg|plung|rall"
    r"|tumbl|shed|add|advanc|sank|soar|dip)\w*(?: (?:by|about|around|nearly|almost|over"
    r"|more than|some|roughly|a|another|record)){0,3} \d"
    r"|\d(?: (?:points?|percent|%))? (?:up|down|higher|lower)\b",
    re.IGNORECASE,
)
APART = "moves of two days or periods"


def apart(mention: Mention, assertion: Assertion) -> str | None:
    """Why two figures of one measure are not of one move, None if they are none."""
    value = mention.quantity
    if value is None or not (_is_move(mention) or _is_move(assertion)):
        return None
    if value.minimum == assertion.minimum and value.maximum == assertion.maximum:
        return None
    same_day = mention.event_on is not None and mention.event_on == assertion.event_on
    period = bool(mention.scope) and set(mention.scope) == set(assertion.scope)
    return None if same_day or period else APART


def _is_move(said: Mention | Assertion) -> bool:
    name, _, head = (said.measure or "").partition("/")
    if head not in ("point", "percent", "number"):
        return False
    return name.endswith(_CHANGE) or bool(_MOVED.search(said.text))
