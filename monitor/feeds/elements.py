"""Elements of an ordinary feed: their text and attributes, and what they may hold."""

from __future__ import annotations

import re
from typing import Any

from monitor.feeds.roles import Role, Unusual, role

_TYPES = {
    "text": "text/plain",
    "plain": "text/plain",
    "text/plain": "text/plain",
    "html": "text/html",
    "text/html": "text/html",
}
_C1 = re.compile("[\x80-\x9f]")
_IN_IMAGE = (Role.TITLE, Role.LINK, Role.DESCRIPTION, Role.PERSON_PART)


def text_of(element: Any) -> str:
    """The text of an element that holds nothing else, as feedparser mends it."""
    if len(element):
        raise Unusual(element.tag)
    text: str = (element.text or "").strip()
    if text.isascii():
        return text
    try:
        # UTF-8 that was taken for Latin-1 and encoded again
        text = text.encode("iso-8859-1").decode("utf-8")
    except UnicodeError:
        return text
    if _C1.search(text):
        raise Unusual("control characters")
    return text


def content_type(element: Any, default: str) -> str:
    """`text/plain` or `text/html`; raises Unusual for other kinds."""
    attributes = attributes_of(element)
    kind = _TYPES.get(attributes.get("type", default).lower())
    if kind is None or "mode" in attributes:
        raise Unusual("type")
    return kind


def attributes_of(element: Any) -> dict[str, str]:
    """Attributes by their names; those with a namespace do not count."""
    found: dict[str, str] = {}
    for name, value in element.attrib.items():
        local = name.rpartition("}")[2].lower()
        if name[0] == "{":
            if local in ("href", "rel", "type", "url", "uri", "mode", "ispermalink"):
                raise Unusual(name)
        elif local in found or local in ("url", "uri"):
            raise Unusual(name)
        else:
            found[local] = value
    return found


def check_leaf(element: Any) -> None:
    """Raise Unusual when the element holds others."""
    if len(element):
        raise Unusual(element.tag)


def check_bare(element: Any) -> None:
    """Raise Unusual when the element has attributes."""
    if element.attrib:
        raise Unusual(element.tag)


def check_image(element: Any) -> None:
    """Raise Unusual when an image of a feed is more than that."""
    for part in element:
        if role(part.tag) not in _IN_IMAGE or len(part):
            raise Unusual("image")


def check_person(element: Any) -> None:
    """Raise Unusual when an author or contributor is more than that."""
    for part in element:
        if role(part.tag) is Role.BOX:
            check_box(part)
        elif role(part.tag) is not Role.PERSON_PART or len(part):
            raise Unusual(part.tag)


def check_box(element: Any) -> None:
    """Raise Unusual when something in there might count as the feed's."""
    for part in element:
        if role(part.tag) not in (Role.BOX, Role.PLAIN):
            raise Unusual(part.tag)
        check_box(part)


def check_controls(tree: Any) -> None:
    """Raise Unusual when a text holds control characters: feedparser maps them."""
    if any(_C1.search(text) for text in tree.itertext()):
        raise Unusual("control characters")
