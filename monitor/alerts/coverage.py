"""What Claimwatch can't see or say now: feeds and channels in trouble.

Silence must not be read as "nothing happened". A feed is in trouble when no poll was
good for several of its intervals; all feeds at once are one trouble, most likely ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.alerts.escape import clipped, inert
from monitor.alerts.sections import moment
from monitor.model import Message
from monitor.settings import CoverageConfig

ALL_FEEDS = "all feeds"
OUR_OUTAGE = "nothing answers: this machine seems to be offline"
# A feed whose entries came every hour may be silent for a long weekend, not for more.
STALE_AFTER = timedelta(days=3)
# Chance alone makes a pause of so many gaps once in 160,000.
STALE_GAPS = 12
_SUBJECT = 60
_REASON = 120
# As many lines as fit a message of 3,000 characters.
_LINES = 12


@dataclass(frozen=True, slots=True)
class FeedState:
    """How a feed is doing. `since` is its last good poll, else its first failure.

    `last_new_at` is when it last had a new entry, `gap` how far apart they come.
    """

    name: str
    error: str | None
    since: datetime | None
    interval: timedelta
    last_new_at: datetime | None = None
    gap: timedelta | None = None


@dataclass(frozen=True, slots=True)
class ChannelState:
    """A channel whose last attempts all failed since then."""

    name: str
    error: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is in trouble, why, and since when."""

    subject: str
    reason: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Episode:
    """A trouble from its beginning to its end, as it is told."""

    episode_id: int
    subject: str
    reason: str
    started_at: datetime
    told_at: datetime | None
    ended_at: datetime | None


def troubles(
    feeds: Sequence[FeedState],
    channels: Sequence[ChannelState],
    config: CoverageConfig,
    *,
    offline_since: datetime | None = None,
    now: datetime,
) -> list[Trouble]:
    """What is in trouble now. If all feeds are, or we are offline, that is one."""
    stale = [trouble for feed in feeds if (trouble := _stale(feed, now))]
    failing = [
        Trouble(f"feed {feed.name}", feed.error, feed.since)
        for feed in feeds
        if feed.error is not None
        and feed.since is not None
        and now - feed.since >= max(config.after, config.after_polls * feed.interval)
    ]
    blind = [feed for feed in feeds if feed.error is not None and feed.since]
    last = max((feed.since for feed in blind if feed.since), default=now)
    if len(feeds) > 1 and len(blind) == len(feeds) and now - last >= config.after:
        failing = [Trouble(ALL_FEEDS, f"none of {len(feeds)} feeds can be read", last)]
    if offline_since is not None and now - offline_since >= config.after:
        failing = [Trouble(ALL_FEEDS, OUR_OUTAGE, offline_since)]
    if all(trouble.subject != ALL_FEEDS for trouble in failing):
        failing += stale
    return failing + [
        Trouble(f"channel {channel.name}", channel.error, channel.since)
        for channel in channels
        if now - channel.since >= config.after
    ]


def _stale(feed: FeedState, now: datetime) -> Trouble | None:
    """A feed that answers well and has nothing new, far beyond its rhythm."""
    if feed.error is not None or feed.gap is None or feed.last_new_at is None:
        return None
    due = feed.last_new_at + max(STALE_AFTER, STALE_GAPS * feed.gap)
    if now < due:
        return None
    hours = feed.gap.total_seconds() / 3600
    often = f"{hours:.0f} h" if hours >= 1 else f"{hours * 60:.0f} min"
    reason = (
        f"answers, but has nothing new since {feed.last_new_at:%Y-%m-%d}; its entries "
        f"came every {often}"
    )
    return Trouble(f"feed {feed.name}", reason, due)


def is_urgent(episode: Episode) -> bool:
    """Whether it is told at once, whatever the configuration says."""
    return not episode.subject.startswith("feed ")


def message(episodes: Sequence[Episode], *, key: str, timezone: str) -> Message:
    """The notice of what began and what ended since the last one."""
    zone = ZoneInfo(timezone)
    began = [one for one in episodes if one.ended_at is None]
    ended = [one for one in episodes if one.ended_at is not None]
    told = []
    if began:
        subjects = ", ".join(_subject(one) for one in began[:2])
        more = f" and {len(began) - 2} more" if len(began) > 2 else ""
        told.append(f"in trouble: {subjects}{more}")
    if ended:
        told.append(f"{len(ended)} well again")
    lines = [
        (
            f"• {_subject(one)}: {clipped(inert(one.reason), _REASON)} "
            f"(since {moment(one.started_at, zone)})"
        )
        for one in began
    ]
    lines += [
        (
            f"• {_subject(one)}: well again, {moment(one.started_at, zone)} to "
            f"{moment(one.ended_at, zone)}"
        )
        for one in ended
        if one.ended_at is not None
    ]
    if len(lines) > _LINES:
        lines = [*lines[:_LINES], f"{len(lines) - _LINES} more: claimwatch status"]
    lines += ["", f"Notice {key} · details: claimwatch status"]
    return Message(title=f"Coverage: {'; '.join(told)}", body="\n".join(lines))


def _subject(episode: Episode) -> str:
    return clipped(inert(episode.subject), _SUBJECT)
