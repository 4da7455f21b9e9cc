"""Whether a channel leads to a private address, as far as can be told beforehand.

Best effort: apprise looks the name up again when it connects, and a name may then lead
elsewhere. Redirects are off, so a public server can't send a message inside.
"""

from __future__ import annotations

import socket
from typing import Any

from monitor.addresses import is_public


def is_private(service: Any) -> bool:
    """Whether the service is at a private address, as far as can be told beforehand.

    Only plug-ins whose URL names a host are asked: elsewhere the "host" is a token,
    and a look-up would tell it to the name server. A name without a dot is internal.
    """
    host = _host(service)
    if host is None:
        return False
    literal = host.strip("[]")
    if "." not in literal and ":" not in literal:
        return True
    try:
        found = socket.getaddrinfo(literal, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        # it can't be reached either; apprise says so better
        return False
    return any(not is_public(str(address[0])) for *_, address in found)


def _host(service: Any) -> str | None:
    templates = getattr(service, "templates", ())
    named = any("{host}" in template for template in templates)
    if not named or getattr(service, "mode", None) == "cloud":
        return None
    host = getattr(service, "smtp_host", None) or getattr(service, "host", None)
    return str(host) if host else None
