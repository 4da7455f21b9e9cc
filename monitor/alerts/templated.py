"""A message as a user's template writes it, held to the rules of every message. Pure.

The first line of what a text template writes is the title. All of it is made inert
again, for values that are harmless alone could be put together to something that is
not; only addresses that the alert has, or that the template's author wrote, stay live.
The changed figure and the alert's id are told whatever the template says.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

from typing_extensions import override

from monitor.alerts import slack, templating
from monitor.alerts.escape import clipped, inert, web_address
from monitor.alerts.layout import MESSAGE_LIMIT, TITLE_LIMIT, Layout, ordered
from monitor.alerts.template_values import values
from monitor.alerts.words import headline, value
from monitor.errors import TemplateError
from monitor.model import Alert, Form, Message
from monitor.settings import TemplateConfig

# An address ends before what can't be part of it, and what may follow one.
_END: Final = r"(?=$|[\s),;\]\u2069*])"
_ADDRESS: Final = r"https?://[^\s<>\"'`\\|{}^*]+"
# Spaces, isolates and our marks stay; what stands between them is made inert.
_BETWEEN: Final = re.compile(r"([ \u2068\u2069]|\*+)")
_TAGS: Final = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "blockquote",
        "body",
        "br",
        "center",
        "code",
        "dd",
        "div",
        "dl",
        "dt",
        "em",
        "font",
        "h1",
        "h2",
        "h3",
        "h4",
        "head",
        "hr",
        "html",
        "i",
        "li",
        "meta",
        "ol",
        "p",
        "pre",
        "s",
        "small",
        "span",
        "strong",
        "style",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "title",
        "tr",
        "u",
        "ul",
    ]
)
_BAD_STYLE: Final = re.compile(r"url\s*\(|expression|@import|javascript", re.IGNORECASE)


def message(
    template: TemplateConfig, alert: Alert, plan: Layout, form: Form, timezone: str
) -> Message:
    """The template's message for a channel of that form; TemplateError if it fails.

    An HTML template is the HTML of mail; everything else keeps the built-in text.
    """
    given = values(alert, plan, timezone)
    if template.is_html:
        html = templating.written(template.text, given, autoescape=True)
        _check_html(html, alert, plan, template.text)
        shown = html if form is Form.MAIL else ""
        blocks = slack.blocks(plan) if form is Form.SLACK else ()
        return Message(plan.title, plan.body, html=shown, blocks=blocks)
    text = templating.written(template.text, given, autoescape=False)
    addresses = _addresses(alert, plan, template.text)
    lines = [_settled(line, addresses) for line in text.strip().splitlines()]
    title = _title(lines[0] if lines else "", alert, plan)
    body = _body(lines[1:], title, alert, plan)
    blocks = slack.from_text(title, body, addresses) if form is Form.SLACK else ()
    return Message(title, body, blocks=blocks)


def _title(line: str, alert: Alert, plan: Layout) -> str:
    """The template's title, unless it does not tell the figure."""
    room = TITLE_LIMIT - len(plan.prefix)
    given = clipped(line.strip(), room)
    return f"{plan.prefix}{given}" if given and tells(alert, given) else plan.title


def tells(alert: Alert, text: str) -> bool:
    """Whether the text has the figure of the alert's first change, if there is one."""
    changes = ordered(alert.changes)
    if alert.digest or not changes:
        return True
    first = changes[0]
    figure = headline(first).figure
    both = [value(side, with_unit=False) for side in (first.before, first.after)]
    numbers = [one for one in both if one]
    return figure in text or (bool(numbers) and all(n in text for n in numbers))


def _body(lines: list[str], title: str, alert: Alert, plan: Layout) -> str:
    """As many whole lines as fit, with the alert's id whatever happens."""
    text = "\n".join(lines).strip("\n")
    notice = f"{plan.notice}\n\n" if plan.notice else ""
    room = MESSAGE_LIMIT - len(title) - len(notice)
    has_id = alert.key in text or alert.key in title
    if len(text) <= room - (0 if has_id else len(plan.reference) + 2):
        return f"{notice}{text}" + ("" if has_id else f"\n\n{plan.reference}")
    footer = f"\n…\n\n{plan.reference} · shortened: claimwatch show {alert.key}"
    left = room - len(footer)
    kept: list[str] = []
    for line in text.split("\n"):
        left -= len(line) + 1
        if left < 0:
            break
        kept.append(line)
    return f"{notice}{chr(10).join(kept)}{footer}"


# ------------------------------------------------------------------ inert again


def _addresses(alert: Alert, plan: Layout, source: str) -> re.Pattern[str]:
    """What may stand as an address: the alert's own, and the author's."""
    own = {web_address(change.article_url) for change in alert.changes} | {plan.page}
    whole = {url for url in own if url}
    begun: set[str] = set()
    for text, continues in templating.literals(source):
        found = re.findall(_ADDRESS, text)
        if continues and found and text.endswith(found[-1]):
            begun.add(found.pop())
        whole.update(found)
    # a value may complete an address only after its host
    begun = {url for url in begun if url.count("/") > len("//")}
    choices = [re.escape(url) + _END for url in sorted(whole, key=len)[::-1]]
    choices += [re.escape(url) + r"[^\s<>\"'`\\|{}^*\u2068\u2069]*" for url in begun]
    return re.compile("(" + "|".join(choices or ["(?!)"]) + ")")


def _settled(line: str, addresses: re.Pattern[str]) -> str:
    """One line, inert but for the addresses that may stand."""
    parts = addresses.split(line)
    return "".join(
        part if index % 2 and web_address(part) == part else _inert(part)
        for index, part in enumerate(parts)
    )


def _inert(text: str) -> str:
    return "".join(
        part if part in ("", " ", "*", "\u2068", "\u2069") else inert(part)
        for part in _BETWEEN.split(text)
    )


# ------------------------------------------------------------------ HTML


class _Page(HTMLParser):
    """What an HTML template wrote, and what of it may not be in a mail."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.problems: list[str] = []
        self.links: list[str] = []
        self.text: list[str] = []
        self.feed(text)
        self.close()

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _TAGS:
            self.problems.append(f"<{tag}> can't be used in a mail")
        for name, given in attrs:
            if name == "href":
                self.links.append(given or "")
            elif name.startswith("on") or name in ("src", "srcset", "background"):
                self.problems.append(f"{name}= can't be used in a mail")
            elif name == "http-equiv" or (name == "style" and _is_bad(given)):
                self.problems.append(f"{name}={given!r} can't be used in a mail")

    @override
    def handle_data(self, data: str) -> None:
        if self.cdata_elem and _is_bad(data):
            self.problems.append("a style can't load anything in a mail")
        self.text.append(data)


def _is_bad(style: str | None) -> bool:
    return bool(style and _BAD_STYLE.search(style))


def _check_html(html: str, alert: Alert, plan: Layout, source: str) -> None:
    page = _Page(html)
    problems = page.problems
    addresses = _addresses(alert, plan, source)
    # empty where the article's address is not one that may be shown
    wrong = [link for link in page.links if link and not addresses.fullmatch(link)]
    if wrong:
        problems.append(f"a link leads to {clipped(inert(wrong[0]), 60)}")
    shown = "".join(page.text)
    if not tells(alert, shown):
        problems.append("leaves out the figure: {{ change.headline }}")
    if alert.key not in shown:
        problems.append("leaves out the alert's id: {{ alert.id }}")
    if problems:
        raise TemplateError(problems[0])
