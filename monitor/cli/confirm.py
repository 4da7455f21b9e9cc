"""`claimwatch ack`, `pin` and `note`: what a person knows better."""

from __future__ import annotations

import re

import click

from monitor.cli.changes import alert_key
from monitor.cli.options import echo_json, json_option, open_config, plain
from monitor.cli.records import ALERT_FORM, CLAIM_FORM, open_to_write, reference, say
from monitor.cli.silence import user_name
from monitor.clock import SystemClock
from monitor.errors import UsageError
from monitor.plurals import counted
from monitor.store import Store, confirmations, reading, trail

_ASSERTION = re.compile(r"a([0-9]{1,18})")

author_option = click.option("--author", help="Who you are; else your user name.")


@click.command("ack")
@json_option
@click.argument("alert", metavar="ALERT")
@author_option
@click.option("--note", help="What you found; kept with the alert's claims.")
@click.pass_context
def ack(
    ctx: click.Context, /, *, as_json: bool, alert: str, author: str | None, note: str
) -> None:
    """Acknowledge an alert (A-17f3c0de): it is not repeated and not escalated."""
    loaded = open_config(ctx, secrets=False)
    who = author or user_name()
    with open_to_write(loaded.database) as store:
        wanted = reference(alert, bare="alert", forms=ALERT_FORM)
        if wanted.kind != "alert":
            raise UsageError(f'"{plain(alert)}" is no alert: give {ALERT_FORM}')
        key = alert_key(store, wanted.key)
        [(alert_id, _)] = trail.alert_keys(store, key)
        first = confirmations.acknowledge(
            store, alert_id, author=who, note=note, now=SystemClock().now()
        )
    if as_json:
        echo_json({"alert": key, "author": who, "was_acknowledged": not first})
    else:
        say(f"{key} acknowledged" + ("" if first else " before"))


@click.command("pin")
@json_option
@click.argument("subject", metavar="CLAIM|ASSERTION")
@author_option
@click.option("--note", help="Why; kept with the claim.")
@click.option("--off", is_flag=True, help="Compare with what was last said again.")
@click.pass_context
def pin(
    ctx: click.Context,
    /,
    *,
    as_json: bool,
    subject: str,
    author: str | None,
    note: str | None,
    off: bool,
) -> None:
    """Confirm what a claim (12) or one source's assertion of it (a31) says now.

    Later changes are compared with it, and say so.
    """
    loaded = open_config(ctx, secrets=False)
    who, now = author or user_name(), SystemClock().now()
    with open_to_write(loaded.database) as store:
        claim_id, wanted = _meant(store, subject)
        if off:
            done = confirmations.unpin(store, wanted)
        else:
            confirmations.pin(store, wanted, author=who, now=now)
            done = len(wanted)
        if note:
            with store.writing() as db:
                confirmations.add_note(db, claim_id, note, author=who, now=now)
    if as_json:
        echo_json({"claim": claim_id, "assertions": wanted, "pinned": not off})
        return
    say(
        f"{counted(done, 'assertion')} of claim {claim_id} {'no longer ' if off else ''}pinned"
    )


@click.command("note")
@json_option
@click.argument("claim", metavar="CLAIM")
@click.argument("text")
@author_option
@click.pass_context
def note(
    ctx: click.Context, /, *, as_json: bool, claim: str, text: str, author: str | None
) -> None:
    """Keep a note with a claim; `show` prints it."""
    loaded = open_config(ctx, secrets=False)
    who = author or user_name()
    if not text.strip():
        raise UsageError("there is no text")
    with open_to_write(loaded.database) as store:
        claim_id = known_claim(store, claim)
        with store.writing() as db:
            confirmations.add_note(
                db, claim_id, text.strip(), author=who, now=SystemClock().now()
            )
    if as_json:
        echo_json({"claim": claim_id, "author": who, "text": text.strip()})
    else:
        say(f"noted with claim {claim_id}")


def _meant(store: Store, text: str) -> tuple[int, list[int]]:
    """The claim and its assertions that are meant."""
    number = assertion_number(text)
    if number is None:
        claim_id = known_claim(store, text)
        return claim_id, confirmations.current(store, claim_id)
    of = confirmations.claim_of(store, number)
    if of is None:
        raise UsageError(f"there is no assertion a{number}")
    return of, [number]


def assertion_number(text: str) -> int | None:
    """The number of an assertion such as a31, or None."""
    found = _ASSERTION.fullmatch(text.strip().lower())
    return None if found is None else int(found[1])


def known_claim(store: Store, text: str) -> int:
    """The claim that this id finds, which must be there."""
    wanted = reference(text, bare="claim", forms=CLAIM_FORM)
    if wanted.kind != "claim":
        raise UsageError(f'"{plain(text)}" is no claim: give {CLAIM_FORM}')
    found = reading.claim(store, wanted.number)
    if found is None:
        raise UsageError(f"there is no claim {wanted.number}")
    return found.claim_id
