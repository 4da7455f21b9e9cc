"""Which IP addresses belong to the public internet. Pure.

The one list for everything that a stranger's word may make us connect to.
"""

from __future__ import annotations

import ipaddress

# What `is_global` of Python 3.11 wrongly lets through, and one address that is public
# by registry but serves cloud metadata (Azure).
_DENIED = tuple(
    ipaddress.ip_network(block)
    for block in (
        "224.0.0.0/4",  # multicast
        "192.0.0.0/24",  # IETF protocol assignments
        "192.88.99.0/24",  # 6to4 relays
        "168.63.129.16/32",  # Azure's host agent
        "::/96",  # IPv4-compatible, as ::127.0.0.1
        "64:ff9b:1::/48",  # local-use NAT64
        "2002::/16",  # 6to4, which embeds any IPv4 address
        "3fff::/20",  # documentation
        "5f00::/16",  # segment routing
        "fec0::/10",  # site-local
        "ff00::/8",  # multicast
    )
)
# The well-known NAT64 prefix stands for the IPv4 address in its last 32 bits.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            ip = ip.ipv4_mapped
        elif ip in _NAT64:
            ip = ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
    return ip.is_global and not any(ip in block for block in _DENIED)
