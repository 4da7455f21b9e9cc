"""What commands share: the options that name files, JSON and tables on the terminal.

Imports little: `claimwatch --help` pays for it.
"""

from __future__ import annotations

import itertools
import os
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from monitor.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from monitor.settings import Config

# What a title or a message may hold that a terminal would obey: control characters
# and the marks that turn the reading direction.
_UNPRINTABLE: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
# Joiners are needed to write Persian and Indic names.
_KEPT: Final = frozenset({"\u200c", "\u200d"})
# Wide enough not to fold a URL when the output goes to a file or a pipe.
_PIPE_WIDTH: Final = 1_000

# Whether it can be read is said by who reads it, with the exit code that fits.
FILE_PATH: Final = click.Path(path_type=Path, readable=False)


@dataclass(slots=True)
class Invocation:
    """The options of this call that come before (or after) the command's name."""

    config: Path | None = None
    database: Path | None = None
    verbose: int = 0

    def overrides(self) -> dict[str, str]:
        """The flags that replace keys of the configuration."""
        return {} if self.database is None else {"database": str(self.database)}

    def log(self) -> None:
        """Send log lines to stderr: warnings, or more with -v and -vv."""
        # costs 10 ms, which --help need not pay
        import logging

        levels = (logging.WARNING, logging.INFO, logging.DEBUG)
        logging.basicConfig(
            level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s"
        )
        logging.getLogger("monitor").setLevel(levels[min(self.verbose, 2)])


def _not_both(ctx: click.Context, param: click.Parameter, value: bool) -> bool:
    if value and ctx.params.get("as_json" if param.name == "as_csv" else "as_csv"):
        raise UsageError("give --json or --csv, not both")
    return value


json_option = click.option(
    "--json",
    "as_json",
    is_flag=True,
    callback=_not_both,
    help="Print JSON, one object a line.",
)
csv_option = click.option(
    "--csv",
    "as_csv",
    is_flag=True,
    callback=_not_both,
    help="Print CSV, the columns named first.",
)


def invocation(ctx: click.Context) -> Invocation:
    """The options of this call, wherever in the chain of commands we are."""
    return ctx.ensure_object(Invocation)


def open_config(ctx: click.Context, *, secrets: bool = True) -> Config:
    """Load the configuration that this call means; ConfigError if it is wrong.

    Commands that only look at the database do without the service's `secrets`.
    """
    # pydantic and the models: 120 ms that `completion` and --help need not pay
    from monitor import config

    given = invocation(ctx)
    return config.load(
        given.config,
        environ=os.environ,
        overrides=given.overrides(),
        secrets=secrets,
    )


def check_channels(config: Config) -> None:
    """Ask apprise about every channel's URL; ConfigError with all problems.

    Nothing is sent. Costs half a second: only for `check-config` and `run`.
    """
    if not config.channels:
        return
    from monitor import notify

    answers = notify.check_all([channel.url for channel in config.channels])
    problems = [
        f'channels[{index}].url: {problem} (channel "{channel.name}")'
        for index, (channel, found) in enumerate(
            zip(config.channels, answers, strict=True)
        )
        for problem in found
    ]
    if problems:
        error = ConfigError(problems)
        error.add_note(str(config.path))
        raise error


def with_file_options(command: click.Command) -> click.Command:
    """Let --config and --database also stand after the name of the command."""
    if any(param.name == "config" for param in command.params):
        return command
    for name, meaning in (
        ("config", "The configuration file."),
        ("database", "The database."),
    ):
        command.params.append(
            click.Option(
                [f"--{name}"],
                type=FILE_PATH,
                expose_value=False,
                callback=_remember,
                help=meaning,
            )
        )
    if isinstance(command, click.Group):
        for child in command.commands.values():
            with_file_options(child)
    return command


def echo_json(value: Mapping[str, Any]) -> None:
    """Print one object on one line; times as UTC text, spans as seconds."""
    import json

    click.echo(json.dumps(value, ensure_ascii=False, default=_json_value))


def echo_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Print rows under the names of their columns, as they come.

    A table within a row gives a column for each key ("before_text"), a list stands
    in one cell; what a spreadsheet would run begins with an apostrophe.
    """
    import csv
    import io

    line = io.StringIO()
    writer = csv.writer(line, lineterminator="")
    for cells in itertools.chain([columns], (_cells(columns, row) for row in rows)):
        writer.writerow(cells)
        click.echo(line.getvalue())
        line.seek(0)
        line.truncate()


def _cells(columns: Sequence[str], row: Mapping[str, Any]) -> list[object]:
    flat = dict(row)
    for key, value in row.items():
        if isinstance(value, Mapping):
            flat.update({f"{key}_{name}": part for name, part in value.items()})
    return [_cell(flat.get(column)) for column in columns]


def _cell(value: object) -> object:
    from monitor.alerts.escape import cell

    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple):
        value = "; ".join(map(str, value))
    elif not isinstance(value, str):
        value = _json_value(value)
    return cell(plain(str(value)))


def echo_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under headings; texts from outside are made harmless."""
    # rich costs 60 ms
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    cells = [[Text(plain("" if c is None else str(c))) for c in row] for row in rows]
    for column, texts in itertools.zip_longest(columns, zip(*cells, strict=True)):
        # a URL or a time in pieces is of no use: rather the terminal breaks the line
        words = " ".join([column, *(text.plain for text in texts or ())]).split()
        table.add_column(column, min_width=max(map(cell_len, words)))
    for row in cells:
        table.add_row(*row)
    console = Console()
    if not console.is_terminal:
        console.width = _PIPE_WIDTH
    with console.capture() as captured:
        console.print(table, crop=False)
    for line in captured.get().splitlines():
        click.echo(line.rstrip())


def plain(text: str) -> str:
    """The text on one line, without what a terminal would obey."""
    return "".join(
        char
        if char in _KEPT or unicodedata.category(char) not in _UNPRINTABLE
        else (" " if char in "\n\r\t\u2028\u2029" else "")
        for char in text
    )


def _remember(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    if value is not None and param.name is not None:
        setattr(invocation(ctx), param.name, value)


def _json_value(value: object) -> object:
    from datetime import UTC, date, datetime, timedelta

    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date | Path):
        return str(value)
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
