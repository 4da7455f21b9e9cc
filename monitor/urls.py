"""Canonical URLs: one spelling for each page, and the outlet it belongs to.

Pure. A URL that we would not fetch (not http or https, no host, malformed) has no
canonical form.
"""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit

LONGEST_URL = 4096
LONGEST_HOST = 253

# Parameters that say where a reader came from and never which page is meant.
TRACKING = re.compile(
    r"""
      (?: utm | at | ns | mc | mtm | pk | hsa | fb | oly | vero )_ .*
      # Urchin, AT Internet and comScore (BBC), Mailchimp, Matomo, Piwik, HubSpot,
      # Facebook, Olytics, Vero; then HubSpot's other family and Webtrends
    | _hs .* | wt\. .*
      # click identifiers of networks
    | fbclid | d?gclid | gclsrc | [gw]braid | dclid | msclkid | ym?clid | twclid | ttclid
    | igsh (?:id)? | li_fat_id | mkt_tok | _ga | _gl | __twitter_impression | spm | sref
    | guccounter | guce_referrer (?:_sig)? | soc_src | soc_trk
      # campaign marks of outlets: Guardian, CNN and NPR, MSN, NYT, Washington Post,
      # DW, Le Monde, Al Jazeera, Bloomberg, CBS, Daily Mail, Reuters, Google News
    | cmp (?:id)? | [ion]cid | intcid | s_cid | smid | smtyp | emc | wpisrc | wpmm
    | maca | xtor | traffic_source | srnd | ftag | ito | feedtype | feedname | rssfeed
    | google_editors_picks
    """,
    re.IGNORECASE | re.VERBOSE,
)
# Ambiguous names are tracking only with a value that names a channel.
CHANNEL = re.compile(
    r"""
    (?: ref | referrer | source | src | from | partner | via | origin | mod | feed
      | medium | campaign )
    = (?: rss | atom | feeds? | twitter | facebook | newsletter | e?mail | whatsapp
      | telegram | social )
    (?: [-_.\d] .* )?
    """,
    re.IGNORECASE | re.VERBOSE,
)

# Second-level names under which countries register (co.uk, com.au, or.jp, gov.in).
SECOND_LEVEL = re.compile(
    r"ac|asn|biz|com?|edu|firm|gen|go|gob|gouv|govt?|gv|id|ind|inf|info|int|k12|kr|ltd"
    r"|me|mil|muni|net?|nom|ong|org?|plc|press|pro|sch|school|web"
)
# Hosts on which everybody has a subdomain of their own: each is an outlet.
SHARED_HOST = re.compile(
    r"(?:blogspot|wordpress|substack|medium|tumblr|livejournal|typepad|weebly|wixsite"
    r"|beehiiv)\.com|ghost\.io|git(?:hub|lab)\.io|netlify\.app|vercel\.app|pages\.dev"
    r"|buttondown\.email"
)

_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")
_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")
_DEFAULT_PORT = {"http": 80, "https": 443}
# Marks of a second rendering of the same page.
_RENDERING_HOST = re.compile(r"^(?:www\d?|m|mobile|amp)\.")
_RENDERING_PATH = re.compile(r"(?:/amp|\.amp|/index\.html?|/print)?/*$")
_RENDERING_QUERY = re.compile(r"^(?:amp|outputtype|print|output)(?:=|$)", re.IGNORECASE)


def canonical(url: str, base: str | None = None) -> str | None:
    """The one spelling of `url` (resolved against `base`), or None.

    Lower-cases scheme and host, writes the host in punycode without trailing dot,
    drops credentials, default ports, fragments (except `#!`) and tracking parameters,
    and keeps the order of the others, because some sites depend on it.
    """
    if not url.strip() or len(url) > LONGEST_URL:
        return None
    try:
        parts = urlsplit(urljoin(base or "", url.strip()))
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    name = _host(host or "")
    if scheme not in _DEFAULT_PORT or name is None:
        return None
    if port is not None and port != _DEFAULT_PORT[scheme]:
        name = f"{name}:{port}"
    spelled = urlunsplit(
        SplitResult(
            scheme,
            name,
            _escape(_without_dots(parts.path), "/") or "/",
            _query(parts.query),
            _escape(parts.fragment, "/?") if parts.fragment.startswith("!") else "",
        )
    )
    return spelled if len(spelled) <= LONGEST_URL else None


# asked three times a poll: for the host's turn, its pause and its answers
@lru_cache(maxsize=2_048)
def host(url: str) -> str:
    """The host of a URL in its canonical spelling; empty when there is none."""
    try:
        return _host(urlsplit(url).hostname or "") or ""
    except ValueError:
        return ""


def outlet(url: str) -> str:
    """The registrable domain of a URL: bbc.co.uk for https://www.bbc.co.uk/news.

    A heuristic instead of the Public Suffix List: two-letter countries with a generic
    second level, and well-known shared hosts. An address stands for itself.
    """
    name = host(url)
    labels = name.split(".")
    if len(labels) <= 2 or ":" in name or labels[-1].isdigit():
        return name
    if SHARED_HOST.fullmatch(".".join(labels[-2:])):
        return ".".join(labels[-3:])
    country = len(labels[-1]) == 2
    kept = 3 if country and SECOND_LEVEL.fullmatch(labels[-2]) else 2
    return ".".join(labels[-kept:])


def same_article(one: str, other: str) -> bool:
    """Whether two URLs are renderings of one page: AMP, mobile, print, http/https."""
    return one == other or _rendering(one) == _rendering(other)


def _rendering(url: str) -> str:
    spelled = canonical(url)
    if spelled is None:
        return url
    parts = urlsplit(spelled)
    query = "&".join(p for p in parts.query.split("&") if not _RENDERING_QUERY.match(p))
    path = _RENDERING_PATH.sub("", parts.path)
    return f"{_RENDERING_HOST.sub('', parts.netloc)}{path}?{query}"


def _host(name: str) -> str | None:
    """Lower case, no trailing dot, punycode; None when it can't be a host."""
    name = name.rstrip(".").lower()
    if not name or len(name) > LONGEST_HOST:
        return None
    if ":" in name:
        try:
            return f"[{ipaddress.IPv6Address(name)}]"
        except ValueError:
            return None
    try:
        name = name if name.isascii() else name.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    return name if _HOST.fullmatch(name) else None


def _without_dots(path: str) -> str:
    if "/." not in path:
        return path
    kept: list[str] = []
    *folders, last = path.split("/")
    for folder in folders:
        if folder == ".." and len(kept) > 1:
            kept.pop()
        elif folder not in (".", ".."):
            kept.append(folder)
    if last == ".." and len(kept) > 1:
        kept.pop()
    return "/".join([*kept, "" if last in (".", "..") else last])


def _query(query: str) -> str:
    pieces = [piece for piece in query.split("&") if piece and not _tracks(piece)]
    return _escape("&".join(pieces), "/?")


def _tracks(piece: str) -> bool:
    name = piece.partition("=")[0]
    return bool(TRACKING.fullmatch(name) or CHANNEL.fullmatch(piece))


def _escape(text: str, also: str) -> str:
    """Percent-encode what a URL may not hold; leave what is encoded already."""
    quoted = quote(text, safe="%!$&'()*+,;=:@-._~" + also, errors="replace")
    return _ESCAPE.sub(lambda match: match.group().upper(), quoted)
