"""`claimwatch feeds`: the feeds of the configuration file, and OPML in and out."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, TextIO

import click

from monitor import config, opml, urls
from monitor.cli.options import (
    echo_json,
    echo_table,
    invocation,
    json_option,
    open_config,
    plain,
)
from monitor.cli.records import Times
from monitor.config import edit, format_duration
from monitor.errors import ConfigError, ParseError, StoreError, UsageError
from monitor.plurals import counted
from monitor.settings import Config, FeedConfig
from monitor.store import feeds as stored_feeds
from monitor.store import open_store
from monitor.store.feeds import Feed


@click.group("feeds")
def feeds() -> None:
    """List, add, import, export and test feeds."""


@feeds.command("list")
@json_option
@click.pass_context
def list_feeds(ctx: click.Context, *, as_json: bool) -> None:
    """List the configured feeds: how they fare, how often they are polled, and why."""
    loaded = open_config(ctx)
    written = _written_urls(loaded)
    stored = _stored(loaded)
    if as_json:
        for feed in loaded.feeds:
            echo_json(_as_json(feed, written[feed.name], stored.get(feed.name)))
        return
    times = Times(loaded.timezone)
    echo_table(
        (
            "NAME",
            "URL",
            "STATE",
            "POLLED",
            "NEXT POLL",
            "OUTLET",
            "LABELS",
            "LAST ERROR",
        ),
        [
            (
                feed.name,
                written[feed.name] or "(secret)",
                *_fares(feed, stored.get(feed.name), times),
                feed.outlet,
                " ".join(f"{k}={v}" for k, v in feed.labels.items()),
                stored[feed.name].error if feed.name in stored else None,
            )
            for feed in loaded.feeds
        ],
    )


@feeds.command("add")
@click.argument("url")
@click.option("--name", help="How to call it; without it the host's name.")
@click.option("--interval", help='How often to poll it, such as "15m".')
@click.option("--outlet", help="Who publishes it.")
@click.option("--language", help='Language of its articles, such as "en".')
@click.option("--label", "labels", multiple=True, metavar="KEY=VALUE", help="A label.")
@click.option("--allow-private", is_flag=True, help="Allow a private address.")
@click.option("--pick", type=int, metavar="N", help="Which feed, if a site has many.")
@click.option("--unchecked", is_flag=True, help="Add it without a look at it.")
@click.pass_context
def add(
    ctx: click.Context,
    /,
    *,
    url: str,
    name: str | None,
    labels: Sequence[str],
    allow_private: bool,
    pick: int | None,
    unchecked: bool,
    **options: str | None,
) -> None:
    """Add a feed to the configuration file; the rest of it stays as it is.

    URL is the feed, or a site whose feed is then looked for.
    """
    path, text = _own_file(ctx, create=True)
    known = _raw_feeds(text)
    configured = {feed.get("url") for feed in known}
    own_labels = dict(_label(label) for label in labels)
    _refuse_known(url, configured)
    if not unchecked and urls.canonical(url) is not None and "${" not in url:
        url = _looked_for(ctx, url, allow_private=allow_private, pick=pick)
        _refuse_known(url, configured)
    taken = _names(known)
    if name in taken:
        raise UsageError(f'there is a feed named "{name}" already')
    feed: dict[str, Any] = {"name": name or _free_name(urls.host(url), taken)}
    feed["url"] = url
    feed |= {key: value for key, value in options.items() if value is not None}
    if own_labels:
        feed["labels"] = own_labels
    if allow_private:
        feed["allow_private"] = True
    edit.write_if_no_worse(path, text, edit.add_feeds(text, [feed]), os.environ)
    click.echo(f"added {plain(feed['name'])} to {path}; a running daemon must reload")


def _refuse_known(url: str, configured: set[Any]) -> None:
    if url in configured:
        raise UsageError(f"the feed {url} is configured already")


def _looked_for(
    ctx: click.Context, url: str, *, allow_private: bool, pick: int | None
) -> str:
    """The address of the feed that is meant by this one."""
    # the fetcher and the parser: half a second
    from monitor.cli.feed_find import chosen, find

    try:
        loaded = open_config(ctx)
    except ConfigError:
        # not there yet, or wrong elsewhere: what is added is judged when it is written
        loaded = Config(database=Path())
    found = chosen(find(loaded, url, allow_private=allow_private), pick)
    if found.note:
        click.echo(plain(f"{url} {found.note}; added as it is"), err=True)
    elif found.url != url:
        entries = counted(found.entries or 0, "entry")
        click.echo(plain(f"found {found.url}: {found.title}, {entries}"))
    return found.url


@feeds.command("remove")
@click.argument("name")
@click.pass_context
def remove(ctx: click.Context, *, name: str) -> None:
    """Remove a feed from the configuration file; what it brought is kept."""
    path, text = _own_file(ctx)
    names = _names(_raw_feeds(text))
    if name not in names:
        hint = config.did_you_mean(name, names)
        raise UsageError(f'there is no feed named "{name}"{hint}')
    edit.write_if_no_worse(path, text, edit.remove_feed(text, name), os.environ)
    click.echo(f"removed {plain(name)} from {path}; a running daemon must reload")


@feeds.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--dry-run", is_flag=True, help="Only say what would be added.")
@click.pass_context
def import_opml(ctx: click.Context, *, file: BinaryIO, dry_run: bool) -> None:
    """Add the feeds of an OPML file (- is standard input) that are not there yet.

    Folders become the label "folder".
    """
    path, text = _own_file(ctx, create=True)
    try:
        listed = opml.parse(file.read(opml.SIZE_LIMIT + 1))
    except ParseError as error:
        name = getattr(file, "name", "<stdin>")
        raise ParseError(f"{name}: {error}") from None
    known = _raw_feeds(text)
    seen = {feed.get("url") for feed in known}
    taken = _names(known)
    new: list[dict[str, Any]] = []
    skipped: Counter[str] = Counter()
    for item in listed:
        if item.url in seen:
            skipped["already there"] += 1
        elif urls.canonical(item.url) is None:
            skipped["without a usable address"] += 1
        else:
            seen.add(item.url)
            new.append(_imported(item, taken))
    if new and not dry_run:
        edit.write_if_no_worse(path, text, edit.add_feeds(text, new), os.environ)
    for feed in new:
        click.echo(
            f"{'would add' if dry_run else 'added'} {feed['name']}  {feed['url']}"
        )
    for reason, count in skipped.items():
        click.echo(f"skipped {count:,} {reason}")
    click.echo(
        f"{len(new):,} of {counted(len(listed), 'feed')} {'new' if dry_run else 'added'}"
    )


@feeds.command("export")
@click.argument("file", type=click.File("w", encoding="utf-8"), default="-")
@click.pass_context
def export_opml(ctx: click.Context, *, file: TextIO) -> None:
    """Write the feeds as OPML; those with a secret address are left out."""
    loaded = open_config(ctx)
    written = _written_urls(loaded)
    public = [
        opml.OpmlFeed(
            title=feed.name,
            url=written[feed.name],
            folder=feed.labels.get("folder", ""),
            language=feed.language,
        )
        for feed in loaded.feeds
        if written[feed.name]
    ]
    file.write(opml.write(public, title="Claimwatch feeds"))
    if len(public) < len(loaded.feeds):
        left = len(loaded.feeds) - len(public)
        click.echo(f"left out {left} with a secret address", err=True)


@feeds.command("test")
@click.argument("url")
@click.option("--allow-private", is_flag=True, help="Allow a private address.")
@click.option("--entries", default=10, show_default=True, help="Entries to show.")
@json_option
@click.pass_context
def test(
    ctx: click.Context, *, url: str, allow_private: bool, entries: int, as_json: bool
) -> None:
    """Fetch a feed once, by URL or configured name, and show what is in it.

    Nothing is stored.
    """
    # the fetcher and the parser: 200 ms that the other commands need not pay
    from monitor.cli.feed_test import report

    loaded = open_config(ctx)
    feed = next((f for f in loaded.feeds if f.name == url), None)
    if feed is None:
        if urls.canonical(url) is None:
            names = [f.name for f in loaded.feeds]
            hint = config.did_you_mean(url, names)
            raise UsageError(f'"{url}" is neither a URL nor a configured feed{hint}')
        feed = FeedConfig(name=url, url=url, allow_private=allow_private)
    report(loaded, feed, entries=entries, as_json=as_json)


# ------------------------------------------------------------------ the file


def _own_file(ctx: click.Context, *, create: bool = False) -> tuple[Path, str]:
    """The user's configuration file and its text; the packaged one is never edited."""
    path = config.find_path(invocation(ctx).config, os.environ)
    if path is None:
        raise ConfigError(
            ["there is no configuration file yet; name one: --config claimwatch.toml"]
        )
    if create and not path.exists() and path.parent.is_dir():
        return path, ""
    return path, config.read(path)


def _raw_feeds(text: str) -> list[dict[str, Any]]:
    found = config.tables_of(text).get("feeds", [])
    tables = found if isinstance(found, list) else []
    return [feed for feed in tables if isinstance(feed, dict)]


def _names(raw: Sequence[Mapping[str, Any]]) -> set[str]:
    return {str(feed["name"]) for feed in raw if "name" in feed}


def _written_urls(loaded: Config) -> dict[str, str]:
    """Each feed's URL as it stands in the file; "" for one that is kept secret."""
    if loaded.path is None:
        return {feed.name: feed.url for feed in loaded.feeds}
    raw = _raw_feeds(config.read(loaded.path))
    found = {str(feed.get("name")): str(feed.get("url", "")) for feed in raw}
    return {
        feed.name: "" if "${" in found.get(feed.name, "") else found.get(feed.name, "")
        for feed in loaded.feeds
    }


def _stored(loaded: Config) -> dict[str, Feed]:
    """What the database knows of the feeds; nothing before the first poll."""
    if not loaded.database.is_file():
        return {}
    try:
        with open_store(loaded.database, read_only=True) as store:
            return {feed.name: feed for feed in stored_feeds.listed(store)}
    except StoreError:
        # the list is of the file; `status` tells what is wrong with the database
        return {}


def _fares(feed: FeedConfig, stored: Feed | None, times: Times) -> tuple[str, str, str]:
    """State, how often and why, and when next."""
    if stored is None or stored.wait_reason is None:
        return "new", f"every {format_duration(feed.interval)}", "-"
    return stored.state, stored.wait_reason, times(stored.next_poll_at)


def _as_json(feed: FeedConfig, url: str, stored: Feed | None) -> dict[str, Any]:
    fares = {
        "state": stored.state if stored else "new",
        "wait": stored.wait if stored else None,
        "wait_reason": stored.wait_reason if stored else None,
        "next_poll_at": stored.next_poll_at if stored else None,
        "error": stored.error if stored else None,
    }
    return fares | {
        "name": feed.name,
        "url": url or None,
        "interval": format_duration(feed.interval),
        "interval_min": format_duration(feed.shortest),
        "interval_max": format_duration(feed.longest),
        "outlet": feed.outlet,
        "language": feed.language,
        "labels": dict(feed.labels),
        "allow_private": feed.allow_private,
        "from_feed": feed.from_feed,
    }


def _imported(item: opml.OpmlFeed, taken: set[str]) -> dict[str, Any]:
    feed: dict[str, Any] = {"name": _free_name(item.title, taken), "url": item.url}
    # other lists say "English" or "en_us"; a guess would be worse than detection
    if item.language and re.fullmatch(r"[a-z]{2,3}(-[A-Z]{2})?", item.language):
        feed["language"] = item.language
    if item.folder:
        feed["labels"] = {"folder": item.folder}
    return feed


def _free_name(wanted: str, taken: set[str]) -> str:
    """A name that no feed has, made from a title or a host; it is taken from now on."""
    stem = " ".join(plain(wanted).split())[:90].strip() or "feed"
    name, number = stem, 1
    while name in taken:
        number += 1
        name = f"{stem}-{number}"
    taken.add(name)
    return name


def _label(text: str) -> tuple[str, str]:
    key, separator, value = text.partition("=")
    if not separator or not key:
        raise UsageError(f'"{text}" is not a label such as region=world')
    return key, value
