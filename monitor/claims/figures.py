"""The value of a stored assertion as a quantity, to compare with a mention's. Pure."""

from __future__ import annotations

from monitor.model import Assertion, Quantity


def stored(assertion: Assertion) -> Quantity | None:
    """The value of a stored assertion, None if it has none."""
    if assertion.comparator is None:
        return None
    low, high = assertion.minimum, assertion.maximum
    ends = [f"{end:,.10g}" for end in (low, high) if end is not None]
    return Quantity(
        minimum=low,
        maximum=high,
        comparator=assertion.comparator,
        unit=assertion.unit or "",
        counted="",
        text="–".join(dict.fromkeys(ends)),
        start=0,
        end=0,
    )
