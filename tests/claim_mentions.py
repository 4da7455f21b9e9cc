"""Mentions and stored assertions for tests, built without a parser."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.claims import match
from monitor.model import Assertion, Comparator, Mention, Quantity, Source, SourceKind

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def source(name: str, kind: SourceKind = SourceKind.NAMED) -> Source:
    return Source(name, kind)


def count(
    value: float | None,
    *,
    top: float | None = None,
    comparator: Comparator = Comparator.EQUAL,
    unit: str = "person",
    text: str = "",
    counted: str = "people",
) -> Quantity:
    high = value if top is None else top
    if comparator in (Comparator.AT_LEAST, Comparator.MORE):
        high = None
    return Quantity(value, high, comparator, unit, counted, text, 0, 0)


def said(quote: str, *, sentence: int = 0, start: int = 0, **fields: Any) -> Mention:
    """A mention that quotes `quote`; chain may be given as names."""
    chain = tuple(
        source(name) if isinstance(name, str) else name
        for name in fields.pop("chain", ())
    )
    text = fields.pop("text", quote)
    return Mention(
        start, start + len(quote), quote, text, sentence, chain=chain, **fields
    )


def killed(value: float, *speakers: str | Source, **fields: Any) -> Mention:
    """ "N people were killed in the fire", as somebody says."""
    comparator = fields.pop("comparator", Comparator.EQUAL)
    fields.setdefault("entities", ("Orland",))
    fields.setdefault("participants", ("people", "fire"))
    return said(
        f"{value:,.0f} people were killed in the fire in Orland",
        chain=speakers,
        cue="said" if speakers else None,
        quantities=(count(value, comparator=comparator),),
        measure="killed/person",
        measure_label="people killed",
        predicate="kill",
        **fields,
    )


def stored(mention: Mention, number: int = 1, **fields: Any) -> Assertion:
    """The assertion of a mention, in claim 1 of story 1 unless told otherwise."""
    options = {"claim_id": 1, "as_of": NOON, "outlet": "Daily Post", "story_id": 1}
    return match.assertion_of(mention, assertion_id=number, **(options | fields))
