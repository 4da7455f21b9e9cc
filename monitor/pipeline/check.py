"""check: due articles -> fetch -> extract and find -> match, compare, route -> record.

Everything a check finds out is stored in one transaction, with the change, its
alert and the deliveries: nothing is sent that is not committed (I1).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from monitor.analysis import PageAnalysis, PageJob
from monitor.errors import AnalysisError, ClaimwatchError, FetchError, StoreError
from monitor.model import Request, Response
from monitor.pipeline import findings, hosts, outlets, pages
from monitor.pipeline.intake import Intake
from monitor.pipeline.leave import AT_ONCE, Robots
from monitor.pipeline.pages import Page
from monitor.pipeline.service import CheckDone, Service
from monitor.pipeline.strikes import Strikes
from monitor.robots import Leave
from monitor.store import articles, leases
from monitor.store.articles import Article
from monitor.store.checks import NOT_ASKED

# Articles under way at once: each holds its last text in memory.
MOST = 200
# A page that left us without an answer while nobody answers is asked again soon.
UNCOUNTED_DELAY = timedelta(minutes=5)


def check(service: Service, *, force: bool = False) -> list[CheckDone]:
    """Check every due article once (every watched one with `force`)."""
    if service.is_daemon and service.hosts.offline_since is not None:
        return []
    outlets.count(service)
    return _Pass(service, force=force).run()


class _Pass:
    """One pass over the due articles; pages come and go in any order."""

    def __init__(self, service: Service, *, force: bool) -> None:
        self.service = service
        self.force = force
        self.done: list[CheckDone] = []
        self.finished = 0
        self.intake = Intake(service, self._due, most=MOST)
        self.pages: dict[int, Page] = {}
        # articles whose own content is to be read, the page being out of reach
        self.own: list[int] = []
        self.strikes = Strikes()
        self.robots = Robots(service)
        # those whose robots.txt has come
        self.unasked: list[Article] = []
        # redirects to other sites, by article: their robots.txt is asked as well
        self.redirects: dict[int, Response] = {}

    def run(self) -> list[CheckDone]:
        """Work until nothing is due."""
        more = True
        while more:
            before = self.finished
            for article_id, result in self.service.analyst.analyse(self._jobs()):
                self._analysed(article_id, result)
            # results may have left entries to be read in place of their pages
            more = bool(self.own) or self.finished > before
        return self.done

    def _due(
        self, now: datetime, limit: int, had: frozenset[int]
    ) -> dict[int, Article]:
        rows = articles.due(
            self.service.store, now=now, limit=limit, force=self.force, but=had
        )
        return {article.article_id: article for article in rows}

    def _requests(self, _: int) -> Iterator[tuple[int | str, Request]]:
        waited, self.unasked = self.unasked, []
        for article in [*waited, *self.intake.more()]:
            now, url = self.service.clock.now(), self._address(article)
            pause = self.service.hosts.paused_until(url, now=now)
            if pages.reads_entries_only(self.service, article):
                self._read_entry(article, None)
            elif pause is not None:
                self._defer(article, pause)
            elif self.strikes.is_out(url, at=self.service.clock.monotonic()):
                answer = FetchError(
                    "connect", "not tried: its host left the pages before unanswered"
                )
                self._answered(article, answer)
            else:
                yield from self._asked_for(article)

    def _asked_for(self, article: Article) -> Iterator[tuple[int | str, Request]]:
        """The request for the page, or for the robots.txt that must be known first."""
        url = self._address(article)
        try:
            leave = self.robots.leave(article, url)
            if leave is None:
                asked = self.robots.ask(article, url)
                if asked is not None:
                    yield asked
            elif not leave.allowed:
                self._refused(article, leave)
            elif self.robots.is_full(url, leave):
                self._defer(article, self.service.clock.now() + AT_ONCE)
            else:
                redirect = self.redirects.get(article.article_id)
                request = pages.request(self.service, article, redirect)
                yield article.article_id, request
        except StoreError:
            raise
        except Exception as error:
            # a cookie file that went away, say: these articles' trouble alone
            self._finish(article, findings.poisoned(self.service, article, error))

    def _refused(self, article: Article, leave: Leave) -> None:
        """No leave to fetch the page: the entry's own content, if there is any."""
        if leave.passing:
            self._answered(article, FetchError("connect", leave.reason))
        elif pages.can_stand_in(article):
            self._read_entry(article, leave.reason)
        else:
            done = findings.refused(self.service, article, leave.reason)
            self._finish(article, done)

    def _jobs(self) -> Iterator[tuple[int, PageJob] | None]:
        service = self.service
        for got in service.fetcher.rolling(self._requests, stop=service.stop):
            if got is not None:
                article_id, answer = got
                if isinstance(article_id, str):
                    self._learn(article_id, answer)
                    continue
                article = self.intake.held[article_id]
                if not self._counts(self._address(article), answer):
                    until = service.clock.now() + UNCOUNTED_DELAY
                    self._defer(article, until)
                    continue
                if isinstance(answer, Response) and answer.leads_to is not None:
                    self.redirects[article_id] = answer
                    self.unasked.append(article)
                    continue
                self._answered(article, answer)
                if article_id in self.pages and article_id not in self.own:
                    yield article_id, self._job(article_id)
            yield from self._own_jobs()
            yield None
        yield from self._own_jobs()

    def _address(self, article: Article) -> str:
        """Where its page is asked for next: its own address, or what that leads to."""
        redirect = self.redirects.get(article.article_id)
        leads_to = redirect.leads_to if redirect is not None else None
        return leads_to or article.url

    def _job(self, article_id: int) -> PageJob:
        return pages.job(self.pages[article_id], self.service.config.thresholds)

    def _own_jobs(self) -> Iterator[tuple[int, PageJob]]:
        while self.own:
            article_id = self.own.pop(0)
            yield article_id, self._job(article_id)

    def _learn(self, origin: str, answer: Response | FetchError) -> None:
        """A robots.txt came, or not: its articles go on, or wait with it."""
        if not self._counts(origin, answer):
            until = self.service.clock.now() + UNCOUNTED_DELAY
            for article in self.robots.dismiss(origin):
                self._defer(article, until)
            return
        waiting = self.robots.learn(origin, answer)
        if isinstance(answer, FetchError):
            # the pages would fail alike
            for article in waiting:
                self._answered(article, answer)
        else:
            self.unasked += waiting

    def _counts(self, url: str, answer: Response | FetchError) -> bool:
        """Whether the answer counts: silence doesn't while nobody answers."""
        service = self.service
        if not isinstance(answer, FetchError):
            hosts.heard(service, url, answer)
            self.strikes.answered(url)
            return True
        if answer.kind not in hosts.NO_ANSWER:
            return True
        at = service.clock.monotonic()
        self.strikes.unanswered(url, at=at)
        proven = service.hosts.is_proven(at)
        return proven or not service.has_several_hosts

    def _defer(self, article: Article, until: datetime) -> None:
        """Not visited, for now: nothing is said of the article."""
        self._leave(article)
        leases.defer(self.service.store, "articles", [article.article_id], until=until)

    def _answered(self, article: Article, answer: Response | FetchError) -> None:
        """Record what needs no analysis; keep the rest for the analyst."""
        page = pages.of_answer(article, answer)
        if page.response is None and pages.can_stand_in(article):
            self._read_entry(article, page.error, page)
            return
        finished = findings.without_analysis(self.service, page)
        if finished is None:
            self.pages[article.article_id] = page
        else:
            self._finish(article, finished)

    def _read_entry(
        self, article: Article, error: str | None, page: Page | None = None
    ) -> None:
        fetched = page.fetched if page is not None else NOT_ASKED
        self.pages[article.article_id] = pages.of_entry(article, error, fetched)
        self.own.append(article.article_id)

    def _finish(self, article: Article, done: CheckDone) -> None:
        self._leave(article)
        self.finished += 1
        # a pass of the daemon lasts as long as some host hangs, and nobody reads it
        if not self.service.is_daemon:
            self.done.append(done)

    def _leave(self, article: Article) -> None:
        del self.intake.held[article.article_id]
        self.redirects.pop(article.article_id, None)

    def _analysed(
        self, article_id: int, result: PageAnalysis | ClaimwatchError
    ) -> None:
        page = self.pages.pop(article_id)
        article = page.article
        if isinstance(result, AnalysisError) and self.service.stop.is_set():
            return  # abandoned at the end: it stays due
        if (
            isinstance(result, PageAnalysis)
            and result.verdict in pages.WITHHELD
            and not page.own
            and pages.can_stand_in(article)
        ):
            self._read_entry(article, f"{result.verdict}: {result.reason}", page)
            return
        try:
            self._finish(article, findings.record(self.service, page, result))
        except StoreError:
            raise
        except Exception as error:
            self._finish(article, findings.poisoned(self.service, article, error))
