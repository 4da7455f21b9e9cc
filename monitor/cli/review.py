"""`claimwatch review`: the review pages in a browser."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

import click

from monitor.cli.options import open_config
from monitor.cli.silence import user_name
from monitor.clock import SystemClock
from monitor.errors import ClaimwatchError

PORT = 8765
MISSING = (
    "the review pages need Datasette: "
    'pip install "claimwatch[review]" (or: pip install "datasette>=0.65.5,<1")'
)


@click.command("review")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option(
    "--port",
    default=PORT,
    show_default=True,
    type=click.IntRange(min=0, max=65_535),
    help="The port; 0 picks a free one.",
)
@click.option(
    "--allow-host",
    "hosts",
    multiple=True,
    metavar="NAME",
    help="A name under which it is reached, as behind a proxy; may be repeated.",
)
@click.option("--open", "opens", is_flag=True, help="Open it in the browser.")
@click.option("--author", help="Who acts after the printed link; else your user name.")
@click.option(
    "--metadata",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Datasette metadata instead of ours: who may look, plug-ins.",
)
@click.pass_context
def review(
    ctx: click.Context,
    /,
    *,
    host: str,
    port: int,
    hosts: tuple[str, ...],
    opens: bool,
    author: str | None,
    metadata: Path | None,
) -> None:
    """See in a browser what changed, who says so and what it said before.

    Reads the live database beside the daemon, or without it. The printed link signs
    you in, once; without it you can read and not act.
    """
    if find_spec("datasette") is None:
        raise ClaimwatchError(MISSING)
    loaded = open_config(ctx, secrets=False)
    # half a second of imports
    from monitor.review import server

    options = server.Options(
        host, port, hosts, metadata, os.environ.get("DATASETTE_SECRET")
    )
    datasette = server.build(
        loaded, options, clock=SystemClock(), owner=author or user_name()
    )

    def ready(base: str) -> None:
        link = server.sign_in_link(datasette, base)
        click.echo(f"Review: {base}/\nSign in: {link}")
        if opens:
            click.launch(link)

    server.serve(datasette, options, ready=ready)
