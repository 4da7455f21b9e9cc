"""What `claimwatch explain --text` does: show how a sentence is read."""

from __future__ import annotations

import dataclasses
import sys
from typing import Any

import click

from monitor.alerts import words
from monitor.cli.options import echo_json, open_config
from monitor.cli.records import number, say, say_fields
from monitor.clock import SystemClock
from monitor.errors import UsageError
from monitor.model import Mention, Quantity, Side

# A long article; more is not a sentence.
LONGEST = 200_000


def explain_text(ctx: click.Context, text: str, *, as_json: bool) -> None:
    """Parse the text into its mentions and print them."""
    from monitor.claims.find import find_in_text

    aliases = open_config(ctx, secrets=False).aliases
    if text == "-":
        text = sys.stdin.read(LONGEST + 1)
    if not text.strip():
        raise UsageError("--text: there is no text")
    if len(text) > LONGEST:
        raise UsageError(f"--text: more than {LONGEST:,} characters")
    today = SystemClock().now().date()
    mentions = find_in_text(text.strip(), aliases=aliases, published=today)
    if as_json:
        for mention in mentions:
            echo_json(_as_json(mention))
        return
    if not mentions:
        say("No claim was found in this text.")
    for position, mention in enumerate(mentions, start=1):
        if position > 1:
            say()
        _print(position, mention)


def _print(position: int, mention: Mention) -> None:
    say(f"{position}  «{mention.quote}»", bold=True)
    event = mention.event_on.isoformat() if mention.event_on else None
    chain = " ← ".join(f"{source.name} ({source.kind})" for source in mention.chain)
    say_fields(
        [
            ("claim", mention.text),
            ("source", chain or "the outlet's own voice"),
            ("certainty", f"{mention.certainty}{_cue(mention)}"),
            ("polarity", mention.polarity),
            ("status", mention.status),
            ("measure", mention.measure_label or mention.measure),
            ("scope", ", ".join(mention.scope)),
            ("quantities", "; ".join(_quantity(q) for q in mention.quantities)),
            ("predicate", mention.predicate),
            ("participants", ", ".join(mention.participants)),
            ("names", ", ".join(mention.entities)),
            ("place", mention.place),
            ("event on", event),
            ("denial", "yes" if mention.denies else None),
            ("absence", "yes" if mention.absence else None),
            ("historic", "yes" if mention.historic else None),
            ("check-worthy", f"{mention.checkworthy:.2f}"),
        ],
        indent=4,
    )


def _cue(mention: Mention) -> str:
    return f' ("{mention.cue}")' if mention.cue else ""


def _quantity(quantity: Quantity) -> str:
    value = Side(
        "", quantity.minimum, quantity.maximum, quantity.comparator, quantity.unit
    )
    counts = f", counts {quantity.counted}" if quantity.counted else ""
    return f"{words.value(value) or ''} (“{quantity.text}”{counts})"


def _as_json(mention: Mention) -> dict[str, Any]:
    found = dataclasses.asdict(mention)
    for quantity in found["quantities"]:
        quantity["minimum"] = number(quantity["minimum"])
        quantity["maximum"] = number(quantity["maximum"])
    return found
