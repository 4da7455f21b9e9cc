"""`claimwatch db`: migrate, check, back up, restore and prune the database."""

from __future__ import annotations

from pathlib import Path

import click

from monitor.cli.options import echo_json, json_option, open_config
from monitor.cli.records import open_to_write, say
from monitor.clock import SystemClock
from monitor.errors import StoreError
from monitor.plurals import counted
from monitor.store import maintenance, migrations, open_store, retention
from monitor.store.database import present


@click.group("db")
def db() -> None:
    """Migrate, check, back up, restore and prune the database."""


@db.command("migrate")
@json_option
@click.pass_context
def migrate(ctx: click.Context, *, as_json: bool) -> None:
    """Make the database, or bring it to this version's tables."""
    path = open_config(ctx, secrets=False).database
    existed = present(path) and path.stat().st_size > 0
    pending = (
        maintenance.pending(path) if existed else [n for n, _ in migrations.MIGRATIONS]
    )
    open_store(path).close()
    if as_json:
        echo_json({"database": path, "applied": pending})
    elif pending:
        say(f"{path}: {'migrated' if existed else 'made'} ({', '.join(pending)})")
    else:
        say(f"{path}: is up to date")


@db.command("check")
@json_option
@click.option("--full", is_flag=True, help="Compare every index, too: slower.")
@click.pass_context
def check(ctx: click.Context, /, *, as_json: bool, full: bool) -> None:
    """Look for damage; ends with 4 if there is any."""
    path = open_config(ctx, secrets=False).database
    found = maintenance.check(path, thorough=full)
    if as_json:
        echo_json(
            {
                "database": path,
                "ok": not found.problems,
                "problems": list(found.problems),
                "pending": list(found.pending),
                "skipped": list(found.skipped),
            }
        )
    else:
        for problem in found.problems:
            say(f"{path}: {problem}", fg="red")
        for skipped in found.skipped:
            say(f"{path}: not checked: {skipped}")
        if found.problems:
            say(f"{path}: put a backup back with `claimwatch db restore`")
        if found.pending:
            say(f"{path}: needs `claimwatch db migrate` ({', '.join(found.pending)})")
        if not found.problems:
            say(f"{path}: ok")
    if found.problems:
        ctx.exit(StoreError.exit_code)


@db.command("backup")
@json_option
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace a file of that name.")
@click.pass_context
def backup(ctx: click.Context, /, *, as_json: bool, path: Path, force: bool) -> None:
    """Write a copy to PATH, while the daemon may go on."""
    database = open_config(ctx, secrets=False).database
    size = maintenance.backup(database, path, overwrite=force)
    if as_json:
        echo_json({"database": database, "backup": path, "bytes": size})
    else:
        say(f"{path}: {size:,} bytes")


@db.command("restore")
@json_option
@click.argument("path", type=click.Path(path_type=Path))
@click.pass_context
def restore(ctx: click.Context, /, *, as_json: bool, path: Path) -> None:
    """Put the backup at PATH in the database's place; the old one is kept."""
    database = open_config(ctx, secrets=False).database
    aside = maintenance.restore(database, path, now=SystemClock().now())
    if as_json:
        echo_json({"database": database, "restored": path, "kept": aside})
        return
    kept = f"; the old one is now {aside}" if aside else ""
    say(f"{database}: restored from {path}{kept}")


@db.command("prune")
@json_option
@click.pass_context
def prune(ctx: click.Context, *, as_json: bool) -> None:
    """Remove what is past its [retention] now, as the daemon does each hour."""
    loaded = open_config(ctx, secrets=False)
    now = SystemClock().now()
    with open_to_write(loaded.database) as store:
        done = retention.prune(
            store,
            articles_before=now - loaded.retention.articles,
            deliveries_before=now - loaded.retention.deliveries,
        )
        retention.keep_in_shape(store)
    if as_json:
        echo_json({"articles": done.articles, "alerts": done.deliveries})
    else:
        say(
            f"{counted(done.articles, 'article')} and "
            f"{counted(done.deliveries, 'alert')} removed"
        )
