"""Datasette with our pages over one database, and the loop that serves it.

Pages read through a read-only store; Datasette's own tables through its read-only
connections. Both use the SQLite library of `monitor.store`: Datasette prefers
pysqlite3 as we do (a test holds it to that).
"""

from __future__ import annotations

import errno
import ipaddress
import os
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from datasette import handle_exception
from datasette.app import Datasette, DatasetteClient
from datasette.database import Database
from datasette.plugins import pm
from datasette.utils import BadMetadataError, parse_metadata
from typing_extensions import override

from monitor.clock import Clock
from monitor.config import defaults_dir
from monitor.errors import ClaimwatchError, ConfigError, UsageError
from monitor.review import plugin
from monitor.review.site import Site
from monitor.settings import Config
from monitor.store import Store, open_store

HERE = Path(__file__).parent
# The name of the database in Datasette's addresses, whatever its file is called.
NAME = "claimwatch"
STATIC = "-/review"
# Datasette's own tables: a query that takes longer is given up.
SQL_LIMIT_MS = 2_000
# Requests that are under way when it is stopped get so long.
GRACE_SECONDS = 3
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class Options:
    """How to serve. `hosts` are further names under which the server is reached."""

    host: str = "127.0.0.1"
    port: int = 8765
    hosts: Sequence[str] = ()
    metadata: Path | None = None
    secret: str | None = None

    @property
    def is_private(self) -> bool:
        """Only this machine can reach it."""
        return _is_loopback(self.host)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def build(config: Config, options: Options, *, clock: Clock, owner: str) -> Any:
    """A Datasette that serves our pages; `.claimwatch` is the site."""
    if not pm.is_registered(plugin):
        pm.register(plugin, "claimwatch")
    store = open_store(config.database, read_only=True)
    datasette = Datasette(
        [],
        metadata=_metadata(options),
        template_dir=str(HERE / "templates"),
        static_mounts=[(STATIC, str(HERE / "static"))],
        settings={
            "sql_time_limit_ms": SQL_LIMIT_MS,
            "allow_download": False,
            # counting a million rows for a facet is nobody's wish
            "suggest_facets": False,
        },
        **({"secret": options.secret} if options.secret else {}),
    )
    # made for an instance without files
    datasette.remove_database("_memory")
    datasette.add_database(
        Database(datasette, path=str(config.database), is_mutable=True), name=NAME
    )
    datasette.claimwatch = Site(store, _writer(config.database), config, clock, owner)
    datasette.claimwatch_hosts = _hosts(options)
    # its own was made before it knew of our pages
    datasette.client = DatasetteClient(datasette)
    # with rich installed it would print the locals of a page that is not found
    handle_exception.rich = None
    return datasette


def _hosts(options: Options) -> frozenset[str]:
    """The names that a request may ask for; empty = any."""
    if options.hosts:
        return frozenset(name.lower() for name in (*options.hosts, *LOOPBACK))
    return frozenset(LOOPBACK) if options.is_private else frozenset()


def _metadata(options: Options) -> dict[str, Any]:
    """How Datasette shows the tables, and who may look."""
    path = options.metadata or defaults_dir() / "datasette.yaml"
    try:
        found = parse_metadata(path.read_text(encoding="utf-8")) or {}
    except (OSError, BadMetadataError) as error:
        raise ConfigError([f"{path}: {' '.join(str(error).split())}"]) from error
    if not options.is_private:
        # others can reach it: only who signed in may read
        found.setdefault("allow", {"id": "*"})
    return dict(found)


def _writer(path: Path) -> Callable[[], Store]:
    """Opens the database for writing when the first action comes."""
    guard = threading.Lock()
    opened: list[Store] = []

    def writer() -> Store:
        with guard:
            if not opened:
                opened.append(open_store(path))
            return opened[0]

    return writer


def sign_in_link(datasette: Any, base: str) -> str:
    """The address that signs its first visitor in as the owner. It works once."""
    return f"{base}/-/auth-token?token={datasette._root_token}"


def serve(datasette: Any, options: Options, *, ready: Callable[[str], None]) -> None:
    """Serve until stopped; `ready` hears the address once it answers.

    Raises ClaimwatchError if it can't listen there.
    """
    bound = _listen(options)
    config = uvicorn.Config(
        datasette.app(),
        log_level="warning",
        lifespan="on",
        timeout_graceful_shutdown=GRACE_SECONDS,
    )

    class Server(uvicorn.Server):
        @override
        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            host, port = bound.getsockname()[:2]
            ready(f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}")

    with bound:
        Server(config).run(sockets=[bound])


def _listen(options: Options) -> socket.socket:
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    try:
        return socket.create_server((options.host, options.port), family=family)
    except OSError as error:
        # a look-up that failed has a number of its own, below zero
        if (error.errno or 0) < 0:
            raise UsageError(
                f"--host {options.host}: is no name or address of this machine"
            ) from error
        # the text of the error itself repeats the address
        reason = os.strerror(error.errno) if error.errno else str(error)
        hint = {
            errno.EADDRINUSE: "; --port 0 picks a free one",
            errno.EACCES: "; a port from 1024 on needs no rights",
            errno.EADDRNOTAVAIL: "; --host takes an address of this machine",
        }.get(error.errno or 0, "")
        raise ClaimwatchError(
            f"can't listen on {options.host} port {options.port} ({reason}){hint}"
        ) from error
