"""The tables that say where alerts go, when, and how loud they are."""

from __future__ import annotations

from pydantic import Field

from monitor import settings
from monitor.config.base import Table, default_of, key
from monitor.config.values import (
    DigestTime,
    Duration,
    MatcherText,
    MonthDays,
    MonthWord,
    Name,
    OneOrMore,
    PositiveDuration,
    SeverityWord,
    TimeSpan,
    WeekdayWord,
    Zone,
)


class RouteTable(Table):
    """`[[routes]]`: which changes go to which channels, first match first.

    Without any route, every alert goes to every channel. A route under a route
    (`[[routes.routes]]`) is asked when that one matches, and inherits its `channels`,
    `group_by`, `group_wait`, `group_interval`, `repeat_interval`, `break_through`,
    `flood_cap`, `digest`, `escalate_after`, `escalate_to`
    and `template`.
    """

    name: Name | None = Field(
        default=None,
        description="How commands call the route. Without it: its channels' names.",
    )
    match: dict[str, OneOrMore] = key(
        settings.RouteConfig,
        "match",
        "Label to accepted value or values; without it the route takes everything.",
    )
    matchers: list[MatcherText] = key(
        settings.RouteConfig,
        "matchers",
        'Conditions that must hold too: `"severity != low"`, `"outlet =~ Daily.+"`.',
    )
    channels: list[str] | None = Field(
        default=None,
        min_length=1,
        description="Where the alerts go, by name; required but under another route.",
    )
    group_by: list[str] = key(
        settings.RouteConfig,
        "group_by",
        "Changes that agree in these labels share an alert.",
    )
    group_wait: Duration = key(
        settings.RouteConfig,
        "group_wait",
        "How long an alert waits for more changes of its group.",
    )
    group_interval: Duration = key(
        settings.RouteConfig,
        "group_interval",
        "How long after an alert the next of its group is sent at the earliest.",
    )
    repeat_interval: Duration | None = key(
        settings.RouteConfig,
        "repeat_interval",
        "How often an alert is sent again until it is acknowledged.",
    )
    mute: list[str] = key(
        settings.RouteConfig,
        "mute",
        "Intervals in which alerts are held back until the interval ends.",
    )
    active: list[str] = key(
        settings.RouteConfig,
        "active",
        "Intervals outside of which alerts are held back until one begins.",
    )
    break_through: SeverityWord | None = key(
        settings.RouteConfig,
        "break_through",
        "Changes at least this loud are not held back and never gathered.",
    )
    flood_cap: int = key(
        settings.RouteConfig,
        "flood_cap",
        "Alerts in an hour; what is more is gathered in one, a line each.",
        ge=1,
        le=10_000,
    )
    digest: DigestTime | None = key(
        settings.RouteConfig,
        "digest",
        'Gather everything: "hourly", or once a day at a time such as "18:30".',
    )
    escalate_after: PositiveDuration | None = key(
        settings.RouteConfig,
        "escalate_after",
        "How long an alert may stay unacknowledged before the next channel gets it.",
    )
    escalate_to: list[str] = key(
        settings.RouteConfig,
        "escalate_to",
        "Those channels, by name, one after the other.",
    )
    template: str | None = Field(
        default=None,
        description="How its messages are written: a Jinja file (`.html.j2` for the "
        "HTML of mail), or the template itself.",
    )
    continue_: bool = Field(
        default=default_of(settings.RouteConfig, "continue_"),
        alias="continue",
        description="Look for further matching routes after this one.",
    )
    routes: list[RouteTable] = key(
        settings.RouteConfig, "routes", "Routes under this one."
    )


class IntervalTable(Table):
    """`[[intervals]]`: a named span of time, for `mute` and `active` of routes."""

    name: Name = Field(description="How routes call it.")
    times: list[TimeSpan] = key(
        settings.IntervalConfig,
        "times",
        'Times of day, such as "22:00-07:00"; without it the whole day.',
    )
    weekdays: list[WeekdayWord] = key(
        settings.IntervalConfig, "weekdays", 'Days such as "sat" or "mon-fri".'
    )
    days: list[MonthDays] = key(
        settings.IntervalConfig,
        "days",
        'Days of the month, such as "1-7", or "-1" for the last.',
    )
    months: list[MonthWord] = key(
        settings.IntervalConfig, "months", 'Months such as "dec" or "jun-aug".'
    )
    timezone: Zone | None = key(
        settings.IntervalConfig,
        "timezone",
        "Its IANA zone. Without it: that of `[claimwatch]`.",
    )


class InhibitionTable(Table):
    """`[[inhibitions]]`: changes that are not sent because another one was seen."""

    source: list[MatcherText] = Field(
        min_length=1, description="What the louder change must meet."
    )
    target: list[MatcherText] = Field(
        min_length=1, description="What a change must meet to be left out."
    )
    equal: list[str] = key(
        settings.InhibitionConfig, "equal", "Labels that both must share."
    )
    within: Duration = key(
        settings.InhibitionConfig, "within", "How far apart both may be."
    )


class SeverityRuleTable(Table):
    """`[[severity_rules]]`: how loud a change is; the first rule that holds decides."""

    severity: SeverityWord = Field(description="How loud it is then.")
    matchers: list[MatcherText] = key(
        settings.SeverityRule, "matchers", "Conditions that must all hold."
    )
    ratio: float | None = key(
        settings.SeverityRule,
        "ratio",
        "Only if the values are at least so many times apart.",
        ge=1,
    )
    weight: float | None = key(
        settings.SeverityRule,
        "weight",
        "Only if its source weighs at least so much (`[source_weights]`).",
        ge=0,
    )


class CoverageTable(Table):
    """`[coverage]`: notices that feeds fail, so that silence means that all is calm."""

    enabled: bool = key(
        settings.CoverageConfig, "enabled", "Send such notices; `status` shows all."
    )
    channels: list[str] | None = key(
        settings.CoverageConfig,
        "channels",
        "Where they go, by name. Without it: to every channel.",
    )
    after_polls: int = key(
        settings.CoverageConfig,
        "after_polls",
        "Intervals without a good poll after which a feed is told …",
        ge=1,
        le=1000,
    )
    after: Duration = key(
        settings.CoverageConfig, "after", "… but no sooner than after this time."
    )
    at_once: bool = key(
        settings.CoverageConfig,
        "at_once",
        "Send them at once rather than with the time of the digest.",
    )
