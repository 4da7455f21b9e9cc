"""Writes the manual pages from the commands' own help: python docs/make_man.py

One page for `claimwatch`, one for each command (`man claimwatch-changes`), in
docs/man; the wheel installs them. roff as man(7) describes it.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import click

from monitor import __version__
from monitor.cli import COMMANDS, cli

FOLDER = Path(__file__).parent / "man"
EXITS = {
    "0": "all is well",
    "1": "something failed; a line on stderr says what",
    "2": "wrong usage",
    "3": "a wrong configuration",
    "4": "trouble with the database",
    "130": "interrupted",
}
FILES = {
    "./config/claimwatch.toml": "the configuration; the first that there is",
    "$XDG_CONFIG_HOME/claimwatch/claimwatch.toml": "",
    "/etc/claimwatch/claimwatch.toml": "",
    "$XDG_DATA_HOME/claimwatch/claimwatch.db": "the database, unless a key names it",
}
VARIABLES = {
    "CLAIMWATCH_CONFIG": "the configuration file",
    "CLAIMWATCH_DATABASE": "the database; other keys alike: "
    "CLAIMWATCH_FETCH_TIMEOUT is [fetch] timeout",
    "PAGER": "what long lists go through on a terminal; cat turns it off",
    "NO_COLOR": "if set, no colours in the pager",
}


def pages() -> Iterator[tuple[str, str]]:
    """Name and text of each page."""
    top = click.Context(cli, info_name="claimwatch")
    yield "claimwatch.1", "\n".join(_main(top))
    for name in COMMANDS:
        command = cli.get_command(top, name)
        assert command is not None
        context = click.Context(command, info_name=name, parent=top)
        text = "\n".join(_page(context, COMMANDS[name][1]))
        yield f"claimwatch-{name}.1", text


def _main(context: click.Context) -> Iterator[str]:
    yield from _head("claimwatch", str(cli.help), context)
    yield ".SH COMMANDS"
    for name, (_, line) in COMMANDS.items():
        yield from (".TP", rf".BR claimwatch\-{_text(name)} (1)", _text(line))
    yield from _options(context, ".SH OPTIONS")
    yield from _terms("FILES", FILES)
    yield from _terms("ENVIRONMENT", VARIABLES)
    yield from _terms("EXIT STATUS", EXITS)
    yield ""


def _page(context: click.Context, line: str) -> Iterator[str]:
    yield from _head(f"claimwatch-{context.info_name}", line, context)
    yield ".SH DESCRIPTION"
    yield from _help(context.command)
    yield from _options(context, ".SH OPTIONS")
    command = context.command
    if isinstance(command, click.Group):
        yield ".SH SUBCOMMANDS"
        for name, child in command.commands.items():
            inner = click.Context(child, info_name=name, parent=context)
            usage = " ".join(child.collect_usage_pieces(inner))
            yield from (".SS " + _text(f"{name} {usage}"), *_help(child))
            yield from _options(inner, None)
    yield from (".SH SEE ALSO", ".BR claimwatch (1)", "")


def _head(name: str, line: str, context: click.Context) -> Iterator[str]:
    yield f'.TH {_text(name).upper()} 1 "" "claimwatch {__version__}"'
    yield from (".SH NAME", rf"{_text(name)} \- {_text(line.rstrip('.'))}")
    usage = " ".join(context.command.collect_usage_pieces(context))
    yield from (".SH SYNOPSIS", rf"\fB{_text(context.command_path)}\fR {_text(usage)}")


def _help(command: click.Command) -> Iterator[str]:
    for number, part in enumerate(inspect.cleandoc(command.help or "").split("\n\n")):
        if number:
            yield ".PP"
        # click keeps the lines of a paragraph that begins so
        if part.startswith("\b"):
            yield from (".nf", *map(_text, part.splitlines()[1:]), ".fi")
        else:
            yield _text(" ".join(part.split()))


def _options(context: click.Context, heading: str | None) -> Iterator[str]:
    records = [
        record
        for param in context.command.get_params(context)
        # every command has it, under names that click settles once in a process
        if "--help" not in param.opts
        and (record := param.get_help_record(context)) is not None
    ]
    if records and heading:
        yield heading
    for names, meaning in records:
        yield from (".TP", rf"\fB{_text(names)}\fR", _text(meaning))


def _terms(heading: str, meanings: dict[str, str]) -> Iterator[str]:
    yield f".SH {heading}"
    for term, meaning in meanings.items():
        yield from (".TP", rf"\fB{_text(term)}\fR", *([_text(meaning)] * bool(meaning)))


def _text(text: str) -> str:
    """Text that roff takes as it is: no escapes, no request at a line's start."""
    text = text.replace("\\", r"\e").replace("-", r"\-")
    return re.sub(r"^(?=[.'])", r"\&", text, flags=re.MULTILINE)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.1"):
        old.unlink()
    for name, text in pages():
        (FOLDER / name).write_text(text, encoding="utf-8")
