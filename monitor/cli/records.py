"""What the reading commands share: the open database, times, ids and values."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from monitor import places
from monitor.cli.options import invocation, open_config, plain
from monitor.clock import SystemClock
from monitor.errors import UsageError
from monitor.store import Store, open_store

if TYPE_CHECKING:
    from monitor.settings import Config

_REFERENCE = re.compile(
    r"(?P<word>claim|change|c|alert)?[\s:#]*(?P<number>[0-9]{1,18})", re.IGNORECASE
)
_ALERT = re.compile(r"(?:alert[\s:]*)?(A-[0-9a-f]{2,}(?:-[0-9]+)?)", re.IGNORECASE)
CLAIM_FORM, CHANGE_FORM = "a claim (12)", "a change (c12)"
ALERT_FORM = "an alert (A-17f3c0de)"
ID_FORMS = f"{CLAIM_FORM}, {CHANGE_FORM} or {ALERT_FORM}"


@dataclass(frozen=True, slots=True)
class Reference:
    """What an id on the command line means: `kind` is claim, change or alert."""

    kind: str
    number: int = 0
    key: str = ""


@contextmanager
def open_records(ctx: click.Context) -> Iterator[tuple[Config, Store]]:
    """The configuration and its database, open for reading only."""
    loaded = open_config(ctx, secrets=False)
    with open_store(loaded.database, read_only=True) as store:
        yield loaded, store


@contextmanager
def open_database(ctx: click.Context) -> Iterator[tuple[places.Place, Store]]:
    """Where the database is, and it, open for reading; most of the file unread.

    A wrong configuration is told by the commands that need it.
    """
    given = invocation(ctx)
    place = places.quick(given.config, os.environ, given.database)
    if place is None:
        loaded = open_config(ctx, secrets=False)
        place = places.Place(loaded.database, loaded.timezone)
    with open_store(place.database, read_only=True) as store:
        yield place, store


@contextmanager
def open_to_write(path: Path) -> Iterator[Store]:
    """The database at `path`, which must be there already."""
    # a read-only open says kindly that there is no database yet
    open_store(path, read_only=True).close()
    with open_store(path) as store:
        yield store


def reference(text: str, *, bare: str, forms: str = ID_FORMS) -> Reference:
    """Read an id; a number alone is a `bare`. UsageError names the forms asked for."""
    text = text.strip()
    found = _ALERT.fullmatch(text)
    if found:
        return Reference("alert", key=found[1])
    found = _REFERENCE.fullmatch(text)
    if found is None or (found["word"] or "").lower() == "alert":
        raise UsageError(f'"{plain(text)}" is not an id: give {forms}')
    word = (found["word"] or bare).lower()
    kind = "change" if word in ("c", "change") else "claim"
    return Reference(kind, number=int(found["number"]))


def moment_of(text: str | None, zone: str) -> datetime | None:
    """Read --since: a span back from now ("2d"), or a day or time in the zone."""
    # loads pydantic, which whoever opened the configuration has paid for
    from monitor.config import parse_duration

    if text is None:
        return None
    try:
        return SystemClock().now() - parse_duration(text)
    except (ValueError, OverflowError):
        pass
    wanted = "neither a span such as 2d or 1h30m nor a time"
    return time_of(text, zone, option="--since", wanted=wanted)


def time_of(text: str, zone: str, *, option: str, wanted: str = "no time") -> datetime:
    """Read a day or time in the zone; UsageError says that it is not what is wanted."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f'{option} "{plain(text)}" is {wanted} such as 2026-03-01 or '
            "2026-03-01T18:30"
        ) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(zone))
    return moment.astimezone(UTC)


def check_label(label: str, loaded: Config) -> None:
    """UsageError unless matchers can ask for the label: ours, or one of a feed's."""
    # whoever opened the configuration has paid for these
    from monitor.config import did_you_mean
    from monitor.settings import GROUP_LABELS

    known = {*GROUP_LABELS, *(name for feed in loaded.feeds for name in feed.labels)}
    if label not in known:
        hint = did_you_mean(label, known)
        raise UsageError(f'there is no label "{plain(label)}"{hint}')


class Times:
    """Times as people read them, in the configured zone."""

    def __init__(self, zone: str) -> None:
        self._zone = ZoneInfo(zone)

    def __call__(self, moment: datetime | str | None) -> str:
        """`2026-03-01 18:30`, or `-`."""
        found = as_time(moment)
        return "-" if found is None else f"{found.astimezone(self._zone):%F %H:%M}"

    def clock(self, moment: datetime, now: datetime) -> str:
        """Only the time of day if it was within the last 20 hours."""
        if timedelta(0) <= now - moment < timedelta(hours=20):
            return f"{moment.astimezone(self._zone):%H:%M}"
        return self(moment)


def as_time(moment: datetime | str | None) -> datetime | None:
    """An aware time from the stored form, which may be missing."""
    if isinstance(moment, str):
        return datetime.fromisoformat(moment)
    return moment


def number(value: float | None) -> float | int | None:
    """4519 rather than 4519.0, as in `changes --json`."""
    if value is None or not float(value).is_integer():
        return value
    return int(value)


def say(text: str = "", *, indent: int = 0, **style: Any) -> None:
    """Print one line; colours go to terminals only, control characters nowhere."""
    click.echo((" " * indent + click.style(plain(text), **style)).rstrip())


def say_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print aligned columns without loading rich: `status` is asked often."""
    table = [[plain("" if cell is None else str(cell)) for cell in row] for row in rows]
    widths = [
        max(width(column), *(width(row[index]) for row in table))
        for index, column in enumerate(columns)
    ]
    click.secho(_aligned(columns, widths), bold=True)
    for row in table:
        click.echo(_aligned(row, widths))


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (
        cell + " " * (most - width(cell))
        for cell, most in zip(cells, widths, strict=True)
    )
    return "  ".join(padded).rstrip()


def width(text: str) -> int:
    """How many columns a terminal gives the text: East Asian letters take two."""
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.combining(char)
        else 1 + (unicodedata.east_asian_width(char) in "WF")
        for char in text
    )


def say_fields(fields: Sequence[tuple[str, object]], *, indent: int = 0) -> None:
    """Print aligned `name  value` lines, leaving out what is empty."""
    shown = [(name, value) for name, value in fields if value not in (None, "", "-")]
    width = max((len(name) for name, _ in shown), default=0)
    for name, value in shown:
        label = click.style(name.ljust(width), dim=True)
        click.echo(" " * indent + f"{label}  {plain(str(value))}")
