"""What a check found, recorded: a text, the same text, no page, no article any more.

Everything is stored in one transaction, with the change, its alert and the deliveries:
nothing is sent that is not committed (I1).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor import schedule, urls
from monitor.analysis import PageAnalysis
from monitor.errors import ClaimwatchError, StoreError
from monitor.model import Verdict
from monitor.pipeline import baseline, belonging, outlets, pages, removals
from monitor.pipeline.pages import Page
from monitor.pipeline.recording import Check, Seen
from monitor.pipeline.service import CheckDone, Service, log
from monitor.robots import KEPT_FOR
from monitor.store import articles, checks, poison
from monitor.store.articles import Article
from monitor.store.checks import CheckRecord


def without_analysis(service: Service, page: Page) -> CheckDone | None:
    """Record a check that needs no worker: unchanged, gone, or no answer."""
    article, response = page.article, page.response
    try:
        if response is None:
            return _failed(service, page, page.error or "no answer", Verdict.ERROR)
        if response.status in pages.GONE_STATUSES:
            return _gone(service, page)
        unchanged = response.status == 304 or (
            response.status == 200 and page.digest == article.body_sha256
        )
        if unchanged and pages.is_current(article):
            return _unchanged(service, page)
        if response.status in (429, 503):
            return _failed(
                service,
                page,
                f"the host answered {response.status}",
                Verdict.ERROR,
                retry_after=response.retry_after,
            )
        return None
    except StoreError:
        raise
    except Exception as error:
        return poisoned(service, article, error)


# ------------------------------------------------------------------ record


def _record(
    service: Service, article: Article, found: CheckRecord, now: datetime
) -> None:
    """The state of the page, and a line in the log of its checks."""
    keep = service.config.retention.checks_per_article
    with service.store.writing() as db:
        checks.record(db, article.article_id, found, now=now, keep=keep)


def _next(
    service: Service,
    article: Article,
    now: datetime,
    *,
    failures: int = 0,
    edited: bool = False,
    pending: datetime | None = None,
    retry_after: float | None = None,
) -> datetime | None:
    config = service.config.checks
    before = article.last_changed_at if article.revision_count > 1 else None
    due, _ = schedule.next_check(
        first_seen_at=article.first_seen_at,
        published_at=article.published_at,
        taper=config.schedule,
        failures=failures,
        edited_at=now if edited else before,
        pending_removal_at=pending,
        confirm_removal_after=config.confirm_removal_after,
        retry_after=None if retry_after is None else timedelta(seconds=retry_after),
        now=now,
        jitter_key=article.url,
        stretch=outlets.stretch(service, article.outlet),
    )
    return due


def record(
    service: Service, page: Page, result: PageAnalysis | ClaimwatchError
) -> CheckDone:
    """Record what the analyst made of a page, or of the entry in its place."""
    article, response = page.article, page.response
    if isinstance(result, ClaimwatchError):
        return _failed(service, page, str(result), Verdict.ERROR)
    if result.verdict is not Verdict.OK or result.document is None:
        retry = response.retry_after if response is not None else None
        reason = f"{page.error}; {result.reason}" if page.error else result.reason
        return _failed(service, page, reason, result.verdict, retry_after=retry)
    now = service.clock.now()
    with service.store.writing():
        same = _merged(service, page, result, now) if article.revision is None else None
        seen = _record_text(service, page, result, now) if same is None else Seen()
    if same is not None:
        return _done(service, article, Verdict.OK, error=same)
    return _done(
        service,
        article,
        Verdict.OK,
        revision=seen.revision.number if seen.revision else None,
        claims=seen.claims,
        changes=seen.changes,
        is_baseline=seen.is_baseline,
    )


def _record_text(
    service: Service, page: Page, result: PageAnalysis, now: datetime
) -> Seen:
    """The text, all that follows from it, and the state of its page."""
    article, response = page.article, page.response
    with service.store.writing() as db:
        seen = baseline.record(
            Check(service.config, service.store, article, result, now)
        )
        if (
            service.config.evidence.keep_html
            and seen.revision is not None
            and seen.revision_is_new
            and response is not None
        ):
            articles.add_evidence(db, seen.revision, response, now=now)
        due = _next(
            service,
            article,
            now,
            # the first text is no edit
            edited=seen.revision_is_new and article.revision is not None,
            pending=seen.pending,
        )
        found = CheckRecord(
            next_check_at=due,
            verdict=Verdict.OK,
            # the page is out of reach; the entry's own content stands in
            error=page.error,
            etag=response.header("etag") if response else None,
            last_modified=response.header("last-modified") if response else None,
            body_sha256=page.digest,
            fetched=page.fetched,
            revision=seen.new_number,
        )
        _record(service, article, found, now)
    return seen


def _merged(
    service: Service, page: Page, result: PageAnalysis, now: datetime
) -> str | None:
    """A page that is another address of a known article is that article.

    It says so itself, or it has the same text and is a rendering of it (AMP, print,
    mobile), or both name one canonical address; an address alone proves nothing there,
    since some sites name their front page in all of them.
    Returns what is to be said of it; None = it is an article of its own.
    """
    article, document = page.article, result.document
    named = document.canonical_url if document is not None else None
    canonical = urls.canonical(named or "", article.url) or article.url
    with service.store.writing() as db:
        kept = articles.at_url(db, canonical, but=article.article_id)
        if kept is None:
            kept = belonging.same_page(db, article, canonical, result.wire_key, now=now)
        if kept is None:
            if canonical != article.url:
                articles.note_canonical(db, article.article_id, canonical)
            return None
        articles.merge_into(db, article.article_id, kept.article_id)
        same = f"is the same page as {kept.url}"
        last = CheckRecord(next_check_at=None, error=same, fetched=page.fetched)
        keep = service.config.retention.checks_per_article
        checks.log(db, article.article_id, last, now=now, keep=keep)
    return same


def _unchanged(service: Service, page: Page) -> CheckDone:
    article = page.article
    now = service.clock.now()
    with service.store.writing():
        seen = baseline.record_unchanged(service.config, service.store, article, now)
        found = CheckRecord(
            next_check_at=_next(service, article, now, pending=seen.pending),
            verdict=Verdict.OK,
            etag=article.etag,
            last_modified=article.last_modified,
            body_sha256=article.body_sha256,
            fetched=page.fetched,
        )
        _record(service, article, found, now)
    return _done(service, article, Verdict.OK, changes=seen.changes)


def _gone(service: Service, page: Page) -> CheckDone:
    """404 or 410: a removal, once a second visit later says so too (I4).

    Pages come back: we keep looking, ever less often, until the watch is over.
    """
    article = page.article
    status = page.response.status if page.response is not None else 0
    now = service.clock.now()
    wait = service.config.checks.confirm_removal_after
    since = article.gone_since or now
    confirmed = article.gone_since is not None and now - since >= wait
    changes = 0
    with service.store.writing():
        if confirmed and article.gone_at is None:
            changes = removals.record_gone(
                service.config, service.store, article, status, now
            )
        # asked for again when it can be confirmed, not by the back-off
        failures = article.failures + 1 if confirmed else 0
        pending = None if confirmed else since
        found = CheckRecord(
            next_check_at=_next(
                service, article, now, failures=failures, pending=pending
            ),
            verdict=Verdict.GONE,
            ok=False,
            error=f"the page answered {status}",
            gone_since=since,
            gone_at=article.gone_at or (now if confirmed else None),
            fetched=page.fetched,
        )
        _record(service, article, found, now)
    return _done(
        service,
        article,
        Verdict.GONE,
        changes=changes,
        error=f"the page answered {status}",
    )


def _failed(
    service: Service,
    page: Page,
    error: str,
    verdict: Verdict,
    *,
    retry_after: float | None = None,
) -> CheckDone:
    """No usable page: the last revision stays, we come back later (I4)."""
    article = page.article
    now = service.clock.now()
    failures = article.failures + 1
    found = CheckRecord(
        next_check_at=_next(
            service, article, now, failures=failures, retry_after=retry_after
        ),
        verdict=verdict,
        ok=False,
        error=error,
        # an error in between says nothing about a page that was gone
        gone_since=article.gone_since,
        gone_at=article.gone_at,
        fetched=page.fetched,
    )
    _record(service, article, found, now)
    return _done(service, article, verdict, error=error)


def refused(service: Service, article: Article, reason: str) -> CheckDone:
    """The page may not be fetched and nothing stands in: asked again in a day."""
    day = KEPT_FOR.total_seconds()
    page = Page(article, None, error=reason)
    return _failed(service, page, reason, Verdict.ERROR, retry_after=day)


def poisoned(service: Service, article: Article, error: Exception) -> CheckDone:
    """An unforeseen exception: the row steps aside, the loop goes on (I6)."""
    text = poison.text_of(error)
    log.exception("check url=%s poisoned", article.url)
    now = service.clock.now()
    checks.postpone(
        service.store,
        article.article_id,
        until=now + poison.DELAY,
        error=text,
        now=now,
        keep=service.config.retention.checks_per_article,
    )
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
