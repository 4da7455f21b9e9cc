"""`claimwatch changes`: what changed, before → after, and why."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace

import click

from monitor.alerts import view, words
from monitor.alerts.escape import clipped
from monitor.cli.options import echo_json, json_option, plain
from monitor.cli.records import Times, moment_of, open_database, say
from monitor.errors import UsageError
from monitor.model import ChangeKind, Severity
from monitor.store import Store
from monitor.store.reading import (
    ChangeFilter,
    ListedChange,
    list_changes,
    newest_change,
    storable,
)
from monitor.store.trail import alert_keys

# For people; programs that read --json get everything unless they say otherwise.
SHOWN = 50
# How often --follow looks.
FOLLOW_SECONDS = 1.0
_LINE = 200
_COLOURS = {Severity.HIGH: "red", Severity.CRITICAL: "red", Severity.LOW: "cyan"}


@click.command("changes")
@json_option
@click.option("--since", metavar="SPAN|TIME", help='Such as "2d" or "2026-03-01".')
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice([kind.value for kind in ChangeKind]),
    help="Only this kind; may be repeated.",
)
@click.option("--topic", "topics", multiple=True, help="Only this topic.")
@click.option("--alert", metavar="A-…", help="Only what this alert tells.")
@click.option(
    "--all", "with_recorded", is_flag=True, help="Also what was recorded only."
)
@click.option("--limit", type=click.IntRange(min=0), help="The newest so many.")
@click.option("--follow", is_flag=True, help="Go on and print what comes.")
@click.pass_context
def changes(
    ctx: click.Context,
    /,
    *,
    as_json: bool,
    since: str | None,
    kinds: Sequence[str],
    topics: Sequence[str],
    alert: str | None,
    with_recorded: bool,
    limit: int | None,
    follow: bool,
) -> None:
    """List changes, oldest first, with what was before and after.

    What was only recorded (rewordings, what no topic matches) is left out; --all
    lists it, with the reason.
    """
    with open_database(ctx) as (place, store):
        wanted = ChangeFilter(
            since=moment_of(since, place.timezone),
            kinds=tuple(kinds),
            topics=tuple(topics),
            alert=None if alert is None else alert_key(store, alert),
            with_recorded=with_recorded or alert is not None,
        )
        most = limit if limit is not None or as_json else SHOWN
        times = Times(place.timezone)
        newest = newest_change(store) if follow else 0
        last = _list(store, wanted, most, as_json=as_json, times=times)
        last = max(last, newest)
        while follow:
            threading.Event().wait(FOLLOW_SECONDS)
            newer = replace(wanted, after_id=last)
            last = _list(store, newer, None, as_json=as_json, times=times)


def alert_key(store: Store, beginning: str) -> str:
    """The key of the one alert whose key begins so; UsageError otherwise."""
    wanted = storable(beginning).strip()
    found = alert_keys(store, wanted) if wanted else []
    if len(found) == 1:
        return found[0][1]
    if not found:
        raise UsageError(f"there is no alert {plain(beginning)}")
    keys = ", ".join(key for _, key in found)
    raise UsageError(f"{plain(beginning)} is the beginning of several alerts: {keys}")


def _list(
    store: Store,
    wanted: ChangeFilter,
    limit: int | None,
    *,
    as_json: bool,
    times: Times,
) -> int:
    """Print the changes that fit; returns the id of the last, or where it began."""
    last = wanted.after_id
    for listed in list_changes(store, wanted, limit=limit):
        last = listed.change.change_id
        if as_json:
            echo_json(view.as_json(listed.change, listed.alert_key))
        else:
            print_change(listed, times)
    return last


def print_change(listed: ListedChange, times: Times, *, indent: int = 0) -> None:
    """One change for a person: the transition, both texts, the reason, where."""
    change = listed.change
    colour = _COLOURS.get(change.severity)
    head = click.style(f"c{change.change_id}", bold=True)
    told = click.style(plain(words.headline(change).text(_LINE)), fg=colour)
    when = click.style(times(change.detected_at), dim=True)
    mark = (
        f" [{change.severity}]" if change.severity.rank > Severity.NORMAL.rank else ""
    )
    click.echo(" " * indent + f"{head}  {when}{mark}  {told}")
    inner = indent + 4
    before = change.before.text if change.before else None
    after = change.after.text if change.after else None
    if before and before != after:
        say(f"before  {clipped(before, _LINE)}", indent=inner)
    if after and (before or after != change.claim):
        say(
            f"{'after ' if before else 'text  '}  {clipped(after, _LINE)}", indent=inner
        )
    say(f"why     {change.reason}", indent=inner)
    outlets = ", ".join(change.outlets) or change.outlet
    say(f"where   {outlets}  {change.article_url}", indent=inner)
    say(f"what    {done_with(listed)}", indent=inner, dim=True)


def done_with(listed: ListedChange) -> str:
    """What became of the change, and why."""
    if listed.disposition == "record":
        return f"recorded only: {listed.disposition_reason}"
    if listed.alert_key is None:
        return f"{listed.disposition}: {listed.disposition_reason}; no route took it"
    claim = f"claim {listed.change.claim_id}"
    return f"{listed.disposition} {listed.alert_key}, {claim}"
