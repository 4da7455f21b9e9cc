"""Checks of routes and rules: labels, values and names that they refer to. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from monitor.alerts import matchers
from monitor.config.problems import Location, Problems, dotted
from monitor.config.raw import names, references, strings, table_of, tables
from monitor.config.values import LABEL_WORDS, did_you_mean, quoted
from monitor.settings import GROUP_LABELS, MATCH_LABELS

Table = Mapping[str, Any]
Values = Mapping[str, list[str]]


def check(data: Table, problems: Problems) -> None:
    """Add what is wrong in the routes and in the rules that match like them."""
    values = _feed_labels(data)
    first: dict[str, Location] = {}
    for at, table in routes(data):
        name = table.get("name")
        if isinstance(name, str) and name in first:
            problems.add((*at, "name"), f"same name as {dotted(first[name])}")
        elif isinstance(name, str):
            first[name] = at
        if len(at) == 2 and "channels" not in table:
            problems.add((*at, "channels"), "is missing")
        references(data, (*at, "channels"), "channels", problems)
        references(data, (*at, "escalate_to"), "channels", problems)
        _escalation(at, table, problems)
        for key in ("mute", "active"):
            references(data, (*at, key), "intervals", problems)
        _labels(table.get("group_by"), values, (*at, "group_by"), problems)
        match = table.get("match")
        for label, accepted in (match if isinstance(match, dict) else {}).items():
            _match(data, values, (*at, "match", label), accepted, problems)
        _matchers(data, values, (*at, "matchers"), table.get("matchers"), problems)
    for index, table in tables(data, "inhibitions"):
        at = ("inhibitions", index)
        _labels(table.get("equal"), values, (*at, "equal"), problems)
        for key in ("source", "target"):
            _matchers(data, values, (*at, key), table.get(key), problems)
    for index, table in tables(data, "severity_rules"):
        at = ("severity_rules", index, "matchers")
        _matchers(data, values, at, table.get("matchers"), problems)


def routes(data: Table, at: Location = ()) -> Iterator[tuple[Location, Table]]:
    """Every route with its place, those under a route after it."""
    for index, table in tables(data, "routes"):
        here = (*at, "routes", index)
        yield here, table
        yield from routes(table, here)


def _escalation(at: Location, table: Table, problems: Problems) -> None:
    """Whom and when belong together; a route under another may inherit one."""
    if len(at) > 2:
        return
    if table.get("escalate_to") and "escalate_after" not in table:
        problems.add((*at, "escalate_after"), "is missing; escalate_to needs it")
    if "escalate_after" in table and not table.get("escalate_to"):
        problems.add((*at, "escalate_to"), "is missing; escalate_after needs it")


def _labels(value: Any, values: Values, at: Location, problems: Problems) -> None:
    known = (*GROUP_LABELS, *values)
    for position, label in strings(value):
        if label not in known:
            problems.add(
                (*at, position),
                f"there is no label {quoted(label)}{did_you_mean(label, known)}",
            )


def _match(
    data: Table, values: Values, location: Location, accepted: Any, problems: Problems
) -> None:
    """A matcher must name a label that exists and values that it can have."""
    label = str(location[-1])
    known = (*MATCH_LABELS, *values)
    if label not in known:
        problems.add(location, f"there is no such label{did_you_mean(label, known)}")
        return
    listed = [accepted] if isinstance(accepted, str) else accepted
    if not listed and isinstance(listed, list):
        problems.add(location, "accepts no value; leave it out to accept all")
    wanted = [value for _, value in strings(listed)]
    _values_exist(data, values, location, label, wanted, problems)


def _matchers(
    data: Table, values: Values, at: Location, listed: Any, problems: Problems
) -> None:
    """The same for matchers in one text; their form is checked elsewhere."""
    known = (*GROUP_LABELS, *values)
    for position, text in strings(listed):
        try:
            matcher = matchers.parse(text)
        except ValueError:
            continue
        here = (*at, position)
        if matcher.label not in known:
            hint = did_you_mean(matcher.label, known)
            problems.add(here, f"there is no label {quoted(matcher.label)}{hint}")
        elif not matcher.op.endswith("~"):
            wanted = [value for value in matcher.values if value]
            _values_exist(data, values, here, matcher.label, wanted, problems)


def _values_exist(
    data: Table,
    values: Values,
    location: Location,
    label: str,
    wanted: Sequence[str],
    problems: Problems,
) -> None:
    possible = _possible(data, values, label)
    for value in wanted:
        # routing ignores case, so the check does
        if possible is not None and value.casefold() not in map(str.casefold, possible):
            hint = did_you_mean(value, possible) or f"; there is no {label} at all"
            problems.add(location, f"{quoted(value)} is not a known {label}{hint}")


def _possible(data: Table, values: Values, label: str) -> list[str] | None:
    """The values a label can have, or None if only time will tell."""
    if label in LABEL_WORDS:
        return [word.value for word in LABEL_WORDS[label]]
    if label in ("topic", "feed"):
        return names(data, f"{label}s")
    return values.get(label)


def _feed_labels(data: Table) -> dict[str, list[str]]:
    """The user's own labels with all the values that feeds give them."""
    found: dict[str, list[str]] = {}
    for _, table in tables(data, "feeds"):
        for label, value in table_of(table, "labels").items():
            if isinstance(value, str):
                found.setdefault(label, []).append(value)
    return found
