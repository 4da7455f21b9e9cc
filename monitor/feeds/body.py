"""What a feed's body is: its encoding, and its nature when it is no feed."""

from __future__ import annotations

import codecs
import re

# How far into the body its nature shows.
HEAD = 2_000
# Where an XML declaration and a DOCTYPE may stand.
_PROLOGUE = 16_000
_NATURES: tuple[tuple[re.Pattern[bytes], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), nature)
    for pattern, nature in (
        (rb"%pdf-", "is a PDF file, not a feed"),
        (rb"\x1f\x8b|pk\x03\x04", "is a compressed file, not a feed"),
        (rb"\x89png|\xff\xd8\xff|gif8|riff", "is an image, not a feed"),
        (rb"[{\[]", "is JSON, but not a JSON Feed"),
        (rb"(?s).*?<opml[\s>]", "is an OPML list of feeds, not a feed"),
        (rb"(?s).*?<(?:html|head|body)[\s>]", "is an HTML page, not a feed"),
        (rb"(?s).*?<(?:rss|feed|rdf:rdf|channel)[\s>]", "is a feed without entries"),
        (rb"<", "is markup of some other kind, not a feed"),
    )
)
HTML_PAGE = re.compile(
    rb"(?:<!--(?:(?!-->).)*-->|\s)*(?:<!doctype\s+html|<html[\s>])",
    re.IGNORECASE | re.DOTALL,
)
# One of these is in whatever feedparser makes a feed of.
_OF_A_FEED = re.compile(
    rb"<(?:[\w.-]+:)?(?:rss|rdf|feed|channel|item|entry|product|newlocation|redirect"
    rb"|infofeed)[\s/>:]",
    re.IGNORECASE,
)
_TAG = re.compile(rb"<(?:[A-Za-z][\w.-]*:)?([A-Za-z][\w.-]*)")
_DECLARATION = re.compile(rb"^\s*<\?xml[^>]*?\?>", re.IGNORECASE)
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=", re.IGNORECASE)
_DOCTYPE = re.compile(rb"<!DOCTYPE[^>\[]*(?:\[[^\]]*\])?[^>]*>", re.IGNORECASE)
_REFERENCE = re.compile(rb"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));")


def needs_charset(body: bytes, charset: str) -> bool:
    """Whether the header's charset is our best knowledge: servers often send a default."""
    if _DECLARED.match(body[:HEAD]) or not _is_text_encoding(charset):
        return False
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


def _is_text_encoding(name: str) -> bool:
    try:
        b"<feed>".decode(name)
    except (LookupError, ValueError):
        return False
    return name.lower() not in ("idna", "punycode", "undefined")


def defused(body: bytes) -> bytes:
    """Without DOCTYPE and declaration, impossible character references replaced."""

    def possible(match: re.Match[bytes]) -> bytes:
        hexadecimal, decimal = match.groups()
        digits = hexadecimal or decimal
        code = int(digits, 16 if hexadecimal else 10) if len(digits) < 9 else 0
        fine = 0 < code < 0xD800 or 0xDFFF < code < 0x110000
        return match.group() if fine else b"&#xFFFD;"

    head = _DECLARATION.sub(b"", body[:_PROLOGUE], count=1)
    without = _DOCTYPE.sub(b"", head, count=1) + body[_PROLOGUE:]
    return _REFERENCE.sub(possible, without)


def is_other_markup(body: bytes) -> bool:
    """Whether no tag of a feed is in a body whose tags can be read as they are.

    feedparser finds that out too, after up to ten seconds.
    """
    start = body.removeprefix(codecs.BOM_UTF8).lstrip()[:1]
    return start == b"<" and b"\0" not in body[:HEAD] and not _OF_A_FEED.search(body)


def is_sitemap(start: bytes) -> bool:
    """Whether the first tag is that of a sitemap, or of a list of them."""
    tag = _TAG.search(start)
    return tag is not None and tag[1].lower() in (b"urlset", b"sitemapindex")


def nature(body: bytes) -> str:
    """What a body without entries is, in a few words."""
    start = body[:HEAD].removeprefix(codecs.BOM_UTF8).lstrip()
    for pattern, words in _NATURES:
        if pattern.match(start):
            return words
    return "is text, not a feed"
