"""From the tables of routes and rules to settings, what is inherited filled in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from monitor import settings
from monitor.alerts import matchers
from monitor.config import templates
from monitor.config.alert_models import (
    InhibitionTable,
    IntervalTable,
    RouteTable,
    SeverityRuleTable,
)

# As in Alertmanager, intervals are not inherited: a silent route has loud ones under it.
_INHERITED = (
    "channels",
    "group_by",
    "group_wait",
    "group_interval",
    "repeat_interval",
    "break_through",
    "flood_cap",
    "digest",
    "escalate_after",
    "escalate_to",
    "template",
)


def routes(
    tables: Sequence[RouteTable], folder: Path
) -> tuple[settings.RouteConfig, ...]:
    """The routing tree; templates are read from `folder`."""
    taken = {table.name for table in _walk(tables) if table.name}
    return _routes(tables, None, folder, taken, Counter())


def intervals(tables: Sequence[IntervalTable]) -> tuple[settings.IntervalConfig, ...]:
    """The named intervals."""
    return tuple(settings.IntervalConfig(**_values(table)) for table in tables)


def inhibitions(
    tables: Sequence[InhibitionTable],
) -> tuple[settings.InhibitionConfig, ...]:
    """The rules of inhibition."""
    return tuple(
        settings.InhibitionConfig(
            source=_matchers(table.source),
            target=_matchers(table.target),
            equal=tuple(table.equal),
            within=table.within,
        )
        for table in tables
    )


def severity_rules(
    tables: Sequence[SeverityRuleTable],
) -> tuple[settings.SeverityRule, ...]:
    """The user's rules of severity."""
    return tuple(
        settings.SeverityRule(
            table.severity, _matchers(table.matchers), table.ratio, table.weight
        )
        for table in tables
    )


def _routes(
    tables: Sequence[RouteTable],
    parent: settings.RouteConfig | None,
    folder: Path,
    taken: set[str],
    counts: Counter[str],
) -> tuple[settings.RouteConfig, ...]:
    found = []
    for table in tables:
        values = _values(table) | {"template": templates.maybe(table.template, folder)}
        for key in _INHERITED:
            if parent is not None and key not in table.model_fields_set:
                values[key] = getattr(parent, key)
        values["match"] = {label: tuple(v) for label, v in table.match.items()}
        values["matchers"] = _matchers(table.matchers)
        values["name"] = table.name or _name(values["channels"], taken, counts)
        values["routes"] = ()
        route = settings.RouteConfig(**values)
        values["routes"] = _routes(table.routes, route, folder, taken, counts)
        found.append(settings.RouteConfig(**values))
    return tuple(found)


def _name(channels: Sequence[str], taken: set[str], counts: Counter[str]) -> str:
    """A name for a route that has none: its channels, numbered where that repeats.

    Derived from content, so that inserting another route renames no other.
    """
    stem = "+".join(channels)
    counts[stem] += 1
    name = stem if counts[stem] == 1 else f"{stem}-{counts[stem]}"
    while name in taken:
        counts[stem] += 1
        name = f"{stem}-{counts[stem]}"
    taken.add(name)
    return name


def _walk(tables: Sequence[RouteTable]) -> Iterator[RouteTable]:
    for table in tables:
        yield table
        yield from _walk(table.routes)


def _matchers(texts: Sequence[str]) -> tuple[settings.Matcher, ...]:
    return tuple(matchers.parse(text) for text in texts)


def _values(table: RouteTable | IntervalTable) -> dict[str, Any]:
    return {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in table
    }
