"""A message as HTML mail. Pure.

Every style is inline, for the clients that drop a style sheet; the sheet adds the dark
colours. Nothing is loaded from anywhere, and no text is put in unescaped.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final
from urllib.parse import urlsplit

from monitor.alerts.layout import Layout
from monitor.alerts.sections import QUOTES, Line, Part, Section, Short
from monitor.model import Severity

_FONT: Final = (
    "font-family:-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"
)
_MONO: Final = "font-family:ui-monospace,Menlo,Consolas,monospace;font-size:12px"
# text on its ground has a contrast of 4.5 and more, light and dark
_TAGS: Final = {
    Severity.LOW: ("#56606b", "#eef1f4"),
    Severity.NORMAL: ("#1d4f91", "#e6effa"),
    Severity.HIGH: ("#9a3412", "#ffedd9"),
    Severity.CRITICAL: ("#ffffff", "#b42318"),
}
# (edge of the quotation, ground of its marked words, class of the marks in the dark)
_GONE: Final = ("#d9826b", "#fbe3dc", "m-gone")
_COME: Final = ("#3f8f5b", "#d8f0df", "m-come")
_BESIDE: Final = ("#8796a5", "#e6effa", "m-beside")
_LOOKS: Final = {Part.BEFORE: _GONE, Part.WAS: _GONE, Part.AFTER: _COME}

_SHEET: Final = """
@media (max-width:620px){.card{width:100%!important;border-radius:0!important}
.pad{padding-left:16px!important;padding-right:16px!important}
.lead{font-size:19px!important}}
@media (prefers-color-scheme:dark){
body,.page{background:#14171a!important}
.card{background:#1e2226!important;border-color:#343a40!important}
.ink,.ink td{color:#e8eaed!important}.dim{color:#aab2bb!important}
.rule{border-color:#343a40!important}
.t-low{color:#c3cad1!important;background:#343a40!important}
.t-normal{color:#b9d4f7!important;background:#21364f!important}
.t-high{color:#ffc890!important;background:#4a2f16!important}
.m-gone{background:#5b2b20!important;color:#ffe4dc!important}
.m-come{background:#1e4a2d!important;color:#dcf7e4!important}
.m-beside{background:#21364f!important;color:#dbe9fb!important}
.code{background:#2a2f35!important;color:#e8eaed!important}
a{color:#8ab8f5!important}}
"""


def html(plan: Layout) -> str:
    """The whole document."""
    rows = "".join(_rows(plan))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{escape(plan.title)}</title><style>{_SHEET}</style></head>"
        f'<body style="margin:0;padding:0;background:#f2f4f6;{_FONT}">'
        '<table role="presentation" class="page" width="100%" cellpadding="0" '
        'cellspacing="0" style="background:#f2f4f6"><tr>'
        '<td align="center" style="padding:20px 0">'
        '<table role="presentation" class="card" width="600" cellpadding="0" '
        'cellspacing="0" style="width:600px;max-width:100%;background:#ffffff;'
        f"border:1px solid #dfe3e7;border-radius:8px;text-align:left;text-align:start;"
        f'overflow-wrap:anywhere;word-break:break-word">{rows}'
        "</table></td></tr></table></body></html>"
    )


def _rows(plan: Layout) -> Iterator[str]:
    if plan.notice:
        style = "color:#9a3412;font-size:14px;font-weight:600"
        yield _row(f'<div class="ink" style="{style}">{escape(plan.notice)}</div>')
    if not plan.sections:
        style = "font-size:20px;font-weight:700;color:#1a1d21"
        yield _row(f'<div class="ink lead" style="{style}">{escape(plan.title)}</div>')
    for section in plan.sections:
        yield _row("".join(_told(section)))
    if plan.shorts or plan.more:
        yield _row("".join(_listed(plan)))
    yield _row("".join(_footer(plan)))


def _row(content: str) -> str:
    return (
        '<tr><td class="pad rule" style="padding:18px 24px;'
        f'border-bottom:1px solid #e6e9ec">{content}</td></tr>'
    )


# ------------------------------------------------------------------ one change


def _told(section: Section) -> Iterator[str]:
    headline = section.headline
    severity = section.change.severity
    ink, ground = _TAGS[severity]
    yield (
        f'<div class="dim" style="font-size:13px;color:#56606b">{escape(headline.label)}'
        f' &nbsp;<span class="t-{severity}" style="color:{ink};background:{ground};'
        "font-size:12px;font-weight:600;padding:2px 8px;border-radius:9px;"
        f'white-space:nowrap">{escape(section.also)}</span></div>'
    )
    figure = headline.figure or headline.about
    style = (
        "font-size:22px;line-height:1.3;font-weight:700;color:#1a1d21;"
        "font-variant-numeric:tabular-nums;margin:6px 0 2px"
    )
    yield f'<div class="ink lead" dir="auto" style="{style}">{escape(figure)}</div>'
    who = (headline.who, headline.about if headline.figure else "")
    named = " · ".join(f"<bdi>{escape(one)}</bdi>" for one in who if one)
    if named:
        style = "font-size:14px;color:#56606b;margin-bottom:10px"
        yield f'<div class="dim" style="{style}">{named}</div>'
    for line in section.lines:
        # the claim stands above, in the headline
        if line.part in QUOTES and line.part is not Part.CLAIM:
            yield _quote(line)
    yield _facts(section)
    yield from (_link(line) for line in section.lines if line.part is Part.LINK)


def _quote(line: Line) -> str:
    edge, ground, name = _LOOKS.get(line.part, _BESIDE)
    mark = f'<b class="{name}" style="background:{ground};border-radius:3px;padding:0 2px">'
    words = "".join(
        f"{mark}{escape(piece.text)}</b>" if piece.is_changed else escape(piece.text)
        for piece in line.pieces
    )
    return (
        '<div class="dim" style="font-size:12px;color:#56606b;margin-top:8px">'
        f'{escape(line.label)}</div><div class="ink" dir="auto" style="font-size:15px;'
        "line-height:1.5;color:#1a1d21;padding:2px 12px;"
        f'border-inline-start:3px solid {edge}">{words}</div>'
    )


def _facts(section: Section) -> str:
    rows = "".join(
        '<tr><td class="dim" valign="top" style="color:#56606b;padding:3px 14px 3px 0;'
        f'white-space:nowrap">{escape(line.label)}</td><td class="ink" '
        f'style="color:#1a1d21;padding:3px 0">{escape(line.bare)}</td></tr>'
        for line in section.lines
        if line.part not in QUOTES and line.part not in (Part.OPENING, Part.LINK)
    )
    return (
        '<table role="presentation" cellpadding="0" cellspacing="0" style="'
        f'font-size:14px;line-height:1.4;margin-top:12px">{rows}</table>'
    )


def _link(line: Line) -> str:
    if line.label:
        return _command(line.label, line.bare)
    return f'<div style="margin-top:12px;font-size:14px">{_article(line.bare)}</div>'


def _article(url: str) -> str:
    """A link that says where it leads."""
    host = escape(urlsplit(url).netloc)
    return (
        f'<a href="{escape(url)}" style="color:#1d4f91;font-weight:600">'
        f'Read the article</a> <span class="dim" style="color:#56606b">{host}</span>'
    )


# ------------------------------------------------------------------ the rest


def _listed(plan: Layout) -> Iterator[str]:
    style = "font-size:14px;line-height:1.5;color:#1a1d21;margin:0 0 10px"
    for short in plan.shorts:
        yield f'<div class="ink" style="{style}">{_item(short)}</div>'
    if plan.more:
        yield f'<div class="dim" style="{style}">{escape(plan.more)}</div>'


def _item(short: Short) -> str:
    text = f'<span dir="auto">{escape(short.text)}</span>'
    if not short.url:
        return text
    host = escape(urlsplit(short.url).netloc)
    return f'{text} <a href="{escape(short.url)}" style="color:#1d4f91">{host}</a>'


def _footer(plan: Layout) -> Iterator[str]:
    style = "font-size:12px;color:#56606b;margin-bottom:4px"
    yield f'<div class="dim" style="{style}">{escape(plan.reference)}</div>'
    for label, command in plan.commands:
        yield _command(label, command)
    if plan.page:
        style = "color:#1d4f91;font-weight:600"
        yield (
            '<div style="margin-top:10px;font-size:14px">'
            f'<a href="{escape(plan.page)}" style="{style}">Open the review page</a></div>'
        )


def _command(label: str, command: str) -> str:
    return (
        f'<div class="dim" style="font-size:12px;color:#56606b;margin-top:3px">'
        f'{escape(label)}: <code class="code" style="{_MONO};background:#f0f2f4;'
        f'color:#1a1d21;padding:1px 5px;border-radius:4px">{escape(command)}</code></div>'
    )
