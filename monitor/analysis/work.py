"""What a worker does with one job. Runs in worker processes only (but `stamp`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib import metadata

from monitor import articles
from monitor.analysis.jobs import FeedJob, PageAnalysis, PageJob
from monitor.model import Document, Mention, ParsedFeed, Transition, Verdict

Transitions = tuple[tuple[int | None, int | None, Transition], ...]


@cache
def stamp() -> str:
    """Extractor, claim engine and model with their versions; loads none of them."""
    from monitor.claims.find import ENGINE

    version = metadata.version("trafilatura")
    return f"trafilatura {version}+{articles.RULES} · {ENGINE}"


def warm_feeds() -> None:
    """Import what feeds need before workers are forked."""
    from monitor import feeds

    # a document type sends it to feedparser as well
    feeds.parse(
        b"<!DOCTYPE rss><rss version='2.0'><channel><title>Warm</title><item><title>One</title>"
        b"<link>https://example.org/1</link></item></channel></rss>",
        url="https://example.org/",
        charset=None,
    )


def warm_pages() -> None:
    """Import and load what pages need, the language model above all."""
    from monitor.claims import align, compare, find, wire

    articles.preload()
    mentions = find.find(Document("Three people were killed, police said on Monday."))
    align.align(mentions, mentions)
    compare.compare_revisions(mentions, mentions)
    wire.key("Three people were killed.")


def parse_feed(job: FeedJob) -> ParsedFeed:
    """Parse one feed; raises ParseError."""
    from monitor import feeds

    return feeds.parse(job.body, url=job.url, charset=job.charset)


def analyse_page(job: PageJob, aliases: Mapping[str, str]) -> PageAnalysis:
    """Extract, judge, and where the text is new find claims and compare them."""
    from monitor.claims import find, wire

    document = _document(job)
    verdict, reason = articles.judge(
        document,
        status=job.status if job.body is not None else 200,
        requested_url=job.url,
        final_url=job.final_url if job.body is not None else job.url,
        html=job.body or b"",
        last_good_length=job.last_good_length,
    )
    if verdict is not Verdict.OK or document is None:
        return PageAnalysis(verdict, reason, document, stamp())
    same_text = document.text == job.previous_text
    if same_text and not job.reanalyse:
        return PageAnalysis(verdict, reason, document, stamp(), same_text=True)
    analysis = PageAnalysis(
        verdict,
        reason,
        document,
        stamp(),
        mentions=tuple(find.find(document, aliases=aliases)),
        wire_key=wire.key(document.text[document.headline_end :]),
        same_text=same_text,
    )
    if same_text:
        return replace(analysis, previous_mentions=analysis.mentions)
    if job.previous_text is None:
        return analysis
    return _compared(analysis, job, document, aliases)


def _document(job: PageJob) -> Document | None:
    """The page's document, or the entry's own; None where there is nothing to read."""
    if job.body is None:
        return articles.from_feed(
            job.feed_html or "",
            job.title or "",
            published_at=job.published_at,
            language=job.language,
        )
    if not 200 <= job.status < 300:
        return None
    return articles.extract(
        job.body,
        url=job.final_url,
        charset=job.charset,
        title=job.title,
        published_at=job.published_at,
        language=job.language,
    )


def _compared(
    analysis: PageAnalysis,
    job: PageJob,
    document: Document,
    aliases: Mapping[str, str],
) -> PageAnalysis:
    """With the mentions of the previous text, by the same engine, and what changed."""
    from monitor.claims import align, compare, find

    before = Document(
        job.previous_text or "",
        headline_end=job.previous_headline_end,
        language=document.language,
        published_at=document.published_at,
    )
    previous = tuple(find.find(before, aliases=aliases))
    is_news = document.correction != job.previous_correction
    found = compare.compare_revisions(
        previous,
        analysis.mentions,
        correction=document.correction if is_news else None,
        texts=(before.text, document.text),
        thresholds=job.thresholds,
    )
    return replace(
        analysis,
        previous_mentions=previous,
        alignment=align.align(previous, analysis.mentions),
        transitions=_indexed(found, previous, analysis.mentions),
    )


def _indexed(
    found: Iterable[Transition], before: Sequence[Mention], after: Sequence[Mention]
) -> Transitions:
    return tuple((_index(t.before, before), _index(t.after, after), t) for t in found)


def _index(mention: Mention | None, mentions: Sequence[Mention]) -> int | None:
    """Where that very mention stands (an equal one, if the engine made a copy)."""
    if mention is None:
        return None
    for index, candidate in enumerate(mentions):
        if candidate is mention:
            return index
    return next((i for i, m in enumerate(mentions) if m == mention), None)
