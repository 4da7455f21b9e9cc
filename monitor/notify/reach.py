"""Whether a channel leads to a private address, as far as can be told beforehand.

Best effort: apprise looks the name up again when it connects, and a name may then lead
elsewhere. Redirects are off, so a public server can't send a message inside.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

# What `ipaddress` of Python 3.11 takes for global and is not, or leads inside; as
# `fetch.guard` has it, without its imports.
_NOT_PUBLIC = tuple(
    ipaddress.ip_network(net)
    for net in (
        "168.63.129.16/32",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "224.0.0.0/4",
        "::/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2002::/16",
        "3fff::/20",
        "5f00::/16",
        "fec0::/10",
        "ff00::/8",
    )
)


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
    return any(_not_public(str(address[0])) for *_, address in found)


def _host(service: Any) -> str | None:
    templates = getattr(service, "templates", ())
    named = any("{host}" in template for template in templates)
    if not named or getattr(service, "mode", None) == "cloud":
        return None
    host = getattr(service, "smtp_host", None) or getattr(service, "host", None)
    return str(host) if host else None


def _not_public(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped is not None:
        address = mapped
    return not address.is_global or any(address in net for net in _NOT_PUBLIC)
