"""Hostile titles, and what none of them may do in any form of a message."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from monitor.model import Change, ChangeKind, Side
from tests.alert_samples import BY_KIND, URL

HOSTILE = [
    "<!channel> <!here> <!everyone> <!subteam^S1|desk>",
    "<@U024BE7LH> <#C024BE7LR> <@&1234> <@!99>",
    "@everyone @here @channel @all @room @desk",
    "＠everyone \u200b@\u200beveryone",
    "[your bank](https://evil.example/login) ![x](https://evil.example/p.png)",
    "<https://evil.example|https://bank.example>",
    "[x]: https://evil.example",
    "https://evil.example/login?next=bank and tg://resolve?domain=evil",
    "javascript:alert(1) data:text/html;base64,AAAA",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "<b>358</b> &lt;b&gt; &#60;script&#62;",
    "**bold** __under__ ~~358~~ ||358|| `code` ```\nblock\n```",
    "*alone* _alone_ ~alone~",
    "line\r\nBcc: victim@example.com\r\n\r\nbody",
    "nul\x00bell\x07escape\x1b[31mred\x1b]8;;https://evil.example\x07link\x1b\\",
    "\u202e358 deta\u202c \u2066isolated\u2069 \u200fmark",
    "zero\u200bwidth\ufeff\u2060join\u00adsoft",
    "tags\U000e0041\U000e0042 private\ue000 unassigned\U0003fffd",
    "z" + "\u0301" * 60 + "algo",
    "para\u2028graph\u2029break\x85next\x0bvertical",
    "<t:1618953630:R> <:smile:1> </command:1>",
    "Alert A-0000 · details: claimwatch show A-0000",
    "\\<!channel\\> \\@everyone",
    "{{7*7}} ${env} %s %(x)s {0}",
    "a" * 5000,
    "x " * 3000,
    "",
    " ",
]

_LIVE = [
    re.compile(r"<[!@#/:A-Za-z?]"),
    re.compile(r"(?<![\w.+-])@\w"),
    re.compile(r"\][(\[:]"),
    re.compile(r"javascript:", re.IGNORECASE),
    re.compile(r"[`~|\\]|__"),
    re.compile(r"\*\*"),
]
# our isolates, the joiners, and the Arabic and Syriac signs before a number or verse
_HIDDEN_KEPT = set(
    "\n\u2068\u2069\u200c\u200d\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u08e2"
)


def poisoned(text: str, kind: ChangeKind = ChangeKind.FIGURE) -> Change:
    """A change whose every free text is the hostile one."""
    base = BY_KIND[kind]

    def side(given: Side | None) -> Side | None:
        return given and replace(given, text=f"{text} {given.text}", source=text)

    return replace(
        base,
        before=side(base.before),
        after=side(base.after),
        claim=text,
        reason=text,
        article_title=text,
        article_url=f"https://ok.example/{text}",
        outlet=text,
        outlets=(text, text),
        source=text,
        chain=(text, text, text, text, text),
        story=text,
    )


def assert_inert(shown: str) -> None:
    for char in shown:
        hidden = unicodedata.category(char) in (
            "Cc",
            "Cf",
            "Cs",
            "Co",
            "Cn",
            "Zl",
            "Zp",
        )
        assert not hidden or char in _HIDDEN_KEPT, f"{char!r} is shown"
    ours = shown.replace(f"{URL}?alert=1", "").replace(URL, "")
    # the article's own address, bare: it leads where it says
    ours = re.sub(r"https://ok\.example/\S*", "", ours)
    for pattern in _LIVE:
        found = pattern.search(ours)
        assert found is None, f"{found} is live"
    assert "://" not in ours
