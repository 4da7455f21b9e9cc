"""`claimwatch deliver`: send what is due, list the outbox, retry, drop."""

from __future__ import annotations

import re
from collections.abc import Sequence

import click

from monitor.cli.changes import alert_key
from monitor.cli.options import echo_json, echo_table, json_option, open_config, plain
from monitor.cli.records import Times, open_database, open_to_write, say
from monitor.clock import SystemClock
from monitor.errors import UsageError
from monitor.model import DeliveryStatus
from monitor.plurals import counted
from monitor.store import Store, outbox, trail

SHOWN = 100
# More than any list a person reads; --limit says otherwise.
EVERYTHING = -1


@click.group("deliver", invoke_without_command=True)
@click.pass_context
def deliver(ctx: click.Context) -> None:
    """Send what is due; list the outbox, retry, drop."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(run)


@deliver.command("run")
@click.option("--force", is_flag=True, help="Also what waits for its group or time.")
@json_option
@click.pass_context
def run(ctx: click.Context, /, *, force: bool = False, as_json: bool = False) -> None:
    """Try every due delivery once; ends with 1 if one failed."""
    # the stages and all that they load
    from monitor import pipeline
    from monitor.cli.live import Live
    from monitor.pipeline.opening import open_service

    loaded = open_config(ctx)
    live = Live(loaded, silent=as_json)
    with open_service(loaded, console=live.message) as service:
        attempts = pipeline.deliver(service, force=force)
    for channel, ok in attempts:
        if as_json:
            echo_json({"channel": channel, "ok": ok})
    failed = sum(not ok for _, ok in attempts)
    if not as_json:
        say(f"{len(attempts) - failed} sent, {failed} failed")
    if failed:
        ctx.exit(1)


@deliver.command("list")
@json_option
@click.option("--dead", is_flag=True, help="Only what could not be delivered.")
@click.option("--pending", is_flag=True, help="Only what is still to be sent.")
@click.option("--limit", type=click.IntRange(min=0), help="The newest so many.")
@click.pass_context
def list_deliveries(
    ctx: click.Context,
    /,
    *,
    as_json: bool,
    dead: bool,
    pending: bool,
    limit: int | None,
) -> None:
    """List deliveries, newest first."""
    statuses = [*(["dead"] if dead else []), *(["pending"] if pending else [])]
    most = limit if limit is not None else (EVERYTHING if as_json else SHOWN)
    with open_database(ctx) as (place, store):
        rows = trail.deliveries(store, statuses, limit=most)
        if as_json:
            for row in rows:
                echo_json(row)
            return
        times = Times(place.timezone)
        echo_table(
            ("ID", "ALERT", "CHANNEL", "STATUS", "TRIES", "NEXT", "SENT", "ERROR"),
            [
                (
                    row["id"],
                    row["alert"],
                    row["channel"],
                    row["status"],
                    row["attempts"],
                    times(row["next_attempt_at"]),
                    times(row["sent_at"]),
                    row["error"] or "",
                )
                for row in rows
            ],
        )


@deliver.command("retry")
@click.argument("ids", nargs=-1, required=True, metavar="ID...|all")
@click.pass_context
def retry(ctx: click.Context, /, *, ids: Sequence[str]) -> None:
    """Make dead or dropped deliveries due again; "all" means all dead ones."""
    loaded = open_config(ctx, secrets=False)
    with open_to_write(loaded.database) as store:
        if list(ids) == ["all"]:
            wanted = trail.deliveries_with(store, DeliveryStatus.DEAD)
        else:
            wanted = _known(store, ids)
        count = outbox.retry(store, wanted, now=SystemClock().now())
        _tell(count, wanted, "due again", "dead or dropped")


@deliver.command("drop")
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@click.pass_context
def drop(ctx: click.Context, /, *, ids: Sequence[str]) -> None:
    """Give up pending or dead deliveries: they are never tried again."""
    loaded = open_config(ctx, secrets=False)
    with open_to_write(loaded.database) as store:
        wanted = _known(store, ids)
        count = outbox.drop(store, wanted)
        _tell(count, wanted, "dropped", "pending or dead")


def _known(store: Store, ids: Sequence[str]) -> list[int]:
    """The deliveries that are meant: by number, or all those of an alert."""
    wanted: list[int] = []
    for text in ids:
        number = text.removeprefix("#")
        if re.fullmatch(r"[0-9]{1,18}", number):
            wanted.append(int(number))
            continue
        [(alert_id, _)] = trail.alert_keys(store, alert_key(store, text))
        wanted += [row["id"] for row in trail.deliveries_of(store, alert_id)]
    known = trail.delivery_statuses(store, wanted)
    unknown = [str(one) for one in wanted if one not in known]
    if unknown:
        raise UsageError(f"there is no delivery {plain(', '.join(unknown))}")
    return list(dict.fromkeys(wanted))


def _tell(count: int, wanted: Sequence[int], what: str, only: str) -> None:
    left = len(wanted) - count
    rest = f"; {left} left as they are (not {only})" if left else ""
    say(f"{counted(count, 'delivery')} {what}{rest}")
