"""One article: its text with the claims in place, and any two revisions compared."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from monitor.review import filters, prose, rows
from monitor.review.pages.now import onward
from monitor.review.site import Answer, Ask, Site
from monitor.store import checks, trail
from monitor.store.review import article, changed

# Visits that are shown, those that brought the same taken together; the tables have all.
VISITS = 30


def page(site: Site, ask: Ask) -> Answer | None:
    """The article of that id: one revision, or two compared (?old=1&new=2)."""
    found = article.read(site.store, int(ask.args["id"]))
    if found is None:
        return None
    number = found["article_id"]
    revisions = article.revisions(site.store, number)
    visits = checks.of_article(site.store, number)
    wanted = changed.Wanted(article_id=number, with_recorded=True)
    where = filters.place(ask.params.get("from", ""))
    listed = changed.page(site.store, wanted, where, size=ask.size)
    view: dict[str, Any] = {
        "article": found,
        "revisions": revisions,
        "entries": trail.entries(site.store, number),
        "archives": archives(found["url"]),
        "visits": checks.runs(visits)[:VISITS],
        "visited": len(visits),
        "silent_edits": sum(row["is_silent_edit"] for row in revisions),
        "rows": rows.rows(listed.shown),
        "is_cut": listed.is_cut,
        "formats": ("csv", "json", "atom"),
        **_texts(site, ask, number, revisions),
    }
    return Answer(
        "article.html",
        found["title"] or found["url"],
        view=view,
        rows=[rows.flat(shown) for shown in listed.shown],
        json={
            "id": number,
            "url": found["url"],
            "outlet": found["outlet"],
            "title": found["title"],
            "first_seen_at": found["first_seen_at"],
            "last_checked_at": found["last_checked_at"],
            "gone_at": found["gone_at"],
            "revisions": revisions,
            "checks": visits,
            "claims": trail.claims_in(site.store, number),
            "changes": [rows.as_json(shown) for shown in listed.shown],
        },
        changes=listed.shown,
        onward=onward(ask, listed),
    )


def archives(url: str) -> list[tuple[str, str]]:
    """Where a web archive may hold the page: links only, nothing is asked of them."""
    return [
        ("Wayback Machine", f"https://web.archive.org/web/*/{url}"),
        ("archive.today", f"https://archive.ph/{quote(url, safe=':/?=&')}"),
    ]


def _texts(
    site: Site, ask: Ask, number: int, revisions: list[trail.Row]
) -> dict[str, Any]:
    """The text that is shown, and the comparison if there are two."""
    numbers = [row["number"] for row in revisions]
    if not numbers:
        return {"new": None, "old": None}
    shown = ask.number("new", numbers[-1])
    new = article.revision(
        site.store, number, shown if shown in numbers else numbers[-1]
    )
    if new is None:
        return {"new": None, "old": None}
    earlier = [other for other in numbers if other < new["number"]]
    wanted = ask.number("old", earlier[-1] if earlier else 0)
    old = None
    if wanted in numbers and wanted != new["number"]:
        old = article.revision(site.store, number, wanted)
    kinds = article.kinds(site.store, number).get(new["revision_id"], {})
    sightings = article.sightings(site.store, new["revision_id"])
    texts: dict[str, Any] = {
        "new": new,
        "old": old,
        "paragraphs": prose.highlighted(new["text"], sightings, kinds),
        "claims": _once(sightings, kinds),
        "side": "side" if ask.params.get("side") == "1" else "inline",
    }
    if old is not None:
        compared = prose.compared(prose.split(old["text"]), prose.split(new["text"]))
        texts["compared"] = compared
        texts["edits"] = sum(one.state not in ("same", "moved") for one in compared)
    return texts


def _once(sightings: list[trail.Row], kinds: dict[int, str]) -> list[dict[str, Any]]:
    """Each claim of the text once, in the order of the text."""
    by_claim: dict[int, dict[str, Any]] = {}
    for row in sightings:
        by_claim.setdefault(
            row["claim_id"], row | {"kind": kinds.get(row["claim_id"], "")}
        )
    return list(by_claim.values())
