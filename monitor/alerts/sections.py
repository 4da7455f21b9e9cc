"""One change as a message tells it: in full, or in one line. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from monitor.alerts import words
from monitor.alerts.difference import Part as Piece
from monitor.alerts.escape import clipped, inert, isolated, quoted, web_address
from monitor.alerts.marking import Pieces, marked, starred
from monitor.model import Certainty, Change, ChangeKind, Severity, SourceKind

_QUOTE_LIMIT = 300
_NAME_LIMIT = 40
_REASON_LIMIT = 240
_LINE_LIMIT = 200
_SHORT_URL = 120
_OUTLETS_SHOWN = 6
_CHAIN_SHOWN = 3

SURENESS = {
    Certainty.UNVERIFIED: "unverified",
    Certainty.ALLEGED: "alleged",
    Certainty.REPORTED: "reported",
    Certainty.ASSERTED: "stated as fact",
}


class Part(StrEnum):
    """What a line of a section tells."""

    OPENING = "opening"
    CLAIM = "claim"
    BEFORE = "before"
    AFTER = "after"
    WAS = "was"
    ONE = "one"
    OTHER = "other"
    SAYS = "says"
    WHY = "why"
    CARRIED = "carried"
    SINCE = "since"
    SILENT = "silent"
    LINK = "link"


QUOTES = frozenset(
    {Part.CLAIM, Part.BEFORE, Part.AFTER, Part.WAS, Part.ONE, Part.OTHER}
)
# What goes first when a change must be told in less room: former wordings only after
# all that explains them.
_SPARED = (
    Part.WHY,
    Part.CLAIM,
    Part.CARRIED,
    Part.SINCE,
    Part.LINK,
    Part.BEFORE,
    Part.ONE,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One labelled line of a section: our label, and text that is inert."""

    part: Part
    label: str
    pieces: Pieces

    @property
    def bare(self) -> str:
        """The text without marks and quotation marks."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def marked(self) -> str:
        """The text with its changed words between asterisks, kept in its direction."""
        text = starred(self.pieces)
        return isolated(text) if self.part in QUOTES else text

    @property
    def plain(self) -> str:
        """The line in plain text: quotations quoted, changed words starred."""
        text = starred(self.pieces)
        if self.part in QUOTES:
            text = quoted(text)
        return f"{self.label}: {text}" if self.label else text


@dataclass(frozen=True, slots=True)
class Section:
    """One change in full. `also` are its severity and further kinds, in words."""

    change: Change
    headline: words.Headline
    also: str
    lines: tuple[Line, ...]

    @property
    def plain(self) -> str:
        """The section in plain text."""
        return "\n".join(line.plain for line in self.lines)


@dataclass(frozen=True, slots=True)
class Short:
    """One change in one line, with its address where there is room."""

    text: str
    url: str | None

    @property
    def plain(self) -> str:
        """The line in plain text."""
        return f"• {self.text} {self.url}" if self.url else f"• {self.text}"


def short_of(change: Change, *, with_url: bool) -> Short:
    """One change in one line."""
    loud = change.severity.rank >= Severity.HIGH.rank
    mark = f"[{change.severity}] " if loud else ""
    outlet = f" ({isolated(_name(change.outlet))})" if change.outlet else ""
    text = f"{mark}{words.headline(change).text(_LINE_LIMIT - len(mark))}{outlet}"
    url = web_address(change.article_url, _SHORT_URL) if with_url else None
    return Short(text, url)


def section_of(change: Change, zone: ZoneInfo, room: int) -> Section:
    """One change in full, whole lines left out to fit the room."""
    headline = words.headline(change)
    also = ", ".join(kind.value for kind in change.sub_kinds)
    state = f"{change.severity}; also {also}" if also else f"{change.severity}"
    lines = [
        _line(Part.OPENING, "", f"{headline.lead} [{state}]"),
        *_texts(change),
        _line(Part.SAYS, "Says", _says(change)),
        _line(Part.WHY, "Why", clipped(inert(change.reason), _REASON_LIMIT)),
        _line(Part.CARRIED, "Carried by", _carriers(change)),
        _line(Part.SINCE, "Noticed", _since(change, zone)),
    ]
    if change.silent_edit:
        text = "neither the feed nor the page says it was changed"
        lines.append(_line(Part.SILENT, "Silent edit", text))
    url = web_address(change.article_url)
    lines.append(
        _line(Part.LINK, "", url)
        if url
        else _line(Part.LINK, "Article", f"claimwatch show c{change.change_id}")
    )
    lines = [line for line in lines if line.bare.strip()]
    for part in _SPARED:
        if sum(len(line.plain) + 1 for line in lines) <= room:
            break
        lines = [line for line in lines if line.part is not part]
    return Section(change, headline, state, tuple(lines))


def _line(part: Part, label: str, text: str) -> Line:
    return Line(part, label, (Piece(text),))


def _texts(change: Change) -> list[Line]:
    """The wording before and after, the changed words marked, and the claim."""
    before = change.before.text if change.before else ""
    after = change.after.text if change.after else ""
    lines: list[Line] = []
    about = inert(change.claim)
    if about and about not in (inert(before), inert(after)):
        lines.append(_line(Part.CLAIM, "Claim", clipped(about, _QUOTE_LIMIT)))
    if before and after and inert(before) != inert(after):
        one, other = marked(before, after, _QUOTE_LIMIT)
        parts = (Part.BEFORE, Part.AFTER)
        if change.kind in (ChangeKind.CONFLICT, ChangeKind.CORROBORATED):
            # two sources side by side, not a move from one to the other
            parts = (Part.ONE, Part.OTHER)
        quotes = zip(parts, (one, other), strict=True)
        return lines + [Line(part, part.capitalize(), text) for part, text in quotes]
    text = clipped(inert(after or before), _QUOTE_LIMIT)
    if text and after:
        lines.append(_line(Part.AFTER, "Text", text))
    elif text:
        lines.append(_line(Part.WAS, "Was", text))
    return lines


def _says(change: Change) -> str:
    """The source chain, innermost first, and how sure it is."""
    chain = [_name(name) for name in reversed(change.chain)]
    if not chain and change.source:
        chain = [_name(change.source)]
    outlet = _name(change.outlet)
    if not chain:
        who = f"{isolated(outlet) or 'the outlet'} in its own voice"
    else:
        who = ", cited by ".join(isolated(name) for name in chain[:_CHAIN_SHOWN])
        if outlet and outlet.casefold() not in (name.casefold() for name in chain):
            who += f", in {isolated(outlet)}"
        if change.source_kind is SourceKind.ANONYMOUS:
            who += " (unnamed source)"
    return f"{who} · {SURENESS[change.certainty]}"


def _carriers(change: Change) -> str:
    outlets = change.carriers
    names = [isolated(_name(outlet)) for outlet in outlets[:_OUTLETS_SHOWN]]
    more = len(outlets) - len(names)
    listed = ", ".join(names) + (f" and {more} more" if more else "")
    count = change.independent_sources
    sources = "1 source" if count == 1 else f"{count} independent sources"
    return f"{listed} ({sources})" if listed else sources


def _since(change: Change, zone: ZoneInfo) -> str:
    noticed = moment(change.detected_at, zone)
    first = change.first_seen_at
    if first is None or first >= change.detected_at:
        return noticed
    return f"{noticed}; claim first seen {moment(first, zone)}"


def moment(at: datetime, zone: ZoneInfo) -> str:
    """A time as messages show it."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M %Z}"


def _name(name: str) -> str:
    return clipped(inert(name), _NAME_LIMIT)
