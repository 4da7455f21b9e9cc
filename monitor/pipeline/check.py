"""check: due articles -> fetch -> extract and find -> match, compare, route -> record.

Everything a check finds out is stored in one transaction, with the change, its
alert and the deliveries: nothing is sent that is not committed (I1).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor import analysis, schedule, urls
from monitor.analysis import PageAnalysis, PageJob
from monitor.errors import ClaimwatchError, FetchError, StoreError
from monitor.model import Request, Response, Verdict
from monitor.pipeline import baseline, removals
from monitor.pipeline.credentials import request_headers
from monitor.pipeline.recording import Check
from monitor.pipeline.service import CheckDone, Service, log
from monitor.settings import FeedConfig
from monitor.store import articles
from monitor.store.articles import Article, CheckRecord

# Articles worked on at once.
BATCH = 50
POISON_DELAY = timedelta(hours=1)
PAGE_LIMIT = 3_000_000
# After so many failures in a row a page that never gave a text is left alone longer.
GONE_STATUSES = (404, 410)


@dataclass(frozen=True, slots=True)
class _Page:
    """What the fetch of one article brought."""

    article: Article
    response: Response | None
    digest: str | None
    error: str | None = None


def check(service: Service, *, force: bool = False) -> list[CheckDone]:
    """Check every due article once (every watched one with `force`)."""
    started = service.clock.now()
    done: list[CheckDone] = []
    seen: set[int] = set()
    while not service.stop.is_set():
        batch = articles.due(service.store, now=started, limit=BATCH, force=force)
        batch = [a for a in batch if a.article_id not in seen]
        if not batch:
            break
        seen.update(a.article_id for a in batch)
        done += _check_batch(service, batch)
    return done


def _check_batch(service: Service, batch: list[Article]) -> Iterator[CheckDone]:
    by_id = {article.article_id: article for article in batch}
    pages: dict[int, _Page] = {}
    quick: list[CheckDone] = []

    def jobs() -> Iterator[tuple[int, PageJob]]:
        requests = ((a.article_id, _request(service, a)) for a in batch)
        for article_id, answer in service.fetcher.many(requests):
            page = _page(by_id[article_id], answer)
            finished = _without_analysis(service, page)
            if finished is not None:
                quick.append(finished)
                continue
            pages[article_id] = page
            yield article_id, _job(page)

    for article_id, result in service.analyst.analyse(jobs()):
        yield from _drain(quick)
        page = pages.pop(article_id)
        try:
            yield _record(service, page, result)
        except StoreError:
            raise
        except Exception as error:
            yield _poisoned(service, page.article, error)
    yield from _drain(quick)


def _drain(quick: list[CheckDone]) -> Iterator[CheckDone]:
    while quick:
        yield quick.pop(0)


# ------------------------------------------------------------------ fetch


def _feed_config(service: Service, article: Article) -> FeedConfig | None:
    configs = (service.feed_config(name) for name in article.feeds)
    return next((config for config in configs if config is not None), None)


def _request(service: Service, article: Article) -> Request:
    config = _feed_config(service, article)
    # cookies and auth belong to the feed's own site, not to pages elsewhere
    own_site = config is not None and urls.outlet(config.url) == urls.outlet(
        article.url
    )
    current = _is_current(article)
    return Request(
        url=article.url,
        etag=article.etag if current else None,
        last_modified=article.last_modified if current else None,
        headers=request_headers(config, article.url) if own_site else (),
        proxy=config.proxy if config else None,
        allow_private=bool(config and config.allow_private),
        body_limit=PAGE_LIMIT,
    )


def _is_current(article: Article) -> bool:
    """Whether the stored text was made by the tools we run now."""
    revision = article.revision
    return revision is not None and revision.analysis == analysis.stamp()


def _page(article: Article, answer: Response | FetchError) -> _Page:
    if isinstance(answer, FetchError):
        return _Page(article, None, None, error=f"{answer.kind}: {answer}")
    return _Page(article, answer, hashlib.sha256(answer.body).hexdigest())


def _without_analysis(service: Service, page: _Page) -> CheckDone | None:
    """Record a check that needs no worker: unchanged, gone, or no answer."""
    article, response = page.article, page.response
    try:
        if response is None:
            if article.revision is None and article.feed_html:
                return None  # the entry's own content is its document
            return _failed(service, article, page.error or "no answer", Verdict.ERROR)
        if response.status in GONE_STATUSES:
            return _gone(service, page)
        unchanged = response.status == 304 or (
            response.status == 200 and page.digest == article.body_sha256
        )
        if unchanged and _is_current(article):
            return _unchanged(service, page)
        if response.status in (429, 503):
            return _failed(
                service,
                article,
                f"the host answered {response.status}",
                Verdict.ERROR,
                retry_after=response.retry_after,
            )
        return None
    except StoreError:
        raise
    except Exception as error:
        return _poisoned(service, article, error)


def _job(page: _Page) -> PageJob:
    article, response = page.article, page.response
    revision = article.revision
    return PageJob(
        body=response.body if response is not None else None,
        feed_html=article.feed_html or None,
        url=article.url,
        final_url=response.url if response is not None else article.url,
        status=response.status if response is not None else 0,
        charset=response.charset if response is not None else None,
        title=article.title or None,
        published_at=article.published_at,
        language=article.language,
        previous_text=revision.text if revision else None,
        previous_headline_end=revision.headline_end if revision else 0,
        last_good_length=len(revision.text) if revision else None,
        reanalyse=revision is not None and not _is_current(article),
        previous_correction=revision.correction if revision else None,
    )


# ------------------------------------------------------------------ record


def _next(
    service: Service,
    article: Article,
    now: datetime,
    *,
    failures: int = 0,
    changed: bool = False,
    pending: datetime | None = None,
    retry_after: float | None = None,
) -> datetime | None:
    checks = service.config.checks
    due, _ = schedule.next_check(
        first_seen_at=article.first_seen_at,
        published_at=article.published_at,
        taper=checks.schedule,
        failures=failures,
        changed=changed,
        pending_removal_at=pending,
        confirm_removal_after=checks.confirm_removal_after,
        retry_after=None if retry_after is None else timedelta(seconds=retry_after),
        now=now,
        jitter_key=article.url,
    )
    return due


def _record(
    service: Service, page: _Page, result: PageAnalysis | ClaimwatchError
) -> CheckDone:
    article, response = page.article, page.response
    if isinstance(result, ClaimwatchError):
        return _failed(service, article, str(result), Verdict.ERROR)
    if result.verdict is not Verdict.OK or result.document is None:
        retry = response.retry_after if response is not None else None
        return _failed(
            service, article, result.reason, result.verdict, retry_after=retry
        )
    if article.revision is None and result.document.canonical_url:
        merged = _merged(service, article, result.document.canonical_url)
        if merged is not None:
            return merged
    now = service.clock.now()
    with service.store.writing() as db:
        seen = baseline.record(
            Check(service.config, service.store, article, result, now)
        )
        if (
            service.config.evidence.keep_html
            and seen.revision is not None
            and seen.revision_is_new
            and response is not None
            and not result.document.from_feed
        ):
            articles.add_evidence(db, seen.revision, response, now=now)
        due = _next(
            service, article, now, changed=seen.revision_is_new, pending=seen.pending
        )
        good = response is not None and not result.document.from_feed
        record = CheckRecord(
            next_check_at=due,
            verdict=Verdict.OK,
            etag=response.header("etag") if good and response else None,
            last_modified=(
                response.header("last-modified") if good and response else None
            ),
            body_sha256=page.digest if good else None,
        )
        articles.record_check(db, article.article_id, record, now=now)
    return _done(
        service,
        article,
        Verdict.OK,
        revision=seen.revision.number if seen.revision else None,
        claims=seen.claims,
        changes=seen.changes,
        is_baseline=seen.is_baseline,
    )


def _merged(service: Service, article: Article, canonical: str) -> CheckDone | None:
    """A page that names a known article as its canonical form is that article."""
    url = urls.canonical(canonical, article.url)
    if url is None or url == article.url:
        return None
    with service.store.writing() as db:
        kept = articles.merge_into(db, article.article_id, url)
    if kept is None:
        return None
    return _done(service, article, Verdict.OK, error=f"is the same page as {url}")


def _unchanged(service: Service, page: _Page) -> CheckDone:
    article = page.article
    now = service.clock.now()
    with service.store.writing() as db:
        seen = baseline.record_unchanged(service.config, service.store, article, now)
        record = CheckRecord(
            next_check_at=_next(service, article, now, pending=seen.pending),
            verdict=Verdict.OK,
            etag=article.etag,
            last_modified=article.last_modified,
            body_sha256=article.body_sha256,
        )
        articles.record_check(db, article.article_id, record, now=now)
    return _done(service, article, Verdict.OK, changes=seen.changes)


def _gone(service: Service, page: _Page) -> CheckDone:
    """404 or 410: a removal, once a second visit later says so too (I4)."""
    article = page.article
    status = page.response.status if page.response is not None else 0
    now = service.clock.now()
    wait = service.config.checks.confirm_removal_after
    since = article.gone_since or now
    confirmed = article.gone_since is not None and now - since >= wait
    with service.store.writing() as db:
        changes = 0
        if confirmed and article.revision is not None:
            changes = removals.record_gone(
                service.config, service.store, article, status, now
            )
        due = (
            None
            if confirmed
            else _next(service, article, now, failures=1, pending=since)
        )
        record = CheckRecord(
            next_check_at=due,
            verdict=Verdict.GONE,
            ok=False,
            error=f"the page answered {status}",
            gone_since=since,
            gone_at=now if confirmed else None,
        )
        articles.record_check(db, article.article_id, record, now=now)
    return _done(
        service,
        article,
        Verdict.GONE,
        changes=changes,
        error=f"the page answered {status}",
    )


def _failed(
    service: Service,
    article: Article,
    error: str,
    verdict: Verdict,
    *,
    retry_after: float | None = None,
) -> CheckDone:
    """No usable page: the last revision stays, we come back later (I4)."""
    now = service.clock.now()
    failures = article.failures + 1
    record = CheckRecord(
        next_check_at=_next(
            service, article, now, failures=failures, retry_after=retry_after
        ),
        verdict=verdict,
        ok=False,
        error=error,
    )
    with service.store.writing() as db:
        articles.record_check(db, article.article_id, record, now=now)
    return _done(service, article, verdict, error=error)


def _poisoned(service: Service, article: Article, error: Exception) -> CheckDone:
    """An unforeseen exception: the row steps aside, the loop goes on (I6)."""
    text = f"unforeseen: {type(error).__name__}: {error}".replace("\n", " ")[:300]
    log.exception("check url=%s poisoned", article.url)
    until = service.clock.now() + POISON_DELAY
    articles.postpone(service.store, article.article_id, until=until, error=text)
    return _done(service, article, Verdict.ERROR, error=text)


def _done(
    service: Service,
    article: Article,
    verdict: Verdict,
    *,
    revision: int | None = None,
    claims: int = 0,
    changes: int = 0,
    is_baseline: bool = False,
    error: str | None = None,
) -> CheckDone:
    service.progress += 1
    done = CheckDone(
        article.url, verdict, revision, claims, changes, is_baseline, error
    )
    log.info(
        "check url=%s verdict=%s revision=%s claims=%d changes=%d%s",
        article.url,
        verdict,
        revision or "-",
        claims,
        changes,
        f" error={error}" if error else "",
    )
    if service.on_check is not None:
        service.on_check(done)
    return done
