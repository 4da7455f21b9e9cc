"""What a configuration file may hold, as strict pydantic models.

The models know shape, types and wording; defaults come from `monitor.settings`, the
one place that states them. Descriptions feed the JSON Schema and the documentation.
"""

from __future__ import annotations

from pydantic import Field

from monitor import settings
from monitor.config.alert_models import (
    CoverageTable,
    InhibitionTable,
    IntervalTable,
    RouteTable,
    SeverityRuleTable,
)
from monitor.config.base import Table, key
from monitor.config.values import (
    ChannelUrl,
    ClockTime,
    Contact,
    Credentials,
    Duration,
    HeaderName,
    HeaderValue,
    KindWord,
    LabelName,
    Language,
    Name,
    Pace,
    PathText,
    Percent,
    PositiveDuration,
    ProxyUrl,
    Ratio,
    SeverityWord,
    Share,
    SourceWeight,
    Term,
    WebUrl,
    Zone,
)
from monitor.model import Thresholds


class ClaimwatchTable(Table):
    """`[claimwatch]`: the program itself."""

    database: PathText | None = Field(
        default=None,
        description="The SQLite file. Relative to this file. Without it: "
        "`$XDG_DATA_HOME/claimwatch/claimwatch.db`.",
    )
    user_agent_contact: Contact = key(
        settings.Config,
        "user_agent_contact",
        "A URL or address that publishers can turn to; sent in the User-Agent.",
    )
    timezone: Zone = key(
        settings.Config, "timezone", "IANA zone for times in messages; JSON stays UTC."
    )
    tick: Duration = key(
        settings.Config,
        "tick",
        'How often the daemon looks for due work, at most "15s".',
    )


class FeedTable(Table):
    """`[[feeds]]`: one RSS, Atom or JSON feed, or news sitemap, each."""

    name: Name = Field(description="How commands, routes and messages call the feed.")
    url: WebUrl | None = Field(
        default=None, description="Where the feed is; this or `url_file` is required."
    )
    url_file: PathText | None = Field(
        default=None, description="A file that holds `url`, if the URL is secret."
    )
    interval: Duration = key(
        settings.FeedConfig, "interval", "How often it is polled, until it shows more."
    )
    interval_min: Duration | None = key(
        settings.FeedConfig,
        "interval_min",
        "The shortest interval, for a busy feed. Without it: a third of `interval`.",
    )
    interval_max: Duration | None = key(
        settings.FeedConfig,
        "interval_max",
        "The longest interval, for a quiet feed or one that asks for it: news waits "
        "no longer than this. Without it: twice `interval`.",
    )
    outlet: Name | None = key(
        settings.FeedConfig,
        "outlet",
        "Who publishes it. Without it: the registrable domain of the article.",
    )
    language: Language | None = key(
        settings.FeedConfig,
        "language",
        "Language of its articles. Without it: what the feed says, else detected.",
    )
    labels: dict[LabelName, str] = key(
        settings.FeedConfig, "labels", "Labels of your own, for routes to match."
    )
    allow_private: bool = key(
        settings.FeedConfig,
        "allow_private",
        "Allow addresses of private networks and of this machine.",
    )
    headers: dict[HeaderName, HeaderValue] = key(
        settings.FeedConfig, "headers", "HTTP headers to send, kept secret."
    )
    auth: Credentials | None = key(
        settings.FeedConfig, "auth", "`user:password` for HTTP basic authentication."
    )
    auth_file: PathText | None = Field(
        default=None, description="A file that holds `auth`."
    )
    cookies_file: PathText | None = Field(
        default=None, description="Cookies to send, in Netscape's cookies.txt format."
    )
    proxy: ProxyUrl | None = key(
        settings.FeedConfig, "proxy", "Proxy to fetch through: http or https."
    )
    proxy_file: PathText | None = Field(
        default=None, description="A file that holds `proxy`."
    )
    from_feed: bool = key(
        settings.FeedConfig,
        "from_feed",
        "Read the entries' own content and never fetch their pages.",
    )
    robots: bool | None = key(
        settings.FeedConfig,
        "robots",
        "Whether robots.txt is asked before its pages are. Without it: as `[fetch]` "
        "says.",
    )


class TopicTable(Table):
    """`[[topics]]`: what you follow. Without any topic everything is followed."""

    name: Name = Field(description="How routes and messages call the topic.")
    any: list[Term] = key(
        settings.TopicConfig,
        "any",
        "At least one of these is in the claim: terms, phrases, `/regex/`.",
    )
    all: list[Term] = key(settings.TopicConfig, "all", "All of these are in it.")
    none: list[Term] = key(settings.TopicConfig, "none", "None of these is in it.")
    feeds: list[str] = key(
        settings.TopicConfig, "feeds", "Only claims from these feeds, by name."
    )


class ChannelTable(Table):
    """`[[channels]]`: one place each that messages go to."""

    name: Name = Field(description="How routes and commands call the channel.")
    url: ChannelUrl | None = Field(
        default=None, description="Any apprise URL; this or `url_file` is required."
    )
    url_file: PathText | None = Field(
        default=None, description="A file that holds `url`, e.g. a systemd credential."
    )
    allow_private: bool = key(
        settings.ChannelConfig,
        "allow_private",
        "Allow addresses of private networks and of this machine.",
    )
    pace: Pace | None = key(
        settings.ChannelConfig,
        "pace",
        'At most so many messages in so long: "20/1m". Without it: what is known of '
        "the service.",
    )


class TaperTable(Table):
    """One step of `[checks] schedule`."""

    until: Duration = Field(description="Up to this age of the article …")
    every: Duration = Field(description="… it is checked this often.")


class ChecksTable(Table):
    """`[checks]`: when articles are visited again."""

    schedule: list[TaperTable] = Field(
        default=[
            TaperTable(until=step.until, every=step.every)
            for step in settings.DEFAULT_TAPER
        ],
        min_length=1,
        description="Steps by age of the article, youngest first.",
    )
    confirm_removal_after: Duration = key(
        settings.ChecksConfig,
        "confirm_removal_after",
        "A removal counts when seen twice, at least this far apart.",
    )
    stretch: float = key(
        settings.ChecksConfig,
        "stretch",
        "Checks lie up to so many times further apart at outlets that seldom edit; 1 = as "
        "`schedule` says.",
        ge=1,
        le=4,
    )


class DigestTable(Table):
    """`[digest]`: once a day, what is worth knowing but not worth a ping."""

    at: ClockTime = key(
        settings.DigestConfig, "at", "Time of day, in `[claimwatch] timezone`."
    )
    channels: list[str] | None = key(
        settings.DigestConfig,
        "channels",
        "Where it goes, by name. Without it: where each change is routed.",
    )


class ReviewTable(Table):
    """`[review]`: the review pages, for links in alerts."""

    url: WebUrl | None = key(
        settings.ReviewConfig,
        "url",
        "Where the review pages begin, as readers reach them.",
    )


class HeartbeatTable(Table):
    """`[heartbeat]`: a GET after real progress, so that a dead daemon is noticed."""

    url: WebUrl | None = key(
        settings.HeartbeatConfig, "url", "The URL to call (healthchecks style)."
    )
    url_file: PathText | None = Field(
        default=None, description="A file that holds `url`."
    )
    every: Duration = key(settings.HeartbeatConfig, "every", "How often at most.")
    allow_private: bool = key(
        settings.HeartbeatConfig,
        "allow_private",
        "Allow addresses of private networks and of this machine.",
    )


class ThresholdsTable(Table):
    """`[thresholds]`: from where on a difference counts."""

    material_percent: Percent = key(
        Thresholds,
        "material_percent",
        "From how many percent on an approximate or economic figure has changed; an "
        "exact count of people changes with every one of them.",
    )
    discrepant_ratio: Ratio = key(
        Thresholds,
        "discrepant_ratio",
        '"At least" figures of two sources conflict when one is so many times the '
        "other.",
    )
    worth_checking: Share = key(
        Thresholds,
        "worth_checking",
        "New claims below this, 0 to 1, are taken for opinions, manners or questions "
        "and are only recorded. Lower tells more, higher less.",
    )


class EvidenceTable(Table):
    """`[evidence]`: proof of what a page said."""

    keep_html: bool = key(
        settings.EvidenceConfig, "keep_html", "Keep the HTML of each revision."
    )


class FetchTable(Table):
    """`[fetch]`: manners and limits towards hosts."""

    timeout: PositiveDuration = key(
        settings.FetchConfig, "timeout", "Longest time for one request in all."
    )
    concurrency: int = key(
        settings.FetchConfig,
        "concurrency",
        "Requests at once; up to eight times as many while a place is waited for.",
        ge=1,
        le=500,
    )
    per_host: int = key(
        settings.FetchConfig, "per_host", "Requests at once to one host.", ge=1, le=50
    )
    per_host_pause: Duration = key(
        settings.FetchConfig, "per_host_pause", "Pause between requests to one host."
    )
    robots: bool = key(
        settings.FetchConfig,
        "robots",
        "Fetch article pages only where robots.txt allows it, no faster than it says.",
    )


class RetentionTable(Table):
    """`[retention]`: how long what nobody refers to any more is kept."""

    articles: Duration = key(
        settings.RetentionConfig, "articles", "Articles not seen for this long go."
    )
    deliveries: Duration = key(
        settings.RetentionConfig, "deliveries", "Finished deliveries this old go."
    )
    checks_per_article: int = key(
        settings.RetentionConfig,
        "checks_per_article",
        "The newest visits to an article's page that are kept in its log.",
        ge=1,
        le=10_000,
    )


class DeliveryTable(Table):
    """`[delivery]`: how often and how long a message is tried."""

    timeout: PositiveDuration = key(
        settings.DeliveryConfig, "timeout", "Longest time for one attempt."
    )
    first_retry: Duration = key(
        settings.DeliveryConfig, "first_retry", "Wait after the first failure; doubles."
    )
    last_retry: Duration = key(
        settings.DeliveryConfig, "last_retry", "Longest wait between two attempts."
    )
    attempts: int = key(
        settings.DeliveryConfig, "attempts", "Attempts before giving up.", ge=1, le=100
    )


class ConfigFile(Table):
    """A Claimwatch configuration file."""

    claimwatch: ClaimwatchTable = ClaimwatchTable()
    feeds: list[FeedTable] = Field(default=[], description=FeedTable.__doc__)
    topics: list[TopicTable] = Field(default=[], description=TopicTable.__doc__)
    channels: list[ChannelTable] = Field(default=[], description=ChannelTable.__doc__)
    routes: list[RouteTable] = Field(default=[], description=RouteTable.__doc__)
    intervals: list[IntervalTable] = Field(
        default=[], description=IntervalTable.__doc__
    )
    inhibitions: list[InhibitionTable] = Field(
        default=[], description=InhibitionTable.__doc__
    )
    severity_rules: list[SeverityRuleTable] = Field(
        default=[], description=SeverityRuleTable.__doc__
    )
    coverage: CoverageTable = CoverageTable()
    checks: ChecksTable = ChecksTable()
    digest: DigestTable = DigestTable()
    review: ReviewTable = ReviewTable()
    heartbeat: HeartbeatTable = HeartbeatTable()
    thresholds: ThresholdsTable = ThresholdsTable()
    evidence: EvidenceTable = EvidenceTable()
    fetch: FetchTable = FetchTable()
    retention: RetentionTable = RetentionTable()
    delivery: DeliveryTable = DeliveryTable()
    severities: dict[KindWord, SeverityWord] = Field(
        default={},
        description="`[severities]`: how loud a kind of change is, where you differ.",
    )
    source_weights: dict[Name, SourceWeight] = Field(
        default={},
        description="`[source_weights]`: how much a source counts in `weight` of "
        "`[[severity_rules]]`; 1 if it is not named here.",
    )
    aliases: dict[Name, Name] = Field(
        default={},
        description="`[aliases]`: other names of a source, each with its full name.",
    )
