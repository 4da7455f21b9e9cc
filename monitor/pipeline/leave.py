"""Which pages may be fetched: asks each host's robots.txt before its first page."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from monitor import robots, urls
from monitor.errors import FetchError
from monitor.model import Request, Response
from monitor.pipeline import pages
from monitor.pipeline.service import Service
from monitor.robots import Leave, RobotsFile
from monitor.store import robots as stored
from monitor.store.articles import Article

# Pages of a host that wants long pauses are taken for this long at once; the others
# come later, or they would wait in line until their lease ends.
AT_ONCE = timedelta(minutes=5)


class Robots:
    """The robots.txt files that one pass over the articles meets."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._known: dict[str, RobotsFile] = {}
        # articles that wait for the file of their origin
        self._waiting: dict[str, list[Article]] = {}
        self._spaced: Counter[str] = Counter()

    def leave(self, article: Article, url: str) -> Leave | None:
        """Whether its page may be fetched there; None = the file must be read first."""
        if not pages.obeys_robots(self._service, article):
            return Leave(allowed=True)
        now = self._service.clock.now()
        known = self._current(robots.origin(url), now)
        return None if known is None else robots.leave(known, url, now=now)

    def ask(self, article: Article, url: str) -> tuple[str, Request] | None:
        """Let the article wait; the request for the file, unless it is under way."""
        origin = robots.origin(url)
        waiting = self._waiting.setdefault(origin, [])
        waiting.append(article)
        if len(waiting) > 1:
            return None
        return origin, pages.robots_request(self._service, article, origin)

    def learn(self, origin: str, answer: Response | FetchError) -> list[Article]:
        """The file came, or not; returns those who waited for it."""
        if isinstance(answer, FetchError) and answer.kind == "refused-address":
            # says nothing of a file: somebody's redirect leads inside
            return self.dismiss(origin)
        now = self._service.clock.now()
        before = self._known.get(origin) or stored.get(self._service.store, origin)
        if isinstance(answer, FetchError):
            found = robots.read(before, None, b"", now=now)
        else:
            found = robots.read(before, answer.status, answer.body, now=now)
        self._known[origin] = found
        stored.put(self._service.store, origin, found)
        return self.dismiss(origin)

    def dismiss(self, origin: str) -> list[Article]:
        """Those who wait for the file, and don't any more."""
        return self._waiting.pop(origin, [])

    def is_full(self, url: str, leave: Leave) -> bool:
        """Space the host's requests; whether it has its share of this pass."""
        if not leave.delay:
            return False
        host = urls.host(url)
        if not self._spaced[host]:
            self._service.fetcher.space(host, leave.delay)
        self._spaced[host] += 1
        return self._spaced[host] * leave.delay > AT_ONCE

    def _current(self, origin: str, now: datetime) -> RobotsFile | None:
        known = self._known.get(origin)
        if known is None:
            known = stored.get(self._service.store, origin)
            if known is not None:
                self._known[origin] = known
        # a pass may last longer than a file holds, and a clock may be set back
        holds = known is not None and now < known.expires_at <= now + robots.KEPT_FOR
        return known if holds else None
