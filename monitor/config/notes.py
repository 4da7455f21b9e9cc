"""What is allowed but probably not meant; `check-config` shows it."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from monitor.config.overlay import unknown_variables
from monitor.settings import Config


def notes(config: Config, environ: Mapping[str, str]) -> list[str]:
    """One line for each thing worth a second look; none holds a secret."""
    return [*_nothing(config), *_private(config), *unknown_variables(environ)]


def _nothing(config: Config) -> Iterator[str]:
    if not config.feeds:
        yield "no feeds: nothing will be polled; add one with `claimwatch feeds add`"
    if not config.channels:
        yield "no channels: alerts are printed where `claimwatch run` runs"
    used = {name for route in config.routes for name in route.channels}
    used.update(config.digest.channels or ())
    if config.routes:
        for channel in config.channels:
            if channel.name not in used:
                yield f'channel "{channel.name}": no route leads to it'


def _private(config: Config) -> Iterator[str]:
    for feed in config.feeds:
        if not feed.allow_private and _is_private(feed.url):
            yield (
                f'feed "{feed.name}": its address is private and will be refused; '
                "set allow_private = true if you mean it"
            )


def _is_private(url: str) -> bool:
    """Whether the URL names this machine or a private address outright."""
    host = urlsplit(url).hostname or ""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith((".local", ".internal"))
