"""What `claimwatch feeds test` does: one visit, parsed in a worker, and shown."""

from __future__ import annotations

from typing import Any

import click

from monitor import __version__
from monitor.analysis import Analyst, FeedJob
from monitor.cli.options import echo_json, echo_table, plain
from monitor.errors import ClaimwatchError, FetchError
from monitor.fetch import Fetcher
from monitor.model import ParsedEntry, ParsedFeed, Request, Response
from monitor.pipeline.credentials import request_headers
from monitor.settings import Config, FeedConfig

OK = 200
_PRIVATE = "--allow-private allows it, for a configured feed `allow_private = true`"


def report(loaded: Config, feed: FeedConfig, *, entries: int, as_json: bool) -> None:
    """Fetch and parse the feed and print what came; raises what went wrong."""
    response = _fetch(loaded, feed)
    parsed = _parse(response, feed)
    if as_json:
        echo_json(_as_json(response, parsed, entries))
        return
    dated = sum(entry.published_at is not None for entry in parsed.entries)
    linked = sum(entry.url is not None for entry in parsed.entries)
    size, seconds = f"{len(response.body):,} bytes", f"{response.elapsed:.1f} s"
    lines = [
        f"title     {parsed.title or '(none)'}",
        f"language  {parsed.language or '(not stated)'}",
        f"answer    {response.status}, {size} in {seconds}",
        f"entries   {len(parsed.entries)}, {linked} with a link, {dated} with a date",
    ]
    if response.moved_to:
        lines.append(f"moved     for good, to {response.moved_to}")
    if not parsed.trustworthy:
        lines.append(f"damaged   {parsed.note or 'read as far as possible'}")
    for line in lines:
        click.echo(plain(line))
    if parsed.entries and entries > 0:
        click.echo()
        shown = parsed.entries[:entries]
        echo_table(
            ("PUBLISHED", "TITLE", "URL"), [(_day(e), e.title, e.url) for e in shown]
        )


def _fetch(loaded: Config, feed: FeedConfig) -> Response:
    request = Request(
        url=feed.url,
        headers=request_headers(feed, feed.url),
        proxy=feed.proxy,
        allow_private=feed.allow_private,
    )
    with Fetcher(
        loaded.fetch, contact=loaded.user_agent_contact, version=__version__
    ) as fetcher:
        try:
            response = fetcher.get(request)
        except FetchError as error:
            if error.kind != "refused-address":
                raise
            raise FetchError(error.kind, f"{error}; {_PRIVATE}") from None
    if response.status != OK:
        raise FetchError(
            "status", f"{feed.name}: the server answered {response.status}"
        )
    return response


def _parse(response: Response, feed: FeedConfig) -> ParsedFeed:
    job = FeedJob(body=response.body, url=response.url, charset=response.charset)
    with Analyst(workers=1, aliases={}) as analyst:
        [(_, parsed)] = analyst.parse_feeds([(0, job)])
    if isinstance(parsed, ClaimwatchError):
        raise type(parsed)(f"{feed.name}: {parsed}")
    return parsed


def _day(entry: ParsedEntry) -> str:
    when = entry.published_at or entry.updated_at
    return f"{when:%Y-%m-%d %H:%M}" if when else "-"


def _as_json(response: Response, parsed: ParsedFeed, most: int) -> dict[str, Any]:
    return {
        "url": response.url,
        "status": response.status,
        "bytes": len(response.body),
        "elapsed": round(response.elapsed, 3),
        "moved_to": response.moved_to,
        "title": parsed.title,
        "language": parsed.language,
        "trustworthy": parsed.trustworthy,
        "note": parsed.note,
        "entries": len(parsed.entries),
        "items": [
            {
                "guid": entry.guid,
                "url": entry.url,
                "title": entry.title,
                "published_at": entry.published_at,
                "updated_at": entry.updated_at,
            }
            for entry in parsed.entries[:most]
        ],
    }
