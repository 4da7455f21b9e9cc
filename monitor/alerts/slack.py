"""A message as Slack blocks. Pure.

Only `rich_text` and the plain header are used, never `mrkdwn`: in rich text a link, a
mention or a bold word is an element of its own, and a text element is nothing but
text. So nothing that is quoted can become one of them, and a marked word is bold
whatever stands beside it (mrkdwn needs a space there, which many scripts lack).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from monitor.alerts.layout import Layout
from monitor.alerts.sections import QUOTES, Line, Part, Section, Short

# Slack refuses a message of more blocks; its limits of a header (150 characters) and of
# a text (3,000) are kept by `layout`.
BLOCK_LIMIT: Final = 50

# header, notice, short lines, footer
_OTHERS: Final = 4

Element = Mapping[str, Any]


def blocks(plan: Layout) -> tuple[Element, ...]:
    """The blocks of a message, in the order of its plain form."""
    title = {"type": "plain_text", "text": plan.title, "emoji": False}
    found: list[Element] = [{"type": "header", "text": title}]
    if plan.notice:
        found.append(_rich(_section(_text(plan.notice, italic=True))))
    divided = 2 * len(plan.sections) + _OTHERS <= BLOCK_LIMIT
    for number, section in enumerate(plan.sections):
        if number and divided:
            found.append({"type": "divider"})
        found.append(_rich(*_told(section)))
    if plan.shorts or plan.more:
        found.append(_rich(*_listed(plan)))
    found.append(_rich(_footer(plan)))
    return tuple(found)


def from_text(title: str, body: str, addresses: re.Pattern[str]) -> tuple[Element, ...]:
    """Blocks from text that is settled: starred words bold, known addresses links."""
    shown = {"type": "plain_text", "text": title, "emoji": False}
    found: list[Element] = [{"type": "header", "text": shown}]
    elements: list[Element] = []
    for index, part in enumerate(addresses.split(body)):
        if index % 2:
            elements.append(_link(part, part))
            continue
        for place, text in enumerate(re.split(r"\*([^*\n]+)\*", part)):
            if text:
                elements.append(_text(text, bold=bool(place % 2)))
    if elements:
        found.append(_rich(_section(*elements)))
    return tuple(found)


def _told(section: Section) -> Iterator[Element]:
    """The lead and the claim, the quotations, and then the facts in one paragraph."""
    lead = section.headline.lead
    facts: list[Element] = [_text(lead, bold=True), _text(f" · {section.also}")]
    for line in section.lines:
        if line.part in QUOTES and line.part is not Part.CLAIM:
            yield _section(*facts, *([_text("\n")] if facts else []), _label(line))
            facts = []
            yield {"type": "rich_text_quote", "elements": list(_quoted(line))}
        elif line.part is not Part.OPENING:
            facts += [_text("\n"), *_fact(line)] if facts else _fact(line)
    if facts:
        yield _section(*facts)


def _label(line: Line) -> Element:
    return _text(line.label, bold=True)


def _quoted(line: Line) -> Iterator[Element]:
    for piece in line.pieces:
        yield _text(piece.text, bold=piece.is_changed)


def _fact(line: Line) -> list[Element]:
    if line.part is Part.LINK and not line.label:
        return [_article(line.bare)]
    return [_text(f"{line.label}: ", bold=True), _text(line.bare)]


def _listed(plan: Layout) -> Iterator[Element]:
    if plan.shorts:
        items = [_section(*_item(short)) for short in plan.shorts]
        yield {"type": "rich_text_list", "style": "bullet", "elements": items}
    if plan.more:
        yield _section(_text(plan.more, italic=True))


def _item(short: Short) -> Iterator[Element]:
    yield _text(short.text)
    if short.url:
        yield _text(" ")
        yield _article(short.url)


def _footer(plan: Layout) -> Element:
    parts: list[Element] = [_text(plan.reference, italic=True)]
    for label, command in plan.commands:
        parts += [_text(f"\n{label}: "), _text(command, code=True)]
    if plan.page:
        parts += [_text("\n"), _link(plan.page, "Review page")]
    return _section(*parts)


def _article(url: str) -> Element:
    """A link that says where it leads: its text can't name another place."""
    return _link(url, f"Article at {urlsplit(url).netloc}")


def _link(url: str, text: str) -> Element:
    return {"type": "link", "url": url, "text": text}


def _text(text: str, **style: bool) -> Element:
    shown = {name: True for name, value in style.items() if value}
    plain: Element = {"type": "text", "text": text}
    return {**plain, "style": shown} if shown else plain


def _section(*elements: Element) -> Element:
    return {"type": "rich_text_section", "elements": list(elements)}


def _rich(*elements: Element) -> Element:
    return {"type": "rich_text", "elements": list(elements)}
