"""Untrusted text made inert for every channel at once.

A channel's own escaping is not enough: of the services that apprise reaches some
render Markdown whatever we say (Discord), some HTML, some ping on a bare `@all`.
What comes out of here reads the same to a person and means nothing to any of them,
so that one plain text is safe everywhere.
"""

from __future__ import annotations

import re
import unicodedata

# Invisible format characters that carry meaning in a script: the Arabic number and
# end-of-verse signs. Every other one (bidi overrides, zero-width, tags, soft hyphen)
# only hides or reorders text.
_KEPT_FORMAT = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u08e2")
# joiners shape Arabic and Indic letters, and only between two letters of those scripts
_JOINERS = frozenset("\u200c\u200d")
_JOINING = re.compile(r"[\u0600-\u08ff\u0900-\u0dff\ufb50-\ufdff\ufe70-\ufefc]")
# Letters and symbols that draw nothing.
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
# Stacked accents beyond this draw over the lines above (Zalgo); no script needs more.
_MARKS_IN_A_ROW = 3

_ISOLATE = ("\u2068", "\u2069")
_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")

# `<!channel>`, `<@U1>`, `<b>`, `</b>`, `<:emoji:1>`, `<t:1>`: but not "< 5" or "<5 %"
_TAG = re.compile(r"<(?=[^\s\d<=.,$€£~-])")
# Discord and Matrix ping on the bare word, Mattermost on any name. An address keeps
# its sign: it is preceded by a letter.
_PING = re.compile(r"(?<![\w.+-])@(?=\w)")
# [bank](https://evil.example) shows one place and leads to another
_LINK = re.compile(r"\](?=[(\[:])")
_SCHEME = re.compile(r"\b([A-Za-z][A-Za-z0-9+.-]{1,20}):(?=//)")
_SCRIPTED = re.compile(r"\b(javascript|vbscript|data|tg|slack):(?=\S)", re.IGNORECASE)
# Marks that strike through, hide or embolden: look-alikes without a meaning.
_LOOKALIKES = str.maketrans({"*": "∗", "`": "ˋ", "~": "∼", "|": "¦", "\\": "∖"})
# A spreadsheet runs a cell that begins so (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_UNDERSCORES = re.compile(r"(?<!\w)_|_(?!\w)|__+")


def clean(text: str) -> str:
    """One line without control, invisible or reordering characters.

    What can be seen stays as it was, in any script.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    composed = unicodedata.normalize("NFC", text)
    kept: list[str] = []
    marks = 0
    for index, char in enumerate(composed):
        category = unicodedata.category(char)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks <= _MARKS_IN_A_ROW:
            kept.append(_visible(char, category, composed, index))
    return " ".join("".join(kept).split())


def _visible(char: str, category: str, text: str, index: int) -> str:
    if char in _BLANK or category in ("Cc", "Zl", "Zp", "Zs"):
        return " "
    if char in _JOINERS:
        around = text[index - 1 : index] + text[index + 1 : index + 2]
        return char if len(_JOINING.findall(around)) == len("xx") else ""
    if category in ("Cf", "Cn", "Co", "Cs"):
        return char if char in _KEPT_FORMAT else ""
    return char


def inert(text: str) -> str:
    """`clean`, and nothing in it pings, links, formats or is HTML anywhere."""
    plain = clean(text)
    plain = _TAG.sub("‹", plain)
    plain = _PING.sub("＠", plain)
    plain = _LINK.sub("] ", plain)
    plain = _SCHEME.sub(r"\1[:]", plain)
    plain = _SCRIPTED.sub(r"\1[:]", plain)
    plain = _UNDERSCORES.sub(lambda found: "＿" * len(found.group()), plain)
    return plain.translate(_LOOKALIKES)


def quoted(text: str) -> str:
    """`inert` text as a quotation: it can't pose as our own words.

    Text with right-to-left letters is isolated, so that it doesn't reorder the line.
    """
    return f"“{isolated(text.replace('“', '‘').replace('”', '’'))}”"


def isolated(text: str) -> str:
    """The text, kept from reordering its line if it runs from right to left."""
    if _RIGHT_TO_LEFT.search(text):
        return f"{_ISOLATE[0]}{text}{_ISOLATE[1]}"
    return text


def cell(text: str) -> str:
    """The text as a spreadsheet may read it: shown, never run. "=" alone is a sign."""
    return f"'{text}" if len(text) > 1 and text.startswith(_FORMULA) else text


def clipped(text: str, limit: int) -> str:
    """At most `limit` characters, cut at a word where there is one, with `…`."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    at_word = head.rsplit(" ", 1)[0] if " " in head[limit // 2 :] else head
    return at_word.rstrip(" ,;:.") + "…"


def web_address(url: str, limit: int = 500) -> str | None:
    """The URL as it may stand bare in a message, or None if it may not.

    Only http(s) without user info, and nothing that ends a bare link early or reads
    as markup; half an address is worse than none, so it is never cut.
    """
    if len(url) > limit or not re.fullmatch(
        r"https?://[^\s<>\"'`\\|{}^\x00-\x20]+", url
    ):
        return None
    host = url.split("/", 3)[2]
    if "@" in host or clean(url) != url:
        return None
    return url.replace("*", "%2A").replace("~", "%7E")
