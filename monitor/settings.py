"""What the user configured, as frozen dataclasses. `config` builds them from TOML.

Level 0: nouns only. Every default stands here once, with its reason; the annotated
example (config/claimwatch.example.toml) is tested against them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

from monitor.model import THRESHOLDS, ChangeKind, Severity, Thresholds

# The built-in channel: the terminal, where no other is configured.
CONSOLE: Final = "console"
# A clock step must be noticed within this (docs/design.md, section 3).
LONGEST_TICK: Final = timedelta(seconds=15)
# What a route can match besides the feeds' own labels.
MATCH_LABELS: Final = (
    "topic",
    "kind",
    "severity",
    "feed",
    "outlet",
    "source",
    "source_kind",
    "measure",
    "certainty",
    "language",
)
# What a route can group by: each value of the label makes its own alert.
GROUP_LABELS: Final = ("story", "article", "claim", *MATCH_LABELS)


@dataclass(frozen=True, slots=True)
class FeedConfig:
    """One `[[feeds]]`. Secrets (`headers`, `auth`, `proxy`) stay out of repr.

    So does `url`: it may hold a subscriber's token.
    """

    name: str
    url: str = field(repr=False)
    interval: timedelta = timedelta(minutes=15)
    # None = a third of the interval
    interval_min: timedelta | None = None
    # None = twice the interval: many feeds ask for the hour of their first template
    interval_max: timedelta | None = None
    outlet: str | None = None
    language: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    allow_private: bool = False
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    auth: str | None = field(default=None, repr=False)
    cookies_file: Path | None = None
    proxy: str | None = field(default=None, repr=False)
    from_feed: bool = False
    # None = as [fetch] says
    robots: bool | None = None

    @property
    def shortest(self) -> timedelta:
        """The shortest wait between polls that the feed's rhythm may bring."""
        return self.interval / 3 if self.interval_min is None else self.interval_min

    @property
    def longest(self) -> timedelta:
        """The longest wait between polls while the feed is well."""
        return 2 * self.interval if self.interval_max is None else self.interval_max


@dataclass(frozen=True, slots=True)
class TopicConfig:
    """One `[[topics]]`: a named filter over claims. Terms may be /regex/."""

    name: str
    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChannelConfig:
    """One `[[channels]]`: a named apprise URL, always a secret."""

    name: str
    url: str = field(repr=False)
    allow_private: bool = False
    # at most so many messages in so long; None = what its service allows
    pace: tuple[int, timedelta] | None = None


@dataclass(frozen=True, slots=True)
class Matcher:
    """A condition on a label: `op` is one of `=`, `!=`, `=~`, `!~`."""

    label: str
    op: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TemplateConfig:
    """A message template: the file's name as written, or "inline", and its text."""

    name: str
    text: str = field(repr=False)

    @property
    def is_html(self) -> bool:
        """Whether it writes the HTML of mail rather than the text of any channel."""
        return self.name.endswith((".html", ".html.j2"))


@dataclass(frozen=True, slots=True)
class RouteConfig:
    """One `[[routes]]` or a route under one, with what it inherits filled in.

    `match` maps a label to accepted values, `matchers` hold too; neither takes all.
    Labels: topic kind severity feed outlet source source_kind measure certainty
    language, and any feed label.
    """

    name: str
    channels: tuple[str, ...]
    match: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    matchers: tuple[Matcher, ...] = ()
    group_by: tuple[str, ...] = ("story",)
    # Alertmanager's default: long enough to gather one article's changes
    group_wait: timedelta = timedelta(seconds=30)
    # 0 = a correction of what was just sent is sent at once
    group_interval: timedelta = timedelta(0)
    # None = nothing is sent twice
    repeat_interval: timedelta | None = None
    # names of intervals: silent during `mute`, and outside of `active`
    mute: tuple[str, ...] = ()
    active: tuple[str, ...] = ()
    # no kind is critical by default: that is the user's word for what may wake them
    break_through: Severity | None = Severity.CRITICAL
    # alerts an hour; what is more is gathered. One story seldom brings ten.
    flood_cap: int = 30
    # None = at once; "hourly" or a time of day
    digest: str | None = None
    # None = nobody else is told
    escalate_after: timedelta | None = None
    escalate_to: tuple[str, ...] = ()
    # None = messages as they are built in
    template: TemplateConfig | None = None
    # as in Alertmanager, a matched route ends the search unless it says otherwise
    continue_: bool = False
    routes: tuple[RouteConfig, ...] = ()

    def walk(self) -> Iterator[RouteConfig]:
        """This route and all under it."""
        yield self
        for route in self.routes:
            yield from route.walk()


@dataclass(frozen=True, slots=True)
class IntervalConfig:
    """One `[[intervals]]`: a repeated span of local time; empty fields take all."""

    name: str
    # "22:00-07:00" may pass midnight; it then belongs to the day it begins on
    times: tuple[str, ...] = ()
    weekdays: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    months: tuple[str, ...] = ()
    # None = [claimwatch] timezone
    timezone: str | None = None


@dataclass(frozen=True, slots=True)
class InhibitionConfig:
    """One `[[inhibitions]]`: a change that withholds others that share labels."""

    source: tuple[Matcher, ...]
    target: tuple[Matcher, ...]
    equal: tuple[str, ...] = ("article",)
    # long enough for the checks of all carriers of one story (hourly by then)
    within: timedelta = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class SeverityRule:
    """One `[[severity_rules]]`: the first that holds says how loud a change is."""

    severity: Severity
    matchers: tuple[Matcher, ...] = ()
    # values at least so many times apart
    ratio: float | None = None
    # who says it weighs at least so much
    weight: float | None = None


@dataclass(frozen=True, slots=True)
class CoverageConfig:
    """`[coverage]`: notices that feeds or channels fail, so that silence means calm."""

    enabled: bool = True
    # None = every channel of the routes
    channels: tuple[str, ...] | None = None
    # in missed polls; one or two failures are the weather of the web
    after_polls: int = 4
    # no shorter than this, however often a feed is polled
    after: timedelta = timedelta(hours=1)
    # False = with the next digest
    at_once: bool = False


@dataclass(frozen=True, slots=True)
class TaperStep:
    """Until an article has this age, check it this often."""

    until: timedelta
    every: timedelta


# 81 % of text changes fall in the first 24 hours (docs/design.md, section 1).
DEFAULT_TAPER: tuple[TaperStep, ...] = (
    TaperStep(timedelta(hours=3), timedelta(minutes=15)),
    TaperStep(timedelta(hours=24), timedelta(hours=1)),
    TaperStep(timedelta(days=7), timedelta(hours=3)),
    TaperStep(timedelta(days=30), timedelta(hours=24)),
)


@dataclass(frozen=True, slots=True)
class ChecksConfig:
    """`[checks]`: when articles are visited again."""

    schedule: tuple[TaperStep, ...] = DEFAULT_TAPER
    # half of the visits to outlets that seldom edit, and their edits told twice as late
    stretch: float = 2.0
    confirm_removal_after: timedelta = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class DigestConfig:
    """`[digest]`: when what is worth knowing but not worth a ping is sent."""

    at: str = "07:00"
    # None = the channels of the route that the change falls to
    channels: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class ReviewConfig:
    """`[review]`: where readers of alerts reach the review pages."""

    # None = alerts hold no link to them
    url: str | None = None


@dataclass(frozen=True, slots=True)
class HeartbeatConfig:
    """`[heartbeat]`: a GET after real progress, so that a dead daemon is noticed."""

    url: str | None = field(default=None, repr=False)
    every: timedelta = timedelta(minutes=5)
    allow_private: bool = False


@dataclass(frozen=True, slots=True)
class EvidenceConfig:
    """`[evidence]`: keep the HTML of each revision, under retention."""

    keep_html: bool = False


@dataclass(frozen=True, slots=True)
class FetchConfig:
    """`[fetch]`: manners and limits towards hosts."""

    timeout: timedelta = timedelta(seconds=20)
    concurrency: int = 32
    # two at once and a pause between: what Media Cloud settled on for 180,000 feeds
    per_host: int = 2
    per_host_pause: timedelta = timedelta(seconds=1)
    # of article pages; a feed is there for programs, and the user named it
    robots: bool = True


@dataclass(frozen=True, slots=True)
class RetentionConfig:
    """`[retention]`: how long what nobody refers to any more is kept."""

    articles: timedelta = timedelta(days=365)
    deliveries: timedelta = timedelta(days=90)
    # the default taper visits an article 104 times; this leaves room for an edit
    checks_per_article: int = 120


@dataclass(frozen=True, slots=True)
class DeliveryConfig:
    """`[delivery]`: how often and how long a message is tried."""

    timeout: timedelta = timedelta(seconds=30)
    first_retry: timedelta = timedelta(seconds=30)
    last_retry: timedelta = timedelta(hours=1)
    # with doubling from 30 s to 1 h this is about ten hours of trying
    attempts: int = 16


@dataclass(frozen=True, slots=True)
class Config:
    """All of it. `path` is the file it came from (None = built in code)."""

    database: Path
    path: Path | None = None
    user_agent_contact: str = ""
    timezone: str = "UTC"
    tick: timedelta = timedelta(seconds=5)
    aliases: Mapping[str, str] = field(default_factory=dict)
    feeds: tuple[FeedConfig, ...] = ()
    topics: tuple[TopicConfig, ...] = ()
    channels: tuple[ChannelConfig, ...] = ()
    routes: tuple[RouteConfig, ...] = ()
    checks: ChecksConfig = ChecksConfig()
    digest: DigestConfig = DigestConfig()
    review: ReviewConfig = ReviewConfig()
    heartbeat: HeartbeatConfig = HeartbeatConfig()
    thresholds: Thresholds = THRESHOLDS
    evidence: EvidenceConfig = EvidenceConfig()
    fetch: FetchConfig = FetchConfig()
    retention: RetentionConfig = RetentionConfig()
    delivery: DeliveryConfig = DeliveryConfig()
    severities: Mapping[ChangeKind, Severity] = field(default_factory=dict)
    severity_rules: tuple[SeverityRule, ...] = ()
    # how much a source counts; 1 if it is not named here
    source_weights: Mapping[str, float] = field(default_factory=dict)
    intervals: tuple[IntervalConfig, ...] = ()
    inhibitions: tuple[InhibitionConfig, ...] = ()
    coverage: CoverageConfig = CoverageConfig()

    def channel(self, name: str) -> ChannelConfig:
        """The channel of that name; `config` guarantees that routes name real ones."""
        return next(c for c in self.channels if c.name == name)
