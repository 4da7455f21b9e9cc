"""`claimwatch status`: is it running, can it see, does anything wait."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click

from monitor.cli.options import csv_option, echo_csv, echo_json, json_option
from monitor.cli.records import Times, open_database, say, say_fields, say_table
from monitor.clock import SystemClock
from monitor.plurals import counted
from monitor.store import instance, sqlite
from monitor.store.overview import FeedHealth, Outbox, Overview, Refusing, overview

RECENT = timedelta(hours=24)
_UNITS = ("bytes", "KB", "MB", "GB", "TB")
_STEP = 1000.0
# An error is told in full by `--json`; a table row stays a row.
_ERROR_SHOWN = 70
_PAUSES_SHOWN = 3
# The keys of a feed in --json.
COLUMNS = (
    "name",
    "outlet",
    "state",
    "blind",
    "last_ok_at",
    "next_poll_at",
    "wait",
    "wait_reason",
    "entries",
    "articles",
    "failures",
    "error",
)


@click.command("status")
@json_option
@csv_option
@click.pass_context
def status(ctx: click.Context, *, as_json: bool, as_csv: bool) -> None:
    """Say how the daemon, the feeds and the outbox are doing.

    With --csv: the feeds.
    """
    now = SystemClock().now()
    with open_database(ctx) as (place, store):
        found = overview(store, now=now, changes_since=now - RECENT)
        path = place.database
    holder = instance.running(path)
    if as_json:
        echo_json(_as_json(found, path, holder))
        return
    if as_csv:
        echo_csv(COLUMNS, map(_feed_json, found.feeds))
        return
    _print(found, path, holder, Times(place.timezone), now)


def _print(
    found: Overview, path: Path, holder: int | None, times: Times, now: datetime
) -> None:
    recent = ", ".join(f"{count} {kind}" for kind, count in found.changes.items())
    articles = found.articles
    outbox = found.outbox
    say_fields(
        [
            ("daemon", _daemon(holder)),
            ("database", f"{path} ({_size(_bytes(path))}, SQLite {_sqlite()})"),
            ("feeds", _feed_counts(found)),
            ("coverage", _coverage(found, times, now)),
            (
                "network",
                "nothing answers since "
                f"{times.clock(found.offline_since, now)}: is this machine offline? "
                "No feed is blamed, and polls wait"
                if found.offline_since
                else None,
            ),
            ("pauses", _pauses(found.paused_hosts, times, now)),
            (
                "articles",
                (
                    f"{articles['watched']} watched ({_failing(found)}), "
                    f"{articles['gone']} gone, {articles['total']} in all"
                ),
            ),
            (
                "robots.txt",
                f"{articles['forbidden']} pages may not be fetched: their entries' own "
                "content is read instead, where there is any"
                if articles["forbidden"]
                else None,
            ),
            ("claims", f"{found.claims}, by {found.assertions} assertions"),
            ("last 24 h", recent or "no changes"),
            ("outbox", _outbox(outbox, times)),
            (
                "dead",
                f"{outbox.dead} could not be delivered: `claimwatch deliver list "
                "--dead`"
                if outbox.dead
                else None,
            ),
        ]
    )
    _print_troubles(found, times)
    if found.feeds:
        say()
        _print_feeds(found.feeds, times)


def _failing(found: Overview) -> str:
    """How many pages can't be had, and why."""
    causes = ", ".join(f"{count} {cause}" for cause, count in found.failing.items())
    return f"{found.articles['failing']} failing{': ' if causes else ''}{causes}"


def _pauses(hosts: dict[str, datetime], times: Times, now: datetime) -> str | None:
    """Hosts that wanted to be left alone, the first few by name."""
    if not hosts:
        return None
    named = [f"{host} until {times.clock(at, now)}" for host, at in hosts.items()]
    more = len(named) - _PAUSES_SHOWN
    rest = f" and {more} more" if more > 0 else ""
    return f"asked for by {', '.join(named[:_PAUSES_SHOWN])}{rest}"


def _print_troubles(found: Overview, times: Times) -> None:
    for one in found.outbox.refusing:
        say(f"channel {_refusing(one, times)}", fg="red")
    if sqlite.has_wal_reset_bug():
        say(
            f"warning: SQLite {_sqlite()} can lose commits (WAL-reset bug, fixed in "
            "3.51.3); install pysqlite3 or a newer SQLite",
            fg="yellow",
        )
    for row in found.poisoned:
        say(
            f"stuck: {row.table} {row.row_id} {row.name}: {row.error} "
            f"({row.failures} times)",
            fg="red",
        )


def _outbox(outbox: Outbox, times: Times) -> str:
    since = f", the oldest due since {times(outbox.due_since)}"
    now = f"{outbox.due} to send now{since if outbox.due else ''}"
    return f"{now}; {outbox.later} wait for their time" if outbox.later else now


def _refusing(one: Refusing, times: Times) -> str:
    until = f", nothing before {times(one.pause.until)}" if one.pause.until else ""
    return (
        f"{one.pause.channel} refuses: {one.due} due{until}: "
        f"{_short(one.pause.reason)} ({one.pause.failures} times)"
    )


def _print_feeds(feeds: tuple[FeedHealth, ...], times: Times) -> None:
    say_table(
        (
            "FEED",
            "STATE",
            "LAST OK",
            "NEXT POLL",
            "POLLED",
            "ENTRIES",
            "ARTICLES",
            "ERROR",
        ),
        [
            (
                feed.name,
                feed.state,
                times(feed.last_ok_at),
                times(feed.next_poll_at),
                feed.wait_reason,
                feed.entries,
                feed.articles,
                _short(feed.error),
            )
            for feed in feeds
        ],
    )


def _short(error: str | None) -> str:
    text = error or ""
    return text if len(text) <= _ERROR_SHOWN else text[: _ERROR_SHOWN - 1] + "…"


def _daemon(holder: int | None) -> str:
    if holder is None:
        return "not running (`claimwatch run` starts it)"
    return f"running (process {holder})" if holder else "running"


def _feed_counts(found: Overview) -> str:
    states = Counter(feed.state for feed in found.feeds)
    listed = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    return f"{len(found.feeds)} ({listed})" if listed else "none configured"


def _coverage(found: Overview, times: Times, now: datetime) -> str:
    """The line that keeps silence from being read as "nothing happened"."""
    blind, total = len(found.blind), len(found.feeds)
    if not total:
        return "nothing is watched"
    if not blind:
        return f"all {total} feeds are read" if total > 1 else "the feed is read"
    since = found.blind_since
    when = f" since {times.clock(since, now)}" if since else "; never read yet"
    return f"{blind} of {counted(total, 'feed')} blind{when}"


def _as_json(found: Overview, path: Path, holder: int | None) -> dict[str, Any]:
    return {
        "running": holder is not None,
        "pid": holder or None,
        "database": str(path),
        "bytes": _bytes(path),
        "sqlite": _sqlite(),
        "wal_reset_bug": sqlite.has_wal_reset_bug(),
        "made_by": found.made_by,
        "blind": len(found.blind),
        "blind_since": found.blind_since,
        "offline_since": found.offline_since,
        "paused_hosts": found.paused_hosts,
        "feeds": [_feed_json(feed) for feed in found.feeds],
        "articles": found.articles,
        "failing": found.failing,
        "claims": found.claims,
        "assertions": found.assertions,
        "changes_24h": found.changes,
        "outbox": {
            "due": found.outbox.due,
            "due_since": found.outbox.due_since,
            "later": found.outbox.later,
            "dead": found.outbox.dead,
            "refusing": [
                {
                    "channel": one.pause.channel,
                    "due": one.due,
                    "failures": one.pause.failures,
                    "paused_until": one.pause.until,
                    "error": one.pause.reason,
                }
                for one in found.outbox.refusing
            ],
        },
        "poisoned": [
            {
                "table": row.table,
                "id": row.row_id,
                "name": row.name,
                "failures": row.failures,
                "error": row.error,
            }
            for row in found.poisoned
        ],
    }


def _feed_json(feed: FeedHealth) -> dict[str, Any]:
    return {
        "name": feed.name,
        "outlet": feed.outlet,
        "state": feed.state,
        "blind": feed.is_blind,
        "last_ok_at": feed.last_ok_at,
        "next_poll_at": feed.next_poll_at,
        "wait": feed.wait,
        "wait_reason": feed.wait_reason,
        "entries": feed.entries,
        "articles": feed.articles,
        "failures": feed.failures,
        "error": feed.error,
    }


def _sqlite() -> str:
    return ".".join(map(str, sqlite.sqlite_version_info))


def _bytes(path: Path) -> int:
    """The database with its write-ahead log."""
    files = (path, path.with_name(path.name + "-wal"))
    return sum(file.stat().st_size for file in files if file.exists())


def _size(count: float) -> str:
    for unit in _UNITS:
        if count < _STEP or unit == _UNITS[-1]:
            break
        count /= _STEP
    return (
        f"{count:.0f} {unit}"
        if count >= 10 or unit == "bytes"
        else f"{count:.1f} {unit}"
    )
