"""poll: due feeds -> fetch -> parse -> record. One short transaction a changed feed.

Polls that brought nothing new share one: a lost record only means another poll.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from monitor import urls
from monitor.analysis import FeedJob
from monitor.errors import AnalysisError, ClaimwatchError, FetchError, StoreError
from monitor.model import ParsedFeed, Request, Response
from monitor.pipeline import hosts, outcome
from monitor.pipeline.credentials import request_headers
from monitor.pipeline.intake import Intake
from monitor.pipeline.service import PollDone, Service, log
from monitor.settings import FeedConfig
from monitor.store import feeds, leases, poison
from monitor.store.feeds import Feed, PollRecord

# Feeds under way at once, many of them waiting for their host's turn.
MOST = 1_000
# Some feeds keep their ETag after changing: once a day we ask without it.
UNCONDITIONAL_EVERY = timedelta(days=1)
FEED_LIMIT = 5_000_000
# Records of one transaction: each costs an fsync, and readers wait 2 ms for 50.
MOST_TOGETHER = 50
# hashlib lets other threads run from 2,048 bytes on (HASHLIB_GIL_MINSIZE).
_HASHED_ALONE = 2_047
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Fetched:
    """A body that must be parsed."""

    response: Response
    digest: str


def poll(service: Service, *, force: bool = False) -> list[PollDone]:
    """Poll every due feed once (every active feed with `force`)."""
    if service.is_daemon and hosts.is_waiting(service, _witnesses(service, set())):
        return []
    return _Pass(service, force=force).run()


class _Pass:
    """One pass over the due feeds; answers come in any order."""

    def __init__(self, service: Service, *, force: bool) -> None:
        self.service = service
        self.force = force
        self.done: list[PollDone] = []
        self.intake = Intake(service, self._due, most=MOST)
        self.fetched: dict[int, _Fetched] = {}
        self.unrecorded: list[tuple[Feed, PollRecord]] = []
        # failed without an answer while nobody answers: whose outage is it?
        self.silent: list[tuple[Feed, FetchError]] = []

    def run(self) -> list[PollDone]:
        """Work until nothing is due."""
        for feed_id, parsed in self.service.analyst.parse_feeds(self._jobs()):
            feed, item = self.intake.held.pop(feed_id), self.fetched.pop(feed_id)
            if isinstance(parsed, AnalysisError) and self.service.stop.is_set():
                continue  # abandoned at the end: it stays due
            try:
                self._finish(_record_parsed(self.service, feed, item, parsed))
            except StoreError:
                raise
            except Exception as error:
                self._finish(_poisoned(self.service, feed, error))
        return self.done

    def _due(self, now: datetime, limit: int, had: frozenset[int]) -> dict[int, Feed]:
        rows = feeds.due(
            self.service.store, now=now, limit=limit, force=self.force, but=had
        )
        return {feed.feed_id: feed for feed in rows}

    def _finish(self, done: PollDone) -> None:
        # a pass of the daemon lasts as long as some host hangs, and nobody reads it
        if not self.service.is_daemon:
            self.done.append(done)

    def _requests(self, _: int) -> Iterator[tuple[int, Request]]:
        if len(self._silent_hosts()) >= hosts.ENOUGH_SILENT:
            return
        now = self.service.clock.now()
        for feed in self.intake.more():
            pause = self.service.hosts.paused_until(feed.fetch_url, now=now)
            if pause is not None:
                del self.intake.held[feed.feed_id]
                leases.defer(self.service.store, "feeds", [feed.feed_id], until=pause)
                continue
            try:
                request = _request(self.service, feed, now)
            except Exception as error:
                # a cookie file that went away, say: this feed's trouble alone
                del self.intake.held[feed.feed_id]
                self._finish(_poisoned(self.service, feed, error))
            else:
                yield feed.feed_id, request

    def _jobs(self) -> Iterator[tuple[int, FeedJob] | None]:
        service = self.service
        for got in self._answers():
            if got is None:
                self._record_together()
                yield None
                continue
            feed_id, answer = got
            feed = self.intake.held[feed_id]
            if not self._is_heard(feed, answer):
                continue
            try:
                record = _record(service, feed, answer, self.fetched)
            except Exception as error:
                del self.intake.held[feed_id]
                self._finish(_poisoned(service, feed, error))
                continue
            if record is None:
                yield feed_id, _job(self.fetched[feed_id].response)
                continue
            self.unrecorded.append((feed, record))
            if len(self.unrecorded) >= MOST_TOGETHER:
                self._record_together()
        self._record_together()

    def _answers(self) -> Iterator[tuple[int, Response | FetchError] | None]:
        """All answers; after a silence that was the hosts' own, the rest's too."""
        again = True
        while again:
            yield from self.service.fetcher.rolling(
                self._requests, stop=self.service.stop
            )
            again = self._settle_silent()
            self._record_together()

    def _silent_hosts(self) -> set[str]:
        return {urls.host(feed.fetch_url) for feed, _ in self.silent}

    def _is_heard(self, feed: Feed, answer: Response | FetchError) -> bool:
        """Whether the answer counts now; a doubtful silence waits until it is settled."""
        known, at = self.service.hosts, self.service.clock.monotonic()
        if not isinstance(answer, FetchError):
            hosts.heard(self.service, feed.fetch_url, answer)
            self._blame()
        elif answer.kind in hosts.NO_ANSWER and not known.is_proven(at):
            self.silent.append((feed, answer))
            return False
        return True

    def _blame(self) -> None:
        """We are online: the silence was the hosts' own."""
        silent, self.silent = self.silent, []
        for feed, error in silent:
            record = outcome.of_error(self.service, feed, error)
            self.unrecorded.append((feed, record))

    def _settle_silent(self) -> bool:
        """Whether the silence was the hosts' own, so that the pass may go on."""
        service, silent = self.service, self._silent_hosts()
        if not silent or service.stop.is_set():
            return False
        if not hosts.is_our_outage(service, silent, _witnesses(service, silent)):
            self._blame()
            return True
        until = service.clock.now() + hosts.LOOK_AGAIN
        ids = [feed.feed_id for feed, _ in self.silent]
        leases.defer(service.store, "feeds", ids, until=until)
        for feed, error in self.silent:
            del self.intake.held[feed.feed_id]
            cause = f"{error.kind}: {error}"
            # not told one by one: it was, for all
            self._finish(PollDone(feed.name, 0, 0, False, cause, until))
        return False

    def _record_together(self) -> None:
        """Record what waits, in one transaction; one by one if that fails."""
        service, waiting = self.service, self.unrecorded
        self.unrecorded = []
        if not waiting:
            return
        try:
            feeds.record_states(service.store, waiting, now=service.clock.now())
        except StoreError:
            raise
        except Exception:
            self._record_apart(waiting)
        else:
            for feed, record in waiting:
                self._finish(_done(service, feed, record))
        for feed, _ in waiting:
            del self.intake.held[feed.feed_id]

    def _record_apart(self, waiting: list[tuple[Feed, PollRecord]]) -> None:
        for feed, record in waiting:
            try:
                now = self.service.clock.now()
                feeds.record_states(self.service.store, [(feed, record)], now=now)
                self._finish(_done(self.service, feed, record))
            except StoreError:
                raise
            except Exception as error:
                self._finish(_poisoned(self.service, feed, error))


def _witnesses(service: Service, but: set[str]) -> Iterator[Request]:
    """Other hosts to ask whether we are online, the best first."""
    known = feeds.listed(service.store)
    asked, now = set(but), service.clock.now()
    for feed in sorted(known, key=lambda f: f.last_ok_at or NEVER, reverse=True):
        host = urls.host(feed.fetch_url)
        if service.hosts.paused_until(feed.fetch_url, now=now) is not None:
            continue
        if host not in asked and service.feed_config(feed.name) is not None:
            asked.add(host)
            yield _request(service, feed, now)


def _job(response: Response) -> FeedJob:
    return FeedJob(body=response.body, url=response.url, charset=response.charset)


def _request(service: Service, feed: Feed, now: datetime) -> Request:
    config = service.feed_config(feed.name)
    last = feed.unconditional_at
    conditional = last is not None and now - last < UNCONDITIONAL_EVERY
    return Request(
        url=feed.fetch_url,
        etag=feed.etag if conditional else None,
        last_modified=feed.last_modified if conditional else None,
        headers=request_headers(config, feed.fetch_url),
        proxy=config.proxy if config else None,
        # the user's leave is for the host that they named, not for where it moved
        allow_private=bool(
            config
            and config.allow_private
            and urls.host(feed.fetch_url) == urls.host(feed.url)
        ),
        body_limit=FEED_LIMIT,
    )


def _record(
    service: Service,
    feed: Feed,
    answer: Response | FetchError,
    fetched: dict[int, _Fetched],
) -> PollRecord | None:
    """The record of a poll that brings nothing to parse; the rest goes to `fetched`."""
    if isinstance(answer, FetchError):
        return outcome.of_error(service, feed, answer)
    if answer.status == 304:
        return outcome.unchanged(service, feed, answer)
    if answer.status != 200:
        return outcome.of_status(service, feed, answer)
    digest = _digest(answer.body)
    if digest == feed.body_sha256 and feed.baselined_at is not None:
        return outcome.unchanged(service, feed, answer)
    fetched[feed.feed_id] = _Fetched(answer, digest)
    return None


def _digest(body: bytes) -> str:
    """SHA-256, in pieces for which hashlib keeps the interpreter to itself.

    To get it back from the thread of the connections takes longer than to hash a feed.
    """
    found, view = hashlib.sha256(), memoryview(body)
    for start in range(0, len(body), _HASHED_ALONE):
        found.update(view[start : start + _HASHED_ALONE])
    return found.hexdigest()


def _record_parsed(
    service: Service,
    feed: Feed,
    item: _Fetched,
    parsed: ParsedFeed | ClaimwatchError,
) -> PollDone:
    answer = item.response
    if isinstance(parsed, ClaimwatchError):
        failure = outcome.of_body(service, feed, answer, parsed)
        now = service.clock.now()
        feeds.record_states(service.store, [(feed, failure)], now=now)
        return _done(service, feed, failure)
    outlets = {
        entry.url: _outlet(service.feed_config(feed.name), feed, entry.url)
        for entry in parsed.entries
        if entry.url is not None
    }

    def finish(record: PollRecord, new: int) -> PollRecord:
        return outcome.timed(
            service, feed, answer, record, new=new, entries=len(parsed.entries)
        )

    counts = feeds.record_poll(
        service.store,
        feed,
        outcome.changed(service, feed, answer, item.digest, parsed),
        parsed.entries,
        outlets=outlets,
        now=service.clock.now(),
        finish=finish,
    )
    return _done(
        service,
        feed,
        counts.record,
        entries_new=counts.entries_new,
        articles_new=counts.articles_new,
        is_baseline=counts.is_baseline,
    )


def _outlet(config: FeedConfig | None, feed: Feed, url: str) -> str:
    """Who publishes the entry: the feed's outlet, unless the link leads elsewhere."""
    if urls.outlet(url) == urls.outlet(feed.fetch_url) or urls.outlet(
        url
    ) == urls.outlet(feed.url):
        return feed.outlet
    if config is not None and config.outlet is not None:
        return config.outlet
    return urls.outlet(url)


def _poisoned(service: Service, feed: Feed, error: Exception) -> PollDone:
    """An unforeseen exception: the row steps aside, the loop goes on."""
    until = service.clock.now() + poison.DELAY
    text = poison.text_of(error)
    log.exception("poll feed=%s poisoned", feed.name)
    feeds.postpone(service.store, feed.feed_id, until=until, error=text)
    return PollDone(feed.name, 0, 0, False, text, until)


def _done(
    service: Service,
    feed: Feed,
    record: PollRecord,
    *,
    entries_new: int = 0,
    articles_new: int = 0,
    is_baseline: bool = False,
) -> PollDone:
    service.progress += 1
    done = PollDone(
        feed=feed.name,
        entries_new=entries_new,
        articles_new=articles_new,
        is_baseline=is_baseline,
        error=record.error,
        next_poll_at=record.next_poll_at,
    )
    _log(feed, record, done)
    if service.on_poll is not None:
        service.on_poll(done)
    return done


def _log(feed: Feed, record: PollRecord, done: PollDone) -> None:
    """One line a poll; a failure is a warning once, until it changes or ends."""
    if record.error is None:
        recovered = " recovered" if feed.error is not None else ""
        log.info(
            "poll feed=%s%s entries_new=%d articles_new=%d",
            feed.name,
            recovered,
            done.entries_new,
            done.articles_new,
        )
    elif record.error == feed.error:
        log.debug("poll feed=%s still failing: %s", feed.name, record.error)
    else:
        log.warning("poll feed=%s state=%s: %s", feed.name, record.state, record.error)
