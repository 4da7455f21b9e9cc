"""Jobs for the analyst, sound and hostile."""

from __future__ import annotations

from datetime import timedelta

from monitor.analysis import Analyst, FeedJob, PageAnalysis, PageJob

URL = "https://courier.example/news/bridge"
# Far above what a small page takes, even on a busy machine.
PATIENCE = timedelta(seconds=60)
SENTENCES = (
    "At least {toll} people were killed when a footbridge gave way, police said.",
    "The bridge had been closed to vehicles since the spring, the council said.",
    "Divers searched the river until dusk and brought two bicycles ashore.",
    "A public meeting has been called for Thursday evening in the assembly rooms.",
)
GOOD_FEED = FeedJob(
    b"<rss version='2.0'><channel><title>Courier</title><item><title>Bridge</title>"
    b"<link>https://courier.example/news/bridge</link></item></channel></rss>",
    "https://courier.example/rss",
)


def page(toll: int = 3, *, body: bytes | None = None, status: int = 200) -> PageJob:
    paragraphs = "".join(f"<p>{s.format(toll=toll)}</p>" for s in SENTENCES)
    html = (
        "<html><head><title>Footbridge collapses</title></head><body><article>"
        f"<h1>Footbridge collapses</h1>{paragraphs}</article></body></html>"
    )
    return PageJob(
        body=html.encode() if body is None else body,
        feed_html=None,
        url=URL,
        final_url=URL,
        status=status,
        charset=None,
        title="Footbridge collapses",
        published_at=None,
        language="en",
    )


HOSTILE_PAGES = {
    "cells": b"<html><body><table><tr>" + b"<td>x" * 50_000 + b"</table></body></html>",
    "attributes": b"<html><body><p "
    + b" ".join(b"a%d=1" % i for i in range(60_000))
    + b">x</p></body></html>",
    "nesting": b"<html><body>" + b"<div>" * 200_000 + b"x" + b"</div>" * 200_000,
    "nul": b"<html><body>" + b"\0" * 1_000_000 + b"<p>x</p></body></html>",
    "ampersands": b"<html><body><p>" + b"&" * 3_000_000 + b"</p></body></html>",
    "angles": b"<" * 2_000_000,
}
# feedparser's pattern for e-mail addresses is quadratic on this.
HOSTILE_FEED = FeedJob(
    b"<rss version='2.0'><channel><title>x</title><item><title>t</title><author>a@"
    + b"a." * 15_500
    + b"!</author></item></channel></rss>",
    "https://courier.example/rss",
)


def analysis(analyst: Analyst, job: PageJob) -> PageAnalysis:
    ((_, result),) = analyst.analyse([("one", job)])
    assert isinstance(result, PageAnalysis), result
    return result
