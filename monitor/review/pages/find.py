"""Search: claims and revisions that hold the words, the newest first."""

from __future__ import annotations

from typing import Any

from monitor.alerts.difference import Part
from monitor.review.site import Answer, Ask, Site
from monitor.store.review import NEWEST, marks, words

PLACES = ("claims", "articles")


def page(site: Site, ask: Ask) -> Answer:
    """What holds the words, in claims or in the texts of articles."""
    text = ask.params.get("q", "").strip()
    where = ask.params.get("in", "")
    where = where if where in PLACES else PLACES[0]
    wanted = words.query(text)
    found: list[dict[str, Any]] = []
    if wanted:
        search = words.claims if where == "claims" else words.revisions
        before = ask.number("from", NEWEST)
        found = search(site.store, wanted, before_id=before, size=ask.size)
    key = "claim_id" if where == "claims" else "revision_id"
    onward = None
    if len(found) == ask.size:
        onward = ask.link(**{"from": str(found[-1][key])})
    for row in found:
        row["parts"] = parts(row.pop("marked"))
    table = [_flat(row) for row in found]
    return Answer(
        "search.html",
        f"Search: {text}" if text else "Search",
        view={
            "q": text,
            "where": where,
            "places": PLACES,
            "found": found,
            "searches": marks.searches(site.store),
            "formats": ("csv", "json") if wanted else (),
        },
        rows=table,
        json=table,
        onward=onward,
    )


def parts(marked: str) -> tuple[Part, ...]:
    """The pieces of a text whose hits stand between marks."""
    found: list[Part] = []
    for piece in marked.split(words.OPENS):
        hit, closes, rest = piece.partition(words.CLOSES)
        if closes:
            found.append(Part(hit, is_changed=True))
            hit = rest
        if hit:
            found.append(Part(hit))
    return tuple(found)


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in row.items() if key != "parts"}
    return kept | {"excerpt": "".join(part.text for part in row["parts"])}
