"""The two sides of a change, from a mention or from a stored assertion."""

from __future__ import annotations

from monitor.model import Assertion, Mention, Side


def of_mention(mention: Mention) -> Side:
    """As the text says it."""
    quantity = mention.quantity
    return Side(
        text=mention.quote,
        value_min=quantity.minimum if quantity else None,
        value_max=quantity.maximum if quantity else None,
        comparator=quantity.comparator if quantity else None,
        unit=quantity.unit if quantity else None,
        source=mention.source.name if mention.source else None,
        certainty=mention.certainty,
        polarity=mention.polarity,
        status=mention.status,
    )


def of_assertion(assertion: Assertion, *, quote: str | None = None) -> Side:
    """As the baseline holds it; `quote` if another wording stood in the article."""
    return Side(
        text=quote or assertion.quote,
        value_min=assertion.minimum,
        value_max=assertion.maximum,
        comparator=assertion.comparator,
        unit=assertion.unit,
        source=assertion.source,
        certainty=assertion.certainty,
        polarity=assertion.polarity,
        status=assertion.status,
    )
