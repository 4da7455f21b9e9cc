"""What is told: changes, alerts, messages and what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from monitor.model.words import (
    Certainty,
    ChangeKind,
    Comparator,
    Polarity,
    Severity,
    SourceKind,
    Status,
)


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

    `outlets` are all that carried it when it was seen, first seen first, and
    `later_outlets` those that came to say the same; `independent_sources` is
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
    later_outlets: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    independent_sources: int = 1
    first_seen_at: datetime | None = None
    silent_edit: bool = False
    digest: bool = False

    @property
    def carriers(self) -> tuple[str, ...]:
        """All outlets that say it, as far as is known."""
        first = self.outlets or ((self.outlet,) if self.outlet else ())
        return first + self.later_outlets


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


class Form(StrEnum):
    """How a channel shows a message: plainly, as Slack blocks, as HTML mail."""

    TEXT = "text"
    SLACK = "slack"
    MAIL = "mail"


@dataclass(frozen=True, slots=True)
class Message:
    """A rendered alert: safe in every channel, at most 3,000 characters in all.

    `blocks` or `html` say the same in the channel's rich form. `name` tells this
    message from every other (a repeated delivery has the same), `thread` is what the
    service calls the message that it follows.
    """

    title: str
    body: str
    blocks: tuple[Mapping[str, Any], ...] = ()
    html: str = ""
    name: str = ""
    thread: str = ""
    # what is unusual about it, for `show`
    note: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one delivery attempt. `detail` is one line without secrets.

    `retry_after` is how many seconds the service asks to wait; `slow` = it gave no
    answer in time.
    """

    ok: bool
    detail: str
    permanent: bool = False
    retry_after: float | None = None
    slow: bool = False
    # what the service calls the message, for those that follow it
    reference: str = ""
