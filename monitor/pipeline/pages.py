"""What to ask a host for an article, and what to give the analyst of its answer."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta

from monitor import analysis, robots, urls
from monitor.analysis import PageJob
from monitor.errors import FetchError
from monitor.model import Request, Response, Thresholds, Verdict
from monitor.pipeline.credentials import request_headers
from monitor.pipeline.service import Service
from monitor.settings import FeedConfig
from monitor.store.articles import Article
from monitor.store.checks import NOT_ASKED, Fetched

PAGE_LIMIT = 3_000_000
GONE_STATUSES = (404, 410)
# The page exists but isn't given to us: then the entry's own content is what we have.
WITHHELD = (
    Verdict.ERROR,
    Verdict.CONSENT,
    Verdict.CAPTCHA,
    Verdict.PAYWALL,
    Verdict.LOGIN,
    Verdict.EMPTY,
    # or it is gone; or it is a round-up of links, which its entry says better
    Verdict.HOME,
)


@dataclass(frozen=True, slots=True)
class Page:
    """What the fetch of one article brought.

    `error` says why there is no page; `own` that the entry's own content stands in,
    `fetched` then tells of the page in whose place it stands.
    """

    article: Article
    response: Response | None
    digest: str | None = None
    error: str | None = None
    own: bool = False
    fetched: Fetched = NOT_ASKED


def feed_config(service: Service, article: Article) -> FeedConfig | None:
    """The configured feed whose settings hold for the article's page."""
    configs = (service.feed_config(name) for name in article.feeds)
    return next((config for config in configs if config is not None), None)


def request(
    service: Service, article: Article, redirect: Response | None = None
) -> Request:
    """How the article's page is asked for, or what its redirect leads to."""
    config = feed_config(service, article)
    # cookies and auth belong to the feed's own site, not to pages elsewhere
    own_site = config is not None and urls.outlet(config.url) == urls.outlet(
        article.url
    )
    # a feed may not open the user's network beyond its own host
    own_host = config is not None and urls.host(config.url) == urls.host(article.url)
    revision = article.revision
    current = is_current(article) and revision is not None and not revision.is_from_feed
    asked = Request(
        url=article.url,
        etag=article.etag if current else None,
        last_modified=article.last_modified if current else None,
        headers=request_headers(config, article.url) if own_site else (),
        proxy=config.proxy if config else None,
        allow_private=bool(config and config.allow_private and own_host),
        body_limit=PAGE_LIMIT,
        asks_leave=obeys_robots(service, article),
    )
    if redirect is None or redirect.leads_to is None:
        return asked
    return replace(asked, url=redirect.leads_to, trail=redirect.trail)


def obeys_robots(service: Service, article: Article) -> bool:
    """Whether robots.txt is asked before this page is."""
    config = feed_config(service, article)
    if config is not None and config.robots is not None:
        return config.robots
    return service.config.fetch.robots


def robots_request(service: Service, article: Article, origin: str) -> Request:
    """How the robots.txt is asked for by which the page may be, without any secret."""
    page = request(service, article)
    return Request(
        url=f"{origin}/robots.txt",
        proxy=page.proxy,
        # the user vouched for the article's own door, not for where it sends us
        allow_private=page.allow_private and origin == robots.origin(article.url),
        body_limit=robots.SIZE_LIMIT,
        may_be_cut=True,
    )


def is_current(article: Article) -> bool:
    """Whether the stored text was made by the tools we run now."""
    revision = article.revision
    return revision is not None and revision.analysis == analysis.stamp()


def of_answer(article: Article, answer: Response | FetchError) -> Page:
    """The page that a fetch brought, or why it brought none."""
    if isinstance(answer, FetchError):
        return Page(article, None, error=f"{answer.kind}: {answer}")
    duration = timedelta(seconds=answer.elapsed)
    return Page(
        article,
        answer,
        hashlib.sha256(answer.body).hexdigest(),
        fetched=Fetched(answer.status, len(answer.body), duration),
    )


def of_entry(article: Article, error: str | None, fetched: Fetched = NOT_ASKED) -> Page:
    """The entry's own content in place of the page."""
    return Page(article, None, error=error, own=True, fetched=fetched)


def can_stand_in(article: Article) -> bool:
    """Whether the entry's own content may be the document.

    It never follows a page's text: the two are not comparable.
    """
    revision = article.revision
    return bool(article.feed_html) and (revision is None or revision.is_from_feed)


def reads_entries_only(service: Service, article: Article) -> bool:
    """Whether the user wants the entries' own content and no page of this feed."""
    config = feed_config(service, article)
    return bool(config and config.from_feed and article.feed_html)


def job(page: Page, thresholds: Thresholds) -> PageJob:
    """What the analyst is to read, beside the last text of the same origin."""
    article, response = page.article, page.response
    revision = article.revision
    comparable = revision is not None and revision.is_from_feed == page.own
    last = revision if comparable else None
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
        previous_text=last.text if last else None,
        previous_headline_end=last.headline_end if last else 0,
        last_good_length=len(last.text) if last else None,
        reanalyse=last is not None and not is_current(article),
        previous_correction=last.correction if last else None,
        thresholds=thresholds,
    )
