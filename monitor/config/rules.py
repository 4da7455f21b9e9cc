"""Checks across keys: names that must be unique, exist, or make sense together.

They read the raw tables, tolerant of wrong shapes, so that one mistake does not hide
another. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from monitor.config.durations import format_duration, parse_duration
from monitor.config.files import locate
from monitor.config.problems import Location, Problems
from monitor.config.values import LABEL_WORDS, did_you_mean, quoted
from monitor.settings import GROUP_LABELS, MATCH_LABELS

# A clock step must be noticed within this (docs/design.md, section 3).
LONGEST_TICK: Final = timedelta(seconds=15)

_NAMED: Final = ("feeds", "topics", "channels", "routes")
_ADDRESSED: Final = {"feeds": "a feed", "channels": "a channel"}


def check(data: Mapping[str, Any], problems: Problems) -> None:
    """Add what is wrong between the keys of the file."""
    for section in _NAMED:
        _unique(data, section, "name", problems)
    _unique(data, "feeds", "url", problems)
    _addresses(data, problems)
    _topics(data, problems)
    _routes(data, problems)
    _references(data, ("digest", "channels"), "channels", problems)
    _schedule(data, problems)
    _tick(data, problems)
    _labels(data, problems)
    _retries(data, problems)


def names(data: Mapping[str, Any], section: str) -> list[str]:
    """The names given in a section of named tables."""
    found = (table.get("name") for _, table in tables(data, section))
    return [name for name in found if isinstance(name, str)]


def tables(
    data: Mapping[str, Any], section: str
) -> Iterator[tuple[int, dict[str, Any]]]:
    """The tables of a double-bracket section with their index."""
    value = data.get(section)
    for index, table in enumerate(value if isinstance(value, list) else []):
        if isinstance(table, dict):
            yield index, table


def _section(data: Mapping[str, Any], section: str) -> Mapping[str, Any]:
    value = data.get(section)
    return value if isinstance(value, dict) else {}


def _strings(value: Any) -> list[tuple[int, str]]:
    values = value if isinstance(value, list) else []
    return [(i, text) for i, text in enumerate(values) if isinstance(text, str)]


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


def _topics(data: Mapping[str, Any], problems: Problems) -> None:
    for index, table in tables(data, "topics"):
        if not any(table.get(key) for key in ("any", "all", "none", "feeds")):
            problems.add(
                ("topics", index),
                'follows nothing in particular; give it any = ["…"], all, none or feeds',
            )
        _references(data, ("topics", index, "feeds"), "feeds", problems)


def _references(
    data: Mapping[str, Any], location: Location, section: str, problems: Problems
) -> None:
    """Each name of the list at `location` must be defined in `section`."""
    value: Any = data
    for part in location:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return
    known = names(data, section)
    for index, name in _strings(value):
        if name not in known:
            noun = section.removesuffix("s")
            hint = did_you_mean(name, known) or f"; add it under [[{section}]]"
            problems.add(
                (*location, index), f"there is no {noun} named {quoted(name)}{hint}"
            )


def _routes(data: Mapping[str, Any], problems: Problems) -> None:
    values = _feed_labels(data)
    for index, table in tables(data, "routes"):
        at: Location = ("routes", index)
        _references(data, (*at, "channels"), "channels", problems)
        for position, label in _strings(table.get("group_by")):
            known = (*GROUP_LABELS, *values)
            if label not in known:
                problems.add(
                    (*at, "group_by", position),
                    f"there is no label {quoted(label)}{did_you_mean(label, known)}",
                )
        match = table.get("match")
        for label, accepted in (match if isinstance(match, dict) else {}).items():
            _match(data, values, (*at, "match", label), accepted, problems)


def _match(
    data: Mapping[str, Any],
    values: Mapping[str, list[str]],
    location: Location,
    accepted: Any,
    problems: Problems,
) -> None:
    """A matcher must name a label that exists and values that it can have."""
    label = str(location[-1])
    known = (*MATCH_LABELS, *values)
    if label not in known:
        problems.add(location, f"there is no such label{did_you_mean(label, known)}")
        return
    possible = _possible(data, values, label)
    listed = [accepted] if isinstance(accepted, str) else accepted
    if not listed and isinstance(listed, list):
        problems.add(location, "accepts no value; leave it out to accept all")
    for _, value in _strings(listed):
        # routing ignores case, so the check does
        if possible is not None and value.casefold() not in map(str.casefold, possible):
            hint = did_you_mean(value, possible) or f"; there is no {label} at all"
            problems.add(location, f"{quoted(value)} is not a known {label}{hint}")


def _possible(
    data: Mapping[str, Any], values: Mapping[str, list[str]], label: str
) -> list[str] | None:
    """The values a label can have, or None if only time will tell."""
    if label in LABEL_WORDS:
        return [word.value for word in LABEL_WORDS[label]]
    if label in ("topic", "feed"):
        return names(data, f"{label}s")
    return values.get(label)


def _feed_labels(data: Mapping[str, Any]) -> dict[str, list[str]]:
    """The user's own labels with all the values that feeds give them."""
    found: dict[str, list[str]] = {}
    for _, table in tables(data, "feeds"):
        for label, value in _section(table, "labels").items():
            if isinstance(value, str):
                found.setdefault(label, []).append(value)
    return found


def _labels(data: Mapping[str, Any], problems: Problems) -> None:
    for index, table in tables(data, "feeds"):
        for label in _section(table, "labels"):
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
    steps = _section(data, "checks").get("schedule")
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
    tick = _span(_section(data, "claimwatch").get("tick"))
    if tick is not None and tick > LONGEST_TICK:
        problems.add(
            ("claimwatch", "tick"),
            f"must be at most {format_duration(LONGEST_TICK)}, to notice clock changes",
        )


def _retries(data: Mapping[str, Any], problems: Problems) -> None:
    delivery = _section(data, "delivery")
    first, last = (_span(delivery.get(key)) for key in ("first_retry", "last_retry"))
    if first is not None and last is not None and first > last:
        problems.add(
            ("delivery", "first_retry"),
            f"must not be longer than last_retry ({format_duration(last)})",
        )


def check_files(data: Mapping[str, Any], folder: Path, problems: Problems) -> None:
    """Files that keys point to must be there; the only check that looks at the disk."""
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
