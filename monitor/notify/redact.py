"""Channel URLs are secrets: no part of one may stand in a detail or a log line."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, urlsplit

_SECRET_LENGTH = 3
# Looks like a token wherever it comes from: long, with letters and digits.
_TOKEN = re.compile(r"(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{16,}")
_HIDDEN = "•••"


def secrets(url: str) -> list[str]:
    """Every part of a channel's URL that must not be shown, longest first."""
    rest = url.partition("://")[2]
    parts = urlsplit(f"//{rest}")
    found = [url, rest, *re.split(r"[:@/,\s]", f"{parts.netloc}/{parts.path}")]
    found += [value for _, value in parse_qsl(parts.query)]
    found += [p.partition("=")[2] or p for p in re.split(r"[&?#]", parts.query)]
    found.append(parts.fragment)
    variants = {variant for part in found for variant in (part, unquote(part))}
    return sorted((v for v in variants if len(v) >= _SECRET_LENGTH), key=len)[::-1]


def redacted(text: str, url: str) -> str:
    """The text without any part of the URL and without anything like a token."""
    for secret in secrets(url):
        text = re.sub(re.escape(secret), _HIDDEN, text, flags=re.IGNORECASE)
    return _TOKEN.sub(_HIDDEN, text)
