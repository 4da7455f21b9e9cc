"""`claimwatch silence`: withhold what matches, for a time and with a reason."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from monitor.alerts import matchers
from monitor.alerts.silences import Silence, silenced
from monitor.cli.options import echo_json, echo_table, json_option, open_config, plain
from monitor.cli.records import (
    Times,
    check_label,
    moment_of,
    open_records,
    open_to_write,
    say,
    time_of,
)
from monitor.clock import SystemClock
from monitor.errors import UsageError
from monitor.plurals import counted
from monitor.settings import Config, Matcher
from monitor.store import silences
from monitor.store.reading import ChangeFilter, list_changes

if TYPE_CHECKING:
    from monitor.store import Store

# A silence that nobody ends must end by itself.
FOR = "2h"
# What a preview looks back at.
PREVIEW = timedelta(days=7)


@click.group("silence")
def silence() -> None:
    """Withhold alerts that match, for a time and with a reason."""


@silence.command("add")
@json_option
@click.argument("conditions", nargs=-1, required=True, metavar="MATCHER...")
@click.option("--for", "span", default=FOR, show_default=True, help="How long.")
@click.option("--from", "start", help='When it begins, such as "2026-03-01T18:30".')
@click.option("--reason", required=True, help="Why; shown with all it withholds.")
@click.option("--author", help="Who says so; without it your user name.")
@click.pass_context
def add(
    ctx: click.Context,
    /,
    *,
    as_json: bool,
    conditions: Sequence[str],
    span: str,
    start: str | None,
    reason: str,
    author: str | None,
) -> None:
    """Withhold changes that meet all MATCHERs: kind=detail, claim=12, outlet!=Gazette.

    What is withheld is recorded with the reason and not sent later.
    """
    loaded = open_config(ctx)
    wanted = read_matchers(conditions, loaded)
    now = SystemClock().now()
    begins = time_of(start, loaded.timezone, option="--from") if start else now
    ends = max(begins, now) + _span(span)
    with open_to_write(loaded.database) as store:
        number = silences.add(
            store,
            wanted,
            starts_at=begins,
            ends_at=ends,
            author=author or user_name(),
            reason=reason,
            now=now,
        )
    if as_json:
        echo_json({"silence": number, "starts_at": begins, "ends_at": ends})
        return
    until = Times(loaded.timezone)(ends)
    say(f"silence {number} until {until}: {_shown(wanted)}")


@silence.command("list")
@json_option
@click.option("--all", "with_ended", is_flag=True, help="Also those that have ended.")
@click.pass_context
def list_silences(ctx: click.Context, /, *, as_json: bool, with_ended: bool) -> None:
    """List silences with how much each has withheld."""
    now = SystemClock().now()
    with open_records(ctx) as (loaded, store):
        found = silences.listed(store, ending_after=None if with_ended else now)
        rows = [_as_json(store, one, now) for one in found]
        if as_json:
            for row in rows:
                echo_json(row)
            return
        times = Times(loaded.timezone)
        echo_table(
            ("ID", "STATE", "MATCHERS", "FROM", "UNTIL", "BY", "REASON", "WITHHELD"),
            [
                (
                    row["silence"],
                    row["state"],
                    " ".join(row["matchers"]),
                    times(row["starts_at"]),
                    times(row["ends_at"]),
                    row["author"],
                    row["reason"],
                    row["withheld"],
                )
                for row in rows
            ],
        )


@silence.command("expire")
@click.argument("number", type=click.IntRange(min=1), metavar="ID")
@click.pass_context
def expire(ctx: click.Context, /, *, number: int) -> None:
    """End a silence now; what it withheld stays withheld."""
    loaded = open_config(ctx)
    with open_to_write(loaded.database) as store:
        if not silences.expire(store, number, now=SystemClock().now()):
            raise UsageError(f"there is no silence {number} that has not ended")
    say(f"silence {number} ended")


@silence.command("preview")
@json_option
@click.argument("conditions", nargs=-1, required=True, metavar="MATCHER...")
@click.option("--since", default="7d", show_default=True, help="How far to look back.")
@click.pass_context
def preview(
    ctx: click.Context, /, *, as_json: bool, conditions: Sequence[str], since: str
) -> None:
    """List the stored changes that such a silence would have withheld."""
    with open_records(ctx) as (loaded, store):
        now = SystemClock().now()
        begins = moment_of(since, loaded.timezone) or now - PREVIEW
        wanted = read_matchers(conditions, loaded)
        trial = Silence(0, wanted, begins, now + timedelta(days=1), "", "")
        # the command that lists changes, loaded only here
        from monitor.alerts import view
        from monitor.cli.changes import print_change

        met = total = 0
        for listed in list_changes(store, ChangeFilter(since=begins)):
            total += 1
            if silenced(listed.change, [trial], now=now) is None:
                continue
            met += 1
            if as_json:
                echo_json(view.as_json(listed.change, listed.alert_key))
            else:
                print_change(listed, Times(loaded.timezone))
        if not as_json:
            say(f"{met} of {counted(total, 'change')} would have been withheld")


def read_matchers(conditions: Sequence[str], loaded: Config) -> tuple[Matcher, ...]:
    """The matchers that are meant; UsageError says which one is wrong."""
    found = []
    for text in conditions:
        try:
            matcher = matchers.parse(text)
        except ValueError as error:
            raise UsageError(f'"{plain(text)}" {error}') from None
        check_label(matcher.label, loaded)
        found.append(matcher)
    return tuple(found)


def user_name() -> str:
    """Who is at the keyboard, for the record."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def _span(text: str) -> timedelta:
    from monitor.config import parse_duration

    try:
        span = parse_duration(text)
    except ValueError as error:
        raise UsageError(f'--for "{plain(text)}" {error}') from None
    if not span:
        raise UsageError("--for must be longer than 0s")
    return span


def _shown(wanted: Sequence[Matcher]) -> str:
    return " ".join(matchers.written(matcher) for matcher in wanted)


def _as_json(store: Store, one: Silence, now: datetime) -> dict[str, Any]:
    state = "active" if one.covers(now) else "ended" if one.ends_at <= now else "later"
    return {
        "silence": one.silence_id,
        "state": state,
        "matchers": [matchers.written(matcher) for matcher in one.matchers],
        "starts_at": one.starts_at,
        "ends_at": one.ends_at,
        "author": one.author,
        "reason": one.reason,
        "withheld": silences.withheld_by(store, one.silence_id),
    }
