"""The nouns: frozen dataclasses and enumerations in the words of docs/design.md.

No behaviour beyond tiny derived properties, no I/O, no clock. All times are aware
UTC; all character offsets index the text of the document or revision they name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class ChangeKind(StrEnum):
    """The fourteen transitions; used in code, tables, config and messages."""

    NEW = "new"
    FIGURE = "figure"
    CERTAINTY = "certainty"
    ATTRIBUTION = "attribution"
    CORRECTED = "corrected"
    STATUS = "status"
    CORROBORATED = "corroborated"
    CONFLICT = "conflict"
    DENIED = "denied"
    REMOVED = "removed"
    RESTORED = "restored"
    RETRACTED = "retracted"
    DETAIL = "detail"
    REWORDED = "reworded"


# Which kind names a change that is several at once (docs/design.md, section 5).
PRECEDENCE: tuple[ChangeKind, ...] = (
    ChangeKind.RETRACTED,
    ChangeKind.DENIED,
    ChangeKind.CONFLICT,
    ChangeKind.REMOVED,
    ChangeKind.RESTORED,
    ChangeKind.FIGURE,
    ChangeKind.CERTAINTY,
    ChangeKind.CORRECTED,
    ChangeKind.ATTRIBUTION,
    ChangeKind.STATUS,
    ChangeKind.CORROBORATED,
    ChangeKind.NEW,
    ChangeKind.DETAIL,
    ChangeKind.REWORDED,
)


class Certainty(StrEnum):
    """How sure the assertion is, weakest first; `rank` orders them."""

    UNVERIFIED = "unverified"
    ALLEGED = "alleged"
    REPORTED = "reported"
    ASSERTED = "asserted"

    @property
    def rank(self) -> int:
        """0 (unverified) to 3 (asserted)."""
        return list(Certainty).index(self)


class Polarity(StrEnum):
    """Whether the proposition is affirmed or negated."""

    POSITIVE = "positive"
    NEGATIVE = "negative"


class Status(StrEnum):
    """Where the event or the case stands; a separate axis from certainty."""

    PLANNED = "planned"
    ONGOING = "ongoing"
    HAPPENED = "happened"
    CANCELLED = "cancelled"
    SUSPECT = "suspect"
    CHARGED = "charged"
    CONVICTED = "convicted"
    ACQUITTED = "acquitted"


class Comparator(StrEnum):
    """How a value bounds its interval."""

    EQUAL = "="
    ABOUT = "≈"
    AT_LEAST = "≥"
    MORE = ">"
    AT_MOST = "≤"
    LESS = "<"
    VAGUE = "vague"


class SourceKind(StrEnum):
    """What sort of source speaks."""

    NAMED = "named"
    ROLE = "role"
    ANONYMOUS = "anonymous"
    DOCUMENT = "document"
    OUTLET = "outlet"


class Weight(StrEnum):
    """Where in the article the mention stands; headline and caption weigh less."""

    BODY = "body"
    HEADLINE = "headline"
    CAPTION = "caption"


class Severity(StrEnum):
    """How loud an alert is, quietest first; `rank` orders them."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 (low) to 3 (critical)."""
        return list(Severity).index(self)


class Verdict(StrEnum):
    """What a fetched page turned out to be; only OK may become a revision."""

    OK = "ok"
    EMPTY = "empty"
    COLLAPSED = "collapsed"
    CONSENT = "consent"
    CAPTCHA = "captcha"
    LOGIN = "login"
    PAYWALL = "paywall"
    SOFT_404 = "soft-404"
    HOME = "home"
    GONE = "gone"
    ERROR = "error"


class DeliveryStatus(StrEnum):
    """Where a delivery stands in the outbox."""

    PENDING = "pending"
    SENT = "sent"
    DEAD = "dead"
    DROPPED = "dropped"


# ------------------------------------------------------------------ claims


@dataclass(frozen=True, slots=True)
class Source:
    """One who says it. `name` is resolved within the article (no pronouns)."""

    name: str
    kind: SourceKind


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with what it counts.

    `minimum`/`maximum` bound the value (None = open end): "at least 5,811" is
    (5811, None, ≥), "hundreds" (200, 999, vague), "about 40 %" (40, 40, ≈).
    `unit` is the normalised unit or counted noun in the singular ("person",
    "percent", "USD"). `counted` is what is counted, as a readable phrase.
    `start`/`end` are offsets of the number's text (comparator words included).
    """

    minimum: float | None
    maximum: float | None
    comparator: Comparator
    unit: str
    counted: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Mention:
    """A span of a document that states a claim, with its parsed parts.

    `start`/`end`/`quote`: the verbatim span (`text[start:end] == quote`).
    `text`: a self-contained wording (pronouns and elided nouns resolved).
    `chain`: sources outermost first, innermost last; empty = the outlet's own voice.
    `measure`: normalised key of what the *primary* quantity counts, without scope
    ("killed/person"), or None; two mentions with one measure are comparable.
    `scope`: normalised words that narrow the measure (place, subgroup, period).
    `predicate`: normalised predicate class; `participants`: normalised names and
    head nouns in the proposition's slots. `entities`: proper names in the sentence.
    `event_on`: the day or the first day of the event, if stated (not the report's).
    `historic`: states an earlier value ("it was initially 13").
    `checkworthy`: 0..1. `denies`: the content is an explicit denial of a claim.
    `absence`: an absence claim ("there has been no official response").
    """

    start: int
    end: int
    quote: str
    text: str
    sentence: int
    chain: tuple[Source, ...] = ()
    cue: str | None = None
    quantities: tuple[Quantity, ...] = ()
    certainty: Certainty = Certainty.ASSERTED
    polarity: Polarity = Polarity.POSITIVE
    status: Status | None = None
    predicate: str = ""
    participants: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    place: str | None = None
    event_on: date | None = None
    measure: str | None = None
    measure_label: str | None = None
    scope: tuple[str, ...] = ()
    weight: Weight = Weight.BODY
    historic: bool = False
    denies: bool = False
    absence: bool = False
    checkworthy: float = 0.0

    @property
    def source(self) -> Source | None:
        """The innermost source; None = the outlet's own voice."""
        return self.chain[-1] if self.chain else None

    @property
    def quantity(self) -> Quantity | None:
        """The primary quantity: the one `measure` counts, always first."""
        return self.quantities[0] if self.quantities else None


@dataclass(frozen=True, slots=True)
class Transition:
    """What happened to one claim, decided by `claims`; not yet recorded.

    `kinds` holds every kind that applies, by precedence; `kinds[0]` names the
    change. `reason` is one line that a person can read. A missing `before` means
    that the mention is new here, a missing `after` that it is gone.
    """

    kinds: tuple[ChangeKind, ...]
    reason: str
    before: Mention | None = None
    after: Mention | None = None

    @property
    def kind(self) -> ChangeKind:
        """The kind with the highest precedence."""
        return self.kinds[0]

    @property
    def material(self) -> bool:
        """Anything but a rewording."""
        return self.kind is not ChangeKind.REWORDED


@dataclass(frozen=True, slots=True)
class Alignment:
    """How the mentions of two successive revisions of one article correspond.

    `pairs` are (index before, index after); unpaired indices are in `removed`
    and `added`. Identical text is paired too.
    """

    pairs: tuple[tuple[int, int], ...]
    removed: tuple[int, ...]
    added: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Assertion:
    """A stored claim as said by one source: a row of the baseline.

    Everything `claims.match` and `claims.compare` need to judge a mention of
    another article against it, without reading any text again.
    """

    assertion_id: int
    claim_id: int
    text: str
    quote: str
    source: str | None
    source_kind: SourceKind | None
    chain: tuple[str, ...]
    minimum: float | None
    maximum: float | None
    comparator: Comparator | None
    unit: str | None
    certainty: Certainty
    polarity: Polarity
    status: Status | None
    predicate: str
    participants: tuple[str, ...]
    entities: tuple[str, ...]
    place: str | None
    event_on: date | None
    measure: str | None
    scope: tuple[str, ...]
    denies: bool
    absence: bool
    as_of: datetime
    story_id: int | None
    outlet: str
    wire_key: str | None
    pinned: bool = False
    weight: Weight = Weight.BODY


# ------------------------------------------------------------------ feeds and pages


@dataclass(frozen=True, slots=True)
class ParsedEntry:
    """One entry of a feed as published. `url` is canonical, http(s) or None."""

    guid: str
    url: str | None
    title: str
    content_html: str
    published_at: datetime | None
    updated_at: datetime | None


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A parsed feed. `trustworthy` is False when bozo, truncated or capped.

    `ttl_minutes` is the feed's own wish (RSS `ttl` or `sy:updatePeriod`).
    """

    title: str
    language: str | None
    entries: tuple[ParsedEntry, ...]
    trustworthy: bool
    ttl_minutes: int | None = None
    hub: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """What the extractor made of one fetched article (in memory).

    `text` is the headline, a newline, then the body with one paragraph a line;
    `headline_end` is the length of the headline (0 = no headline).
    `correction` is the text of a correction notice, if the page carries one.
    """

    text: str
    headline_end: int = 0
    language: str | None = None
    published_at: datetime | None = None
    modified_at: datetime | None = None
    correction: str | None = None
    canonical_url: str | None = None
    from_feed: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """One GET. `headers` may hold secrets and are never logged."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    proxy: str | None = field(default=None, repr=False)
    allow_private: bool = False
    body_limit: int = 5_000_000


@dataclass(frozen=True, slots=True)
class Response:
    """The answer to a Request after redirects. `status` 304 has an empty body.

    `url` is where the body came from; `moved_to` is set only when every hop of a
    redirect was permanent (301/308). `retry_after` is seconds, clamped.
    """

    url: str
    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
    charset: str | None = None
    moved_to: str | None = None
    retry_after: float | None = None
    elapsed: float = 0.0

    def header(self, name: str) -> str | None:
        """The first header of that name, case-insensitive."""
        wanted = name.lower()
        return next((v for k, v in self.headers if k.lower() == wanted), None)


# ------------------------------------------------------------------ changes and alerts


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a change, as stored and as `changes --json` prints it."""

    text: str
    value_min: float | None = None
    value_max: float | None = None
    comparator: Comparator | None = None
    unit: str | None = None
    source: str | None = None
    certainty: Certainty = Certainty.ASSERTED
    polarity: Polarity = Polarity.POSITIVE
    status: Status | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One recorded transition with everything that routing and rendering need.

    `outlets` are all that carried it, first seen first; `independent_sources` is
    the number of independent sources now behind the claim. `digest` = worth knowing
    but not worth a ping.
    """

    change_id: int
    kind: ChangeKind
    severity: Severity
    claim_id: int
    claim: str
    before: Side | None
    after: Side | None
    reason: str
    detected_at: datetime
    article_url: str
    article_title: str = ""
    outlet: str = ""
    sub_kinds: tuple[ChangeKind, ...] = ()
    source: str | None = None
    source_kind: SourceKind | None = None
    chain: tuple[str, ...] = ()
    measure: str | None = None
    certainty: Certainty = Certainty.ASSERTED
    language: str | None = None
    story_id: int | None = None
    story: str | None = None
    feeds: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    independent_sources: int = 1
    first_seen_at: datetime | None = None
    silent_edit: bool = False
    digest: bool = False


@dataclass(frozen=True, slots=True)
class Placement:
    """Where routing puts a change: one alert per (route, group key)."""

    route: str
    group_key: str
    channels: tuple[str, ...]
    flush_at: datetime
    digest: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Alert:
    """Changes gathered for one route and group. `key` is what readers quote (A-17f3).

    `earlier_key` is the previous alert of the same group, for "follows A-…".
    """

    alert_id: int
    key: str
    route: str
    group_key: str
    changes: tuple[Change, ...]
    digest: bool = False
    earlier_key: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A rendered alert: safe in every channel, at most 3,000 characters in all."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one delivery attempt. `detail` is one line without secrets."""

    ok: bool
    detail: str
    permanent: bool = False
    retry_after: float | None = None
