"""What is allowed but probably not meant; `check-config` shows it."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from monitor.config.overlay import unknown_variables
from monitor.config.values import quoted
from monitor.settings import ChannelConfig, Config, FeedConfig, HeartbeatConfig


def notes(config: Config, environ: Mapping[str, str]) -> list[str]:
    """One line for each thing worth a second look; none holds a secret."""
    return [*_nothing(config), *_private(config), *unknown_variables(environ)]


def _nothing(config: Config) -> Iterator[str]:
    if not config.feeds:
        yield "no feeds: nothing will be polled; add one with `claimwatch feeds add`"
    if not config.channels:
        yield "no channels: alerts are printed where `claimwatch run` runs"
    used = {
        name for top in config.routes for route in top.walk() for name in route.channels
    }
    used.update(config.coverage.channels or ())
    used.update(config.digest.channels or ())
    if config.routes:
        for channel in config.channels:
            if channel.name not in used:
                yield f"channel {quoted(channel.name)}: no route leads to it"


def _private(config: Config) -> Iterator[str]:
    addressed: list[tuple[str, FeedConfig | ChannelConfig | HeartbeatConfig]] = [
        *((f"feed {quoted(feed.name)}", feed) for feed in config.feeds),
        *((f"channel {quoted(channel.name)}", channel) for channel in config.channels),
        ("heartbeat", config.heartbeat),
    ]
    for what, table in addressed:
        if table.url and not table.allow_private and _is_private(table.url):
            yield (
                f"{what}: its address is private and will be refused; "
                "set allow_private = true if you mean it"
            )


def _is_private(url: str) -> bool:
    """Whether the URL names this machine or a private address outright."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        # an apprise URL need not be one that urllib understands
        return False
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith((".local", ".internal"))
