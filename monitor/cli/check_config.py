"""`claimwatch check-config`: all problems at once, or what the file amounts to."""

from __future__ import annotations

import json
import os
from typing import Any

import click

from monitor import config
from monitor.cli.options import (
    check_channels,
    echo_json,
    json_option,
    open_config,
    plain,
)
from monitor.config import format_duration
from monitor.errors import ConfigError
from monitor.settings import Config, RouteConfig


@click.command("check-config")
@json_option
@click.option("--schema", is_flag=True, help="Print the JSON Schema for editors.")
@click.pass_context
def check_config(ctx: click.Context, *, as_json: bool, schema: bool) -> None:
    """Say whether the configuration is right.

    Ends with 3 and a line for each problem if it is not. Nothing is fetched or sent.
    """
    if schema:
        click.echo(json.dumps(config.schema(), indent=2, ensure_ascii=False))
        return
    try:
        loaded = open_config(ctx)
        check_channels(loaded)
    except ConfigError as error:
        if as_json:
            echo_json({"ok": False, "problems": error.problems})
            ctx.exit(error.exit_code)
        raise
    summary = _summary(loaded)
    if as_json:
        echo_json({"ok": True, "problems": [], **summary})
        return
    for line in _lines(loaded, summary):
        click.echo(plain(line))


def _summary(loaded: Config) -> dict[str, Any]:
    """What was understood. Channels by name only: their URLs are secrets."""
    return {
        "config": str(loaded.path),
        "quickstart": loaded.path == config.quickstart_path(),
        "database": str(loaded.database),
        "timezone": loaded.timezone,
        "feeds": [feed.name for feed in loaded.feeds],
        "topics": [topic.name for topic in loaded.topics],
        "channels": [channel.name for channel in loaded.channels],
        "routes": [
            {
                "name": route.name,
                "match": {label: list(values) for label, values in route.match.items()},
                "channels": list(route.channels),
                "group_by": list(route.group_by),
                "group_wait": format_duration(route.group_wait),
                "continue": route.continue_,
            }
            for route in loaded.routes
        ],
        "notes": config.notes(loaded, os.environ),
    }


def _lines(loaded: Config, summary: dict[str, Any]) -> list[str]:
    used = " (the packaged quick start)" if summary["quickstart"] else ""
    lines = [
        f"config     {summary['config']}{used}",
        f"database   {summary['database']}",
        f"timezone   {summary['timezone']}",
    ]
    for section in ("feeds", "topics", "channels"):
        names = ", ".join(summary[section])
        lines.append(f"{section:<10} {len(summary[section])}  {names}".rstrip())
    lines.append(f"routes     {len(loaded.routes)}")
    lines += [f"           {_route(route)}" for route in loaded.routes]
    lines += [f"note: {note}" for note in summary["notes"]]
    return [*lines, "ok"]


def _route(route: RouteConfig) -> str:
    matchers = " ".join(
        f"{label}={'|'.join(values)}" for label, values in route.match.items()
    )
    group = " ".join(route.group_by) or "nothing"
    more = ", then on" if route.continue_ else ""
    return (
        f"{route.name}: {matchers or 'everything'} -> {', '.join(route.channels)} "
        f"(by {group}, after {format_duration(route.group_wait)}{more})"
    )
