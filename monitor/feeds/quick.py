"""Ordinary RSS, RDF and Atom feeds by lxml, some forty times as fast as feedparser.

It gives what feedparser would, field by field, or raises Unusual: whatever it has no
rule for is left to `thorough`. The order of elements matters, because it does there.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from html.entities import entitydefs
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from lxml import etree

from monitor.feeds.dates import moment
from monitor.feeds.elements import (
    attributes_of,
    check_bare,
    check_box,
    check_controls,
    check_image,
    check_leaf,
    check_person,
    content_type,
    text_of,
)
from monitor.feeds.roles import Role, Unusual, check_namespaces, role

_DECLARATION = re.compile(
    rb"""<\?xml[ \t]+version=(["'])1\.0\1(?:[ \t]+encoding=(["'])([\w.-]+)\2)?"""
    rb"""(?:[ \t]+standalone=(["'])yes\4)?[ \t]*\?>"""
)
_ENCODINGS = {
    b"utf-8": "utf-8",
    b"us-ascii": "ascii",
    b"iso-8859-1": "iso-8859-1",
    b"iso-8859-2": "iso-8859-2",
    b"iso-8859-15": "iso-8859-15",
    b"windows-1250": "windows-1250",
    b"windows-1251": "windows-1251",
    b"windows-1252": "windows-1252",
}
_ROOT = re.compile(rb"<[\w]")
ENTRY = re.compile(rb"<(?:[\w.-]+:)?(?:item|entry)[\s/>]", re.IGNORECASE)
# xml:base; feedparser takes a plain `base` as well.
_BASED = re.compile(rb"base\s*=")
_LANGUAGES = ("{http://www.w3.org/XML/1998/namespace}lang", "lang")
_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
# Control characters that feedparser maps as Windows does, as bytes or references.
_C1 = re.compile(rb"\xc2[\x80-\x9f]")
_C1_REFERENCE = re.compile(rb"&#(?:0*(?:12[89]|1[34]\d|15\d)|x0*[89][0-9a-f]);")
_PERHAPS_HTML = re.compile(r"</\w+>|&#?\w+;")
_NAMED_REFERENCE = re.compile(r"&(\w+);")
_LOOSE_REFERENCE = re.compile(r"&([A-Za-z0-9_]+);")
_PAGES = ("html", "text/html", "xhtml", "application/xhtml+xml")
_DATES = {
    Role.PUBLISHED: "published_parsed",
    Role.UPDATED: "updated_parsed",
    Role.CREATED: "created_parsed",
}
_LEAVES = (Role.PLAIN, Role.LANGUAGE, Role.WISH)
_IN_BOX = (Role.BOX, Role.OTHER_TITLE, Role.DESCRIPTION)


def read(body: bytes, limit: int) -> tuple[dict[str, Any], list[dict[str, Any]], int]:
    """Feed fields, the first entries' fields, the number of entries; or Unusual."""
    clean = _in_utf8(body)
    root = _ROOT.search(clean)
    if root is None or b"<!" in _without_remarks(clean[: root.start()]):
        raise Unusual("doctype")
    namespaces = check_namespaces(clean)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        tree = etree.fromstring(clean, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unusual("not well-formed") from error
    if tree.getroottree().docinfo.internalDTD is not None:
        raise Unusual("doctype")
    lower = clean.lower()  # quicker than patterns that ignore case
    if _C1.search(clean) or _C1_REFERENCE.search(lower):
        check_controls(tree)
    head = _Head(tree, namespaces, based=_BASED.search(lower) is not None)
    found = head.read()
    if not found or len(found) != len(ENTRY.findall(lower)):
        raise Unusual("entries")
    return head.fields, [head.entry(each) for each in found[:limit]], len(found)


def _in_utf8(body: bytes) -> bytes:
    """The body in UTF-8, which it must really be; without its declaration."""
    marked = body.startswith(codecs.BOM_UTF8)
    body = body.removeprefix(codecs.BOM_UTF8)
    encoding = "utf-8"
    if body.startswith(b"<?xml"):
        match = _DECLARATION.match(body)
        if match is None:
            raise Unusual("declaration")
        encoding = _ENCODINGS.get((match[3] or b"utf-8").lower(), "")
        if not encoding or (marked and encoding != "utf-8"):
            raise Unusual("encoding")
        body = body[match.end() :]
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unusual("encoding") from error
    return body if encoding == "utf-8" else text.encode("utf-8")


def _without_remarks(prologue: bytes) -> bytes:
    return re.sub(rb"<!--.*?-->", b"", prologue, flags=re.DOTALL)


class _Fields:
    """What feed and entries share: text, links, dates."""

    def __init__(self, *, atom: bool, based: bool) -> None:
        self.atom = atom
        self.based = based
        self.fields: dict[str, Any] = {}

    def link(self, element: Any, *, entry: bool) -> dict[str, str]:
        """Take a link, written as text (RSS) or in its attributes (Atom)."""
        attributes = attributes_of(element)
        if not attributes:
            text = text_of(element)
            if entry:
                text = text.replace("&amp;", "&")
            text = self.uri(_LOOSE_REFERENCE.sub(r"&\g<1>", text))
            self.fields["link"] = text
            return {"rel": "alternate", "href": text}
        href = attributes.get("href")
        if not href or element.text or len(element):
            raise Unusual("link")
        rel = attributes.get("rel", "alternate").lower()
        kind = attributes.get("type", "text/html").lower()
        href = self.uri(href)
        if rel == "alternate" and kind in _PAGES:
            self.fields["link"] = href
        return {"rel": rel, "href": href}

    def identity(self, element: Any) -> None:
        """Take the id; it is the link as well, unless that is known or denied."""
        value = text_of(element)
        linked = attributes_of(element).get("ispermalink", "true") == "true"
        if linked:
            value = self.uri(value)
            self.fields.setdefault("link", value)
        self.fields["id"] = value

    def uri(self, value: str) -> str:
        """The address as it stands; no base may change it, nor feedparser repair it."""
        if ":///" in value:
            raise Unusual("uri")
        if not self.based or not value:
            return value
        try:
            parts = urlsplit(value)
        except ValueError as error:
            raise Unusual("uri") from error
        if not parts.scheme or urlunsplit(parts) != value or "/." in value:
            raise Unusual("uri")
        return value


class _Head(_Fields):
    """The feed itself."""

    def __init__(self, tree: Any, namespaces: frozenset[str], *, based: bool) -> None:
        kind = etree.QName(tree).localname
        super().__init__(atom=kind == "feed", based=based)
        self.tree = tree
        if kind not in ("rss", "feed", "RDF"):
            raise Unusual(kind)
        if self.atom and "http://purl.org/rss/1.0/" in namespaces:
            raise Unusual("two formats")
        self.kind = kind
        self.summaries = 0
        self.images = 0
        self.fields["links"] = []

    def read(self) -> list[Any]:
        """Take the feed's own elements; the entries are left for `entry`."""
        if self.kind == "RDF":
            return self._rdf()
        for name in _LANGUAGES:
            if self.tree.get(name):
                self.fields["language"] = self.tree.get(name).replace("_", "-")
        if self.atom:
            return list(self._parts(self.tree))
        if len(self.tree) != 1 or role(self.tree[0].tag) is not Role.CHANNEL:
            raise Unusual("channel")
        check_bare(self.tree[0])
        return list(self._parts(self.tree[0]))

    def _rdf(self) -> list[Any]:
        """RSS 1.0: the entries stand beside the channel."""
        if not len(self.tree) or role(self.tree[0].tag) is not Role.CHANNEL:
            raise Unusual("channel")
        entries = list(self._parts(self.tree[0]))
        for each in self.tree[1:]:
            found = role(each.tag)
            if found is Role.ENTRY:
                entries.append(each)
            elif found is Role.TITLE_ENDS:
                check_image(each)
            else:
                raise Unusual(each.tag)
        return entries

    def entry(self, element: Any) -> dict[str, Any]:
        """The fields of one entry."""
        return _Entry(element, atom=self.atom, based=self.based).read()

    def _parts(self, parent: Any) -> Iterator[Any]:
        for element in parent:
            found = role(element.tag)
            if found is Role.ENTRY:
                yield element
            else:
                self._take(element, found)

    def _take(self, element: Any, found: Role) -> None:
        if found is Role.TITLE:
            if "title" in self.fields:
                raise Unusual("titles")
            content_type(element, "text/plain")
            self.fields["title"] = text_of(element)
        elif found is Role.LINK:
            self.fields["links"].append(self.link(element, entry=False))
        elif found is Role.ID:
            self.identity(element)
        elif found is Role.LANGUAGE:
            self.fields["language"] = text_of(element)
        elif found is Role.WISH:
            check_bare(element)
            name = etree.QName(element).localname.lower()
            self.fields[name if name == "ttl" else f"sy_{name}"] = text_of(element)
        else:
            self._pass_by(element, found)

    def _pass_by(self, element: Any, found: Role) -> None:
        if found in (Role.DESCRIPTION, Role.SUMMARY):
            # a second summary would count as content, and mark what follows
            if self.summaries:
                raise Unusual("summaries")
            self.summaries += found is Role.SUMMARY
            check_leaf(element)
        elif found is Role.LATE_TITLE:
            if not self.fields.get("title") or self.images:
                raise Unusual("titles")
            check_leaf(element)
        elif found is Role.TITLE_ENDS:
            self.images += 1
            check_image(element)
        elif found in _DATES or found is Role.PLAIN:
            check_leaf(element)
        elif found is Role.PERSON:
            check_person(element)
        elif found is Role.BOX:
            check_box(element)
        elif found is not Role.LIST or self.kind != "RDF":
            raise Unusual(element.tag)


class _Entry(_Fields):
    """One entry."""

    def __init__(self, element: Any, *, atom: bool, based: bool) -> None:
        super().__init__(atom=atom, based=based)
        self.element = element
        self.contents: list[dict[str, str]] = []
        self.summary_depth: int | None = None
        self.has_content = False
        self.other_titles = False
        self.title_ended = False

    def read(self) -> dict[str, Any]:
        """All fields; raises Unusual when it is hardly an entry."""
        attributes = self.element.attrib
        for name, value in attributes.items():
            if name == _ABOUT:
                self.fields["id"] = value
            elif name not in _LANGUAGES:
                raise Unusual("entry")
        for element in self.element:
            self._take(element, depth=0)
        fields = self.fields
        if self.contents:
            fields["content"] = self.contents
        if self.other_titles and not fields.get("title"):
            raise Unusual("titles")
        if not fields.get("title") and not fields.get("summary"):
            raise Unusual("entry")
        return fields

    def _take(self, element: Any, depth: int) -> None:
        found = role(element.tag)
        if found in _DATES:
            self.fields[_DATES[found]] = moment(text_of(element))
        elif found is Role.DESCRIPTION:
            self._summary(element, "text/html", depth)
        elif found is Role.SUMMARY:
            self._summary(element, "text/plain", depth)
        elif found is Role.BOX:
            for part in element:
                if role(part.tag) not in _IN_BOX:
                    raise Unusual(part.tag)
                self._take(part, depth + 1)
        elif found in _TAKES:
            _TAKES[found](self, element)
        elif found in _LEAVES:
            check_leaf(element)
        elif found is Role.PERSON:
            check_person(element)
        else:
            raise Unusual(element.tag)

    def _title(self, element: Any) -> None:
        if "title" in self.fields:
            raise Unusual("titles")
        content_type(element, "text/plain")
        self.fields["title"] = text_of(element)

    def _title_ends(self, element: Any) -> None:
        check_leaf(element)
        self.title_ended = True

    def _other_title(self, element: Any) -> None:
        if self.title_ended:
            raise Unusual("titles")
        check_leaf(element)
        self.other_titles = True

    def _late_title(self, element: Any) -> None:
        if self.title_ended or not self.fields.get("title"):
            raise Unusual("titles")
        check_leaf(element)

    def _link(self, element: Any) -> None:
        self.link(element, entry=True)

    def _id(self, element: Any) -> None:
        if "id" in self.fields:
            raise Unusual("ids")
        self.identity(element)

    def _original_link(self, element: Any) -> None:
        check_bare(element)
        self.fields["feedburner_origlink"] = text_of(element)

    def _summary(self, element: Any, default: str, depth: int) -> None:
        if "summary" in self.fields and not self.has_content:
            self._content(element)  # feedparser's rule for a second summary
            return
        value, kind = self._typed(element, default)
        if self.summary_depth is None or depth <= self.summary_depth:
            self.summary_depth = depth
            self.fields["summary"] = value
        self.fields["summary_detail"] = {"value": value, "type": kind}

    def _content(self, element: Any) -> None:
        self._append(element, "text/plain")

    def _encoded(self, element: Any) -> None:
        self._append(element, "text/html")

    def _append(self, element: Any, default: str) -> None:
        value, kind = self._typed(element, default)
        self.has_content = True
        self.contents.append({"value": value, "type": kind})
        self.fields.setdefault("summary", value)

    def _typed(self, element: Any, default: str) -> tuple[str, str]:
        kind = content_type(element, default)
        value = text_of(element)
        if kind == "text/plain" and not self.atom and _PERHAPS_HTML.search(value):
            # feedparser guesses by the names in it
            names = _NAMED_REFERENCE.findall(value)
            if "<" in value or not all(name in entitydefs for name in names):
                raise Unusual("perhaps HTML")
            kind = "text/html"
        return value, kind


_TAKES: dict[Role, Callable[[_Entry, Any], None]] = {
    Role.TITLE: _Entry._title,
    Role.LINK: _Entry._link,
    Role.ID: _Entry._id,
    Role.CONTENT: _Entry._content,
    Role.ENCODED: _Entry._encoded,
    Role.ORIGINAL_LINK: _Entry._original_link,
    Role.TITLE_ENDS: _Entry._title_ends,
    Role.OTHER_TITLE: _Entry._other_title,
    Role.LATE_TITLE: _Entry._late_title,
}
