"""`claimwatch run`: the daemon, in the foreground."""

from __future__ import annotations

import logging
import os
from typing import ClassVar

import click
from typing_extensions import override

from monitor.cli.live import Live, log_errors_only
from monitor.cli.options import check_channels, open_config
from monitor.plurals import counted
from monitor.settings import Config

_POINTERS = """\
The first poll of each feed is a silent baseline; from then on you are alerted.
Look around meanwhile: `claimwatch claims`, `claimwatch status`.
See it work in a minute: `claimwatch demo`.
"""


@click.command()
@click.option("--quiet", is_flag=True, help="Print alerts and failures only.")
@click.pass_context
def run(ctx: click.Context, *, quiet: bool) -> None:
    """Watch the feeds until stopped (Ctrl-C, SIGTERM); SIGHUP reloads."""
    config = open_config(ctx)
    check_channels(config)
    # the stages cost half a second to import, which a wrong file need not pay
    from monitor.daemon import Daemon
    from monitor.pipeline.opening import open_service
    from monitor.store.instance import only_instance

    journal = _log_to_journal()
    quiet = quiet or journal
    live = Live(config, quiet=quiet, silent=journal)
    with only_instance(config.database):
        if not quiet:
            _introduce(config)
        with open_service(config, console=live.message) as service:
            live.attach(service)
            Daemon(service, reload=lambda: _again(ctx), console=live.message).run()
    if not quiet:
        click.echo("stopped; everything is stored, the next start carries on")


class _JournalFormatter(logging.Formatter):
    """Lines with the `<N>` prefix that journald reads as a priority (sd-daemon(3))."""

    _PRIORITIES: ClassVar = {"DEBUG": 7, "INFO": 6, "WARNING": 4, "ERROR": 3}

    @override
    def format(self, record: logging.LogRecord) -> str:
        priority = self._PRIORITIES.get(record.levelname, 2)
        text = super().format(record)
        return "\n".join(f"<{priority}>{line}" for line in text.splitlines())


def _log_to_journal() -> bool:
    """Under systemd: a log line for each unit of work, and nothing else."""
    if "JOURNAL_STREAM" not in os.environ:
        log_errors_only()
        return False
    for handler in logging.getLogger().handlers:
        handler.setFormatter(_JournalFormatter("%(message)s"))
    if not logging.getLogger("monitor").isEnabledFor(logging.INFO):
        logging.getLogger("monitor").setLevel(logging.INFO)
    return True


def _again(ctx: click.Context) -> Config:
    config = open_config(ctx)
    check_channels(config)
    return config


def _introduce(config: Config) -> None:
    channels = ", ".join(channel.name for channel in config.channels)
    click.echo(f"Claimwatch watches {counted(len(config.feeds), 'feed')}.")
    click.echo(f"Configuration: {config.path}")
    click.echo(f"Database: {config.database}")
    click.echo(f"Alerts go to: {channels or 'this terminal (no channel is set)'}")
    click.echo(_POINTERS)
