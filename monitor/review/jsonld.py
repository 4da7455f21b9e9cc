"""A claim in the shape of schema.org's ClaimReview. Pure.

We give no verdict: there is no `reviewRating`, and `reviewBody` says what sources say.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from monitor.review import rows
from monitor.store.reading import ListedAssertion
from monitor.store.review.claim import Read

_TYPES = {"named": "Organization", "document": "CreativeWork"}


def claim_review(read: Read, *, url: str, home: str, now: datetime) -> dict[str, Any]:
    """The claim with who said it and where, as JSON-LD."""
    current = [one for one in read.listed.assertions if not one.is_historic]
    appearances = [_appearance(row) for row in read.carriers]
    item: dict[str, Any] = {
        "@type": "Claim",
        "text": read.listed.text,
        "author": [_author(one) for one in _by_source(current).values()],
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
        "dateModified": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "author": {"@type": "Organization", "name": "Claimwatch", "url": home},
        "reviewBody": _body(current),
        "itemReviewed": item,
    }


def _by_source(current: list[ListedAssertion]) -> dict[str, ListedAssertion]:
    return {one.source or one.outlet: one for one in current}


def _author(one: ListedAssertion) -> dict[str, str]:
    kind = _TYPES.get(one.source_kind or "", "Organization")
    return {"@type": kind, "name": one.source or one.outlet}


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
        shape = {
            "value_min": one.value_min,
            "value_max": one.value_max,
            "comparator": one.comparator,
            "unit": one.unit,
        }
        parts = [rows.value(shape), rows.SURENESS[one.certainty]]
        if one.polarity == "negative":
            parts.append("denied")
        if one.is_removed:
            parts.append("removed since")
        said.append(f"{one.source or one.outlet}: {', '.join(p for p in parts if p)}")
    return "; ".join(said) or "No source states it now."
