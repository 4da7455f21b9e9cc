"""Stories: their claims side by side, conflicting figures, and the chronology."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from monitor.review import filters, rows
from monitor.review.pages.now import onward, topics
from monitor.review.site import Answer, Ask, Site
from monitor.store.review import changed, stories


def listed(site: Site, ask: Ask) -> Answer:
    """All stories, the most recently seen first."""
    seen, _, number = ask.params.get("from", "").rpartition("_")
    before = (
        (seen, int(number)) if seen and number.isascii() and number.isdigit() else None
    )
    found = stories.listed(site.store, before=before, size=ask.size)
    onward_to = None
    if len(found) == ask.size:
        last = found[-1]
        onward_to = ask.link(**{"from": f"{last['last_seen_at']}_{last['story_id']}"})
    return Answer(
        "stories.html",
        "Stories",
        view={
            "stories": found,
            "topics": topics(site),
            "formats": ("csv", "json"),
        },
        rows=found,
        json=found,
        onward=onward_to,
    )


def page(site: Site, ask: Ask) -> Answer | None:
    """One story."""
    number = int(ask.args["id"])
    story = stories.read(site.store, number)
    if story is None:
        return None
    claims = stories.claims(site.store, number)
    said = stories.assertions(site.store, number)
    wanted = changed.Wanted(
        story_id=number, with_recorded=ask.params.get("recorded") == "1"
    )
    where = filters.place(ask.params.get("from", ""))
    found = changed.page(site.store, wanted, where, size=ask.size)
    measured, plain = grouped(claims, said)
    return Answer(
        "story.html",
        story["title"],
        view={
            "story": story,
            "measured": measured,
            "claims": plain,
            "articles": stories.articles(site.store, number),
            "rows": rows.rows(found.shown),
            "is_cut": found.is_cut,
            "formats": ("csv", "json", "atom"),
        },
        rows=[rows.flat(shown) for shown in found.shown],
        json={
            "id": number,
            "title": story["title"],
            "first_seen_at": story["first_seen_at"],
            "last_seen_at": story["last_seen_at"],
            "claims": claims,
            "assertions": said,
            "changes": [rows.as_json(shown) for shown in found.shown],
        },
        changes=found.shown,
        onward=onward(ask, found),
    )


def grouped(
    claims: Sequence[Mapping[str, Any]], said: Sequence[Mapping[str, Any]]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The figures of each measure side by side, and the claims without a figure.

    A measure is in conflict if the intervals of two of its sources do not meet.
    """
    by_claim: dict[int, list[dict[str, Any]]] = {}
    for row in said:
        one = dict(row) | {"value": rows.value(row)}
        by_claim.setdefault(row["claim_id"], []).append(one)
    by_measure: dict[str, dict[str, Any]] = {}
    plain = []
    for claim in claims:
        voices = by_claim.get(claim["claim_id"], [])
        figures = [voice for voice in voices if voice["value"]]
        if claim["measure"] is None or not figures:
            plain.append(dict(claim) | {"voices": voices})
            continue
        group = by_measure.setdefault(
            claim["measure"], {"measure": claim["measure"], "figures": [], "claims": 0}
        )
        group["claims"] += 1
        group["figures"] += [figure | {"claim": claim["text"]} for figure in figures]
    for group in by_measure.values():
        group["figures"].sort(key=_size, reverse=True)
        group["in_conflict"] = in_conflict(group["figures"])
        group["differs"] = len({figure["value"] for figure in group["figures"]}) > 1
    measured = sorted(
        by_measure.values(),
        key=lambda group: (not group["in_conflict"], -len(group["figures"])),
    )
    return measured, plain


def in_conflict(figures: Sequence[Mapping[str, Any]]) -> bool:
    """Whether two sources' intervals lie apart."""
    spans = [_span(figure) for figure in figures]
    highest_low = max((low for low, _ in spans), default=0.0)
    lowest_high = min((high for _, high in spans), default=0.0)
    sources = {figure["source"] for figure in figures}
    return len(sources) > 1 and highest_low > lowest_high


def _span(figure: Mapping[str, Any]) -> tuple[float, float]:
    low, high = figure["value_min"], figure["value_max"]
    return (
        float("-inf") if low is None else low,
        float("inf") if high is None else high,
    )


def _size(figure: Mapping[str, Any]) -> float:
    low, high = figure["value_min"], figure["value_max"]
    return float(low if low is not None else high or 0.0)
