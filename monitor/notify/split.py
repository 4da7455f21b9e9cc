"""A message in parts, for services that take less than one of ours.

apprise would split it too, but anywhere: a figure could stand half in one message and
half in the next.
"""

from __future__ import annotations

import html
import textwrap

# A service for a few words (SMS) gets the beginning and the end, which names the alert.
MOST_PARTS = 4
# Plug-ins that send HTML write a newline as "<br />\r\n" and each space as "&nbsp;".
_NEWLINE = 8
_SPACE = 5
# below this a part would hold no figure
_LEAST = 100


def parts(body: str, limit: int, *, as_html: bool) -> list[str]:
    """The body in parts that a service with this limit takes whole.

    Cut between lines, or in a line that is too long between words.
    """
    room = max(limit, _LEAST)
    pages: list[list[str]] = [[]]
    left = room
    for line in _short_lines(body, room, as_html=as_html):
        cost = _cost(line, as_html=as_html)
        if cost > left and pages[-1]:
            pages.append([])
            left = room
        pages[-1].append(line)
        left -= cost
    if len(pages) > MOST_PARTS:
        pages = [*pages[: MOST_PARTS - 1], pages[-1]]
    return ["\n".join(page).strip("\n") for page in pages]


def _short_lines(body: str, room: int, *, as_html: bool) -> list[str]:
    lines: list[str] = []
    for line in body.split("\n"):
        if _cost(line, as_html=as_html) <= room:
            lines.append(line)
            continue
        # no character costs more than six
        width = room // 6 if as_html else room - 1
        lines += textwrap.wrap(line, width, break_on_hyphens=False)
    return lines


def _cost(line: str, *, as_html: bool) -> int:
    """The length of a line as the plug-in writes it."""
    if not as_html:
        return len(line) + 1
    return len(html.escape(line)) + _SPACE * line.count(" ") + _NEWLINE
