"""The enumerations: every word that code, tables, config and messages share."""

from __future__ import annotations

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
    """What a fetched page turned out to be; only OK may become a revision.

    HOME is any list of other pages in place of the article: the home page, a section.
    """

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
