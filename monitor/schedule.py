"""When to poll, check and attempt again: every due time is computed here.

Pure: `now` is a parameter, and jitter is a hash of the key, so that the same row always
gets the same place in its interval. Each decision comes with a reason to show.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from monitor.settings import DeliveryConfig, TaperStep

# Spreads what was added together over a tenth of its interval.
JITTER = 0.1
# A feed's `ttl` may stretch the configured interval this much: many feeds of busy
# newsrooms still carry the 60 of their first template.
MOST_TTL_STRETCH = 2
# Six hours: an outlet that was down overnight is read again by morning.
LONGEST_POLL_BACKOFF = timedelta(hours=6)
LONGEST_CHECK_BACKOFF = timedelta(hours=24)
# Doublings before the back-off stays level, so that short intervals stay short too.
MOST_DOUBLINGS = 6
# Failures in a row after which a channel is left alone for a while: one or two are the
# weather of the web, and each message that waits would add its own.
BREAK_AFTER = 5
# Hosts may ask for a pause; nobody may ask for more than a day.
LONGEST_RETRY_AFTER = timedelta(hours=24)

_NONE = timedelta(0)


def next_poll(
    *,
    interval: timedelta,
    ttl: timedelta | None,
    failures: int,
    retry_after: timedelta | None,
    now: datetime,
    jitter_key: str,
) -> tuple[datetime, str]:
    """When to poll a feed again, after `failures` polls in a row went wrong."""
    wait, reason = interval, f"every {_words(interval)}"
    if ttl is not None and ttl > interval:
        wait = min(ttl, interval * MOST_TTL_STRETCH)
        reason = f"the feed asks for {_words(ttl)} between polls: {_words(wait)}"
    if failures > 0:
        wait = max(wait, _backoff(interval, failures, LONGEST_POLL_BACKOFF))
        reason = f"{_count(failures, 'failure')} in a row: again in {_words(wait)}"
    wait, reason = _respect(retry_after, wait, reason)
    return now + wait * (1 + JITTER * _share(jitter_key)), reason


def next_check(
    *,
    first_seen_at: datetime,
    published_at: datetime | None,
    taper: Sequence[TaperStep],
    failures: int,
    changed: bool,
    pending_removal_at: datetime | None,
    confirm_removal_after: timedelta,
    retry_after: timedelta | None,
    now: datetime,
    jitter_key: str = "",
) -> tuple[datetime | None, str]:
    """When to check an article again, in its feed or not; None when it is over.

    `changed` says that this check found a new text: the article is then watched one
    step more closely. `pending_removal_at` is when something was first found gone; it
    is looked at again, but no earlier than `confirm_removal_after` later.
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
    if changed and at > 0:
        wait = taper[at - 1].every
        reason = f"just changed: every {_words(wait)}"
    else:
        wait = taper[at].every if taper else confirm_removal_after
        reason = f"at this age every {_words(wait)}"
    if failures > 0:
        wait = _backoff(wait, failures, LONGEST_CHECK_BACKOFF)
        reason = f"{_count(failures, 'failure')} in a row: again in {_words(wait)}"
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


def _share(key: str) -> float:
    """A number in [0, 1) that belongs to the key."""
    digest = hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64 if key else 0.0


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _words(span: timedelta) -> str:
    """A span as in the configuration: 45s, 15m, 3h, 7d."""
    seconds = span.total_seconds()
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "m")):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:g}{unit}"
    return f"{seconds:g}s" if seconds < 600 else f"{seconds / 60:.0f}m"
