"""When to poll, check and attempt again: every due time is computed here.

Pure: `now` is a parameter, and jitter is a hash of the key, so that the same row always
gets the same place in its interval. Each decision comes with a reason to show.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from statistics import median

from monitor.plurals import counted
from monitor.settings import DeliveryConfig, TaperStep

# Spreads what was added together over a tenth of its interval.
JITTER = 0.1
# Six hours: an outlet that was down overnight is read again by morning.
LONGEST_POLL_BACKOFF = timedelta(hours=6)
# A feed that failed for two days is not about to come back within the hour.
LASTING_FAILURE = timedelta(days=2)
LONGEST_CHECK_BACKOFF = timedelta(hours=24)
# Further edits of an edited article are expected for so many of its usual checks.
EDITS_EXPECTED = 4
# Publishers move, pause and come back within a month; after it a feed counts as gone.
DEAD_AFTER = timedelta(days=30)
# 410 says "gone for good"; still, feeds come back: look again after this.
GONE_RETRY = timedelta(days=30)
# Doublings before the back-off stays level, so that short intervals stay short too.
MOST_DOUBLINGS = 6
# Failures in a row after which a channel is left alone for a while: one or two are the
# weather of the web, and each message that waits would add its own.
BREAK_AFTER = 5
# What will not mend itself (404, a page instead of the feed) counts like two failures.
HARD_WEIGHT = 2
# Hosts may ask for a pause; nobody may ask for more than a day.
LONGEST_RETRY_AFTER = timedelta(hours=24)
# The gap between entries is the median of the newest ones; fewer dates say nothing.
NEWEST_ENTRIES = 20
FEWEST_DATES = 5
# In feeds shorter than this "all are new" is no sign that some were missed.
FEWEST_TO_MISS = 5
# More feeds than this added at once (a list from a reader) are polled bit by bit the
# first time: five a second in all, ten seconds apart per host.
FIRST_POLLS_AT_ONCE = 100
FIRST_POLLS_A_SECOND = 5
FIRST_POLLS_HOST_GAP = timedelta(seconds=10)

_NONE = timedelta(0)
_FUTURE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How often a feed may be polled: usually, at most, and at least."""

    interval: timedelta
    shortest: timedelta
    longest: timedelta


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What is known of a feed: the gap between its entries, how long it has been quiet,
    the share of entries that were new in this poll (of how many), and the wait that the
    feed (`ttl`) or its host (Cache-Control) asks for.
    """

    gap: timedelta | None = None
    quiet: timedelta = _NONE
    new: int = 0
    entries: int = 0
    asked: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """Polls that went wrong: how many in a row, since when, and what kind the last was.

    `hard` will not mend itself; `gone` was said to be for good (410).
    """

    count: int
    lasting: timedelta = _NONE
    hard: bool = False
    gone: bool = False

    @property
    def is_over(self) -> bool:
        """Whether the feed counts as gone."""
        return self.gone or self.lasting >= DEAD_AFTER


@dataclass(frozen=True, slots=True)
class Due:
    """When, the wait without its jitter, and why."""

    at: datetime
    wait: timedelta
    reason: str


def next_poll(
    bounds: Bounds,
    rhythm: Rhythm,
    *,
    failure: Failure | None,
    retry_after: timedelta | None,
    now: datetime,
    jitter_key: str,
) -> Due:
    """When to poll a feed again.

    While it is well that is never later than the longest interval, jitter included:
    this is what bounds how late an alert can be.
    """
    share = _share(jitter_key)
    if failure is None:
        wait, reason = _rhythmic(bounds, rhythm)
        spread = wait * (1 + JITTER * share)
        if spread > bounds.longest:
            spread = bounds.longest * (1 - JITTER * share)
        asked, why = _respect(retry_after, wait, reason)
        if asked > wait:
            return Due(now + asked * (1 + JITTER * share), asked, why)
        return Due(now + spread, wait, reason)
    wait, reason = _after_failure(bounds.interval, failure)
    wait, reason = _respect(retry_after, wait, reason)
    return Due(now + wait * (1 + JITTER * share), wait, reason)


def publishing_gap(dates: Iterable[datetime], now: datetime) -> timedelta | None:
    """The median gap between the newest entries; None when the dates don't tell."""
    newest = sorted({d for d in dates if d <= now + _FUTURE}, reverse=True)
    newest = newest[:NEWEST_ENTRIES]
    if len(newest) < FEWEST_DATES:
        return None
    return timedelta(
        seconds=median((a - b).total_seconds() for a, b in pairwise(newest))
    )


def first_polls(hosts: Sequence[str], now: datetime) -> list[datetime]:
    """When feeds that were added together are polled first, in their order.

    A handful at once; a list of thousands is spread, and so are those of one host.
    """
    if len(hosts) <= FIRST_POLLS_AT_ONCE:
        return [now] * len(hosts)
    earlier: Counter[str] = Counter()
    found = []
    for index, host in enumerate(hosts):
        in_all = timedelta(seconds=index // FIRST_POLLS_A_SECOND)
        found.append(now + max(in_all, earlier[host] * FIRST_POLLS_HOST_GAP))
        earlier[host] += 1
    return found


def _rhythmic(bounds: Bounds, rhythm: Rhythm) -> tuple[timedelta, str]:
    """The wait that fits the feed, within the bounds."""
    wait, why = bounds.interval, ""
    if rhythm.gap is not None:
        wait, why = rhythm.gap, f"a new entry about every {_about(rhythm.gap)}"
        if rhythm.quiet / 2 > rhythm.gap:
            wait, why = rhythm.quiet / 2, f"quiet for {_about(rhythm.quiet)}"
    if rhythm.entries >= FEWEST_TO_MISS:
        if rhythm.new == rhythm.entries:
            wait, why = bounds.shortest, "all entries were new: some may be missed"
        elif 2 * rhythm.new >= rhythm.entries and wait / 2 > bounds.shortest:
            wait = wait / 2
            why = f"{rhythm.new} of {rhythm.entries} entries were new"
    if rhythm.asked is not None and rhythm.asked > max(wait, bounds.shortest):
        wait, why = rhythm.asked, f"it asks for {_about(rhythm.asked)} between polls"
    wait = min(max(wait, bounds.shortest), bounds.longest)
    configured = wait in (bounds.interval, bounds.shortest, bounds.longest)
    every = f"every {_words(wait) if configured else _about(wait)}"
    return wait, f"{every}: {why}" if why and wait != bounds.interval else every


def _after_failure(interval: timedelta, failure: Failure) -> tuple[timedelta, str]:
    if failure.gone:
        return GONE_RETRY, f"gone for good: asked again in {_words(GONE_RETRY)}"
    if failure.is_over:
        lasting = _about(failure.lasting)
        return GONE_RETRY, f"failing for {lasting}: asked again in {_words(GONE_RETRY)}"
    weight = HARD_WEIGHT if failure.hard else 1
    lasts = failure.lasting >= LASTING_FAILURE
    longest = LONGEST_CHECK_BACKOFF if lasts else LONGEST_POLL_BACKOFF
    wait = _backoff(interval, 1 + (failure.count - 1) * weight, longest)
    return (
        wait,
        f"{counted(failure.count, 'failure')} in a row: again in {_words(wait)}",
    )


def next_check(
    *,
    first_seen_at: datetime,
    published_at: datetime | None,
    taper: Sequence[TaperStep],
    failures: int,
    edited_at: datetime | None,
    pending_removal_at: datetime | None,
    confirm_removal_after: timedelta,
    retry_after: timedelta | None,
    now: datetime,
    jitter_key: str = "",
    stretch: float = 1.0,
) -> tuple[datetime | None, str]:
    """When to check an article again, in its feed or not; None when it is over.

    `edited_at` is the last edit that was seen: who edits once often does it again, so
    the article is watched one step more closely for a while. `stretch` is how many
    times longer the waits are at an outlet that seldom edits; not for an article that
    it did edit. `pending_removal_at` is when something was first found gone; it is
    looked at again, but no earlier than `confirm_removal_after` later.
    """
    if pending_removal_at is not None and failures == 0:
        return _confirmation(
            pending_removal_at, confirm_removal_after, taper, retry_after, now
        )
    step = _step(first_seen_at, published_at, taper, now)
    if step is None and pending_removal_at is None:
        last = taper[-1].until if taper else _NONE
        return None, f"watched for {_words(last)}: not checked again"
    at = len(taper) - 1 if step is None else step
    if at > 0 and edited_at is not None and now - edited_at < _aftermath(taper[at]):
        wait = taper[at - 1].every
        when = _about(now - edited_at) + " ago" if edited_at < now else "just now"
        reason = f"edited {when}: every {_words(wait)}"
    else:
        wait = taper[at].every if taper else confirm_removal_after
        reason = f"at this age every {_words(wait)}"
        if edited_at is None and stretch > 1:
            wait *= stretch
            reason = f"{reason}, {stretch:.1f} times that: its outlet seldom edits"
    if failures > 0:
        wait = _backoff(wait, failures, LONGEST_CHECK_BACKOFF)
        reason = f"{counted(failures, 'failure')} in a row: again in {_words(wait)}"
    wait, reason = _respect(retry_after, wait, reason)
    return now + wait * (1 + JITTER * _share(jitter_key)), reason


def next_attempt(
    *,
    attempts: int,
    config: DeliveryConfig,
    retry_after: timedelta | None,
    now: datetime,
    jitter_key: str,
) -> datetime | None:
    """When to send again after so many failed attempts; None means never (dead)."""
    if attempts >= config.attempts:
        return None
    if attempts == 0:
        return now
    wait = _doubled(config.first_retry, attempts, config.last_retry)
    wait, _ = _respect(retry_after, wait, "")
    return now + wait * (1 + JITTER * _share(jitter_key))


def next_pause(
    *,
    failures: int,
    slow: bool,
    config: DeliveryConfig,
    retry_after: timedelta | None,
    now: datetime,
    jitter_key: str,
) -> datetime | None:
    """Until when a channel is left alone after so many failures; None = it is not.

    One that gives no answer in time (`slow`) is left alone at once: each of its
    messages would hold a sender for the whole time limit. What the service asks for
    counts for the channel, not for one message.
    """
    wait = _NONE
    if failures >= BREAK_AFTER or slow:
        times = max(1, failures - BREAK_AFTER + 1)
        wait = _doubled(config.first_retry, times, config.last_retry)
        wait *= 1 + JITTER * _share(jitter_key)
    wait, _ = _respect(retry_after, wait, "")
    if not wait:
        return None
    # the store keeps whole seconds: never sooner than asked
    return now + wait + timedelta(seconds=1)


def _confirmation(
    pending_at: datetime,
    after: timedelta,
    taper: Sequence[TaperStep],
    retry_after: timedelta | None,
    now: datetime,
) -> tuple[datetime, str]:
    due = pending_at + after
    if due <= now:
        # seen again since, yet not settled: don't spin
        due = now + (min(after, taper[0].every) if taper else after)
    pause, _ = _respect(retry_after, _NONE, "")
    reason = f"found gone: confirmed no earlier than {_words(after)} later"
    return max(due, now + pause), reason


def _step(
    first_seen_at: datetime,
    published_at: datetime | None,
    taper: Sequence[TaperStep],
    now: datetime,
) -> int | None:
    """The index of the step in force; None when the watch is over.

    The age counts from publication, so that a first poll of a feed full of old entries
    is gentle; but what we came to know recently stays on the last step.
    """
    known = now - first_seen_at
    age = now - min(first_seen_at, published_at or first_seen_at)
    for index, step in enumerate(taper):
        if age < step.until:
            return index
    if taper and known < taper[-1].until:
        return len(taper) - 1
    return None


def _aftermath(step: TaperStep) -> timedelta:
    """How long after an edit more are expected."""
    return EDITS_EXPECTED * step.every


def _backoff(interval: timedelta, failures: int, longest: timedelta) -> timedelta:
    """Doubles from the interval itself: one failure is nothing; never below it."""
    return max(interval, _doubled(interval, min(failures, MOST_DOUBLINGS + 1), longest))


def _doubled(first: timedelta, times: int, longest: timedelta) -> timedelta:
    # 2**32 already exceeds every wait we allow; larger powers overflow a timedelta
    return min(first * 2.0 ** min(times - 1, 32), longest) if first else _NONE


def _respect(
    retry_after: timedelta | None, wait: timedelta, reason: str
) -> tuple[timedelta, str]:
    """The longer of our wait and theirs; theirs at most a day."""
    if retry_after is None or retry_after <= wait:
        return wait, reason
    asked = min(retry_after, LONGEST_RETRY_AFTER)
    if asked <= wait:
        return wait, reason
    return asked, f"the host asks to wait {_words(asked)}"


# asked for the same feeds and articles again and again
@lru_cache(4_096)
def _share(key: str) -> float:
    """A number in [0, 1) that belongs to the key."""
    digest = hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64 if key else 0.0


def _words(span: timedelta) -> str:
    """A span as in the configuration: 45s, 15m, 3h, 7d."""
    seconds = span.total_seconds()
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "m")):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:g}{unit}"
    return f"{seconds:g}s" if seconds < 600 else f"{seconds / 60:.0f}m"


def _about(span: timedelta) -> str:
    """A span rounded to what matters: 45s, 7m, 5h, 3d."""
    seconds = span.total_seconds()
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "m")):
        if seconds >= 1.5 * size or seconds == size:
            return f"{seconds / size:.0f}{unit}"
    return f"{seconds:.0f}s" if seconds >= 1 or not seconds else f"{seconds:.1g}s"
