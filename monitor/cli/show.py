"""`claimwatch show`: the whole trail of a claim, a change or an alert."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any
from zoneinfo import ZoneInfo

import click

from monitor.alerts import render, view
from monitor.alerts import words as in_words
from monitor.cli import articles
from monitor.cli.changes import (
    COLUMNS,
    alert_key,
    as_json_change,
    done_with,
    print_change,
)
from monitor.cli.claims import as_json_claim, course, marks, voice
from monitor.cli.options import csv_option, echo_csv, echo_json, json_option
from monitor.cli.records import (
    Reference,
    Times,
    open_database,
    reference,
    say,
    say_fields,
)
from monitor.cli.terminal import paged
from monitor.errors import UsageError
from monitor.store import Store, corrections, episodes, outbox, trail
from monitor.store.corrections import NearClaim
from monitor.store.figures import courses
from monitor.store.reading import (
    ChangeFilter,
    ListedChange,
    ListedClaim,
    claim,
    list_changes,
)

# Near misses that `show` prints: `--json` has them all.
NEAR_SHOWN = 5


@click.command("show")
@json_option
@csv_option
@click.argument("words", nargs=-1, required=True, metavar="ID|URL")
@click.pass_context
def show(
    ctx: click.Context, /, *, as_json: bool, as_csv: bool, words: tuple[str, ...]
) -> None:
    """Show the whole trail of a claim, a change, an alert or an article.

    A claim is a number (12), a change has a c before it (c12), an alert is named as
    in its message (A-17f3c0de; its beginning will do), an article by its URL. With
    --csv: its changes.
    """
    named = " ".join(words).strip()
    if articles.is_url(named):
        _show_article(ctx, named, as_json=as_json, as_csv=as_csv)
        return
    wanted = reference(named, bare="claim")
    with (
        open_database(ctx) as (place, store),
        paged(ctx, wanted=not (as_json or as_csv)),
    ):
        times = Times(place.timezone)
        if as_csv:
            echo_csv(COLUMNS, map(as_json_change, _told_by(store, wanted)))
        elif wanted.kind == "alert":
            _show_alert(store, wanted.key, place.timezone, as_json=as_json)
        elif wanted.kind == "change":
            _show_change(store, wanted.number, place.timezone, as_json=as_json)
        elif as_json:
            echo_json(claim_trail(store, known_claim(store, wanted.number)))
        else:
            print_claim_trail(store, known_claim(store, wanted.number), times)


def _told_by(store: Store, wanted: Reference) -> Iterable[ListedChange]:
    """The changes of a claim or an alert, or the one that is meant."""
    if wanted.kind == "change":
        return [known_change(store, wanted.number)]
    if wanted.kind == "claim":
        return _changes_of(store, known_claim(store, wanted.number).claim_id)
    key = alert_key(store, wanted.key)
    return list_changes(store, ChangeFilter(alert=key, with_recorded=True))


def known_claim(store: Store, claim_id: int) -> ListedClaim:
    """The claim of that id; UsageError if there is none."""
    found = claim(store, claim_id, with_historic=True)
    if found is None:
        raise UsageError(
            f"there is no claim {claim_id} (a change is written c{claim_id})"
        )
    return found


def known_change(store: Store, change_id: int) -> ListedChange:
    """The change of that id; UsageError if there is none."""
    wanted = ChangeFilter(change_id=change_id, with_recorded=True)
    for listed in list_changes(store, wanted):
        return listed
    raise UsageError(f"there is no change c{change_id}")


# ------------------------------------------------------------------ claims


def claim_trail(store: Store, found: ListedClaim) -> dict[str, Any]:
    """Everything about a claim, as `show --json` prints it."""
    db = store.db
    listed = _changes_of(store, found.claim_id)
    return {
        "is": "claim",
        **as_json_claim(found),
        "first_seen_at": found.first_seen_at,
        "last_seen_at": found.last_seen_at,
        "sightings": trail.sightings(store, found.claim_id),
        "changes": [change_trail(store, change) for change in listed],
        "notes": trail.notes(store, found.claim_id),
        "corrections": [asdict(c) for c in corrections.of_claim(db, found.claim_id)],
        "near": [asdict(n) for n in corrections.near_claim(db, found.claim_id)],
    }


def _changes_of(store: Store, claim_id: int) -> list[ListedChange]:
    wanted = ChangeFilter(claim_id=claim_id, with_recorded=True)
    return list(list_changes(store, wanted))


def print_claim_trail(store: Store, found: ListedClaim, times: Times) -> None:
    """The trail for a person: who says it, where it stands, what happened to it."""
    say(f"Claim {found.claim_id}  {found.text}", bold=True)
    say_fields(
        [
            ("measure", found.measure),
            ("story", found.story),
            ("seen", f"{times(found.first_seen_at)} to {times(found.last_seen_at)}"),
        ],
        indent=2,
    )
    say()
    say("Said by", bold=True)
    moved = courses(store, found.claim_id)
    for row in found.assertions:
        chain = " ← ".join(row.source_chain) if len(row.source_chain) > 1 else ""
        parts = [
            f"a{row.assertion_id}",
            voice(row),
            in_words.value(row.side) or "",
            course(moved.get(row.assertion_id, ())),
            *marks(row),
            chain,
        ]
        say("  ".join(part for part in parts if part), indent=2)
        say(f"as of {times(row.as_of)}", indent=6, dim=True)
    say()
    say("Seen in", bold=True)
    for sighting in trail.sightings(store, found.claim_id):
        _print_sighting(sighting, times)
    _print_changes(store, _changes_of(store, found.claim_id), times)
    for note in trail.notes(store, found.claim_id):
        say()
        say(f"Note by {note['author']}, {times(note['created_at'])}: {note['text']}")
    _print_corrections(store, found.claim_id, times)


def _print_corrections(store: Store, claim_id: int, times: Times) -> None:
    """What users merged and split, and what else came near."""
    for done in corrections.of_claim(store.db, claim_id):
        moved = " ".join(f"a{number}" for number in done.assertions)
        text = (
            f"claim {done.other_claim_id} merged into claim {done.claim_id}"
            if done.kind == "merge"
            else f"{moved} split off claim {done.claim_id} as {done.other_claim_id}"
        )
        note = f": {done.note}" if done.note else ""
        say()
        say(f"{done.author}, {times(done.corrected_at)}: {text}{note}")
    near = corrections.near_claim(store.db, claim_id)[:NEAR_SHOWN]
    if near:
        say()
        say("Near, but not the same", bold=True)
    for other in near:
        print_near(other, of=claim_id)


def print_near(near: NearClaim, *, of: int, indent: int = 2) -> None:
    """One claim that came near, its score and what decided."""
    # seen from the other side, the statement is the other claim's
    if near.claim_id == of and near.lost is not None:
        named, text = near.seen_as, near.quote
    else:
        named, text = near.claim_id, near.text
    why = f"not merged: {near.lost}" if near.lost else "taken"
    say(f"claim {named}  {near.score:.2f}  {why}", indent=indent)
    say(text, indent=indent + 4, dim=True)


def _print_sighting(row: trail.Row, times: Times) -> None:
    state = ""
    if row["removed_at"]:
        state = f", removed {times(row['removed_at'])}"
    elif row["gone_since"]:
        state = f", missing since {times(row['gone_since'])}"
    say(
        f"{times(row['seen_at'])}  {row['outlet']}, revision {row['revision']} "
        f"[{row['start']}:{row['end']}], said by {row['source']}{state}",
        indent=2,
    )
    before, after = row["context_before"], row["context_after"]
    # a cut is marked, the end of a paragraph is not
    lead = "…" if len(before) == trail.CONTEXT else ""
    rest = "…" if len(after) == trail.CONTEXT else ""
    say(f"{lead}{before}«{row['quote']}»{after}{rest}", indent=6)
    say(row["article_url"], indent=6, dim=True)


def _print_changes(store: Store, listed: list[ListedChange], times: Times) -> None:
    say()
    say("Changes" if listed else "No change was recorded", bold=True)
    for change in listed:
        print_change(change, times, indent=2)
        print_alerts(store, change, times, indent=6)


# ------------------------------------------------------------------ changes


def change_trail(store: Store, listed: ListedChange) -> dict[str, Any]:
    """A change with what was done with it, as `--json` prints it."""
    return {
        **view.as_json(listed.change, listed.alert_key),
        "disposition": listed.disposition,
        "disposition_reason": listed.disposition_reason,
        "severity_reason": listed.severity_reason,
        "topics": list(listed.change.topics),
        "alerts": trail.alerts_of(store, listed.change.change_id),
        "compared_with": [
            asdict(near)
            for near in corrections.near_change(store.db, listed.change.change_id)
        ],
    }


def _show_change(store: Store, change_id: int, zone: str, *, as_json: bool) -> None:
    listed = known_change(store, change_id)
    found = known_claim(store, listed.change.claim_id)
    if as_json:
        echo_json(
            {
                "is": "change",
                **change_trail(store, listed),
                "of": claim_trail(store, found),
            }
        )
        return
    times = Times(zone)
    say(f"Change c{change_id} of claim {found.claim_id}", bold=True)
    for line in render.block(listed.change, ZoneInfo(zone)).splitlines():
        say(line, indent=2)
    say(f"What became of it: {done_with(listed)}", indent=2)
    print_alerts(store, listed, times, indent=2)
    say()
    print_claim_trail(store, found, times)


def print_alerts(
    store: Store, listed: ListedChange, times: Times, *, indent: int
) -> None:
    """The alerts of a change and how their deliveries stand."""
    for alert in trail.alerts_of(store, listed.change.change_id):
        say(
            f"alert {alert['alert']} by route {alert['route']} ({alert['reason']})",
            indent=indent,
        )
        if alert["withheld"]:
            say(f"withheld: {alert['withheld']}", indent=indent + 2)
        print_deliveries(alert["deliveries"], times, indent=indent + 2)


def print_deliveries(rows: list[trail.Row], times: Times, *, indent: int) -> None:
    """A line for each delivery: channel, status, when, what went wrong."""
    for row in rows:
        if row["status"] == "sent":
            when = f"sent {times(row['sent_at'])}"
        elif row["status"] == "pending":
            when = f"pending, next try {times(row['next_attempt_at'])}"
            if row["escalation"] and not row["attempts"]:
                when = f"told {times(row['next_attempt_at'])} unless acknowledged"
        else:
            when = str(row["status"])
        tries = f", {row['attempts']} tries" if row["attempts"] > 1 else ""
        error = f": {row['error']}" if row["error"] else ""
        say(f"#{row['id']} {row['channel']}: {when}{tries}{error}", indent=indent)


def print_messages(rows: list[trail.Row]) -> None:
    """What was sent, word for word; once where channels got the same."""
    told: dict[tuple[str, ...], list[str]] = {}
    for row in rows:
        if row["message"]:
            told.setdefault(tuple(row["message"].values()), []).append(row["channel"])
    for (title, body, form, note), channels in told.items():
        shown = {"slack": ", as Slack blocks", "mail": ", with an HTML form"}.get(form)
        say()
        say(f"As sent to {', '.join(channels)}{shown or ''}", bold=True)
        if note:
            say(note, indent=2, dim=True)
        for line in (title, *body.splitlines()):
            say(line, indent=2)


# ------------------------------------------------------------------ alerts


def _show_alert(store: Store, beginning: str, zone: str, *, as_json: bool) -> None:
    key = alert_key(store, beginning)
    [(alert_id, _)] = trail.alert_keys(store, key)
    alert = outbox.alert(store, alert_id)
    deliveries = trail.deliveries_of(store, alert_id)
    if as_json:
        echo_json(
            {
                "is": "alert",
                "alert_id": alert.key,
                "route": alert.route,
                "group": alert.group_key,
                "digest": alert.digest,
                "follows": alert.earlier_key,
                "changes": [view.as_json(c, alert.key) for c in alert.changes],
                "deliveries": deliveries,
            }
        )
        return
    times = Times(zone)
    notice = episodes.notice(store, alert_id)
    shown = f"{notice.title}\n{notice.body}" if notice else None
    for line in (shown or render.console(alert, timezone=zone)).splitlines():
        say(line)
    say()
    say(f"Route {alert.route}, group {alert.group_key or '(none)'}")
    print_deliveries(deliveries, times, indent=2)
    for row in deliveries:
        for attempt in row["tries"]:
            when = times(attempt["attempted_at"])
            say(f"{when}  {row['channel']}: {attempt['detail']}", indent=4, dim=True)
    print_messages(deliveries)
    claims = dict.fromkeys(change.claim_id for change in alert.changes)
    say()
    for claim_id in claims:
        say(f"More: claimwatch show {claim_id}")


# ------------------------------------------------------------------ articles


def _show_article(ctx: click.Context, url: str, *, as_json: bool, as_csv: bool) -> None:
    with (
        open_database(ctx) as (place, store),
        paged(ctx, wanted=not (as_json or as_csv)),
    ):
        row = articles.known(store, url)
        listed = articles.changes_in(store, row["article_id"])
        if as_csv:
            echo_csv(COLUMNS, map(as_json_change, listed))
            return
        found = articles.facts(store, row)
        if as_json:
            told = [change_trail(store, change) for change in listed]
            echo_json({"is": "article", **found, "changes": told})
            return
        times = Times(place.timezone)
        articles.print_facts(found, times)
        _print_changes(store, listed, times)
