"""The mentions of one sentence, with its text, as the comparer takes them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor.model import Mention

# How far a sentence may reach beyond what its mentions quote, in characters.
REACH = 600
# What ends a sentence, as far as cutting one out needs it.
_STOPS = (". ", "! ", "? ", "\n")


@dataclass(slots=True)
class Unit:
    """The mentions of one sentence, with as much of its text as is known."""

    mentions: list[Mention]
    start: int
    text: str
    # As given, where `mentions` had to be moved to fit a text put together.
    given: list[Mention]

    def span(self, index: int) -> tuple[int, int]:
        """Where a mention lies in `text`."""
        mention = self.mentions[index]
        return mention.start - self.start, mention.end - self.start


def unit(mentions: list[Mention], document: str | None = None) -> Unit:
    """One sentence: cut from the document, else put together from the quotes."""
    start = min(m.start for m in mentions)
    end = max(m.start + len(m.quote) for m in mentions)
    if document is not None:
        first, last = max(0, start - REACH), end + REACH
        ends = [(document.rfind(m, first, start), len(m)) for m in _STOPS]
        begins = [document.find(m, end, last) for m in _STOPS]
        opening = max((at + size for at, size in ends if at >= 0), default=first)
        closing = min(
            (at for at in begins if at >= 0), default=min(last, len(document))
        )
        return Unit(mentions, opening, document[opening:closing], mentions)
    text = [" "] * (end - start)
    for mention in mentions:
        at = mention.start - start
        text[at : at + len(mention.quote)] = mention.quote
    return Unit(mentions, start, "".join(text), mentions)


def units(mentions: Sequence[Mention], document: str | None) -> list[Unit]:
    """Mentions by sentence, in text order."""
    by_sentence: dict[int, list[Mention]] = {}
    for mention in sorted(mentions, key=lambda m: (m.start, m.end)):
        by_sentence.setdefault(mention.sentence, []).append(mention)
    return [unit(group, document) for group in by_sentence.values()]


def merged(parts: Sequence[Unit]) -> Unit:
    """Parts of one sentence side by side; offsets are moved to fit."""
    if len(parts) == 1:
        return parts[0]
    text, mentions = "", []
    for one in parts:
        shift = len(text) - one.start
        mentions += [
            replace(
                m,
                start=m.start + shift,
                end=m.end + shift,
                quantities=tuple(
                    replace(q, start=q.start + shift, end=q.end + shift)
                    for q in m.quantities
                ),
            )
            for m in one.mentions
        ]
        text += one.text + " "
    return Unit(mentions, 0, text, [m for one in parts for m in one.given])
