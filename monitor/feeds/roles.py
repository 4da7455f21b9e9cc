"""Which element of a feed means what: the ordinary ones, for `quick`.

feedparser names an element by the namespace it knows, else by the prefix, and works on
these names. So may we, as long as a feed uses prefixes as everybody does.
"""

from __future__ import annotations

import re
from enum import IntEnum, auto
from functools import lru_cache


class Unusual(Exception):
    """A feed, or a part of it, that only the thorough parser can be trusted with."""


class Role(IntEnum):
    """What an element does to its entry or feed (numbers, since they hash quickly)."""

    TITLE = auto()
    OTHER_TITLE = auto()  # the entry's only when it has none of its own
    LATE_TITLE = auto()  # ignored after another
    LINK = auto()
    ID = auto()
    PUBLISHED = auto()
    UPDATED = auto()
    CREATED = auto()
    DESCRIPTION = auto()
    SUMMARY = auto()
    CONTENT = auto()
    ENCODED = auto()
    ORIGINAL_LINK = auto()
    TITLE_ENDS = auto()  # after it feedparser takes another title
    PERSON = auto()
    PERSON_PART = auto()
    ENTRY = auto()
    CHANNEL = auto()
    LANGUAGE = auto()
    WISH = auto()  # ttl and sy:*
    LIST = auto()
    PLAIN = auto()  # nothing to us, and holds text only
    BOX = auto()  # nothing to us, and may hold others


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Means nothing to feedparser, which then goes by the prefix: it must be `dc`.
_MISSPELLED = "https://purl.org/dc/elements/1.1/"
NAMESPACES = {
    "http://www.w3.org/2005/atom": "",
    "http://purl.org/rss/1.0/": "",
    "http://purl.org/dc/elements/1.1/": "dc",
    _MISSPELLED: "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://search.yahoo.com/mrss/": "media",
    "http://search.yahoo.com/mrss": "media",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://purl.org/rss/1.0/modules/syndication/": "sy",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://www.georss.org/georss": "georss",
    "http://www.w3.org/2003/01/geo/wgs84_pos#": "geo",
    # no handler and no field of ours begins with these
    "http://purl.org/rss/1.0/modules/slash/": "slash",
    "http://wellformedweb.org/commentapi/": "wfw",
    "http://purl.org/syndication/thread/1.0": "thr",
    "http://madskills.com/public/xml/rss/module/trackback/": "trackback",
    "http://madskills.com/public/xml/rss/module/pingback/": "pingback",
    "http://backend.userland.com/blogchannelmodule": "blogchannel",
}
# Declared by many, their elements rare: feedparser treats those specially.
_SPECIAL = re.compile(
    r"http://(?:www\.opengis\.net/gml|webns\.net/mvcb/"
    r"|www\.w3\.org/(?:1999/xhtml|2000/svg|1998/math/mathml)"
    r"|(?:web\.resource\.org/cc|podlove\.org/simple-chapters)/?"
    r"|(?:cyber\.law\.harvard\.edu/rss|backend\.userland\.com)/creativecommonsrssmodule"
    r"(?:\.html)?)"
)
# Every prefix that feedparser knows: each must mean what it always means.
_KNOWN_PREFIXES = _words(
    "admin ag annotate audio blogchannel cc creativecommons co content cp dc dcterms"
    " email ev feedburner fm foaf geo georss gml icbm image itunes l media pingback"
    " prism rdf rdfs ref reqv search slash soap ss str sub sy szf taxo ti trackback"
    " wfw wiki xhtml xlink xml psc"
)
# Prefixes under which feedparser has handlers or we read fields.
_GUARDED = _words(
    "admin cc content creativecommons dc dcterms feedburner geo georss gml itunes media"
    " psc rdf sy xhtml xlink xml"
)
_DECLARATION = re.compile(rb"xmlns(?::([\w.-]+))?\s*=\s*[\"']([^\"'<>]*)[\"']")
_WORDPRESS = "com-wordpress:feed-additions:1"

_ROLES = {
    "title": Role.TITLE,
    "media:title": Role.OTHER_TITLE,
    "dc:title": Role.LATE_TITLE,
    "link": Role.LINK,
    "guid": Role.ID,
    "id": Role.ID,
    "pubdate": Role.PUBLISHED,
    "published": Role.PUBLISHED,
    "issued": Role.PUBLISHED,
    "dcterms:issued": Role.PUBLISHED,
    "updated": Role.UPDATED,
    "modified": Role.UPDATED,
    "lastbuilddate": Role.UPDATED,
    "dc:date": Role.UPDATED,
    "dcterms:modified": Role.UPDATED,
    "created": Role.CREATED,
    "dcterms:created": Role.CREATED,
    "description": Role.DESCRIPTION,
    "dc:description": Role.DESCRIPTION,
    "media:description": Role.DESCRIPTION,
    "summary": Role.SUMMARY,
    "itunes:summary": Role.SUMMARY,
    "content": Role.CONTENT,
    "content:encoded": Role.ENCODED,
    "feedburner:origlink": Role.ORIGINAL_LINK,
    "source": Role.TITLE_ENDS,
    "image": Role.TITLE_ENDS,
    "author": Role.PERSON,
    "contributor": Role.PERSON,
    "name": Role.PERSON_PART,
    "uri": Role.PERSON_PART,
    "url": Role.PERSON_PART,
    "email": Role.PERSON_PART,
    "width": Role.PERSON_PART,
    "height": Role.PERSON_PART,
    "item": Role.ENTRY,
    "entry": Role.ENTRY,
    "channel": Role.CHANNEL,
    "language": Role.LANGUAGE,
    "dc:language": Role.LANGUAGE,
    "ttl": Role.WISH,
    "sy:updateperiod": Role.WISH,
    "sy:updatefrequency": Role.WISH,
    "items": Role.LIST,
    **dict.fromkeys(
        _words(
            "category comments enclosure managingeditor webmaster rights copyright subtitle"
            " generator docs cloud rating icon logo keywords hour day sy:updatebase"
            " dc:creator dc:subject dc:publisher dc:rights dc:contributor dc:source dc:type"
            " dc:format dc:identifier dc:coverage dc:relation feedburner:info"
            " georss:point georss:line georss:polygon georss:box georss:featurename"
            " geo:lat geo:long feedburner:emailserviceid feedburner:feedburnerhostname"
        ),
        Role.PLAIN,
    ),
    "skiphours": Role.BOX,
    "skipdays": Role.BOX,
}
_BOXED_PREFIXES = ("media", "itunes", "dcterms")
# feedparser's handlers for these leave traces elsewhere.
_TRICKY = frozenset(("itunes:link", "media:rss"))


@lru_cache(maxsize=2_048)
def role(tag: str) -> Role:
    """The role of an element; raises Unusual when it has none that is safe."""
    namespace, _, local = tag.removeprefix("{").rpartition("}")
    uri, local = namespace.lower(), local.lower()
    if namespace == _WORDPRESS and local in ("site", "post-id"):
        return Role.PLAIN
    if _SPECIAL.fullmatch(uri):
        raise Unusual(tag)
    prefix = NAMESPACES.get(uri, "") if uri else ""
    name = f"{prefix}:{local}" if prefix else local
    if uri and uri not in NAMESPACES:
        return Role.BOX  # check_namespaces() saw to its prefix
    if name in _ROLES:
        return _ROLES[name]
    if prefix in _GUARDED and (prefix not in _BOXED_PREFIXES or name in _TRICKY):
        raise Unusual(tag)
    if not prefix:
        raise Unusual(tag)
    return Role.BOX


def check_namespaces(body: bytes) -> frozenset[str]:
    """The namespaces declared; raises Unusual when a prefix means something else.

    Reads the bytes, escaped and CDATA content too: that errs on the careful side.
    """
    bound: dict[str, str] = {}
    uris = set()
    for match in set(_DECLARATION.findall(body)):
        prefix, uri = (part.decode("utf-8").lower() for part in match)
        uris.add(uri)
        known = NAMESPACES.get(uri)
        if not prefix:
            if known is None and uri != _WORDPRESS and not _SPECIAL.fullmatch(uri):
                raise Unusual(uri)
            continue
        if bound.setdefault(prefix, uri) != uri:
            raise Unusual(prefix)
        if prefix in _GUARDED and prefix != known and not _SPECIAL.fullmatch(uri):
            raise Unusual(prefix)
        if known != prefix and (
            uri == _MISSPELLED or (known is not None and prefix in _KNOWN_PREFIXES)
        ):
            raise Unusual(prefix)
    return frozenset(uris)
