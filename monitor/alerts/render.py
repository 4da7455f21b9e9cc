"""An alert in words: plain text that is safe in every channel.

Facts come first and are never cut: the figures, who says it and how sure. What may be
cut is the wording around them; what does not fit is counted and named, not dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from monitor.alerts import words
from monitor.alerts.escape import clipped, inert, quoted, web_address
from monitor.model import (
    PRECEDENCE,
    Alert,
    Certainty,
    Change,
    ChangeKind,
    Message,
    Severity,
    SourceKind,
)

TITLE_LIMIT = 150
# Slack's section limit, and below that of every service with a title but Discord
# (2,000), which gets two messages.
MESSAGE_LIMIT = 3000

_RESERVE = 10
_QUOTE_LIMIT = 300
_NAME_LIMIT = 40
_REASON_LIMIT = 240
_LINE_LIMIT = 200
_SHORT_URL = 120
_OUTLETS_SHOWN = 6
_CHAIN_SHOWN = 3
# More lines than this never fit a message; an alert may gather thousands.
_MOST_LINES = 100

_SURENESS = {
    Certainty.UNVERIFIED: "unverified",
    Certainty.ALLEGED: "alleged",
    Certainty.REPORTED: "reported",
    Certainty.ASSERTED: "stated as fact",
}


def message(
    alert: Alert,
    *,
    timezone: str,
    review_url: str | None = None,
    limit: int = MESSAGE_LIMIT,
) -> Message:
    """The alert for any channel, title and body within `limit` characters.

    `review_url` is the page of this alert. The same alert always gives the same
    message, so that a repeated delivery is recognised.
    """
    changes = ordered(alert.changes)
    title = _title(alert, changes)
    footer = _footer(alert, review_url)
    # the reserve is for what delivery puts before the title
    room = limit - len(title) - len(footer) - len("\n\n") - _RESERVE
    zone = ZoneInfo(timezone)
    if alert.digest:
        main = _lines(alert, changes, room)
    else:
        main = _blocks(alert, changes, room, zone)
    return Message(title=title, body=f"{main}\n\n{footer}")


def console(alert: Alert, *, timezone: str = "UTC") -> str:
    """The alert for a terminal: everything in it, without colours.

    Terminal escape sequences in untrusted text are gone, as in `message`.
    """
    changes = ordered(alert.changes)
    zone = ZoneInfo(timezone)
    parts = [_title(alert, changes)]
    if alert.digest:
        parts.append("\n".join(f"• {_short(c, with_url=True)}" for c in changes))
    elif len(changes) == 1:
        parts = [block(changes[0], zone)]
    else:
        parts += ["\n" + block(change, zone) for change in changes]
    shown = "\n".join(parts).replace("\n", "\n  ").replace("\n  \n", "\n\n")
    return f"{alert.key}  {shown}\n  {_footer(alert, None)}"


def ordered(changes: Sequence[Change]) -> list[Change]:
    """The changes as a reader wants them: loudest first, then by kind, then in time."""
    return sorted(
        changes,
        key=lambda c: (
            -c.severity.rank,
            PRECEDENCE.index(c.kind),
            c.detected_at,
            c.change_id,
        ),
    )


def _title(alert: Alert, changes: Sequence[Change]) -> str:
    if not changes:
        return f"No changes ({alert.key})"
    loudest = changes[0].severity
    mark = f"[{loudest}] " if loudest.rank >= Severity.HIGH.rank else ""
    count = len(changes)
    if alert.digest:
        loud = sum(c.severity.rank >= Severity.HIGH.rank for c in changes)
        noun = "change" if count == 1 else "changes"
        return f"Digest: {count} {noun}" + (
            f", {loud} of high severity" if loud else ""
        )
    lead = f"{count} changes: " if count > 1 else ""
    room = TITLE_LIMIT - len(mark) - len(lead)
    return f"{mark}{lead}{words.headline(changes[0]).text(room)}"


def _footer(alert: Alert, review_url: str | None) -> str:
    parts = [f"Alert {alert.key}"]
    if alert.earlier_key:
        parts.append(f"follows {alert.earlier_key}")
    parts.append(f"details, acknowledge, silence: claimwatch show {alert.key}")
    line = " · ".join(parts)
    page = web_address(review_url) if review_url else None
    return f"{line}\n{page}" if page else line


# ------------------------------------------------------------------ what fits


def _blocks(alert: Alert, changes: Sequence[Change], room: int, zone: ZoneInfo) -> str:
    """As many changes in full as fit, the rest in a line each, the last counted."""
    shorts = [f"• {_short(c, with_url=False)}" for c in changes[:_MOST_LINES]]
    blocks: list[str] = []
    used = 0
    for index, change in enumerate(changes):
        text = block(change, zone, room)
        # the rest must still fit: in a line each, or else as one line that counts it
        rest = sum(len(line) + 1 for line in shorts[index + 1 :])
        rest = min(rest, len(_more(alert, changes[index + 1 :])) + 1)
        if index and used + len(text) + len("\n\n") + rest > room:
            break
        blocks.append(text)
        used += len(text) + len("\n\n")
    main = "\n\n".join(blocks)
    if len(blocks) == len(changes):
        return main
    tail = _lines(
        alert, changes[len(blocks) :], room - len(main) - len("\n\n"), with_url=False
    )
    return f"{main}\n\n{tail}"


def _lines(
    alert: Alert, changes: Sequence[Change], room: int, *, with_url: bool = True
) -> str:
    """A line per change, as many as fit; then how many more there are."""
    candidates = changes[:_MOST_LINES]
    lines = [f"• {_short(change, with_url=with_url)}" for change in candidates]
    if with_url and sum(len(line) + 1 for line in lines) > room:
        lines = [f"• {_short(change, with_url=False)}" for change in candidates]
    all_fit = sum(len(line) + 1 for line in lines) <= room + 1
    if all_fit and len(lines) == len(changes):
        return "\n".join(lines)
    shown: list[str] = []
    left = room - len(_more(alert, changes))
    for line in lines:
        left -= len(line) + 1
        if left < 0:
            break
        shown.append(line)
    return "\n".join([*shown, _more(alert, changes[len(shown) :])])


def _more(alert: Alert, changes: Sequence[Change]) -> str:
    if not changes:
        return ""
    noun = "change" if len(changes) == 1 else "changes"
    articles = {change.article_url for change in alert.changes}
    where = " in this article" if len(articles) == 1 else ""
    return f"{len(changes)} more {noun}{where}: claimwatch changes --alert {alert.key}"


def _short(change: Change, *, with_url: bool) -> str:
    """One change in one line."""
    loud = change.severity.rank >= Severity.HIGH.rank
    mark = f"[{change.severity}] " if loud else ""
    outlet = f" ({_name(change.outlet)})" if change.outlet else ""
    line = f"{mark}{words.headline(change).text(_LINE_LIMIT - len(mark))}{outlet}"
    url = web_address(change.article_url, _SHORT_URL) if with_url else None
    return f"{line} {url}" if url else line


# ------------------------------------------------------------------ one change in full


# What goes first when a change must be told in less room.
_SPARED = ("Why:", "Claim:", "Carried by:", "Noticed:", "http", "Before:", "One:")


def block(change: Change, zone: ZoneInfo, room: int = MESSAGE_LIMIT) -> str:
    """One change in full, in labelled lines, whole lines left out to fit the room."""
    lines = [
        _opening(change),
        *_texts(change),
        f"Says: {_says(change)}",
        f"Why: {clipped(inert(change.reason), _REASON_LIMIT)}",
        f"Carried by: {_carriers(change)}",
        _since(change, zone),
    ]
    if change.silent_edit:
        lines.append("Silent edit: neither the feed nor the page says it was changed")
    url = web_address(change.article_url)
    lines.append(url or f"Article: claimwatch show c{change.change_id}")
    for label in _SPARED:
        if sum(len(line) + 1 for line in lines) <= room:
            break
        lines = [line for line in lines if not line.startswith(label)]
    return "\n".join(lines)


def _opening(change: Change) -> str:
    """The transition and what else changed with it."""
    line = words.headline(change)
    head = f"{line.label}: {line.figure}" if line.figure else line.label
    also = ", ".join(kind.value for kind in change.sub_kinds)
    return f"{head} [{change.severity}" + (f"; also {also}]" if also else "]")


def _texts(change: Change) -> list[str]:
    """The wording before and after, the changed words marked, and the claim."""
    before = change.before.text if change.before else ""
    after = change.after.text if change.after else ""
    lines: list[str] = []
    about = inert(change.claim)
    if about and about not in (inert(before), inert(after)):
        lines.append(f"Claim: {quoted(clipped(about, _QUOTE_LIMIT))}")
    if before and after and inert(before) != inert(after):
        one, other = words.marked(before, after, _QUOTE_LIMIT)
        labels = ("One", "Other") if _two_sources(change) else ("Before", "After")
        return [
            *lines,
            f"{labels[0]}: {quoted(one)}",
            f"{labels[1]}: {quoted(other)}",
        ]
    text = after or before
    label = "Text" if after else "Was"
    if text:
        lines.append(f"{label}: {quoted(clipped(inert(text), _QUOTE_LIMIT))}")
    return lines


def _two_sources(change: Change) -> bool:
    return change.kind in (ChangeKind.CONFLICT, ChangeKind.CORROBORATED)


def _says(change: Change) -> str:
    """The source chain, innermost first, and how sure it is."""
    chain = [_name(name) for name in reversed(change.chain)]
    if not chain and change.source:
        chain = [_name(change.source)]
    outlet = _name(change.outlet)
    if not chain:
        who = f"{outlet or 'the outlet'} in its own voice"
    else:
        who = ", cited by ".join(chain[:_CHAIN_SHOWN])
        if outlet and outlet.casefold() not in (name.casefold() for name in chain):
            who += f", in {outlet}"
        if change.source_kind is SourceKind.ANONYMOUS:
            who += " (unnamed source)"
    return f"{who} · {_SURENESS[change.certainty]}"


def _carriers(change: Change) -> str:
    outlets = change.outlets or ((change.outlet,) if change.outlet else ())
    names = [_name(outlet) for outlet in outlets[:_OUTLETS_SHOWN]]
    more = len(outlets) - len(names)
    listed = ", ".join(names) + (f" and {more} more" if more else "")
    count = change.independent_sources
    sources = "1 source" if count == 1 else f"{count} independent sources"
    return f"{listed} ({sources})" if listed else sources


def _since(change: Change, zone: ZoneInfo) -> str:
    noticed = f"Noticed: {_moment(change.detected_at, zone)}"
    first = change.first_seen_at
    if first is None or first >= change.detected_at:
        return noticed
    return f"{noticed}; claim first seen {_moment(first, zone)}"


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M %Z}"


def _name(name: str) -> str:
    return clipped(inert(name), _NAME_LIMIT)
