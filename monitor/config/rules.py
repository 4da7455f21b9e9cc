"""Checks across keys: names that must be unique, exist, or make sense together.

They read the raw tables, tolerant of wrong shapes, so that one mistake does not hide
another. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from monitor.config import route_rules, templates
from monitor.config.durations import format_duration, parse_duration
from monitor.config.problems import Problems
from monitor.config.raw import references, table_of, tables
from monitor.places import locate
from monitor.settings import GROUP_LABELS, LONGEST_TICK, FeedConfig

_NAMED: Final = ("feeds", "topics", "channels", "intervals")
_ADDRESSED: Final = {"feeds": "a feed", "channels": "a channel"}


def check(data: Mapping[str, Any], problems: Problems) -> None:
    """Add what is wrong between the keys of the file."""
    for section in _NAMED:
        _unique(data, section, "name", problems)
    _unique(data, "feeds", "url", problems)
    _addresses(data, problems)
    _intervals(data, problems)
    _topics(data, problems)
    route_rules.check(data, problems)
    for table in ("digest", "coverage"):
        references(data, (table, "channels"), "channels", problems)
    _schedule(data, problems)
    _tick(data, problems)
    _labels(data, problems)
    _retries(data, problems)


def _unique(
    data: Mapping[str, Any], section: str, key: str, problems: Problems
) -> None:
    first: dict[str, int] = {}
    for index, table in tables(data, section):
        value = table.get(key)
        if not isinstance(value, str):
            continue
        if value in first:
            problems.add(
                (section, index, key), f"same {key} as {section}[{first[value]}]"
            )
        first.setdefault(value, index)


def _addresses(data: Mapping[str, Any], problems: Problems) -> None:
    for section, noun in _ADDRESSED.items():
        for index, table in tables(data, section):
            if "url" not in table and "url_file" not in table:
                problems.add(
                    (section, index, "url"),
                    f'is missing; {noun} needs url = "…" or url_file = "…"',
                )


def _intervals(data: Mapping[str, Any], problems: Problems) -> None:
    for index, table in tables(data, "feeds"):
        usual = _span(
            table.get("interval", format_duration(FeedConfig("", "").interval))
        )
        least, most = (_span(table.get(f"interval_{end}")) for end in ("min", "max"))
        if usual is None:
            continue
        if least is not None and least > usual:
            problems.add(
                ("feeds", index, "interval_min"),
                f"must not be longer than interval ({format_duration(usual)})",
            )
        if most is not None and most < usual:
            problems.add(
                ("feeds", index, "interval_max"),
                f"must not be shorter than interval ({format_duration(usual)})",
            )


def _topics(data: Mapping[str, Any], problems: Problems) -> None:
    for index, table in tables(data, "topics"):
        if not any(table.get(key) for key in ("any", "all", "none", "feeds")):
            problems.add(
                ("topics", index),
                'follows nothing in particular; give it any = ["…"], all, none or feeds',
            )
        references(data, ("topics", index, "feeds"), "feeds", problems)


def _labels(data: Mapping[str, Any], problems: Problems) -> None:
    for index, table in tables(data, "feeds"):
        for label in table_of(table, "labels"):
            if label in GROUP_LABELS:
                problems.add(
                    ("feeds", index, "labels", label),
                    "this label is set by Claimwatch itself; use another name",
                )


def _span(value: Any) -> timedelta | None:
    try:
        return parse_duration(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _schedule(data: Mapping[str, Any], problems: Problems) -> None:
    steps = table_of(data, "checks").get("schedule")
    last = timedelta(-1)
    for index, step in enumerate(steps if isinstance(steps, list) else []):
        until = _span(step.get("until")) if isinstance(step, dict) else None
        if until is None:
            continue
        if until <= last:
            problems.add(
                ("checks", "schedule", index, "until"),
                f"must be longer than the step before ({format_duration(last)})",
            )
        last = until


def _tick(data: Mapping[str, Any], problems: Problems) -> None:
    tick = _span(table_of(data, "claimwatch").get("tick"))
    if tick is not None and tick > LONGEST_TICK:
        problems.add(
            ("claimwatch", "tick"),
            f"must be at most {format_duration(LONGEST_TICK)}, to notice clock changes",
        )


def _retries(data: Mapping[str, Any], problems: Problems) -> None:
    delivery = table_of(data, "delivery")
    first, last = (_span(delivery.get(key)) for key in ("first_retry", "last_retry"))
    if first is not None and last is not None and first > last:
        problems.add(
            ("delivery", "first_retry"),
            f"must not be longer than last_retry ({format_duration(last)})",
        )


def check_files(data: Mapping[str, Any], folder: Path, problems: Problems) -> None:
    """Files that keys point to must be there; the only check that looks at the disk."""
    templates.check(data, folder, problems)
    for index, table in tables(data, "feeds"):
        named = table.get("cookies_file")
        if isinstance(named, str):
            wrong = _cookies(named, folder)
            if wrong:
                problems.add(("feeds", index, "cookies_file"), wrong)


def _cookies(named: str, folder: Path) -> str | None:
    """Why the cookies can't be read, or None; the texts of errors may quote one."""
    try:
        path = locate(named, folder)
    except ValueError as error:
        return str(error)
    # costs 50 ms, which few configurations need pay
    from http.cookiejar import LoadError, MozillaCookieJar

    try:
        MozillaCookieJar(str(path)).load(ignore_discard=True, ignore_expires=True)
    except LoadError:
        return f"{path} is not in the format of Netscape's cookies.txt"
    except FileNotFoundError:
        return f"there is no file {path}"
    except (OSError, UnicodeDecodeError):
        return f"can't read {path}"
    return None
