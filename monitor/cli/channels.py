"""`claimwatch channels`: list them, and send a test message to one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from monitor.cli.options import echo_json, echo_table, json_option, open_config, plain
from monitor.cli.records import say
from monitor.clock import SystemClock
from monitor.errors import UsageError
from monitor.model import ChangeKind, Message, Outcome
from monitor.settings import CONSOLE, Config
from monitor.store import open_store
from monitor.store.database import present
from monitor.store.trail import channel_counts

STATUSES = ("sent", "pending", "dead", "dropped")


@click.group("channels")
def channels() -> None:
    """List the channels, and send a test message to one."""


@channels.command("list")
@json_option
@click.pass_context
def list_channels(ctx: click.Context, *, as_json: bool) -> None:
    """List the channels with their deliveries; their URLs are secret."""
    loaded = open_config(ctx)
    counts: dict[str, dict[str, int]] = {}
    if present(loaded.database):
        with open_store(loaded.database, read_only=True) as store:
            counts = channel_counts(store)
    names = [channel.name for channel in loaded.channels] or [CONSOLE]
    rows: list[dict[str, Any]] = []
    for name in names:
        routes = [
            route.name
            for top in loaded.routes
            for route in top.walk()
            if name in route.channels
        ]
        found = counts.get(name, {})
        rows.append(
            {
                "name": name,
                "service": _service(loaded, name),
                "routes": routes,
                **{status: found.get(status, 0) for status in STATUSES},
            }
        )
    if as_json:
        for row in rows:
            echo_json(row)
        return
    echo_table(
        ("NAME", "SERVICE", "ROUTES", *(status.upper() for status in STATUSES)),
        [
            (
                row["name"],
                row["service"],
                ", ".join(row["routes"]) or "-",
                *(row[status] for status in STATUSES),
            )
            for row in rows
        ],
    )


@channels.command("test")
@json_option
@click.argument("name")
@click.option(
    "--template",
    "file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Send an invented alert as this template writes it.",
)
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in ChangeKind]),
    help="Send an invented alert of this kind.",
)
@click.pass_context
def test(
    ctx: click.Context,
    /,
    *,
    as_json: bool,
    name: str,
    file: Path | None,
    kind: str | None,
) -> None:
    """Send a message that says it is a test; ends with 1 if it fails."""
    loaded = open_config(ctx)
    known = [channel.name for channel in loaded.channels]
    if name not in known and name != CONSOLE:
        others = f"known: {', '.join(known)}" if known else "none is configured"
        raise UsageError(f'there is no channel "{plain(name)}"; {others}')
    if file is None and kind is None:
        message = _greeting(name)
    else:
        message = _sample(loaded, name, file, ChangeKind(kind or ChangeKind.FIGURE))
    outcome = _send(loaded, name, message)
    if as_json:
        echo_json({"channel": name, "ok": outcome.ok, "detail": outcome.detail})
    else:
        say(f"{name}: {outcome.detail}", fg="green" if outcome.ok else "red")
    if not outcome.ok:
        ctx.exit(1)


def _greeting(name: str) -> Message:
    now = SystemClock().now()
    return Message(
        title="Test from Claimwatch",
        body=(
            f"This is a test of the channel {name}, sent at {now:%Y-%m-%d %H:%M} UTC. "
            "Nothing has happened; --kind shows what an alert looks like."
        ),
    )


def _sample(loaded: Config, name: str, file: Path | None, kind: ChangeKind) -> Message:
    """An invented alert as the channel would get it; UsageError on a bad template."""
    from monitor.alerts import template_trial
    from monitor.config import templates
    from monitor.pipeline.composing import form_of

    form = form_of(loaded, name)
    if file is None:
        return template_trial.built_in(kind, form, loaded.timezone)
    try:
        template = templates.read(str(file), Path())
    except ValueError as error:
        raise UsageError(plain(str(error))) from None
    wrong = template_trial.problem(template)
    if wrong is not None:
        raise UsageError(plain(f"{file}, {wrong}"))
    return template_trial.sample(kind, template, form, loaded.timezone)


def _send(loaded: Config, name: str, message: Message) -> Outcome:
    # starts a child process that loads apprise
    from monitor.notify import Notifier

    chosen = [channel for channel in loaded.channels if channel.name == name]
    with Notifier(chosen, loaded.delivery, console=_print) as notifier:
        return notifier.send(name, message)


def _print(message: Message) -> None:
    say(message.title, bold=True)
    say(message.body)


def _service(loaded: Config, name: str) -> str:
    """The scheme of the channel's URL; the rest is a secret."""
    for channel in loaded.channels:
        if channel.name == name:
            return channel.url.partition("://")[0]
    return "terminal"
