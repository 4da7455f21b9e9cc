"""`claimwatch once`: one full pass, for cron. `claimwatch poll`: its first stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from monitor.cli.live import Live, log_errors_only
from monitor.cli.options import check_channels, echo_json, open_config
from monitor.plurals import counted

if TYPE_CHECKING:
    from monitor.pipeline import CheckDone, PollDone
    from monitor.settings import Config

_force = click.option("--force", is_flag=True, help="Ignore due times.")
_json = click.option(
    "--json", "as_json", is_flag=True, help="Print the summary as one JSON object."
)


@click.command()
@_force
@_json
@click.pass_context
def once(ctx: click.Context, *, force: bool, as_json: bool) -> None:
    """Poll, check, flush all groups and deliver, once.

    Ends with 0 even if single feeds failed (they are listed on stderr), with 1 if
    nothing could be fetched or a delivery failed. Safe beside a running daemon.
    """
    config = open_config(ctx)
    check_channels(config)
    from monitor.pipeline import check, deliver, poll
    from monitor.pipeline.opening import open_service

    log_errors_only()
    live = Live(config, quiet=as_json)
    with open_service(config, console=live.message) as service:
        live.attach(service)
        polls = poll(service, force=force)
        checks = check(service, force=force)
        attempts = deliver(service, force=True)
    failed = sorted({channel for channel, ok in attempts if not ok})
    _report(config, polls, checks, attempts, as_json=as_json)
    for name in failed:
        click.echo(f"channel {name}: a delivery failed; it stays queued", err=True)
    blind = bool(polls) and all(poll.error is not None for poll in polls)
    if blind:
        click.echo("nothing could be fetched", err=True)
    if blind or failed:
        ctx.exit(1)


def _report(
    config: Config,
    polls: list[PollDone],
    checks: list[CheckDone],
    attempts: list[tuple[str, bool]],
    *,
    as_json: bool,
) -> None:
    failed = [p.feed for p in polls if p.error is not None]
    entries = sum(p.entries_new for p in polls)
    unread = sum(c.error is not None for c in checks)
    changes = sum(c.changes for c in checks)
    sent = sum(ok for _, ok in attempts)
    summary = {
        "feeds_polled": len(polls),
        "feeds_failed": failed,
        "entries_new": entries,
        "articles_checked": len(checks),
        "articles_failed": unread,
        "changes": changes,
        "deliveries_sent": sent,
        "deliveries_failed": sum(not ok for _, ok in attempts),
        "database": str(config.database),
    }
    if as_json:
        echo_json(summary)
        return
    click.echo(
        f"{counted(len(polls), 'feed')} polled "
        f"({len(failed)} failed), "
        f"{counted(entries, 'new entry')}, "
        f"{counted(len(checks), 'article')} checked "
        f"({unread} without a text), "
        f"{counted(changes, 'change')}, "
        f"{counted(sent, 'message')} sent"
    )


@click.command()
@_force
@_json
@click.pass_context
def poll(ctx: click.Context, *, force: bool, as_json: bool) -> None:
    """Poll the feeds that are due, once; articles wait for `once` or `run`."""
    config = open_config(ctx)
    from monitor.pipeline import poll as poll_stage
    from monitor.pipeline.opening import open_service

    log_errors_only()
    live = Live(config, quiet=as_json)
    with open_service(config) as service:
        live.attach(service)
        polls = poll_stage(service, force=force)
    for done in polls:
        if as_json:
            echo_json(
                {
                    "feed": done.feed,
                    "ok": done.error is None,
                    "error": done.error,
                    "entries_new": done.entries_new,
                    "articles_new": done.articles_new,
                    "baseline": done.is_baseline,
                    "next_poll_at": done.next_poll_at,
                }
            )
    if not as_json:
        good = sum(done.error is None for done in polls)
        click.echo(f"{counted(len(polls), 'feed')} polled, {good} well")
    if polls and all(done.error is not None for done in polls):
        ctx.exit(1)
