"""`claimwatch demo`: the real daemon against a simulated newsroom, in a minute."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli.live import Live
from monitor.cli.options import FILE_PATH, echo_json, invocation, plain
from monitor.errors import UsageError
from monitor.plurals import counted
from monitor.settings import Config

if TYPE_CHECKING:
    from monitor.demo import Newsroom, Step
    from monitor.model import Alert
    from monitor.pipeline import Service


@click.command()
@click.option("--exit", "ends", is_flag=True, help="End after the last step.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print each alerted change as JSON."
)
@click.option("--open", "opens", is_flag=True, help="Open the review pages at the end.")
@click.option(
    "--script",
    type=FILE_PATH,
    help="Play this script instead of the built-in one.",
)
@click.pass_context
def demo(
    ctx: click.Context, *, ends: bool, as_json: bool, opens: bool, script: Path | None
) -> None:
    """Watch a small fictional newsroom whose articles change before your eyes.

    Needs no network: pages and feeds are served on this machine. The real daemon
    works on the real clock; every interval is seconds instead of minutes.
    """
    from monitor.config import defaults_dir
    from monitor.demo import Newsroom, read_script

    played = read_script(script or defaults_dir() / "demo.toml")
    database = invocation(ctx).database
    if database is not None and database.exists():
        raise UsageError(f"{database}: exists already; the demo makes a new database")
    if database is None:
        folder = Path(tempfile.mkdtemp(prefix="claimwatch-demo-"))
        database = folder / "demo.db"
    with Newsroom(played) as newsroom:
        pages = Pages(database, opens=opens)
        try:
            base = Config(database=database)
            late = _play(newsroom, base, pages, ends=ends, as_json=as_json)
        finally:
            pages.end()
    if late:
        for line in late:
            click.echo(f"not seen in time: {line}", err=True)
        ctx.exit(1)


class Pages:
    """The review pages of the demo, in a process of their own."""

    def __init__(self, database: Path, *, opens: bool) -> None:
        self._database, self._opens = database, opens
        self._process: subprocess.Popen[bytes] | None = None

    def offer(self, *, ends: bool) -> None:
        """Serve them while the demo goes on; else say how to see them."""
        if find_spec("datasette") is None:
            click.echo('In the browser: pip install "claimwatch[review]"')
            return
        if ends:
            click.echo(f"In the browser: claimwatch review --database {self._database}")
            return
        command = [sys.executable, "-m", "monitor.cli", "review", "--port", "0"]
        command += ["--database", str(self._database)]
        self._process = subprocess.Popen(command + ["--open"] * self._opens)

    def end(self) -> None:
        """Stop serving."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()


def _play(
    newsroom: Newsroom, base: Config, pages: Pages, *, ends: bool, as_json: bool
) -> list[str]:
    from monitor.clock import SystemClock
    from monitor.daemon import Daemon
    from monitor.demo.director import Director, demo_config
    from monitor.pipeline.opening import open_service
    from monitor.store.instance import only_instance

    config = demo_config(newsroom, base)
    live = Live(config, quiet=as_json, silent=as_json)
    clock = SystemClock()
    late: list[str] = []
    newsroom.play(newsroom.script.steps[0], now=clock.now())
    with (
        only_instance(config.database),
        open_service(config, console=None if as_json else live.message) as service,
    ):
        live.attach(service)
        if as_json:
            service.on_alert = _print_json
        daemon = Daemon(service)

        def finished(unseen: list[str]) -> None:
            late.extend(unseen)
            if not as_json:
                _summarise(service, ends=ends)
                pages.offer(ends=ends)
            if ends:
                daemon.stop()

        director = Director(
            newsroom,
            service.store,
            clock,
            say=(lambda number, step: None) if as_json else _say,
            done=finished,
        )
        director.start()
        daemon.run()
        director.end()
        director.join()
    return late


def _say(number: int, step: Step) -> None:
    text = plain(f"[{number}] {step.say}")
    click.echo(click.style(text, fg="cyan"))


def _print_json(alert: Alert, channel: str, ok: bool) -> None:
    from monitor.alerts import view

    for change in alert.changes:
        echo_json(view.as_json(change, alert.key))


def _summarise(service: Service, *, ends: bool) -> None:
    store = service.store
    kinds = store.all(
        "SELECT kind, count(*) FROM changes WHERE disposition = 'alert' "
        "GROUP BY kind ORDER BY kind"
    )
    counts = store.one(
        "SELECT (SELECT count(*) FROM claims), (SELECT count(*) FROM alerts "
        "WHERE is_digest = 0), (SELECT count(*) FROM changes WHERE disposition = "
        "'record'), (SELECT count(*) FROM changes WHERE disposition = 'digest')"
    )
    if counts is None:
        return
    told = ", ".join(f"{count} {kind}" for kind, count in kinds)
    path = service.config.database
    click.echo(
        f"\nDone: {counted(counts[1], 'alert')} ({told}); for the digest: {counts[3]}, only "
        f"recorded: {counts[2]}; {counted(counts[0], 'claim')} known.\n"
        f"Database: {path}\n"
        f"Look inside: claimwatch changes --all --database {path}\n"
        f"             claimwatch claims --database {path}"
    )
    if not ends:
        click.echo("The newsroom keeps running; Ctrl-C ends it.")
