"""A claim in the shape of schema.org's ClaimReview. Pure.

We give no verdict: there is no `reviewRating`, and `reviewBody` says what sources say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from monitor.alerts import words
from monitor.review import rows
from monitor.store.reading import ListedAssertion
from monitor.store.review.claim import Read


def claim_review(read: Read, *, url: str, home: str) -> dict[str, Any]:
    """The claim with who said it and where, as JSON-LD."""
    current = [one for one in read.listed.assertions if not one.is_historic]
    by_source = _by_source(current)
    appearances = [_appearance(row) for row in read.carriers]
    item: dict[str, Any] = {
        "@type": "Claim",
        "text": read.listed.text,
        # a document says something, but only who wrote it is an author
        "author": [
            {"@type": "Organization", "name": name}
            for name, one in by_source.items()
            if one.source_kind != "document"
        ],
        "citation": [
            {"@type": "CreativeWork", "name": name}
            for name, one in by_source.items()
            if one.source_kind == "document"
        ],
        "appearance": appearances,
    }
    if appearances:
        item["firstAppearance"] = appearances[0]
    return {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": url,
        "claimReviewed": read.listed.text,
        "datePublished": read.listed.first_seen_at,
        "dateModified": read.listed.last_seen_at,
        "author": {"@type": "Organization", "name": "Claimwatch", "url": home},
        "reviewBody": _body(current),
        "itemReviewed": item,
    }


def _by_source(current: list[ListedAssertion]) -> dict[str, ListedAssertion]:
    return {one.source or one.outlet: one for one in current}


def _appearance(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "@type": "NewsArticle",
        "url": row["url"],
        "headline": row["title"],
        "publisher": {"@type": "Organization", "name": row["outlet"]},
        "dateCreated": row["first_seen_at"],
    }


def _body(current: list[ListedAssertion]) -> str:
    said = []
    for one in current:
        parts = [words.value(one.side), rows.SURENESS[one.certainty]]
        if one.polarity == "negative":
            parts.append("denied")
        if one.is_removed:
            parts.append("removed since")
        said.append(f"{one.source or one.outlet}: {', '.join(p for p in parts if p)}")
    return "; ".join(said) or "No source states it now."
