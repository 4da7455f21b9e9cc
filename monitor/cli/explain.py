"""`claimwatch explain`: why did I (not) get this?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import click

from monitor import habits, schedule
from monitor.alerts import route
from monitor.cli import articles
from monitor.cli.changes import alert_key, done_with, print_change
from monitor.cli.options import echo_json, json_option
from monitor.cli.records import (
    Times,
    as_time,
    open_records,
    reference,
    say,
    say_fields,
)
from monitor.cli.show import (
    change_trail,
    known_change,
    print_alerts,
    print_messages,
    print_near,
)
from monitor.clock import SystemClock
from monitor.errors import UsageError
from monitor.store import Store, corrections, trail
from monitor.store import habits as stored_habits
from monitor.store.reading import ChangeFilter, ListedChange, list_changes

if TYPE_CHECKING:
    from monitor.settings import Config


@click.command("explain")
@json_option
@click.argument("subject", nargs=-1, metavar="[URL|CHANGE|ALERT]")
@click.option("--text", help="Say how this sentence is read; - reads the input.")
@click.pass_context
def explain(
    ctx: click.Context, /, *, as_json: bool, subject: tuple[str, ...], text: str | None
) -> None:
    """Say why you did or did not get something.

    Takes an article's URL, a change (c12) or an alert (A-17f3c0de). With --text, it
    says how a sentence is read.
    """
    if (text is None) == (not subject):
        raise UsageError("give an article's URL, a change (c12) or --text")
    if text is not None:
        # the language model: one second that the others need not pay
        from monitor.cli import explain_text

        explain_text.explain_text(ctx, text, as_json=as_json)
        return
    wanted = " ".join(subject).strip()
    with open_records(ctx) as (loaded, store):
        if articles.is_url(wanted):
            _explain_url(store, wanted, loaded, as_json=as_json)
            return
        listed = _changes_meant(store, wanted)
        if as_json:
            for change in listed:
                echo_json(
                    change_trail(store, change)
                    | {
                        "origin": trail.origin(store, change.change.change_id),
                        "why_not_sent": trail.why_not_sent(store, change),
                        "routes": _routes_asked(change, loaded),
                    }
                )
            return
        _print_changes(store, listed, Times(loaded.timezone), loaded)
        meant = reference(wanted, bare="change")
        if meant.kind == "alert":
            [(alert_id, _)] = trail.alert_keys(store, alert_key(store, meant.key))
            print_messages(trail.deliveries_of(store, alert_id))


def _changes_meant(store: Store, text: str) -> list[ListedChange]:
    wanted = reference(text, bare="change")
    if wanted.kind == "change":
        return [known_change(store, wanted.number)]
    if wanted.kind == "alert":
        key = alert_key(store, wanted.key)
        return list(list_changes(store, ChangeFilter(alert=key, with_recorded=True)))
    claim_id = corrections.resolve(store.db, wanted.number) or wanted.number
    found = ChangeFilter(claim_id=claim_id, with_recorded=True)
    listed = list(list_changes(store, found))
    if not listed:
        raise UsageError(f"there is no change of a claim {wanted.number}")
    return listed


def _print_changes(
    store: Store, listed: Sequence[ListedChange], times: Times, loaded: Config
) -> None:
    for change in listed:
        print_change(change, times)
        _print_origin(store, change, times)
        why = trail.why_not_sent(store, change)
        topics = ", ".join(change.change.topics) or "none"
        say_fields(
            [
                ("decided", f"{change.disposition}: {change.disposition_reason}"),
                ("severity", _severity(change)),
                ("topics", topics if loaded.topics else "none configured"),
                ("not sent", why),
            ],
            indent=4,
        )
        _print_compared(store, change)
        print_alerts(store, change, times, indent=4)
        for step in _routes_asked(change, loaded):
            say(f"{step['is']} {step['route']}: {step['reason']}", indent=6, dim=True)


def _print_origin(store: Store, listed: ListedChange, times: Times) -> None:
    """Entry, article and revision: how the text came to us."""
    rows = trail.origin(store, listed.change.change_id)
    fields = [
        ("listed", f"{row['feed']}, {times(row['listed_at'])}")
        for row in rows
        if row["feed"]
    ]
    fields += [
        ("read", f"revision {row['revision']}, fetched {times(row['fetched_at'])}")
        for row in rows[:1]
        if row["revision"]
    ]
    say_fields(fields, indent=4)


def _print_compared(store: Store, listed: ListedChange) -> None:
    """The stored claims that the statement was compared with, and what decided."""
    found = corrections.near_change(store.db, listed.change.change_id)
    if found:
        say("compared with stored claims, by overlap of content:", indent=4)
    for near in found:
        print_near(near, of=listed.change.claim_id, indent=6)


def _routes_asked(listed: ListedChange, loaded: Config) -> list[dict[str, str]]:
    """What each route says of the change, by the configuration of today."""
    if listed.disposition == "record":
        return []
    return [
        {
            "route": step.route,
            "is": "taken by" if step.taken else "not for",
            "reason": step.reason,
        }
        for step in route.trace(listed.change, loaded)
    ]


def _severity(listed: ListedChange) -> str:
    why = f": {listed.severity_reason}" if listed.severity_reason else ""
    return f"{listed.change.severity}{why}"


# ------------------------------------------------------------------ articles


def _explain_url(store: Store, text: str, loaded: Config, *, as_json: bool) -> None:
    row = articles.known(store, text)
    found = articles.facts(store, row)
    found["next_check_why"] = _next_check_why(store, row, loaded)
    changes = articles.changes_in(store, row["article_id"])
    if as_json:
        told = [
            change_trail(store, change)
            | {
                "why_not_sent": trail.why_not_sent(store, change),
                "did": done_with(change),
            }
            for change in changes
        ]
        echo_json(found | {"changes": told})
        return
    times = Times(loaded.timezone)
    articles.print_facts(found, times)
    say()
    say("Changes" if changes else "No change was recorded", bold=True)
    if row["is_silent"] and not changes:
        say("it was in the first poll of its feed, which is silent", indent=2)
    for change in changes:
        print_change(change, times, indent=2)
        why = trail.why_not_sent(store, change)
        if why is not None and change.disposition != "record":
            say(f"not sent: {why}", indent=6)
        print_alerts(store, change, times, indent=6)


def _next_check_why(store: Store, row: trail.Row, loaded: Config) -> str:
    """Why the next check is when it is, as `schedule` gives it."""
    if row["gone_at"]:
        return "never: the page is gone, confirmed by a second visit"
    checked = as_time(row["last_checked_at"])
    if checked is None:
        return "not checked yet"
    if row["next_check_at"] is None:
        return "never: it is too old to be watched ([checks] schedule)"
    _, reason = schedule.next_check(
        first_seen_at=_time(row["first_seen_at"]),
        published_at=as_time(row["published_at"]),
        taper=loaded.checks.schedule,
        failures=row["failures"],
        edited_at=(
            as_time(row["last_changed_at"]) if row["revision_count"] > 1 else None
        ),
        pending_removal_at=as_time(row["gone_since"]),
        confirm_removal_after=loaded.checks.confirm_removal_after,
        retry_after=None,
        now=checked,
        jitter_key=row["url"],
        stretch=habits.stretch(
            stored_habits.by_outlet(store, now=checked).get(row["outlet"]),
            most=loaded.checks.stretch,
        ),
    )
    return reason


def _time(text: str) -> datetime:
    return as_time(text) or SystemClock().now()
