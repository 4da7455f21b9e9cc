"""`claimwatch replay`: what a configuration would have sent, against what was."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from monitor.alerts.replaying import Played, Stored, replayed
from monitor.cli.options import (
    FILE_PATH,
    echo_json,
    echo_table,
    invocation,
    json_option,
)
from monitor.cli.records import Times, moment_of, open_records, say
from monitor.clock import SystemClock
from monitor.errors import UsageError
from monitor.plurals import counted
from monitor.store import silences
from monitor.store.outbox_history import names_of, sent_alerts
from monitor.store.reading import ChangeFilter, list_changes

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.settings import Config
    from monitor.store import Store

# (route, day) -> alerts
Counts = Counter[tuple[str, str]]


@click.command("replay")
@json_option
@click.option("--since", default="30d", show_default=True, help="How far to look back.")
@click.argument("file", required=False, type=FILE_PATH)
@click.option(
    "--with",
    "new",
    type=FILE_PATH,
    help="The same as FILE.",
)
@click.option("--list", "listed", is_flag=True, help="List each alert, too.")
@click.pass_context
def replay(
    ctx: click.Context,
    /,
    *,
    as_json: bool,
    since: str,
    file: Path | None,
    new: Path | None,
    listed: bool,
) -> None:
    """Run topics and routes over the stored changes; nothing is sent or stored.

    Prints alerts by route and day, against what was sent. FILE is the configuration
    to try on the present one's database; without it the present one is tried. Feeds
    and their checks are not replayed.
    """
    if file is not None and new is not None:
        raise UsageError("give one configuration to try: FILE or --with")
    tried = file or new
    with open_records(ctx) as (loaded, store):
        trial = loaded if tried is None else _load(ctx, tried)
        begins = moment_of(since, loaded.timezone) or SystemClock().now()
        played = replayed(
            _stored(store, begins), trial, silences.listed(store, ending_after=begins)
        )
        zone = ZoneInfo(trial.timezone)
        would = _counted(
            (a.route, a.flush_at.astimezone(zone)) for a in played if a.changes
        )
        was = _counted(
            (a.route, a.sent_at.astimezone(zone)) for a in sent_alerts(store, begins)
        )
        if as_json:
            _print_json(played, would, was, listed=listed)
            return
        if listed:
            _print_alerts(played, Times(trial.timezone))
        _print_table(would, was, played)


def _load(ctx: click.Context, path: Path) -> Config:
    from monitor import config

    given = invocation(ctx)
    return config.load(path, environ=os.environ, overrides=given.overrides())


def _stored(store: Store, since: datetime) -> Iterable[Stored]:
    wanted = ChangeFilter(since=since, with_recorded=True)
    names = names_of(store, since)
    for one in list_changes(store, wanted):
        told = one.disposition != "record"
        entities, measure = names.get(one.change.change_id, ((), None))
        yield Stored(one.change, told, one.disposition_reason, entities, measure)


def _counted(alerts: Iterable[tuple[str, datetime]]) -> Counts:
    return Counter((name, f"{moment:%F}") for name, moment in alerts)


def _print_table(would: Counts, was: Counts, played: list[Played]) -> None:
    rows = sorted(would.keys() | was.keys(), key=lambda key: (key[1], key[0]))
    echo_table(
        ("DAY", "ROUTE", "WOULD", "WAS"),
        [(day, name, would[name, day], was[name, day]) for name, day in rows],
    )
    withheld = sum(alert.withheld for alert in played)
    changes = sum(len(alert.changes) for alert in played)
    say(
        f"{counted(would.total(), 'alert')} with {counted(changes, 'change')} would have "
        f"been sent, {was.total()} were; {counted(withheld, 'change')} withheld"
    )


def _print_alerts(played: list[Played], times: Times) -> None:
    for alert in played:
        left = f", {alert.withheld} withheld" if alert.withheld else ""
        say(
            f"{times(alert.flush_at)}  {alert.route}  to {', '.join(alert.channels)}  "
            f"{counted(len(alert.changes), 'change')}{left}  ({alert.group_key})"
        )
        for change in alert.changes:
            say(f"c{change.change_id} {change.kind}: {change.reason}", indent=4)


def _print_json(
    played: list[Played], would: Counts, was: Counts, *, listed: bool
) -> None:
    if listed:
        for alert in played:
            echo_json(_as_json(alert))
    for name, day in sorted(
        would.keys() | was.keys(), key=lambda key: (key[1], key[0])
    ):
        echo_json(
            {
                "day": day,
                "route": name,
                "would": would[name, day],
                "was": was[name, day],
            }
        )


def _as_json(alert: Played) -> dict[str, Any]:
    return {
        "route": alert.route,
        "group": alert.group_key,
        "channels": list(alert.channels),
        "at": alert.flush_at,
        "digest": alert.digest,
        "changes": [change.change_id for change in alert.changes],
        "withheld": alert.withheld,
    }
