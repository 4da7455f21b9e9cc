"""OPML, the format in which readers exchange lists of feeds.

Pure. The input is untrusted: a document type or an entity declaration is refused
outright (entity bombs, external files), and depth, size and count are bounded.
"""

from __future__ import annotations

import codecs
import html.entities
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from monitor.errors import ParseError

# A list of 10,000 feeds is about 2 MB; real ones stay far below.
SIZE_LIMIT: Final = 10_000_000
FEED_LIMIT: Final = 20_000
DEPTH_LIMIT: Final = 50
TITLE_LIMIT: Final = 200

_DECLARED: Final = re.compile(
    rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']"""
)
_ENTITY: Final = re.compile(r"&(?:(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]\w{0,40});)?")
_OF_XML: Final = frozenset({"amp", "lt", "gt", "quot", "apos"})


@dataclass(frozen=True, slots=True)
class OpmlFeed:
    """One feed of a list. `folder` is the path of groups it stands in: "World/Asia"."""

    title: str
    url: str
    folder: str = ""
    language: str | None = None


@dataclass(slots=True)
class _Reader:
    """Follows the elements; `folders` has an entry for each open outline."""

    feeds: list[OpmlFeed] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    root: str | None = None
    depth: int = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEPTH_LIMIT:
            raise ParseError(f"the list is nested deeper than {DEPTH_LIMIT} levels")
        name = tag.rpartition(":")[2].lower()
        if self.root is None:
            self.root = name
        if name == "outline":
            self._outline({key.lower(): value for key, value in attributes.items()})

    def end(self, tag: str) -> None:
        self.depth -= 1
        if tag.rpartition(":")[2].lower() == "outline":
            self.folders.pop()

    def _outline(self, attributes: dict[str, str]) -> None:
        title = _line(attributes.get("title") or attributes.get("text") or "")
        url = attributes.get("xmlurl", "").strip()
        if url:
            self._feed(title, url, attributes)
        # a feed may hold outlines too (its entries); they get no folder of its name
        self.folders.append("" if url else title.replace("/", "-"))

    def _feed(self, title: str, url: str, attributes: dict[str, str]) -> None:
        # "feed:" is an old way to make a browser open its reader
        url = re.sub(r"^feed:(?://)?(?=https?:)|^feed:(?=//)", "", url)
        url = f"https:{url}" if url.startswith("//") else url
        if len(self.feeds) >= FEED_LIMIT:
            raise ParseError(f"the list holds more than {FEED_LIMIT:,} feeds")
        self.feeds.append(
            OpmlFeed(
                title=title or _host(url),
                url=url,
                folder="/".join(folder for folder in self.folders if folder),
                language=_line(attributes.get("language", "")) or None,
            )
        )


def parse(data: bytes) -> tuple[OpmlFeed, ...]:
    """The feeds of an OPML document in its order; URLs are as written.

    Lenient where readers write wrong XML (bare ampersands, HTML entities, attribute
    case). Raises ParseError with one line.
    """
    if len(data) > SIZE_LIMIT:
        raise ParseError(f"the list is larger than {SIZE_LIMIT:,} bytes")
    reader = _Reader()
    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.EntityDeclHandler = _refuse_doctype
    try:
        parser.Parse(_ENTITY.sub(_mended, _decoded(data)).encode(), True)
    except expat.ExpatError as error:
        what = expat.ErrorString(error.code)
        raise ParseError(
            f"is not OPML: {what} (line {error.lineno}, column {error.offset + 1})"
        ) from None
    if reader.root != "opml":
        raise ParseError(f"is not OPML: the document is <{_line(reader.root or '')}>")
    return tuple(reader.feeds)


def write(feeds: Iterable[OpmlFeed], *, title: str) -> str:
    """An OPML 2.0 document, grouped by folder; feeds outside a folder come first."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<opml version="2.0">',
        f"  <head><title>{_text(title)}</title></head>",
        "  <body>",
    ]
    by_folder: dict[str, list[OpmlFeed]] = {"": []}
    for feed in feeds:
        by_folder.setdefault(feed.folder, []).append(feed)
    for folder, members in by_folder.items():
        parts = [part for part in folder.split("/") if part]
        for level, part in enumerate(parts):
            lines.append(f"{_indent(level)}<outline text={_attribute(part)}>")
        lines += [f"{_indent(len(parts))}{_element(feed)}" for feed in members]
        lines += [f"{_indent(n)}</outline>" for n in reversed(range(len(parts)))]
    return "\n".join([*lines, "  </body>", "</opml>", ""])


def _element(feed: OpmlFeed) -> str:
    title, url = _attribute(feed.title), _attribute(feed.url)
    language = f" language={_attribute(feed.language)}" if feed.language else ""
    return f'<outline type="rss" text={title} title={title} xmlUrl={url}{language}/>'


def _indent(level: int) -> str:
    return "  " * (level + 2)


def _attribute(text: str) -> str:
    return quoteattr(_line(text, limit=None))


def _text(text: str) -> str:
    return _line(text).replace("&", "&amp;").replace("<", "&lt;")


def _line(text: str, limit: int | None = TITLE_LIMIT) -> str:
    """One line of characters that XML and a terminal allow."""
    kept = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(kept.split())[:limit]


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or url[:TITLE_LIMIT]
    except ValueError:
        return url[:TITLE_LIMIT]


def _refuse_doctype(*_: object) -> None:
    raise ParseError("declares a document type or entities, which a feed list may not")


def _decoded(data: bytes) -> str:
    """The text: by byte-order mark, else the declared encoding, else UTF-8."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(name, "replace")
    declared = _DECLARED.match(data)
    name = declared[1].decode() if declared else "utf-8"
    try:
        text = data.decode(name, "replace")
    except (LookupError, UnicodeError, ValueError):
        text = data.decode("utf-8", "replace")
    # UTF-7 and the like may leave lone surrogates, which can't be encoded again
    return text.encode("utf-8", "replace").decode()


def _mended(match: re.Match[str]) -> str:
    """Escape a bare ampersand; turn an HTML entity, unknown to XML, into its text."""
    name = match[1]
    if name is None:
        return "&amp;"
    if name.startswith("#") or name in _OF_XML:
        return match[0]
    meant = html.entities.html5.get(f"{name};")
    return f"&amp;{name};" if meant is None else _numeric(meant)


def _numeric(text: str) -> str:
    return "".join(f"&#{ord(char)};" for char in text)
