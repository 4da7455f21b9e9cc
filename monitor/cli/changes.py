"""`claimwatch changes`: what changed, before → after, and why."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import click

from monitor.alerts import view, words
from monitor.cli.options import csv_option, echo_csv, echo_json, json_option, plain
from monitor.cli.records import Times, moment_of, open_database, say
from monitor.cli.terminal import differing, paged
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
_SIDE = "text value_min value_max comparator unit source certainty polarity status"
# The keys of --json, those of a side of the change with its name before them.
COLUMNS = (
    *["id", "detected_at", "kind", "sub_kinds", "severity", "claim_id", "claim"],
    *(f"before_{name}" for name in _SIDE.split()),
    *(f"after_{name}" for name in _SIDE.split()),
    *["reason", "source", "measure", "certainty", "outlets", "article_url", "alert_id"],
)
_COLOURS = {Severity.HIGH: "red", Severity.CRITICAL: "red", Severity.LOW: "cyan"}


@click.command("changes")
@json_option
@csv_option
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
    as_csv: bool,
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
        most = limit if limit is not None or as_json or as_csv else SHOWN
        listed = _listed(store, wanted, most, follow=follow)
        if as_csv:
            echo_csv(COLUMNS, map(as_json_change, listed))
        elif as_json:
            for change in listed:
                echo_json(as_json_change(change))
        else:
            times = Times(place.timezone)
            with paged(ctx, wanted=not follow):
                for change in listed:
                    print_change(change, times)


def _listed(
    store: Store, wanted: ChangeFilter, most: int | None, *, follow: bool
) -> Iterator[ListedChange]:
    """The changes that fit, and with `follow` those that come, without end."""
    interrupted = _interruptions() if follow else []
    last = newest_change(store) if follow else 0
    yield from list_changes(store, wanted, limit=most)
    while follow:
        if interrupted:
            raise KeyboardInterrupt
        threading.Event().wait(FOLLOW_SECONDS)
        for listed in list_changes(store, replace(wanted, after_id=last)):
            last = listed.change.change_id
            yield listed


def _interruptions() -> list[int]:
    """The Ctrl-Cs from now on: one that falls into a callback of C code is swallowed."""
    came: list[int] = []

    def interrupt(number: int, _: object) -> None:
        came.append(number)
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, interrupt)
    return came


def as_json_change(listed: ListedChange) -> Mapping[str, Any]:
    """The change with the keys that readers of `--json` rely on."""
    return view.as_json(listed.change, listed.alert_key)


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
    if before and after and before != after:
        was, is_now = differing(before, after)
        click.echo(" " * inner + f"before  {was}")
        click.echo(" " * inner + f"after   {is_now}")
    elif before != after and (before or after != change.claim):
        say(f"{'before' if before else 'text  '}  {before or after}", indent=inner)
    elif before and after:
        say(f"text    {after}", indent=inner)
    say(f"why     {change.reason}", indent=inner)
    outlets = ", ".join(change.carriers)
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
