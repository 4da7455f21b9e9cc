"""The `claimwatch` command: one group, each subcommand loaded when it is called.

This is the only package that prints. Exit codes: 0 ok, 1 failure, 2 usage,
3 configuration, 4 database, 130 interrupted.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from pkgutil import resolve_name
from typing import Any, Final, NoReturn

import click
from typing_extensions import override

from monitor import __version__
from monitor.cli.options import FILE_PATH, Invocation, plain, with_file_options
from monitor.errors import NO_SPACE, ClaimwatchError, ConfigError
from monitor.plurals import counted

# Name -> (where the command is, what it does in one line). Loading one costs its
# imports; `claimwatch --help` loads none; the lines are its text.
COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "run": ("monitor.cli.run:run", "Watch the feeds until stopped."),
    "once": ("monitor.cli.once:once", "Poll, check, flush and deliver, once."),
    "demo": ("monitor.cli.demo:demo", "See it work on a simulated newsroom."),
    "poll": ("monitor.cli.once:poll", "Poll the feeds that are due, once."),
    "check-config": (
        "monitor.cli.check_config:check_config",
        "Say whether the configuration is right.",
    ),
    "feeds": ("monitor.cli.feeds:feeds", "List, add, import, export and test feeds."),
    "status": (
        "monitor.cli.status:status",
        "Say how the daemon, the feeds and the outbox are doing.",
    ),
    "changes": (
        "monitor.cli.changes:changes",
        "List changes, oldest first, with what was before and after.",
    ),
    "claims": (
        "monitor.cli.claims:claims",
        "List claims that hold these words, and who says what of them.",
    ),
    "show": (
        "monitor.cli.show:show",
        "Show the whole trail of a claim, a change or an alert.",
    ),
    "explain": (
        "monitor.cli.explain:explain",
        "Say why you did or did not get something.",
    ),
    "ack": ("monitor.cli.confirm:ack", "Acknowledge an alert."),
    "pin": (
        "monitor.cli.confirm:pin",
        "Confirm what a claim says now: later changes compare with it.",
    ),
    "note": ("monitor.cli.confirm:note", "Keep a note with a claim."),
    "merge": (
        "monitor.cli.correct:merge",
        "Say that two claims are one; the matcher keeps to it.",
    ),
    "split": (
        "monitor.cli.correct:split",
        "Say that some assertions are a claim of their own.",
    ),
    "routes": (
        "monitor.cli.routes:routes",
        "Show the routing tree, and test who would get what.",
    ),
    "replay": (
        "monitor.cli.replay:replay",
        "Say what a configuration would have sent, against what was.",
    ),
    "review": (
        "monitor.cli.review:review",
        "See in a browser what changed, and what it said before.",
    ),
    "silence": (
        "monitor.cli.silence:silence",
        "Withhold alerts that match, for a time and with a reason.",
    ),
    "channels": (
        "monitor.cli.channels:channels",
        "List the channels, and send a test message to one.",
    ),
    "deliver": (
        "monitor.cli.deliver:deliver",
        "Send what is due; list the outbox, retry, drop.",
    ),
    "db": (
        "monitor.cli.db:db",
        "Migrate, check, back up, restore and prune the database.",
    ),
    "eval": (
        "monitor.cli.eval_task:eval_task",
        "Measure the claim engine on labelled data.",
    ),
    "completion": (
        "monitor.cli.completion:completion",
        "Print the completion script for a shell.",
    ),
}
INTERRUPTED: Final = 130


class LazyGroup(click.Group):
    """A group whose commands stand in a table until one is called."""

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = resolve_name(COMMANDS[cmd_name][0])
        return with_file_options(command)

    @override
    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.exceptions.NoSuchCommand as error:
            raise click.exceptions.NoSuchCommand(
                error.command_name, possibilities=list(COMMANDS), ctx=ctx
            ) from None

    @override
    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, row[1]) for name, row in COMMANDS.items()])

    @override
    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ClaimwatchError as error:
            _report(error)
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="claimwatch %(version)s")
@click.option(
    "--config",
    type=FILE_PATH,
    help="The configuration file; without it the usual places are searched.",
)
@click.option(
    "--database",
    type=FILE_PATH,
    help="The database, instead of the one that the configuration names.",
)
@click.option("-v", "--verbose", count=True, help="Log more; -vv logs everything.")
@click.pass_context
def cli(
    ctx: click.Context, config: Path | None, database: Path | None, verbose: int
) -> None:
    """Tell me when a claim I follow is new or has changed, and who says so."""
    ctx.obj = Invocation(config=config, database=database, verbose=verbose)
    ctx.obj.log()


def main() -> NoReturn:
    """Run the command line and end the process with its exit code."""
    try:
        try:
            cli.main(prog_name="claimwatch")
        finally:
            _flush_output()
    except OSError as error:
        # files of ours have errors of ours: this is the output, or the file it goes to
        if error.errno not in NO_SPACE:
            raise
        _drop_output()
        click.echo(f"claimwatch: can't write the output: {error.strerror}", err=True)
    sys.exit(1)


def _report(error: ClaimwatchError) -> None:
    """One line on stderr, or one for each problem of the configuration."""
    if not isinstance(error, ConfigError):
        click.echo(f"claimwatch: {plain(str(error))}", err=True)
        return
    notes = getattr(error, "__notes__", ())
    for note in notes:
        count = counted(len(error.problems), "problem")
        click.echo(f"claimwatch: {count} in {plain(note)}", err=True)
    # under such a heading a line is a key and what is wrong with it
    lead = "" if notes else "claimwatch: "
    for problem in error.problems:
        click.echo(f"{lead}{plain(problem)}", err=True)


def _flush_output() -> None:
    """A reader that left (`claimwatch … | head`) is no error."""
    try:
        if sys.stdout is not None:  # None: it was closed before we started
            sys.stdout.flush()
    except BrokenPipeError:
        _drop_output()


def _drop_output() -> None:
    """What is still to be written goes nowhere: Python would try it at the end."""
    with contextlib.suppress(OSError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
