"""Pages of one article, and the documents that come of them."""

from __future__ import annotations

from datetime import datetime

from monitor import articles
from monitor.model import Document

URL = "https://www.courier.example/news/bridge?utm_source=rss"
BODY = (
    "Three people were killed when a footbridge over the Calder gave way on Tuesday.",
    "The bridge had been closed to vehicles since the spring, the council said.",
    "Divers searched the river until dusk and brought two bicycles ashore.",
    "A public meeting has been called for Thursday evening in the assembly rooms.",
)
HEADLINE = "Three dead as footbridge collapses"


def page(
    *body: str, head: str = "", title: str = HEADLINE, h1: str | None = HEADLINE
) -> bytes:
    heading = f"<h1>{h1}</h1>" if h1 is not None else ""
    paragraphs = "".join(
        p if p.startswith("<") else f"<p>{p}</p>" for p in body or BODY
    )
    return (
        f'<!doctype html><html lang="en"><head><title>{title}</title>{head}</head>'
        "<body><nav><a href='/'>Front</a> <a href='/world'>World</a></nav>"
        f"<article>{heading}{paragraphs}</article>"
        "<footer><a href='/corrections'>Corrections</a> © Courier</footer></body></html>"
    ).encode()


def extract(
    html: bytes,
    *,
    charset: str | None = None,
    title: str | None = None,
    published_at: datetime | None = None,
    language: str | None = None,
) -> Document:
    return articles.extract(
        html,
        url=URL,
        charset=charset,
        title=title,
        published_at=published_at,
        language=language,
    )


def headline(document: Document) -> str:
    return document.text[: document.headline_end]


def body(document: Document) -> str:
    return document.text[document.headline_end :].lstrip("\n")
